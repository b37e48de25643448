"""Two persons who may be one: which records are whose, whether they are joined, and how sure the answers about pairs are."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from longstop.referral.models import Joining, Question, QuestionState, Referral, Remit
from longstop.referral.rules import DISAGREES, PAIRS, READ_AGAIN, SECOND_READINGS, WHETHER_ONE
from longstop.sampling.agreement import Agreement, agreement
from longstop.sampling.shares import Share, share


def joining_of(question: Question) -> Joining | None:
    """Give the joining of the two of a question that was not undone, if any. One query."""
    pair = [each for each in (question.person_id, question.other_id) if each is not None]
    return Joining.objects.select_related("made_by").filter(person_id__in=pair, other_id__in=pair, undone_at=None).first()


def joining(joining_id: int) -> Joining:
    """Give one joining, with who made it. Raises Joining.DoesNotExist."""
    return Joining.objects.select_related("made_by").get(pk=joining_id)


def sides_of(question: Question, joined: Joining | None) -> list[tuple[int, int]]:
    """Give the considered records of both of a question, as (person, record), the oldest first: whose they were before they were joined.

    One query.
    """
    pair = [each for each in (question.person_id, question.other_id) if each is not None]
    rows = Remit.objects.filter(person_id__in=pair).order_by("pk").values_list("person_id", "arrival_id", "arrival__person_id")
    moved = set(joined.numbers) if joined else set()
    return [(joined.other_id if joined and number in moved else person, arrival) for person, arrival, number in rows]


@dataclass(frozen=True)
class Blind:
    """What somebody is not told while they read again whether two persons are one: `questions` about the same two that were answered.

    `moments` are those of the answers, `persons` the two: what came about at such a moment to one of them followed from an answer.
    """

    questions: frozenset[int] = frozenset()
    persons: frozenset[int] = frozenset()
    moments: frozenset[datetime] = frozenset()

    def hides(self, question: Question) -> bool:
        """Say whether the answer of this question is not for the reader."""
        return question.pk in self.questions

    def follows(self, row: Referral | Question) -> bool:
        """Say whether this was made because of such an answer, and so would tell it."""
        made = row.made_at in self.moments and not (isinstance(row, Question) and row.kind in SECOND_READINGS)
        other = row.other_id if isinstance(row, Question) else None
        return made and bool(self.persons & {row.person_id, other})


def blind(staff_ids: Collection[int]) -> Blind:
    """Give what whoever has these persons' second readings, theirs or of those whom they cover, is not told. One query, two where any."""
    mine = Question.objects.filter(kind__in=SECOND_READINGS, state=QuestionState.OPEN, task__owner_id__in=staff_ids)
    pairs = set(mine.values_list("person_id", "other_id"))
    if not pairs:
        return Blind()
    about = Question.objects.filter(kind__in=PAIRS, state=QuestionState.ANSWERED, person_id__in={person for person, _ in pairs})
    rows = about.values_list("pk", "person_id", "other_id", "ended_at")
    found = [(number, (person, other), ended) for number, person, other, ended in rows if (person, other) in pairs]
    return Blind(
        questions=frozenset(number for number, *_ in found),
        persons=frozenset(person for _, pair, _ in found for person in pair if person is not None),
        moments=frozenset(ended for *_, ended in found if ended is not None),
    )


@dataclass(frozen=True)
class Sureness:
    """How sure the answers whether two persons are one are, as far as those that were read twice tell.

    `answered` of first answers, `read_twice` of them by a second reader, of whom `waiting` have not answered. `overturned` are the first
    answers that a third reader found wrong, of all read twice and settled; `wrong_one` of those that said one person, `wrong_two` of those
    that said two. `undone` joins, of all.
    """

    answered: int
    read_twice: Agreement
    waiting: int
    overturned: Share
    wrong_one: Share
    wrong_two: Share
    undone: Share


def sureness(*, since: datetime | None = None) -> Sureness:
    """Give how sure the answers since a moment are, or all there ever were. Two queries."""
    rows = Question.objects.filter(kind__in=PAIRS)
    rows = rows.filter(made_at__gte=since) if since else rows
    said = list(rows.order_by("made_at", "pk").values_list("person_id", "other_id", "kind", "state", "answer"))
    answered = [(pair[:2], pair[2], pair[4]) for pair in said if pair[3] == QuestionState.ANSWERED]
    firsts, pairs, settled = _readings(answered)
    joins = Joining.objects.filter(made_at__gte=since) if since else Joining.objects.all()
    undone = list(joins.values_list("undone_at", flat=True))
    waiting = sum(1 for *_, kind, state, _ in said if kind in SECOND_READINGS and state == QuestionState.OPEN)
    return Sureness(
        answered=firsts,
        read_twice=agreement(pairs),
        waiting=waiting,
        overturned=_wrong(settled),
        wrong_one=_wrong(each for each in settled if each[0] == "same"),
        wrong_two=_wrong(each for each in settled if each[0] == "different"),
        undone=share(sum(each is not None for each in undone), len(undone)),
    )


def _readings(answered: Iterable[tuple[tuple[int, int | None], str, str]]) -> tuple[int, list[tuple[str, str]], list[tuple[str, str]]]:
    """Give how many first answers, the two answers of each pair read twice, and of those settled the first and the last answer."""
    first: dict[tuple[int, int | None], str] = {}
    pairs, settled, number = [], [], 0
    for pair, kind, answer in answered:
        if kind == WHETHER_ONE:
            first[pair], number = answer, number + 1
        elif kind == READ_AGAIN and pair in first:
            pairs.append((first[pair], answer))
            if first[pair] == answer:
                settled.append((answer, answer))
        elif kind == DISAGREES and pair in first:
            settled.append((first[pair], answer))
    return number, pairs, settled


def _wrong(settled: Iterable[tuple[str, str]]) -> Share:
    found = list(settled)
    return share(sum(first != last for first, last in found), len(found))
