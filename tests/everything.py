"""One of each thing that a screen can be about, and one person in each role: for tests that go through every screen there is."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from longstop.access import actions as access
from longstop.access.models import Staff
from longstop.access.rules import Role
from longstop.audit import actions as audit
from longstop.cases import actions as cases
from longstop.gateways.keys import signing_key
from longstop.intake.loading import load_prisoners
from longstop.intake.models import Arrival, Refusal, UnmappedCode
from longstop.people.actions import take_on
from longstop.people.models import SourceRecord
from longstop.proof.actions import prove
from longstop.proof.rules import List
from longstop.reconciliation.actions import enquire, reconcile
from longstop.reconciliation.models import Break
from longstop.reconciliation.queries import read_both
from longstop.referral import actions as referral
from longstop.referral.actions.judging import is_drawn
from longstop.referral.models import Departure, Look, Question, Referral
from longstop.web.doors import Screen
from longstop.work.rules import NewTask
from tests import given
from tests.journeys.lists import arrive
from tests.referral import world

WITHOUT_TASKS = {Role.PRISON_LIAISON, Role.ANALYST, Role.INSPECTOR, Role.ADMINISTRATOR}
PARAMETER = re.compile(r"<\w+:(\w+)>")
ANSWERS_FOR = {Role.TEAM_LEADER, Role.HEAD, Role.DIRECTOR}


@dataclass(frozen=True)
class World:
    """People by role, a colleague to whom a case is offered, one who is away, and a value for each parameter of a path."""

    people: Mapping[Role, Staff]
    colleague: Staff
    absent: Staff
    numbers: Mapping[str, int | str]
    tasks: Mapping[Role, int]
    restricted: int
    restricted_record: int

    def address(self, screen: Screen, role: Role | None = None) -> str:
        """Give a screen's address, about the things of this world. Raises KeyError for a parameter that nothing here fills."""
        numbers = dict(self.numbers) | ({"task_id": self.tasks[role]} if role is not None and role in self.tasks else {})
        return reverse(screen.name, kwargs={name: numbers[name] for name in PARAMETER.findall(screen.path)})


def everything(folder: Path, *, family: str = "KRASNIQI") -> World:
    """Make it, through the actions, as of now, since screens read the clock; `family` is the name of everybody that anything is about."""
    at = timezone.now()
    today = timezone.localdate(at)
    command = given.command()
    people = {Role.TEAM_LEADER: command.leader, Role.HEAD: command.head, Role.DIRECTOR: command.director}
    for role in Role:
        if role not in ANSWERS_FOR:
            people[role] = given.staff(f"{role.value.replace('_', ' ').capitalize()} Doe", role, team=command.team)
    posted = access.post(staff_id=people[Role.PRISON_LIAISON].pk, prisons=["MDI", "QQQ"], from_date=today, by=audit.SYSTEM, at=at)
    colleague = given.caseworker("Amy Tran", command.team)
    other = given.caseworker("Ben Ode", command.team)
    arrivals = _records(folder, family)
    owner, leader = people[Role.CASEWORKER], people[Role.TEAM_LEADER]
    placements = [cases.Placement(arrival_id=each, owner_id=owner.pk) for each in arrivals[:5]]
    placed = referral.open_from_records(placements=placements, reason="In remit", by=leader.pk, at=at, today=today)
    first, second, third, fourth, fifth = (each.case_id or 0 for each in placed)
    note = cases.write_note(case_id=first, kind="progress", text="Telephoned.", by=owner.pk, at=at)
    task = cases.add_task(case_id=first, new=NewTask(kind="case.review", due=today), by=owner.pk, at=at, today=today)
    offer = cases.offer(case_id=second, to=colleague.pk, from_=owner.pk, reason="Moves team", by=owner.pk, at=at, today=today)
    moves = [cases.Move(case_id=third, from_=owner.pk, to=colleague.pk)]
    act = cases.allocate_many(moves=moves, reason="Workload", by=leader.pk, at=at, today=today)
    cases.restrict(case_id=fourth, reason="A colleague's brother", by=leader.pk, at=at)
    until = at + timedelta(hours=8)
    glass = access.break_glass(subject_id=fourth, until=until, reason="He telephoned", by=colleague.pk, at=at)
    absent = cases.record_absence(
        staff_id=other.pk,
        kind="leave",
        from_date=today,
        to_date=today + timedelta(days=3),
        cover_id=colleague.pk,
        by=leader.pk,
        at=at,
        today=today,
    )
    cases.close(case_id=fifth, outcome="british", evidence="Passport seen", reason="Done", by=leader.pk, at=at)
    person = Arrival.objects.get(pk=arrivals[4]).person_id
    looked_at = considered(folder, family)
    disposal = audit.propose_disposal(person_id=person, reason="Retention ended", authority="R7", by=leader.pk, at=at)
    key = signing_key(Path(settings.HOME))
    certificate = prove(by=leader.pk, at=at, today=today, key=key)
    numbers: dict[str, int | str] = {
        "track": "claims",
        "step": "receive",
        "state": "none",
        "case_id": first, "note_id": note.pk, "task_id": task.pk, "offer_id": offer.pk, "act_id": act.pk, "team_id": command.team.pk,
        "staff_id": other.pk, "absence_id": absent.pk, "arrival_id": arrivals[5], "refusal_id": Refusal.objects.get().pk,
        "certificate_id": certificate.pk, "name": List.REMAINDER, "clearance_id": glass.pk, "disposal_id": disposal,
        "person_id": person, "posting_id": posted[0].pk,
    }  # fmt: skip
    numbers |= looked_at | reconciled(second, owner)
    tasks = {role: _task_of(person, first, owner) for role, person in people.items() if role not in WITHOUT_TASKS}
    return World(people, colleague, other, numbers, tasks, fourth, arrivals[3])


def considered(folder: Path, family: str) -> dict[str, int | str]:
    """Let lists be considered: one of each thing that is looked at, a file that is held, and a code that nobody knows."""
    at = timezone.now()
    british = {"nationality": "British", "prisonId": "QQQ"}
    said = [{}, {"nationality": ""}, british, {}]
    rows = [world.prisoner(f"A{2000 + number}BB", lastName=f"{family}{'PQRS'[number]}", **one) for number, one in enumerate(said)]
    full = [*_rows(family), *rows]
    receipt = arrive(folder, full, at)
    drawn = Arrival.objects.get(prison="QQQ").pk
    seed = next(str(number) for number in range(10_000) if is_drawn(seed=str(number), arrival_id=drawn, per_thousand=10))
    referral.consider_receipt(receipt_id=receipt.pk, by=audit.SYSTEM, at=at, today=timezone.localdate(at), seed=seed)
    later = at + timedelta(seconds=1)
    receipt = arrive(folder, full[:-1], later)
    referral.consider_receipt(receipt_id=receipt.pk, by=audit.SYSTEM, at=later, today=timezone.localdate(at), seed=seed)
    path = folder / "short.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows[:2]), encoding="utf-8")
    held = load_prisoners(path=path, observed_at=later, by=audit.SYSTEM, at=later + timedelta(seconds=1)).receipt
    pair = [_taken_on(f"{family}{letter}", at) for letter in "XY"]
    joined = referral.join(person_id=pair[0], other_id=pair[1], reason="One face", by=audit.SYSTEM, at=later, today=timezone.localdate(at))
    return {
        "joining_id": joined.pk,
        "record_id": SourceRecord.objects.get(person_id=pair[0], number=pair[1]).pk,
        "referral_id": Referral.objects.filter(state="open").order_by("pk")[0].pk,
        "question_id": Question.objects.filter(state="open").order_by("pk")[0].pk,
        "departure_id": Departure.objects.get().pk,
        "look_id": Look.objects.get().pk,
        "receipt_id": held.pk,
        "code_id": UnmappedCode.objects.filter(kind="prison").order_by("pk")[0].pk,
        "source": "hmpps-prisoners",
        "prison": "QQQ",
    }


def _taken_on(family: str, at: datetime) -> int:
    said = {"name": {"display": f"Ilir {family}", "given": "Ilir", "family": family}}
    told = {"receipt_id": None, "observed_at": at, "reason": "A letter.", "by": audit.SYSTEM, "at": at}
    return take_on(source="police", key=family, content=said, **told)


def reconciled(case_id: int, owner: Staff) -> dict[str, int | str]:
    """Let a case say that somebody in prison is in the community, and a statement find it."""
    at = timezone.now() + timedelta(seconds=2)
    today = timezone.localdate(at)
    said = {"custody": "community", "since": today, "monitored": False, "reason": "He telephoned from home."}
    cases.change_custody(case_id=case_id, **said, by=owner.pk, at=at, today=today)
    statement = reconcile(both=read_both(today=today), by=audit.SYSTEM, at=at, today=today)
    found = Break.objects.get(case_id=case_id, kind="custody").pk
    asked = enquire(break_id=found, by=owner.pk, at=at)
    return {"statement_id": statement.pk, "line": "matched", "cohort": "command_caseload", "break_id": found, "enquiry_id": asked}


def _task_of(person: Staff, case_id: int, by: Staff) -> int:
    at = timezone.now()
    today = timezone.localdate(at)
    new = NewTask(kind="case.other", due=today, owner_id=person.pk)
    return cases.add_task(case_id=case_id, new=new, by=by.pk, at=at, today=today).pk


def _rows(family: str) -> list[dict[str, object]]:
    return [
        {
            "prisonerNumber": f"A10{number:02d}AA",
            "firstName": "ILIR",
            "lastName": f"{family}{'ABCDEFGH'[number]}",
            "dateOfBirth": "1985-03-07",
            "status": "ACTIVE IN",
            "prisonId": "MDI",
            "receptionDate": "2026-01-05",
            "conditionalReleaseDate": "2028-10-01",
        }
        for number in range(7)
    ]


def _records(folder: Path, family: str) -> list[int]:
    rows = _rows(family)
    path = folder / "extract.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in [*rows, {"firstName": family}]), encoding="utf-8")
    load_prisoners(path=path, observed_at=timezone.now(), by=audit.SYSTEM, at=timezone.now())
    return list(Arrival.objects.order_by("pk").values_list("pk", flat=True))


__all__ = ["World", "everything"]
