"""The screens of the administrator: staff, teams and roles. No case is visible here."""
