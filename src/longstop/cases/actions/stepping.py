"""A step of the process: a track of a case goes from where it stands to the next state, with its evidence and the task that follows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from longstop.access import queries as access
from longstop.audit.operations import action
from longstop.cases.actions.dating import DateInTheFuture
from longstop.cases.actions.moving import lock_open, settle
from longstop.cases.actions.staying import Move, move_track, standing_of_track
from longstop.cases.models import Case, Stay
from longstop.cases.rules import may_take
from longstop.kernel.policy import load
from longstop.process.maps import Step, Track
from longstop.process.reading import map_on
from longstop.work import actions as work
from longstop.work.rules import NewTask

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
    standing = standing_of_track(case, track.code)
    state = standing.state if standing else track.begins
    if state != taken.from_:
        raise TrackHasMoved(state)
    step = track.step(taken.step, state=state)
    _check(case, step, taken, standing, by=by, today=today)
    made = move_track(case, _move(track, step, taken, standing), standing, f"{step.title}.", by=by, at=at, today=today)
    if then is not None:
        subject = work.Subject(kind="case", id=case.pk, person_id=case.person_id)
        work.make(subject=subject, new=then, owner_id=case.owner_id, team_id=case.team_id, by=by, at=at, today=today)
    settle(case, by=by, at=at)
    return made


def _check(case: Case, step: Step, taken: Taken, standing: Stay | None, *, by: int, today: date) -> None:
    led_here = standing.taken_by_id if standing else None
    if not may_take(step, roles=access.roles_of(staff_id=by, today=today), by=by, led_here=led_here):
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
    last = Stay.objects.filter(case=case, track="safeguarding").order_by("-pk").first()
    fresh = load("safeguarding").at("considered", today).integer("days")
    if last is None or last.state not in CONSIDERED or (today - last.began_on).days > fresh:
        raise SafeguardingNotFresh(last.began_on if last else None)


def _move(track: Track, step: Step, taken: Taken, standing: Stay | None) -> Move:
    begun = standing.round if standing else 1
    return Move(
        track=track,
        from_=taken.from_,
        to=step.to,
        step=step.code,
        on=taken.on,
        round=begun + 1 if step.again else begun,
        words="\n".join(f"{name}: {taken.evidence[name].strip()}" for name in step.evidence),
        considered=taken.considered.strip(),
    )
