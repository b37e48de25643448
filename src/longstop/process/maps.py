"""What a map is made of: tracks, states, steps. Built by `reading`, which refuses what is not whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


class NoSuchStep(ValueError):
    """The map has no such step, or none from where the track stands. `offered` are the codes of those that there are."""

    def __init__(self, track: str, state: str, step: str, offered: tuple[str, ...]) -> None:
        super().__init__(
            f"{track}: no step “{step}” leads from “{state}”; there {'are' if offered else 'is'} {', '.join(offered) or 'none'}."
        )
        self.offered = offered


@dataclass(frozen=True, kw_only=True)
class Step:
    """One way from a state to another. `evidence` are the things that whoever takes it has to put down, in words.

    `towards` says what a step brings somebody nearer to, where it does: `detention`, `removal`, `monitoring` or `contact`, or, the other
    way, `liberty`. `starts` and `stops` name clocks. `by_another`: whoever brought the track where it stands may not take it.
    """

    code: str
    title: str
    from_: tuple[str, ...]
    to: str
    role: str
    authority: str
    evidence: tuple[str, ...]
    starts: tuple[str, ...]
    stops: tuple[str, ...]
    towards: str
    again: bool
    by_another: bool


@dataclass(frozen=True, kw_only=True)
class State:
    """Where a track may stand. `days` are the working days after which the next step is due; None where nothing is waited for.

    A case may be closed while a track stands where `rests` is true.
    """

    code: str
    title: str
    role: str
    days: int | None
    rests: bool
    unit: str


@dataclass(frozen=True, kw_only=True)
class Track:
    """One strand of a case, in one version. `kept_by` names what moves it where that is not a step but a fact that the case holds."""

    code: str
    title: str
    begins: str
    states: Mapping[str, State]
    steps: Mapping[str, Step]
    kept_by: str
    version: str
    starts_on: date
    source: str
    confirmed: bool

    def offered(self, state: str) -> tuple[Step, ...]:
        """Give the steps that lead from a state, in the order of the map; none from a state that the map does not have."""
        return tuple(step for step in self.steps.values() if state in step.from_)

    def step(self, code: str, *, state: str) -> Step:
        """Give a step that is to be taken from a state. Raises NoSuchStep."""
        offered = self.offered(state)
        found = next((step for step in offered if step.code == code), None)
        if found is None:
            raise NoSuchStep(self.code, state, code, tuple(step.code for step in offered))
        return found


@dataclass(frozen=True, kw_only=True)
class Map:
    """Every track, as it is in force on a day."""

    on: date
    tracks: Mapping[str, Track]

    @property
    def version(self) -> str:
        """The versions of all tracks, from which the map can be told from any other."""
        return " ".join(track.version for track in self.tracks.values())
