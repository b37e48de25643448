"""Who is in the demonstration: which person has which story, since when, with which dates. Drawn by chance, the same every time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from longstop.demo.command import CASEWORKERS, LEAVER, SICK
from longstop.demo.days import Days

SEED = "longstop"
_LETTERS = "ABCDEFGHJKLMNPRSTVWXYZ"


@dataclass(frozen=True, kw_only=True)
class Story:
    """A kind of story: how many people have it; how long ago, in days, their case opened; how far ahead, in days, their release lies."""

    name: str
    people: int
    opened: tuple[int, int] | None
    release: tuple[int, int] | None


STORIES: Sequence[Story] = (
    Story(name="fresh", people=13, opened=(1, 2), release=(35, 700)),
    Story(name="steady", people=33, opened=(45, 400), release=(40, 900)),
    Story(name="late", people=12, opened=(70, 300), release=(60, 500)),
    Story(name="held", people=14, opened=(12, 55), release=(50, 600)),
    Story(name="idle", people=8, opened=(60, 120), release=(90, 900)),
    Story(name="detained", people=8, opened=(70, 160), release=(-24, -3)),
    Story(name="time_served", people=6, opened=(40, 120), release=(-13, -2)),
    Story(name="community", people=14, opened=(130, 330), release=(-110, -10)),
    Story(name="unanchored", people=7, opened=(12, 50), release=None),
    Story(name="inherited", people=3, opened=(60, 200), release=(100, 500)),
    Story(name="reopened", people=2, opened=(90, 200), release=(30, 200)),
    Story(name="closed", people=10, opened=(70, 240), release=(-60, 200)),
    Story(name="waiting", people=18, opened=None, release=(10, 800)),
)


@dataclass(frozen=True, kw_only=True)
class Part:
    """One person's part: their prison number and story, and the days on which it turns. `turn` counts the parts of the same story."""

    index: int
    turn: int
    story: str
    prison_number: str
    opened: date | None
    release: date | None
    sentenced: date
    expires: date
    owner: str

    @property
    def owns(self) -> bool:
        """Say whether a case is opened for this person."""
        return self.opened is not None


def cast(days: Days) -> list[Part]:
    """Give every part, in the order in which their cases are opened; those without a case last."""
    chance = Random(SEED)
    owners = [each.number for each in CASEWORKERS if each.number != LEAVER]
    parts: list[Part] = []
    for story in STORIES:
        for turn in range(story.people):
            parts.append(_part(story, len(parts), turn, _owner(story, owners, len(parts)), days, chance))
    return sorted(parts, key=lambda part: (part.opened or date.max, part.index))


def _owner(story: Story, owners: Sequence[str], number: int) -> str:
    """Give each caseworker every kind of story, save that whoever rings in sick has nothing that is due or late on that day."""
    if story.name == "inherited":
        return LEAVER
    owner = owners[number % len(owners)]
    return owners[0] if owner == SICK and story.name in ("late", "detained", "time_served") else owner


def _part(story: Story, index: int, turn: int, owner: str, days: Days, chance: Random) -> Part:
    opened = days.ago(chance.randint(*story.opened)) if story.opened else None
    release = days.today + timedelta(days=chance.randint(*story.release)) if story.release else None
    sentenced = (opened or days.today) - timedelta(days=chance.randint(60, 900))
    middle = release or days.today + timedelta(days=300)
    return Part(
        index=index,
        turn=turn,
        story=story.name,
        prison_number=f"A{2000 + index:04}{_LETTERS[index % len(_LETTERS)]}{_LETTERS[(index * 7 + 3) % len(_LETTERS)]}",
        opened=opened,
        release=release,
        sentenced=sentenced,
        expires=max(middle + (middle - sentenced) // 3, days.today + timedelta(days=30)),
        owner=owner,
    )


def closed_ago(part: Part) -> int:
    """Give how many days ago, counted back to a working day, the case of somebody whose story is closed was closed."""
    return 2 + 5 * part.turn
