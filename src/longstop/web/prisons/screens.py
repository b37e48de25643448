"""The paths of this group of screens."""

from longstop.access.rules import Permission
from longstop.web.doors import Screen
from longstop.web.prisons import views

SCREENS: list[Screen] = [
    Screen(path="prisons", name="prisons", permission=Permission.SEE_RECORDS, view=views.prisons),
    Screen(path="prisons/<slug:prison>", name="prison", permission=Permission.SEE_RECORDS, view=views.prison),
]
