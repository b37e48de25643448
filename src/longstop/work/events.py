"""What can be recorded about tasks. A task's events stand `on` its subject, so that they are on that timeline."""

from dataclasses import dataclass
from datetime import date

from longstop.audit.events import Event, event, personal


@dataclass(frozen=True, kw_only=True)
class TaskEvent(Event):
    """Common to the events of a task."""

    task_id: int
    task_kind: str


@event("task.made", about="task")
@dataclass(frozen=True, kw_only=True)
class TaskMade(TaskEvent):
    owner_id: int
    due: date
    wake: date | None = None
    origin: str
    details: str = personal(default="")


@event("task.done", about="task")
@dataclass(frozen=True, kw_only=True)
class TaskDone(TaskEvent):
    result: str = personal(default="")


@event("task.withdrawn", about="task")
@dataclass(frozen=True, kw_only=True)
class TaskWithdrawn(TaskEvent):
    reason: str = personal(default="")


@event("task.due_moved", about="task")
@dataclass(frozen=True, kw_only=True)
class TaskDueMoved(TaskEvent):
    from_due: date
    to_due: date
    to_wake: date | None = None
    reason: str = personal(default="")


@event("task.owner_changed", about="task")
@dataclass(frozen=True, kw_only=True)
class TaskOwnerChanged(TaskEvent):
    from_owner_id: int
    to_owner_id: int
    reason: str = personal(default="")


@event("task.team_changed", about="task")
@dataclass(frozen=True, kw_only=True)
class TaskTeamChanged(TaskEvent):
    from_team_id: int
    to_team_id: int


@event("task.acknowledged", about="task")
@dataclass(frozen=True, kw_only=True)
class TaskAcknowledged(TaskEvent):
    rung: int
    reason: str = personal(default="")


@event("task.successor_planned", about="task")
@dataclass(frozen=True, kw_only=True)
class TaskSuccessorPlanned(TaskEvent):
    successor_id: int | None
    from_date: date | None
