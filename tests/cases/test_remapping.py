"""The map is changed under live cases: what that touches is rehearsed, and nobody is left where the map has nothing."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from longstop.cases import actions, queries
from longstop.cases.models import Case, Stay
from longstop.commands import mapping as worker
from longstop.process.maps import Map, State, Track
from longstop.process.reading import map_on
from longstop.work.models import Task
from tests import given
from tests.cases.test_stepping import Setting
from tests.given import NOW, TODAY

pytestmark = pytest.mark.django_db
CHANGE = date(2027, 1, 4)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Setting:
    """A case whose claim is with another unit, and a map that will not know that state from a day on, but another in its place."""
    command = given.command()
    amy = given.caseworker("Amy Larch", command.team)
    found = Setting(command, amy, given.case(amy))
    for step in ("receive", "send_on"):
        found.take("claims", step)
    claims = map_on(TODAY).tracks["claims"]
    changed = replace(
        claims, version="changed", states=_without(claims), steps={code: step for code, step in claims.steps.items() if code != "send_on"}
    )
    later = Map(on=CHANGE, tracks={**map_on(TODAY).tracks, "claims": changed})
    for module in ("cases.actions.stepping", "cases.actions.remapping", "cases.queries.tracks", "commands.mapping"):
        monkeypatch.setattr(f"longstop.{module}.map_on", lambda day: later if day >= CHANGE else map_on(day))
    return found


def _without(track: Track) -> Mapping[str, State]:
    states = {code: state for code, state in track.states.items() if code != "with_unit"}
    return {**states, "asked": State(code="asked", title="Asked of another unit", role="barrier_unit", days=10, rests=False, unit="asylum")}


def move(to: str = "asked", state: str = "with_unit", track: str = "claims") -> int:
    told = {"reason": "The unit was closed", "by": Case.objects.get().owner_id, "at": NOW}
    return actions.move_off_vanished(track=track, state=state, to=to, today=CHANGE, **told)


def test_whoever_stands_in_a_vanished_state_is_counted_and_moved_with_a_task(at: Setting) -> None:
    assert queries.counts_on_map(today=CHANGE)["claims"]["with_unit"] == 1
    asked = Stay.objects.get(ended_at=None).task
    assert move() == 1
    now = Stay.objects.get(ended_at=None)
    assert (now.state, now.step, now.round, now.began_on) == ("asked", "map_changed", 1, CHANGE)
    assert now.task
    assert now.task.due == date(2027, 1, 18)  # ten working days
    assert asked
    assert Task.objects.get(pk=asked.pk).state == "done"
    assert queries.counts_on_map(today=CHANGE)["claims"].get("with_unit", 0) == 0
    assert "The unit was closed" in queries.stays_of(at.case_id)[0][1]["words"]
    assert move() == 0  # once


REFUSED = [
    # track, state, to, and what is told
    ("claims", "received", "asked", "cases leave it by a step"),
    ("claims", "with_unit", "nowhere", "there is no state “nowhere”"),
    ("custody", "with_unit", "asked", "follows what cases record"),
    ("tea", "with_unit", "asked", "No track of the map"),
]


@pytest.mark.parametrize(("track", "state", "to", "told"), REFUSED)
@pytest.mark.usefixtures("at")
def test_a_move_that_the_map_does_not_ask_for_is_refused(track: str, state: str, to: str, told: str) -> None:
    with pytest.raises(actions.NoSuchMove, match=told):
        move(to, state, track)


def told(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = worker.main(list(words))
    out = capsys.readouterr()
    return code, out.out + out.err


@pytest.mark.usefixtures("at")
def test_the_command_says_what_a_change_touches_before_it_comes(capsys: pytest.CaptureFixture[str]) -> None:
    code, said = told(capsys, "--compare", CHANGE.isoformat())
    assert code == 1
    assert "claims, state “asked”: new, “Asked of another unit”" in said
    assert "In “with_unit” of claims, which would be gone: 1 case." in said
    code, said = told(capsys, "--compare", CHANGE.isoformat(), "--json")
    assert ["claims", "with_unit", 1] in json.loads(said)["vanished"]
    code, said = told(capsys)
    assert code == 0
    assert "Representations and claims (1 case)" in said


@pytest.mark.usefixtures("at")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--compare", "soon"], "is no date. Write it as 2026-11-27"),
        (["--move", "claims"], "write TRACK:STATE:TO"),
        (["--move", "claims:lost:none", "--record"], "Say with --reason"),
        (["--move", "claims:lost:none", "--compare", "2027-01-04"], "one of --compare and --move"),
        (["--move", "claims:received:none"], "cases leave it by a step"),
        (["--move", "claims:lost:none", "--by", "X1"], "Nobody has the staff number X1"),
    ],
)
def test_the_command_refuses_what_it_cannot_do(capsys: pytest.CaptureFixture[str], words: list[str], said: str) -> None:
    code, answer = told(capsys, *words)
    assert code == 2
    assert said in answer


@pytest.mark.usefixtures("at")
def test_the_command_rehearses_a_move_and_does_it(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker.timezone, "localtime", lambda: NOW.replace(year=2027, month=1, day=4))
    wanted = ["--move", "claims:with_unit:asked"]
    assert told(capsys)[0] == 1  # somebody stands off the map
    assert "would be moved: 1 case." in told(capsys, *wanted)[1]
    assert Stay.objects.get(ended_at=None).state == "with_unit"
    assert (
        "Moved from “with_unit” to “Asked of another unit”: 1 case."
        in told(capsys, *wanted, "--record", "--reason", "The unit was closed")[1]
    )
    assert told(capsys)[0] == 0
