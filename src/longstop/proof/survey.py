"""The survey behind a certificate: every open case and every other open task judged once, its clocks wound again, its records recounted."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from longstop.access.rules import OWNING_ROLES
from longstop.cases.authority import Authority, is_live, is_reasoned
from longstop.cases.winding import HELD, Facts, day_of, wind
from longstop.clocks.forward import task_kinds
from longstop.clocks.results import Clock, Kind
from longstop.clocks.rungs import cutoffs
from longstop.proof.reading import Instant, rows, statement
from longstop.proof.rules import LIBERTY, REVIEWS, List, Reason, reasons

CONTACTS = (Kind.CONTACT, Kind.ADDRESS_KNOWN)
ANCHORED = (Kind.RELEASE, Kind.EARLY_REMOVAL, *REVIEWS, *CONTACTS)
EARLIEST = date.min


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing listed by name; see `models.CertificateItem`."""

    list: str
    subject_kind: str
    subject_id: int | None
    reference: str
    reason: str
    also: tuple[str, ...] = ()
    details: str = ""


@dataclass
class Survey:
    """What was found: how many are in which state, and what is listed."""

    states: Counter[str] = field(default_factory=Counter)
    task_states: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    open_cases: int = 0
    open_tasks: int = 0
    tasks_about: Counter[str] = field(default_factory=Counter)
    detained: int = 0
    liberty: int = 0
    clocks: int = 0
    remainder: list[tuple[tuple[Any, ...], Item]] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)

    def leave(self, mask: int, item: Mapping[str, Any], *, due: date | None) -> None:
        """Put a case or a task into the remainder."""
        first, *others = reasons(mask)
        self.reasons[first.code] += 1
        self.liberty += bool(mask & LIBERTY)
        listed = Item(list=List.REMAINDER, reason=first.code, also=tuple(each.code for each in others), **item)
        self.remainder.append(((first.value, due or EARLIEST, listed.subject_kind, listed.reference, listed.subject_id), listed))

    def in_order(self) -> list[Item]:
        """Give all that is listed, the remainder first: liberty, then ownership, then work, each by due date."""
        return [item for _, item in sorted(self.remainder, key=lambda each: each[0])] + self.items


def survey(instant: Instant) -> Survey:
    """Judge every open case and every open task about anything else. Call inside `reading.snapshot`."""
    found = Survey()
    gone = _gone(instant)
    _judge_cases(found, instant, gone)
    _judge_tasks(found, instant, gone)
    return found


def _params(instant: Instant) -> dict[str, Any]:
    holds = [(kind.name, kind.hold_limit_days) for kind in task_kinds(today=instant.day) if kind.hold_limit_days is not None]
    return {
        **{each.code: int(each) for each in Reason},
        **{f"rung_{number}": day for number, day in enumerate(cutoffs(today=instant.day))},
        "owning_roles": sorted(OWNING_ROLES),
        "hold_kinds": [kind for kind, _ in holds],
        "hold_days": [days for _, days in holds],
    }


class _Ordered:
    """Rows that begin with a case's number, in that order, taken case by case as another stream goes along."""

    def __init__(self, stream: Iterator[tuple[Any, ...]]) -> None:
        self._stream = stream
        self._next = next(stream, None)

    def of(self, case_id: int) -> list[tuple[Any, ...]]:
        """Give the rest of the rows of this case; those of cases before it are passed over."""
        taken = []
        while self._next is not None and self._next[0] <= case_id:
            if self._next[0] == case_id:
                taken.append(self._next[1:])
            self._next = next(self._stream, None)
        return taken


def _gone(instant: Instant) -> dict[tuple[str, int], int]:
    """Who is gone from the list or was released before anybody explained or decided, as reasons by subject."""
    found: dict[tuple[str, int], int] = {}
    for kind, number, reason in rows(statement("departed"), _params(instant), instant=instant):
        found[kind, number] = found.get((kind, number), 0) | reason
    return found


def _judge_cases(found: Survey, instant: Instant, gone: Mapping[tuple[str, int], int]) -> None:
    dates = _Ordered(rows(statement("key_dates"), {}, instant=instant))
    clocks = _Ordered(rows(statement("clocks"), {}, instant=instant))
    authorities = _Ordered(rows(statement("authorities"), {"held": list(HELD)}, instant=instant))
    for row in rows(statement("judged", "cases"), _params(instant), instant=instant):
        case_id, reference, custody, monitored, opened_at, release_date, earliest, state, mask = row
        subject = {"subject_kind": "case", "subject_id": case_id, "reference": reference}
        found.open_cases += 1
        found.detained += custody in HELD
        facts = _facts(custody, monitored, opened_at, dates.of(case_id))
        wound = wind(facts=facts, today=instant.day)
        held = {kind: values for kind, *values in clocks.of(case_id)}
        _compare(found, wound, held, release_date, subject)
        _list_contacts(found, wound, subject, day=instant.day)
        mask |= gone.get(("case", case_id), 0)
        mask |= _liberty(wound, held, custody=custody, day=instant.day)
        if custody in HELD:
            mask |= _held_by(facts, authorities.of(case_id), day=instant.day)
        if mask:
            found.leave(mask, {**subject, "details": f"due {earliest.isoformat()}" if earliest else ""}, due=earliest)
        else:
            found.states[state] += 1


def _facts(custody: str, monitored: bool, opened_at: datetime, key_dates: list[tuple[Any, ...]]) -> Facts:
    reviews = sorted(value for name, value in key_dates if name == "last_detention_review" and value)
    standing = {name: value for name, value in key_dates if name != "last_detention_review"}
    return Facts(custody=custody, monitored=monitored, opened_on=day_of(opened_at), dates=standing, detention_reviews=reviews)


def _liberty(wound: Mapping[str, Clock], held: Mapping[str, list[Any]], *, custody: str, day: date) -> int:
    """Judge reviews of detention and restriction by the dates themselves: an acknowledgement makes no late review good."""
    mask = Reason(0)
    for kind, (late, without_date) in REVIEWS.items():
        if kind in wound:
            due = wound[kind].due
            mask |= without_date if due is None else late if due < day else Reason(0)
    if custody in HELD:
        running = held.get(Kind.DETENTION_REVIEW)
        if running is None or running[6] == "stopped":
            mask |= Reason.DETENTION_REVIEW_NOT_RUNNING
    return int(mask)


def _held_by(facts: Facts, recorded: list[tuple[Any, ...]], *, day: date) -> int:
    """Judge whether somebody who is held is so under a live authority and for a recorded reason; whether it is a good one, people judge."""
    standing = Authority(**dict(zip(("effective_from", "until", "reasoned_on"), recorded[0], strict=True))) if recorded else None
    since, mask = facts.dates.get("detained_since"), Reason(0)
    if not is_live(standing, detained_since=since, day=day):
        mask |= Reason.DETENTION_WITHOUT_AUTHORITY
    if not is_reasoned(standing, detained_since=since, reviews=facts.detention_reviews):
        mask |= Reason.REMOVAL_REASON_MISSING
    return int(mask)


def _compare(
    found: Survey, wound: Mapping[str, Clock], held: Mapping[str, list[Any]], release_date: date | None, subject: Mapping[str, Any]
) -> None:
    """List every clock whose stored row is not what follows from the dates today, and dates that cannot be worked out."""
    found.clocks += len(wound)
    for kind, clock in wound.items():
        for what, details in _differences(clock, held.get(kind)):
            found.items.append(Item(list=List.CLOCKS_DIFFER, reason=what, details=f"{kind}: {details}", **subject))
        if clock.alarm and kind in ANCHORED:
            found.items.append(Item(list=List.UNANCHORED, reason=kind, details=clock.reason, **subject))
    for kind, (due, _, _, _, _, _, version) in held.items():
        if kind not in wound and (due is not None or version != "stopped"):
            found.items.append(Item(list=List.CLOCKS_DIFFER, reason="not_stopped", details=f"{kind}: it no longer applies", **subject))
    release = wound.get(Kind.RELEASE)
    expected = release.due if release else None
    if release_date != expected:
        details = f"the case says {_iso(release_date)}, the dates say {_iso(expected)}"
        found.items.append(Item(list=List.CLOCKS_DIFFER, reason="release_date", details=details, **subject))


def _list_contacts(found: Survey, wound: Mapping[str, Clock], subject: Mapping[str, Any], *, day: date) -> None:
    """List those in the community who are past the day of contact, or of knowing their address. It is listed, and fails nothing."""
    for kind in CONTACTS:
        due = wound[kind].due if kind in wound else None
        if due is not None and due < day:
            found.items.append(Item(list=List.CONTACT_OVERDUE, reason=kind, details=f"due {due.isoformat()}", **subject))


def _differences(clock: Clock, held: list[Any] | None) -> Iterator[tuple[str, str]]:
    if held is None:
        yield "missing", "it was never wound"
        return
    due, alarm, basis, inputs, inputs_hash, rule, version = held
    if due != clock.due:
        yield "due", f"the record says {_iso(due)}, the dates say {_iso(clock.due)}"
    elif (rule, version) != (clock.rule, clock.version):
        yield "rule", "another version of the rule is in force"
    elif inputs_hash != clock.inputs_hash or json.loads(inputs) != dict(clock.inputs):
        yield "inputs", "it was wound from other dates"
    elif alarm != (clock.alarm or "")[:200] or basis != (clock.basis.name if clock.basis else ""):
        yield "words", "its alarm or its basis is another"


def _iso(day: date | None) -> str:
    return day.isoformat() if day else "no date"


def _judge_tasks(found: Survey, instant: Instant, gone: Mapping[tuple[str, int], int]) -> None:
    for task_id, kind, subject_id, due, state, mask in rows(statement("judged", "tasks"), _params(instant), instant=instant):
        found.open_tasks += 1
        found.tasks_about[kind] += 1
        mask |= gone.get((kind, subject_id), 0)
        if mask:
            item = {"subject_kind": "task", "subject_id": task_id, "reference": f"{kind} {subject_id}", "details": f"due {due.isoformat()}"}
            found.leave(mask, item, due=due)
        else:
            found.task_states[state] += 1
