"""Opening + in + reopened − out = closing, whatever happens: for the command, for each team, and for any period."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from longstop.cases import actions
from longstop.proof import queries
from longstop.proof.rules import List
from longstop.work.rules import NewTask
from tests import given as build
from tests.given import NOW, TODAY
from tests.proof.world import DAY, World, listed, prove_on

HOUR = timedelta(hours=1)


@dataclass
class Ledger:
    """What the acts of one example must come to, kept by hand: for each moment and team, how many came and went."""

    world: World = field(default_factory=World)
    now: datetime = NOW
    open: dict[int, int] = field(default_factory=dict)  # case: owner
    closed: list[int] = field(default_factory=list)
    moves: list[tuple[datetime, str, int]] = field(default_factory=list)  # moment, what, team

    def act(self, kind: str, pick: int) -> None:
        """Do one thing an hour after the last, to whichever case the number picks."""
        self.now += HOUR
        people = [self.world.amy, self.world.ben, self.world.cal]
        person = people[pick % 3]
        assert person.team_id is not None
        if kind == "open":
            self.open[build.case(person, at=self.now)] = person.pk
            self.moves.append((self.now, "opened", person.team_id))
        elif kind == "reopen" and self.closed:
            case_id = self.closed.pop(pick % len(self.closed))
            then = NewTask(kind="case.review", due=TODAY + 30 * DAY)
            args = {"case_id": case_id, "owner_id": person.pk, "then": then, "reason": "", "by": person.pk, "at": self.now, "today": TODAY}
            actions.reopen(**args)  # type: ignore[arg-type]
            self.open[case_id] = person.pk
            self.moves.append((self.now, "reopened", person.team_id))
        elif kind in ("close", "give") and self.open:
            self._end(kind, sorted(self.open)[pick % len(self.open)], person.pk)

    def _end(self, kind: str, case_id: int, to: int) -> None:
        teams = {each.pk: each.team_id or 0 for each in (self.world.amy, self.world.ben, self.world.cal)}
        owner = self.open[case_id]
        if kind == "close":
            actions.close(case_id=case_id, outcome="removed", evidence="Flight", reason="", by=owner, at=self.now)
            del self.open[case_id]
            self.closed.append(case_id)
            self.moves.append((self.now, "closed", teams[owner]))
        elif to != owner:
            actions.assign(case_id=case_id, to=to, from_=owner, reason="", by=owner, at=self.now, today=TODAY)
            self.open[case_id] = to
            if teams[to] != teams[owner]:
                self.moves += [(self.now, "moved_out", teams[owner]), (self.now, "moved_in", teams[to])]

    def expected(self, what: str, since: datetime, until: datetime | None, team: int | None) -> int:
        """Count the movements of one kind in a period, by hand."""
        return sum(
            since <= moment and (until is None or moment < until) for moment, kind, of in self.moves if kind == what and team in (None, of)
        )


ACTS = st.lists(
    st.tuples(st.sampled_from(["open", "open", "close", "reopen", "give", "give"]), st.integers(0, 11)), min_size=1, max_size=14
)
LATE = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.django_db
@LATE
@given(acts=ACTS, start=st.integers(-1, 15), length=st.integers(0, 15) | st.none())
def test_what_was_there_and_came_and_went_is_what_is_there(acts: list[tuple[str, int]], start: int, length: int | None) -> None:
    with transaction.atomic():
        ledger = Ledger()
        for kind, pick in acts:
            ledger.act(kind, pick)
        since = NOW + start * HOUR
        _check_period(ledger, since, None if length is None else since + length * HOUR)
        finding = prove_on(TODAY)
        assert listed(finding, List.FAULTS) == []
        assert finding.totals["equation"]["closing"] == len(ledger.open)
        transaction.set_rollback(True)


def _check_period(ledger: Ledger, since: datetime, until: datetime | None) -> None:
    world = ledger.world
    for team in (None, world.command.team.pk, world.command.other_team.pk):
        found = queries.conservation(since=since, until=until, at=ledger.now, today=TODAY, team_id=team)
        assert found.holds
        for what in ("opened", "reopened", "closed"):
            assert getattr(found, what) == ledger.expected(what, since, until, team)
        if team is not None:
            assert found.moved_in == ledger.expected("moved_in", since, until, team)
            assert found.moved_out == ledger.expected("moved_out", since, until, team)


@pytest.mark.django_db
def test_one_week_of_a_small_command() -> None:
    """Two cases at the start of the week; three come, one comes back, two go; one moves to the other team."""
    world = World()
    monday = NOW - 2 * DAY
    team, other = world.command.team.pk, world.command.other_team.pk
    old = [build.case(world.amy, at=monday - DAY), build.case(world.cal, at=monday - DAY)]
    new = [build.case(world.amy, at=monday + n * HOUR) for n in range(3)]
    for case_id in (old[0], new[0]):
        actions.close(case_id=case_id, outcome="removed", evidence="Flight", reason="", by=world.amy.pk, at=monday + DAY)
    then = NewTask(kind="case.review", due=TODAY + 9 * DAY)
    actions.reopen(case_id=old[0], owner_id=world.ben.pk, then=then, reason="", by=world.ben.pk, at=monday + 2 * DAY, today=TODAY)
    actions.assign(
        case_id=new[1], to=world.cal.pk, from_=world.amy.pk, reason="", by=world.command.leader.pk, at=monday + 2 * DAY, today=TODAY
    )
    args = {"since": monday, "until": monday + 7 * DAY, "at": NOW, "today": TODAY}
    whole = queries.conservation(**args)  # type: ignore[arg-type]
    assert whole.as_dict() == {"opening": 2, "opened": 3, "reopened": 1, "moved_in": 0, "closed": 2, "moved_out": 0, "closing": 4}
    of_team = queries.conservation(**args, team_id=team)  # type: ignore[arg-type]
    assert of_team.as_dict() == {"opening": 1, "opened": 3, "reopened": 1, "moved_in": 0, "closed": 2, "moved_out": 1, "closing": 2}
    of_other = queries.conservation(**args, team_id=other)  # type: ignore[arg-type]
    assert of_other.as_dict() == {"opening": 1, "opened": 0, "reopened": 0, "moved_in": 1, "closed": 0, "moved_out": 0, "closing": 2}
