"""Where the tracks of a case stand, how they came there, and how many cases stand where."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet

from longstop.audit.queries import contents
from longstop.cases.models import Case, Stay
from longstop.cases.queries.lists import open_cases
from longstop.process.maps import State, Step, Track
from longstop.process.reading import map_on


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A track of a case and where it stands: in a state of the map in force, or, with `state` None, in one that the map no longer has.

    `stay` None means that no step was taken: `since` is then None, or the day since when the fact that keeps the track has stood.
    """

    track: Track
    code: str
    state: State | None
    stay: Stay | None
    since: date | None
    first_on: date | None

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps that the map offers from here; none on a track that follows what the case records."""
        return () if self.track.kept_by else self.track.offered(self.code)


def standing_of(case: Case, *, today: date) -> list[Standing]:
    """Give where each track of a case stands, in the order of the map. One query."""
    stays: dict[str, list[Stay]] = {}
    for stay in Stay.objects.filter(case=case).select_related("task__owner", "taken_by").order_by("pk"):
        stays.setdefault(stay.track, []).append(stay)
    return [_standing(case, track, stays.get(code, [])) for code, track in map_on(today).tracks.items()]


def _standing(case: Case, track: Track, stays: list[Stay]) -> Standing:
    last = next((stay for stay in stays if stay.ended_at is None), None)
    code = str(getattr(case, track.kept_by)) if track.kept_by else last.state if last else track.begins
    since = case.custody_since if track.kept_by else last.began_on if last else None
    first = min((stay.began_on for stay in stays), default=None)
    return Standing(track=track, code=code, state=track.states.get(code), stay=last, since=since, first_on=first)


def stays_of(case_id: int) -> list[tuple[Stay, dict[str, Any]]]:
    """Give every stay of a case's tracks with the words on which its step rests, the newest first. Two queries."""
    found = list(Stay.objects.filter(case_id=case_id).select_related("taken_by").order_by("-pk"))
    said = contents(stay.words_payload_id for stay in found)
    return [(stay, said.get(stay.words_payload_id) or {}) for stay in found]


def counts_on_map(*, today: date) -> Mapping[str, Mapping[str, int]]:
    """Give how many open cases stand in each state, by track: of every track they add up to the caseload. Two queries.

    A state that the map no longer has is counted under its own code, so that nobody is off the map.
    """
    held = dict(Case.objects.filter(closed_at=None).order_by().values_list("custody").annotate(many=Count("pk")))
    whole = sum(held.values())
    moved: dict[str, Counter[str]] = {}
    standing = Stay.objects.filter(ended_at=None, case__closed_at=None).order_by().values_list("track", "state").annotate(many=Count("pk"))
    for code, state, many in standing:
        moved.setdefault(code, Counter())[state] = many
    return {code: _counted(track, held, moved.get(code, Counter()), whole) for code, track in map_on(today).tracks.items()}


def _counted(track: Track, held: Mapping[str, int], moved: Counter[str], whole: int) -> Mapping[str, int]:
    if track.kept_by:
        return {state: held.get(state, 0) for state in dict.fromkeys([*track.states, *held])}
    found = {state: moved.get(state, 0) for state in dict.fromkeys([*track.states, *moved])}
    return found | {track.begins: found.get(track.begins, 0) + whole - moved.total()}


def standing_in(track: Track, state: str) -> "QuerySet[Case]":
    """Give the open cases that stand in a state of a track, with what a row shows."""
    if track.kept_by:
        return open_cases().filter(**{track.kept_by: state})
    standing = Stay.objects.filter(ended_at=None, track=track.code, case=OuterRef("pk"))
    if state == track.begins:
        return open_cases().filter(~Exists(standing) | Exists(standing.filter(state=state)))
    return open_cases().filter(Exists(standing.filter(state=state)))


def standing_on_vanished(track: Track, state: str) -> list[int]:
    """Give the numbers of the open cases whose track stands in a state, in order. One query."""
    found = Stay.objects.filter(track=track.code, state=state, ended_at=None, case__closed_at=None)
    return list(found.order_by("case_id").values_list("case_id", flat=True))
