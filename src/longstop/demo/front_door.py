"""What the demonstration's duty officer does with each list: questions answered, departures explained; the newest list waits for you."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

from longstop.audit.actions import SYSTEM
from longstop.demo.cast import Part
from longstop.demo.days import Days
from longstop.demo.extract import ON_REMAND, left_prison, record_of
from longstop.intake.loading import load_prisoners
from longstop.reconciliation import actions as reconciliation
from longstop.reconciliation import queries as reconciled
from longstop.referral import actions as referral
from longstop.referral import queries as considered
from longstop.referral.actions.judging import is_drawn
from longstop.work.models import Task

ANSWERS = {
    "nationality_unknown": "foreign",
    "conflicting_nationality": "foreign",
    "unknown_status": "convicted",
    "possibly_same_person": "different",
    "back_after_departure": "explained",
}
SHARE = 10  # of a thousand; which seed draws the one record that the newest list's second look is about is found by trying
HANDED_ON = ("PRISON-TEAM", "LEADER-3")
NO_INTEREST = 16
"""The turn of whoever waits, and in whom somebody has found no interest."""


def consider(receipt_id: int, *, at: datetime, day: date, seed: str = "demonstration") -> None:
    """Let the records of a list be considered."""
    referral.consider_receipt(receipt_id=receipt_id, by=SYSTEM, at=at, today=day, seed=seed)


def reconcile(*, at: datetime, day: date) -> None:
    """Close the statement between the command's cases and the newest list."""
    reconciliation.reconcile(both=reconciled.read_both(today=day), by=SYSTEM, at=at, today=day)


def see_to(day: date, *, at: datetime) -> None:
    """Answer what was asked and explain who has gone, on the day of the list."""
    for asked in considered.questions(today=day):
        reason = "The prison has seen the passport, and sent a copy."
        by, answer = _owner(asked.task), ANSWERS[asked.kind]
        referral.answer(question_id=asked.pk, answer=answer, reason=reason, by=by, at=at, today=day)
    for gone in considered.departures(today=day):
        evidence = "The case was closed with the evidence on it before the list came."
        referral.explain(departure_id=gone.pk, explanation="deported", evidence=evidence, by=_owner(gone.task), at=at)


def seed_for(arrival_id: int) -> str:
    """Give the first seed that draws this record for a second look."""
    return next(str(number) for number in range(10_000) if is_drawn(seed=str(number), arrival_id=arrival_id, per_thousand=SHARE))


def decide_some(parts: list[Part], waiting: Mapping[str, int], staff: Mapping[str, int], days: Days) -> None:
    """Let somebody have found no interest in one of those who wait, and others have been handed to colleagues."""
    by_record = {each.arrival_id: each for each in considered.referrals(today=days.today)}
    turns = {part.turn: by_record.get(waiting.get(part.prison_number, 0)) for part in parts if part.story == "waiting"}
    refused = turns.pop(NO_INTEREST)
    assert refused is not None
    reason = "A fine and a short sentence: below the threshold, and nothing else is known."
    referral.find_no_interest(referral_id=refused.pk, code="BELOW_THRESHOLD", reason=reason, by=staff["DUTY-OFFICER"], at=days.at)
    rest = [each for turn, each in sorted(turns.items()) if each is not None and turn not in ON_REMAND]
    for each, to in zip(rest, HANDED_ON, strict=False):
        reason = "You know the prison and the papers."
        own = _owner(each.task)
        referral.hand_on(
            kind="referral", subject_ids=[each.pk], to=staff[to], from_=own, reason=reason, by=own, at=days.at, today=days.today
        )


def send_half_a_list(folder: Path, parts: list[Part], days: Days) -> None:
    """Let a list come that is far shorter than the last one, so that it waits for somebody to decide."""
    rows = [json.dumps(record_of(part, days, final=True)) for part in parts if not left_prison(part, days, days.today)]
    path = folder / f"prisoners-{days.today.isoformat()}.jsonl"
    path.write_text("\n".join(rows[: len(rows) // 2]) + "\n", encoding="utf-8")
    load_prisoners(path=path, observed_at=days.at, by=SYSTEM, at=days.at)


def _owner(task: Task | None) -> int:
    assert task is not None
    return task.owner_id
