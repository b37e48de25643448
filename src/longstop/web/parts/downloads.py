"""The ways to take a list away as a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from longstop.web.parts.base import Part
from longstop.web.parts.words import Link


@dataclass(frozen=True, slots=True)
class Downloads(Part):
    """Links under a list, one for each kind of file."""

    links: Sequence[Link]
    template_name: ClassVar[str] = "components/downloads.html"
