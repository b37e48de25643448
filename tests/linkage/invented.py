"""Invented people written down twice, with the faults that clerks make: for tests. Imports nothing of what it tests."""

import csv
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

HEAD = ("record_id", "full_name", "birth_date", "postcode", "person")
_FIRST = (
    "Tobias Ngozi Ilir Amara Pavel Dunja Emil Gerda Ines Jaro Kofi Lena Mirek Nadia Oskar Petra Quentin Rosa Stefan Teodor Ursula Viktor"
)
_SYLLABLES = (
    "ba",
    "ce",
    "do",
    "fu",
    "gri",
    "hal",
    "jen",
    "kov",
    "lim",
    "mor",
    "nas",
    "opa",
    "pel",
    "quo",
    "rus",
    "sta",
    "tur",
    "vel",
    "wen",
    "zak",
)


def people(number: int, *, seed: int) -> Iterator[tuple[str, str, str]]:
    """Give invented persons: name, date of birth, postcode."""
    chance = random.Random(seed)
    for _ in range(number):
        family = "".join(chance.sample(_SYLLABLES, 3)).capitalize()
        born = f"{chance.randint(1955, 2003)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
        yield f"{chance.choice(_FIRST.split())} {family}", born, f"ZZ{chance.randint(1, 99)} {chance.randint(1, 9)}QQ"


def write_twice(folder: Path, number: int, *, seed: int = 1, scripts: Sequence[str] = ()) -> tuple[Path, Path]:
    """Write one list of persons, and another of half of them with faults and as many others. The column `person` says who is who."""
    chance = random.Random(seed + 1)
    every = list(enumerate(people(number * 3 // 2, seed=seed)))
    first, second = every[:number], [*every[: number // 2], *every[number:]]
    one, other = folder / "first.csv", folder / "second.csv"
    _write(one, [(f"A{place}", *said, str(place)) for place, said in first])
    _write(other, [(f"B{place}", *_spoilt(said, chance), str(place)) for place, said in second])
    return one, other


def write_repeated(path: Path, number: int, *, seed: int = 1) -> Path:
    """Write one list in which every other person stands twice, once with faults."""
    chance = random.Random(seed + 1)
    rows = []
    for place, said in enumerate(people(number, seed=seed)):
        rows.append((f"R{place}", *said, str(place)))
        if place % 2:
            rows.append((f"S{place}", *_spoilt(said, chance), str(place)))
    _write(path, rows)
    return path


def _spoilt(said: tuple[str, str, str], chance: random.Random) -> tuple[str, str, str]:
    name, born, code = said
    kind = chance.randrange(6)
    if kind == 0:
        place = chance.randrange(len(name) - 2)
        name = name[:place] + name[place + 1] + name[place] + name[place + 2 :]
    elif kind == 1:
        name = ", ".join(reversed(name.split())).upper()
    elif kind == 2:
        year, month, day = born.split("-")
        born = f"{year}-{day}-{month}" if int(day) <= 12 else f"{year}-{month}-{int(day) % 9 + 10}"
    elif kind == 3:
        code = ""
    elif kind == 4:
        name, code = name.lower(), f"YY{chance.randint(1, 99)} {chance.randint(1, 9)}AA"
    return name, born, code


def _write(path: Path, rows: Sequence[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEAD, *rows])
