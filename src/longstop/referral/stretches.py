"""The next records of a list, and where those stand of which nothing has to be judged: the database counts these, however many they are.

The words are those of `actions.judging`, which tells them for one record after another where anything about it has to be read.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Case, CharField, Count, Exists, F, Max, OuterRef, Q, QuerySet, Value, When

from longstop.cases.queries import open_cases
from longstop.cases.queries.lists import cases_about
from longstop.intake import sightings
from longstop.referral.models import Departure, DepartureState, Question, QuestionState, Referral, ReferralState, RemitResult
from longstop.referral.parts import WHOLE, Part
from longstop.referral.rules import FINAL
from longstop.referral.standing import ASIDE

COUNTED = ("in_hand", "out_of_remit", "decided")
_JUDGE = "judge"


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """So many `records` of a list that follow one another, from above `after` up to `last`, None where there are none.

    `judge` are the numbers of those to be judged, in order; of the others `counts` says how many stand under which word.
    """

    receipt_id: int
    policy: str
    after: int
    part: Part
    last: int | None
    records: int
    judge: list[int]
    counts: Counter[str]

    def beside(self, person_ids: Collection[int]) -> dict[int, str]:
        """Give those that were counted and are about one of these persons, with the word of each."""
        if not person_ids or not any(self.counts.values()):
            return {}
        rows = _standing(receipt_id=self.receipt_id, after=self.after, policy=self.policy, part=self.part).filter(pk__lte=self.last)
        found = rows.filter(arrival__remit__person_id__in=person_ids).exclude(pk__in=self.judge)
        return dict(found.values_list("pk", "stands"))


def stretch(*, receipt_id: int, after: int, policy: str, longest: int, most: int, part: Part = WHOLE) -> Stretch:
    """Give the next `longest` records of a part of a receipt, last seen in it, or fewer, so that no more than `most` are to be judged.

    To be judged is what is new or has changed, what was found out of remit under another policy, what is about a person about whom
    nobody has or had anything in hand although they may be in remit, and what is back on the list after a departure. One statement, two
    where the stretch had to be shortened.
    """
    rows = _standing(receipt_id=receipt_id, after=after, policy=policy, part=part)
    told = _told(rows[:longest])
    if len(told["judge"]) > most:
        told = _told(rows.filter(pk__lte=told["judge"][most - 1])[:longest])
    counts = Counter({word: told[word] for word in COUNTED})
    return Stretch(
        receipt_id=receipt_id,
        policy=policy,
        after=after,
        part=part,
        last=told["last"],
        records=told["records"],
        judge=told["judge"],
        counts=counts,
    )


def _told(rows: QuerySet[Any]) -> dict[str, Any]:
    numbers = {word: Count("pk", filter=Q(stands=word)) for word in COUNTED}
    judge = ArrayAgg("pk", filter=Q(stands=_JUDGE), order_by="pk", default=Value([]))
    return rows.aggregate(**numbers, records=Count("pk"), last=Max("pk"), judge=judge)


def _standing(*, receipt_id: int, after: int, policy: str, part: Part) -> QuerySet[Any]:
    """Give the records last seen in a receipt, each with where it stands, as `actions.judging` would say of it.

    The order of the conditions is that in which a record is placed; the database looks no further than the first that holds.
    """
    remit, person = "arrival__remit", OuterRef("arrival__remit__person_id")
    referrals = Referral.objects.filter(person_id=person)
    questions = Question.objects.filter(person_id=person).exclude(kind__in=ASIDE)
    gone = Departure.objects.filter(arrival_id=OuterRef("pk"))
    out = Q(**{f"{remit}__result": RemitResult.OUT_OF_REMIT})
    stands = Case(
        When(Q(**{f"{remit}__isnull": True}) | ~Q(**{f"{remit}__content_digest": F("arrival__content_digest")}), then=Value(_JUDGE)),
        When(out & ~Q(**{f"{remit}__policy": policy}), then=Value(_JUDGE)),
        When(Exists(gone.filter(Q(state=DepartureState.OPEN) | Q(explanation__in=FINAL))), then=Value(_JUDGE)),
        When(Exists(referrals.filter(state=ReferralState.OPEN)), then=Value("in_hand")),
        When(Exists(open_cases().filter(person_id=person)), then=Value("in_hand")),
        When(out, then=Value("out_of_remit")),
        When(Exists(questions.filter(state=QuestionState.OPEN)), then=Value("in_hand")),
        When(Exists(referrals), then=Value("decided")),
        When(Exists(questions.filter(state=QuestionState.ANSWERED)), then=Value("decided")),
        When(Exists(cases_about(person)), then=Value("decided")),
        default=Value(_JUDGE),
        output_field=CharField(),
    )
    return sightings.seen(receipt_id=receipt_id, after=after, part=part.number, parts=part.of).annotate(stands=stands)
