"""The screens of a prison team: each prison on one page, which can be printed for a room without a screen."""
