"""One record laid out: what is said, and what is wrong with it."""

from dataclasses import dataclass
from datetime import date

from longstop.cases.winding import NAMES
from longstop.intake.queries import ArrivalView
from longstop.intake.rules import CUSTODY_WORDS, Custody
from longstop.web.parts import Column, Fact, Row, SummaryList, Table, When


@dataclass(frozen=True)
class Sheet:
    """The parts of a record's page."""

    person: SummaryList
    custody: SummaryList
    dates: SummaryList
    problems: Table


def sheet_of(view: ArrivalView, *, today: date) -> Sheet:
    """Lay a record out."""
    return Sheet(_person(view), _custody(view), _dates(view, today), _problems(view))


def _person(view: ArrivalView) -> SummaryList:
    said = f"Prison record, {view.observed_at:%-d %B %Y}"
    aliases = ", ".join(_alias(each) for each in view.content.get("aliases", ()))
    facts = [
        Fact("Name", view.name, source=said),
        Fact("As written", view.content.get("name", {}).get("as_written", "")),
        Fact("Date of birth", view.date_of_birth),
        Fact("Other names", aliases),
        Fact("Nationality, as the prison says", view.nationality),
        Fact("Prison number", view.prison_number),
    ]
    facts += [Fact(each["kind"].upper().replace("_", " "), _identifier(each)) for each in view.content.get("identifiers", ())]
    return SummaryList(facts, title="Who it is about")


def _alias(each: dict[str, object]) -> str:
    name = each.get("name")
    return str(name.get("display", "")) if isinstance(name, dict) else ""


def _identifier(each: dict[str, str]) -> str:
    if each.get("canonical"):
        return each["canonical"]
    return f"{each.get('value', '')} (could not be verified)"


def _custody(view: ArrivalView) -> SummaryList:
    held = view.content.get("custody", {})
    return SummaryList(
        [
            Fact("Where", CUSTODY_WORDS[Custody(view.custody)]),
            Fact("Prison", view.prison_name or view.prison),
            Fact("Received there", view.reception_date),
            Fact("Legal status", view.legal_status.replace("_", " ").capitalize()),
            Fact("Last movement", held.get("last_movement_on", "")),
            Fact("Alerts", ", ".join(each.get("code", "") for each in view.content.get("alerts", ()) if each.get("active"))),
        ],
        title="Custody",
    )


def _dates(view: ArrivalView, today: date) -> SummaryList:
    facts = [Fact(NAMES.get(name, name.replace("_", " ").capitalize()), day) for name, day in view.release_dates.items()]
    governing = Fact("Likeliest release", When.event(view.release_date, today=today))
    return SummaryList([governing, *facts], title="Dates")


def _problems(view: ArrivalView) -> Table:
    rows = [Row([each.get(key, "") for key in ("field", "value", "sentence", "remedy")]) for each in view.problem_list]
    columns = [Column("Field"), Column("Value supplied"), Column("What is wrong"), Column("What would mend it")]
    return Table("Problems in the record", columns, rows, "problems", empty="Nothing is wrong with this record.")
