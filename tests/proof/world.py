"""What the tests of the certificate need: a small command, cases with one task of a person's, and what a certificate says of them."""

import time
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from django.db import connection

from longstop.access.models import Staff
from longstop.audit import actions as audit
from longstop.audit import queries
from longstop.audit.models import Seal
from longstop.cases import actions
from longstop.cases.models import Case
from longstop.gateways.keys import signing_key
from longstop.proof.certification import Finding, certify
from longstop.proof.rules import List
from longstop.work.models import Task
from longstop.work.rules import NewTask
from tests import given
from tests.given import NOW, TODAY


def on(day: date) -> datetime:
    """Half past nine on a day."""
    return NOW + (day - TODAY)


@dataclass
class World:
    """A command with two caseworkers in one team and one in another."""

    command: given.Command = field(default_factory=given.command)
    amy: Staff = field(init=False)
    ben: Staff = field(init=False)
    cal: Staff = field(init=False)

    def __post_init__(self) -> None:
        self.amy = given.caseworker("Amy Tran", self.command.team)
        self.ben = given.caseworker("Ben Osei", self.command.team)
        self.cal = given.caseworker("Cal Roche", self.command.other_team)

    def somebody(self, name: str) -> Staff:
        """Give a person of the command by role or name: "owner" is Amy."""
        people = {"owner": self.amy, "leader": self.command.leader, "head": self.command.head, "director": self.command.director}
        return people[name]

    def case(self, due: date, *, owner: Staff | None = None) -> int:
        """Open a case today whose only task is a person's, due on that day."""
        owner = owner or self.amy
        case_id = given.case(owner)
        first = Task.objects.get(subject_id=case_id, state="open")
        then = NewTask(kind="case.review", due=due)
        actions.complete_task(task_id=first.pk, result="Considered.", then=then, by=owner.pk, at=NOW, today=TODAY)
        return case_id

    def task(self, case_id: int) -> Task:
        """Give the only open task of a case."""
        return Task.objects.get(subject_id=case_id, state="open")

    def acknowledge(self, case_id: int, *, rung: int, by: str, day: date) -> None:
        """Have the case's late task acknowledged on a day."""
        person = self.somebody(by)
        task_id = self.task(case_id).pk
        actions.acknowledge(task_id=task_id, rung=rung, reason="Waiting for a report.", by=person.pk, at=on(day), today=day)


def prove_on(day: date) -> Finding:
    """Prove the whole caseload on a day."""
    return certify(at=on(day), today=day)


def verdict_on(case_id: int, finding: Finding) -> str:
    """Say in which covered state a case is when it is the only one, or the first reason for which it is not covered."""
    reference = Case.objects.values_list("reference", flat=True).get(pk=case_id)
    left = [item for item in finding.items if item.list == List.REMAINDER and item.reference == reference]
    if left:
        return f"not covered: {left[0].reason}"
    (state,) = finding.totals["states"]
    return f"covered: {state}"


def listed(finding: Finding, name: str) -> list[tuple[str, str]]:
    """Give the references and reasons in a list, in order."""
    return [(item.reference, item.reason) for item in finding.items if item.list == name]


def reference(case_id: int) -> str:
    """Give a case's reference."""
    return Case.objects.values_list("reference", flat=True).get(pk=case_id)


def seal_all(home: Path, *, at: datetime) -> Seal:
    """Seal everything that has committed. Writers in other databases of the server hold the horizon back: wait for them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT longstop_known_seq()")
        target = cursor.fetchone()[0]
    until = time.monotonic() + 60
    while queries.horizon() <= target:
        assert time.monotonic() < until, "another transaction of this server holds the horizon back"
        time.sleep(0.02)
    return audit.seal(by=audit.SYSTEM, at=at, key=signing_key(home))


DAY = timedelta(days=1)
