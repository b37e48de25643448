"""The paths of this group of screens."""

from longstop.access.rules import Permission
from longstop.web.doors import Screen
from longstop.web.mapping import process

SCREENS: list[Screen] = [
    Screen(path="process", name="process", permission=Permission.SEE_CASES, view=process.whole),
    Screen(path="process/<slug:track>/<slug:state>", name="process-cases", permission=Permission.SEE_CASES, view=process.standing_in),
]
