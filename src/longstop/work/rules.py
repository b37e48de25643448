"""What may be said of a task: pure, no ORM, no clock. Kinds, holds and the ladder come from dated policy."""

from dataclasses import dataclass
from datetime import date, timedelta

from longstop.clocks.forward import task_kind
from longstop.kernel.policy import load
from longstop.kernel.states import Steps

TASK = Steps(
    name="task",
    begins=("open",),
    next={"open": ("done", "withdrawn"), "done": (), "withdrawn": ()},
    acts={"open": "owner"},
)

WAITING_FOR = {
    "us": "Us",
    "person": "The person or their representative",
    "prison": "The prison",
    "court": "A court or tribunal",
    "embassy": "An embassy",
    "asylum": "Asylum casework",
    "competent_authority": "The competent authority (modern slavery)",
    "litigation": "Litigation",
    "other": "Somebody else",
}


@dataclass(frozen=True, kw_only=True)
class NewTask:
    """A task that somebody asks for. `owner_id` None means the owner of the subject; `wake` makes it a hold."""

    kind: str
    due: date
    details: str = ""
    waiting_for: str = "us"
    wake: date | None = None
    owner_id: int | None = None


class DueInThePast(ValueError):
    """A task is due today or later when it is made or moved."""


class NotAHold(ValueError):
    """Only some kinds of task may sleep until a wake date."""


class HoldTooLong(ValueError):
    """A hold has a limit; past it somebody must decide again."""

    def __init__(self, latest: date) -> None:
        super().__init__(latest)
        self.latest = latest


class DueTooFar(ValueError):
    """A task lies no further ahead than policy allows, so that none is moved out of sight."""

    def __init__(self, latest: date) -> None:
        super().__init__(latest)
        self.latest = latest


class NoReason(ValueError):
    """A due date is moved for a reason."""


def latest_due(*, today: date) -> date:
    """Give the last day on which a task that is made or moved today may be due: see `targets.toml`."""
    return today + timedelta(days=load("targets").at("due_date", today).integer("days_ahead"))


def title(*, kind: str, today: date) -> str:
    """Give the words for a kind of task."""
    return task_kind(kind=kind, today=today).title


def check_dates(*, kind: str, due: date, wake: date | None, today: date) -> None:
    """Refuse dates that a task of this kind may not have.

    Raises DueInThePast, DueTooFar, NotAHold, HoldTooLong, and BadPolicy for a kind that policy does not know.
    """
    policy = task_kind(kind=kind, today=today)
    if due < today or (wake is not None and wake > due):
        raise DueInThePast(due)
    if due > latest_due(today=today) and wake is None:
        raise DueTooFar(latest_due(today=today))
    if wake is None:
        return
    if policy.hold_limit_days is None:
        raise NotAHold(kind)
    latest = today + timedelta(days=policy.hold_limit_days)
    if due > latest:
        raise HoldTooLong(latest)
