"""What happened to tasks, in plain words. They stand on the timeline of what they are about."""

from longstop.kernel.policy import BadPolicy, NotInForce
from longstop.web.parts import Fact
from longstop.web.presenters.telling import Telling, Told, presents
from longstop.web.presenters.vocabulary import RUNGS
from longstop.work.rules import title


@presents("task.made", group="tasks")
def _made(t: Telling) -> Told:
    details = [Fact("Due", t.day("due"))]
    details += [Fact("On hold until", t.day("wake"))] if t.get("wake") else []
    details.append(Fact("Owner", t.staff("owner_id")))
    details += [Fact("Made by", "Longstop, by rule")] if t.get("origin") == "software" else []
    return Told(f"Task added: {_title(t)}", t.words("details"), tuple(details))


@presents("task.done", group="tasks")
def _done(t: Telling) -> Told:
    return Told(f"Task done: {_title(t)}", t.words("result"))


@presents("task.withdrawn", group="tasks")
def _withdrawn(t: Telling) -> Told:
    return Told(f"Task no longer needed: {_title(t)}", t.words("reason"))


@presents("task.due_moved", group="tasks")
def _moved(t: Telling) -> Told:
    details = [Fact("From", t.day("from_due")), Fact("To", t.day("to_due"))]
    details += [Fact("On hold until", t.day("to_wake"))] if t.get("to_wake") else []
    return Told(f"Due date moved: {_title(t)}", t.words("reason"), tuple(details))


@presents("task.owner_changed", group="tasks")
def _owner(t: Telling) -> Told:
    details = (Fact("From", t.staff("from_owner_id")), Fact("To", t.staff("to_owner_id")))
    return Told(f"Task given to somebody else: {_title(t)}", t.words("reason"), details)


@presents("task.team_changed", group="tasks")
def _team(t: Telling) -> Told:
    return Told(f"Task moved to another team with its owner: {_title(t)}")


@presents("task.acknowledged", group="tasks")
def _acknowledged(t: Telling) -> Told:
    rung = t.get("rung") or 0
    details = (Fact("Answered for as", RUNGS[rung] if rung < len(RUNGS) else str(rung)),)
    return Told(f"Lateness acknowledged: {_title(t)}", t.words("reason"), details)


@presents("task.successor_planned", group="tasks")
def _successor(t: Telling) -> Told:
    if not t.get("successor_id"):
        return Told(f"Planned change of task owner taken back: {_title(t)}")
    return Told(f"Change of task owner planned: {_title(t)}", details=(Fact("To", t.staff("successor_id")), Fact("On", t.day("from_date"))))


def _title(t: Telling) -> str:
    """The words for the kind of task, also for one that policy no longer knows."""
    kind = t.word("task_kind")
    try:
        return title(kind=kind, today=t.around.today)
    except (BadPolicy, NotInForce):
        return kind.rpartition(".")[2].replace("_", " ")
