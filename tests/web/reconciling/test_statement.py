"""The statement on screen, and a break settled by whoever owns it."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from longstop.access import actions as access
from longstop.audit.actions import SYSTEM
from longstop.cases import actions as cases
from longstop.cases.models import Case
from longstop.reconciliation import queries
from longstop.reconciliation.actions import enquire, reconcile
from longstop.reconciliation.models import Break, Enquiry, Statement
from longstop.referral.actions import accept
from longstop.referral.models import Referral
from tests import given
from tests.reconciliation.world import Made, command
from tests.referral.world import prisoner
from tests.web.browsing import signed_in
from tests.web.considering.conftest import AT, arrive
from tests.web.considering.test_referrals import read, words

pytestmark = pytest.mark.django_db
REST = [prisoner(f"A2{number:03}AA", nationality="British") for number in range(40)]
LATER = (timezone.localdate() + timedelta(days=400)).isoformat()


def seen() -> str:
    """What the form keeps of what was looked at."""
    return bytes(Break.objects.get().says_digest).hex()


def make_statement() -> Statement:
    at = timezone.now()
    return reconcile(both=queries.read_both(today=timezone.localdate()), by=SYSTEM, at=at, today=timezone.localdate())


@pytest.fixture
def made(db: None, tmp_path: Path) -> Made:
    """One case whose release date differs, one person referred, and forty British; and the statement about them."""
    found = command()
    rows = [prisoner("A1001AA"), prisoner("A1002AA")]
    arrive(tmp_path, [*rows, *REST], at=AT - timedelta(minutes=2))
    first = Referral.objects.order_by("pk")[0]
    accept(referral_id=first.pk, owner_id=found.owner.pk, reason="In remit", by=found.officers[0].pk, at=timezone.now(), today=AT.date())
    arrive(tmp_path, [{**row, "conditionalReleaseDate": LATER} for row in rows] + REST, at=AT - timedelta(minutes=1))
    make_statement()
    return found


@pytest.fixture
def owner(made: Made) -> Client:
    return signed_in(made.owner)


def test_the_statement_shows_both_totals_and_every_line(owner: Client) -> None:
    page = read(owner, "statement")
    assert "Their persons The lines above add up to it 42" in page
    assert "Our persons, each with one open case The lines above add up to it 1" in page
    assert "On their list, and with an open case 1" in page
    assert "Referred, and waiting for a decision 1" in page
    assert "Out of remit by rule: British, as the prison says 40" in page
    assert "1 breaks were found: 1 new ones" in page
    numbered = read(owner, "statement-numbered", Statement.objects.get().pk)
    assert numbered.split("Other statements")[0] == page.split("Other statements")[0]


def test_each_figure_opens_the_list_that_it_counts(owner: Client, made: Made) -> None:
    statement = Statement.objects.get()
    page = read(owner, "statement-line", statement.pk, "rule_british")
    assert "40 persons stood on this line" in page
    assert "1 to 25 of 40" in page
    assert len(re.findall(r"A2\d{3}AA", page)) == 25
    matched = read(owner, "statement-line", statement.pk, "matched")
    assert Case.objects.get().reference in matched
    assert owner.get(reverse("statement-line", args=[statement.pk, "nonsense"])).status_code == 404
    leader = signed_in(given.staff("Lea Der", "team_leader", team=made.owner.team))
    file = leader.get(f"{reverse('statement-line', args=[statement.pk, 'rule_british'])}?file=csv")
    assert len(re.findall(rb"A2\d{3}AA", b"".join(file.streaming_content) if file.streaming else file.content)) == 40  # type: ignore[attr-defined]


def test_before_any_it_says_how_one_is_made(db: None) -> None:
    assert "No statement has been made yet" in read(signed_in(command().owner), "statement")


def test_an_analyst_sees_the_totals_and_nobody(made: Made) -> None:
    analyst = signed_in(given.staff("Anna List", "analyst", team=made.owner.team))
    assert "Their persons" in read(analyst, "statement")
    assert analyst.get(reverse("breaks")).status_code == 403


def test_the_owner_settles_a_break_and_the_case_takes_the_date(owner: Client) -> None:
    found, case = Break.objects.get(), Case.objects.get()
    listed = read(owner, "breaks")
    assert "Release date 1 December 2028" in listed
    page = read(owner, "break", found.pk)
    assert "The prison service’s" in page or "the prison service’s" in page
    where = reverse("break-settle", args=[found.pk])
    assert "Choose what is right" in words(owner.post(where, {"seen": seen(), "reason": "Sheet"}).content.decode())
    assert Break.objects.get().state == "open"
    owner.post(where, {"seen": seen(), "outcome": "theirs", "reason": "Their calculation sheet of 3 March"})
    page = read(owner, "break", found.pk)
    assert "Their calculation sheet of 3 March" in page
    case.refresh_from_db()
    assert case.release_date is not None
    assert case.release_date.isoformat() == LATER
    assert owner.post(where, {"outcome": "ours", "reason": "x"}).status_code == 409


def test_whoever_may_not_change_the_case_cannot_let_it_take_anything(made: Made) -> None:
    officer, where = signed_in(made.officers[0]), reverse("break-settle", args=[Break.objects.get().pk])
    page = words(officer.get(where).content.decode())
    assert "hand this on" in page
    assert "the case takes its date" not in page
    officer.post(where, {"seen": seen(), "outcome": "theirs", "reason": "Sheet"})
    assert Break.objects.get().state == "open"
    officer.post(where, {"seen": seen(), "outcome": "ours", "reason": "Varied on appeal; the prison was told"})
    assert Break.objects.get().outcome == "ours"


def test_what_says_something_else_by_now_is_not_settled(owner: Client, tmp_path: Path) -> None:
    found, where = Break.objects.get(), reverse("break-settle", args=[Break.objects.get().pk])
    before = seen()
    assert before in owner.get(where).content.decode()
    arrive(tmp_path, [prisoner("A1001AA", conditionalReleaseDate="2031-01-05"), *REST, prisoner("A1002AA")], at=AT)
    make_statement()
    answer = owner.post(where, {"seen": before, "outcome": "ours", "reason": "Varied"}, follow=True)
    assert "A side says something else by now" in words(answer.content.decode())
    found.refresh_from_db()
    assert found.state == "open"


@pytest.mark.parametrize("name", ["break-settle", "break-hand-on", "break-ask"])
def test_a_break_is_seen_to_by_those_whose_it_is(made: Made, name: str) -> None:
    """A caseworker of another team neither settles it nor hands it to themself."""
    other = signed_in(given.caseworker("Otto Brann", given.command().team))
    where, before = reverse(name, args=[Break.objects.get().pk]), Break.objects.get().task_id
    assert other.post(where, {"seen": seen(), "outcome": "explained", "reason": "x"}).status_code == 403
    assert "Settle" not in read(other, "break", Break.objects.get().pk).replace("Settle by", "")
    assert (Break.objects.get().state, Break.objects.get().task_id, Enquiry.objects.count()) == ("open", before, 0)


BUDGET = {"statement": 10, "statement-line": 10, "breaks": 10, "break": 15, "enquiries": 10, "enquiry": 15}


def test_each_page_keeps_to_its_queries(owner: Client, made: Made) -> None:
    found = Break.objects.get()
    asked = enquire(break_id=found.pk, by=made.owner.pk, at=AT)
    there = given.staff("Paul Wexcombe", "prison_liaison")
    access.post(staff_id=there.pk, prisons=[Enquiry.objects.get().prison], from_date=AT.date(), by=SYSTEM, at=AT)
    args = {"statement-line": [Statement.objects.get().pk, "rule_british"], "break": [found.pk], "enquiry": [asked]}
    for name, most in BUDGET.items():
        client = signed_in(there) if name in ("enquiries", "enquiry") else owner
        client.get(reverse("help"))  # which touches the session
        with CaptureQueriesContext(connection) as queries_of_page:
            assert client.get(reverse(name, args=args.get(name, []))).status_code == 200
        asked_for = [each["sql"] for each in queries_of_page if not each["sql"].startswith(("SAVEPOINT", "RELEASE"))]
        assert len(asked_for) <= most, "\n".join([name, *(each[:150] for each in asked_for)])


def test_a_break_is_on_its_owners_list_of_work_and_can_be_handed_on(made: Made, owner: Client) -> None:
    found = Break.objects.get()
    assert f"Break {found.pk}" in read(owner, "my-work")
    receiver = made.officers[0]
    told = {"to": receiver.pk, "from_": made.owner.pk, "reason": "On leave"}
    assert owner.post(reverse("break-hand-on", args=[found.pk]), told).status_code == 302
    found.refresh_from_db()
    assert found.task is not None
    assert found.task.owner_id == receiver.pk


def test_whoever_may_not_see_the_case_sees_neither_name_nor_date(made: Made) -> None:
    at: dict[str, Any] = {"by": made.owner.pk, "at": timezone.now()}
    cases.restrict(case_id=Case.objects.get().pk, reason="Threat", **at)
    other = signed_in(given.staff("Duty Other", "duty_officer", team=given.command().team))
    assert "Restricted" in read(other, "breaks")
    assert "2028" not in read(other, "breaks")
    assert other.get(reverse("break", args=[Break.objects.get().pk])).status_code == 403


def test_lists_of_breaks_are_narrowed_and_taken_away(made: Made) -> None:
    leader = signed_in(given.staff("Lea Der", "team_leader", team=made.owner.team))
    for query, there in (("kind=release_date", True), ("kind=custody", False), ("view=ended", False), ("view=overdue", False)):
        page = words(leader.get(f"{reverse('breaks')}?{query}").content.decode())
        assert ("There is no break in this list" not in page) is there, query
    file = leader.get(f"{reverse('breaks')}?file=csv")
    content = b"".join(file.streaming_content) if file.streaming else file.content  # type: ignore[attr-defined]
    assert LATER.encode() in content
