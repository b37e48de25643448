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
    """Give the lines of a statement in their order."""
    return list(StatementLine.objects.filter(statement_id=statement_id).order_by("place"))
