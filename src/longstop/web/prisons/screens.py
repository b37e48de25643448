"""The paths of this group of screens."""

from longstop.access.rules import Permission
from longstop.web.doors import Screen
from longstop.web.prisons import papers, views

SCREENS: list[Screen] = [
    Screen(path="prisons", name="prisons", permission=Permission.SEE_RECORDS, view=views.prisons),
    Screen(path="tasks/<int:task_id>/served", name="papers", permission=Permission.SERVE, view=papers.papers, methods=("GET", "POST")),
    Screen(path="prisons/<slug:prison>", name="prison", permission=Permission.SEE_RECORDS, view=views.prison),
]
