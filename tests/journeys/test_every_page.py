"""Every screen in a browser: accessible, quiet, and usable at 400 per cent. A picture of each is left to be looked at."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Response

from frontend import build
from longstop.access.rules import Role, permitted
from longstop.web.doors import Screen
from longstop.web.screens import SCREENS
from tests.journeys.conftest import Service, listen, open_page

# Who looks at a screen, where the first of these who may is not the one whom it is for.
FIRST = (Role.TEAM_LEADER, Role.CASEWORKER, Role.DUTY_OFFICER, Role.DATA_STEWARD, Role.HEAD, Role.ADMINISTRATOR)
SEEN_BY = {
    "transfer": Role.CASEWORKER,
    "my-work": Role.CASEWORKER,
    "my-cases": Role.CASEWORKER,
    "record-of-case": Role.HEAD,
    "prison": Role.PRISON_TEAM,
    "prisons": Role.PRISON_TEAM,
    "papers": Role.PRISON_TEAM,
    "approve-disposal": Role.HEAD,  # the data steward proposed it
    "case-reopen": Role.DUTY_OFFICER,  # whichever team closed it (ADR 11)
    "take-back-leave": Role.DIRECTOR,
    "departure-forget": Role.DIRECTOR,  # who answers for everybody
    "answer-broken-glass": Role.DIRECTOR,
}
MINE = "(SELECT id FROM access_staff WHERE staff_number = 'CASEWORKER')"
TEAM = "(SELECT team_id FROM access_staff WHERE staff_number = 'CASEWORKER')"
OPEN_CASE = (
    f"SELECT id FROM cases_case WHERE closed_at IS NULL AND NOT restricted AND team_id = {TEAM} ORDER BY (owner_id = {MINE}) DESC, id"
)
CLOSED = "SELECT {} FROM cases_case WHERE closed_at IS NOT NULL AND NOT restricted ORDER BY id"
STAFF = f"SELECT id FROM access_staff WHERE team_id = {TEAM} AND staff_number LIKE 'CW-%%' ORDER BY id"
VALUES = {
    "case_id": OPEN_CASE,
    "note_id": "SELECT id FROM cases_note WHERE corrects_id IS NULL ORDER BY id DESC",
    "task_id": f"SELECT id FROM work_task WHERE state = 'open' AND owner_id = {MINE} AND kind NOT LIKE 'transfer%%' ORDER BY due",
    "offer_id": f"SELECT id FROM cases_offer ORDER BY (to_staff_id = {MINE} AND state = 'open') DESC, id DESC",
    "act_id": "SELECT id FROM cases_bulkact ORDER BY id DESC",
    "team_id": f"SELECT {TEAM}",
    "staff_id": STAFF,
    "absence_id": f"SELECT a.id FROM access_absence a JOIN access_staff s ON s.id = a.staff_id WHERE a.ended_at IS NULL"
    f" ORDER BY (s.team_id = {TEAM}) DESC, a.id DESC",
    "arrival_id": "SELECT id FROM intake_arrival WHERE state = 'waiting' ORDER BY problems DESC, id",
    "refusal_id": "SELECT id FROM intake_refusal ORDER BY id",
    "certificate_id": "SELECT id FROM proof_certificate ORDER BY id DESC",
    "clearance_id": "SELECT id FROM access_clearance WHERE broke_glass AND seen_at IS NULL ORDER BY id DESC",
    "person_id": CLOSED.format("person_id"),
    "disposal_id": "SELECT id FROM audit_disposal WHERE approved_at IS NULL",
    "referral_id": "SELECT id FROM referral_referral WHERE state = 'open' ORDER BY id DESC",
    "question_id": "SELECT id FROM referral_question WHERE state = 'open' ORDER BY (other_id IS NULL), id",
    "joining_id": "SELECT id FROM referral_joining WHERE undone_at IS NULL ORDER BY id",
    "record_id": "SELECT id FROM people_sourcerecord WHERE number IS NOT NULL AND unlinked_at IS NULL ORDER BY id",
    "departure_id": "SELECT id FROM referral_departure WHERE state = 'open' ORDER BY id",
    "look_id": "SELECT id FROM referral_look WHERE state = 'open' ORDER BY id",
    "receipt_id": "SELECT id FROM intake_receipt WHERE state = 'held' ORDER BY id",
    "posting_id": "SELECT id FROM access_posting WHERE ended_at IS NULL ORDER BY id",
    "statement_id": "SELECT id FROM reconciliation_statement ORDER BY id",
    "break_id": "SELECT broken_id FROM reconciliation_enquiry ORDER BY id",
    "enquiry_id": "SELECT id FROM reconciliation_enquiry WHERE state = 'open' ORDER BY id",
    "code_id": "SELECT id FROM intake_unmappedcode WHERE state = 'open' ORDER BY id",
}
NAMED = {"name": "overdue", "line": "matched", "cohort": "referred", "source": "hmpps-prisoners", "prison": "ZZA"}
NAMED |= {"track": "claims", "state": "none", "step": "receive"}
# Where a screen asks for a thing in a state of its own.
OWN = {
    ("papers", "task_id"): "SELECT id FROM work_task WHERE kind = 'case.serve_papers' AND state = 'open' ORDER BY id",
    ("case-reopen", "case_id"): CLOSED.format("id"),
    ("take-up", "arrival_id"): "SELECT id FROM intake_arrival WHERE state = 'set_aside'",
    ("note-correct", "case_id"): "SELECT case_id FROM cases_note WHERE corrects_id IS NULL ORDER BY id DESC",
    ("departure-forget", "staff_id"): "SELECT id FROM access_staff WHERE last_day IS NOT NULL AND active",
}
FALLBACK = "SELECT 1"


def visitor(screen: Screen) -> Role:
    may: list[Role] = [
        role for role in (*FIRST, *Role) if screen.permission is None or permitted(roles=[role], permission=screen.permission)
    ]
    return SEEN_BY.get(screen.name, may[0])


def address(screen: Screen, service: Service) -> str:
    def value(found: re.Match[str]) -> str:
        name = found[1]
        return NAMED.get(name) or str(service.one(OWN.get((screen.name, name), VALUES.get(name, FALLBACK))))

    return "/" + re.sub(r"<\w+:(\w+)>", value, screen.path)


READ = [screen for screen in SCREENS if "GET" in screen.methods]


AXE = (build.MODULES / "axe-core/axe.min.js").read_text()
WIDTHS = (1440, 320)
DRAWN = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"  # so that scripts have answered to the new width
VIOLATIONS = "axe.run({resultTypes: ['violations']}).then(found => found.violations)"


class Lookers:
    """A page for each role, kept open from one screen to the next, and what the browser has complained of since it was last asked."""

    def __init__(self, browser: Browser, service: Service) -> None:
        self.browser, self.service = browser, service
        self.pages: dict[Role, Page] = {}
        self.complaints: list[str] = []

    def go(self, role: Role, where: str) -> tuple[Page, Response | None]:
        """Open an address in the role's page, at its full width, with axe at hand."""
        if role not in self.pages:
            self.pages[role] = page = open_page(self.browser, self.service, role)
            page.add_init_script(AXE)  # before the page's own: it stands by until it is asked
            listen(page, self.complaints)
        page = self.pages[role]
        page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        return page, page.goto(where, wait_until="load")

    def complained(self) -> list[str]:
        """Give what the browser has complained of since this was asked last; what came late is told with the next page."""
        found = list(self.complaints)
        self.complaints.clear()
        return found


@pytest.fixture(scope="module")
def lookers(browser: Browser, service: Service) -> Iterator[Lookers]:
    found = Lookers(browser, service)
    yield found
    for page in found.pages.values():
        page.context.close()
    assert found.complained() == [], "the browser complained after all"


def look(page: Page, name: str, pictures: Path) -> Iterator[str]:
    """Give whatever is wrong with the page that is open: with axe, and at 1440 and 320 pixels. Leaves pictures where they are asked for."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(DRAWN)
        if os.environ.get("LONGSTOP_PICTURES"):
            page.screenshot(path=str(pictures / f"{name}-{width}.png"), full_page=True)
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            yield f"{name} at {width}: the page is {wide} wide"
        for found in page.evaluate(VIOLATIONS):
            yield f"{name} at {width}: {found['id']}: {found['nodes'][0]['html'][:200]}"


@pytest.mark.parametrize("screen", READ, ids=lambda screen: screen.name)
def test_a_page_is_accessible_quiet_and_fits(screen: Screen, lookers: Lookers, service: Service, pictures: Path) -> None:
    where = address(screen, service)
    page, answer = lookers.go(visitor(screen), where)
    assert answer is not None
    assert answer.status == 200, where
    assert list(look(page, screen.name, pictures)) == []
    assert lookers.complained() == [], "the browser complained"


@pytest.mark.parametrize("role", list(Role))
def test_each_role_is_shown_a_first_page_with_its_own_menu(role: Role, lookers: Lookers, pictures: Path) -> None:
    page, _ = lookers.go(role, "/")
    assert page.locator("h1").count() == 1
    assert list(look(page, f"first-page-{role}", pictures)) == []
    assert lookers.complained() == [], "the browser complained"


def test_looking_finds_what_is_wrong(lookers: Lookers, pictures: Path) -> None:
    """A picture without words, something too wide, and a complaint: each is found, whatever was looked at before."""
    page, _ = lookers.go(Role.CASEWORKER, "/help")
    page.evaluate("document.body.innerHTML = '<img src=\"data:,\"><p>Wide</p>'; console.error('loud')")
    page.evaluate("document.querySelector('p').style.width = '900px'")
    found = "\n".join(look(page, "wrong", pictures))
    assert "wrong at 1440: image-alt" in found
    assert "wrong at 320: image-alt" in found
    assert "wrong at 320: the page is 9" in found
    assert any("loud" in complaint for complaint in lookers.complained())
