"""Two persons who may be one, in the browser: asked by hand, answered, parted again; and one record found to be about somebody else."""

import re

from playwright.sync_api import expect

from longstop.access.rules import Role
from tests.journeys.conftest import Open, Service
from tests.journeys.test_journeys import BOTH_WAYS, done, press

JOINED = "SELECT person_id FROM people_sourcerecord WHERE number IS NOT NULL AND unlinked_at IS NULL ORDER BY id"
APART = "SELECT person_id FROM people_searchkey WHERE kind = 'prison_number' AND value = 'A3054ZZ'"


@BOTH_WAYS
def test_a_duty_officer_asks_answers_and_takes_it_back(as_: Open, service: Service, javascript: bool) -> None:
    page = as_(Role.DUTY_OFFICER, javascript=javascript)
    page.goto(f"/people/{service.one(APART)}")
    page.get_by_role("link", name="Ask whether somebody else is this person").click()
    page.get_by_label("Name or number").fill("A3055ZZ")
    press(page, "Find")
    page.get_by_role("button", name=re.compile("^Ask whether they are one person")).click()
    expect(page.get_by_role("table", name="Both side by side")).to_be_visible()
    page.get_by_role("link", name="Answer", exact=True).or_(page.get_by_role("button", name="Answer", exact=True)).first.click()
    page.get_by_label("One person").check()
    page.get_by_label("How you know").fill("The same fingerprints.")
    press(page, "Answer")
    done(page, "Answered.")
    page.get_by_role("link", name="They are two persons: undo it").click()
    page.get_by_label("Reason").fill("Two faces on the photographs.")
    press(page, "Undo the joining")
    done(page, "They are two again")


@BOTH_WAYS
def test_a_duty_officer_finds_a_record_to_be_about_somebody_else(as_: Open, service: Service, javascript: bool) -> None:
    page = as_(Role.DUTY_OFFICER, javascript=javascript)
    page.goto(f"/people/{service.one(JOINED)}")
    page.get_by_role("link", name=re.compile("^About somebody else")).first.click()
    page.get_by_label("Reason").fill("Another date of birth on the warrant.")
    press(page, "It is about somebody else")
    done(page, "The record is about person")
