"""A track's stay in a state ends, and another begins: what every way of moving a track has in common. The case is locked."""

from dataclasses import dataclass
from datetime import date, datetime

from longstop.access.rules import Role
from longstop.audit.actions import keep, record
from longstop.cases import events
from longstop.cases.models import Case, Stay
from longstop.cases.rules import NEXT_STEP
from longstop.clocks.working_days import Nation, add
from longstop.process.maps import Track
from longstop.work import actions as work
from longstop.work import queries as tasks
from longstop.work.models import State
from longstop.work.rules import NewTask


@dataclass(frozen=True, kw_only=True)
class Move:
    """A track goes from a state to another: by which step, on which day, in which round, and on what that rests, in words."""

    track: Track
    from_: str
    to: str
    step: str
    on: date
    round: int
    words: str
    considered: str = ""


def standing_of_track(case: Case, track: str) -> Stay | None:
    """Give the stay that has not ended, locked; None where nobody has moved the track."""
    return Stay.objects.select_for_update(no_key=True, of=("self",)).filter(case=case, track=track, ended_at=None).first()


def move_track(case: Case, move: Move, standing: Stay | None, result: str, *, by: int, at: datetime, today: date) -> Stay:
    """End the stay that stands, if any, with the task that asked for the next step, and begin the next, with a task where one is due."""
    if standing is not None:
        _end(case, standing, result, on=move.on, by=by, at=at)
    spoken = {"words": move.words, "considered": move.considered}
    state = move.track.states[move.to]
    made = Stay.objects.create(
        case=case,
        track=move.track.code,
        state=state.code,
        rests=state.rests,
        round=move.round,
        step=move.step,
        map_version=move.track.version,
        began_on=move.on,
        words_payload_id=keep(spoken, person_id=case.person_id).pk,
        task_id=_ask(case, move, by=by, at=at, today=today),
        taken_at=at,
        taken_by_id=by,
    )
    happened = events.StepTaken(
        subject_id=case.pk,
        person_id=case.person_id,
        track=made.track,
        step=made.step,
        from_state=move.from_,
        to_state=made.state,
        round=made.round,
        on_day=made.began_on,
        map_version=made.map_version,
        **spoken,
    )
    record(happened, by=by, at=at)
    return made


def _end(case: Case, standing: Stay, result: str, *, on: date, by: int, at: datetime) -> None:
    standing.ended_on, standing.ended_at, standing.ended_by_id = on, at, by
    standing.save(update_fields=["ended_on", "ended_at", "ended_by"])
    if standing.task_id is not None and tasks.task(standing.task_id).state == State.OPEN:
        work.complete(task_id=standing.task_id, result=result, person_id=case.person_id, by=by, at=at)


def _ask(case: Case, move: Move, *, by: int, at: datetime, today: date) -> int | None:
    """Have a task ask for the next step, where the map says when it is due: the owner's, or where it is for a leader, theirs."""
    state = move.track.states[move.to]
    if state.days is None:
        return None
    due = add(day=today, days=state.days, nation=Nation.ENGLAND_AND_WALES)
    new = NewTask(kind=NEXT_STEP, due=due, details=f"{move.track.title}: {state.title}")
    leader = case.team.leader if state.role == Role.TEAM_LEADER else None
    owner = leader.pk if leader is not None and leader.active else case.owner_id
    subject = work.Subject(kind="case", id=case.pk, person_id=case.person_id)
    return work.make(subject=subject, new=new, owner_id=owner, team_id=case.team_id, by=by, at=at, today=today).pk
