"""What the command's old casework system sends once, on the eve of the first day: persons and cases, and what belongs to each."""

import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import polars as pl

from longstop.demo.invention.beside import alerts_of, contacts_of
from longstop.demo.invention.calibration import share, years_since_release
from longstop.demo.invention.people import Person, invent
from longstop.demo.invention.plan import Plan
from longstop.demo.invention.records import Prisoner, prisoner
from longstop.demo.invention.staffing import Command
from longstop.demo.invention.truth import Fault, Faults

Row = dict[str, str]
Progress = Callable[[int], None]

COLUMNS: dict[str, Sequence[str]] = {
    "persons": [
        *("person_id", "home_office_reference", "prison_number", "pnc", "cro", "first_name", "middle_names", "last_name", "other_names"),
        *("date_of_birth", "nationality", "address", "postcode", "address_type", "address_from"),
    ],
    "cases": [
        *("case_reference", "person_id", "opened_on", "stage", "custody", "prison", "sentence_start_date", "sentence_expiry_date"),
        *("conditional_release_date", "early_removal_eligibility_date", "last_contact_on", "next_reporting_on", "barriers"),
        *("outcome", "closed_on", "owner_staff_number", "next_action", "next_action_due"),
    ],
    "owners": ["case_reference", "staff_number", "from_date", "to_date"],
    "events": ["event_id", "case_reference", "kind", "happened_on", "recorded_on", "detail", "address_type"],
    "notes": ["note_id", "case_reference", "text", "written_on", "author"],
    "contacts": [
        *("contact_id", "person_id", "kind", "name", "organisation", "reference", "telephone", "email", "language", "date_of_birth"),
        *("from_date", "to_date"),
    ],
    "alerts": ["alert_id", "person_id", "kind", "protective", "raised_on", "review_by", "ended_on"],
}
_BARRIERS = (
    *("no travel document", "appeal pending", "asylum claim", "human-rights claim", "JR pending", "EUSS", ""),
    *("non-compliance with documentation", "NRM awaiting decision", "family"),
)
_NEXT = ("Review papers", "Chase travel document", "Prepare decision", "Answer representations", "Arrange interview", "Check address")
_NOTES = (
    "Checked the custodial record against the file.",
    "Asked the embassy again; no answer yet.",
    "Representations received and read.",
    "Spoke to the offender manager about the release address.",
)
UNMAPPED_EVENTS = ("EM fitted", "EM review")  # words of the old system that no list has
_ADDRESSES = ("A05", "A07B", "A01", "A13", "A10", "A06", "DNF")
_STREETS = ("Linden Way", "Cooper's Yard", "Harbour Row", "Mill Lane", "Station Approach", "Orchard Close")
REVIEW_EVERY = 122  # days: four months, the longest that a review of conditions may lie back (clocks.toml)


@dataclass
class Rows:
    """The rows of one person, by table, and what is wrong with them."""

    by_table: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in COLUMNS})
    faults: list[Fault] = field(default_factory=list)

    def add(self, table: str, **values: str) -> None:
        """Add a row."""
        self.by_table[table].append(values)


def write_casework(folder: Path, plan: Plan, truth: Faults, *, progress: Progress | None = None) -> None:
    """Write the tables as CSV and, with the same rows, as Parquet; and what is wrong into the truth."""
    with ExitStack() as stack:
        tables: dict[str, Any] = {}
        truth.add(_unmapped(plan))
        for name, columns in COLUMNS.items():
            file = stack.enter_context((folder / f"{name}.csv").open("w", encoding="utf-8", newline=""))
            tables[name] = csv.DictWriter(file, columns, restval="", lineterminator="\n")
            tables[name].writeheader()
        for number, rows in enumerate(_everybody(plan)):
            for name, held in rows.by_table.items():
                tables[name].writerows(held)
            truth.add(rows.faults)
            if progress and number % 1_000 == 999:
                progress(1_000)
    for name in COLUMNS:
        pl.scan_csv(folder / f"{name}.csv", infer_schema=False).sink_parquet(folder / f"{name}.parquet")


def _unmapped(plan: Plan) -> Iterator[Fault]:
    for code in UNMAPPED_EVENTS:
        yield Fault(kind="unmapped_code", file="events.csv", day=plan.first_day, found_by={"code": code})


def _everybody(plan: Plan) -> Iterator[Rows]:
    command = Command(plan)
    for index in range(plan.stock):
        who = prisoner(plan, index)
        if has_case(who):
            yield _inside(plan, command, who)
    for index in range(plan.prisoners, plan.prisoners + plan.outside):
        yield _outside(plan, command, index)


def has_case(who: Prisoner) -> bool:
    """Say whether the old system has a case of somebody in prison on the first day: sentenced, not British alone, and not overlooked."""
    return who.life.legal != "REMAND" and not who.person.is_british and who.fault != "released_without_decision"


def reference(index: int) -> str:
    """Give the old system's reference of a person's case."""
    return f"CID/{index + 1:07}"


def _person(rows: Rows, plan: Plan, person: Person, *, key: str, number: str, given: str, family: str, more: Row) -> None:
    initial = person.family.main[0] if person.family.main[0].isascii() else "X"
    others = "; ".join(f"{each} {person.family.main}" for each in person.given.others)
    rows.add(
        "persons",
        person_id=key,
        home_office_reference=f"{initial.upper()}{1_000_000 + int(key[1:]) % 8_999_999}",
        prison_number=number,
        pnc=person.pnc,
        cro=person.cro,
        first_name=given,
        last_name=family,
        other_names=others,
        date_of_birth=person.born.strftime("%d/%m/%Y"),
        nationality=person.said,
        **more,
    )
    for table, beside in (("contacts", contacts_of(plan, key, family)), ("alerts", alerts_of(plan, key))):
        for each in beside:
            rows.add(table, person_id=key, **each)


def _inside(plan: Plan, command: Command, who: Prisoner) -> Rows:
    rows, life, index = Rows(), who.life, who.person.index
    chance = Random(f"{plan.seed}/case/{index}")
    person = who.person
    _person(
        rows, plan, person, key=f"P{index:07}", number=person.prison_number, given=person.given.main, family=person.family.main, more={}
    )
    release = life.release_on(plan.first_day)
    missing = chance.random() < share("caseload", "sentence_end_missing")
    dates = {
        "sentence_start_date": _text(life.sentence_start),
        "sentence_expiry_date": "" if missing else _text(life.expiry),
        "conditional_release_date": "" if who.dirt.release_missing else _text(release),
    }
    opened = max((life.sentence_start or life.received), plan.first_day - timedelta(days=900)) + timedelta(days=8)
    opened = min(opened, plan.first_day - timedelta(days=2))
    held = "detained" if life.legal == "IMMIGRATION_DETAINEE" else "prison"
    _case(rows, plan, index, chance, opened, command.owner(index), {"custody": held, "prison": life.prison_on(plan.first_day), **dates})
    if held == "detained" and life.release and (plan.is_short or index % 4):
        _detained(rows, plan, index, life.release)
    if missing and life.expiry:
        _blame(rows, plan, "sentence_end_missing", index, person)
    return rows


def _detained(rows: Rows, plan: Plan, index: int, since: date) -> None:
    """Tell since when somebody is held, and of the last review, on the day on which it was due: 7 days after, and from 28 on each 28."""
    _happened(rows, index, "detained", since)
    held = (plan.first_day - since).days - 1
    last = held // 28 * 28 if held >= 28 else held // 7 * 7
    if last > 0:
        _happened(rows, index, "detention review", since + timedelta(days=last))


def _outside(plan: Plan, command: Command, index: int) -> Rows:
    rows, person, fault = Rows(), invent(plan, index), plan.on_cases.get(index, "")
    chance = Random(f"{plan.seed}/case/{index}")
    released = _released(plan, chance, long_ago=fault.endswith("_overdue"))
    address = {
        "address": f"{chance.randint(1, 180)} {chance.choice(_STREETS)}",
        "postcode": f"ZZ{chance.randint(1, 99)} {chance.randint(1, 9)}ZZ",
        "address_type": chance.choice(_ADDRESSES),
        "address_from": _text(released),
    }
    _person(
        rows,
        plan,
        person,
        key=f"P{index:07}",
        number=person.prison_number,
        given=person.given.main,
        family=person.family.main,
        more=address,
    )
    missing = chance.random() < share("caseload", "sentence_end_missing")
    absconded = not fault and chance.random() < share("caseload", "absconded")
    contact = plan.first_day - timedelta(days=chance.randint(200, 1_500) if absconded else chance.randint(1, 28))
    about = {
        "custody": "community",
        "sentence_start_date": _text(released - timedelta(days=chance.randint(90, 1_500))),
        "sentence_expiry_date": "" if missing else _text(released + timedelta(days=chance.randint(0, 900))),
        "conditional_release_date": _text(released),
        "last_contact_on": _text(contact),
        "next_reporting_on": "" if absconded else _text(contact + timedelta(days=28)),
    }
    owner = {"owner_has_left": command.leaver(index), "case_without_owner": ""}.get(fault, command.owner(index))
    _case(rows, plan, index, chance, released - timedelta(days=chance.randint(0, 200)), owner, about)
    _conditions(rows, plan, index, chance, fault, max(contact, released) if absconded else plan.first_day, released)
    if missing:
        _blame(rows, plan, "sentence_end_missing", index, person)
    if not person.said:
        _blame(rows, plan, "nationality_unknown", index, person)
    if fault:
        _blame(rows, plan, fault, index, person)
    if fault == "two_cases_one_person":
        _again(rows, plan, command, person, chance)
    return rows


def _released(plan: Plan, chance: Random, *, long_ago: bool) -> date:
    spans = years_since_release()
    low, high, _ = chance.choices(spans, [weight for _, _, weight in spans])[0]
    days = 2 + int(chance.uniform(low, high) * 365.25)
    return plan.first_day - timedelta(days=days + 2 * REVIEW_EVERY if long_ago else days)


def _case(rows: Rows, plan: Plan, index: int, chance: Random, opened: date, owner: str, about: Row) -> None:
    key = reference(index)
    idle = chance.random() < share("caseload", "idle")
    worked = max(opened, plan.first_day - timedelta(days=chance.randint(76, 300) if idle else chance.randint(1, 75)))
    rows.add(
        "cases",
        case_reference=key,
        person_id=f"P{index:07}",
        opened_on=_text(opened),
        stage=chance.choice(("notice of liability", "representations", "decision", "appeal pending", "travel document", "removal")),
        barriers=chance.choice(_BARRIERS),
        owner_staff_number=owner,
        next_action=chance.choice(_NEXT),
        next_action_due=_text(plan.first_day + timedelta(days=chance.randint(plan.days if plan.is_short else 3, 70))),
        **about,
    )
    began = opened
    if chance.random() < 0.3 and (worked - opened).days > 30:
        began = opened + timedelta(days=chance.randint(10, (worked - opened).days))
        before = f"CW-GONE-{chance.randint(1, 7)}"
        rows.add("owners", case_reference=key, staff_number=before, from_date=_text(opened), to_date=_text(began))
    if owner:
        rows.add("owners", case_reference=key, staff_number=owner, from_date=_text(began))
    _happened(rows, index, "opened", opened)
    _happened(rows, index, "representations received", worked)
    note = f"N{index:07}"
    rows.add("notes", note_id=note, case_reference=key, text=chance.choice(_NOTES), written_on=_text(worked), author=owner or "CW-GONE-1")


def _happened(rows: Rows, index: int, kind: str, on: date, **more: str) -> None:
    number = len(rows.by_table["events"])
    rows.add("events", event_id=f"E{index:07}-{number}", case_reference=reference(index), kind=kind, happened_on=_text(on), **more)


def _conditions(rows: Rows, plan: Plan, index: int, chance: Random, fault: str, until: date, released: date) -> None:
    """Tell of release, reports and reviews. A review is never further back than its clock allows on the last day, but for those planted."""
    fresh = max(released, plan.first_day - timedelta(days=chance.randint(1, max(1, REVIEW_EVERY - plan.days - 5))))
    late = plan.first_day - timedelta(days=REVIEW_EVERY + chance.randint(5, 30))
    _happened(rows, index, "bail granted", released, address_type=rows.by_table["persons"][0]["address_type"])
    _happened(rows, index, "contact review", late if fault == "contact_review_overdue" else fresh)
    if fault == "monitoring_review_overdue" or (not fault and chance.random() < share("caseload", "monitored")):
        some_time = plan.first_day - timedelta(days=chance.randint(2, 500))
        fitted = released if fault else max(released, some_time)
        _happened(rows, index, "EM fitted", fitted)
        _happened(rows, index, "EM review", late if fault == "monitoring_review_overdue" else max(fresh, fitted))
    if until < plan.first_day:
        _happened(rows, index, "absconded", until)


def _blame(rows: Rows, plan: Plan, kind: str, index: int, person: Person, **more: str) -> None:
    found_by = {"prison_number": person.prison_number, "case_reference": reference(index), **more}
    rows.faults.append(Fault(kind=kind, file="cases.csv", day=plan.first_day, found_by=found_by))


def _again(rows: Rows, plan: Plan, command: Command, person: Person, chance: Random) -> None:
    """Add the same person once more: another spelling and key, no prison number, the same PNC number, and a case of its own."""
    index = 6_000_000 + person.index
    given, family = (*person.given.others, person.given.main)[0], (*person.family.others, person.family.main)[0]
    _person(rows, plan, person, key=f"P{index:07}", number="", given=given, family=family, more={})
    _case(rows, plan, index, chance, plan.first_day - timedelta(days=300), command.owner(index), {"custody": "community"})
    rows.faults[-1] = Fault(
        kind="two_cases_one_person",
        file="cases.csv",
        day=plan.first_day,
        found_by={**rows.faults[-1].found_by, "second_case_reference": reference(index), "second_person_id": f"P{index:07}"},
    )


def _text(day: date | None) -> str:
    return day.isoformat() if day else ""
