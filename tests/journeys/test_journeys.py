"""What people come to do, from end to end in a browser, with JavaScript and without it."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from longstop.access.rules import Role
from tests.journeys.conftest import Open, Service, today

BOTH_WAYS = pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
MINE = "(SELECT id FROM access_staff WHERE staff_number = 'CASEWORKER')"
MY_CASES = (
    f"SELECT c.id FROM cases_case c WHERE c.closed_at IS NULL AND NOT c.restricted AND c.owner_id = {MINE} AND NOT c.next_is_hold"
    " AND NOT EXISTS (SELECT 1 FROM cases_offer o WHERE o.case_id = c.id AND o.state = 'open')"
    " AND c.next_task_id IN (SELECT id FROM work_task WHERE kind = 'case.review') ORDER BY c.id DESC"
)


def coming(days: int) -> date:
    """A working day some days from now."""
    day = today() + timedelta(days=days)
    return day + timedelta(days=(7 - day.weekday()) % 7 if day.weekday() > 4 else 0)


def fill_date(page: Page, legend: str, day: date) -> None:
    group = page.get_by_role("group", name=legend)
    for part, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        group.get_by_label(part, exact=True).fill(str(value))


def done(page: Page, words: str | re.Pattern[str]) -> None:
    """The green banner says so."""
    expect(page.get_by_role("alert").or_(page.locator(".govuk-notification-banner")).filter(has_text=words).first).to_be_visible()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


@BOTH_WAYS
def test_a_caseworker_completes_a_task_and_says_what_comes_next(as_: Open, service: Service, javascript: bool) -> None:
    page = as_(Role.CASEWORKER, javascript=javascript)
    page.goto(f"/cases/{service.one(MY_CASES)}")
    page.get_by_role("link", name="Complete", exact=True).or_(page.get_by_role("button", name="Complete", exact=True)).first.click()
    page.get_by_label("What came of it").fill("The papers are in order.")
    press(page, "Complete the task")
    if page.get_by_text("This is the last dated task on the case").count():
        expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    page.get_by_label("Next task", exact=True).select_option(label="Review the case")
    fill_date(page, "Next task due", coming(20))
    press(page, "Complete the task")
    expect(page.get_by_role("heading", name=re.compile("^Case LS-"))).to_be_visible()
    expect(page.get_by_text("The papers are in order.").first).to_be_visible()


@BOTH_WAYS
def test_a_caseworker_writes_a_note_and_finds_it_in_the_timeline(as_: Open, service: Service, javascript: bool) -> None:
    page = as_(Role.CASEWORKER, javascript=javascript)
    page.goto(f"/cases/{service.one(MY_CASES)}")
    page.get_by_role("link", name="Write a note").or_(page.get_by_role("button", name="Write a note")).first.click()
    press(page, "Save the note")
    expect(page.get_by_role("link", name="Enter the note")).to_be_visible()
    page.get_by_label("Note", exact=True).fill(f"Telephoned the prison, javascript {javascript}.")
    press(page, "Save the note")
    expect(page.get_by_text(f"Telephoned the prison, javascript {javascript}.").first).to_be_visible()


@BOTH_WAYS
def test_a_caseworker_puts_a_case_on_hold(as_: Open, service: Service, javascript: bool) -> None:
    page = as_(Role.CASEWORKER, javascript=javascript)
    page.goto(f"/cases/{service.one(MY_CASES)}/hold")
    fill_date(page, "Wake the case on", coming(200))
    page.get_by_label("Waiting for").select_option(label="An embassy")
    page.get_by_label("Reason").fill("Travel document asked for.")
    press(page, "Put on hold")
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    fill_date(page, "Wake the case on", coming(30))
    press(page, "Put on hold")
    expect(page.get_by_text("Travel document asked for.").first).to_be_visible()


@BOTH_WAYS
def test_a_caseworker_offers_a_case_and_still_owns_it(as_: Open, service: Service, javascript: bool) -> None:
    page = as_(Role.CASEWORKER, javascript=javascript)
    page.goto(f"/cases/{service.one(MY_CASES)}/offer")
    page.get_by_label("To whom").select_option(label=re.compile("Jonas Whitlock").pattern)
    page.get_by_label("Why you offer the case").fill("He speaks the language.")
    press(page, "Offer the case")
    done(page, "Callum Reyes owns it until then")


@BOTH_WAYS
def test_a_receiver_reads_the_pack_before_they_can_accept(as_: Open, service: Service, javascript: bool) -> None:
    page = as_(Role.CASEWORKER, javascript=javascript)
    offer = service.one(f"SELECT id FROM cases_offer WHERE to_staff_id = {MINE} AND state = 'open' ORDER BY id")
    page.goto(f"/transfers/{offer}")
    press(page, "Accept the case")
    expect(page.get_by_role("link", name="Read the handover pack, then tick that you have read it")).to_be_visible()
    page.get_by_role("checkbox").first.check()
    press(page, "Accept the case")
    assert service.one(f"SELECT c.owner_id = {MINE} FROM cases_offer o JOIN cases_case c ON c.id = o.case_id WHERE o.id = %s", offer)


def tick(page: Page, how_many: int) -> None:
    boxes = page.locator("tbody input[type=checkbox]")
    for number in range(how_many):
        boxes.nth(number).check()


@BOTH_WAYS
def test_a_leader_allocates_in_bulk_looks_at_the_result_and_undoes_it(as_: Open, service: Service, javascript: bool) -> None:
    page = as_(Role.TEAM_LEADER, javascript=javascript)
    team = service.one("SELECT team_id FROM access_staff WHERE staff_number = 'TEAM-LEADER'")
    mina = service.one("SELECT id FROM access_staff WHERE staff_number = 'CW-02'")
    page.goto(f"/team/{team}/cases?owner={mina}")
    tick(page, 2)
    press(page, "Allocate")
    page.get_by_role("radio", name="Lena Marsh").first.check()
    page.get_by_label("Reason for the allocation").fill("Mina is away.")
    press(page, "Continue")
    expect(page.get_by_role("heading", name="Check before you allocate 2 cases")).to_be_visible()
    press(page, "Allocate these cases")
    expect(page.get_by_role("heading", name="Allocation: 2 done")).to_be_visible()
    page.get_by_role("link", name="Undo the allocation").or_(page.get_by_role("button", name="Undo the allocation")).first.click()
    press(page, "Undo the allocation")
    done(page, "The allocation was undone")


@BOTH_WAYS
def test_a_leader_records_a_sudden_absence_and_then_the_cover(as_: Open, service: Service, javascript: bool) -> None:
    page = as_(Role.HEAD, javascript=javascript)
    away = service.one(f"SELECT id FROM access_staff WHERE staff_number = '{'CW-04' if javascript else 'CW-05'}'")
    page.goto(f"/absence/staff/{away}")
    page.get_by_label("Sudden absence").check()
    fill_date(page, "First day away", today())
    press(page, "Record the absence")
    absence = service.one("SELECT id FROM access_absence WHERE staff_id = %s AND cover_id IS NULL AND kind = 'sudden'", away)
    page.goto(f"/absence/{absence}/cover")
    page.get_by_label("Who covers").select_option(label="Omar Blythe")
    press(page, "Save")
    done(page, "is set. The tasks are in their work now.")


@BOTH_WAYS
def test_a_duty_officer_opens_a_case_from_one_record(as_: Open, service: Service, javascript: bool) -> None:
    page = as_(Role.DUTY_OFFICER, javascript=javascript)
    page.goto(f"/records/{service.one('SELECT id FROM intake_arrival WHERE state = %s ORDER BY id', 'waiting')}")
    press(page, "Open a case")
    page.get_by_label("Owner").select_option(label=owner_named(page, "Callum Reyes"))
    page.get_by_label("Reason").fill("In remit.")
    press(page, "Open the case")
    done(page, "The case is open.")


@BOTH_WAYS
def test_a_duty_officer_opens_cases_in_bulk_and_sees_what_became_of_each(as_: Open, service: Service, javascript: bool) -> None:
    page = as_(Role.DUTY_OFFICER, javascript=javascript)
    page.goto("/records")
    tick(page, 3)
    press(page, "Open cases")
    page.get_by_label("Owner").select_option(label=owner_named(page, "Callum Reyes"))
    page.get_by_label("Reason").fill("In remit.")
    press(page, "Open the cases")
    expect(page.get_by_role("heading", name="3 of 3 cases opened")).to_be_visible()


def owner_named(page: Page, name: str) -> str:
    """The choice names a person with team and workload. Waits until the page has it: a click returns before the next page is read."""
    return page.get_by_label("Owner").locator("option").filter(has_text=name).first.inner_text()


@BOTH_WAYS
def test_a_manager_proves_the_caseload_and_reads_the_certificate(as_: Open, javascript: bool) -> None:
    page = as_(Role.DIRECTOR, javascript=javascript)
    page.goto("/certificate")
    press(page, "Prove it now")
    expect(page.get_by_role("heading", name=re.compile("^Certificate [0-9]+"))).to_be_visible()
    expect(page.get_by_text("Clean", exact=True).first).to_be_visible()


@BOTH_WAYS
def test_somebody_breaks_the_glass_and_a_manager_sees_it(as_: Open, service: Service, javascript: bool) -> None:
    page = as_(Role.DUTY_OFFICER if javascript else Role.CASEWORKER, javascript=javascript, refused=True)
    who = "Devi Anand" if javascript else "Callum Reyes"
    case = service.one(
        "SELECT id FROM cases_case c WHERE restricted AND closed_at IS NULL AND owner_id <> "
        f"{MINE} AND NOT EXISTS (SELECT 1 FROM access_clearance a JOIN access_staff s ON s.id = a.staff_id"
        " WHERE a.subject_id = c.id AND s.name = %s AND coalesce(a.until, 'infinity') > now()) ORDER BY id",
        who,
    )
    page.goto(f"/cases/{case}")
    expect(page.get_by_role("heading", name=re.compile("is restricted"))).to_be_visible()
    assert page.get_by_text("Prison number").count() == 0
    page.get_by_label("Why you need to see this case now").fill("The police are at the door.")
    press(page, "Open the case in an emergency")
    expect(page.get_by_text("Prison number").first).to_be_visible()
    manager = as_(Role.DIRECTOR, javascript=javascript)
    manager.goto("/")
    manager.get_by_role("link", name="Oversight").click()
    row = manager.get_by_role("row").filter(has_text=who).filter(has_text="The police are at the door.").first
    row.get_by_role("link").click()
    manager.get_by_label("What you found").fill("It was an emergency.")
    press(manager, "Record that you looked")
    done(manager, "It is recorded that you looked")


@BOTH_WAYS
def test_who_comes_second_is_shown_both_owners(as_: Open, service: Service, javascript: bool) -> None:
    case = service.one(MY_CASES)
    slow, fast = as_(Role.TEAM_LEADER, javascript=javascript), as_(Role.HEAD, javascript=javascript)
    for page, to in ((slow, "Lena Marsh"), (fast, "Jonas Whitlock")):
        page.goto(f"/cases/{case}/allocate")
        page.get_by_role("radio", name=to).first.check()
        page.get_by_label("Reason for the allocation").fill("Evening out.")
        press(page, "Continue")
    press(fast, "Allocate the case")
    expect(fast.get_by_role("heading", name="Allocation: 1 done")).to_be_visible()
    press(slow, "Allocate the case")
    told = slow.get_by_role("main").inner_text()
    assert "Callum Reyes" in told, "who owned it when they looked"
    assert "Jonas Whitlock" in told, "who owns it now"


def test_a_page_asked_for_before_signing_in_is_opened_after_it(browser: Browser, service: Service) -> None:
    context = browser.new_context(base_url=service.address)
    page = context.new_page()
    page.goto("/records?state=opened")
    page.get_by_label("Staff number").fill("duty-officer")
    page.get_by_label("Password").fill("wrong")
    press(page, "Sign in")
    expect(page.get_by_text("The staff number or the password is wrong.").first).to_be_visible()
    page.get_by_label("Password").fill("nothing-is-overlooked")
    press(page, "Sign in")
    expect(page).to_have_url(re.compile(r"/records\?state=opened$"))
    context.close()
