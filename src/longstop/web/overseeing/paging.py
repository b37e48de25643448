"""What the lists of oversight share: pages, and links from one to the others."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.urls import reverse

from longstop.access.rules import Permission
from longstop.web.doors import Who
from longstop.web.parts import Address, Link, Pages

PER_PAGE = 25
GROUP = [
    ("Broken glass", "broken-glass", Permission.SEE_BREAK_GLASS),
    ("Leave to see", "leave", Permission.RESTRICT),
    ("Record of a case", "record-of", Permission.SEE_AUDIT),
    ("Seals", "seals", Permission.SEE_AUDIT),
    ("Disposals", "disposals", Permission.DISPOSE),
]


def links(who: Who, here: str) -> list[Link]:
    """Give the other pages of oversight that this person may open."""
    return [Link(text, reverse(name)) for text, name, permission in GROUP if who.may(permission) and name != here]


def page_of(found: QuerySet[Any], here: Address, *, total: int) -> Page[Any]:
    """Give the page that the address asks for, of a list that is known to be this long."""
    paginator = Paginator(found, PER_PAGE)
    paginator.count = total  # counted already, with the other tab's
    return paginator.get_page(here.get("page") or 1)


def pages(here: Address, page: Page[Any], noun: str) -> Pages:
    """Say where in the list the page stands."""
    before = here.with_param("page", str(page.previous_page_number())).href if page.has_previous() else ""
    after = here.with_param("page", str(page.next_page_number())).href if page.has_next() else ""
    return Pages(page.start_index(), page.end_index(), page.paginator.count, noun, before, after)


def number_in(text: str) -> int | None:
    """Give the number that an address holds as a place in a list; None where it holds none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
