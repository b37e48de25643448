"""What agencies' records hold of a person, read fact by fact and put in words; how they are laid together is `people.facts`'s to say."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.dateparse import parse_date

from longstop.cases.winding import NAMES as DATES
from longstop.intake.prisoners import release_basis
from longstop.intake.rules import CUSTODY_WORDS, Custody
from longstop.intake.versions import Arrived
from longstop.kernel.dates import in_words
from longstop.people.facts import Fact, Holds, Telling, Value, merge
from longstop.people.versions import Version
from longstop.web.finding.codes import NO_FIXED_ABODE, address_words, alert_said, is_protective, stands

NAME, BORN, NATIONALITY, CUSTODY, LEGAL_STATUS = "Name", "Date of birth", "Nationality", "Custody", "Legal status"


@dataclass(frozen=True, kw_only=True)
class Track:
    """What one record said over time, oldest first, and when it was last seen."""

    source: str
    versions: tuple[tuple[datetime, dict[str, Any]], ...]
    seen_at: datetime
    receipts: tuple[int | None, ...] = ()

    @property
    def now(self) -> dict[str, Any]:
        """What it says now."""
        return self.versions[-1][1]


def tracks(
    versions: Iterable[Version],
    arrived: Iterable[Arrived],
    *,
    words: Callable[[str], str],
    confirmed: Mapping[tuple[str, int], datetime] | None = None,
) -> list[Track]:
    """Join a person's records with what arrived of them. What arrived of a record that is not linked to the person is left out.

    `confirmed`: when the record of a source, by the number under which it came, was last seen, where that is not in what arrived.
    """
    found: dict[tuple[str, int], list[tuple[datetime, dict[str, Any], int | None]]] = {}
    seen = dict(confirmed or {})
    for each in versions:
        place = (each.source, each.number)
        found.setdefault(place, []).append((each.observed_at, each.content, each.receipt_id))
        seen[place] = max(seen.get(place, each.observed_at), each.observed_at)
    for one in arrived:
        place = (one.source, one.person_id)
        if place in found:
            found[place].append((one.observed_at, one.content, one.receipt_id))
            seen[place] = max(seen[place], one.last_seen_at)
    made = []
    for (source, number), rows in found.items():
        rows.sort(key=lambda row: row[0])
        told = tuple((moment, content) for moment, content, _ in rows)
        made.append(Track(source=words(source), versions=told, seen_at=seen[(source, number)], receipts=tuple(row[2] for row in rows)))
    return made


Reader = Callable[[Mapping[str, Any]], list[Value]]


def in_words_each(said: Iterable[str]) -> list[Value]:
    """Give each thing that is said once, as a value."""
    return [Value(words=words) for words in dict.fromkeys(said) if words]


def _one(*path: str) -> Reader:
    def read(content: Mapping[str, Any]) -> list[Value]:
        value: Any = content
        for step in path:
            value = value.get(step) if isinstance(value, Mapping) else None
        return [] if value in (None, "", [], {}) else [Value(words=shown(value))]

    return read


def _names(content: Mapping[str, Any]) -> list[Value]:
    name = content.get("name") or {}
    return in_words_each([name.get("display") or name.get("as_written") or ""])


def _aliases(content: Mapping[str, Any]) -> list[Value]:
    found = []
    for each in content.get("aliases") or ():
        name, born = each.get("display") or each.get("as_written") or "", each.get("date_of_birth")
        if name:
            found.append(f"{name}, born {shown(born)}" if born else name)
    return in_words_each(found)


def _nationalities(content: Mapping[str, Any]) -> list[Value]:
    said = content.get("nationalities") or content.get("nationality") or []
    return in_words_each([said] if isinstance(said, str) else [str(each) for each in said])


def _status(content: Mapping[str, Any]) -> list[Value]:
    code = str((content.get("custody") or {}).get("status") or "")
    if code not in set(Custody):
        return in_words_each([code])
    legal = str((content.get("sentence") or {}).get("legal_status") or "")
    # As a case has it: see `cases.actions.receiving.custody_of`.
    held = "detained" if legal == "IMMIGRATION_DETAINEE" else "serving"
    keys: Mapping[str, str | None] = {Custody.RELEASED: "community", Custody.NOT_KNOWN: None}
    return [Value(words=CUSTODY_WORDS[Custody(code)], key=keys.get(code, held))]


def _prison(content: Mapping[str, Any]) -> list[Value]:
    held = content.get("custody") or {}
    return in_words_each([str(held.get("prison_name") or held.get("prison") or "")])


def _legal_status(content: Mapping[str, Any]) -> list[Value]:
    code = str((content.get("sentence") or {}).get("legal_status") or "")
    return in_words_each([code.replace("_", " ").capitalize()])


Asked = tuple[str, Reader, Holds]
_WHO: Sequence[Asked] = (
    (NAME, _names, Holds.ONE),
    ("Other names", _aliases, Holds.ANY),
    (BORN, _one("date_of_birth"), Holds.ONE),
    (NATIONALITY, _nationalities, Holds.SOME),
    ("Prison number", _one("prison_number"), Holds.OF_AGENCY),
)
_HELD: Sequence[Asked] = (
    ("Prison", _prison, Holds.ONE),
    ("Received", _one("custody", "received_on"), Holds.ONE),
    ("Cell", _one("custody", "cell"), Holds.ONE),
)
_SENTENCE: Sequence[Asked] = (
    (LEGAL_STATUS, _legal_status, Holds.ONE),
    ("Sentence", _one("sentence", "imprisonment_status_in_words"), Holds.ONE),
    ("Most serious offence", _one("sentence", "most_serious_offence"), Holds.ONE),
    ("Recalled", _one("sentence", "recalled"), Holds.ONE),
    ("Indeterminate", _one("sentence", "indeterminate"), Holds.ONE),
    ("Additional days", _one("sentence", "additional_days"), Holds.ONE),
)
_NUMBERS = {
    "pnc": "PNC number",
    "cro": "CRO number",
    "home_office": "Home Office reference",
    "fingerprint": "Fingerprint reference",
    "book_number": "Book number",
    "prison_number": "Prison number",
    "legacy_id": "Number in the old casework system",
    "legacy_case": "Case in the old casework system",
}
_ONCE = ("pnc", "cro", "home_office")  # of these somebody has one, whoever says it; other numbers are each agency's own


def who(found: Sequence[Track]) -> list[Fact]:
    """Give names, birth, nationality and every number, as each source says them."""
    return _facts(found, [*_WHO, *_number_readers(found)])


def held(found: Sequence[Track], cases: Iterable[Telling] = ()) -> list[Fact]:
    """Give where the person is, as each source says; `cases` is what open cases say."""
    custody = merge(CUSTODY, [*tellings(found, _status), *cases])
    return [*([custody] if custody else []), *_facts(found, _HELD)]


def sentence(found: Sequence[Track]) -> list[Fact]:
    """Give the sentence, as each source says."""
    return _facts(found, _SENTENCE)


def alerts(found: Sequence[Track]) -> Fact | None:
    """Give the alerts that stand and say nothing of protection. What has ended is in what each source said before."""
    return merge("Alerts", tellings(found, _alerts), holds=Holds.ANY)


def protection(found: Sequence[Track]) -> Fact | None:
    """Give the alerts that say that the person is to be protected: need to know."""
    return merge("Protection", tellings(found, _protection), holds=Holds.ANY)


def addresses(found: Sequence[Track]) -> Fact | None:
    """Give the addresses, each with its type in words and its code. Who knows another contradicts nobody: spellings differ too much."""
    return merge("Addresses", tellings(found, _addresses), holds=Holds.ANY)


def no_fixed_abode(found: Sequence[Track]) -> Fact | None:
    """Give who says that the person has no fixed abode; None where nobody says so or said so."""
    return merge("No fixed abode", tellings(found, _without_abode), holds=Holds.ANY)


def _standing(content: Mapping[str, Any], *, protective: bool) -> list[Value]:
    wanted = [each for each in content.get("alerts") or () if stands(each) and is_protective(each) == protective]
    return in_words_each(map(alert_said, wanted))


def _alerts(content: Mapping[str, Any]) -> list[Value]:
    return _standing(content, protective=False)


def _protection(content: Mapping[str, Any]) -> list[Value]:
    return _standing(content, protective=True)


def _addresses(content: Mapping[str, Any]) -> list[Value]:
    found = []
    for each in content.get("addresses") or ():
        place = ", ".join(str(each[part]) for part in ("address", "postcode") if each.get(part))
        known = [place or "No address given", *_types(each)]
        known += ["Main address"] if each.get("main") else []
        known += [f"From {shown(each['from'])}"] if each.get("from") else []
        found.append(". ".join(known))
    return in_words_each(found)


def _types(address: Mapping[str, Any]) -> list[str]:
    if address.get("type"):
        return [address_words(str(address["type"]))]
    return ["No fixed address"] if address.get("no_fixed_address") else []


def _without_abode(content: Mapping[str, Any]) -> list[Value]:
    said = content.get("addresses") or ()
    return in_words_each(". ".join(_types(each)) for each in said if each.get("no_fixed_address") or each.get("type") in NO_FIXED_ABODE)


def dates(found: Sequence[Track], recorded: Iterable[tuple[str, Telling]]) -> list[Fact]:
    """Give each date, as the records and as whoever recorded it in a case says."""
    told_of: dict[str, list[Telling]] = {}
    for name in dict.fromkeys(name for track in found for _, content in track.versions for name in content.get("release_dates") or {}):
        told_of[name] = tellings(found, _one("release_dates", name))
    for name, telling in recorded:
        told_of.setdefault(name, []).append(telling)
    facts = [merge(date_words(name), told) for name, told in told_of.items()]
    return sorted((fact for fact in facts if fact is not None), key=lambda fact: fact.name)


def likeliest_release(found: Sequence[Track]) -> tuple[str, date] | None:
    """Give the likeliest release date of the record that was seen last, with its name in words."""
    for track in sorted(found, key=lambda each: each.seen_at, reverse=True):
        said = {name: day for name, text in (track.now.get("release_dates") or {}).items() if (day := _as_day(str(text)))}
        if basis := release_basis(said):
            return date_words(basis), said[basis]
    return None


def date_words(name: str) -> str:
    """Give the name of a date in words."""
    return DATES.get(name, name.replace("_", " ").capitalize())


def number_words(kind: str) -> str:
    """Give the kind of a number in words."""
    return _NUMBERS.get(kind, kind.replace("_", " ").capitalize())


def _number_readers(found: Sequence[Track]) -> list[Asked]:
    said = [content for track in found for _, content in track.versions]
    kinds = dict.fromkeys(str(each.get("kind")) for content in said for each in content.get("identifiers") or ())

    def reader(kind: str) -> Reader:
        def read(content: Mapping[str, Any]) -> list[Value]:
            mine = [each for each in content.get("identifiers") or () if each.get("kind") == kind]
            return in_words_each(str(each.get("canonical") or each.get("value") or "") for each in mine)

        return read

    return [(number_words(kind), reader(kind), Holds.SOME if kind in _ONCE else Holds.OF_AGENCY) for kind in kinds if kind != "booking_id"]


def _facts(found: Sequence[Track], asked: Sequence[Asked]) -> list[Fact]:
    facts = [merge(name, tellings(found, read), holds=holds) for name, read, holds in asked]
    return [fact for fact in facts if fact is not None]


def tellings(found: Sequence[Track], read: Reader) -> list[Telling]:
    """Give what each record said over time of what is read from it."""
    return [
        Telling(
            source=track.source,
            told=tuple((moment, tuple(read(content))) for moment, content in track.versions),
            confirmed=track.seen_at,
        )
        for track in found
    ]


def shown(value: Any) -> str:
    """Give a value of a record as a person reads it: dates and truth in words."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    text = str(value)
    day = _as_day(text)
    return in_words(day) if day else text


def _as_day(text: str) -> date | None:
    """Give the day that a text of a record is, None where it is none: not every record's cells hold what their names say."""
    try:
        return parse_date(text) if len(text) == 10 else None
    except ValueError:
        return None
