"""Files that are held: counted and checked, with nothing taken in until a data steward lets them in or gives them up."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from longstop.access import queries as access
from longstop.access.models import Staff
from longstop.access.rules import Role
from longstop.audit.actions import SYSTEM, keep, record
from longstop.audit.operations import action
from longstop.clocks.forward import task_kind
from longstop.clocks.working_days import Nation, add
from longstop.intake import events
from longstop.intake.actions.receipts import lock
from longstop.intake.models import Receipt, ReceiptState
from longstop.intake.queries.feeds import what_falls_short
from longstop.intake.rules import HELD_WORDS, HeldFor
from longstop.work import actions as work
from longstop.work import queries as tasks
from longstop.work.rules import NewTask

LONDON = ZoneInfo("Europe/London")
HELD = "intake.held"
DECIDE = (Role.DATA_STEWARD, Role.ADMINISTRATOR, Role.DIRECTOR, Role.HEAD, Role.TEAM_LEADER)  # the first that somebody holds is alarmed


class NotHeld(Exception):
    """Somebody else let the file in, or gave it up, in the meantime."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """Why a file is held, what was counted in it, and beside which receipt."""

    why: HeldFor
    rows: int
    refused: int
    beside_id: int


@action
def hold(*, receipt_id: int, holding: Holding, by: int, at: datetime) -> Receipt:
    """Hold a file of which nothing was taken in, and alarm whoever decides: a task due today or on the next working day.

    The task goes to the data steward who has the fewest; where there is none, to an administrator, then to a manager. Where there is
    nobody at all, the file is listed as held and waits. Raises LoadTakenOver.
    """
    receipt = lock(receipt_id=receipt_id, after=0)
    receipt.state, receipt.held_for, receipt.held_beside_id = ReceiptState.HELD, holding.why, holding.beside_id
    receipt.held_rows, receipt.held_refused = holding.rows, holding.refused
    receipt.held_task_id = _alarm(receipt, at=at)
    receipt.save(update_fields=["state", "held_for", "held_beside", "held_rows", "held_refused", "held_task_id"])
    happened = events.FileHeld(
        subject_id=receipt.pk,
        source=receipt.source,
        why=holding.why.value,
        rows=holding.rows,
        beside=holding.beside_id,
        task_id=receipt.held_task_id,
    )
    record(happened, by=by, at=at)
    return receipt


def _alarm(receipt: Receipt, *, at: datetime) -> int | None:
    today = at.astimezone(LONDON).date()
    owner = _who_decides(today)
    if owner is None or owner.team_id is None:
        return None
    why = f"{HELD_WORDS[HeldFor(receipt.held_for)]}. {what_falls_short(receipt)}"
    details = f"{receipt.file_name} of {receipt.source}. {why} Let it in, or give it up."
    due = add(day=today, days=task_kind(kind=HELD, today=today).days, nation=Nation.ENGLAND_AND_WALES)
    # Subjects of tasks share one sequence of numbers, which receipts are not numbered by: the receipt names its task instead.
    subject = work.Subject(kind="held_file", id=work.next_subject_ids(1)[0])
    task = NewTask(kind=HELD, due=due, details=details)
    made = work.make(subject=subject, new=task, owner_id=owner.pk, team_id=owner.team_id, by=SYSTEM, at=at, today=today)
    return made.pk


def _who_decides(today: date) -> Staff | None:
    """Give whoever has the fewest open tasks among the holders of the first role that anybody in a team holds."""
    for role in DECIDE:
        holders = [each for each in access.holders_of(roles=[role], today=today) if each.team_id is not None]
        if holders:
            return min(holders, key=lambda each: (tasks.owned_by(staff_id=each.pk).count(), each.pk))
    return None


@action
def release_held(*, receipt_id: int, reason: str, by: int, at: datetime) -> Receipt:
    """Let a held file in: it is taken in when the same file is given to `longstop intake` again.

    Raises NotHeld; ValueError where no reason is given.
    """
    receipt = _decide(receipt_id, reason, ReceiptState.RELEASED, by=by, at=at)
    record(events.FileReleased(subject_id=receipt.pk, source=receipt.source, reason=reason), by=by, at=at)
    return receipt


@action
def reject_held(*, receipt_id: int, reason: str, by: int, at: datetime) -> Receipt:
    """Give a held file up: nothing of it will be taken in. Raises NotHeld; ValueError where no reason is given."""
    receipt = _decide(receipt_id, reason, ReceiptState.REJECTED, by=by, at=at)
    record(events.FileRejected(subject_id=receipt.pk, source=receipt.source, reason=reason), by=by, at=at)
    return receipt


def _decide(receipt_id: int, reason: str, to: ReceiptState, *, by: int, at: datetime) -> Receipt:
    if not reason.strip():
        raise ValueError("Say why the file is let in or given up.")
    receipt = Receipt.objects.select_for_update(no_key=True).get(pk=receipt_id)
    if receipt.state != ReceiptState.HELD:
        raise NotHeld
    receipt.state, receipt.decided_at, receipt.decided_by_id = to, at, by
    receipt.decision_payload_id = keep({"reason": reason}, person_id=None).pk
    if to == ReceiptState.REJECTED:
        receipt.finished_at, receipt.finished_by_id = at, by
    receipt.save(update_fields=["state", "decided_at", "decided_by", "decision_payload_id", "finished_at", "finished_by"])
    if receipt.held_task_id and tasks.open_tasks().filter(pk=receipt.held_task_id).exists():
        work.complete(task_id=receipt.held_task_id, result=reason, by=by, at=at)
    return receipt
