"""Steps of the process in the story: whoever takes one, from wherever a track stands, on whatever day."""

from datetime import date, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import rule

from longstop.access.models import Staff
from longstop.cases import actions as cases
from longstop.cases.actions.dating import DateInTheFuture
from longstop.cases.actions.stepping import CONSIDERED, GUARDED
from longstop.cases.models import Case, Stay
from longstop.cases.rules import takers
from longstop.process.maps import Step
from longstop.process.reading import TRACKS, map_on
from longstop.work.models import Task
from tests.guarantee.front_door import FrontDoor
from tests.guarantee.telling import Refusals, pick
from tests.guarantee.world import Job

MOVED = [track for track in TRACKS if track != "custody"]


class Steps(FrontDoor):
    """Tracks go on, beside all else that happens to a case."""

    @rule(
        which=pick,
        track=st.sampled_from(MOVED),
        place=st.integers(0, 5),
        by=pick,
        ago=st.sampled_from([0, 0, 0, 3, -1]),
        given=st.sampled_from([True, True, True, False]),
        considered=st.sampled_from(["", "Looked at another way"]),
    )
    def take_step(self, which: int, track: str, place: int, by: int, ago: int, given: bool, considered: str) -> None:
        case, person, on = self.case(which), self.worker(by), self.today - timedelta(days=ago)
        stay = Stay.objects.filter(case_id=case, track=track, ended_at=None).first()
        found = map_on(self.today).tracks[track]
        state = stay.state if stay else found.begins
        step = found.offered(state)[place % len(found.offered(state))]
        evidence = dict.fromkeys(step.evidence, "As the file says") if given else {}
        taken = cases.Taken(track=track, step=step.code, from_=state, on=on, evidence=evidence, considered=considered)
        refused = self.closed(case) or self._step_refused(case, step, stay, person, on, given, considered)
        went = Task.objects.filter(pk=stay.task_id, state="open").first() if stay and stay.task_id else None
        stays_open = found.states[step.to].days is not None
        if not refused and not stays_open and went and not self.world.work_left(case, without=went.pk):
            refused = (cases.NoNextTask,)
        made = self.do(cases.take_step, case_id=case, taken=taken, refused=refused, by=person, at=self.now, today=self.today)
        if made:
            expected = self.world.copy()
            if went:
                del expected.jobs[went.pk]
            if made.task:
                expected.jobs[made.task_id] = Job("case.next_step", case, "case", self._asked(case, step), made.task.due, False, None)
            self.becomes(expected)
            if step.to != state:
                self.do(
                    cases.take_step, case_id=case, taken=taken, refused=(cases.TrackHasMoved,), by=person, at=self.now, today=self.today
                )
            assert Stay.objects.filter(case_id=case, track=track, ended_at=None).count() == 1

    def _step_refused(self, case: int, step: Step, stay: Stay | None, person: int, on: date, given: bool, considered: str) -> Refusals:
        held = self.world.workers[person]
        refused: Refusals = ()
        mine = held.active and held.roles & {str(role) for role in takers(step)}
        if not mine or (step.by_another and stay and stay.taken_by_id == person):
            refused += (cases.NotYoursToTake,)
        if on > self.today:
            refused += (DateInTheFuture,)
        if stay and on < stay.began_on:
            refused += (cases.BeforeTheLastStep,)
        if step.evidence and not given:
            refused += (cases.EvidenceMissing,)
        if step.towards == "removal" and Stay.objects.filter(case_id=case, state__in=["sign", "british"], ended_at=None).exists():
            refused += (cases.MayBeBritish,)
        last = Stay.objects.filter(case_id=case, track="safeguarding").order_by("-pk").first()
        fresh = last and last.state in CONSIDERED and (self.today - last.began_on).days <= 28
        if step.towards in GUARDED and not considered and not fresh:
            refused += (cases.SafeguardingNotFresh,)
        return refused

    def _asked(self, case: int, step: Step) -> int:
        """Say whom the next step is asked of: whoever leads the team where the state is a leader's, else the owner."""
        found = Case.objects.select_related("team__leader").get(pk=case)
        track = next(each for each in map_on(self.today).tracks.values() if step.code in each.steps and each.steps[step.code] == step)
        leader: Staff | None = found.team.leader if track.states[step.to].role == "team_leader" else None
        return leader.pk if leader and leader.active else found.owner_id

    def under_way(self, case: int) -> Refusals:
        """Say what refuses to close a case whose tracks are not at rest."""
        return (cases.TracksNotAtRest,) if Stay.objects.filter(case_id=case, ended_at=None, rests=False).exists() else ()

    def next_step(self, task: int) -> Refusals:
        """Say what refuses to finish a task by which a track's next step is asked for."""
        return (cases.TakeTheStep,) if Stay.objects.filter(task_id=task, ended_at=None).exists() else ()
