"""How an event is told: what a presenter is given, what it gives back, and how one is declared."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from longstop.audit.queries import Entry
from longstop.web.parts import Fact

STAFF_FIELDS = (
    "cover_id",
    "from_cover_id",
    "from_leader_id",
    "from_owner_id",
    "from_staff_id",
    "leader_id",
    "owner_id",
    "proposed_by",
    "staff_id",
    "successor_id",
    "to_owner_id",
    "to_staff_id",
)

IN_PLACE = "in place of staff "


@dataclass(frozen=True)
class Said:
    """The words of a note: its text, None where disposed of; whether it is a key note, and which note puts it right."""

    text: str | None
    key_note: bool = False
    corrected_by: int | None = None


@dataclass(frozen=True)
class Around:
    """What the presenters of one page share, each read once: names of staff by number, words of notes by number, the day."""

    today: date
    names: Mapping[int, str] = field(default_factory=dict)
    notes: Mapping[int, Said] = field(default_factory=dict)


@dataclass(frozen=True)
class Told:
    """An event in plain words."""

    title: str
    text: str = ""
    details: tuple[Fact, ...] = ()
    corrected: bool = False


@dataclass(frozen=True)
class Telling:
    """One event and what is known around it."""

    entry: Entry
    around: Around

    def get(self, name: str) -> Any:
        """Give a plain value of the event; None where it has none of that name, as an older event may not."""
        return self.entry.data.get(name)

    def word(self, name: str) -> str:
        """Give a plain value as text."""
        value = self.get(name)
        return "" if value is None else str(value)

    def words(self, name: str) -> str:
        """Give a personal value as text; where it was disposed of, say under which certificate."""
        if self.entry.disposed_under is not None:
            return f"Disposed of under certificate {self.entry.disposed_under}"
        return str((self.entry.personal or {}).get(name, ""))

    def staff(self, name: str) -> str:
        """Give the name of the member of staff in a field."""
        return self.around.names.get(self.get(name) or 0, "somebody")

    def day(self, name: str) -> date | None:
        """Give the date in a field."""
        value = self.get(name)
        return date.fromisoformat(str(value)[:10]) if value else None

    def moment(self, name: str) -> datetime | None:
        """Give the moment in a field."""
        value = self.get(name)
        return datetime.fromisoformat(str(value)) if value else None


Present = Callable[[Telling], Told]


@dataclass(frozen=True)
class Presenter:
    """How one kind of event is told, and in which group a timeline's filter puts it."""

    group: str
    tell: Present


PRESENTERS: dict[str, Presenter] = {}


def presents(kind: str, *, group: str) -> Callable[[Present], Present]:
    """Declare the presenter of a kind of event."""

    def declare(function: Present) -> Present:
        PRESENTERS[kind] = Presenter(group, function)
        return function

    return declare


def plain(kind: str, title: str, *, group: str, reason: str = "") -> None:
    """Declare an event whose title never changes; `reason` names the personal field that is its text."""
    PRESENTERS[kind] = Presenter(group, lambda telling: Told(title, telling.words(reason) if reason else ""))


def in_place_of(staff_id: int) -> str:
    """Give the authority of somebody who acts in another's place, as it is recorded: see `stood_in_for`."""
    return f"{IN_PLACE}{staff_id}"


def stood_in_for(entry: Entry) -> int | None:
    """Give in whose place the actor of an event acted; None for their own."""
    number = entry.authority.removeprefix(IN_PLACE)
    return int(number) if number != entry.authority and number.isdecimal() else None


def staff_named_in(entries: Iterable[Entry]) -> set[int]:
    """Give the numbers of all staff whom these events name, actors included."""
    found: set[int] = set()
    for entry in entries:
        found |= {entry.by_id, stood_in_for(entry) or entry.by_id}
        found |= {value for name in STAFF_FIELDS if isinstance(value := entry.data.get(name), int)}
    return found
