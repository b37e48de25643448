"""The paths of this group of screens."""

from longstop.web.doors import Screen

SCREENS: list[Screen] = []
