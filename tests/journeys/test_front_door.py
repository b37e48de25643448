"""What people come to the front door to do, from end to end in a browser, with JavaScript and without it."""

import re

import pytest
from playwright.sync_api import expect

from longstop.access.rules import Role
from tests.journeys.conftest import Open, Service
from tests.journeys.test_journeys import BOTH_WAYS, done, press

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
def test_a_prison_team_works_its_page(as_: Open, javascript: bool) -> None:
    page = as_(Role.PRISON_TEAM, javascript=javascript)
    page.goto("/")
    page.get_by_role("link", name="Prisons", exact=True).first.click()
    page.get_by_role("link", name="ZZA", exact=True).click()
    expect(page.get_by_role("heading", name="Prison ZZA")).to_be_visible()
    page.locator("#came tbody th a").or_(page.locator("table tbody th a")).first.click()
    expect(page.get_by_text("What became of it").first).to_be_visible()
