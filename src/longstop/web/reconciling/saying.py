"""What each side says, in words: of a break, and of the prison service's record that it is asked about."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.utils import timezone

from longstop.cases.models import Custody as CaseCustody
from longstop.intake import queries as arrived
from longstop.intake.rules import CUSTODY_WORDS, Custody
from longstop.kernel.dates import in_words as day_in_words
from longstop.reconciliation import nationalities
from longstop.reconciliation.models import Break
from longstop.reconciliation.rules import WORDS, Kind
from longstop.web.parts import Cell, Stack

PARTS = {"name": "Name", "born": "Born", "pnc": "PNC number", "cro": "CRO number"}
NUMBERS = ("pnc", "cro")


def in_words(row: Break, said: Mapping[str, Any], side: str) -> Cell:
    """Give what a side says, in words."""
    if not said:
        return "Disposed of"
    value = str(said.get(side) or "")
    if row.kind == Kind.RELEASE_DATE.value:
        return date.fromisoformat(value) if value else "None"
    if row.kind == Kind.NATIONALITY.value:
        return nationalities.in_words(value, today=timezone.localdate(row.made_at))
    if row.kind == Kind.IDENTITY.value:
        first, *rest = [_part(line) for line in value.split("\n")]
        return Stack(first, tuple(rest))
    words = {each.value: WORDS[each] for each in WORDS} | {each.value: str(each.label) for each in CaseCustody}
    return words.get(value, value or "No open case")


def _part(line: str) -> str:
    """Give one part of who somebody is, in words: which it is, and what is said of it."""
    name, _, value = line.partition(" ")
    if name == "born":
        value = " or ".join(day_in_words(date.fromisoformat(day)) for day in value.split(", "))
    return f"{PARTS[name]}: {value}"


def basis(row: Break, said: Mapping[str, Any]) -> str:
    """Give the name of the date that their record gives, where it is a date that differs."""
    return str(said.get("basis") or "").replace("_", " ").capitalize() if row.kind == Kind.RELEASE_DATE.value else ""


def of_their_record(kind: Kind, record: arrived.ArrivalView | None) -> Cell:
    """Give the one field of their own record that is asked about."""
    if record is None:
        return "Disposed of"
    if kind == Kind.RELEASE_DATE:
        words = record.release_basis.replace("_", " ").capitalize()
        return Stack(record.release_date, (words,)) if record.release_date else "No date"
    if kind == Kind.NATIONALITY:
        return record.nationality or "Not said"
    if kind == Kind.IDENTITY:
        return Stack(record.name, tuple(_identity(record)))
    return Stack(CUSTODY_WORDS[Custody(record.custody)], (record.legal_status.replace("_", " ").capitalize(),))


def _identity(record: arrived.ArrivalView) -> Iterator[str]:
    if record.date_of_birth:
        yield f"{PARTS['born']}: {day_in_words(record.date_of_birth)}"
    for each in record.content.get("identifiers", ()):
        if each.get("kind") in NUMBERS:
            yield f"{PARTS[each['kind']]}: {each.get('canonical') or each.get('value')}"
