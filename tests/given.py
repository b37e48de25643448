"""Small "given" builders for tests. They go through the actions, so that only states that can be reached are tested."""

import itertools
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from longstop.access import actions as access
from longstop.access.models import Staff, Team
from longstop.audit.actions import SYSTEM, keep, record
from longstop.audit.events import Event, event
from longstop.audit.operations import action
from longstop.cases.actions import Authorised, Opened, authorise_detention, open_case
from longstop.people.models import Person
from longstop.work.actions import next_subject_ids
from longstop.work.rules import NewTask

TODAY = date(2026, 11, 18)  # a Wednesday, with no bank holiday near
NOW = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Command:
    """A small command: a directorate, a unit and two teams, each with somebody who answers for it."""

    director: Staff
    head: Staff
    leader: Staff
    other_leader: Staff
    team: Team
    other_team: Team


def staff(name: str, *roles: str, team: Team | None = None, works_on: str = "MTWTF--") -> Staff:
    """Enrol somebody with these roles."""
    number = f"S{next(_numbers):05d}"
    person = access.enrol(
        staff_number=number,
        name=name,
        email=f"{number.lower()}@longstop.invalid",
        team_id=team.pk if team else None,
        works_on=works_on,
        by=SYSTEM,
        at=NOW,
    )
    for role in roles:
        until = TODAY + timedelta(days=365) if role == "inspector" else None
        access.grant_role(staff_id=person.pk, role=role, from_date=TODAY - timedelta(days=400), to_date=until, by=SYSTEM, at=NOW)
    return person


def posted(person: Staff, *prisons: str) -> Staff:
    """Give somebody these prisons, since a while ago."""
    access.post(staff_id=person.pk, prisons=prisons, from_date=TODAY - timedelta(days=400), by=SYSTEM, at=NOW)
    return person


def command() -> Command:
    """Set up a directorate with one unit of two teams."""
    tag = next(_numbers)
    codes = [f"{code}{tag}" for code in ("DIR", "UNIT", "A", "B")]
    names = ["Returns directorate", "North unit", "Team A", "Team B"]
    kinds = ["directorate", "unit", "team", "team"]
    parents = [None, codes[0], codes[1], codes[1]]
    teams = [
        access.define_team(code=code, name=name, kind=kind, parent_code=parent, by=SYSTEM, at=NOW)
        for code, name, kind, parent in zip(codes, names, kinds, parents, strict=True)
    ]
    people = [
        staff("Dara Okonjo", "director", team=teams[0]),
        staff("Hana Lindqvist", "head", team=teams[1]),
        staff("Lena Marsh", "team_leader", team=teams[2]),
        staff("Omar Blythe", "team_leader", team=teams[3]),
    ]
    for team, leader in zip(teams, people, strict=True):
        access.set_team_leader(team_id=team.pk, leader_id=leader.pk, by=SYSTEM, at=NOW)
    return Command(people[0], people[1], people[2], people[3], teams[2], teams[3])


def caseworker(name: str, team: Team) -> Staff:
    """Enrol a caseworker in a team."""
    return staff(name, "caseworker", team=team)


@event("test.person_made", about="person")
@dataclass(frozen=True, kw_only=True)
class PersonMade(Event):
    """A test has made somebody: whatever is written, an event tells of it."""


@action
def person(name: str = "Ilir Krasniq") -> Person:
    """Make a person with nothing but a name. All names in tests are invented."""
    (number,) = next_subject_ids(1)
    particulars = keep({"name": name, "date_of_birth": "1985-03-07"}, person_id=number)
    record(PersonMade(subject_id=number), by=SYSTEM, at=NOW)
    return Person.objects.create(id=number, particulars=particulars, made_at=NOW, made_by_id=SYSTEM)


def case(
    owner: Staff,
    *,
    by: Staff | None = None,
    release: date | None = date(2027, 9, 1),
    custody: str = "serving",
    first: NewTask | None = None,
    at: datetime = NOW,
    today: date = TODAY,
) -> int:
    """Open a case and give its number."""
    dates = {"sentence_start_date": date(2025, 1, 10), "conditional_release_date": release}
    opened = Opened(
        person_id=person().pk, owner_id=owner.pk, source="prison", observed_at=at, custody=custody, key_dates=dates, first=first
    )
    return open_case(opened=opened, reason="Referred by the prison.", by=by.pk if by else owner.pk, at=at, today=today)


def authorised(case_id: int, owner: Staff, *, since: date, at: datetime = NOW, today: date = TODAY) -> Authorised:
    """Record by what somebody is held from this day, and why removal is realistic; gives it, so that a review can renew it."""
    said = Authorised(kind="is91", given_on=since, given_by="Chief immigration officer", reference="IS91/1", reason="A document is agreed.")
    authorise_detention(case_id=case_id, said=said, by=owner.pk, at=at, today=today)
    return said
