"""The map of the process is whole, and what would make it less is told in words."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longstop.access.rules import Role
from longstop.cases.models import Custody
from longstop.kernel.policy import BadPolicy, Policy, parse
from longstop.process.checking import faults
from longstop.process.comparing import Change, changes, vanished
from longstop.process.maps import Map, NoSuchStep, Track
from longstop.process.reading import TRACKS, days_of_change, map_on, track_of

TODAY = date(2026, 11, 22)
HEAD = 'from = 2000-01-01\nsource = "Invented"\nconfirmed = true\ntitle = "Tea"\nbegins = "cold"\n'
STATES = (
    'states = [{ code = "cold", title = "Cold", role = "caseworker", rests = true },'
    ' { code = "hot", title = "Hot", role = "caseworker", days = 1 }]\n'
)
STEPS = (
    'steps = [{ code = "heat", title = "Heat", from = ["cold"], to = "hot", evidence = ["With what"] },'
    ' { code = "wait", title = "Wait", from = ["hot"], to = "cold" }]\n'
)


def policy(states: str = STATES, steps: str = STEPS, head: str = HEAD) -> Policy:
    return parse(f"[[track]]\n{head}{states}{steps}", file="process/tea")


def every_track() -> list[Track]:
    return [track for day in days_of_change() for track in map_on(day).tracks.values()]


def test_the_map_that_comes_with_the_release_is_whole_on_every_day_on_which_it_changes() -> None:
    assert all(not faults(track) for track in every_track())
    assert set(map_on(TODAY).tracks) == set(TRACKS)


def test_every_state_and_step_names_a_role_that_people_hold() -> None:
    roles = {role.value for role in Role}
    for track in every_track():
        assert {state.role for state in track.states.values()} <= roles
        assert {step.role for step in track.steps.values()} <= roles


def test_what_is_done_on_the_map_asks_for_evidence() -> None:
    for track in every_track():
        if not track.kept_by:
            assert [step.code for step in track.steps.values() if not step.evidence] == []


def test_custody_on_the_map_is_what_a_case_says() -> None:
    assert set(map_on(TODAY).tracks["custody"].states) == set(Custody.values)


def test_what_loosens_is_never_called_a_step_towards_something_worse() -> None:
    for track in every_track():
        for step in track.steps.values():
            if step.to in ("community", "decided_against", "revoked", "granted", "suspended", "given_up", "british"):
                assert step.towards == "liberty", (track.code, step.code)


BROKEN = [
    # what is changed, into what, and what is told
    ('title = "Hot", role = "caseworker"', 'title = "Hot"', "Nobody acts in “hot”"),
    (", days = 1", "", "neither after how many days"),
    (", days = 1", ", days = 0", "“days” is 0; write a whole number from 1"),
    ('from = ["cold"]', 'from = ["lukewarm"]', "names “lukewarm”, which is no state"),
    ('to = "hot"', 'to = "hotter"', "names “hotter”, which is no state"),
    ('from = ["cold"], to = "hot"', 'from = ["hot"], to = "hot"', "“hot” cannot be reached from “cold”"),
    ('from = ["hot"], to = "cold"', 'from = ["cold"], to = "cold"', "“hot” is a dead end"),
    ('from = ["cold"]', "from = []", "“heat” leads from nowhere"),
    ('begins = "cold"', 'begins = "lukewarm"', "begins in “lukewarm”, which is no state"),
    ('code = "wait"', 'code = "heat"', "two steps have one code"),
    ('code = "hot"', 'code = "cold"', "two states have one code"),
    ('evidence = ["With what"]', 'evidence = "With what"', "write a list of texts"),
    ('evidence = ["With what"]', 'proof = ["With what"]', "nobody knows “proof”"),
    ('evidence = ["With what"]', 'towards = "tea"', "leads towards “tea”"),
    ("from = 2000-01-01", "from = 2027-01-01", "no version of the track is in force"),
]


@pytest.mark.parametrize(("was", "now", "told"), BROKEN)
def test_a_map_that_is_not_whole_is_refused_with_what_is_wrong(was: str, now: str, told: str) -> None:
    text = f"[[track]]\n{HEAD}{STATES}{STEPS}"
    assert was in text
    with pytest.raises(BadPolicy, match=told):
        track_of(parse(text.replace(was, now, 1), file="process/tea"), "tea", TODAY)


@given(data=st.data())
def test_from_every_state_of_the_map_somebody_can_go_on_or_rest(data: st.DataObject) -> None:
    track = data.draw(st.sampled_from(list(map_on(TODAY).tracks.values())))
    state = track.begins
    for _ in range(data.draw(st.integers(0, 12))):
        offered = track.offered(state)
        assert offered
        state = track.step(data.draw(st.sampled_from([step.code for step in offered])), state=state).to
    for _ in range(len(track.states)):
        if track.states[state].rests:
            break
        state = min(track.offered(state), key=lambda step: _distance(track, step.to)).to
    assert track.states[state].rests


def _distance(track: Track, state: str) -> int:
    seen, here, many = {state}, {state}, 0
    while not any(track.states[code].rests for code in here):
        here = {step.to for code in here for step in track.offered(code)} - seen
        seen, many = seen | here, many + 1
    return many


def test_a_step_that_leads_from_elsewhere_is_refused_and_the_others_are_named() -> None:
    with pytest.raises(NoSuchStep, match="there are begin"):
        map_on(TODAY).tracks["decision"].step("submit", state="not_begun")


def test_two_versions_are_compared_field_by_field() -> None:
    before = track_of(policy(), "tea", TODAY)
    after = track_of(
        policy(
            STATES.replace("days = 1", "days = 2").replace('code = "cold"', 'code = "cool"'),
            STEPS.replace('"cold"', '"cool"').replace("Heat", "Warm"),
            HEAD.replace('begins = "cold"', 'begins = "cool"'),
        ),
        "tea",
        TODAY,
    )
    one, other = (Map(on=TODAY, tracks={"tea": track}) for track in (before, after))
    assert changes(one, one) == []
    assert changes(one, other) == [
        Change("tea", "track", "tea", "begins", "cold", "cool"),
        Change("tea", "state", "cold", "", "Cold", ""),
        Change("tea", "state", "hot", "days", "1", "2"),
        Change("tea", "state", "cool", "", "", "Cold"),
        Change("tea", "step", "heat", "title", "Heat", "Warm"),
        Change("tea", "step", "heat", "from", "cold", "cool"),
        Change("tea", "step", "wait", "to", "cold", "cool"),
    ]
    assert vanished(one, other) == [("tea", "cold")]
    assert vanished(one, replace(one, tracks={})) == [("tea", "cold"), ("tea", "hot")]
