"""Cohorts on screen, and the lists that the other figures of a statement open."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from longstop.audit.models import Event
from longstop.reconciliation.models import Break, Statement
from tests import given
from tests.reconciliation.world import Made, command
from tests.referral.world import prisoner
from tests.web.browsing import signed_in
from tests.web.considering.conftest import AT, arrive
from tests.web.considering.test_referrals import read, words
from tests.web.reconciling.test_statement import REST, made, make_statement, owner

__all__ = ["made", "owner"]
pytestmark = pytest.mark.django_db


def test_each_cohort_shows_its_definition_with_its_version_and_statement(owner: Client) -> None:
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


def test_one_nationality_is_counted_for_a_purpose_alone(owner: Client, made: Made) -> None:
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
    hub = signed_in(given.staff("Prue Gate", "prison_team", team=found.owner.team))
    assert hub.get(reverse("statement-line", args=[statement.pk, "both-agreed"])).status_code in (200, 403)


def test_those_on_both_sides_are_parted_and_each_part_opens_its_list(owner: Client) -> None:
    statement = Statement.objects.get()
    page = read(owner, "statement")
    assert "They differ, and in nothing graver: release date Break 1" in page
    assert "Nothing differs in what both sides say 0" in page
    assert "1 persons on both sides stood here" in read(owner, "statement-line", statement.pk, "both-release_date")
    assert owner.get(reverse("statement-line", args=[statement.pk, "both-nonsense"])).status_code == 404


def test_a_nationality_that_differs_is_shown_settled_and_asked_about_in_words(owner: Client, made: Made, tmp_path: Path) -> None:
    arrive(tmp_path, [prisoner("A1001AA", nationality="British"), prisoner("A1002AA"), *REST], at=AT)
    make_statement()
    found = Break.objects.get(state="open", kind="nationality")
    page = read(owner, "break", found.pk)
    assert "Taken on as not British" in page
    assert "British" in page
    assert "Is this nationality right?" in page
    settle = words(owner.get(reverse("break-settle", args=[found.pk])).content.decode())
    assert "Both are right, or it cannot be known" in settle
    assert "Taken on as not British" in read(owner, "breaks")


def test_what_else_differs_about_the_person_stands_on_the_break(owner: Client, tmp_path: Path) -> None:
    dated = Break.objects.get(state="open", kind="release_date")
    arrive(tmp_path, [prisoner("A1001AA", nationality="British", conditionalReleaseDate="2031-01-05"), *REST, prisoner("A1002AA")], at=AT)
    make_statement()
    other = Break.objects.get(state="open", kind="nationality")
    assert f"What else differs about this person Nationality Break {other.pk}" in read(owner, "break", dated.pk)
    assert f"What else differs about this person Release date Break {dated.pk}" in read(owner, "break", other.pk)
