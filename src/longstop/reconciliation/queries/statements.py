"""Statements as they were made."""

from django.db.models import QuerySet

from longstop.reconciliation.models import Figure, Statement, StatementLine, StatementPart
from longstop.reconciliation.rules import Side


def statements() -> "QuerySet[Statement]":
    """Give the finished statements with their lists, newest first."""
    return Statement.objects.filter(finished_at__isnull=False).select_related("receipt", "made_by").order_by("-pk")


def latest_statement() -> Statement | None:
    """Give the newest finished statement, None where there is none."""
    return statements().first()


def statement(statement_id: int) -> Statement:
    """Give one finished statement. Raises Statement.DoesNotExist."""
    return statements().get(pk=statement_id)


def lines_of(statement_id: int) -> list[StatementLine]:
    """Give the lines of a statement in their order, without who stands on them."""
    return list(StatementLine.objects.filter(statement_id=statement_id).defer("who").order_by("place"))


def line_of(statement_id: int, line: str) -> StatementLine:
    """Give one line of a finished statement, without who stands on it. Raises StatementLine.DoesNotExist."""
    found = StatementLine.objects.filter(statement__finished_at__isnull=False).defer("who").select_related("statement__receipt")
    return found.get(statement_id=statement_id, line=line)


def who_is_on(line: StatementLine, start: int, end: int) -> list[int]:
    """Give the numbers of the persons who stand at these places of a line: a part is read, however many there are."""
    part = StatementLine.objects.filter(pk=line.pk).values_list(f"who__{start}_{end}", flat=True)
    return list(part.get() or [])


def everybody_on(statement_id: int, side: Side, start: int, end: int) -> list[int]:
    """Give the numbers of the persons at these places of a side's total: those on both, then each line of it."""
    found: list[int] = []
    for line in lines_of(statement_id):
        if line.side not in (Side.BOTH.value, side.value):
            continue
        if start < line.persons and end > 0:
            found += who_is_on(line, max(start, 0), min(end, line.persons))
        start, end = start - line.persons, end - line.persons
    return found


def parts_of(statement_id: int) -> list[StatementPart]:
    """Give the parts of a finished statement's figures in their order, without what they count; an early statement has none."""
    found = StatementPart.objects.filter(statement_id=statement_id, statement__finished_at__isnull=False)
    return list(found.defer("which").order_by("place"))


def part_of(statement_id: int, figure: Figure, kind: str) -> StatementPart:
    """Give one part of a finished statement, without what it counts. Raises StatementPart.DoesNotExist."""
    found = StatementPart.objects.filter(statement__finished_at__isnull=False).defer("which")
    return found.get(statement_id=statement_id, figure=figure, kind=kind)


def which_are_in(part: StatementPart, start: int, end: int) -> list[int]:
    """Give the numbers at these places of a part: of persons, records or refused rows."""
    found = StatementPart.objects.filter(pk=part.pk).values_list(f"which__{start}_{end}", flat=True)
    return list(found.get() or [])
