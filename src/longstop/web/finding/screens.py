"""The paths of this group of screens."""

from longstop.access.rules import Permission
from longstop.web.doors import Screen
from longstop.web.finding import person, protection, search

BOTH = ("GET", "POST")
SEE = Permission.SEE_CASES

SCREENS: list[Screen] = [
    Screen(path="search", name="search", permission=SEE, view=search.search, methods=BOTH),
    Screen(path="search/list", name="search-list", permission=SEE, view=search.search_list, methods=BOTH),
    Screen(path="people/<int:person_id>", name="person", permission=SEE, view=person.person),
    Screen(path="people/<int:person_id>/protection", name="person-protection", permission=SEE, view=protection.protection, methods=BOTH),
]
