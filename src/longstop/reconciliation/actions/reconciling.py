"""A statement is made and kept, and what it finds broken is owned and dated: some hundreds in a transaction, so that a stop loses nothing.

Where it is interrupted, the statement stays unfinished and is shown to nobody; the next one finds what has its task already.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from longstop.audit.actions import keep_plainly, record, record_many
from longstop.audit.bulk import insert_rows
from longstop.audit.operations import action
from longstop.cases import queries as cases
from longstop.kernel.batches import batched
from longstop.kernel.policy import load
from longstop.people.matching import wait_for_persons
from longstop.reconciliation import events
from longstop.reconciliation.actions.enquiring import overtake
from longstop.reconciliation.models import Break, BreakState, Figure, Statement, StatementLine, StatementPart
from longstop.reconciliation.queries.sides import Both
from longstop.reconciliation.rules import BREAK, TASK_KINDS, Kind
from longstop.referral.owners import Owners
from longstop.work import actions as work
from longstop.work.actions import LookedAtTask, Owner, store_looked_at
from longstop.work.models import Origin

CHUNK = 400
Key = tuple[str, int]
"""Kind and person: of each pair one break is open at most."""


@dataclass(frozen=True)
class _Known:
    """The breaks that are open, by key, as (number, digest); and the digests of those that were settled, with their keys."""

    open: Mapping[Key, tuple[int, bytes]]
    settled: frozenset[tuple[Key, bytes]]


@dataclass
class _Found:
    """What a reckoning found, held against what is known."""

    fresh: list[dict[str, Any]] = field(default_factory=list)
    changed: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    settled: int = 0


def reconcile(*, both: Both, by: int, at: datetime, today: date) -> Statement:
    """Keep the statement of what `queries.read_both` found, and see to it that each break is owned and dated.

    Done twice with nothing changed between, the second finds the same and makes nothing. Raises NobodyToOwn.
    """
    found = _compare(both, _known())
    number = _begin(both=both, by=by, at=at, today=today)
    owners = Owners(today=today)
    told: dict[str, Any] = {"statement_id": number, "by": by, "at": at}
    fresh = sum([_note_fresh(rows=rows, owners=owners.begin_chunk(), today=today, **told) for rows in batched(found.fresh, CHUNK)])
    for changed in batched(found.changed, CHUNK):
        _note_changed(rows=changed, **told)
    gone = sum([_end_gone(numbers=numbers, **told) for numbers in batched(found.gone, CHUNK)])
    counts = {"found": len(both.reckoned.breaks), "fresh": fresh, "settled": found.settled, "gone": gone}
    return _finish(statement_id=number, counts=counts, by=by, at=at)


def _known() -> _Known:
    said = ("kind", "person_id", "pk", "says_digest")
    rows = Break.objects.filter(state=BreakState.OPEN).values_list(*said)
    ended = Break.objects.filter(state=BreakState.SETTLED).values_list("kind", "person_id", "says_digest")
    return _Known(
        {(kind, person): (number, bytes(digest)) for kind, person, number, digest in rows},
        frozenset(((kind, person), bytes(digest)) for kind, person, digest in ended),
    )


def _compare(both: Both, known: _Known) -> _Found:
    """Say of each break whether it is new, says something else, or stands; and which are not found any more."""
    found, seen = _Found(), set[Key]()
    for row in both.reckoned.breaks.iter_rows(named=True):
        key, digest = (row["kind"], row["person_id"]), says_digest(row)
        seen.add(key)
        if held := known.open.get(key):
            if held[1] != digest:
                found.changed.append((held[0], row))
        elif (key, digest) in known.settled:
            found.settled += 1
        else:
            found.fresh.append(row)
    found.gone = sorted(number for key, (number, _) in known.open.items() if key not in seen)
    return found


def says_digest(row: Mapping[str, Any]) -> bytes:
    """Give the 32 bytes of what the two sides say."""
    return hashlib.sha256("\n".join((row["kind"], row["ours"] or "", row["theirs"] or "")).encode()).digest()


@action
def _begin(*, both: Both, by: int, at: datetime, today: date) -> int:
    reckoned = both.reckoned
    numbers = {name: getattr(reckoned, name) for name in ("records", "second_records", "their_persons", "our_persons", "matched")}
    made = Statement.objects.create(
        receipt_id=both.receipt.pk,
        policy=both.policy,
        made_for=today,
        rows=both.rows,
        refused=both.refused,
        given_twice=both.given_twice,
        made_at=at,
        made_by_id=by,
        **numbers,
    )
    lines = [
        {
            "statement_id": made.pk,
            "place": place,
            "side": each.side.value,
            "line": each.line.value,
            "persons": each.persons,
            "who": list(each.who),
        }
        for place, each in enumerate(reckoned.lines)
    ]
    insert_rows(StatementLine, lines)
    insert_rows(StatementPart, list(_parts(both, made.pk)))
    happened = events.StatementMade(
        subject_id=made.pk,
        receipt_id=both.receipt.pk,
        policy=both.policy,
        their_persons=reckoned.their_persons,
        our_persons=reckoned.our_persons,
        matched=reckoned.matched,
        lines={each.line.value: each.persons for each in reckoned.lines},
    )
    record(happened, by=by, at=at)
    return made.pk


def _parts(both: Both, number: int) -> Iterator[dict[str, Any]]:
    """Give what is kept of the figures that are no line of either side."""
    kinds = [(Figure.MATCHED, each.kind.value if each.kind else "", each.who) for each in both.reckoned.agreements]
    rest = [(Figure.FURTHER, "", both.reckoned.further), (Figure.REFUSED, "", both.refusals)]
    for place, (figure, kind, which) in enumerate([*kinds, *rest]):
        yield {
            "statement_id": number,
            "figure": figure.value,
            "place": place,
            "kind": kind,
            "how_many": len(which),
            "which": list(which),
        }


@action
def _note_fresh(*, statement_id: int, rows: Sequence[Mapping[str, Any]], owners: Owners, by: int, at: datetime, today: date) -> int:
    """Let each of these be a break of its own, with a task: of the case's owner where there is a case, else of whoever is asked.

    What another statement has noted in the meantime is left as it is. Gives how many were made.
    """
    fresh = _not_noted(rows)
    order, winners = load("reconciliation").at("gravity", today).texts("order"), load("reconciliation").at("winners", today)
    holding = _owners_of(fresh)
    wanted = [
        LookedAtTask(
            row={
                "kind": row["kind"],
                "gravity": order.index(row["kind"]),
                "person_id": row["person_id"],
                "case_id": row["case_id"],
                "arrival_id": row["record_id"],
                "says_payload_id": kept.pk,
                "says_digest": says_digest(row),
                "wins": winners.text(row["kind"]),
                "statement_id": statement_id,
                "first_due": _due(Kind(row["kind"]), today=today),
            },
            kind=TASK_KINDS[Kind(row["kind"])],
            owner=holding.get(row["case_id"] or 0) or owners.asked.take("break"),
        )
        for row, kept in zip(fresh, keep_plainly((_says(row), row["person_id"]) for row in fresh), strict=True)
    ]
    said = iter(fresh)
    store_looked_at(Break, wanted, lambda row, owner: _told(row, owner, next(said)), origin=Origin.SOFTWARE, by=by, at=at, today=today)
    record(events.BreaksDealtWith(subject_id=statement_id, fresh=len(fresh), changed=0, gone=0), by=by, at=at)
    return len(fresh)


def _not_noted(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Give those of which no break is open: of two statements that are made at the same time the second waits, and sees the first's."""
    wait_for_persons(row["person_id"] for row in rows)
    noted = Break.objects.filter(person_id__in=[row["person_id"] for row in rows], state=BreakState.OPEN)
    known = set(noted.values_list("kind", "person_id"))
    return [row for row in rows if (row["kind"], row["person_id"]) not in known]


def _told(made: Mapping[str, Any], owner_id: int, row: Mapping[str, Any]) -> events.BreakFound:
    return events.BreakFound(
        subject_id=made["id"],
        person_id=made["person_id"],
        break_kind=made["kind"],
        statement_id=made["statement_id"],
        wins=made["wins"],
        due=made["first_due"],
        owner_id=owner_id,
        ours=row["ours"] or "",
        theirs=row["theirs"] or "",
    )


def _owners_of(rows: Sequence[Mapping[str, Any]]) -> dict[int, Owner]:
    numbers = [row["case_id"] for row in rows if row["case_id"]]
    held = cases.open_cases().select_related(None).filter(pk__in=numbers).order_by().values_list("pk", "owner_id", "team_id")
    return {number: Owner(owner, team) for number, owner, team in held}


def _due(kind: Kind, *, today: date) -> date:
    return today + timedelta(days=load("task_kinds").at(TASK_KINDS[kind], today).integer("days"))


def _says(row: Mapping[str, Any]) -> dict[str, str]:
    return {name: row[name] or "" for name in ("ours", "theirs", "basis")}


@action
def _note_changed(*, statement_id: int, rows: Sequence[tuple[int, Mapping[str, Any]]], by: int, at: datetime) -> None:
    """Let open breaks say what the two sides say now."""
    said = dict(rows)
    open_now = list(Break.objects.select_for_update(no_key=True).filter(pk__in=said, state=BreakState.OPEN).order_by("pk"))
    kept = keep_plainly((_says(said[each.pk]), each.person_id) for each in open_now)
    for each, payload in zip(open_now, kept, strict=True):
        row = said[each.pk]
        each.says_payload_id, each.says_digest = payload.pk, says_digest(row)
        each.arrival_id, each.case_id = row["record_id"], row["case_id"]
    Break.objects.bulk_update(open_now, ["says_payload_id", "says_digest", "arrival", "case"])
    happened = [
        events.BreakChanged(
            subject_id=each.pk,
            person_id=each.person_id,
            statement_id=statement_id,
            ours=said[each.pk]["ours"] or "",
            theirs=said[each.pk]["theirs"] or "",
        )
        for each in open_now
    ]
    counted = events.BreaksDealtWith(subject_id=statement_id, fresh=0, changed=len(open_now), gone=0)
    record_many([*happened, counted], by=by, at=at)


@action
def _end_gone(*, statement_id: int, numbers: Sequence[int], by: int, at: datetime) -> int:
    """End open breaks that were not found any more, and their tasks with them; gives how many."""
    open_now = list(Break.objects.select_for_update(no_key=True).filter(pk__in=numbers, state=BreakState.OPEN).order_by("pk"))
    for each in open_now:
        BREAK.check(from_=each.state, to=BreakState.GONE)
        each.state, each.ended_at, each.ended_by_id = BreakState.GONE, at, by
    Break.objects.bulk_update(open_now, ["state", "ended_at", "ended_by"])
    overtake([each.pk for each in open_now], by=by, at=at)
    tasks = [each.task_id for each in open_now if each.task_id]
    if tasks:
        work.withdraw(task_ids=tasks, reason="The two sides do not differ in this any more.", by=by, at=at)
    happened = [events.BreakGone(subject_id=each.pk, person_id=each.person_id, statement_id=statement_id) for each in open_now]
    record_many([*happened, events.BreaksDealtWith(subject_id=statement_id, fresh=0, changed=0, gone=len(open_now))], by=by, at=at)
    return len(open_now)


@action
def _finish(*, statement_id: int, counts: Mapping[str, int], by: int, at: datetime) -> Statement:
    made = Statement.objects.select_for_update(no_key=True).get(pk=statement_id)
    made.found, made.fresh, made.settled, made.gone = (counts[name] for name in ("found", "fresh", "settled", "gone"))
    made.finished_at, made.finished_by_id = at, by
    made.save(update_fields=["found", "fresh", "settled", "gone", "finished_at", "finished_by"])
    told = events.StatementFinished(subject_id=statement_id, found=made.found, fresh=made.fresh, settled=made.settled, gone=made.gone)
    record(told, by=by, at=at)
    return made
