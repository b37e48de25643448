"""Cohorts on screen, and the lists that the other figures of a statement open."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from longstop.audit.models import Event
from longstop.reconciliation.models import Break
from tests import given
from tests.reconciliation.world import Made, command
from tests.referral.world import prisoner
from tests.web.browsing import signed_in
from tests.web.considering.conftest import AT, arrive
from tests.web.considering.test_referrals import read, words
from tests.web.reconciling.test_statement import REST, made, make_statement, owner

__all__ = ["made", "owner"]
pytestmark = pytest.mark.django_db


def test_each_cohort_shows_its_definition_and_statement_and_one_nationality_only_for_a_purpose(owner: Client, made: Made) -> None:
    listed = read(owner, "cohorts")
    for part in ("Foreign nationals in prison", "Not yet countable", "Assumption", "Since 1 January 2000"):
        assert part in listed
    page = read(owner, "cohort", "referred")
    for part in (
        "Everybody with an open referral or an open case.",
        "cohorts/referred@2000-01-01",
        "Not confirmed by anybody",
        "Their persons",
    ):
        assert part in page
    assert "On their list, and with an open case 2" in page
    page = read(owner, "cohort", "monitored")
    assert "No orders for monitoring are kept here yet" in page
    assert "Their persons" not in page, "no nought where nothing is held"
    assert owner.get(reverse("cohort", args=["everybody"])).status_code == 404

    where = reverse("cohort-by-nationality", args=["command_caseload"])
    assert "Say what it is for" in words(owner.post(where, {"nationality": "Albanian", "purpose": " "}).content.decode())
    assert "is no nationality that is known here" in words(owner.post(where, {"nationality": "Elbonian", "purpose": "x"}).content.decode())
    assert not Event.objects.filter(kind="statement.filtered_by_nationality").exists()
    page = words(owner.post(where, {"nationality": "Albanian", "purpose": "A charter on 3 March"}).content.decode())
    assert "Narrowed to the nationality AL" in page
    assert "Their persons The lines above add up to it 2" in page
    assert Event.objects.filter(kind="statement.filtered_by_nationality", by_id=made.owner.pk).count() == 1
    analyst = signed_in(given.staff("Anna List", "analyst", team=made.owner.team))
    assert analyst.get(where).status_code == 403
    assert "Count those of one nationality" not in read(analyst, "cohort", "command_caseload")


def test_the_totals_the_parts_and_the_refused_rows_open_their_lists(db: None, tmp_path: Path) -> None:
    found, pair = command(), {"pncNumber": "2012/394773H"}
    rows = [prisoner("A1001AA", **pair), prisoner("A1002AA", **pair), {**prisoner("A1003AA"), "prisonerNumber": ""}]
    arrive(tmp_path, [*rows, *REST], at=AT)
    statement = make_statement()
    client = signed_in(found.officers[0])
    page = client.get(reverse("statement")).content.decode()
    for name, shows in (("all-theirs", "41 persons"), ("further", "A1001AA"), ("refused", "1 rows of the file")):
        assert reverse("statement-line", args=[statement.pk, name]) in page
        assert shows in read(client, "statement-line", statement.pk, name), name
    assert reverse("statement-line", args=[statement.pk, "all-ours"]) not in page, "of nobody there is no list to open"
    auditor = signed_in(given.staff("Ada Uditor", "inspector"))
    assert auditor.get(reverse("statement-line", args=[statement.pk, "refused"])).status_code == 200


def test_those_on_both_sides_are_parted_and_a_break_says_what_else_differs(owner: Client, tmp_path: Path) -> None:
    rows = [prisoner("A1001AA", nationality="British", conditionalReleaseDate="2031-01-05"), prisoner("A1002AA")]
    arrive(tmp_path, [*rows, *REST], at=AT)
    statement = make_statement()
    page = read(owner, "statement")
    assert "They differ, and in nothing graver: release date Break 1" in page
    assert "They differ, and in nothing graver: nationality 0" in page, "each person stands once"
    assert "1 persons on both sides stood here" in read(owner, "statement-line", statement.pk, "both-release_date")
    assert owner.get(reverse("statement-line", args=[statement.pk, "both-nonsense"])).status_code == 404
    dated, other = (Break.objects.get(state="open", kind=kind) for kind in ("release_date", "nationality"))
    assert f"What else differs about this person Nationality Break {other.pk}" in read(owner, "break", dated.pk)
    page = read(owner, "break", other.pk)
    for part in (
        f"What else differs about this person Release date Break {dated.pk}",
        "Taken on as not British",
        "Is this nationality right?",
    ):
        assert part in page
    assert "Both are right, or it cannot be known" in read(owner, "break-settle", other.pk)
    assert "Taken on as not British" in read(owner, "breaks")
