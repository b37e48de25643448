"""The statement in a browser: a figure opens its list, the prison service is asked and answers, and the break is settled."""

import re

from playwright.sync_api import expect

from longstop.access.rules import Role
from tests.journeys.conftest import Open, Service
from tests.journeys.test_journeys import BOTH_WAYS, done, press

BREAK = (
    "SELECT b.id FROM reconciliation_break b JOIN cases_case c ON c.id = b.case_id"
    " WHERE b.state = 'open' AND NOT c.restricted AND b.arrival_id IS NOT NULL ORDER BY b.id"
)


@BOTH_WAYS
def test_a_figure_of_the_statement_opens_the_list_that_it_counts(as_: Open, javascript: bool) -> None:
    page = as_(Role.HEAD, javascript=javascript)
    page.goto("/")
    page.get_by_role("link", name="Statement", exact=True).first.click()
    row = page.get_by_role("table", name="Their list").get_by_role("row", name=re.compile("On their list, and with an open case"))
    figure = row.get_by_role("link").inner_text()
    row.get_by_role("link").click()
    expect(page.get_by_text(f"{figure} persons stood on this line")).to_be_visible()
    page.get_by_role("link", name=re.compile("^Statement [0-9]+$")).first.click()
    expect(page.get_by_role("heading", name=re.compile("^Statement [0-9]+$"))).to_be_visible()


@BOTH_WAYS
def test_the_prison_service_is_asked_answers_and_the_break_is_settled(as_: Open, service: Service, javascript: bool) -> None:
    number = service.one(BREAK)
    page = as_(Role.HEAD, javascript=javascript)
    page.goto(f"/statement/breaks/{number}")
    ask = page.get_by_role("button", name="Ask the prison service")
    if ask.count():
        ask.click()
        done(page, "The prison service is asked")
    enquiry = service.one("SELECT id FROM reconciliation_enquiry WHERE state = 'open' AND broken_id = %s", number)
    there = as_(Role.PRISON_LIAISON, javascript=javascript)
    there.goto("/")
    there.get_by_role("link", name="Asked of you", exact=True).first.click()
    there.locator(f"a[href$='/asked/{enquiry}']").click()
    press(there, "Answer")
    expect(there.get_by_role("heading", name="There is a problem")).to_be_visible()
    there.get_by_label("Our record is right").check()
    press(there, "Answer")
    done(there, "Your answer is with whoever asked")
    page.reload()
    expect(page.get_by_text("Our record is right")).to_be_visible()
    page.get_by_role("button", name="Settle", exact=True).or_(page.get_by_role("link", name="Settle", exact=True)).first.click()
    page.get_by_label("The case is right; the prison service has been told").check()
    page.get_by_label("Reason", exact=True).fill("Varied on appeal; the order was seen.")
    press(page, "Settle")
    done(page, "Settled")
