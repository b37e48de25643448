"""How a story of the state machine is told: who is in it, how an action is tried, and how what it left is compared with what it should."""

import itertools
from collections import Counter
from collections.abc import Callable, Collection
from datetime import date, timedelta
from typing import Any

import psycopg
from django.core.exceptions import ObjectDoesNotExist
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant

from longstop.access import actions as access
from longstop.audit.actions import SYSTEM
from longstop.audit.operations import GuaranteeBroken
from longstop.cases import actions as cases
from longstop.proof.certification import certify
from longstop.proof.rules import List
from longstop.work import actions as work
from longstop.work.rules import DueInThePast, HoldTooLong, NewTask, NotAHold
from tests import given
from tests.guarantee.invariants import broken
from tests.guarantee.world import MARKS, World, read

NOBODY = 999_999_999
numbers = itertools.count(1)
DISAGREE = (List.FAULTS, List.CLOCKS_DIFFER)  # what no story may leave behind; what is late or idle, it may
Refusals = tuple[type[BaseException] | str, ...]
INACTIVE: Refusals = ("owner_is_active", "task_owner_is_active", "task_successor_is_active")

pick = st.integers(min_value=0, max_value=1000)  # which of those there are: taken modulo how many
days = st.sampled_from([-1, 0, 0, 1, 3, 7, 40])
seldom = st.sampled_from([False] * 7 + [True])
custodies = st.sampled_from(["serving", "time_served", "detained", "community", "unknown"])
kinds = st.sampled_from(["case.review", "case.other", "case.representations_expected", "case.contact_review", "case.detention_review"])


def by_itself(kind: str) -> bool:
    """Say whether Longstop makes tasks of this kind, and takes them away, as the case's situation asks."""
    return kind.endswith("_review") or kind == "case.detention_authority"


class Telling(RuleBasedStateMachine):
    """One team under a unit, a leader and three caseworkers, and whatever happens to them."""

    cursor: "psycopg.Cursor[Any]"
    shared: given.Command
    done: Counter[str]
    refusals: Counter[str]

    def __init__(self) -> None:
        super().__init__()
        self.today, self.now = given.TODAY, given.NOW

    # What holds the story together

    @initialize()
    def begin(self) -> None:
        self.since = work.next_subject_ids(1)[0]
        self.leader = given.staff("Lena Marsh", "team_leader")
        self.first = self.leader.pk
        code = f"T{self.first}"
        parent = self.shared.team.parent
        assert parent is not None
        self.team = self.do(
            access.define_team, code=code, name="Team", kind="team", parent_code=parent.code, by=SYSTEM, at=self.now, free=True
        )
        self.do(access.set_team_leader, team_id=self.team.pk, leader_id=self.first, by=SYSTEM, at=self.now, free=True)
        three = [given.caseworker(name, self.team) for name in ("Amy Tran", "Ben Osei", "Cat Doyle")]
        held = [given.case(owner) for owner in three[:2]]
        cases.offer(case_id=held[0], to=three[2].pk, from_=three[0].pk, reason="", **self.dated)
        subject = work.Subject(kind="held_file", id=work.next_subject_ids(1)[0])
        new = NewTask(kind="intake.refused_row", due=self.today)
        work.make(subject=subject, new=new, owner_id=three[1].pk, team_id=self.team.pk, **self.dated)
        self.world = self.look()
        self.absences: dict[int, tuple[int, int | None, bool]] = {}
        self.away: dict[int, tuple[date, date | None]] = {}
        self.leads: int = self.first
        self.leads_next: int | None = None
        self.people: list[int] = []
        self.lists_come([each.pk for each in three])

    def lists_come(self, to: list[int]) -> None:
        """Let the story begin with what the front door gives, in the hands of these people."""

    def teardown(self) -> None:
        """Take back the departures still to come, which would take effect in the next story; ask the certificate for its opinion too."""
        for staff, worker in self.look().workers.items() if hasattr(self, "world") else ():
            if worker.active and worker.leaving is not None:
                cases.forget_departure(staff_id=staff, **self.stamp)
        if hasattr(self, "world"):
            found = certify(at=self.now, today=self.today).items
            assert [item for item in found if item.list in DISAGREE and (item.subject_id or self.since) >= self.since] == []

    def look(self) -> World:
        return read(self.cursor, today=self.today, staff=self.first, since=self.since)

    def marks(self) -> tuple[Any, ...]:
        self.cursor.execute(MARKS)
        (row,) = self.cursor.fetchall()
        return row

    def do(self, call: Callable[..., Any], *, refused: Refusals = (), maybe: Refusals = (), free: bool = False, **arguments: Any) -> Any:
        """Do an action. Refused for one of the reasons given, it changes nothing; else it records an event.

        `maybe` are reasons that may or may not apply; `free` says that the action needs no look at the world afterwards.
        """
        name, before = f"{call.__module__}.{call.__name__}", self.marks()
        try:
            result = call(**arguments)
        except Exception as error:
            if not _is_one_of(error, refused + maybe):
                raise
            assert self.marks() == before, f"refused, and yet it wrote something: {name}"
            self.refusals[name] += 1
            return None
        assert not refused, f"{call.__name__}{arguments} should have been refused: {refused}"
        self.done[name] += 1
        after = self.marks()
        assert after[0] > (before[0] or 0), f"no event: {call.__name__}"
        return result if result is not None else True

    def becomes(self, expected: World, *, learn: int | None = None, also: Collection[int] = ()) -> None:
        """The world is now as expected. Open tasks that are new and about the subject `learn`, or `also`, are taken as they are found."""
        known = {learn, *also} - {None}
        found = self.look()
        for pk, job in found.jobs.items():
            if pk not in self.world.jobs and pk not in expected.jobs and job.subject in known:
                expected.jobs[pk] = job
        assert found == expected
        self.world = found

    @invariant()
    def nothing_is_broken(self) -> None:
        if hasattr(self, "world"):
            assert broken(self.cursor, today=self.today, since=self.since) == []
            assert self.look() == self.world

    def worker(self, which: int, *, nobody: bool = False) -> int:
        if nobody:
            return NOBODY
        numbers = list(self.world.workers)
        return numbers[which % len(numbers)]

    def case(self, which: int) -> int:
        numbers = list(self.world.cases)
        return numbers[which % len(numbers)] if numbers else NOBODY

    def job(self, which: int, about_case: bool, *, late: bool = False) -> int:
        """Choose an open task: of those that are late if there are any and `late` is asked for."""
        numbers = [pk for pk, job in self.world.jobs.items() if (job.about == "case") == about_case]
        if late:
            numbers = [pk for pk in numbers if self.world.jobs[pk].due < self.today] or numbers
        return numbers[which % len(numbers)] if numbers else NOBODY

    def not_to_own(self, staff: int, needs: str = "") -> Refusals:
        worker = self.world.workers.get(staff)
        if worker is None or not worker.active or worker.team is None or not worker.roles & {"caseworker", "team_leader"}:
            return (cases.MayNotOwn,)
        if worker.leaving is not None:
            return (cases.OwnerIsLeaving,)
        return ()

    def closed(self, case: int) -> Refusals:
        if case not in self.world.cases:
            return (ObjectDoesNotExist,)
        return () if self.world.cases[case].open else (cases.CaseIsClosed,)

    def inactive(self, *staff: int | None) -> Refusals:
        known = self.world.workers
        return INACTIVE if any(each is not None and (each not in known or not known[each].active) for each in staff) else ()

    def dates(self, due: date, wake: date | None, kind: str) -> Refusals:
        if due < self.today or (wake is not None and wake > due):
            return (DueInThePast,)
        if wake is None:
            return ()
        if kind not in ("case.hold", "case.representations_expected"):
            return (NotAHold,)
        return (HoldTooLong,) if due > self.today + timedelta(days=90) else ()

    @property
    def stamp(self) -> dict[str, Any]:
        return {"by": self.first, "at": self.now}

    @property
    def dated(self) -> dict[str, Any]:
        return {**self.stamp, "today": self.today}


def _is_one_of(error: BaseException, reasons: Refusals) -> bool:
    names = [reason for reason in reasons if isinstance(reason, str)]
    if isinstance(error, GuaranteeBroken):
        return any(error.constraint.startswith(name) for name in names)
    return isinstance(error, tuple(reason for reason in reasons if not isinstance(reason, str)))
