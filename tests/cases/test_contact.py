"""Contact with those who are not detained: which clocks run, what recording a date does to them, and that lateness is listed by name."""

import csv
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest

from longstop.cases import actions, queries
from longstop.cases.actions.dating import DateInTheFuture
from longstop.cases.winding import Facts, wind
from longstop.clocks.results import Clock, Kind
from longstop.proof.certification import certify
from longstop.proof.rules import List
from tests import given
from tests.given import NOW, TODAY

DAY = timedelta(days=1)
with (Path(__file__).parent / "contact.csv").open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def said(found: Mapping[str, Clock], kind: Kind) -> str:
    if kind not in found:
        return "none"
    clock = found[kind]
    return clock.due.isoformat() if clock.due else f"no date: {clock.reason}"


@pytest.mark.parametrize("row", [pytest.param(row, id=row["in words"]) for row in ROWS])
def test_which_contact_clocks_run(row: dict[str, str]) -> None:
    dates = {
        "contact_conditions_since": day(row["conditions since"]),
        "last_contact": day(row["last contact"]),
        "next_reporting": day(row["next reporting"]),
        "first_reporting": day(row["first reporting"]),
        "address_known": day(row["address known"]),
    }
    facts = Facts(custody=row["custody"], monitored=False, opened_on=date(2026, 8, 1), dates=dates)
    found = wind(facts=facts, today=date(2026, 8, 20))
    assert (said(found, Kind.CONTACT), said(found, Kind.ADDRESS_KNOWN)) == (row["contact"], row["address"])


def _owner() -> int:
    return given.staff("Amy", "caseworker", team=given.command().team).pk


def at_liberty(owner_id: int, **dates: date) -> int:
    opened = actions.Opened(
        person_id=given.person().pk,
        owner_id=owner_id,
        source="command",
        observed_at=NOW,
        custody="community",
        custody_since=TODAY - 60 * DAY,
        key_dates=dates,
    )
    return actions.open_case(opened=opened, reason="", by=owner_id, at=NOW, today=TODAY)


def record(case_id: int, name: str, value: date, *, by: int) -> None:
    actions.record_key_date(
        case_id=case_id, name=name, value=value, source="command", observed_at=NOW, reason="", by=by, at=NOW, today=TODAY
    )


def listed(case_id: int, name: str) -> list[str]:
    items = certify(at=NOW, today=TODAY).items
    return sorted(f"{item.reason}: {item.details}" for item in items if item.list == name and item.subject_id == case_id)


@pytest.mark.django_db
def test_a_late_contact_is_listed_by_name_until_it_is_made_and_fails_nothing() -> None:
    owner = _owner()
    case_id = at_liberty(owner, last_contact=TODAY - 40 * DAY, next_reporting=TODAY - DAY, first_reporting=TODAY - 50 * DAY)
    finding = certify(at=NOW, today=TODAY)
    late = [f"address_known: due {(TODAY - 50 * DAY).isoformat()}", f"contact: due {(TODAY - DAY).isoformat()}"]
    assert (listed(case_id, List.CONTACT_OVERDUE), finding.totals["beside"]["contact_overdue"]) == (late, 2)
    assert (finding.verdict, finding.totals["failing"]) == ("clean", {"remainder": 0, "clocks_differ": 0, "faults": 0})
    record(case_id, "last_contact", TODAY, by=owner)
    record(case_id, "address_known", TODAY, by=owner)
    assert listed(case_id, List.CONTACT_OVERDUE) == listed(case_id, List.UNANCHORED) == []


@pytest.mark.django_db
def test_the_day_of_contact_itself_is_not_late() -> None:
    case_id = at_liberty(_owner(), next_reporting=TODAY, first_reporting=TODAY)
    assert listed(case_id, List.CONTACT_OVERDUE) == []


@pytest.mark.django_db
def test_somebody_of_whom_nothing_is_known_is_listed_without_a_date() -> None:
    case_id = at_liberty(_owner())
    assert listed(case_id, List.UNANCHORED) == ["address_known: missing", "contact: missing"]


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["last_contact", "address_known"])
def test_what_has_happened_cannot_lie_ahead(name: str) -> None:
    owner = _owner()
    case_id = at_liberty(owner)
    with pytest.raises(DateInTheFuture):
        record(case_id, name, TODAY + DAY, by=owner)
    record(case_id, "next_reporting", TODAY + DAY, by=owner)


@pytest.mark.django_db
def test_the_case_answers_why_this_date() -> None:
    case = queries.case(at_liberty(_owner(), last_contact=date(2026, 11, 2), address_known=date(2026, 11, 2)))
    assert case is not None
    (contact,) = [each for each in queries.clocks_of(case=case, today=TODAY) if each.clock.kind == Kind.CONTACT]
    assert contact.explanation is not None
    assert contact.explanation.lines == (
        "The last contact was on 2 November 2026.",
        "The rule asks for contact within 28 days.",
        "So the date is 30 November 2026. The rule is an assumption and not yet confirmed.",
    )
    assert contact.explanation.rule == "clocks/contact"
    assert contact.explanation.source
    assert contact.explanation.inputs == (("last contact", "2026-11-02"), ("next reporting", None))
