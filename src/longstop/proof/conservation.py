"""Opening + in + reopened − out = closing: for the whole command from its openings, for each team from its spells of ownership."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from longstop.proof.reading import Instant, rows, statement

NO_END = "infinity"


@dataclass(frozen=True, kw_only=True)
class Equation:
    """Numbers of cases over a period that begins with its first moment and ends before its last.

    Stocks and movements are counted from different rows, so that `holds` is a finding and not a tautology.
    """

    opening: int
    opened: int
    reopened: int
    moved_in: int = 0
    closed: int
    moved_out: int = 0
    closing: int

    @property
    def holds(self) -> bool:
        return self.opening + self.opened + self.reopened + self.moved_in - self.closed - self.moved_out == self.closing

    def as_dict(self) -> dict[str, int]:
        """Give the terms for the totals of a certificate."""
        return asdict(self)


def command_equation(instant: Instant, *, since: datetime, until: datetime | None) -> Equation:
    """Give the equation of all teams together; `until` None is up to what is known at the instant."""
    ((opening, opened, reopened, closed, closing),) = rows(statement("equation"), _period(since, until), instant=instant)
    return Equation(opening=opening, opened=opened, reopened=reopened, closed=closed, closing=closing)


def team_equations(instant: Instant, *, since: datetime, until: datetime | None) -> dict[int, Equation]:
    """Give the equation of each team that ever owned a case; a case that moves between teams is out of one and in to the other."""
    found = {}
    for team_id, opening, opened, reopened, moved_in, closed, moved_out, closing in rows(
        statement("team_equations"), _period(since, until), instant=instant
    ):
        found[team_id] = Equation(
            opening=opening,
            opened=opened,
            reopened=reopened,
            moved_in=moved_in,
            closed=closed,
            moved_out=moved_out,
            closing=closing,
        )
    return found


def kind_equations(instant: Instant, *, since: datetime, until: datetime | None) -> dict[str, Equation]:
    """Give the equation of each kind of thing that is looked at: referrals, questions, departures, second looks, breaks."""
    found = {}
    for kind, opening, opened, closed, closing in rows(statement("considered"), _period(since, until), instant=instant):
        found[kind] = Equation(opening=opening, opened=opened, reopened=0, closed=closed, closing=closing)
    return found


def open_by_team(instant: Instant) -> dict[int, int]:
    """Count the open cases of each team from the cases themselves."""
    return dict(rows(statement("teams"), {}, instant=instant))


def _period(since: datetime, until: datetime | None) -> dict[str, Any]:
    return {"since": since, "until": until or NO_END}
