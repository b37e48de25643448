"""What is compared of a record, a file, a refused row and a code, where its list is held beside itself at a past moment."""

from collections.abc import Collection, Mapping, Sequence

from django.urls import reverse

from longstop.cases import queries as cases
from longstop.intake import queries as arrived
from longstop.intake.models import CodeState, Receipt, ReceiptState, RefusalState
from longstop.intake.rules import CUSTODY_WORDS, Custody
from longstop.web.doors import Who
from longstop.web.exporting.changes import Kind, Told
from longstop.web.leading.words import day
from longstop.web.parts import Badge, Cell, Column, Link, Slot, Stack

RECORD_STATES = {"waiting": "Waiting", "opened": "Case opened", "set_aside": "Set aside"}
RESTRICTED = Stack("Restricted", (Badge("Restricted", "black"),))
PERSON = Column("Person", slots=(Slot("Person"), Slot("Prison number")))
FILE = Column("File", slots=(Slot("File"), Slot("Source")))
REFUSED_ROW = Column("Row", slots=(Slot("Row"), Slot("Received", "date")))
CODE = Column("Code", slots=(Slot("Code"), Slot("Means")))


def hidden(rows: Sequence[arrived.ArrivalRow], who: Who) -> set[int]:
    """Give the persons among these records whose case is restricted and not for this reader: here too it only shows that it exists."""
    return cases.closed_persons((row.person_id for row in rows), who.standing)


def record_cell(row: arrived.ArrivalRow) -> Cell:
    """Give the cell that leads to a record."""
    return Stack(Link(row.name or "Name not recorded", reverse("record", args=[row.id])), (row.prison_number,))


def refused_cell(row: arrived.RefusalRow) -> Cell:
    """Say which row of which file was refused, and when it came."""
    return Stack(f"{row.file_name}, line {row.line}", (row.received_at,))


def _records(numbers: Sequence[int], now: Who) -> Mapping[int, arrived.ArrivalRow]:
    return arrived.arrival_rows(numbers)


def _closed_records(found: Mapping[int, arrived.ArrivalRow], now: Who) -> Collection[int]:
    persons = hidden(list(found.values()), now)
    return {pk for pk, row in found.items() if row.person_id in persons}


def _record_cells(found: Mapping[int, arrived.ArrivalRow], now: Who) -> dict[int, list[Cell]]:
    closed = _closed_records(found, now)
    return {pk: [RESTRICTED if pk in closed else record_cell(row)] for pk, row in found.items()}


def _record_gone(row: arrived.ArrivalRow) -> str:
    release = f"release {day(row.release_date)}" if row.release_date else "no release date"
    return f"{RECORD_STATES[row.state]}; {row.prison or 'no prison'}, {release}"


def _files(numbers: Sequence[int], now: Who) -> Mapping[int, Receipt]:
    return arrived.found_receipts().in_bulk(list(numbers))


def _refusals(numbers: Sequence[int], now: Who) -> Mapping[int, arrived.RefusalRow]:
    return arrived.refusal_rows(numbers)


def _refusal_gone(row: arrived.RefusalRow) -> str:
    by = f" by {row.ended_by}" if row.ended_by else ""
    return f"{RefusalState(row.state).label}{by}"


def _codes(numbers: Sequence[int], now: Who) -> Mapping[int, arrived.CodeRow]:
    return arrived.code_rows(numbers)


def _code_gone(row: arrived.CodeRow) -> str:
    by = f" by {row.decided_by}" if row.decided_by else ""
    return f"{CodeState(row.state).label}{by}"


RECORDS = Kind(
    columns=(PERSON,),
    fields={
        "state": Told("State", lambda value: RECORD_STATES[value]),
        "prison": Told("Prison"),
        "custody": Told("Where", lambda value: CUSTODY_WORDS[Custody(value)]),
        "release_date": Told("Release date"),
        "problems": Told("Problems", str),
    },
    noun="records",
    load=_records,
    cells=_record_cells,
    gone=_record_gone,
    closed=_closed_records,
)
FILES = Kind(
    columns=(FILE,),
    fields={"state": Told("State", lambda value: str(ReceiptState(value).label)), "received": Told("Rows taken in", str)},
    noun="files",
    load=_files,
    cells=lambda found, now: {pk: [Stack(each.file_name, (each.source,))] for pk, each in found.items()},
    gone=lambda each: str(ReceiptState(each.state).label),
)
REFUSALS = Kind(
    columns=(REFUSED_ROW, Column("Field"), Column("What is wrong")),
    fields={"state": Told("State", lambda value: str(RefusalState(value).label))},
    noun="rows",
    load=_refusals,
    cells=lambda found, now: {pk: [refused_cell(row), row.field, row.sentence] for pk, row in found.items()},
    gone=_refusal_gone,
)
CODES = Kind(
    columns=(CODE, Column("Of what")),
    fields={"state": Told("State", lambda value: str(CodeState(value).label)), "rows": Told("Rows", str)},
    noun="codes",
    load=_codes,
    cells=lambda found, now: {pk: [row.code or "Disposed of", row.kind_in_words] for pk, row in found.items()},
    gone=_code_gone,
)
