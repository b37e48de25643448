"""Cases are opened about persons, each with an owner and its first tasks in the same act: one by one, or many at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from longstop.access import queries as access
from longstop.audit.actions import record
from longstop.audit.operations import GuaranteeBroken, action, item
from longstop.cases import events
from longstop.cases.actions.beginning import Opened, begin_cases
from longstop.cases.actions.dating import DateInTheFuture
from longstop.cases.actions.moving import Candidates, LacksCompetence, MayNotOwn, OwnerIsLeaving, candidates
from longstop.cases.actions.noting import EmptyNote
from longstop.cases.models import Case
from longstop.work.rules import DueInThePast, DueTooFar, HoldTooLong, NotAHold, check_dates


class AlreadyOpen(ValueError):
    """The person has an open case already: one person, one case at a time."""


@dataclass(frozen=True, kw_only=True)
class Result:
    """What became of one case in a bulk opening: its number, or why it was refused."""

    opened: Opened
    case_id: int | None
    explanation: str = ""


_TASK = "The dates of its first task cannot be used."
EXPLAINED: Mapping[type[Exception], str] = {
    AlreadyOpen: "This person has an open case already.",
    MayNotOwn: "The chosen owner may not own cases.",
    OwnerIsLeaving: "The chosen owner is about to leave.",
    LacksCompetence: "The chosen owner lacks the competence that the case needs.",
    DueInThePast: _TASK,
    DueTooFar: _TASK,
    NotAHold: _TASK,
    HoldTooLong: _TASK,
    DateInTheFuture: "A review that has been made cannot lie ahead.",
    EmptyNote: "A note of it has no words.",
}


@action
def open_case(*, opened: Opened, reason: str, by: int, at: datetime, today: date) -> int:
    """Open a case and give its number.

    Raises AlreadyOpen, MayNotOwn, OwnerIsLeaving, LacksCompetence, what `work.rules.check_dates` raises of its tasks, EmptyNote, and
    DateInTheFuture for a detention review that is to come.
    """
    (became,) = _open([opened], reason=reason, by=by, at=at, today=today)
    if isinstance(became, Exception):
        raise became
    return became


@action
def open_cases(*, wanted: Iterable[Opened], reason: str, by: int, at: datetime, today: date) -> list[Result]:
    """Open many cases in a fixed number of statements; one that is refused spoils no other.

    The results say what became of each, in the order given. Of two about one person the first is opened.
    """
    asked = list(wanted)
    access.hold_staff(each.owner_id for each in asked)
    results = [_told(each, became) for each, became in zip(asked, _try(asked, reason=reason, by=by, at=at, today=today), strict=True)]
    done = sum(result.case_id is not None for result in results)
    happened = events.BulkActed(subject_id=None, act_kind="opening", done=done, skipped=0, refused=len(results) - done, reason=reason)
    record(happened, by=by, at=at)
    return results


def _told(opened: Opened, became: int | Exception) -> Result:
    if isinstance(became, GuaranteeBroken):
        return Result(opened=opened, case_id=None, explanation=f"The database refused it ({became.constraint}).")
    if isinstance(became, Exception):
        return Result(opened=opened, case_id=None, explanation=EXPLAINED[type(became)])
    return Result(opened=opened, case_id=became)


def _try(asked: Sequence[Opened], *, reason: str, by: int, at: datetime, today: date) -> list[int | Exception]:
    """Open these within one savepoint. Where the database refuses it, each half is tried again, down to the one that it refuses."""
    if not asked:
        return []
    try:
        with item():
            return _open(asked, reason=reason, by=by, at=at, today=today)
    except GuaranteeBroken as refused:
        if len(asked) == 1:
            return [refused]
    half = len(asked) // 2
    return [became for part in (asked[:half], asked[half:]) for became in _try(part, reason=reason, by=by, at=at, today=today)]


def _open(asked: Sequence[Opened], *, reason: str, by: int, at: datetime, today: date) -> list[int | Exception]:
    """Open those that nothing stands against; gives the number of each, or the refusal."""
    staff = access.hold_staff(each.owner_id for each in asked)
    able = candidates(staff=staff.values(), needs=[each.needs_competence for each in asked], today=today)
    busy = _busy(asked)
    refusals: list[Exception | None] = []
    for each in asked:
        refusals.append(_refusal(each, able, each.person_id in busy, today))
        if refusals[-1] is None:
            busy.add(each.person_id)
    good = [(each, staff[each.owner_id]) for each, refused in zip(asked, refusals, strict=True) if refused is None]
    numbers = iter(begin_cases(good, reason=reason, by=by, at=at, today=today) if good else ())
    return [refused or next(numbers) for refused in refusals]


def _busy(asked: Sequence[Opened]) -> set[int]:
    """Give those of these persons who have an open case already."""
    open_now = Case.objects.filter(person_id__in={each.person_id for each in asked}, closed_at=None)
    return set(open_now.values_list("person_id", flat=True))


def _refusal(opened: Opened, able: Candidates, busy: bool, today: date) -> Exception | None:
    """Give what stands against opening this case; None where nothing does."""
    try:
        if busy:
            raise AlreadyOpen(opened.person_id)
        able.check(opened.owner_id, needs_competence=opened.needs_competence)
        for new in opened.asked_for:
            check_dates(kind=new.kind, due=new.due, wake=new.wake, today=today)
        if any(day > today for day in opened.detention_reviews):
            raise DateInTheFuture("detention_reviews")
        if not all(text.strip() for text in opened.notes):
            raise EmptyNote
    except tuple(EXPLAINED) as refused:
        return refused
    return None
