"""A step of the process: a track of a case goes from where it stands to the next state, with its evidence and the task that follows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from longstop.access import queries as access
from longstop.access.rules import Role
from longstop.audit.actions import keep, record
from longstop.audit.operations import action
from longstop.cases import events
from longstop.cases.actions.dating import DateInTheFuture
from longstop.cases.actions.moving import lock_open, settle
from longstop.cases.models import Case, Stay
from longstop.cases.rules import NEXT_STEP
from longstop.clocks.working_days import Nation, add
from longstop.kernel.policy import load
from longstop.process import maps
from longstop.process.maps import Step, Track
from longstop.process.reading import map_on
from longstop.work import actions as work
from longstop.work import queries as tasks
from longstop.work.models import State
from longstop.work.rules import NewTask

# Whoever holds one of these may take a step that the map gives to the role.
MAY_TAKE: Mapping[str, frozenset[str]] = {
    Role.CASEWORKER: frozenset({Role.CASEWORKER, Role.TEAM_LEADER, Role.HEAD}),
    Role.TEAM_LEADER: frozenset({Role.TEAM_LEADER, Role.HEAD, Role.DIRECTOR}),
}
GUARDED = frozenset({"detention", "removal", "monitoring", "contact"})
MAY_BE_BRITISH = frozenset({"sign", "british"})
CONSIDERED = frozenset({"no_concern", "protected"})


class NotTakenByAStep(ValueError):
    """The track follows what the case records, as custody does: no step of it is taken by itself."""


class TrackHasMoved(Exception):
    """The track no longer stands where the caller thinks: `state` is where it stands."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


class NotYoursToTake(ValueError):
    """The step is for somebody of another role, or for somebody else than whoever took the one before."""


class EvidenceMissing(ValueError):
    """The map asks for evidence that was not given: `names` are the things."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(", ".join(names))
        self.names = names


class BeforeTheLastStep(ValueError):
    """The step is said to have been taken before the one that led there."""


class SafeguardingNotFresh(ValueError):
    """Safeguarding was not considered lately enough for a step that bears on the person; `since` is when it was, if it was."""

    def __init__(self, since: date | None) -> None:
        super().__init__(since)
        self.since = since


class MayBeBritish(ValueError):
    """There is a sign that the person is British, or a Windrush claim, and nobody has decided that they are not."""


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A step as somebody takes it: on which track, from where, on which day, and what it rests on, by the names that the map gives.

    `considered` is why a step goes on though safeguarding was not considered lately, where somebody says so expressly.
    """

    track: str
    step: str
    from_: str
    on: date
    evidence: Mapping[str, str] = field(default_factory=dict)
    considered: str = ""


@action
def take_step(*, case_id: int, taken: Taken, then: NewTask | None = None, by: int, at: datetime, today: date) -> Stay:
    """Take a step of the map that is in force today; the task that asked for it is done, and another asks for the next where one is due.

    Raises CaseIsClosed, NotTakenByAStep, TrackHasMoved, NoSuchStep, NotYoursToTake, DateInTheFuture, BeforeTheLastStep, EvidenceMissing,
    MayBeBritish, SafeguardingNotFresh, and NoNextTask where the case would be left without a dated task: `then` says what happens next.
    """
    case = lock_open(case_id)
    track = map_on(today).tracks[taken.track]
    if track.kept_by:
        raise NotTakenByAStep(track.code)
    standing = Stay.objects.select_for_update(no_key=True, of=("self",)).filter(case=case, track=track.code, ended_at=None).first()
    state = standing.state if standing else track.begins
    if state != taken.from_:
        raise TrackHasMoved(state)
    step = track.step(taken.step, state=state)
    _check(case, step, taken, standing, by=by, today=today)
    if standing is not None:
        end_stay(standing, case, f"{step.title}.", on=taken.on, by=by, at=at)
    made = _begin(case, track, step, taken, standing, by=by, at=at, today=today)
    if then is not None:
        work.make(subject=_subject(case), new=then, owner_id=case.owner_id, team_id=case.team_id, by=by, at=at, today=today)
    settle(case, by=by, at=at)
    return made


def _check(case: Case, step: Step, taken: Taken, standing: Stay | None, *, by: int, today: date) -> None:
    held = access.roles_of(staff_id=by, today=today)
    if not held & MAY_TAKE.get(step.role, frozenset({step.role})):
        raise NotYoursToTake(step.role)
    if step.by_another and standing is not None and standing.taken_by_id == by:
        raise NotYoursToTake(step.code)
    if taken.on > today:
        raise DateInTheFuture("on")
    if standing is not None and taken.on < standing.began_on:
        raise BeforeTheLastStep(standing.began_on)
    if missing := tuple(name for name in step.evidence if not taken.evidence.get(name, "").strip()):
        raise EvidenceMissing(missing)
    if step.towards == "removal" and Stay.objects.filter(case=case, track="nationality", state__in=MAY_BE_BRITISH, ended_at=None).exists():
        raise MayBeBritish
    if step.towards in GUARDED and not taken.considered.strip():
        _check_safeguarding(case, today=today)


def _check_safeguarding(case: Case, *, today: date) -> None:
    """Refuse to go on where nobody considered lately whether the person needs protection, or a concern is open."""
    stays = Stay.objects.filter(case=case, track="safeguarding").order_by("-pk")
    last = stays.first()
    fresh = load("safeguarding").at("considered", today).integer("days")
    if last is None or last.state not in CONSIDERED or (today - last.began_on).days > fresh:
        raise SafeguardingNotFresh(last.began_on if last else None)


def end_stay(standing: Stay, case: Case, result: str, *, on: date, by: int, at: datetime) -> None:
    """End a stay of a locked case, and finish the task that asked for the next step."""
    standing.ended_on, standing.ended_at, standing.ended_by_id = on, at, by
    standing.save(update_fields=["ended_on", "ended_at", "ended_by"])
    if standing.task_id is not None and tasks.task(standing.task_id).state == State.OPEN:
        work.complete(task_id=standing.task_id, result=result, person_id=case.person_id, by=by, at=at)


def _begin(case: Case, track: Track, step: Step, taken: Taken, standing: Stay | None, *, by: int, at: datetime, today: date) -> Stay:
    words = "\n".join(f"{name}: {taken.evidence[name].strip()}" for name in step.evidence)
    spoken = {"words": words, "considered": taken.considered.strip()}
    task = next_task(case, track, track.states[step.to], by=by, at=at, today=today)
    begun = standing.round if standing else 1
    made = Stay.objects.create(
        case=case,
        track=track.code,
        state=step.to,
        rests=track.states[step.to].rests,
        round=begun + 1 if step.again else begun,
        step=step.code,
        map_version=track.version,
        began_on=taken.on,
        words_payload_id=keep(spoken, person_id=case.person_id).pk,
        task_id=task,
        taken_at=at,
        taken_by_id=by,
    )
    happened = events.StepTaken(
        subject_id=case.pk,
        person_id=case.person_id,
        track=track.code,
        step=step.code,
        from_state=taken.from_,
        to_state=step.to,
        round=made.round,
        on_day=taken.on,
        map_version=track.version,
        **spoken,
    )
    record(happened, by=by, at=at)
    return made


def next_task(case: Case, track: Track, state: maps.State, *, by: int, at: datetime, today: date) -> int | None:
    """Have a task ask for the next step, where the map says when it is due: the owner's, or where it is for a leader, theirs."""
    if state.days is None:
        return None
    due = add(day=today, days=state.days, nation=Nation.ENGLAND_AND_WALES)
    new = NewTask(kind=NEXT_STEP, due=due, details=f"{track.title}: {state.title}")
    leader = case.team.leader if state.role == Role.TEAM_LEADER else None
    owner = leader.pk if leader is not None and leader.active else case.owner_id
    return work.make(subject=_subject(case), new=new, owner_id=owner, team_id=case.team_id, by=by, at=at, today=today).pk


def _subject(case: Case) -> work.Subject:
    return work.Subject(kind="case", id=case.pk, person_id=case.person_id)
