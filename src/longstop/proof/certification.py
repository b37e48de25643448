"""From a survey to what a certificate says. Reads only; storing it is an action."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from longstop.audit import queries as audit
from longstop.audit.models import Seal
from longstop.proof.beside import beside
from longstop.proof.conservation import Equation, command_equation, kind_equations, open_by_team, team_equations
from longstop.proof.faults import recounted, unbalanced, unbalanced_kinds, unprotected
from longstop.proof.reading import Instant, snapshot
from longstop.proof.rules import BESIDE, FAILING, List, Verdict
from longstop.proof.survey import Item, Survey, survey

PERIOD_DAYS = 7


class NothingSealedThen(LookupError):
    """No seal was taken at or before the moment, so what was known then cannot be shown. Ask for a later moment."""


class MomentToCome(ValueError):
    """The moment has not come yet."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Everything that a certificate says, before it is signed and stored."""

    instant: Instant
    seal_number: int | None
    period_from: datetime
    totals: dict[str, Any]
    items: tuple[Item, ...]

    @property
    def remainder(self) -> int:
        return sum(item.list == List.REMAINDER for item in self.items)

    @property
    def verdict(self) -> Verdict:
        return Verdict.FAILING if any(item.list in FAILING for item in self.items) else Verdict.CLEAN


def certify(*, at: datetime, today: date, as_at: datetime | None = None, since: datetime | None = None) -> Finding:
    """Prove the whole caseload as it is, or as it was known at the last seal by `as_at`; the day of policy is then that moment's own.

    All numbers come from one snapshot. The equation runs from `since`, by default midnight a week before the day.
    Raises NothingSealedThen, MomentToCome.
    """
    if as_at is not None and as_at > at:
        raise MomentToCome(as_at.isoformat())
    with snapshot():
        instant, seal = _instant(at, today, as_at)
        start = since or datetime.combine(instant.day - timedelta(days=PERIOD_DAYS), time.min, tzinfo=instant.moment.tzinfo)
        found = survey(instant)
        command = command_equation(instant, since=start, until=None)
        teams, by_team = team_equations(instant, since=start, until=None), open_by_team(instant)
        faults = [*_counted_once(found, by_team), *recounted(instant)]
        faults += unbalanced(command, teams, by_team=by_team, open_cases=found.open_cases)
        kinds = kind_equations(instant, since=start, until=None)
        faults += unbalanced_kinds(kinds, open_tasks=found.tasks_about)
        sealed = _sealed(at, seal if as_at else None)
        if instant.live:
            faults += unprotected()
            faults += _horizon(sealed)
        items = (*found.in_order(), *faults, *beside(instant))
    totals = _totals(found, items, command=command, teams=teams) | {
        "kinds": {kind: equation.as_dict() for kind, equation in kinds.items()},
        "sealed": sealed,
        "protection": "asked" if instant.live else "not asked",
    }
    return Finding(instant=instant, seal_number=seal.number if seal else None, period_from=start, totals=totals, items=items)


def _instant(at: datetime, today: date, as_at: datetime | None) -> tuple[Instant, Seal | None]:
    if as_at is None:
        return Instant(moment=at, day=today), audit.seal_at(at)
    seal = audit.seal_at(as_at)
    if seal is None:
        raise NothingSealedThen(as_at.isoformat())
    return Instant(moment=as_at, day=as_at.date(), horizon=seal.hi), seal


def _counted_once(found: Survey, by_team: dict[int, int]) -> list[Item]:
    """The partition, counted from the other side: every open case stands in exactly one state, or in the remainder."""
    left = sum(item.subject_kind == "case" for _, item in found.remainder)
    if found.states.total() + left == found.open_cases == sum(by_team.values()):
        return []
    details = f"{found.states.total()} covered, {left} not, {sum(by_team.values())} open"
    item = Item(
        list=List.FAULTS, subject_kind="command", subject_id=None, reference="the command", reason="not_counted_once", details=details
    )
    return [item]


def _sealed(at: datetime, past: Seal | None) -> dict[str, Any]:
    """How far the record was sealed: number and moment of the seal, and how long the oldest unsealed event has waited, in seconds."""
    if past is not None:
        return {"number": past.number, "sealed_at": past.sealed_at.isoformat(), "waiting_seconds": None, "horizon_behind": None}
    now = audit.sealed_up_to()
    return {
        "number": now.number,
        "sealed_at": now.sealed_at.isoformat() if now.sealed_at else None,
        "waiting_seconds": max(0, round(now.age(at).total_seconds())),
        "horizon_behind": now.horizon_behind,
    }


def _horizon(sealed: dict[str, Any]) -> list[Item]:
    if not sealed["horizon_behind"]:
        return []
    return [Item(list=List.FAULTS, subject_kind="database", subject_id=None, reference="the database", reason="horizon_behind")]


def _totals(found: Survey, items: tuple[Item, ...], *, command: Equation, teams: dict[int, Equation]) -> dict[str, Any]:
    listed = Counter(item.list for item in items)
    return {
        "open_cases": found.open_cases,
        "states": dict(sorted(found.states.items())),
        "open_tasks": found.open_tasks,
        "task_states": dict(sorted(found.task_states.items())),
        "reasons": dict(sorted(found.reasons.items())),
        "detained": found.detained,
        "liberty": found.liberty,
        "clocks": found.clocks,
        "failing": {each.value: listed[each] for each in FAILING},
        "beside": {each.value: listed[each] for each in BESIDE},
        "equation": command.as_dict(),
        "teams": {str(team_id): equation.as_dict() for team_id, equation in teams.items()},
    }
