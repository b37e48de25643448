"""What a screen is made of: small frozen values that know how they are shown.

A view or presenter builds parts out of what the queries returned; a template shows one with `{% part x %}`. Parts hold
words, dates and addresses that have already been decided: they read no database, no clock and no permission, and make
no decision. Page furniture (header, navigation) is not here but in `templates/base/`; forms are in `web.fields`.
"""

from longstop.web.parts.address import Address
from longstop.web.parts.base import Cell, Part, show
from longstop.web.parts.case import Entry, Fact, IdentityBar, SummaryList, Timeline
from longstop.web.parts.downloads import Downloads
from longstop.web.parts.lists import Chip, Choice, Filters, Pages, Tabs, Tile, Tiles
from longstop.web.parts.tables import Bulk, Column, Row, Slot, Table
from longstop.web.parts.words import Badge, Button, Link, Stack, Tag, When

__all__ = [
    "Address",
    "Badge",
    "Bulk",
    "Button",
    "Cell",
    "Chip",
    "Choice",
    "Column",
    "Downloads",
    "Entry",
    "Fact",
    "Filters",
    "IdentityBar",
    "Link",
    "Pages",
    "Part",
    "Row",
    "Slot",
    "Stack",
    "SummaryList",
    "Table",
    "Tabs",
    "Tag",
    "Tile",
    "Tiles",
    "Timeline",
    "When",
    "show",
]
