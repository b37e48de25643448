"""All actions in any order, with good and bad arguments: no state that can be reached breaks a promise.

LONGSTOP_EXAMPLES sets how many stories are told (24 unless said), LONGSTOP_STEPS how long each is (60). Told as they come, not from a fixed
seed, where either is set.
"""

import ast
import os
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from types import FunctionType

import psycopg
import pytest
from django.core.exceptions import ObjectDoesNotExist
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule, run_state_machine_as_test

from longstop.access import actions as access
from longstop.access import queries as staff_queries
from longstop.audit.actions import SYSTEM
from longstop.cases import actions as cases
from longstop.cases.actions.covering import CannotCover
from longstop.cases.actions.dating import DateInTheFuture
from longstop.cases.actions.noting import EmptyNote
from longstop.cases.actions.offering import NotOfferedToYou
from longstop.cases.models import Note, Ownership
from longstop.referral import actions as referral
from longstop.referral.actions import judging, pairs
from longstop.referral.rules import TASK_KINDS
from longstop.work import actions as work
from longstop.work.rules import NewTask
from tests import given
from tests.conftest import Committed
from tests.guarantee import front_door, steps, telling
from tests.guarantee.steps import Steps
from tests.guarantee.telling import INACTIVE, NOBODY, Refusals, by_itself, custodies, days, kinds, numbers, pick, seldom
from tests.guarantee.world import Held, Job, Offered


class Story(Steps):
    """One team under a unit, a leader and three caseworkers, and whatever happens to them."""

    # Time

    @rule(by=st.integers(min_value=1, max_value=12))
    def days_pass(self, by: int) -> None:
        self.today += timedelta(days=by)
        self.now += timedelta(days=by)
        self.world = self.look()

    @rule()
    def minutes_pass(self) -> None:
        self.now += timedelta(minutes=7)

    @rule()
    def clock_of_another_machine_is_behind(self) -> None:
        self.now -= timedelta(minutes=2)

    # Staff

    @rule(role=st.sampled_from(["caseworker", "caseworker", "team_leader", "prison_team"]), in_team=st.booleans())
    def take_on(self, role: str, in_team: bool) -> None:
        if len(self.world.workers) < 8:
            number = f"T{next(numbers):06d}"
            staff = self.do(
                access.enrol,
                staff_number=number,
                name="Dev Rao",
                email=f"{number}@longstop.invalid",
                team_id=self.team.pk if in_team else None,
                **self.stamp,
            )
            self.do(access.grant_role, staff_id=staff.pk, role=role, from_date=self.today, **self.stamp)
            self.world = self.look()
            assert self.world.workers[staff.pk].may_own() == (in_team and role != "prison_team")

    @rule(which=pick, role=st.sampled_from(["caseworker", "team_leader", "inspector"]), ahead=st.sampled_from([None, None, -1, 5]))
    def grant_role(self, which: int, role: str, ahead: int | None) -> None:
        staff = self.worker(which)
        until = self.today + timedelta(days=ahead) if ahead is not None else None
        refused: Refusals = (access.InspectorNeedsEndDate,) if role == "inspector" and until is None else ()
        if not refused and role in self.world.workers[staff].roles:
            refused = (access.RoleAlreadyHeld,)
        elif not refused and ahead == -1:
            refused = ("role_dates_in_order",)
        maybe: Refusals = (access.RoleAlreadyHeld,)  # one held from another day
        self.do(
            access.grant_role, staff_id=staff, role=role, from_date=self.today, to_date=until, refused=refused, maybe=maybe, **self.stamp
        )
        self.world = self.look()

    @rule(which=pick, to=pick, role=st.sampled_from(["caseworker", "team_leader", "prison_team"]), leave_one_out=seldom)
    def end_role(self, which: int, to: int, role: str, leave_one_out: bool) -> None:
        staff, successor = self.worker(which), self.worker(to)
        before = self.world.workers[staff]
        left = before.roles - {role}
        mine = self.world.open_cases(staff) if not left & {"caseworker", "team_leader"} or not before.active else []
        coming = [pk for pk, case in self.world.cases.items() if case.coming == staff]
        plan = {pk: successor for pk in mine[1:] if leave_one_out} or {pk: successor for pk in mine if not leave_one_out}
        refused: Refusals = (ObjectDoesNotExist,) if role not in before.roles else ()
        if not left & {"caseworker", "team_leader"}:
            if (mine and (leave_one_out or successor == staff)) or coming:
                refused += (cases.LeavesUncovered,)
            elif mine:
                refused += self.not_to_own(successor)
        expected = self.world.copy()
        if not refused and not left & {"caseworker", "team_leader"}:
            for offer in [offer for offer in self.world.offers.values() if offer.to == staff]:
                expected.drop_offer(offer.case)
        if not refused:
            for pk in plan:
                expected.give(pk, successor)
        if not left - {"inspector"} and any(job.owner == staff for job in expected.jobs.values()):
            refused += (cases.LeavesUncovered,)
        if role == "team_leader" and staff in (self.leads, self.leads_next):
            refused += (access.LeadsATeam,)
        done = self.do(cases.end_role, staff_id=staff, role=role, cases=plan, reason="", refused=refused, maybe=refused, **self.dated)
        if done:
            expected.workers[staff].roles = left
            self.becomes(expected)

    @rule(which=pick, where=st.sampled_from(["home", "home", "other", "none"]), along=st.booleans())
    def amend(self, which: int, where: str, along: bool) -> None:
        staff, team = self.worker(which), {"home": self.team.pk, "other": self.shared.other_team.pk, "none": None}[where]
        details = {"name": "Amy Tran", "email": "a@longstop.invalid", "works_on": "MT-TF--", "capacity_points": 30}
        expected = self.world.copy()
        owned = self.world.open_cases(staff)
        has_work = owned or any(case.coming == staff for case in self.world.cases.values() if case.open)
        has_work = has_work or any(staff in (job.owner, job.successor) for job in self.world.jobs.values())
        moves = self.world.workers[staff].team != team
        refused: Refusals = (access.HasWork,) if moves and has_work and (team is None or not along) else ()
        if self.do(cases.amend_staff, staff_id=staff, team_id=team, take_along=along, **details, refused=refused, **self.stamp):
            expected.workers[staff].team = team
            for pk in owned if moves else ():
                expected.cases[pk].team = team or 0
            self.becomes(expected)

    @rule(which=pick)
    def lead(self, which: int) -> None:
        staff = self.worker(which)
        worker = self.world.workers[staff]
        refused: Refusals = () if worker.active and worker.leaving is None else (access.CannotLead,)
        self.do(access.set_team_leader, team_id=self.team.pk, leader_id=staff, refused=refused, **self.stamp)
        if not refused:
            self.leads, self.leads_next = staff, None

    @rule(which=pick)
    def come_back_to_work(self, which: int) -> None:
        staff = self.worker(which)
        refused: Refusals = (access.StillActive,) if self.world.workers[staff].active else ()
        self.do(access.reactivate, staff_id=staff, reason="Came back", refused=refused, **self.stamp)
        if not refused:
            expected = self.world.copy()
            expected.workers[staff].active, expected.workers[staff].leaving = True, None
            self.becomes(expected)

    @rule(which=pick)
    def small_things_about_staff(self, which: int) -> None:
        staff = self.worker(which)
        self.do(access.sign_in, staff_id=staff, at=self.now)
        self.do(access.grant_competence, staff_id=staff, code="detained", from_date=self.today, to_date=None, **self.stamp)

    @rule(which=pick)
    def deactivate(self, which: int) -> None:
        staff = self.worker(which)
        world = self.world
        has_work = (
            world.open_cases(staff)
            or any(case.coming == staff for case in world.cases.values())
            or any(staff in (job.owner, job.successor) for job in world.jobs.values())
        )
        covering = any(cover == staff and not over for _, cover, over in self.absences.values())
        refused: Refusals = INACTIVE if has_work else ()
        if staff in (self.leads, self.leads_next):
            refused += (access.LeadsATeam,)
        maybe: Refusals = (access.StillCovers,) if covering else ()
        if self.do(access.deactivate, staff_id=staff, refused=refused + (maybe if refused else ()), maybe=maybe, **self.stamp):
            expected = world.copy()
            expected.workers[staff].active = False
            expected.workers[staff].roles = frozenset()
            self.becomes(expected)

    # Absence and cover

    @rule(which=pick, cover=st.none() | pick, sudden=st.booleans(), length=st.sampled_from([None, 0, 5, 30]), start=st.integers(0, 5))
    def be_away(self, which: int, cover: int | None, sudden: bool, length: int | None, start: int) -> None:
        staff, by = self.worker(which), None if cover is None else self.worker(cover)
        first = self.today + timedelta(days=start)
        last = first + timedelta(days=length) if length is not None else None
        refused: Refusals = ()
        maybe: Refusals = (CannotCover,) if by is not None else ()
        if by == staff:
            refused += ("nobody_covers_themselves", CannotCover)
        if not sudden and last is None:
            refused += ("only_sudden_absence_is_open", CannotCover)
        due = [job for job in self.world.jobs.values() if job.owner == staff and (last is None or job.due <= last)]
        if by is None and not sudden and due:
            refused += (cases.LeavesUncovered,)
        if by is not None and not self.world.workers[by].active:
            refused += (CannotCover,)
        # Whoever covers somebody in that time waits until another does, unless the absence is sudden.
        covered = [pk for pk, (_, cover, over) in self.absences.items() if cover == staff and not over]
        if covered and not sudden:
            maybe += (cases.LeavesUncovered,)
        shared = [
            pk for pk, (who, _, over) in self.absences.items() if who == staff and not over and _overlap((first, last), self.away[pk])
        ]
        if shared and (not sudden or min(self.away[pk][0] for pk in shared) <= first):
            refused += (cases.AlreadyAway,)
        kind = "sudden" if sudden else "leave"
        arguments = {"staff_id": staff, "kind": kind, "from_date": first, "to_date": last, "cover_id": by}
        absence = self.do(cases.record_absence, **arguments, refused=refused + (maybe if refused else ()), maybe=maybe, **self.dated)
        if absence:
            self.absences[absence.pk] = (staff, by, False)
            self.away[absence.pk] = (absence.from_date, absence.to_date)
            assert not any(_overlap(self.away[absence.pk], self.away[pk]) for pk in shared)
            self.becomes(self.world.copy(), learn=absence.pk, also=covered)

    @precondition(lambda self: self.absences)
    @rule(which=pick, cover=pick)
    def find_cover(self, which: int, cover: int) -> None:
        absence, by = list(self.absences)[which % len(self.absences)], self.worker(cover)
        staff, _, over = self.absences[absence]
        refused: Refusals = (ObjectDoesNotExist, CannotCover, "nobody_covers_themselves") if over or by == staff else ()
        if not self.world.workers[by].active:
            refused += (CannotCover,)
        done = self.do(cases.set_cover, absence_id=absence, cover_id=by, refused=refused, maybe=(CannotCover,), **self.stamp)
        if done:
            self.absences[absence] = (staff, by, False)
            self._asked_no_more(absence)

    @precondition(lambda self: self.absences)
    @rule(which=pick)
    def be_back(self, which: int) -> None:
        absence = list(self.absences)[which % len(self.absences)]
        staff, cover, over = self.absences[absence]
        refused: Refusals = (ObjectDoesNotExist,) if over else ()
        if self.do(cases.end_absence, absence_id=absence, last_day=self.today, refused=refused, **self.stamp):
            self.absences[absence] = (staff, cover, True)
            self._asked_no_more(absence)

    def _asked_no_more(self, absence: int) -> None:
        expected = self.world.copy()
        expected.jobs = {pk: job for pk, job in expected.jobs.items() if (job.about, job.subject) != ("absence", absence)}
        self.becomes(expected)

    # Departure

    @rule(which=pick, to=pick, other=pick, ahead=st.sampled_from([-1, 0, 2, 9]), leave_out=seldom, name_case_task=seldom, stay=seldom)
    def plan_to_leave(self, which: int, to: int, other: int, ahead: int, leave_out: bool, name_case_task: bool, stay: bool) -> None:
        staff, successors = self.worker(which), [self.worker(to), self.worker(other)]
        world, last = self.world, self.today + timedelta(days=ahead)
        mine = [pk for pk, case in world.cases.items() if case.open and staff in (case.owner, case.coming)]
        answers = {offer.task for offer in world.offers.values() if offer.to == staff}
        loose = [
            pk for pk, job in world.jobs.items() if staff in (job.owner, job.successor) and job.subject not in mine and pk not in answers
        ]
        named = [pk for pk, job in world.jobs.items() if job.owner == staff and job.subject in mine and pk not in answers][:1]
        plan = {pk: successors[n % 2] for n, pk in enumerate(mine)}
        tasks_to = {pk: successors[n % 2] for n, pk in enumerate(loose + (named if name_case_task else []))}
        refused: Refusals = (cases.LastDayHasPassed,) if ahead < 0 else ()
        if leave_out and (plan or loose):
            (plan if plan else tasks_to).popitem()
            refused += (cases.LeavesUncovered,)
        if staff in plan.values() or staff in tasks_to.values():
            refused += (cases.LeavesUncovered,)
        for each in plan.values():
            refused += self.not_to_own(each)
        for each in tasks_to.values():
            if not world.workers[each].active or world.workers[each].leaving is not None:
                refused += (cases.MayNotOwn, cases.OwnerIsLeaving)
        if not world.workers[staff].active:
            refused += (cases.MayNotOwn,)
        covering = any(cover == staff and not over for _, cover, over in self.absences.values())
        maybe: Refusals = (cases.LeavesUncovered,) if covering else ()
        leaders = {self.team.pk: successors[0]} if staff in (self.leads, self.leads_next) and not leave_out else {}
        refused += self._not_to_lead(staff, leaders)
        arguments = {"staff_id": staff, "last_day": last, "cases": plan, "tasks_to": tasks_to, "leaders": leaders}
        if not self.do(cases.plan_departure, **arguments, refused=refused + (maybe if refused else ()), maybe=maybe, **self.dated):
            return
        self.leads_next = leaders.get(self.team.pk, self.leads_next)
        self._leaves(staff, last, plan, tasks_to)
        if stay:
            self._stay(staff)

    def _not_to_lead(self, staff: int, leaders: dict[int, int]) -> Refusals:
        """Why somebody who leads, or is to lead, cannot leave with these to follow them."""
        if staff not in (self.leads, self.leads_next):
            return ()
        if not leaders or staff in leaders.values():
            return (access.LeadsATeam,)
        (successor,) = leaders.values()
        worker = self.world.workers[successor]
        able = worker.active and worker.leaving is None and "team_leader" in worker.roles
        return () if able else (access.CannotLead,)

    def _leaves(self, staff: int, last: date, plan: dict[int, int], tasks_to: dict[int, int]) -> None:
        expected = self.world.copy()
        expected.workers[staff].leaving = last
        for offer in [offer for offer in self.world.offers.values() if offer.to == staff]:
            expected.drop_offer(offer.case)
        for pk, successor in plan.items():
            expected.cases[pk].coming = successor
        for pk, job in expected.jobs.items():
            if staff in (job.owner, job.successor):
                job.successor = tasks_to.get(pk)
        self.becomes(expected)

    @rule(which=pick)
    def stay_after_all(self, which: int) -> None:
        leaving = [pk for pk, worker in self.world.workers.items() if worker.active and worker.leaving is not None]
        staff = leaving[which % len(leaving)] if leaving else self.worker(which)
        self._stay(staff, refused=() if leaving else (cases.NoDeparturePlanned,))

    def _stay(self, staff: int, *, refused: Refusals = ()) -> None:
        if self.do(cases.forget_departure, staff_id=staff, refused=refused, **self.stamp):
            expected = self.world.copy()
            expected.workers[staff].leaving = None
            if staff == self.leads:
                self.leads_next = None
            for pk in self.world.open_cases(staff):
                expected.cases[pk].coming = None
            for job in expected.jobs.values():
                if job.owner == staff:
                    job.successor = None
            self.becomes(expected)

    @rule()
    def departures_take_effect(self) -> None:
        expected = self.world.copy()
        gone = [pk for pk, worker in expected.workers.items() if worker.active and worker.leaving and worker.leaving < self.today]
        assert cases.take_effect(today=self.today, at=self.now) == gone
        found = self.look()
        for staff in gone:
            for pk in expected.open_cases(staff):
                coming = expected.cases[pk].coming
                assert coming is not None
                for task, job in expected.of_case(pk).items():
                    if job.owner == staff and job.successor is not None:
                        assert found.jobs[task].owner == job.successor
                expected.cases[pk].owner, expected.cases[pk].coming = coming, None
                expected.drop_offer(pk)
            assert not any(job.owner == staff for job in found.jobs.values())
            assert not found.workers[staff].active
            if staff == self.leads:
                assert self.leads_next is not None
                self.leads, self.leads_next = self.leads_next, None
            assert [team.pk for team in staff_queries.led_or_coming(self.leads)] == [self.team.pk]
            self.done["longstop.cases.actions.departing.take_effect"] += 1
        assert {pk: (case.owner, case.coming) for pk, case in found.cases.items()} == {
            pk: (case.owner, case.coming) for pk, case in expected.cases.items()
        }
        assert found.jobs.keys() == expected.jobs.keys()
        self.world = found

    @rule()
    def contacts_are_asked_after(self) -> None:
        made = cases.ask_after_contact(by=SYSTEM, at=self.now, today=self.today)
        found = self.look()
        new = found.jobs.keys() - self.world.jobs.keys()
        assert len(new) <= made  # cases of earlier stories are asked after too
        self.cursor.execute(NOBODY_ASKED, {"today": self.today})
        assert self.cursor.fetchall() == []
        assert cases.ask_after_contact(by=SYSTEM, at=self.now, today=self.today) == 0
        for job in (found.jobs[pk] for pk in new):
            assert found.cases[job.subject].open
            assert job.owner == found.cases[job.subject].owner
        assert {pk: (case.owner, case.open) for pk, case in found.cases.items()} == {
            pk: (case.owner, case.open) for pk, case in self.world.cases.items()
        }
        self.world = found

    # Opening, closing, reopening

    def _person(self, again: bool) -> int:
        if again and self.people:
            return self.people[-1]
        self.people.append(given.person().pk)
        return self.people[-1]

    def _opened(self, person: int, owner: int, custody: str, release: int | None, first: NewTask | None) -> cases.Opened:
        dates = {"sentence_start_date": self.today - timedelta(days=300)}
        if release is not None:
            dates["conditional_release_date"] = self.today + timedelta(days=release)
        return cases.Opened(
            person_id=person, owner_id=owner, source="prison", observed_at=self.now, custody=custody, key_dates=dates, first=first
        )

    def _has_open_case(self, person: int) -> bool:
        return any(case.person == person and case.open for case in self.world.cases.values())

    @precondition(lambda self: len(self.world.cases) < 12)
    @rule(
        which=pick,
        nobody=seldom,
        again=seldom,
        custody=custodies,
        release=st.sampled_from([None, 0, 3, 90, 500]),
        first=st.none() | days,
        first_to=st.none() | pick,
        monitored=st.booleans(),
    )
    def open_case(
        self,
        which: int,
        nobody: bool,
        again: bool,
        custody: str,
        release: int | None,
        first: int | None,
        first_to: int | None,
        monitored: bool,
    ) -> None:
        owner, person = self.worker(which, nobody=nobody), self._person(again)
        refused = self.not_to_own(owner)
        new = None
        if first is not None:
            to = None if first_to is None else self.worker(first_to)
            new = NewTask(kind="case.other", due=self.today + timedelta(days=first), owner_id=to)
            refused += self.inactive(to) + self.dates(new.due, None, new.kind)
        if self._has_open_case(person):
            refused += (cases.AlreadyOpen,)
        opened = self._opened(person, owner, custody, release, new)
        case = self.do(cases.open_case, opened=opened, reason="", refused=refused, **self.dated)
        if case:
            expected = self.world.copy()
            expected.cases[case] = Held(person, True, owner, self.world.workers[owner].team or 0, None)
            self.becomes(expected, learn=case)

    @precondition(lambda self: len(self.world.cases) < 10)
    @rule(owners=st.lists(pick, max_size=3), again=seldom)
    def open_several(self, owners: list[int], again: bool) -> None:
        wanted = [self._opened(self._person(again), self.worker(which), "serving", 90, None) for which in owners]
        results = self.do(cases.open_cases, wanted=wanted, reason="", **self.dated)
        expected = self.world.copy()
        for result in results if results is not True else []:
            owner, person = result.opened.owner_id, result.opened.person_id
            taken = any(case.person == person and case.open for case in expected.cases.values())
            assert (result.case_id is None) == bool(self.not_to_own(owner) or taken), result
            assert bool(result.explanation) == (result.case_id is None)
            if result.case_id is not None:
                expected.cases[result.case_id] = Held(person, True, owner, self.world.workers[owner].team or 0, None)
        found = self.look()
        for pk, job in found.jobs.items():
            if job.subject not in self.world.cases:
                expected.jobs.setdefault(pk, job)
        self.becomes(expected)

    @rule(
        which=pick, outcome=st.sampled_from(["removed", "removed", "nonsense"]), evidence=st.sampled_from(["Flight XX 12", "Flight", " "])
    )
    def close(self, which: int, outcome: str, evidence: str) -> None:
        case = self.case(which)
        refused: Refusals = (
            (cases.NoEvidence,) if outcome == "nonsense" or not evidence.strip() else self.closed(case) or self.under_way(case)
        )
        if self.do(cases.close, case_id=case, outcome=outcome, evidence=evidence, reason="", refused=refused, **self.stamp):
            expected = self.world.copy()
            expected.end(case)
            self.becomes(expected)

    @rule(which=pick, owner=pick, ahead=days, to=st.none() | pick)
    def reopen(self, which: int, owner: int, ahead: int, to: int | None) -> None:
        closed = [pk for pk, held in self.world.cases.items() if not held.open]
        case = closed[which % len(closed)] if closed else self.case(which)
        new_owner, task_owner = self.worker(owner), None if to is None else self.worker(to)
        then = NewTask(kind="case.review", due=self.today + timedelta(days=ahead), owner_id=task_owner)
        refused = self.not_to_own(new_owner) + self.dates(then.due, None, then.kind) + self.inactive(task_owner)
        if case not in self.world.cases:
            refused += (ObjectDoesNotExist,)
        elif self.world.cases[case].open:
            refused += (cases.CaseIsOpen,)
        elif self._has_open_case(self.world.cases[case].person):
            refused += ("one_open_case_a_person",)
        if self.do(cases.reopen, case_id=case, owner_id=new_owner, then=then, reason="", refused=refused, **self.dated):
            expected = self.world.copy()
            held = expected.cases[case]
            held.open, held.owner, held.team = True, new_owner, self.world.workers[new_owner].team or 0
            self.becomes(expected, learn=case)

    # Changing hands

    @rule(which=pick, to=pick, thinks=st.none() | pick, nobody=seldom)
    def assign(self, which: int, to: int, thinks: int | None, nobody: bool) -> None:
        case, receiver = self.case(which), self.worker(to, nobody=nobody)
        refused = self.closed(case)
        owner = self.world.cases[case].owner if case in self.world.cases else NOBODY
        from_ = owner if thinks is None else self.worker(thinks)
        if not refused:
            if from_ != owner:
                refused = (cases.OwnerHasChanged,)
            elif receiver == owner:
                refused = (cases.AlreadyTheOwner,)
            else:
                refused = self.not_to_own(receiver)
        if self.do(cases.assign, case_id=case, to=receiver, from_=from_, reason="", refused=refused, **self.dated):
            expected = self.world.copy()
            expected.give(case, receiver)
            self.becomes(expected)

    @rule(moves=st.lists(st.tuples(pick, pick, seldom), max_size=4, unique_by=lambda move: move[0]), undo=st.sampled_from([None, 0, 2]))
    def allocate_and_undo(self, moves: list[tuple[int, int, bool]], undo: int | None) -> None:
        wanted = {self.case(which): (self.worker(to), wrong) for which, to, wrong in moves if self.world.cases}
        chosen = [
            cases.Move(case_id=pk, from_=self.leader.pk if wrong else self.world.cases[pk].owner, to=to)
            for pk, (to, wrong) in wanted.items()
        ]
        act = self.do(cases.allocate_many, moves=chosen, reason="", **self.dated)
        results = dict(act.items.values_list("case_id", "result"))
        expected = self.world.copy()
        for move in chosen:
            held = self.world.cases[move.case_id]
            skipped = not held.open or held.owner != move.from_ or held.owner == move.to
            want = "skipped" if skipped else "refused" if self.not_to_own(move.to) else "done"
            assert results[move.case_id] == want, (move, results)
            if want == "done":
                expected.give(move.case_id, move.to)
        self.becomes(expected)
        if undo is not None:
            self._undo(act.pk, [move for move in chosen if results[move.case_id] == "done"], undo)

    def _undo(self, act: int, done: list[cases.Move], later: int) -> None:
        refused: Refusals = (cases.UndoIsTooLate,) if later else ()
        at = self.now + timedelta(days=later)
        if not self.do(cases.undo_bulk, act_id=act, by=self.first, at=at, today=self.today, refused=refused):
            return
        expected = self.world.copy()
        for move in done:
            if not self.not_to_own(move.from_):
                expected.give(move.case_id, move.from_)
        self.becomes(expected)
        self.do(cases.undo_bulk, act_id=act, by=self.first, at=at, today=self.today, refused=(cases.UndoIsTooLate,))

    @rule(which=pick, to=pick)
    def offer(self, which: int, to: int) -> None:
        case, receiver = self.case(which), self.worker(to)
        refused = self.closed(case)
        owner = self.world.cases[case].owner if case in self.world.cases else NOBODY
        if not refused:
            refused = (cases.AlreadyTheOwner,) if receiver == owner else self.not_to_own(receiver)
        if not refused and any(offer.case == case for offer in self.world.offers.values()):
            refused = ("one_open_offer_a_case",)
        made = self.do(cases.offer, case_id=case, to=receiver, from_=owner, reason="", refused=refused, **self.dated)
        if made:
            expected = self.world.copy()
            expected.offers[made.pk] = Offered(case, receiver, made.task_id)
            self.becomes(expected, learn=case)
            assert self.world.jobs[made.task_id].owner == receiver

    @precondition(lambda self: self.world.offers)
    @rule(which=pick, how=st.sampled_from(["accept", "twice", "unread", "another", "decline", "decline", "withdraw"]))
    def answer(self, which: int, how: str) -> None:
        pk = list(self.world.offers)[which % len(self.world.offers)]
        offer = self.world.offers[pk]
        by, expected = offer.to, self.world.copy()
        acting = {"by": by, "at": self.now}
        if how in ("accept", "unread", "another", "twice"):
            refused = self.not_to_own(by)
            if how == "unread":
                refused = (cases.PackNotRead,)
            if how == "another":
                acting["by"], refused = self.world.cases[offer.case].owner, (NotOfferedToYou,)
            arguments = {"offer_id": pk, "pack_read": how != "unread", "today": self.today}
            if not self.do(cases.accept, **arguments, refused=refused, **acting):
                return
            expected.give(offer.case, by)
            if how == "twice":
                self.do(cases.accept, **arguments, refused=(cases.OfferIsAnswered,), **acting)
        elif how == "decline":
            self.do(cases.decline, offer_id=pk, reason="", **acting)
            expected.drop_offer(offer.case)
            self.do(cases.decline, offer_id=pk, reason="", refused=(cases.OfferIsAnswered,), **acting)
        else:
            self.do(cases.withdraw_offer, offer_id=pk, reason="", **self.stamp)
            expected.drop_offer(offer.case)
        self.becomes(expected)

    @rule(which=pick)
    def sign_the_handover(self, which: int) -> None:
        case = self.case(which)
        spell = Ownership.objects.filter(case_id=case, state="current", read_at=None).first()
        by = spell.staff_id if spell else self.worker(which)
        self.do(cases.sign_handover, case_id=case, by=by, at=self.now, refused=() if spell else (ObjectDoesNotExist,))

    # Tasks on cases

    @rule(which=pick, kind=kinds, ahead=days, wake=st.none() | days, to=st.none() | pick)
    def add_task(self, which: int, kind: str, ahead: int, wake: int | None, to: int | None) -> None:
        case, owner = self.case(which), None if to is None else self.worker(to)
        due = self.today + timedelta(days=ahead)
        asleep = None if wake is None else self.today + timedelta(days=wake)
        refused = self.closed(case) or self.dates(due, asleep, kind) or self.inactive(owner)
        new = NewTask(kind=kind, due=due, wake=asleep, owner_id=owner)
        task = self.do(cases.add_task, case_id=case, new=new, refused=refused, **self.dated)
        if task:
            expected = self.world.copy()
            expected.jobs[task.pk] = Job(kind, case, "case", owner or expected.cases[case].owner, due, asleep is not None, None)
            self.becomes(expected)

    @rule(which=pick, ahead=st.sampled_from([-1, 0, 10, 90, 91]))
    def hold(self, which: int, ahead: int) -> None:
        case, until = self.case(which), self.today + timedelta(days=ahead)
        refused = self.closed(case) or self.dates(until, until, "case.hold")
        arguments = {"case_id": case, "wake": until, "waiting_for": "prison", "reason": "Asked the prison"}
        task = self.do(cases.hold, **arguments, refused=refused, **self.dated)
        if task:
            expected = self.world.copy()
            expected.jobs[task.pk] = Job("case.hold", case, "case", expected.cases[case].owner, until, True, None)
            self.becomes(expected)

    def _finishing(self, task: int) -> tuple[Refusals, int]:
        job = self.world.jobs.get(task)
        if job is None:
            return (ObjectDoesNotExist,), NOBODY
        return ((cases.AnswerTheOffer,) if task in self.world.answers() else ()), job.subject

    @rule(which=pick, then=st.none() | days)
    def complete_case_task(self, which: int, then: int | None) -> None:
        task = self.job(which, about_case=True)
        refused, case = self._finishing(task)
        refused = refused or self.next_step(task)
        new = None if then is None else NewTask(kind="case.other", due=self.today + timedelta(days=then))
        if not refused and new is not None:
            refused = self.dates(new.due, None, new.kind)
        maybe: Refusals = ()
        if not refused and new is None and not self.world.work_left(case, without=task):
            # The next review may follow by itself.
            is_review = self.world.jobs[task].kind.endswith("_review")
            refused, maybe = ((), (cases.NoNextTask,)) if is_review else ((cases.NoNextTask,), ())
        arguments = {"task_id": task, "result": "Done", "then": new}
        if self.do(cases.complete_task, **arguments, refused=refused, maybe=maybe or self._reviews_end(task), **self.dated):
            self._gone(task, case)
            self.do(cases.complete_task, **arguments, refused=(work.TaskIsNotOpen, cases.CaseIsClosed), **self.dated)

    def _reviews_end(self, task: int) -> Refusals:
        """A review that no clock asks for takes its like with it."""
        job = self.world.jobs.get(task)
        return (cases.NoNextTask,) if job is not None and job.kind.endswith("_review") else ()

    def _gone(self, task: int, case: int) -> None:
        found, expected = self.look(), self.world.copy()
        del expected.jobs[task]
        for pk, job in self.world.of_case(case).items():
            if by_itself(job.kind) and pk not in found.jobs:
                expected.jobs.pop(pk, None)  # asked for by a clock that no longer runs, or for what is now recorded
        self.becomes(expected, learn=case)

    @rule(which=pick)
    def withdraw_case_task(self, which: int) -> None:
        task = self.job(which, about_case=True)
        refused, case = self._finishing(task)
        refused = refused or self.next_step(task)
        if not refused and not self.world.work_left(case, without=task):
            refused = (cases.NoNextTask,)
        if self.do(cases.withdraw_task, task_id=task, reason="", refused=refused, **self.stamp):
            self._gone(task, case)

    @rule(which=pick, ahead=days)
    def move_case_task(self, which: int, ahead: int) -> None:
        task, due = self.job(which, about_case=True), self.today + timedelta(days=ahead)
        refused: Refusals = (ObjectDoesNotExist,)
        if task != NOBODY:  # a hold that is moved stays one, within its limit
            job = self.world.jobs[task]
            refused = self.dates(due, due if job.hold else None, job.kind)
        if self.do(cases.move_due, task_id=task, due=due, reason="Later", refused=refused, **self.dated):
            expected = self.world.copy()
            expected.jobs[task].due = due
            self.becomes(expected)

    @rule(which=pick, to=pick)
    def give_case_task(self, which: int, to: int) -> None:
        task, owner = self.job(which, about_case=True), self.worker(to)
        refused, _ = self._finishing(task)
        refused = refused or self.inactive(owner)
        if self.do(cases.reassign_task, task_id=task, to=owner, reason="", refused=refused, **self.stamp):
            expected = self.world.copy()
            expected.jobs[task].owner, expected.jobs[task].successor = owner, None
            self.becomes(expected)

    @rule(which=pick, rung=st.integers(0, 3), by=pick, again=st.booleans())
    def acknowledge_case_task(self, which: int, rung: int, by: int, again: bool) -> None:
        task = self.job(which, about_case=True, late=True)
        late = task in self.world.jobs and self.world.jobs[task].due < self.today
        refused: Refusals = (ObjectDoesNotExist,) if task == NOBODY else () if late else (work.NotLateEnough,)
        maybe: Refusals = (work.NotLateEnough, work.NotYourRung)
        arguments = {"task_id": task, "rung": rung, "reason": "Short of staff", "by": self.worker(by), "at": self.now, "today": self.today}
        for _ in range(1 + again):
            self.do(cases.acknowledge, **arguments, refused=refused, maybe=maybe)

    # Dates, custody, notes, restriction

    @rule(
        which=pick,
        name=st.sampled_from(["conditional_release_date", "confirmed_release_date", "detained_since"]),
        ahead=st.none() | st.sampled_from([-400, -1, 0, 30, 400]),
    )
    def record_date(self, which: int, name: str, ahead: int | None) -> None:
        case, value = self.case(which), None if ahead is None else self.today + timedelta(days=ahead)
        arguments = {"case_id": case, "name": name, "value": value, "source": "prison", "observed_at": self.now, "reason": ""}
        if self.do(cases.record_key_date, **arguments, refused=self.closed(case), **self.dated):
            self._as_the_situation_asks(case)

    @rule(
        which=pick,
        given_on=st.sampled_from([-40, -1, 0, 1]),
        until=st.none() | st.sampled_from([-50, 0, 30, 900]),
        reason=st.sampled_from(["A document is agreed", ""]),
    )
    def authorise_detention(self, which: int, given_on: int, until: int | None, reason: str) -> None:
        case, day = self.case(which), self.today + timedelta(days=given_on)
        last = None if until is None else self.today + timedelta(days=until)
        refused = self.closed(case)
        if not refused and day > self.today:
            refused = (DateInTheFuture,)
        elif not refused and last is not None and last < day:
            refused = (cases.AuthorityDates,)
        said = cases.Authorised(kind="is91", given_on=day, given_by="An officer", until=last, reason=reason)
        if self.do(cases.authorise_detention, case_id=case, said=said, refused=refused, **self.dated):
            self._as_the_situation_asks(case)

    def _as_the_situation_asks(self, case: int) -> None:
        found, expected = self.look(), self.world.copy()
        gone = [pk for pk, job in self.world.of_case(case).items() if by_itself(job.kind) and pk not in found.jobs]
        expected.jobs = {pk: job for pk, job in expected.jobs.items() if pk not in gone}
        self.becomes(expected, learn=case)

    @rule(which=pick, custody=custodies | st.just("abroad"), since=st.sampled_from([None, -40, -1, 0, 1]), monitored=st.booleans())
    def change_custody(self, which: int, custody: str, since: int | None, monitored: bool) -> None:
        case, day = self.case(which), None if since is None else self.today + timedelta(days=since)
        refused: Refusals = (DateInTheFuture,) if since == 1 else self.closed(case)
        if custody == "abroad":
            refused += (ValueError,)
        held = self.world.of_case(case)
        reviews = {pk for pk, job in held.items() if by_itself(job.kind)}
        maybe: Refusals = (cases.NoNextTask,) if not held.keys() - reviews - self.world.answers() else ()
        arguments = {"case_id": case, "custody": custody, "since": day, "monitored": monitored, "reason": ""}
        if self.do(cases.change_custody, **arguments, refused=refused, maybe=maybe, **self.dated):
            found, expected = self.look(), self.world.copy()
            expected.jobs = {pk: job for pk, job in expected.jobs.items() if pk in found.jobs or pk not in reviews}
            self.becomes(expected, learn=case)

    @rule()
    def wind_again(self) -> None:
        self.do(cases.rewind, case_ids=list(self.world.cases), **self.dated)

    @rule(
        which=pick, kind=st.sampled_from(["risk", "progress", "nonsense"]), text=st.sampled_from(["Said so", " "]), corrects=st.booleans()
    )
    def write_note(self, which: int, kind: str, text: str, corrects: bool) -> None:
        case = self.case(which)
        refused: Refusals = (EmptyNote,) if not text.strip() else (KeyError,) if kind == "nonsense" else ()
        if not refused and case not in self.world.cases:
            refused = (ObjectDoesNotExist,)
        newest = Note.objects.filter(case_id=case).order_by("-pk").first() if corrects else None
        corrected = newest.pk if newest else None
        note = self.do(cases.write_note, case_id=case, kind=kind, text=text, corrects=corrected, refused=refused, **self.stamp)
        if note:
            self.do(cases.write_note, case_id=case, kind=kind, text=text, corrects=NOBODY, refused=(ObjectDoesNotExist,), **self.stamp)

    @rule(which=pick, to=pick)
    def restrict_and_see(self, which: int, to: int) -> None:
        case, staff = self.case(which), self.worker(to)
        missing: Refusals = (ObjectDoesNotExist,) if case == NOBODY else ()
        self.do(cases.restrict, case_id=case, reason="Threats", refused=missing, **self.stamp)
        until = self.now + timedelta(hours=8)
        self.do(access.give_clearance, staff_id=staff, subject_id=case, until=until, reason="Cover", **self.stamp)
        held = staff_queries.clearances_in_force(at=self.now).filter(staff_id=staff, subject_id=case).first()
        if held is not None:
            self.do(access.take_back_clearance, clearance_id=held.pk, reason="No longer", **self.stamp)
        taken = self.do(access.break_glass, subject_id=case, until=until, reason="Now", by=staff, at=self.now)
        self.do(access.see_broken_glass, clearance_id=taken.pk, by=staff, at=self.now, refused=("nobody_reviews_their_own_break_glass",))
        self.do(access.see_broken_glass, clearance_id=taken.pk, by=self.shared.head.pk, at=self.now)
        self.do(cases.unrestrict, case_id=case, reason="Over", refused=missing, **self.stamp)

    # Tasks about anything else

    @rule(which=pick, ahead=days, nobody=seldom)
    def make_task(self, which: int, ahead: int, nobody: bool) -> None:
        owner, due = self.worker(which, nobody=nobody), self.today + timedelta(days=ahead)
        subject = work.Subject(kind="held_file", id=work.next_subject_ids(1)[0])
        refused = self.dates(due, None, "") or self.inactive(owner) + (("work_task_owner_id",) if owner == NOBODY else ())
        new = NewTask(kind="intake.refused_row", due=due)
        arguments = {"subject": subject, "new": new, "owner_id": owner, "team_id": self.team.pk}
        task = self.do(work.make, **arguments, refused=refused, **self.dated)
        if task:
            self.becomes(self.world.copy(), learn=subject.id)

    @rule(which=pick, how=st.sampled_from(["complete", "withdraw"]))
    def finish_task(self, which: int, how: str) -> None:
        task = self.job(which, about_case=False)
        refused: Refusals = (work.TaskIsNotOpen,) if task == NOBODY else ()
        if task != NOBODY and self.world.jobs[task].about in TASK_KINDS:
            refused = (f"open_{self.world.jobs[task].about}_has_dated_task",)  # only what it is about finishes it
        if how == "complete":
            done = self.do(work.complete, task_id=task, result="Done", refused=refused, **self.stamp)
        else:
            done = self.do(work.withdraw, task_ids=[task], reason="", refused=refused, **self.stamp)
        if done:
            expected = self.world.copy()
            del expected.jobs[task]
            self.becomes(expected)
            self.do(work.complete, task_id=task, result="Done", refused=(work.TaskIsNotOpen,), **self.stamp)

    @rule(which=pick, ahead=days)
    def move_task(self, which: int, ahead: int) -> None:
        task, due = self.job(which, about_case=False), self.today + timedelta(days=ahead)
        refused: Refusals = (work.TaskIsNotOpen,) if task == NOBODY else self.dates(due, None, "")
        if self.do(work.move_due, task_id=task, due=due, wake=None, reason="Later", refused=refused, **self.dated):
            expected = self.world.copy()
            expected.jobs[task].due = due
            self.becomes(expected)

    @rule(which=pick, to=pick)
    def give_task(self, which: int, to: int) -> None:
        task, owner = self.job(which, about_case=False), self.worker(to)
        refused: Refusals = (work.TaskIsNotOpen,) if task == NOBODY else self.inactive(owner)
        if self.do(work.reassign, task_ids=[task], to=owner, team_id=None, reason="", refused=refused, **self.stamp):
            expected = self.world.copy()
            expected.jobs[task].owner, expected.jobs[task].successor = owner, None
            self.becomes(expected)

    @rule(which=pick, to=pick, forget=st.booleans())
    def plan_successor(self, which: int, to: int, forget: bool) -> None:
        task, successor = self.job(which, about_case=False), self.worker(to)
        if self.world.workers[successor].leaving is not None:
            return  # who is leaving is given nothing: `plan_departure` sees to that
        refused: Refusals = (work.TaskIsNotOpen,) if task == NOBODY else self.inactive(successor)
        plan = {"successors": {task: successor}, "from_date": self.today + timedelta(days=5)}
        if self.do(work.plan_successors, **plan, refused=refused, **self.stamp):
            if forget:
                self.do(work.forget_successors, task_ids=[task], **self.stamp)
            expected = self.world.copy()
            expected.jobs[task].successor = None if forget else successor
            self.becomes(expected)

    @rule(which=pick, by=pick)
    def acknowledge_task(self, which: int, by: int) -> None:
        task = self.job(which, about_case=False, late=True)
        late = task in self.world.jobs and self.world.jobs[task].due < self.today
        refused: Refusals = (work.TaskIsNotOpen,) if task == NOBODY else () if late else (work.NotLateEnough,)
        by_ = self.world.jobs[task].owner if late and by % 2 else self.worker(by)
        arguments = {"task_id": task, "rung": 0, "reason": "Away", "by": by_, "at": self.now, "today": self.today}
        self.do(work.acknowledge, **arguments, refused=refused, maybe=(work.NotYourRung,))


def _overlap(one: tuple[date, date | None], other: tuple[date, date | None]) -> bool:
    """Say whether two times share a day; without an end, a time goes on."""
    return (one[1] is None or other[0] <= one[1]) and (other[1] is None or one[0] <= other[1])


@pytest.fixture
def told(committed: Committed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Story]]:
    """The machine, on a database of its own in which each step really commits, watched over another connection."""
    with psycopg.connect(committed.service_url, autocommit=True) as watching, watching.cursor() as cursor:
        monkeypatch.setattr(judging, "is_drawn", lambda *, arrival_id, **_: arrival_id % 2 == 0)
        # What is drawn by a salt would make another story of the same examples.
        monkeypatch.setattr(pairs, "is_read_again", lambda question: question.pk % 4 == 0)
        shared = given.command()
        for name in ("Devi Anand", "Dora Pike"):
            given.staff(name, "duty_officer", team=shared.other_team)
        said = {"cursor": cursor, "shared": shared, "folder": tmp_path, "done": Counter(), "refusals": Counter()}
        told = type("Told", (Story,), said)
        yield told


def _profile() -> settings:
    examples, steps = os.environ.get("LONGSTOP_EXAMPLES"), os.environ.get("LONGSTOP_STEPS")
    return settings(
        max_examples=int(examples or 24),
        stateful_step_count=int(steps or 60),
        derandomize=not (examples or steps),
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink] if examples else [Phase.generate],
    )


def test_no_reachable_state_breaks_a_promise(told: type[Story]) -> None:
    run_state_machine_as_test(told, settings=_profile())
    assert min(told.done.total(), 2 * told.refusals.total()) > 100, "the stories were about refusals, or about nothing"
    front = {name.rpartition(".")[2] for name in told.done if name.startswith("longstop.referral")}
    assert front >= {"consider_receipt", "hand_on", "accept", "answer", "explain", "refer_by_hand"}, "the front door stood still"


def test_the_machine_has_a_rule_for_every_action() -> None:
    told = [ast.parse(Path(module.__file__ or "").read_text()) for module in (sys.modules[__name__], front_door, steps, telling)]
    called = {node.attr for tree in told for node in ast.walk(tree) if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)}
    doors = _doors()
    assert {name for name in doors - SEEN_TO_ELSEWHERE if name.rpartition(".")[2] not in called} == set()
    assert doors >= SEEN_TO_ELSEWHERE, "no longer an action"


NOBODY_ASKED = """
SELECT k.case_id, k.kind FROM cases_clock k JOIN cases_case c ON c.id = k.case_id AND c.closed_at IS NULL
WHERE k.kind IN ('contact', 'address_known') AND k.rule_version <> 'stopped' AND (k.due < %(today)s OR k.alarm <> '')
  AND NOT EXISTS (SELECT FROM work_task t WHERE t.subject_id = c.id AND t.state = 'open'
    AND t.kind = CASE k.kind WHEN 'contact' THEN 'case.contact_missed' ELSE 'case.address_unknown' END)
"""


SEEN_TO_ELSEWHERE = {
    # At which prisons somebody works: it says what they are shown, and touches nothing that is promised here. See tests/web/prisons.
    "longstop.access.actions.post",
    "longstop.access.actions.end_posting",
    # Parts of an action of `cases`, which is what doors call.
    "longstop.access.actions.write_absence",
    "longstop.access.actions.end_absence",
    "longstop.access.actions.set_cover",
    "longstop.access.actions.end_role",
    "longstop.access.actions.set_last_day",
    "longstop.access.actions.plan_leader",
    "longstop.work.actions.change_team",
    "longstop.work.actions.make_many",
    # The map of the process changes under the cases: see tests/cases/test_remapping.py.
    "longstop.cases.actions.remapping.check_move",
    "longstop.cases.actions.remapping.move_off_vanished",
    # Under two names: see tests/archive.
    "longstop.cases.actions.disposing.dispose_person",
    "longstop.cases.actions.disposing.propose_disposal",
    "longstop.referral.actions.disposing.dispose_person",
    "longstop.referral.actions.disposing.propose_disposal",
    # Reads what an old system held, file by file: see tests/referral/test_legacy.py.
    "longstop.referral.actions.legacy.take_over",
    # Parts of what the front door's `open_from_records` does, which is what doors call.
    "longstop.referral.actions.opening.open_from_record",
    "longstop.cases.actions.receiving.open_from_record",
    # Numbers for a page, counted anew as a whole: see tests/referral/test_prisons.py.
    "longstop.referral.actions.counting.count_prisons",
    "longstop.access.actions.set_password",  # slow on purpose, and touches nothing that is promised here
}


def _doors() -> set[str]:
    """Every action that a door can call."""
    found = [getattr(room, name) for room in (cases, referral) for name in room.__all__]
    found += [value for room in (access, work) for value in vars(room).values() if getattr(value, "__longstop_action__", False)]
    return {f"{each.__module__}.{each.__name__}" for each in found if isinstance(each, FunctionType)}
