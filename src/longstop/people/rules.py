"""How a person is looked for: what is written down to be found by, and what somebody typed. Pure, no ORM."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from longstop.kernel.digests import sha256
from longstop.kernel.identifiers import (
    BadIdentifier,
    parse_cro,
    parse_home_office_reference,
    parse_pnc,
    parse_prison_number,
)
from longstop.kernel.text import fold

NAME = "name"
LONGEST = 200
_SEPARATORS = str.maketrans(dict.fromkeys("-'’`.,/", " "))


@dataclass(frozen=True, slots=True)
class Key:
    """One thing to be found by: a word of a name, folded, or an identifier in its canonical form."""

    kind: str
    value: str


def key_digest(*, source: str, key: str) -> bytes:
    """Give the 32 bytes under which a source's key is kept and found."""
    return bytes.fromhex(sha256([source, key]))


def content_digest(content: Mapping[str, Any]) -> bytes:
    """Give the digest of what a record says, the same whatever the order of its parts."""
    return bytes.fromhex(sha256(content))


def name_words(text: str) -> list[str]:
    """Give the words of a name for comparing: no accents, no case, hyphens and apostrophes both parted and joined.

    "O'Neill-Smith" is found by "oneill", "neill", "smith" and "oneillsmith".
    """
    folded = fold(text)
    parted = folded.translate(_SEPARATORS).split()
    joined = ["".join(word.translate(_SEPARATORS).split()) for word in folded.split()]
    halves = ["".join(word.replace("'", "").replace("’", "").split()) for part in folded.split() for word in part.split("-")]
    return list(dict.fromkeys(word[:LONGEST] for word in (*parted, *joined, *halves) if word))


def keys_of(content: Mapping[str, Any]) -> set[Key]:
    """Give everything by which a record's person is to be found: names, aliases, identifiers."""
    names = [content.get("name", {}), *content.get("aliases", ())]
    words = {word for name in names for part in ("as_written", "display") for word in name_words(name.get(part) or "")}
    found = {Key(NAME, word) for word in words}
    if number := content.get("prison_number"):
        found.add(Key("prison_number", number))
    for each in content.get("identifiers", ()):
        value = each.get("canonical") or fold(str(each.get("value", ""))).replace(" ", "")
        if value:
            found.add(Key(str(each.get("kind", "other"))[:20], value[:LONGEST]))
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
