"""Who says what of a person, since when: every source's value beside the others', never one in place of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from django.utils.dateparse import parse_date

from longstop.cases.winding import NAMES as DATES
from longstop.intake.rules import CUSTODY_WORDS, Custody
from longstop.intake.versions import Arrived
from longstop.kernel.dates import in_words
from longstop.kernel.text import fold
from longstop.people.versions import Version
from longstop.web.finding.codes import PROTECTIVE, address_words, alert_words

Moment = date | datetime
OTHER_NAMES = "Other names"


@dataclass(frozen=True, kw_only=True)
class Said:
    """One value that one source gives now: from when on without a break, and when it was last confirmed. `before` are earlier values."""

    value: str
    source: str
    since: Moment
    confirmed: Moment
    before: tuple[str, ...] = ()


@dataclass(kw_only=True)
class FactSaid:
    """One fact, with what each source says of it. `many`: a person may have several at once."""

    name: str
    said: list[Said] = field(default_factory=list)
    many: bool = False

    @property
    def differs(self) -> bool:
        """Say whether sources disagree. One that says nothing disagrees with nobody."""
        by_source: dict[str, set[str]] = {}
        for each in self.said:
            by_source.setdefault(each.source, set()).add(_alike(each.value))
        views = list(by_source.values())
        if self.name == OTHER_NAMES:  # one who knows another name contradicts nobody
            return False
        if self.many:
            return any(not one & other for place, one in enumerate(views) for other in views[place + 1 :])
        return len(set().union(*views)) > 1 if views else False


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


def tracks(versions: Iterable[Version], arrived: Iterable[Arrived], *, words: Callable[[str], str]) -> list[Track]:
    """Join a person's records with what arrived of them. What arrived of a record that is not linked to the person is left out."""
    found: dict[tuple[str, int], list[tuple[datetime, dict[str, Any], int | None]]] = {}
    seen: dict[tuple[str, int], datetime] = {}
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


Reader = Callable[[Mapping[str, Any]], list[str]]


def _one(*path: str) -> Reader:
    def read(content: Mapping[str, Any]) -> list[str]:
        value: Any = content
        for step in path:
            value = value.get(step) if isinstance(value, Mapping) else None
        return [] if value in (None, "", [], {}) else [shown(value)]

    return read


def _names(content: Mapping[str, Any]) -> list[str]:
    name = content.get("name") or {}
    written = name.get("display") or name.get("as_written") or ""
    return [written] if written else []


def _aliases(content: Mapping[str, Any]) -> list[str]:
    found = []
    for each in content.get("aliases") or ():
        name, born = each.get("display") or each.get("as_written") or "", each.get("date_of_birth")
        if name:
            found.append(f"{name}, born {shown(born)}" if born else name)
    return list(dict.fromkeys(found))


def _nationalities(content: Mapping[str, Any]) -> list[str]:
    said = content.get("nationalities") or content.get("nationality") or []
    return [said] if isinstance(said, str) else [str(each) for each in said if each]


def _status(content: Mapping[str, Any]) -> list[str]:
    code = (content.get("custody") or {}).get("status") or ""
    return [CUSTODY_WORDS[Custody(code)] if code in set(Custody) else str(code)] if code else []


def _prison(content: Mapping[str, Any]) -> list[str]:
    held = content.get("custody") or {}
    name = held.get("prison_name") or held.get("prison") or ""
    return [str(name)] if name else []


def _legal_status(content: Mapping[str, Any]) -> list[str]:
    code = str((content.get("sentence") or {}).get("legal_status") or "")
    return [code.replace("_", " ").capitalize()] if code else []


_WHO: Sequence[tuple[str, Reader, bool]] = (
    ("Name", _names, False),
    (OTHER_NAMES, _aliases, True),
    ("Date of birth", _one("date_of_birth"), False),
    ("Nationality", _nationalities, True),
)
_HELD: Sequence[tuple[str, Reader, bool]] = (
    ("Custody", _status, False),
    ("Prison", _prison, False),
    ("Received", _one("custody", "received_on"), False),
    ("Cell", _one("custody", "cell"), False),
)
_SENTENCE: Sequence[tuple[str, Reader, bool]] = (
    ("Legal status", _legal_status, False),
    ("Sentence", _one("sentence", "imprisonment_status_in_words"), False),
    ("Most serious offence", _one("sentence", "most_serious_offence"), False),
    ("Recalled", _one("sentence", "recalled"), False),
    ("Indeterminate", _one("sentence", "indeterminate"), False),
    ("Additional days", _one("sentence", "additional_days"), False),
)
_NUMBERS = {"pnc": "PNC number", "cro": "CRO number", "home_office": "Home Office reference", "book_number": "Book number"}


def who(found: Sequence[Track]) -> list[FactSaid]:
    """Give names, birth, nationality and every number, as each source says them."""
    return _facts(found, [*_WHO, ("Prison number", _one("prison_number"), True), *_number_readers(found)])


def held(found: Sequence[Track]) -> list[FactSaid]:
    """Give where the person is, as each source says."""
    return _facts(found, _HELD)


def sentence(found: Sequence[Track]) -> list[FactSaid]:
    """Give the sentence, as each source says."""
    return _facts(found, _SENTENCE)


def alerts(found: Sequence[Track]) -> list[Said]:
    """Give the alerts that stand, those that protect the person among them. What has ended is in what each source said before."""
    return [each for fact in _facts(found, [("Alerts", _alerts, True)]) for each in fact.said]


def protection(found: Sequence[Track]) -> list[Said]:
    """Give the alerts that say that the person is to be protected."""
    return [each for fact in _facts(found, [("Protection", _protection, True)]) for each in fact.said]


def addresses(found: Sequence[Track]) -> list[Said]:
    """Give the addresses, each with its type in words and its code."""
    return [each for fact in _facts(found, [("Addresses", _addresses, True)]) for each in fact.said]


def _alerts(content: Mapping[str, Any]) -> list[str]:
    standing = [each for each in content.get("alerts") or () if each.get("active", True) and not each.get("expired")]
    return list(dict.fromkeys(f"{alert_words(str(each.get('code', '')))} ({each.get('code', '')})" for each in standing))


def _protection(content: Mapping[str, Any]) -> list[str]:
    return [words for words in _alerts(content) if words.rpartition("(")[2].rstrip(")").upper() in PROTECTIVE]


def _addresses(content: Mapping[str, Any]) -> list[str]:
    found = []
    for each in content.get("addresses") or ():
        place = ", ".join(str(each[part]) for part in ("address", "postcode") if each.get(part))
        known = [place or "No address given"]
        known += [address_words(str(each["type"]))] if each.get("type") else ["No fixed address"] if each.get("no_fixed_address") else []
        known += ["Main address"] if each.get("main") else []
        known += [f"From {shown(each['from'])}"] if each.get("from") else []
        found.append(". ".join(known))
    return list(dict.fromkeys(found))


def dates(found: Sequence[Track], recorded: Sequence[tuple[str, Said]]) -> list[FactSaid]:
    """Give each date, as the records and as whoever recorded it in a case says."""
    names = dict.fromkeys(name for track in found for name in (track.now.get("release_dates") or {}))
    facts = {name: fact for name in names for fact in _facts(found, [(_date_words(name), _one("release_dates", name), False)])}
    for name, said in recorded:
        facts.setdefault(name, FactSaid(name=_date_words(name))).said.append(said)
    return [facts[name] for name in sorted(facts, key=_date_words)]


def _date_words(name: str) -> str:
    return DATES.get(name, name.replace("_", " ").capitalize())


def number_words(kind: str) -> str:
    """Give the kind of a number in words."""
    return _NUMBERS.get(kind, "Prison number" if kind == "prison_number" else kind.replace("_", " ").capitalize())


def _number_readers(found: Sequence[Track]) -> list[tuple[str, Reader, bool]]:
    kinds = dict.fromkeys(str(each.get("kind")) for track in found for each in track.now.get("identifiers") or ())

    def reader(kind: str) -> Reader:
        def read(content: Mapping[str, Any]) -> list[str]:
            mine = [each for each in content.get("identifiers") or () if each.get("kind") == kind]
            return list(dict.fromkeys(str(each.get("canonical") or each.get("value") or "") for each in mine))

        return read

    return [(number_words(kind), reader(kind), True) for kind in kinds if kind != "booking_id"]


def _facts(found: Sequence[Track], readers: Sequence[tuple[str, Reader, bool]]) -> list[FactSaid]:
    facts = []
    for name, reader, many in readers:
        fact = FactSaid(name=name, many=many)
        for track in found:
            fact.said += _said(track, reader)
        if fact.said:
            facts.append(fact)
    return facts


def _said(track: Track, reader: Reader) -> list[Said]:
    """Give what a record says of one fact now, each value since the day from which it was said without a break."""
    told = [(moment, reader(content)) for moment, content in track.versions]
    current = told[-1][1]
    before = _before(told, current)
    return [
        Said(value=value, source=track.source, since=_since(told, value), confirmed=track.seen_at, before=before if place == 0 else ())
        for place, value in enumerate(current)
    ]


def _since(told: Sequence[tuple[datetime, list[str]]], value: str) -> datetime:
    since = told[-1][0]
    for moment, values in reversed(told):
        if _alike(value) not in {_alike(each) for each in values}:
            break
        since = moment
    return since


def _before(told: Sequence[tuple[datetime, list[str]]], current: Sequence[str]) -> tuple[str, ...]:
    """Give what the record said before and says no more, the newest first, with the day on which it stopped."""
    now, found = {_alike(each) for each in current}, {}
    for (_, values), (ended, _) in pairwise(told):
        for value in values:
            if _alike(value) not in now:
                found[value] = ended
    newest = sorted(found.items(), key=lambda each: each[1], reverse=True)
    return tuple(f"{value}, until {in_words(ended.date())}" for value, ended in newest)


def _alike(value: str) -> str:
    return " ".join(sorted(fold(value).split()))


def shown(value: Any) -> str:
    """Give a value of a record as a person reads it: dates and truth in words."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    text = str(value)
    day = parse_date(text) if len(text) == 10 else None
    return in_words(day) if day else text
