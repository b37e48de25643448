"""Fills the service with those whose words go in: a team, one sign-in for each role that is needed, and a case."""

from datetime import date, datetime, timedelta

import django

PASSWORD = "of-nobody-but-these-tests"
ROLES = ("caseworker", "team_leader", "duty_officer", "administrator")

if __name__ == "__main__":
    django.setup()

    from django.utils import timezone

    from longstop.access import actions as access
    from longstop.audit.actions import SYSTEM, keep
    from longstop.cases.actions import Opened, open_case
    from longstop.people.models import Person
    from longstop.work.actions import next_subject_ids

    def enrol(role: str, team_id: int, at: datetime, today: date) -> int:
        """Enrol whoever stands for a role, with the role's name as number, and a password."""
        number = role.replace("_", "-").upper()
        member = {"staff_number": number, "name": f"Somebody {number}", "email": f"{number.lower()}@longstop.invalid", "team_id": team_id}
        person = access.enrol(**member, works_on="MTWTF--", by=SYSTEM, at=at)
        access.grant_role(staff_id=person.pk, role=role, from_date=today - timedelta(days=9), by=SYSTEM, at=at)
        access.set_password(staff_id=person.pk, password=PASSWORD, by=SYSTEM, at=at)
        return person.pk

    at = timezone.now()
    today = timezone.localdate(at)
    units = (("WHOLE", "directorate", None), ("UNIT", "unit", "WHOLE"), ("TEAM", "team", "UNIT"))
    teams = [access.define_team(code=code, name=code, kind=kind, parent_code=above, by=SYSTEM, at=at) for code, kind, above in units]
    staff = {role: enrol(role, teams[-1].pk, at, today) for role in ROLES}
    for team in teams:
        access.set_team_leader(team_id=team.pk, leader_id=staff["team_leader"], by=SYSTEM, at=at)
    (number,) = next_subject_ids(1)
    particulars = keep({"name": "Ilir Krasniq", "date_of_birth": "1985-03-07"}, person_id=number)
    Person.objects.create(id=number, particulars=particulars, made_at=at, made_by_id=SYSTEM)
    dates = {"sentence_start_date": today - timedelta(days=300), "conditional_release_date": today + timedelta(days=300)}
    owner = staff["caseworker"]
    opened = Opened(person_id=number, owner_id=owner, source="prison", observed_at=at, custody="serving", key_dates=dates)
    open_case(opened=opened, reason="Referred by the prison.", by=owner, at=at, today=today)
