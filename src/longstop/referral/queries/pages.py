"""One referral, question, departure or second look whole; everything about a person."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from longstop.audit.queries import contents
from longstop.people.matching import numbers_of
from longstop.referral.models import Departure, LegacyCase, Look, Question, Referral, Remit
from longstop.referral.queries.legacy import legacy_cases_of
from longstop.work.queries import export_subjects

_AROUND = ("person__particulars", "arrival", "task__owner", "task__team", "made_by", "ended_by")


def referral(referral_id: int) -> Referral:
    """Give one referral with what a page shows; its words by `words_of`. Raises Referral.DoesNotExist."""
    return Referral.objects.select_related(*_AROUND, "case", "follows").get(pk=referral_id)


def question(question_id: int) -> Question:
    """Give one question with both persons. Raises Question.DoesNotExist."""
    return Question.objects.select_related(*_AROUND, "other__particulars", "referral").get(pk=question_id)


def departure(departure_id: int) -> Departure:
    """Give one departure. Raises Departure.DoesNotExist."""
    return Departure.objects.select_related(*_AROUND, "receipt", "last_seen").get(pk=departure_id)


def look(look_id: int) -> Look:
    """Give one second look. Raises Look.DoesNotExist."""
    return Look.objects.select_related(*_AROUND, "referral", "consideration").get(pk=look_id)


def words_of(rows: Iterable[Referral | Question | Departure | Look]) -> dict[int, dict[str, Any]]:
    """Give what people wrote when these ended ("reason", "evidence") and when they were made by hand ("words"), by number. One query."""
    found = list(rows)
    wanted = {row.pk: [row.ended_payload_id, getattr(row, "made_payload_id", None)] for row in found}
    kept = contents(number for pair in wanted.values() for number in pair if number)
    return {pk: {name: words for number in pair for name, words in (kept.get(number or 0) or {}).items()} for pk, pair in wanted.items()}


@dataclass(frozen=True, kw_only=True)
class OfPerson:
    """Everything here about one person, the newest first; `remits` are what the rules made of each of their records."""

    referrals: Sequence[Referral]
    questions: Sequence[Question]
    departures: Sequence[Departure]
    looks: Sequence[Look]
    remits: Sequence[Remit]


def of_person(person_id: int) -> OfPerson:
    """Give everything here about a person, in five queries."""
    return OfPerson(
        referrals=list(Referral.objects.filter(person_id=person_id).select_related(*_AROUND, "case").order_by("-pk")),
        questions=list(Question.objects.filter(Q(person_id=person_id) | Q(other_id=person_id)).select_related(*_AROUND).order_by("-pk")),
        departures=list(Departure.objects.filter(person_id=person_id).select_related(*_AROUND, "receipt", "last_seen").order_by("-pk")),
        looks=list(Look.objects.filter(person_id=person_id).select_related(*_AROUND).order_by("-pk")),
        remits=list(Remit.objects.filter(person_id=person_id).select_related("arrival").order_by("pk")),
    )


def export_person(person_id: int) -> dict[str, Any]:
    """Give everything that is held about a person here, as plain values, for the person's own request."""
    about = of_person(person_id)
    inputs = contents(each.inputs_payload_id for each in about.remits)
    ended: list[Referral | Question | Departure | Look] = [*about.referrals, *about.questions, *about.departures, *about.looks]
    words = words_of(ended)
    return {
        "numbers": numbers_of(person_id),
        "rules": [
            {"result": each.result, "reasons": each.reasons, "policy": each.policy, "inputs": inputs.get(each.inputs_payload_id)}
            for each in about.remits
        ],
        "considered": [_plain(each) | {"words": words.get(each.pk, {})} for each in ended],
        "taken_over": [_taken_over(each) for each in legacy_cases_of(person_id)],
        "tasks": export_subjects(subject_ids=[each.pk for each in ended]),
    }


def _taken_over(row: LegacyCase) -> dict[str, Any]:
    """What the old system said of the case itself is intake's to give."""
    return {
        "became": row.result,
        "reason": row.reason,
        "case": row.case.reference if row.case else None,
        "question": row.question_id,
        "owner_gone": row.owner_gone,
        "dealt_at": row.dealt_at.isoformat(),
    }


def _plain(row: Referral | Question | Departure | Look) -> dict[str, Any]:
    found: dict[str, Any] = {"kind": row._meta.model_name, "state": row.state, "made_at": row.made_at.isoformat()}
    for name in ("kind", "origin", "reasons", "outcome_code", "answer", "explanation"):
        if value := getattr(row, name, None):
            found[name if name != "kind" else "question"] = value
    return found | {"ended_at": row.ended_at.isoformat() if row.ended_at else None}
