"""What is in hand or was decided about persons, as considering a receipt asks for it: a fixed number of queries for any number of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from longstop.audit.bulk import among
from longstop.cases import queries as cases
from longstop.referral.models import Question, QuestionState, Referral, ReferralState
from longstop.referral.rules import PAIRS

# A case that ended so is over: somebody on the list again after it is referred anew.
GONE = ("removed", "left_voluntarily", "transferred", "deceased")
IDENTITY = (*sorted(PAIRS), "joined_rightly", "back_after_departure")
# Questions that no record of a list answers or overtakes.
ASIDE = (*IDENTITY, "second_case")


@dataclass
class Standing:
    """What is known of one person. `ended_at` and `told` are of the last thing that a person decided: when, and what the record said."""

    open_case: bool = False
    open_referral: bool = False
    open_questions: dict[str, Question] = field(default_factory=dict)
    ended_at: datetime | None = None
    told: bytes | None = None
    last_referral: int | None = None
    accepted: bool = False
    gone_at: datetime | None = None
    closed_case: bool = False

    @property
    def in_hand(self) -> bool:
        """Say whether a case or a referral is open."""
        return self.open_case or self.open_referral

    @property
    def anything(self) -> bool:
        """Say whether anybody has, or had, anything to do with the person."""
        return self.in_hand or bool(self.open_questions) or self.ended_at is not None or self.closed_case


def standings(person_ids: Iterable[int]) -> dict[int, Standing]:
    """Give what is in hand or decided about each of these persons, in four queries."""
    found = {person: Standing() for person in person_ids}
    for referral in Referral.objects.filter(among("person_id", found)).order_by("pk"):
        _add_referral(found[referral.person_id], referral)
    for question in Question.objects.filter(among("person_id", found)).exclude(kind__in=ASIDE).order_by("pk"):
        _add_question(found[question.person_id], question)
    for person, about in cases.of_persons(found).items():
        for case in about:
            if case.closed_at is None:
                found[person].open_case = True
                continue
            found[person].closed_case = True
            if case.outcome in GONE:
                before = found[person].gone_at
                found[person].gone_at = max(case.closed_at, before) if before else case.closed_at
    return found


def _add_referral(standing: Standing, referral: Referral) -> None:
    if referral.state == ReferralState.OPEN:
        standing.open_referral = True
        return
    standing.last_referral = referral.pk
    _ended(standing, referral.ended_at, referral.telling_digest, accepted=referral.state == ReferralState.ACCEPTED)


def _add_question(standing: Standing, question: Question) -> None:
    if question.state == QuestionState.OPEN:
        standing.open_questions[question.kind] = question
    elif question.state == QuestionState.ANSWERED:
        _ended(standing, question.ended_at, question.telling_digest, accepted=False)


def _ended(standing: Standing, at: datetime | None, told: bytes | memoryview | None, *, accepted: bool) -> None:
    if at is not None and (standing.ended_at is None or at >= standing.ended_at):
        standing.ended_at, standing.accepted = at, accepted
        standing.told = bytes(told) if told is not None else None
