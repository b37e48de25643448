"""What people come to the front door to do, from end to end in a browser, with JavaScript and without it."""

import re

import pytest
from playwright.sync_api import expect

from longstop.access.rules import Role
from tests.journeys.conftest import Open, Service, today
from tests.journeys.test_journeys import BOTH_WAYS, coming, done, fill_date, press

# An open case of somebody at a prison of the prison team's, which no restriction hides.
PAPERS_CASE = (
    "SELECT c.id FROM cases_case c JOIN referral_remit m ON m.person_id = c.person_id JOIN intake_arrival a ON a.id = m.arrival_id"
    " WHERE a.prison = 'MDI' AND c.closed_at IS NULL AND NOT c.restricted ORDER BY c.id"
)
OPEN = "SELECT id FROM {} WHERE state = 'open' {} ORDER BY id"


def number(service: Service, table: str, more: str = "") -> int:
    return service.one(OPEN.format(table, more))


@BOTH_WAYS
def test_a_duty_officer_accepts_a_referral(as_: Open, service: Service, javascript: bool) -> None:
    page = as_(Role.DUTY_OFFICER, javascript=javascript)
    page.goto("/")
    page.get_by_role("link", name="Referrals", exact=True).first.click()
    page.locator("table tbody th a").first.click()
    expect(page.get_by_role("heading", name="Why this was referred")).to_be_visible()
    page.get_by_role("button", name="Accept", exact=True).or_(page.get_by_role("link", name="Accept", exact=True)).first.click()
    press(page, "Accept and open the case")
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    page.get_by_label("Owner of the case").select_option(index=1)
    page.get_by_label("Reason").fill("Convicted, and not British.")
    press(page, "Accept and open the case")
    expect(page.get_by_role("heading", name=re.compile("^Case LS-"))).to_be_visible()


@BOTH_WAYS
@pytest.mark.parametrize("decision", ["No interest", "Out of remit"])
def test_a_duty_officer_refuses_a_referral_with_a_reason(as_: Open, service: Service, javascript: bool, decision: str) -> None:
    page = as_(Role.DUTY_OFFICER, javascript=javascript)
    page.goto(f"/referrals/{number(service, 'referral_referral')}")
    page.get_by_role("button", name=decision, exact=True).or_(page.get_by_role("link", name=decision, exact=True)).first.click()
    page.get_by_label("British citizen").check()
    page.get_by_label("Reason", exact=True).fill("Passport seen.")
    press(page, "Decide")
    done(page, f"Decided: {decision.lower()}")


@BOTH_WAYS
def test_a_duty_officer_answers_a_question_with_who_says_so(as_: Open, service: Service, javascript: bool) -> None:
    page = as_(Role.DUTY_OFFICER, javascript=javascript)
    page.goto(f"/referrals/questions/{number(service, 'referral_question', 'AND other_id IS NULL')}/answer")
    page.locator("input[name=code]").first.check()
    says = page.get_by_label("A Home Office record")
    if says.count():
        says.check()
    page.get_by_label("How you know").fill("Seen in the file.")
    press(page, "Answer")
    done(page, "Answered")


@BOTH_WAYS
def test_a_departure_is_explained(as_: Open, service: Service, javascript: bool) -> None:
    page = as_(Role.DUTY_OFFICER, javascript=javascript)
    page.goto(f"/referrals/departures/{number(service, 'referral_departure')}")
    page.get_by_role("button", name="Explain", exact=True).or_(page.get_by_role("link", name="Explain", exact=True)).first.click()
    page.get_by_label("Released", exact=True).check()
    page.get_by_label("Evidence").fill("The prison said so on the telephone.")
    press(page, "Explain")
    done(page, "The departure is explained")


@BOTH_WAYS
def test_a_steward_closes_a_refused_row_and_says_what_a_code_means(as_: Open, service: Service, javascript: bool) -> None:
    page = as_(Role.DATA_STEWARD, javascript=javascript)
    page.goto("/records/refused")
    page.get_by_role("link", name=re.compile("^Close line")).first.click()
    page.get_by_label("Reason").fill("The supplier withdrew it.")
    press(page, "Close the row")
    done(page, "The refused row is closed")
    page.goto(f"/records/codes/{number(service, 'intake_unmappedcode')}")
    page.get_by_label("It is right as it is").check()
    page.get_by_label("Reason").fill("Asked the supplier.")
    press(page, "Decide")
    done(page, "Decided")


@BOTH_WAYS
@pytest.mark.parametrize("served", [True, False], ids=["served", "not served"])
def test_papers_are_asked_for_served_in_prison_and_heard_of(as_: Open, service: Service, javascript: bool, served: bool) -> None:
    case, owner = service.one(PAPERS_CASE), as_(Role.DIRECTOR, javascript=javascript)  # in whose line every case stands
    which = f"Letter {served} {javascript}"
    owner.goto(f"/cases/{case}/tasks/add")
    owner.get_by_label("What is to be done").select_option("Papers to serve")
    owner.get_by_label("Details").fill(which)
    fill_date(owner, "Due date", coming(5))
    press(owner, "Add the task")
    done(owner, "The task was added")
    page = as_(Role.PRISON_TEAM, javascript=javascript)
    page.goto("/")
    page.get_by_role("link", name="Prisons", exact=True).first.click()
    page.get_by_role("table", name="Your prisons").get_by_role("link", name="MDI", exact=True).click()
    expect(page.get_by_role("heading", name="Prison MDI")).to_be_visible()
    page.get_by_role("row", name=re.compile(which)).get_by_role("link", name=re.compile("Served or not")).click()
    press(page, "Save the answer")
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    page.get_by_label("Served" if served else "Not served", exact=True).check()
    if served:
        fill_date(page, "Served on", today())
    page.get_by_label("How, or why not").fill("By an officer of the wing." if served else "He was at court.")
    press(page, "Save the answer")
    done(page, "Recorded")
    expect(page.get_by_role("heading", name="Prison MDI")).to_be_visible()
    expect(page.get_by_text(which)).to_have_count(0)
    owner.goto(f"/cases/{case}")
    expect(owner.get_by_text("Papers served" if served else "Papers not served", exact=True).first).to_be_visible()
    expect(owner.get_by_text("the prison has answered about papers").first).to_be_visible()


@BOTH_WAYS
def test_a_prison_team_works_its_page(as_: Open, javascript: bool) -> None:
    page = as_(Role.PRISON_TEAM, javascript=javascript)
    page.goto("/")
    page.get_by_role("link", name="Prisons", exact=True).first.click()
    expect(page.get_by_role("table", name="Your prisons").get_by_role("link", name="LEI", exact=True)).to_be_visible()
    page.get_by_role("table", name="Other prisons").get_by_role("link", name="ZZA", exact=True).click()
    expect(page.get_by_role("heading", name="Prison ZZA")).to_be_visible()
    page.locator("#came tbody th a").or_(page.locator("table tbody th a")).first.click()
    expect(page.get_by_text("What became of it").first).to_be_visible()
