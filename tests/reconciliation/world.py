"""A command and the prison's lists that are reconciled: each line and break of a statement is brought about by the actions of its room."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from longstop.access.models import Staff
from longstop.audit.actions import SYSTEM
from longstop.cases import actions as cases
from longstop.cases.models import Case
from longstop.people.queries import search
from longstop.reconciliation import actions, queries
from longstop.reconciliation.models import Break, Statement
from longstop.referral.actions import accept
from longstop.referral.models import Referral
from tests import given
from tests.referral.world import NOW, TODAY, arrive, consider, prisoner, tomorrow
from tests.referral.world import command as command_of

# A list that is more than 5 per cent shorter is held for a person before it comes here: these stay on every list.
REST = [prisoner(f"A2{number:03}AA", nationality="British") for number in range(40)]


@dataclass(frozen=True)
class Made:
    """A command with a caseworker, and two duty officers."""

    owner: Staff
    officers: list[Staff]


def command() -> Made:
    """Set up a command whose caseworker owns cases."""
    made, officers = command_of()
    return Made(given.caseworker("Cora Weald", made.team), officers)


def listed(folder: Path, rows: list[dict[str, Any]], days: int = 0) -> None:
    """Let a list of these and forty others arrive and be considered, so many days from now."""
    consider(arrive(folder, [*rows, *REST], at=tomorrow(days)), at=tomorrow(days))


def opened(number: str, owner: Staff, *, by: Staff, at: datetime = NOW) -> Case:
    """Accept the open referral of the prisoner of this number, and give the case."""
    (person_id,) = {hit.card.id for hit in search(number)}
    referral = Referral.objects.get(state="open", person_id=person_id)
    accept(referral_id=referral.pk, owner_id=owner.pk, reason="In remit", by=by.pk, at=at, today=at.date())
    return Case.objects.get(person_id=referral.person_id)


def reconcile(days: int = 0) -> Statement:
    """Make a statement so many days from now."""
    today = tomorrow(days).date()
    return actions.reconcile(both=queries.read_both(today=today), by=SYSTEM, at=tomorrow(days), today=today)


def lines(statement: Statement) -> dict[str, int]:
    """Give the lines on which anybody stands, without those of the forty."""
    found = {each.line: each.persons for each in statement.lines.all() if each.persons}
    assert found.pop("rule_british") >= len(REST)
    return found


def breaks(state: str = "open") -> list[str]:
    """Give the kinds of the breaks in a state."""
    return list(Break.objects.filter(state=state).order_by("gravity", "pk").values_list("kind", flat=True))


__all__ = ["NOW", "TODAY", "Path", "breaks", "cases", "command", "lines", "listed", "opened", "prisoner", "reconcile", "tomorrow"]
