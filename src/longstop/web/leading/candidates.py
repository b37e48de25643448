"""People who may own cases, side by side: what a manager compares. By name, never ranked."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils import timezone

from longstop.cases.queries import Candidate
from longstop.web.leading import words
from longstop.web.leading.forms import AllocateForm
from longstop.web.leading.parts import Pick, Tick, Workload
from longstop.web.parts import Cell, Column, Link, Row, Table


def table(form: AllocateForm, *, ticked: Sequence[str]) -> Table:
    """Show the candidates, each with a radio button to choose them and a checkbox to compare them."""
    columns = [Column("Name"), Column("Today"), Column("Next away"), Column("Works"), Column("Cases", numeric=True)]
    columns += [Column("Overdue", numeric=True), Column("Workload"), Column("Competence"), Column("Last given a case"), Column("Compare")]
    picked = form["everyone"].value()
    rows = []
    for number, one in enumerate(form.people):
        key = str(one.staff.pk)
        pick = Pick("everyone", key, one.staff.name, f"id_everyone_{number}", picked=picked == key)
        rows.append(Row([pick, *_cells(one), Tick("compare", key, f"Compare {one.staff.name}", ticked=key in ticked)]))
    return Table("People", columns, rows, "people", caption_hidden=True, empty="Nobody in this team may own cases.")


def _cells(one: Candidate) -> list[Cell]:
    listed = f"{reverse('team-cases', args=[one.staff.team_id])}?owner={one.staff.pk}"
    return [
        words.today_of(one),
        words.next_absence(one),
        words.pattern(one.staff.works_on),
        Link(f"{one.load.cases:,}", listed, f"cases of {one.staff.name}"),
        one.load.overdue,
        Workload.of(one),
        competences(one),
        last_given(one),
    ]


def competences(one: Candidate) -> str:
    """Give what somebody is competent to do."""
    return ", ".join(words.competence(code) for code in sorted(one.competences)) or "None recorded"


def last_given(one: Candidate) -> str:
    """Give the day on which somebody was last given a case that they still own."""
    return words.day(timezone.localdate(one.load.last_given)) if one.load.last_given else "Never"


def side_by_side(people: Sequence[Candidate]) -> Table:
    """Show a few people in columns."""
    facts: list[tuple[str, list[Cell]]] = [
        ("Today", [words.today_of(one) for one in people]),
        ("Next away", [words.next_absence(one) for one in people]),
        ("Works", [words.pattern(one.staff.works_on) for one in people]),
        ("Open cases", [one.load.cases for one in people]),
        ("Overdue", [one.load.overdue for one in people]),
        ("Workload", [Workload.of(one) for one in people]),
        ("Competence", [competences(one) for one in people]),
        ("Last given a case", [last_given(one) for one in people]),
    ]
    columns = [Column("What"), *(Column(one.staff.name) for one in people)]
    return Table("Side by side", columns, [Row([name, *cells]) for name, cells in facts], id="compared")
