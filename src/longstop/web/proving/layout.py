"""A certificate laid out: states that add up to the caseload, the equation, and what stands beside it."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from django.urls import reverse

from longstop.access.rules import Permission
from longstop.kernel.dates import in_words
from longstop.proof.models import Certificate, CertificateItem
from longstop.proof.rules import BESIDE, FAILING, FAULT_WORDS, LIST_WORDS, REASON_WORDS, STATE_WORDS, List
from longstop.web.doors import Who
from longstop.web.parts import Cell, Column, Fact, Link, Row, Stack, SummaryList, Table, Tile, Tiles
from longstop.work.rules import title

REASONS = {reason.code: words for reason, words in REASON_WORDS.items()}
SHOWN = 25
ISO_DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
PAGES = {
    "case": ("case", Permission.SEE_CASES),
    "task": ("task", Permission.SEE_CASES),
    "staff": ("staff-page", Permission.SEE_TEAM),
    "arrival": ("record", Permission.SEE_RECORDS),
    "team": ("team", Permission.SEE_TEAM),
}
REMEDIES: dict[str, str] = {
    List.OVERDUE: "Do it, or say why it is late.",
    List.UNANCHORED: "Find the date, and record who says so.",
    List.IDLE: "Look at the case, and write what was found.",
    List.OVER_CAPACITY: "Give some cases to somebody else.",
    List.BREAK_GLASS_UNSEEN: "A manager looks at it, under Oversight.",
    List.PACKS_UNREAD: "The owner reads the handover pack and signs.",
    List.ABSENCES_UNCOVERED: "Find somebody who covers.",
    List.DEPARTURES_AHEAD: "Nothing: the plan takes effect on its day.",
    List.DEPARTURES_NOT_EFFECTED: "Ask an operator whether the worker runs.",
    List.COMPETENCE_EXPIRED: "Renew the owner's competence, or give the case to somebody who holds it.",
    List.TEAMS_WITHOUT_LEADER: "An administrator names who answers for the team.",
    List.TASKS_MOVED_OFTEN: "Ask why, and decide with the owner what has to happen.",
    List.RECORDS_WAITING: "Open a case from it, or set it aside with a reason.",
    List.LISTS_NOT_CONSIDERED: "Have the list considered: run its load again.",
    List.ROWS_REFUSED: "Ask for a file that mends it, or close it with a reason.",
}


@dataclass(frozen=True)
class Layout:
    """The parts of a certificate's page."""

    failing: Tiles
    states: Table
    equation: Table
    beside: Tiles
    remainder: Table
    seal: SummaryList


def layout_of(made: Certificate, who: Who) -> Layout:
    """Lay a certificate out."""
    return Layout(
        failing=Tiles([_tile(made, name, made.totals["failing"][name], "late") for name in FAILING], label="What makes it fail"),
        states=_states(made),
        equation=_equation(made),
        beside=Tiles(
            [_tile(made, name, made.totals["beside"][name], "soon") for name in BESIDE if name in made.totals["beside"]],
            label="What stands beside it",
        ),
        remainder=_remainder(made, who),
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


def _remainder(made: Certificate, who: Who) -> Table:
    rows = [item_row(each, who) for each in made.items.filter(list=List.REMAINDER).order_by("position")[:SHOWN]]
    columns = [Column("Which"), Column("Why it is not covered"), Column("Details"), Column("What to do")]
    return Table("Not covered, by name", columns, rows, "remainder", empty="Nothing is left uncovered.")


def item_row(item: CertificateItem, who: Who) -> Row:
    """Lay out one listed thing: which, why, the dates, and what to do about it."""
    words = REASONS.get(item.reason)
    also = tuple(REASONS[code].meaning for code in item.also if code in REASONS)
    remedy = words.remedy if words else REMEDIES.get(item.list, "Open it, and put right what is named here.")
    return Row([_which(item, who), Stack(words.meaning if words else _why(item, who), also), _with_dates(item.details) or "None", remedy])


def _which(item: CertificateItem, who: Who) -> Cell:
    name, permission = PAGES.get(item.subject_kind, ("", None))
    linked = permission is not None and who.may(permission)
    return Link(item.reference, reverse(name, args=[item.subject_id])) if linked else item.reference


def _why(item: CertificateItem, who: Who) -> str:
    if item.subject_kind == "task" and item.list in (List.OVERDUE, List.TASKS_MOVED_OFTEN):
        return title(kind=item.reason, today=who.today)
    return FAULT_WORDS.get(item.reason, item.reason.replace("_", " ").capitalize())


def _with_dates(details: str) -> str:
    """Give the details as the certificate keeps them, with their dates as people write them."""
    return ISO_DATE.sub(lambda found: in_words(date.fromisoformat(found[0])), f"{details[:1].upper()}{details[1:]}")


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
