"""Lists taken away: exactly what is shown, by whom it may be, stamped and recorded."""

from datetime import timedelta
from io import BytesIO

import polars as pl
import pytest
from django.test import Client
from django.utils import timezone

from longstop.access.models import Staff
from longstop.audit.models import Payload, Reading
from longstop.cases.actions import restrict
from longstop.cases.models import Case
from longstop.web.exporting import sending
from tests import given
from tests.web.browsing import signed_in

pytestmark = pytest.mark.django_db
AT, TODAY = timezone.now(), timezone.localdate()


def taken(client: Client, path: str) -> bytes:
    answer = client.get(path)
    assert answer.status_code == 200, (answer.status_code, answer.headers)
    assert answer["Content-Disposition"].startswith("attachment"), answer.headers
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def rows(file: bytes) -> pl.DataFrame:
    return pl.read_csv(BytesIO(file), comment_prefix="#", infer_schema_length=None)


def case(owner: Staff) -> Case:
    return Case.objects.get(pk=given.case(owner, at=AT - timedelta(days=1), today=TODAY))


def test_the_file_holds_every_row_and_what_the_page_shows(command: given.Command, amy: Staff) -> None:
    made = {case(amy).reference for _ in range(30)}
    path = f"/team/{command.team.pk}/cases"
    client = signed_in(command.leader)
    page = client.get(path).content.decode()
    for kind in ("csv", "xlsx", "ods"):
        assert f"{path}?file={kind}" in page
    found = rows(taken(client, f"{path}?file=csv"))
    assert set(found["Case reference"]) == made, "all 30, though a page shows 25"
    assert set(found["Case"]) == {"Ilir Krasniq"}
    assert found.columns[:5] == ["Case", "Case reference", "Notes", "Owner", "Next task due"]


def test_a_file_is_filtered_as_the_page_is_and_says_so(command: given.Command, amy: Staff) -> None:
    ben = given.caseworker("Ben Osei", command.team)
    case(amy)
    theirs = case(ben)
    file = taken(signed_in(command.leader), f"/team/{command.team.pk}/cases?owner={ben.pk}&sort=-due&file=csv")
    assert rows(file)["Case reference"].to_list() == [theirs.reference]
    stamp = [line for line in file.decode("utf-8-sig").splitlines() if line.startswith("#")]
    assert "# List: Team A: open cases" in stamp
    assert "# Filter: Owner: Ben Osei" in stamp
    assert "# Order: By next task due; last first" in stamp
    assert "# Rows: 1" in stamp
    assert any(line.startswith("# As known at: ") and "the last seal is" in line for line in stamp)
    assert any(line.startswith(f"# Taken away by: Lena Marsh; {command.leader.staff_number}") for line in stamp)
    assert any(line.startswith("# Column “Next task due”") for line in stamp)


def test_that_a_list_was_taken_away_is_recorded_with_the_digest_of_the_file(command: given.Command, amy: Staff) -> None:
    case(amy)
    taken(signed_in(command.leader), f"/team/{command.team.pk}/cases?file=ods")
    reading = Reading.objects.get(what="exported")
    assert (reading.read_by, reading.subject_kind, reading.rows) == (command.leader.pk, "case", 1)
    kept = Payload.objects.get(pk=reading.payload_id).content
    assert kept is not None
    assert (kept["list"], kept["kind"], len(kept["sha256"])) == ("Team A: open cases", "ods", 64)


@pytest.mark.parametrize(
    ("role", "status"),
    [("caseworker", 403), ("duty_officer", 403), ("quality_assessor", 403), ("team_leader", 200), ("analyst", 200), ("inspector", 200)],
)
def test_only_who_may_export_is_offered_a_file_and_gets_one(command: given.Command, amy: Staff, role: str, status: int) -> None:
    """By the permission table: managers, analysts, inspectors and data stewards, of the lists that they see."""
    shown = case(amy)
    reader = command.leader if role == "team_leader" else given.staff("Rae Reader", role, team=command.team)
    path = f"/team/{command.team.pk}/cases"
    client = signed_in(reader)
    assert ("file=csv" in client.get(path).content.decode()) is (status == 200)
    assert client.get(f"{path}?file=csv").status_code == status
    if role == "analyst":
        found = rows(taken(client, f"{path}?file=csv"))
        assert found["Case reference"].to_list() == [shown.reference]
        assert found["Case"].to_list() == [None], "an analyst reads no name on the page, and none in the file"


def test_a_restricted_case_is_taken_away_as_it_shows(command: given.Command, amy: Staff) -> None:
    hidden = case(amy)
    restrict(case_id=hidden.pk, reason="A threat.", by=command.leader.pk, at=AT)
    inspector = given.staff("Ivy Inspector", "inspector", team=command.team)
    file = taken(signed_in(inspector), f"/team/{command.team.pk}/cases?file=csv")
    (row,) = rows(file).to_dicts()
    assert (row["Case reference"], row["Case"]) == (hidden.reference, "Restricted")
    assert "Krasniq" not in file.decode()


@pytest.mark.parametrize("kind", ["pdf", "exe", "csv.exe"])
def test_no_other_kind_of_file_is_made(command: given.Command, kind: str) -> None:
    assert signed_in(command.leader).get(f"/team/{command.team.pk}/cases?file={kind}").status_code == 403


def test_a_list_that_is_too_long_is_not_cut_short(command: given.Command, amy: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    case(amy)
    case(amy)
    monkeypatch.setitem(sending.LIMITS, "csv", 1)
    answer = signed_in(command.leader).get(f"/team/{command.team.pk}/cases?file=csv&sort=due", follow=True)
    assert "This list has 2 rows, and such a file takes at most 1. Filter the list" in answer.content.decode()
    assert not Reading.objects.filter(what="exported").exists()


def test_my_work_is_taken_away_with_due_dates_as_dates(command: given.Command) -> None:
    mine = case(command.leader)
    found = rows(taken(signed_in(command.leader), "/work?file=csv")).to_dicts()
    assert {row["Case reference"] for row in found} == {mine.reference}
    assert all(row["Due"].count("-") == 2 and row["Due, in words"] for row in found)
