"""A certificate laid out: states that add up to the caseload, the equation, and what stands beside it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.urls import reverse

from longstop.proof.models import Certificate, CertificateItem
from longstop.proof.rules import BESIDE, FAILING, FAULT_WORDS, LIST_WORDS, REASON_WORDS, STATE_WORDS, List
from longstop.web.parts import Column, Fact, Link, Row, Stack, SummaryList, Table, Tile, Tiles

REASONS = {reason.code: words for reason, words in REASON_WORDS.items()}
SHOWN = 25


@dataclass(frozen=True)
class Layout:
    """The parts of a certificate's page."""

    failing: Tiles
    states: Table
    equation: Table
    beside: Tiles
    remainder: Table
    seal: SummaryList

    def words(self, name: str) -> str:
        """Give the heading of a list."""
        return LIST_WORDS[name]


def layout_of(made: Certificate) -> Layout:
    """Lay a certificate out."""
    return Layout(
        failing=Tiles([_tile(made, name, made.totals["failing"][name], "late") for name in FAILING], label="What makes it fail"),
        states=_states(made),
        equation=_equation(made),
        beside=Tiles([_tile(made, name, made.totals["beside"][name], "soon") for name in BESIDE], label="What stands beside it"),
        remainder=_remainder(made),
        seal=_seal(made),
    )


def _tile(made: Certificate, name: str, number: int, tone: str) -> Tile:
    href = reverse("certificate-list", args=[made.pk, name.replace("_", "-")])
    return Tile(number, LIST_WORDS[name], href, _tone(number, tone))


def _tone(number: int, tone: str) -> Literal["late", "soon", "calm"]:
    if not number:
        return "calm"
    return "late" if tone == "late" else "soon"


def _states(made: Certificate) -> Table:
    cases, tasks = made.totals["states"], made.totals["task_states"]
    rows = [Row([words, cases.get(state, 0), tasks.get(state, 0)]) for state, words in STATE_WORDS.items()]
    left = [made.totals["open_cases"] - sum(cases.values()), made.totals["open_tasks"] - sum(tasks.values())]
    rows.append(Row(["Not covered", *left]))
    rows.append(Row(["All", made.totals["open_cases"], made.totals["open_tasks"]]))
    columns = [Column("State"), Column("Open cases", numeric=True), Column("Other open tasks", numeric=True)]
    return Table("Each is in exactly one state", columns, rows, "states")


def _equation(made: Certificate) -> Table:
    terms = made.totals["equation"]
    rows = [
        Row(["Open at the beginning", terms["opening"]]),
        Row(["+ opened", terms["opened"]]),
        Row(["+ reopened", terms["reopened"]]),
        Row(["− closed", terms["closed"]]),
        Row(["= open at the end", terms["closing"]]),
    ]
    return Table(f"Since {made.period_from:%-d %B %Y}", [Column("Cases"), Column("Number", numeric=True)], rows, "equation")


def _remainder(made: Certificate) -> Table:
    rows = [item_row(each) for each in made.items.filter(list=List.REMAINDER).order_by("position")[:SHOWN]]
    columns = [Column("Which"), Column("Why it is not covered"), Column("Details"), Column("What to do")]
    return Table("Not covered, by name", columns, rows, "remainder", empty="Nothing is left uncovered.")


def item_row(item: CertificateItem) -> Row:
    """Lay out one listed thing: which, why, the dates, and what to do about it."""
    words = REASONS.get(item.reason)
    also = tuple(REASONS[code].meaning for code in item.also if code in REASONS)
    meaning = words.meaning if words else FAULT_WORDS.get(item.reason, item.reason.replace("_", " ").capitalize())
    remedy = words.remedy if words else ""
    which = Link(item.reference, reverse("case", args=[item.subject_id])) if item.subject_kind == "case" else item.reference
    return Row([which, Stack(meaning, also), item.details or "None", remedy or "See the list it comes from."])


def _seal(made: Certificate) -> SummaryList:
    sealed = made.totals.get("sealed") or {}
    return SummaryList(
        [
            Fact("Moment", made.moment),
            Fact("Made by", made.made_by.name),
            Fact("Known at", "Now" if made.live else f"Seal {made.seal_number}"),
            Fact("Sealed up to", datetime.fromisoformat(sealed["sealed_at"]) if sealed.get("sealed_at") else "Not sealed yet"),
            Fact("Digest", bytes(made.digest).hex()),
            Fact("Key", bytes(made.public_key).hex()),
        ],
        title="Signature",
    )
