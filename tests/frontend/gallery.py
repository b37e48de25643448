"""Sample pages that show every part of a screen, with invented people; for tests and for looking at."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from django import forms
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.template import engines

from longstop.web.fields import Checkboxes, DateField, Radios
from longstop.web.parts import (
    Address,
    Badge,
    Bulk,
    Button,
    Chip,
    Choice,
    Column,
    Entry,
    Fact,
    Filters,
    IdentityBar,
    Link,
    Pages,
    Row,
    Stack,
    SummaryList,
    Table,
    Tabs,
    Tag,
    Tile,
    Tiles,
    Timeline,
    When,
)
from longstop.web.parts.words import Colour

PAGES = Path(__file__).parent / "pages"
TODAY = dt.date(2026, 11, 21)
LONDON = dt.UTC

NAVIGATION = ["My work", "Team board", "Records received", "Transfers", "Absence", "Certificate", "Search"]
FRAME: dict[str, Any] = {
    "navigation": [{"text": text, "href": "#", "current": text == "My work"} for text in NAVIGATION],
    "signed_in": {"name": "Amara Whitfield", "role": "Caseworker"},
    "sign_out_url": "/sign-out",
    "home_url": "/",
    "demonstration": "All people and cases here are invented.",
    "help_url": "/help",
    "accessibility_url": "/accessibility",
    "version": "0.1.0",
    "csrf_token": "not-secret",
}
PEOPLE: list[tuple[str, str, str, int | None, str, str, Colour]] = [
    ("Daniel Okoro", "LS-000421", "A1234BC", -3, "Review detention", "In custody", "blue"),
    ("Marta Kowalczyk-Brzezińska", "LS-000388", "A4471DX", 0, "Answer representations", "In the community", "purple"),
    ("Tariq Mahmoud", "LS-000517", "A9920KL", 2, "Serve notice of decision", "In custody", "blue"),
    ("Restricted case", "LS-000102", "Withheld", 5, "Held by another team", "Restricted", "grey"),
    ("Li Na Zhang", "LS-000630", "A3301PQ", 41, "Obtain travel document", "Immigration detention", "orange"),
    ("Joseph Adeyemi", "LS-000671", "A7715MM", None, "Ask the prison for a release date", "In custody", "blue"),
]


def due_date(days: int | None, *, name: str = "", why_href: str = "") -> When:
    date = None if days is None else TODAY + dt.timedelta(days=days)
    return When.due(date, today=TODAY, name=name, why_href=why_href)


def case_rows() -> list[Row]:
    return [
        Row(
            cells=[
                Stack(Link(name, "#"), (f"{reference} · {prison}",)), due_date(days), task, 120 + 7 * number,
                "Amara Whitfield", Tag(status, colour),
            ],
            key=reference, label=f"{name}, {reference}", selected=number == 1,
        )
        for number, (name, reference, prison, days, task, status, colour) in enumerate(PEOPLE)
    ]  # fmt: skip


def case_table() -> Table:
    columns = [
        Column("Name", sort="name"), Column("Due", sort="due", narrow=True), Column("Waiting for"),
        Column("Days open", sort="opened", numeric=True), Column("Owner", sort="owner"), Column("Status", narrow=True),
    ]  # fmt: skip
    address = Address("/my-work", (("status", "custody"), ("sort", "due")))
    return Table("Cases that you own", columns, case_rows(), "cases", "due", address, caption_hidden=True)


class FilterForm(forms.Form):
    status = forms.ChoiceField(choices=[("", "Any"), ("custody", "In custody")], required=False, label="Status")
    prison = forms.CharField(required=False, label="Prison")
    due = forms.ChoiceField(choices=[("late", "Overdue"), ("7", "In 7 days")], required=False, label="Due", widget=Radios())


def list_page(*, opened: bool = False, error: str = "") -> dict[str, Any]:
    buttons = [
        Button("Allocate", name="do", value="allocate"),
        Button("Offer to another team", "secondary", name="do", value="offer"),
    ]
    bulk = Bulk(case_table(), "/my-work/selected", buttons, select_page_href="?selected=page", matching=312, error=error)
    return {
        "heading": "My work",
        "tabs": Tabs(
            [
                Choice("New", "#", 4), Choice("In progress", "#", 312, current=True), Choice("Overdue", "#", 1),
                Choice("All", "#", 1317),
            ]
        ),
        "filters": Filters(
            FilterForm({"status": "custody"}), "/my-work",
            [Chip("Status", "In custody", "#"), Chip("Prison", "Marshgate", "#")], [("sort", "due")], opened,
        ),
        "table": bulk,
        "pages": Pages(1, 25, 312, previous_href="#", next_href="#"),
        "messages": [Message(constants.SUCCESS, "LS-000421 is now owned by Amara Whitfield.")],
    }  # fmt: skip


def timeline() -> Timeline:
    entries = [
        Entry(
            "Owner changed", "Grace Liddell", dt.datetime(2026, 11, 20, 14, 5, tzinfo=LONDON), kind="Ownership",
            details=[Fact("From", "Peter Sands"), Fact("To", "Amara Whitfield")],
        ),
        Entry(
            "Note", "Peter Sands", dt.datetime(2026, 11, 18, 9, 30, tzinfo=LONDON),
            "Spoke to the prison. The release date is under review by the sentence calculation office.",
            kind="Note", corrected=True, links=[Link("See what it said before", "#")],
        ),
        Entry("Sentenced", "HM Courts, from the prison's record", dt.date(2026, 3, 2), kind="Outside event"),
    ]  # fmt: skip
    kinds = [Choice("All", "#", 3, current=True), Choice("Notes", "#", 1), Choice("Ownership", "#", 1)]
    return Timeline(entries, kinds, older_href="#")


def case_page() -> dict[str, Any]:
    return {
        "back": Link("Back to My work", "#"),
        "identity": IdentityBar(
            "Daniel Okoro", [("Case", "LS-000421"), ("Prison number", "A1234BC"), ("Born", "4 May 1988")],
            "Amara Whitfield", due_date(-3, name="Detention review"),
            ["Grace Liddell", "Omar Haddad", "Director: Ruth Penhale"], Tag("In custody", "blue"),
            [Badge("Risk to self")], restricted=True, actions=[Link("Change owner", "#"), Link("Print", "#")],
        ),
        "tabs": Tabs([Choice("Overview", "#", current=True), Choice("Documents", "#", 12), Choice("Tracks", "#")]),
        "due": due_date(-3, why_href="#"),
        "timeline": timeline(),
        "dates": SummaryList(
            [
                Fact("Release date", due_date(41, why_href="#")),
                Fact("Earliest removal", due_date(4), "Prison record, 12 November 2026"),
                Fact("Last review", dt.date(2026, 8, 18)),
            ],
            title="Key dates",
        ),
        "facts": SummaryList(
            [
                Fact("Nationality", "Nigerian", "Prison record, 2 March 2026", [Link("Change", "#")]),
                Fact("Nationality", "Ghanaian", "Police record, 9 January 2026", [Link("Change", "#")]),
                Fact("Interpreter", None),
            ],
            title="Who it is about", actions=[Link("Add a fact", "#")],
        ),
    }  # fmt: skip


def board_page() -> dict[str, Any]:
    tiles = [
        Tile(0, "Without an owner", "#"), Tile(3, "Overdue", "#", "late", "2 acknowledged"),
        Tile(28, "Due in 7 days", "#", "soon"), Tile(96, "Due in 28 days", "#"), Tile(1204, "Due in 90 days", "#"),
        Tile(7, "Idle for 30 days", "#", "soon"), Tile(12, "On hold", "#"), Tile(2, "Staff over capacity", "#"),
    ]  # fmt: skip
    columns = [Column("Name"), Column("Cases", numeric=True), Column("Workload", numeric=True), Column("In today")]
    rows = [
        Row([Link("Amara Whitfield", "#"), 42, "104%", Tag("In", "green")]),
        Row([Link("Peter Sands", "#"), 31, "77%", Tag("Absent until 1 December", "yellow")]),
    ]
    return {
        "tiles": Tiles(tiles, "Figures of the team"),
        "table": Table("Staff", columns, rows, "staff"),
        "colours": ["grey", "blue", "green", "teal", "purple", "magenta", "red", "orange", "yellow"],
        "breadcrumbs": [Link("Command", "#"), Link("North", "#")],
    }


class ReasonForm(forms.Form):
    """One field of each kind."""

    owner = forms.ChoiceField(
        label="New owner", choices=[("1", "Amara Whitfield"), ("2", "Peter Sands")],
        widget=Radios(hints={"1": "42 cases, 104% of capacity", "2": "31 cases, absent until 1 December"}),
        error_messages={"required": "Select a new owner"},
    )  # fmt: skip
    kinds = forms.MultipleChoiceField(label="What is handed over", choices=[("n", "Notes"), ("d", "Decisions")], widget=Checkboxes())
    from_date = DateField(label="First day", help_text="For example, 27 11 2026")
    team = forms.ChoiceField(label="Team", choices=[("", "Choose a team"), ("n", "North"), ("s", "South")])
    reference = forms.CharField(label="Reference", help_text="As on the letter", max_length=12)
    reason = forms.CharField(label="Reason", widget=forms.Textarea(), max_length=500, help_text="Who will read it: all")
    agreed = forms.BooleanField(label="The receiving team has agreed", required=False)
    token = forms.CharField(widget=forms.HiddenInput(), initial="kept", required=False)


def form_page(*, wrong: bool = False) -> dict[str, Any]:
    typed = {"from_date_0": "31", "from_date_1": "2", "from_date_2": "2026", "reason": "Workload"}
    return {
        "heading": "Change owner", "lead": "The case stays with you until the change is saved.",
        "form": ReasonForm(typed if wrong else None), "button": Button("Save"), "cancel": Link("Cancel", "#"),
        "back": Link("Back", "#"), "session_clock": session_clock(1500, 300),
    }  # fmt: skip


def session_clock(seconds: int, warn: int) -> dict[str, Any]:
    return {"seconds": seconds, "warn_seconds": warn, "extend_url": "/extend", "ended_url": "/ended"}


def confirm_page() -> dict[str, Any]:
    return {
        "heading": "Close this case?",
        "summary": SummaryList([Fact("Case", "LS-000421"), Fact("Outcome", "Removed, 20 November 2026")]),
        "warning": "Nobody will be reminded of this case after it is closed.",
        "button": Button("Close the case", "warning"), "cancel": Link("Cancel", "#"),
        "session_clock": session_clock(3, 3),
    }  # fmt: skip


def render(name: str, context: dict[str, Any]) -> str:
    """Return a sample page as HTML."""
    template = engines["django"].from_string((PAGES / f"{name}.html").read_text())
    return str(template.render({**FRAME, **context}))


def pages() -> dict[str, str]:
    """Return every sample page by the path at which it is served."""
    empty = Table("Cases", [Column("Name"), Column("Due")], [], "cases")
    return {
        "/list": render("list", list_page()),
        "/list-open": render("list", list_page(opened=True, error="Select a case to allocate")),
        "/list-empty": render("list", {"heading": "Transfers", "table": empty, "pages": Pages(0, 0, 0)}),
        "/case": render("case", case_page()),
        "/board": render("board", board_page()),
        "/form": render("form", form_page()),
        "/form-wrong": render("form", form_page(wrong=True)),
        "/confirm": render("confirm", {**confirm_page(), "session_clock": None}),
        "/session": render("confirm", confirm_page()),
    }
