"""The screens of the duty officer and the steward: what arrived, what was refused, and cases opened from it."""
