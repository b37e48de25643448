"""Invented prisoners, and a clock that only a test turns."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from longstop.gateways.prisoner_search import Asker, Collected, Part, PrisonerSearch, Time, collect
from longstop.gateways.prisoner_search.fake import Fake

NOW = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
FIELDS = ("firstName", "lastName", "prisonId", "aliases.lastName")


def prisoner(number: int, prison: str = "MDI", **more: Any) -> dict[str, Any]:
    """Invent one, in the form of the prison service's interface."""
    return {
        "prisonerNumber": f"A{number:04d}ZZ",
        "firstName": "WILMOT",
        "lastName": f"QUILL-{number}",
        "dateOfBirth": "1984-03-02",
        "gender": "Male",
        "ethnicity": "Invented",
        "youthOffender": False,
        "maritalStatus": "Single",
        "religion": "Invented",
        "nationality": "Ruritanian",
        "status": "ACTIVE IN",
        "inOutStatus": "IN",
        "prisonId": prison,
        "mostSeriousOffence": "Invented",
        "raceCode": "ZZ",
        "restrictedPatient": False,
        "legalStatus": "SENTENCED",
        "conditionalReleaseDate": "2027-01-09",
        "aliases": [{"firstName": "MOT", "lastName": f"QUILLE-{number}", "dateOfBirth": "1984-03-02", "gender": "Male"}],
        **more,
    }


def numbers(*wanted: int) -> set[str]:
    """Give the numbers of prisoners as they are written."""
    return {f"A{number:04d}ZZ" for number in wanted}


@dataclass
class Turned:
    """Time that passes when somebody waits, and not otherwise."""

    at: float = 0.0
    waits: list[float] = field(default_factory=list)
    luck: float = 0.5

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.at += seconds

    @property
    def time(self) -> Time:
        return Time(now=lambda: self.at, sleep=self.sleep, chance=lambda: self.luck)


def asker(fake: Fake, turned: Turned | None = None, **settings: Any) -> Asker:
    """Give somebody who asks the fake."""
    return Asker(replace(fake.settings, **settings), time=(turned or Turned()).time)


def search(fake: Fake, *, page: int = 4_000) -> PrisonerSearch:
    """Give the two questions, to the fake."""
    return PrisonerSearch(asker(fake), fields=FIELDS, page=page)


@contextmanager
def opened(folder: Path, *, asked: str = "these prisons", at: datetime = NOW) -> Iterator[Part]:
    """Open the part in a folder."""
    with Part.opened(folder / "list.jsonl.part", asked=asked, at=at) as part:
        yield part


def fetch(fake: Fake, folder: Path, *prisons: str, page: int = 4_000, tell: Any = None, at: datetime = NOW) -> tuple[Collected, set[str]]:
    """Fetch everybody in these prisons, and give whose numbers stand in the file."""
    with opened(folder, at=at) as part:
        collected = collect(search(fake, page=page), part, prisons=prisons or ("MDI",), tell=tell)
        part.finish(folder / "list.jsonl")
    rows = [orjson.loads(line) for line in (folder / "list.jsonl").read_bytes().splitlines()]
    assert collected.people == len(rows) == len({row["prisonerNumber"] for row in rows}), "somebody stands twice"
    return collected, {row["prisonerNumber"] for row in rows}
