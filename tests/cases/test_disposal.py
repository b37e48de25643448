"""A person's values go from every room at once, under two names, and only when no case of theirs is open."""

from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection

from longstop.cases import actions
from longstop.cases.models import Case
from longstop.cases.queries import export_person
from longstop.intake.queries import Filters, arrivals
from longstop.people.queries import search
from longstop.referral import actions as referral
from tests import given
from tests.cases.test_opening_from_records import load, prisoner
from tests.conftest import Committed
from tests.given import NOW, TODAY


def everywhere(text: str) -> list[str]:
    """Name every table of ours in which a row holds the text, whatever the column."""
    found = []
    with connection.cursor() as cursor:
        for model in apps.get_models():
            table = model._meta.db_table
            if table.startswith(("audit_", "access_", "work_", "people_", "intake_", "cases_", "referral_", "proof_")):
                cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text ILIKE %s", [f"%{text}%"])
                row = cursor.fetchone()
                if row and row[0]:
                    found.append(table)
    return found


def test_disposal_leaves_no_copy_of_a_name_and_needs_two_people(committed: Committed, tmp_path: Path) -> None:
    load(tmp_path / "extract.jsonl", [prisoner("A1234BC", lastName="QUINTAVALLE")])
    command = given.command()
    amy = given.caseworker("Amy Tran", command.team)
    (row,) = arrivals(filters=Filters()).rows
    placements = [actions.Placement(arrival_id=row.id, owner_id=amy.pk)]
    (placed,) = referral.open_from_records(placements=placements, reason="In remit", by=amy.pk, at=NOW, today=TODAY)
    assert placed.case_id is not None
    case = Case.objects.get(pk=placed.case_id)
    actions.write_note(case_id=case.pk, kind="progress", text="Ms Quintavalle telephoned", by=amy.pk, at=NOW)
    assert "Quintavalle" in str(export_person(case.person_id))
    steward, other = given.staff("Sam Ito", "data_steward"), given.staff("Ida Rowe", "data_steward")
    with pytest.raises(actions.PersonHasOpenCase):
        actions.propose_disposal(person_id=case.person_id, reason="Retention", authority="Schedule 4", by=steward.pk, at=NOW)
    actions.close(case_id=case.pk, outcome="removed", evidence="Quintavalle left on flight X", reason="", by=amy.pk, at=NOW)
    number = referral.propose_disposal(person_id=case.person_id, reason="Retention", authority="Schedule 4", by=steward.pk, at=NOW)
    with pytest.raises(Exception, match="same person"):
        referral.dispose_person(disposal_id=number, by=steward.pk, at=NOW)
    assert everywhere("quintavalle") != []
    referral.dispose_person(disposal_id=number, by=other.pk, at=NOW)
    assert everywhere("quintavalle") == []
    assert everywhere("A1234BC") == []
    assert search("Quintavalle") == []
