"""The paths of this group of screens."""

from longstop.access.rules import Permission
from longstop.web.doors import Screen
from longstop.web.signing_in import views

SCREENS: list[Screen] = [
    Screen(path="", name="home", permission=Permission.USE, view=views.home),
    Screen(path="sign-in", name="sign-in", permission=None, view=views.sign_in, methods=("GET", "POST")),
    Screen(path="sign-out", name="sign-out", permission=None, view=views.sign_out, methods=("POST",)),
    Screen(path="stay", name="stay", permission=Permission.USE, view=views.stay, methods=("POST",)),
    Screen(path="help", name="help", permission=Permission.USE, view=views.help_page),
    Screen(path="accessibility", name="accessibility", permission=None, view=views.accessibility),
]
