"""One record laid out: what is said, and what is wrong with it."""

from dataclasses import dataclass
from datetime import date

from longstop.cases.winding import NAMES
from longstop.intake.queries import ArrivalView
from longstop.intake.rules import CUSTODY_WORDS, Custody
from longstop.web.finding.safeguards import alert_facts, openly
from longstop.web.parts import Column, Fact, Row, SummaryList, Table, When


@dataclass(frozen=True)
class Sheet:
    """The parts of a record's page."""

    person: SummaryList
    custody: SummaryList
    dates: SummaryList
    problems: Table


def sheet_of(view: ArrivalView, *, today: date, protection_url: str) -> Sheet:
    """Lay a record out; `protection_url` is where what it says of protection is asked for."""
    return Sheet(_person(view), _custody(view, protection_url), _dates(view, today), _problems(view))


def _person(view: ArrivalView) -> SummaryList:
    said = f"Prison record, {view.observed_at:%-d %B %Y}"
    aliases = ", ".join(each.get("display", "") for each in view.content.get("aliases", ()))
    facts = [
        Fact("Name", view.name, source=said),
        Fact("As written", view.content.get("name", {}).get("as_written", "")),
        Fact("Date of birth", view.date_of_birth),
        Fact("Other names", aliases),
        Fact("Nationality, as the prison says", view.nationality),
        Fact("Prison number", view.prison_number),
    ]
    facts += [_identifier(each) for each in view.content.get("identifiers", ())]
    return SummaryList(facts, title="Who it is about")


CHECKED = {"pnc": "PNC number", "cro": "CRO number"}  # those that carry a check letter


def _identifier(each: dict[str, str]) -> Fact:
    kind = each["kind"]
    name = CHECKED.get(kind, kind.replace("_", " ").capitalize())
    if each.get("canonical") or kind not in CHECKED:
        return Fact(name, each.get("canonical") or each.get("value", ""))
    return Fact(name, each.get("value", ""), source="Its check letter is wrong, or it is not in the usual form")


def _custody(view: ArrivalView, protection_url: str) -> SummaryList:
    held = view.content.get("custody", {})
    return SummaryList(
        [
            Fact("Where", CUSTODY_WORDS[Custody(view.custody)]),
            Fact("Prison", view.prison_name or view.prison),
            Fact("Received there", view.reception_date),
            Fact("Legal status", view.legal_status.replace("_", " ").capitalize()),
            Fact("Last movement", held.get("last_movement_on", "")),
            *(alert_facts(view.content, protection_url) or [Fact("Alerts", "None")]),
        ],
        title="Custody",
    )


def _dates(view: ArrivalView, today: date) -> SummaryList:
    facts = [
        Fact(NAMES.get(name, name.replace("_", " ").capitalize().replace("dto", "DTO")), day) for name, day in view.release_dates.items()
    ]
    governing = Fact("Likeliest release", When.event(view.release_date, today=today))
    return SummaryList([governing, *facts], title="Dates")


def _problems(view: ArrivalView) -> Table:
    rows = [Row([each.get("field", ""), openly(each), each.get("sentence", ""), each.get("remedy", "")]) for each in view.problem_list]
    columns = [Column("Field"), Column("Value supplied"), Column("What is wrong"), Column("What would mend it")]
    return Table("Problems in the record", columns, rows, "problems", empty="Nothing is wrong with this record.")
