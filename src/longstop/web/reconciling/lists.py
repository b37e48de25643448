"""The list that a figure of a statement opens: who, or which rows, it counted when it was made. As many as it says, then and for good."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from longstop.access.rules import Permission
from longstop.audit.actions import record_reading
from longstop.cases import queries as cases
from longstop.cases.models import Case
from longstop.intake import queries as arrived
from longstop.people import queries as people
from longstop.reconciliation import queries as read
from longstop.reconciliation.models import Figure, StatementPart
from longstop.reconciliation.rules import KINDS, WORDS, Kind, Line, Side
from longstop.referral.queries import desk
from longstop.web.casework.lists import PAGE, Slice
from longstop.web.considering.subjects import closed_to
from longstop.web.doors import Who, who_is
from longstop.web.exporting.changes import NOT_SHOWN
from longstop.web.exporting.listing import Later, Listing, show_list
from longstop.web.parts import Address, Badge, Cell, Column, Link, Row, Slot, Stack, Table
from longstop.web.receiving.files import refused_table

BATCH = 500
AGREED = "agreed"
# What a total and a part of a figure are called in an address, beside the lines by their own names.
TOTALS: Mapping[Side, str] = {Side.THEIRS: "all-theirs", Side.OURS: "all-ours"}
TOTAL_WORDS = {Side.THEIRS: "Everybody on their list", Side.OURS: "Everybody with an open case"}
PARTS: Mapping[str, tuple[Figure, str]] = {
    Figure.FURTHER.value: (Figure.FURTHER, ""),
    Figure.REFUSED.value: (Figure.REFUSED, ""),
    f"both-{AGREED}": (Figure.MATCHED, ""),
    **{f"both-{kind.value}": (Figure.MATCHED, kind.value) for kind in Kind},
}
LEADS = {
    Figure.MATCHED: "{:,} persons on both sides stood here when statement {} was made. They are shown as they are known today.",
    Figure.FURTHER: "{:,} records of statement {} were about persons who were counted by another record. They are shown as they are today.",
    Figure.REFUSED: "{:,} rows of the file of statement {} were refused; one that came twice in the same words is here once.",
}
Reads = Callable[[int, int], list[int]]
Shows = Callable[[str, Sequence[int], Who], Table]


def name_of(part: StatementPart) -> str:
    """Give the name under which a part is found in an address."""
    return next(name for name, (figure, kind) in PARTS.items() if (figure.value, kind) == (part.figure, part.kind))


def part_words(part: StatementPart) -> str:
    """Give in words what the two sides differ in about those of a part of the matched, or whatever else it is."""
    if part.figure != Figure.MATCHED:
        return str(Figure(part.figure).label)
    if not part.kind:
        return "Nothing differs in what both sides say"
    return f"They differ, and in nothing graver: {KINDS[Kind(part.kind)].lower()}"


@dataclass(frozen=True)
class _Opened:
    """One figure opened: what it is called, how many it counted, how a part of them is read and shown, and what they are."""

    words: str
    lead: str
    total: int
    reads: Reads
    shows: Shows
    noun: str = "persons"


def opened(request: HttpRequest, statement_id: int, line: str) -> HttpResponse:
    """List who, or which rows, one figure of a statement counted."""
    who, here = who_is(request), Address.of(request)
    try:
        found = _find(statement_id, line, who)
    except ObjectDoesNotExist as missing:
        raise Http404 from missing
    place = Slice.of(here)
    shown = found.reads(place.start, place.start + PAGE)
    record_reading(what="viewed", by=who.id, at=who.at, subject_kind="statement", subject_id=statement_id, rows=len(shown))
    context = {
        "heading": found.words,
        "lead": found.lead,
        "back": Link(f"Statement {statement_id}", reverse("statement-numbered", args=[statement_id])),
        "table": Later(lambda: found.shows(found.words, shown, who)),
        "pages": Later(lambda: place.pages(here, shown=len(shown), total=found.total, noun=found.noun)),
    }
    listing = Listing(about="statement", total=lambda: found.total, tables=lambda: _batches(found, who))
    return show_list(request, "base/list.html", context, listing, dated=False)


def _batches(found: _Opened, who: Who) -> Iterator[Table]:
    for start in range(0, max(found.total, 1), BATCH):
        yield found.shows(found.words, found.reads(start, start + BATCH), who)


def _find(statement_id: int, name: str, who: Who) -> _Opened:
    """Find what a name in an address opens. Raises ObjectDoesNotExist where it opens nothing, PermissionDenied."""
    for side, total_name in TOTALS.items():
        if name == total_name:
            return _total(statement_id, side)
    if name in PARTS:
        return _part(statement_id, *PARTS[name], who)
    line = read.line_of(statement_id, name)
    lead = f"{line.persons:,} persons stood on this line of statement {statement_id}. They are shown as they are known today."
    return _Opened(WORDS[Line(line.line)], lead, line.persons, lambda start, end: read.who_is_on(line, start, end), _people)


def _total(statement_id: int, side: Side) -> _Opened:
    made = read.statement(statement_id)
    total = made.their_persons if side == Side.THEIRS else made.our_persons
    lead = f"{total:,} persons are this side of statement {statement_id}, line after line. They are shown as they are known today."
    return _Opened(TOTAL_WORDS[side], lead, total, lambda start, end: read.everybody_on(statement_id, side, start, end), _people)


def _part(statement_id: int, figure: Figure, kind: str, who: Who) -> _Opened:
    if figure == Figure.REFUSED and not who.may(Permission.SEE_FILES):
        raise PermissionDenied(Permission.SEE_FILES)
    part = read.part_of(statement_id, figure, kind)
    shows: dict[Figure, Shows] = {Figure.MATCHED: _people, Figure.FURTHER: _records, Figure.REFUSED: _refused}
    nouns = {Figure.MATCHED: "persons", Figure.FURTHER: "records", Figure.REFUSED: "rows"}
    lead = LEADS[figure].format(part.how_many, statement_id)

    def reads(start: int, end: int) -> list[int]:
        return read.which_are_in(part, start, end)

    return _Opened(part_words(part), lead, part.how_many, reads, shows[figure], nouns[figure])


def _refused(words: str, numbers: Sequence[int], who: Who) -> Table:
    rows = arrived.refusal_rows(numbers)
    return refused_table([rows[number] for number in numbers if number in rows], may_close=False)


def _records(words: str, numbers: Sequence[int], who: Who) -> Table:
    """Show records that told of somebody counted already, each with the person whom it is about now."""
    persons = {number: remit.person_id for number, remit in desk.remits_of(numbers).items()}
    records = arrived.arrival_rows(numbers)
    cards, about = people.names(persons.values()), cases.of_persons(persons.values())
    closed = closed_to(about, who)
    rows = []
    for number in numbers:
        person = persons.get(number)
        if person is None:
            continue
        cells = _person(person, cards.get(person), about.get(person, []), who, closed=person in closed)
        told: Cell = NOT_SHOWN if person in closed else _record(number, records.get(number), who)
        rows.append(Row([told, *cells]))
    columns = [Column("Record"), *_columns()]
    return Table(words, columns, rows, "records", caption_hidden=True, empty="There was no such record.")


def _record(number: int, row: arrived.ArrivalRow | None, who: Who) -> Cell:
    words = (row.prison_number if row else "") or f"Record {number}"
    return Link(words, reverse("record", args=[number])) if who.may(Permission.SEE_RECORDS) else words


def _people(words: str, numbers: Sequence[int], who: Who) -> Table:
    """Show persons with their cases, in four queries; of whoever has a case that is restricted and not for this reader only the number."""
    cards, about = people.names(numbers), cases.of_persons(numbers)
    closed = closed_to(about, who)
    rows = [Row(_person(number, cards.get(number), about.get(number, []), who, closed=number in closed)) for number in numbers]
    return Table(words, _columns(), rows, "persons", caption_hidden=True, empty="Nobody stood on this line.")


def _columns() -> list[Column]:
    return [Column("Person", slots=(Slot("Person"), Slot("Prison number"))), Column("Case", slots=(Slot("Case"), Slot("Owner")))]


def _person(number: int, card: people.PersonCard | None, about: Sequence[Case], who: Who, *, closed: bool) -> list[Cell]:
    if closed:
        return [Stack(f"Person {number}", (Badge("Restricted", "black"),)), NOT_SHOWN]
    if card is None or card.disposed:
        return [f"Person {number}: disposed of", ""]
    name: Cell = Link(card.name, reverse("person", args=[number])) if who.may(Permission.SEE_CASES) else card.name
    marks: tuple[Cell, ...] = (Badge("Protection required", "purple"),) if card.safeguarding_required else ()
    held = next((case for case in about if case.closed_at is None), None)
    case: Cell = Stack(Link(held.reference, reverse("case", args=[held.pk])), (held.owner.name,)) if held else "No open case"
    return [Stack(name, (*((card.prison_number,) if card.prison_number else ()), *marks)), case]
