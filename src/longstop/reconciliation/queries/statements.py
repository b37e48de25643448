"""Statements as they were made."""

from django.db.models import QuerySet

from longstop.reconciliation.models import Statement, StatementLine


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
