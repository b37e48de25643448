"""One whole journey by the keyboard alone: signing in, finding the first task, completing it with what comes next."""

from datetime import timedelta

from playwright.sync_api import Browser, Page, expect

from longstop.demo.command import PASSWORD
from tests.journeys.conftest import Service, today

MOST = 80  # presses of Tab on one page


def tab_to(page: Page, words: str) -> None:
    """Press Tab until what has the focus is called so; the focus must be seen all the way."""
    for _ in range(MOST):
        page.keyboard.press("Tab")
        if page.evaluate(NAME) == words:
            return
    raise AssertionError(f"{words} cannot be reached by Tab from {page.url}")


NAME = """() => {
  const at = document.activeElement;
  const label = at.labels && at.labels.length ? at.labels[0].innerText : '';
  const legend = at.closest('fieldset') ? at.closest('fieldset').querySelector('legend').innerText + ': ' : '';
  return (label ? legend + label : at.innerText || at.value || '').trim();
}"""


def test_a_task_is_completed_without_a_mouse(browser: Browser, service: Service) -> None:
    context = browser.new_context(base_url=service.address)
    page = context.new_page()
    page.goto("/")
    tab_to(page, "Staff number")
    page.keyboard.type("CASEWORKER")
    tab_to(page, "Password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="My work")).to_be_visible()

    page.keyboard.press("Tab")
    assert page.evaluate(NAME) == "Skip to main content"
    page.keyboard.press("Enter")
    tab_to(page, "Review the case")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Review the case", level=1)).to_be_visible()

    tab_to(page, "Complete")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Complete a task")).to_be_visible()

    tab_to(page, "What came of it")
    page.keyboard.type("Decided to serve the decision.")
    tab_to(page, "Next task")
    page.keyboard.type("Review")
    day = today() + timedelta(days=21)
    for part, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        tab_to(page, f"Next task due: {part}")
        page.keyboard.type(str(value))
    tab_to(page, "Complete the task")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Decided to serve the decision.").first).to_be_visible()
    context.close()
