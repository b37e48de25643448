"""The authority to detain is recorded, and why removal is realistic. Longstop says what is missing; it suggests and decides nothing."""

from datetime import date, datetime

from longstop.audit.operations import action
from longstop.cases.actions.authorities import Authorised, ask_for_authority, check_authority, store_authority
from longstop.cases.actions.dating import DateInTheFuture, review_tasks, rewind_case
from longstop.cases.actions.moving import lock_open, settle
from longstop.cases.models import Case
from longstop.cases.winding import HELD


@action
def authorise_detention(*, case_id: int, said: Authorised, by: int, at: datetime, today: date) -> None:
    """Record by what a person is or will be held under immigration powers, and why removal is realistic within a reasonable time.

    What was recorded before ends, and stays to be read. The authority of somebody who still serves a sentence may be recorded ahead.
    Raises CaseIsClosed, DateInTheFuture, NotSaidByWhom, AuthorityDates, ValueError for an unknown kind.
    """
    case = lock_open(case_id)
    record_authority(case, said, by=by, at=at, today=today)
    if case.custody in HELD:
        review_tasks(case, rewind_case(case, by=by, at=at, today=today), by=by, at=at, today=today)
    ask_for_authority(case, by=by, at=at, today=today)
    settle(case, by=by, at=at)


def record_authority(case: Case, said: Authorised, *, by: int, at: datetime, today: date) -> None:
    """Check and record an authority of a locked case. Raises DateInTheFuture, NotSaidByWhom, AuthorityDates."""
    for name, day in (("given_on", said.given_on), ("reasoned_on", said.reasoned_on)):
        if day is not None and day > today:
            raise DateInTheFuture(name)
    check_authority(said)
    store_authority(case, said, by=by, at=at, today=today)
