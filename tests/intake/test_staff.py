"""The staff list: whole rows or none, nobody deactivated by a file, no password from one."""

import json
import shutil
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from longstop.access import actions as access
from longstop.access import queries
from longstop.access.models import Staff
from longstop.audit.actions import SYSTEM
from longstop.cases import queries as cases
from longstop.cases.actions import amend_staff
from longstop.intake.loading import Outcome
from longstop.intake.queries import refusals
from longstop.intake.reading import UnusableFile
from longstop.intake.staff_loading import load_staff
from tests import given
from tests.intake.given import AT, counts

OURS = Path(__file__).parent / "data" / "staff.csv"
TODAY = date(2026, 11, 18)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return Path(shutil.copy(OURS, tmp_path / "staff.csv"))


def load(path: Path) -> Outcome:
    return load_staff(path=path, by=SYSTEM, at=AT, today=TODAY, amend=partial(amend_staff, take_along=True))


def test_a_list_sets_up_teams_people_roles_and_leaders(db: None, file: Path) -> None:
    outcome = load(file)
    assert counts(outcome) == (13, 6, 0, 0, 7)
    leader = queries.staff_by_number("s003")
    assert (leader.name, leader.works_on, float(leader.capacity_points)) == ("Ines Calloway", "MTWT---", 32.5)
    assert queries.roles_of(staff_id=leader.pk, today=TODAY) == {"team_leader", "caseworker"}
    assert leader.team_id is not None
    assert [(link.kind, link.leader) for link in queries.accountability(leader.team_id)] == [
        ("team", "Ines Calloway"),
        ("unit", "Hugo Pell"),
        ("directorate", "Dorothea Vane"),
    ]
    assert not leader.has_usable_password()


def test_each_refused_row_says_why(db: None, file: Path) -> None:
    load(file)
    assert {(row.line, row.field) for row in refusals(source="staff")} == {
        (8, "role_to"),
        (9, "team_code"),
        (10, "email"),
        (11, "roles"),
        (12, "works_on"),
        (13, "staff_number"),
        (14, "team_parent"),
    }
    assert set(queries.enrolled().values_list("staff_number", flat=True)) == {"S001", "S002", "S003", "S004"}


PRISONS = """staff_number,name,email,agency,roles,prisons,prisons_from,prisons_to
L1,Lou Reeve,l1@longstop.invalid,prison service,prison_liaison,mdi; LEI,2026-11-01,2027-03-31
L2,Nia Vale,l2@longstop.invalid,prison service,prison_liaison,,,
L3,Max Orr,l3@longstop.invalid,prison service,prison_liaison,MDI;QZQ,,
L4,Ivy Dunn,l4@longstop.invalid,prison service,prison_liaison,OUT,,
L5,Una Moss,l5@longstop.invalid,prison service,prison_liaison,MDI,2026-12-01,2026-11-01
"""


def test_prisons_come_with_the_list_and_only_those_that_are_known(db: None, tmp_path: Path) -> None:
    path = tmp_path / "liaisons.csv"
    path.write_text(PRISONS)
    assert counts(load(path)) == (5, 2, 0, 0, 3)
    lou, nia = (queries.staff_by_number(number) for number in ("L1", "L2"))
    held = [(each.prison, each.from_date, each.to_date) for each in queries.postings_of(lou.pk).order_by("prison")]
    assert held == [(code, date(2026, 11, 1), date(2027, 3, 31)) for code in ("LEI", "MDI")]
    assert queries.prisons_of(staff_id=nia.pk, today=TODAY) == frozenset()
    assert {(row.line, row.field) for row in refusals(source="staff")} == {(4, "prisons"), (5, "prisons"), (6, "prisons_to")}
    assert not Staff.objects.filter(staff_number="L3").exists(), "nobody is enrolled with half of what was meant"
    assert counts(load(path)) == (5, 0, 0, 2, 3), "the same list twice changes nothing"
    path.write_text(PRISONS.replace("mdi; LEI", "LEI").replace("prison_liaison,,,", "prison_liaison,LEI,,"))
    assert counts(load(path)) == (5, 0, 1, 1, 3)
    assert queries.prisons_of(staff_id=lou.pk, today=TODAY) == {"LEI", "MDI"}, "what a file leaves out is not taken away"
    assert queries.prisons_of(staff_id=nia.pk, today=TODAY) == {"LEI"}


def test_the_same_list_twice_changes_nothing(db: None, file: Path) -> None:
    load(file)
    before = list(Staff.objects.order_by("pk").values())
    assert counts(load(file)) == (13, 0, 0, 6, 7)
    assert list(Staff.objects.order_by("pk").values()) == before
    assert len(refusals(source="staff")) == 7


def test_a_change_changes_only_what_differs(db: None, file: Path) -> None:
    load(file)
    file.write_text(
        file.read_text()
        .replace("Bram Okell,", "Bram Okell-Hart,")
        .replace("N1,caseworker,,MTWTF--,40,,,,\nS005", "N1,caseworker; duty_officer,,MTWTF--,40,,,,\nS005")
    )
    assert counts(load(file)) == (13, 0, 1, 5, 7)
    changed = queries.staff_by_number("S004")
    assert changed.name == "Bram Okell-Hart"
    assert queries.roles_of(staff_id=changed.pk, today=TODAY) == {"caseworker", "duty_officer"}


def move_to_south(file: Path) -> Path:
    """The same list, with S004 in another team."""
    moved = file.with_name("moved.csv")
    moved.write_text(
        "staff_number,name,email,team_code,roles,team_name,team_kind,team_parent\n,,,S1,,South team,team,NORTH\n"
        "S004,Bram Okell,b.okell@longstop.invalid,S1,caseworker,,,\n"
    )
    return moved


def test_who_changes_team_takes_their_cases_along(db: None, file: Path) -> None:
    load(file)
    bram = queries.staff_by_number("S004")
    case_id = given.case(bram)
    assert counts(load(move_to_south(file)))[4] == 0
    case = cases.case(case_id)
    assert case is not None
    assert (case.owner_id, case.team.code, queries.staff(bram.pk).team_id) == (bram.pk, "S1", case.team_id)


def test_where_nothing_takes_cases_along_the_row_is_refused(db: None, file: Path) -> None:
    load(file)
    team_id = queries.staff_by_number("S004").team_id
    outcome = load_staff(path=move_to_south(file), by=SYSTEM, at=AT, today=TODAY)
    assert counts(outcome)[4] == 1
    assert "team_code" in {row.field for row in refusals(source="staff") if row.line == 3}
    assert queries.staff_by_number("S004").team_id == team_id


def test_whoever_is_missing_is_reported_and_stays(db: None, file: Path) -> None:
    load(file)
    file.write_text("".join(line for line in file.read_text().splitlines(keepends=True) if not line.startswith("S004")))
    assert load(file).missing == ("S004",)
    assert queries.staff_by_number("S004").active


def test_a_file_cannot_bring_back_somebody_who_left(db: None, file: Path) -> None:
    load(file)
    access.deactivate(staff_id=queries.staff_by_number("S004").pk, by=SYSTEM, at=AT)
    assert counts(load(file))[4] == 8
    assert not queries.staff_by_number("S004").active


def test_a_team_cannot_stand_above_itself(db: None, file: Path) -> None:
    load(file)
    file.write_text("team_code,team_name,team_kind,team_parent\nNORTH,North unit,unit,N1\n")
    assert counts(load(file)) == (1, 0, 0, 0, 1)


@pytest.mark.parametrize("form", ["lines", "array", "semicolons", "utf-16", "mark"])
def test_other_forms_of_the_list_say_the_same(db: None, form: str, tmp_path: Path) -> None:
    team = {"team_code": "D", "team_name": "Directorate", "team_kind": "directorate"}
    person = {"staff_number": "S1", "name": "Zoë Vane", "email": "z@longstop.invalid", "team_code": "D", "roles": "director"}
    heads = "Staff number,Name,Email,Team code,Roles,Team name,Team kind\n"
    table = f"{heads},,,D,,Directorate,directorate\nS1,Zoë Vane,z@longstop.invalid,D,director,,\n"
    content = {
        "lines": f"{json.dumps(team)}\n{json.dumps(person)}\n".encode(),
        "array": json.dumps([person, team]).encode(),
        "semicolons": table.replace(",", ";").encode("cp1252"),
        "utf-16": table.encode("utf-16"),
        "mark": table.encode("utf-8-sig"),
    }[form]
    (tmp_path / "f").write_bytes(content)
    assert counts(load(tmp_path / "f")) == (2, 2, 0, 0, 0)
    assert queries.staff_by_number("S1").name == "Zoë Vane"


def test_a_file_that_is_no_staff_list_changes_nothing(db: None, tmp_path: Path) -> None:
    for content in (b"", b"a,b,c\n1,2,3\n", b"name,name\nx,y\n", b"\x00\x01\x02\x03"):
        (tmp_path / "f").write_bytes(content)
        with pytest.raises(UnusableFile):
            load(tmp_path / "f")
    assert not queries.enrolled().exists()


def test_a_row_whose_quotation_marks_do_not_close_is_refused_alone(db: None, file: Path) -> None:
    file.write_text('staff_number,name,email\n"S9,Nobody,n@longstop.invalid\n')
    assert counts(load(file)) == (1, 0, 0, 0, 1)
    (tmp := file.with_name("long.csv")).write_text('staff_number\n"' + "x" * 200_000 + '"\n')
    assert counts(load(tmp)) == (1, 0, 0, 0, 1)
