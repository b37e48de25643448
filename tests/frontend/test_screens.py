"""The sample pages in a real browser: accessible, usable at any width, by keyboard, and without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from frontend import build
from tests.frontend.server import Handler

PATHS = ["/list", "/list-open", "/list-empty", "/case", "/board", "/form", "/form-wrong", "/confirm"]


@pytest.fixture
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    width = getattr(request, "param", 1440)
    context = browser.new_context(viewport={"width": width, "height": 900})
    found = context.new_page()
    complaints: list[str] = []
    found.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    found.on("pageerror", lambda error: complaints.append(str(error)))
    yield found
    context.close()
    assert complaints == [], "the browser complained, perhaps of the content security policy"


@pytest.mark.parametrize("page", [320, 768, 1440], indirect=True, ids=["320", "768", "1440"])
def test_every_page_is_accessible_and_never_wider_than_the_window(page: Page, address: str) -> None:
    page.add_init_script((build.MODULES / "axe-core/axe.min.js").read_text())
    for path in PATHS:
        page.goto(address + path, wait_until="load")
        page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        width = page.viewport_size["width"] if page.viewport_size else 0
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        violations = page.evaluate("axe.run({resultTypes: ['violations']}).then(found => found.violations)")
        assert [(path, found["id"], found["nodes"][0]["html"]) for found in violations] == []


def test_a_page_of_rows_is_ticked_at_once_and_counted(page: Page, address: str) -> None:
    page.goto(address + "/list", wait_until="networkidle")
    count = page.get_by_role("status")
    assert count.inner_text() == "1 selected"
    page.get_by_role("checkbox", name="Select all cases on this page").check()
    assert count.inner_text() == "6 selected"
    page.get_by_role("checkbox", name="Select Tariq Mahmoud, LS-000517").uncheck()
    assert count.inner_text() == "5 selected"
    assert page.get_by_role("checkbox", name="Select all cases on this page").evaluate("box => box.indeterminate")


def test_a_wide_table_can_be_scrolled_by_keyboard_only_where_it_is_too_wide(page: Page, address: str) -> None:
    page.goto(address + "/list", wait_until="networkidle")
    region = page.get_by_role("region", name="Cases that you own")
    assert region.get_attribute("tabindex") is None
    page.set_viewport_size({"width": 320, "height": 900})
    expect(region).to_have_attribute("tabindex", "0")
    region.evaluate("region => region.addEventListener('scroll', () => { region.dataset.scrolled = 'yes'; })")
    region.focus()
    page.keyboard.press("ArrowRight")
    expect(region).to_have_attribute("data-scrolled", "yes")


def test_errors_are_announced_in_the_title_and_lead_to_their_fields(page: Page, address: str) -> None:
    page.goto(address + "/form-wrong", wait_until="networkidle")
    assert page.title() == "Error: Change owner – Longstop"
    page.get_by_role("link", name="Select a new owner").click()
    assert page.evaluate("document.activeElement.id") == "id_owner_0"
    page.get_by_role("link", name="First day must be a real date").click()
    assert page.evaluate("document.activeElement.id") == "id_from_date_0"
    assert page.get_by_role("textbox", name="Year").input_value() == "2026"


def test_the_skip_link_is_first_and_leads_to_the_content(page: Page, address: str) -> None:
    page.goto(address + "/form", wait_until="networkidle")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main-content"


def test_the_session_warns_in_time_and_can_be_extended(page: Page, address: str) -> None:
    Handler.extended.clear()
    page.clock.install()
    page.goto(address + "/form", wait_until="networkidle")
    dialog = page.get_by_role("dialog", name="You will soon be signed out")
    page.clock.run_for("19:58")
    assert not dialog.is_visible()
    page.clock.run_for(4000)
    assert dialog.is_visible()
    assert "5 minutes" in dialog.inner_text()
    with page.expect_response("**/extend"):
        dialog.get_by_role("button", name="Stay signed in").click()
    dialog.wait_for(state="hidden")
    assert len(Handler.extended) == 1
    assert "not-secret" in Handler.extended[0]
    page.clock.run_for("24:05")
    assert dialog.is_visible()
    assert "1 minute" in dialog.inner_text()


def test_without_javascript_nothing_is_out_of_reach(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + "/list")
    page.get_by_text("Filter this list").click()
    assert page.get_by_role("button", name="Apply filters").is_visible()
    assert page.get_by_role("link", name="Select all cases on this page").get_attribute("href") == "?selected=page"
    assert page.get_by_role("navigation", name="Menu").get_by_role("link", name="Certificate").is_visible()
    assert page.get_by_role("columnheader", name="Due").get_attribute("aria-sort") == "ascending"
    context.close()


def test_on_paper_there_is_only_content(page: Page, address: str) -> None:
    page.goto(address + "/case", wait_until="networkidle")
    page.emulate_media(media="print")
    assert page.get_by_text("Overdue by 3 days").first.is_visible()
    for gone in ("nav", "button", ".govuk-details:not([open])", ".ls-identity__actions"):
        assert page.locator(gone).locator("visible=true").count() == 0, gone
