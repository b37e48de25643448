"""How a person is looked for: what is written down to be found by, and what somebody typed. Pure, no ORM."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from longstop.audit.contents import quick_spelling
from longstop.kernel.digests import sha256
from longstop.kernel.identifiers import (
    BadIdentifier,
    parse_cro,
    parse_home_office_reference,
    parse_pnc,
    parse_prison_number,
)
from longstop.kernel.text import fold
from longstop.people.finding import found_by
from longstop.people.names import LONGEST

_SEPARATORS = str.maketrans(dict.fromkeys("-'’`.,/", " "))


class Key(NamedTuple):
    """One thing to be found by: a word of a name in one of its forms, a day of birth, or an identifier in its canonical form."""

    kind: str
    value: str


@dataclass(frozen=True, kw_only=True)
class Record:
    """What one agency says about one person.

    `key` is the agency's own, canonical; `content` has the shape that intake keeps. `person_id` is the number under which the person is to
    be known if nobody has taken them on yet; without it a fresh one is taken. `joins` is the person whom a new record is about instead,
    because a verified identifier of theirs is equal (see `matching`): its payloads keep its own number.
    """

    source: str
    key: str
    content: Mapping[str, Any]
    observed_at: datetime
    receipt_id: int | None = None
    person_id: int | None = None
    joins: int | None = None


def key_digest(*, source: str, key: str) -> bytes:
    """Give the 32 bytes under which a source's key is kept and found."""
    return bytes.fromhex(sha256([source, key]))


def content_digest(content: Mapping[str, Any]) -> bytes:
    """Give the digest of what a record says, the same whatever the order of its parts."""
    quick = quick_spelling(content)  # the same bytes as the kernel's, where it gives any
    return hashlib.sha256(quick[0]).digest() if quick else bytes.fromhex(sha256(content))


def keys_of(content: Mapping[str, Any]) -> set[Key]:
    """Give everything by which a record's person is to be found: names, aliases, days of birth, identifiers."""
    found = {Key._make(each) for each in found_by(content)}
    if number := content.get("prison_number"):
        found.add(Key("prison_number", number))
    for each in content.get("identifiers", ()):
        value = each.get("canonical") or fold(str(each.get("value", ""))).replace(" ", "")
        if value:
            found.add(Key(str(each.get("kind", "other"))[:20], value[:LONGEST]))
    return found | verified(content) | likenesses(content)


VERIFIED = ("prison_number", "pnc", "cro", "home_office")
ALIKE = "name_and_birth"
# Days of birth that systems write when they do not know one: domain.md 5.4.
PLACEHOLDER_BIRTHS = frozenset({"1900-01-01", "1970-01-01"})


def verified(content: Mapping[str, Any]) -> set[Key]:
    """Give the identifiers of a record that are verified, in their canonical forms: domain.md 5.2.

    A prison number, a PNC or CRO number whose check letter fits and that is no placeholder, and a Home Office reference of a right shape.
    """
    found = set()
    if number := content.get("prison_number"):
        found.add(Key("prison_number", number))
    for each in content.get("identifiers", ()):
        kind, canonical = each.get("kind"), each.get("canonical") or ""
        if kind in ("pnc", "cro") and any(char in "123456789" for char in canonical.partition("/")[2 if kind == "pnc" else 0]):
            found.add(Key(kind, canonical))
        if kind == "home_office" and (reference := _reference(str(each.get("value", "")))):
            found.add(Key(kind, reference))
    return found


def _reference(text: str) -> str:
    try:
        return parse_home_office_reference(text)
    except BadIdentifier:
        return ""


def likenesses(content: Mapping[str, Any]) -> set[Key]:
    """Give what makes two records alike without making them one: a name, its words in any order, with the date of birth."""
    born = content.get("date_of_birth")
    found = set()
    for name in (content.get("name", {}), *content.get("aliases", ())):
        day = name.get("date_of_birth") or born
        words = sorted(fold(" ".join(name.get(part) or "" for part in ("given", "family"))).translate(_SEPARATORS).split())
        if day and day not in PLACEHOLDER_BIRTHS and len(words) > 1:
            found.add(Key(ALIKE, f"{' '.join(words)} {day}"[:LONGEST]))
    return found


# Of these a person has one; a fingerprint is held as a reference, never itself.
ONCE = ("pnc", "cro", "fingerprint")
# As a source says where somebody is: on a prison's roll.
ON_A_ROLL = frozenset({"in_prison", "out_for_now"})


def borne(content: Mapping[str, Any]) -> set[Key]:
    """Give the verified identifiers of a record, and its fingerprint references, on which nothing is joined: they may only contradict."""
    prints = (
        fold(str(each.get("value", ""))).replace(" ", "") for each in content.get("identifiers", ()) if each.get("kind") == "fingerprint"
    )
    return verified(content) | {Key("fingerprint", value[:LONGEST]) for value in prints if value}


def differing(one: Iterable[Key], other: Iterable[Key]) -> list[str]:
    """Give the kinds of identifiers, of which a person has one, that both bear and of which they share none."""
    found = []
    for kind in ONCE:
        here, there = ({key.value for key in keys if key.kind == kind} for keys in (one, other))
        if here and there and not here & there:
            found.append(kind)
    return found


def typed_identifiers(text: str) -> set[Key]:
    """Give the identifiers that this text may be, however it is spaced or cased."""
    found = {Key("", fold(text).replace(" ", "")[:LONGEST])}
    for kind, parse in (("pnc", parse_pnc), ("cro", parse_cro)):
        try:
            found.add(Key(kind, parse(text).canonical))
        except BadIdentifier:
            continue
    for kind, plain in (("prison_number", parse_prison_number), ("home_office", parse_home_office_reference)):
        try:
            found.add(Key(kind, plain(text)))
        except BadIdentifier:
            continue
    return found


def particulars(content: Mapping[str, Any]) -> dict[str, Any]:
    """Give what lists show of a person, from a record about them."""
    name = content.get("name", {})
    return {
        "name": name.get("display", ""),
        "given": name.get("given", ""),
        "family": name.get("family", ""),
        "as_written": name.get("as_written", ""),
        "date_of_birth": content.get("date_of_birth"),
        "prison_number": content.get("prison_number", ""),
        "references": references(content.get("identifiers", ())),
    }


def references(identifiers: Iterable[Mapping[str, Any]]) -> list[list[str]]:
    """Give the other references that are worth showing, as (kind, value): those that are verified, and the Home Office's."""
    shown = {"pnc": "PNC", "cro": "CRO", "home_office": "Home Office"}
    return [
        [shown[each["kind"]], each.get("canonical") or each["value"]]
        for each in identifiers
        if each.get("kind") in shown and (each.get("canonical") or each["kind"] == "home_office")
    ]


def as_date(text: str | None) -> date | None:
    """Give the date that a payload holds as text."""
    return date.fromisoformat(text) if text else None
