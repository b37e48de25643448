"""What differs between two versions of the map, and which of the states in which cases stand have vanished. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

from longstop.process.maps import Map, State, Step, Track

Parts = Mapping[str, State] | Mapping[str, Step]


@dataclass(frozen=True)
class Change:
    """One difference: of a track, a state or a step, which field, what it was and what it is; "" where there was or is none."""

    track: str
    what: str
    code: str
    field: str
    was: str
    now: str


def changes(before: Map, after: Map) -> list[Change]:
    """Give every difference between two maps, track by track."""
    codes = list(dict.fromkeys([*before.tracks, *after.tracks]))
    return [change for code in codes for change in _of_track(code, before.tracks.get(code), after.tracks.get(code))]


def vanished(before: Map, after: Map) -> list[tuple[str, str]]:
    """Give each (track, state) that a case may stand in under the one map and that the other does not have."""
    return [
        (code, state)
        for code, track in before.tracks.items()
        for state in track.states
        if code not in after.tracks or state not in after.tracks[code].states
    ]


def _of_track(code: str, before: Track | None, after: Track | None) -> Iterator[Change]:
    if before is None or after is None:
        yield Change(code, "track", code, "", before.title if before else "", after.title if after else "")
        return
    for field in ("title", "begins", "kept_by"):
        was, now = str(getattr(before, field)), str(getattr(after, field))
        if was != now:
            yield Change(code, "track", code, field, was, now)
    yield from _of_parts(code, "state", before.states, after.states)
    yield from _of_parts(code, "step", before.steps, after.steps)


def _of_parts(track: str, what: str, before: Parts, after: Parts) -> Iterator[Change]:
    for code in dict.fromkeys([*before, *after]):
        was, now = before.get(code), after.get(code)
        if was is None or now is None:
            yield Change(track, what, code, "", was.title if was else "", now.title if now else "")
            continue
        for field in fields(was):
            one, other = _words(getattr(was, field.name)), _words(getattr(now, field.name))
            if one != other:
                yield Change(track, what, code, field.name.rstrip("_"), one, other)


def _words(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
