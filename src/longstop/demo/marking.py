"""The mark that makes a database a demonstration's. Moments in the past are replayed in a marked database alone, never in a service's."""

from datetime import datetime

from longstop.audit import queries as audit
from longstop.audit.actions import record
from longstop.audit.operations import action
from longstop.demo import queries
from longstop.demo.events import DemoBegun, DemoLoaded, DemoStepTaken
from longstop.demo.invention.plan import Plan


class NotADemonstration(Exception):
    """The database holds staff of its own, or nobody has marked it: nothing is replayed in it."""


class OtherDemonstration(Exception):
    """The database holds another demonstration: one of another size, seed or day, or the small one."""


@action
def _mark(plan: Plan, *, by: int, at: datetime) -> None:
    begun = DemoBegun(subject_id=0, scale=plan.scale, seed=plan.seed, days=plan.days, last_day=plan.last_day)
    record(begun, by=by, at=at)


def mark(plan: Plan, *, by: int, at: datetime) -> bool:
    """Mark an empty database as this demonstration's; says whether it was not before.

    Raises NotADemonstration where staff of its own are there, OtherDemonstration where it is marked as another.
    """
    held = marked()
    if held == plan:
        return False
    if held is not None or queries.is_loaded():
        raise OtherDemonstration
    if queries.holds_others():
        raise NotADemonstration
    _mark(plan, by=by, at=at)
    return True


def marked() -> Plan | None:
    """Give the demonstration that this database is marked as; None for every other database."""
    found = audit.timeline(subject_kind="demo", subject_ids=[0], kinds=[DemoBegun.kind], limit=1)
    if not found:
        return None
    said = found[0].data
    return Plan(float(said["scale"]), int(said["seed"]), queries.day_of(said["last_day"]), int(said["days"]))


def refuse_unmarked(plan: Plan) -> None:
    """Refuse to replay anything in a database that is not this demonstration's. Raises NotADemonstration."""
    if marked() != plan:
        raise NotADemonstration


def steps_taken() -> set[str]:
    """Give the steps that are done."""
    found = audit.timeline(subject_kind="demo", subject_ids=[0], kinds=[DemoStepTaken.kind], limit=1_000)
    return {str(each.data["step"]) for each in found}


@action
def finish(*, records: int, cases: int, staff: int, by: int, at: datetime) -> None:
    """Write down that the demonstration is whole: from now on its sign-ins are told."""
    record(DemoLoaded(subject_id=0, staff=staff, records=records, cases=cases), by=by, at=at)


@action
def take_step(step: str, *, by: int, at: datetime) -> None:
    """Write down that a step is done."""
    record(DemoStepTaken(subject_id=0, step=step), by=by, at=at)
