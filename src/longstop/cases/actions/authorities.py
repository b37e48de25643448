"""What a locked case's authority to detain is: recorded, renewed, ended, and asked for by a task while any of it is missing."""

from dataclasses import dataclass
from datetime import date, datetime

from longstop.audit.actions import keep, record
from longstop.cases import events
from longstop.cases.authority import Authority, is_live, is_reasoned
from longstop.cases.models import AuthorityKind, Case, DetentionAuthority
from longstop.cases.queries.facts import authority_of, recorded_of
from longstop.cases.rules import AUTHORITY_TASK
from longstop.cases.winding import HELD
from longstop.work import actions as work
from longstop.work import queries as tasks
from longstop.work.models import Origin
from longstop.work.rules import NewTask, latest_due


@dataclass(frozen=True, kw_only=True)
class Authorised:
    """An authority to detain as somebody records it: what it is, when and by whom it was given, from and until when it has effect.

    `effective_from` None means from the day on which it was given. `reason` is why removal is realistic within a reasonable time,
    empty where none can be given, and `reasoned_on` the day on which it was given.
    """

    kind: str
    given_on: date
    given_by: str
    reference: str = ""
    effective_from: date | None = None
    until: date | None = None
    reason: str = ""
    reasoned_on: date | None = None


class NotSaidByWhom(ValueError):
    """An authority is somebody's: a name or a role."""


class AuthorityDates(ValueError):
    """An authority has effect from the day it was given or later, and ends after it began. `name` is the field that says otherwise."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def check_authority(said: Authorised) -> None:
    """Refuse an authority that cannot be one. Raises ValueError for an unknown kind, NotSaidByWhom, AuthorityDates."""
    AuthorityKind(said.kind)
    if not said.given_by.strip():
        raise NotSaidByWhom
    began = said.effective_from or said.given_on
    if began < said.given_on:
        raise AuthorityDates("effective_from")
    if said.until is not None and said.until < began:
        raise AuthorityDates("until")


def store_authority(case: Case, said: Authorised, *, by: int, at: datetime, today: date) -> DetentionAuthority:
    """Record what stands from now on; what stood before ends, and stays to be read. The case is locked."""
    reason = said.reason.strip()
    reasoned_on = (said.reasoned_on or today) if reason else None
    _end_standing(case, by=by, at=at)
    spoken = {"reference": said.reference, "given_by": said.given_by, "reason": reason}
    made = DetentionAuthority.objects.create(
        case=case,
        kind=said.kind,
        given_on=said.given_on,
        effective_from=said.effective_from or said.given_on,
        until=said.until,
        reasoned_on=reasoned_on,
        words_payload_id=keep(spoken, person_id=case.person_id).pk,
        recorded_at=at,
        recorded_by_id=by,
    )
    happened = events.DetentionAuthorised(
        subject_id=case.pk,
        person_id=case.person_id,
        authority_id=made.pk,
        authority_kind=made.kind,
        given_on=made.given_on,
        effective_from=made.effective_from,
        until=made.until,
        reasoned_on=reasoned_on,
        **spoken,
    )
    record(happened, by=by, at=at)
    return made


def _end_standing(case: Case, *, by: int, at: datetime) -> DetentionAuthority | None:
    standing = DetentionAuthority.objects.select_for_update(no_key=True).filter(case=case, ended_at=None).first()
    if standing is not None:
        standing.ended_at, standing.ended_by_id = at, by
        standing.save(update_fields=["ended_at", "ended_by"])
    return standing


def end_authority(case: Case, *, by: int, at: datetime) -> None:
    """End the authority of somebody who is no longer held: a later detention needs its own."""
    ended = _end_standing(case, by=by, at=at)
    if ended is not None:
        record(events.DetentionAuthorityEnded(subject_id=case.pk, person_id=case.person_id, authority_id=ended.pk), by=by, at=at)


def ask_for_authority(case: Case, *, by: int, at: datetime, today: date) -> None:
    """Have a task ask for what is missing, due at once, or for what comes next, due on the last day of an authority that ends.

    A task that asks for what is now recorded is done; one about somebody who is no longer held is withdrawn. The case is locked.
    """
    missing, due = _wanted(case, today)
    asking = tasks.of_subjects(subject_ids=[case.pk]).filter(kind=AUTHORITY_TASK).first()
    if asking is not None:
        if due is not None and (asking.due == due or (missing and asking.due < today)):
            return
        _stop_asking(case, asking.pk, by=by, at=at)
    if due is not None:
        subject = work.Subject(kind="case", id=case.pk, person_id=case.person_id)
        new = NewTask(kind=AUTHORITY_TASK, due=due)
        work.make_many(items=[(subject, new, case.owner_id, case.team_id)], by=by, at=at, today=today, origin=Origin.SOFTWARE)


def _wanted(case: Case, today: date) -> tuple[bool, date | None]:
    """Say whether anything is missing today, and by when somebody has to record it; None where nothing is to be recorded."""
    if case.custody not in HELD:
        return False, None
    standing, (dates, reviews) = authority_of(case.pk), recorded_of(case.pk)
    since = dates.get("detained_since")
    if not is_live(standing, detained_since=since, day=today) or not is_reasoned(standing, detained_since=since, reviews=reviews):
        return True, today
    assert isinstance(standing, Authority)
    return False, min(standing.until, latest_due(today=today)) if standing.until else None


def _stop_asking(case: Case, task_id: int, *, by: int, at: datetime) -> None:
    if case.custody in HELD:
        work.complete(task_id=task_id, result="It was recorded.", person_id=case.person_id, by=by, at=at)
    else:
        reason = "The person is no longer held under immigration powers."
        work.withdraw(task_ids=[task_id], reason=reason, person_id=case.person_id, by=by, at=at)
