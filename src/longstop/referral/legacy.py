"""A case of a legacy casework system, read as what a case is opened with. Pure: no ORM, no clock; words are policy's, `legacy.toml`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from longstop.clocks.forward import task_kind
from longstop.clocks.working_days import Nation, add
from longstop.kernel.dates import in_words
from longstop.kernel.policy import load
from longstop.work.rules import NewTask, latest_due

SOURCE = "casework"
_SAME_NAME = ("sentence_start_date", "sentence_expiry_date", "conditional_release_date", "early_removal_eligibility_date")
_DAYS_OF_CASE: Mapping[str, str] = {
    **{name: name for name in _SAME_NAME},
    "last_contact_on": "last_contact",
    "next_reporting_on": "next_reporting",
    "opened_on": "opened_in_old_system",
}
# What the old system says has not happened yet, and may.
_MAY_LIE_AHEAD = frozenset({*_SAME_NAME, "next_reporting"}) - {"sentence_start_date"}
_OLDEST_COUNTS = frozenset({"first_reporting"})
_ANCHOR = {"detained": "detained_since", "time_served": "detained_since", "community": "contact_conditions_since"}


@dataclass(frozen=True, kw_only=True)
class Told:
    """What the old system says of a case, as it is taken over. `tasks` are what is to be done beside `first`, which is its next action."""

    custody: str
    custody_since: date | None
    monitored: bool
    dates: Mapping[str, date]
    first: NewTask | None
    tasks: Sequence[NewTask]
    detention_reviews: Sequence[date]


def has_ended(case: Mapping[str, Any], *, today: date) -> bool:
    """Say whether the old system's case is over: it has an outcome, and a day of its end that has come (docs/contracts/casework.md)."""
    ended = _day(case.get("closed_on"))
    return bool(case.get("outcome")) and ended is not None and ended <= today


def read(*, case: Mapping[str, Any], events: Sequence[Mapping[str, Any]], addresses: Sequence[Mapping[str, Any]], today: date) -> Told:
    """Read an open case with its events and the person's addresses. Nothing is guessed: a day that cannot be used is told in a task."""
    doubts: list[str] = []
    custody = _custody(case, today)
    if case.get("custody") and custody == "unknown":
        doubts.append(f"The old system says of where the person is: {case['custody']}. Record where they are.")
    if case.get("closed_on") and not has_ended(case, today=today):
        doubts.append(f"The old system gives {_words(case['closed_on'])} as the end, and no outcome with it. Close the case on evidence.")
    happened = list(_happened(events, today))
    dates = dict(_dates(case, happened, addresses, custody, today, doubts))
    reviews = sorted({day for kind, day in happened if kind in _kinds("last_detention_review", today)})
    return Told(
        custody=custody,
        custody_since=dates.get(_ANCHOR.get(custody, "")),
        monitored="monitoring_since" in dates,
        dates=dates,
        first=_next_action(case, today),
        tasks=[*_barriers(case, today), *_doubts(doubts, today)],
        detention_reviews=reviews if custody in ("detained", "time_served") else (),
    )


def owner_number(case: Mapping[str, Any], owners: Sequence[Mapping[str, Any]]) -> str:
    """Give the staff number of whoever owns the case in the old system, or "": the case's own word, else its one owner without an end."""
    if number := str(case.get("owner_staff_number") or ""):
        return number
    standing = [str(each["staff_number"]) for each in owners if not each.get("to_date")]
    return standing[0] if len(standing) == 1 else ""


def owner_gone(number: str, *, today: date) -> NewTask:
    """Give the task that says that the former owner has gone."""
    who = f"names {number}, who is not active here or may not own cases" if number else "names nobody"
    details = f"As the owner of this case the old system {who}. Say who is to own it."
    return NewTask(kind="case.owner_gone", due=_due("case.owner_gone", today), details=details)


def says_more(*, today: date) -> NewTask:
    """Give the task that says that the old system has said something new of a case which was taken over."""
    details = "The old system says something else of this case than when it was taken over: compare its record on the person's page."
    return NewTask(kind="case.put_right", due=_due("case.put_right", today), details=details)


def note_text(note: Mapping[str, Any]) -> str:
    """Give a note's text, with who wrote it and when, as the old system has it."""
    author, written = str(note.get("author") or "somebody not named"), note.get("written_on")
    when = f"on {_words(written)}" if written else "on a day not stated"
    return f"Carried over from the old casework system; written there by {author} {when}.\n\n{note.get('text', '')}"


def _custody(case: Mapping[str, Any], today: date) -> str:
    name = _custody_words(today).get(_fold(case.get("custody")), "unknown")
    return "time_served" if name == "detained" and case.get("prison") else name


@lru_cache(maxsize=32)
def _custody_words(today: date) -> Mapping[str, str]:
    """Give what each word of policy says of where a person is."""
    policy = load("legacy").at("custody", today)
    return {word: name for name in ("community", "detained", "serving") for word in policy.texts(name)}


def _dates(
    case: Mapping[str, Any],
    happened: Sequence[tuple[str, date]],
    addresses: Sequence[Mapping[str, Any]],
    custody: str,
    today: date,
    doubts: list[str],
) -> Iterator[tuple[str, date]]:
    """Give the key dates. What has happened cannot lie ahead: such a day is left out, and told."""
    found: dict[str, date] = {}
    for name in _event_names(custody):
        earliest = found.get("contact_conditions_since", date.min) if name in _OLDEST_COUNTS else date.min
        kinds = _kinds(name, today)
        days = sorted(day for kind, day in happened if kind in kinds and day >= earliest)
        if days:
            found[name] = days[0] if name in _OLDEST_COUNTS else days[-1]
    for said, name in _DAYS_OF_CASE.items():
        day = _day(case.get(said))
        if day is None:
            continue
        if name not in _MAY_LIE_AHEAD and day > today:
            doubts.append(f"The old system says {said}: {in_words(day)}, which lies ahead. Find out the day.")
        elif name not in found or day > found[name]:
            found[name] = day
    if custody == "community" and (known := _address_known(addresses, today)):
        found["address_known"] = known
    yield from found.items()


def _event_names(custody: str) -> list[str]:
    names = ["monitoring_since", "last_monitoring_review"]
    if custody == "community":
        return [*names, "contact_conditions_since", "last_contact_review", "last_contact", "first_reporting"]
    return [*names, "detained_since"] if custody in ("detained", "time_served") else names


def _happened(events: Sequence[Mapping[str, Any]], today: date) -> Iterator[tuple[str, date]]:
    for each in events:
        day = _day(each.get("happened_on"))
        if day is not None and day <= today:
            yield _fold(each.get("kind")), day


@lru_cache(maxsize=256)
def _kinds(name: str, today: date) -> frozenset[str]:
    return frozenset(load("legacy").at("events", today).texts(name))


def _address_known(addresses: Sequence[Mapping[str, Any]], today: date) -> date | None:
    none = load("legacy").at("no_address", today).texts("types")
    days = [_day(each.get("from")) for each in addresses if each.get("address") and str(each.get("type", "")).upper() not in none]
    return max((day for day in days if day is not None and day <= today), default=None)


def _next_action(case: Mapping[str, Any], today: date) -> NewTask | None:
    words, due = str(case.get("next_action") or ""), _day(case.get("next_action_due"))
    if not words and due is None:
        return None
    details = f"Next action in the old system: {words or 'not named'}."
    if due is None:
        return NewTask(kind="case.review", due=_due("case.review", today), details=f"{details} It had no due date there.")
    if due < today:
        return NewTask(kind="case.review", due=today, details=f"{details} It was due on {in_words(due)}: late when it was taken over.")
    last = latest_due(today=today)
    if due > last:
        return NewTask(kind="case.review", due=last, details=f"{details} It was due on {in_words(due)}, further ahead than a task may be.")
    return NewTask(kind="case.review", due=due, details=details)


def _barriers(case: Mapping[str, Any], today: date) -> Iterator[NewTask]:
    for word in case.get("barriers") or ():
        yield NewTask(kind="case.barrier", due=_due("case.barrier", today), details=f"Barrier in the old system: {word}.")


def _doubts(doubts: Sequence[str], today: date) -> Iterator[NewTask]:
    if doubts:
        yield NewTask(kind="case.put_right", due=_due("case.put_right", today), details=" ".join(doubts))


@lru_cache(maxsize=256)
def _due(kind: str, today: date) -> date:
    return add(day=today, days=task_kind(kind=kind, today=today).days, nation=Nation.ENGLAND_AND_WALES)


def _day(said: Any) -> date | None:
    return date.fromisoformat(str(said)) if said else None


def _words(said: Any) -> str:
    day = _day(said)
    return in_words(day) if day else ""


def _fold(said: Any) -> str:
    return " ".join(str(said or "").split()).casefold()
