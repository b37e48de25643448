"""A duty officer opens cases from what the prison service sent, dirty as it is."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from longstop.audit.actions import SYSTEM
from longstop.cases.actions import Placement
from longstop.cases.models import Case, Clock
from longstop.intake.loading import load_prisoners
from longstop.intake.queries import Filters, arrivals
from longstop.referral import actions
from longstop.work.models import Task
from tests import given
from tests.conftest import Committed
from tests.given import NOW, TODAY

SAMPLE = Path(__file__).resolve().parents[3] / "shared" / "data" / "hmpps" / "prisoner_search_sample.jsonl"
OBSERVED = datetime(2026, 11, 17, 19, 0, tzinfo=UTC)


def load(path: Path, rows: list[dict[str, object]]) -> None:
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    load_prisoners(path=path, observed_at=OBSERVED, by=SYSTEM, at=NOW)


def prisoner(number: str, **more: object) -> dict[str, object]:
    basic = {"prisonerNumber": number, "firstName": "ARBEN", "lastName": "HOXHAJ", "dateOfBirth": "1988-02-01", "status": "ACTIVE IN"}
    return basic | {"prisonId": "MDI", "receptionDate": "2026-01-05", "conditionalReleaseDate": "2027-10-01"} | more


@pytest.mark.django_db
def test_a_case_opened_from_a_record_has_its_person_dates_and_clocks(tmp_path: Path) -> None:
    load(tmp_path / "extract.jsonl", [prisoner("A1234BC")])
    command = given.command()
    amy = given.caseworker("Amy Tran", command.team)
    (row,) = arrivals(filters=Filters()).rows
    (placed,) = actions.open_from_records(
        placements=[Placement(arrival_id=row.id, owner_id=amy.pk)], reason="In remit", by=command.leader.pk, at=NOW, today=TODAY
    )
    case = Case.objects.select_related("person__particulars").get(pk=placed.case_id)
    assert case.person.particulars.content is not None
    assert case.person.particulars.content["name"] == "Arben Hoxhaj"
    assert case.release_date is not None
    assert case.release_date.isoformat() == "2027-10-01"
    assert {clock.kind for clock in case.clocks.all()} == {"release", "consideration_12", "consideration_8"}


@pytest.mark.django_db
def test_a_record_without_a_release_date_alarms_and_gives_the_owner_a_task(tmp_path: Path) -> None:
    load(tmp_path / "extract.jsonl", [prisoner("A1234BC", conditionalReleaseDate="24/06/2027x")])
    command = given.command()
    amy = given.caseworker("Amy Tran", command.team)
    (row,) = arrivals(filters=Filters()).rows
    placements = [Placement(arrival_id=row.id, owner_id=amy.pk)]
    (placed,) = actions.open_from_records(placements=placements, reason="In remit", by=amy.pk, at=NOW, today=TODAY)
    release = Clock.objects.get(case_id=placed.case_id, kind="release")
    assert (release.due, bool(release.alarm)) == (None, True)
    assert Task.objects.filter(subject_id=placed.case_id, kind="case.find_release_date", owner=amy, state="open").exists()


@pytest.mark.django_db
def test_opening_the_same_record_twice_is_refused_in_words_and_spoils_no_other(tmp_path: Path) -> None:
    load(tmp_path / "extract.jsonl", [prisoner("A1234BC"), prisoner("A1235BC")])
    command = given.command()
    amy = given.caseworker("Amy Tran", command.team)
    first, second = arrivals(filters=Filters()).rows
    once = [Placement(arrival_id=first.id, owner_id=amy.pk)]
    actions.open_from_records(placements=once, reason="", by=amy.pk, at=NOW, today=TODAY)
    both = [*once, Placement(arrival_id=second.id, owner_id=amy.pk)]
    results = actions.open_from_records(placements=both, reason="", by=amy.pk, at=NOW, today=TODAY)
    assert results[0].case_id is None
    assert "dealt with" in results[0].explanation
    assert results[1].case_id is not None


@pytest.mark.skipif(not SAMPLE.exists(), reason=f"the prison service's sample is not beside the repository ({SAMPLE.name})")
def test_every_usable_real_record_can_become_a_case(committed: Committed, tmp_path: Path) -> None:
    copy = tmp_path / SAMPLE.name
    copy.write_bytes(SAMPLE.read_bytes())
    outcome = load_prisoners(path=copy, observed_at=OBSERVED, by=SYSTEM, at=NOW)
    assert outcome.receipt.received == 202
    command = given.command()
    amy = given.caseworker("Amy Tran", command.team)
    rows = []
    after = None
    while True:
        page = arrivals(filters=Filters(), after=after)
        rows += page.rows
        if page.after is None:
            break
        after = page.after
    placements = [Placement(arrival_id=row.id, owner_id=amy.pk) for row in rows]
    results = actions.open_from_records(placements=placements, reason="Real payloads", by=command.leader.pk, at=NOW, today=TODAY)
    assert [result.explanation for result in results if result.case_id is None] == []
    assert Case.objects.filter(closed_at=None).count() == len(rows) > 20
