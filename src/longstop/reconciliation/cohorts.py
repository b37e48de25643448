"""Who is counted on each side of a statement, as policy defines it, and how a side is narrowed to them. Pure: no ORM, no clock.

A definition is data that is run: the same words that a screen shows stand beside the conditions that the tables are filtered by.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from longstop.kernel.policy import BadPolicy, Version, load

DEFAULT = "command_caseload"
"""The cohort that is recorded, and whose breaks are owned. Every other is a view of it."""
CASES, REFERRALS = "cases", "referrals"
NATIONALITY = "nationality"
COLUMNS = {"theirs_where": ("custody", "legal_status", "result", "reason", "prison", NATIONALITY), "ours_where": ("custody",)}
Condition = tuple[str, tuple[str, ...]]


class NoSuchCohort(LookupError):
    """No cohort has this name. Remedy: one of those that the text names."""


@dataclass(frozen=True, kw_only=True)
class Definition:
    """One cohort on both sides, in words and as conditions, all of which hold; with the version of policy that says so.

    `missing` says what there is not, where it cannot be counted yet.
    """

    name: str
    title: str
    theirs: str
    ours: str
    theirs_where: tuple[Condition, ...]
    ours_of: tuple[str, ...]
    ours_where: tuple[Condition, ...]
    missing: str
    policy: Version

    @property
    def countable(self) -> bool:
        """Say whether both sides hold what is to be counted."""
        return not self.missing

    @property
    def by_nationality(self) -> bool:
        """Say whether the definition itself asks what nationality a record says."""
        return NATIONALITY in {column for column, _ in self.theirs_where}


def definitions(*, today: date) -> tuple[Definition, ...]:
    """Give every cohort as it is defined on the day, in the order of the file. Raises BadPolicy."""
    return tuple(_read(load("cohorts").at(name, today), name) for name in load("cohorts").names)


def definition(name: str, *, today: date) -> Definition:
    """Give one cohort as it is defined on the day. Raises NoSuchCohort."""
    if name not in load("cohorts").names:
        raise NoSuchCohort(f"There is no cohort {name!r}; there are: {', '.join(load('cohorts').names)}.")
    return _read(load("cohorts").at(name, today), name)


def _read(version: Version, name: str) -> Definition:
    return Definition(
        name=name,
        title=version.text("title"),
        theirs=version.text("theirs"),
        ours=version.text("ours"),
        theirs_where=_conditions(version, "theirs_where"),
        ours_of=version.texts("ours_of"),
        ours_where=_conditions(version, "ours_where"),
        missing="" if version.flag("countable") else version.text("missing"),
        policy=version,
    )


def _conditions(version: Version, field: str) -> tuple[Condition, ...]:
    found: list[Condition] = []
    for each in version.tables(field):
        column, words = each.get("column"), each.get("is")
        if column not in COLUMNS[field] or not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            where = f"{version.file}.toml, entry “{version.name}”, “{field}”"
            raise BadPolicy(
                f"{where}: a condition is {dict(each)!r}; name one of {', '.join(COLUMNS[field])}, and the words that it may be."
            )
        found.append((str(column), tuple(words)))
    return tuple(found)


def narrowed(table: pl.DataFrame, conditions: tuple[Condition, ...]) -> pl.DataFrame:
    """Give the rows of a side of which all conditions hold. What is not said meets no condition."""
    for column, words in conditions:
        table = table.filter(pl.col(column).is_in(list(words)))
    return table


def class_of(codes: frozenset[str]) -> str:
    """Say of the nationalities that a record gives whether they are british, foreign, both, or not_known."""
    if not codes:
        return "not_known"
    return "british" if codes == {"GB"} else "both" if "GB" in codes else "foreign"


def outside(*, theirs: tuple[pl.DataFrame, pl.DataFrame], ours: tuple[pl.DataFrame, pl.DataFrame]) -> Mapping[str, pl.Series]:
    """Give by side the persons whom that side knows, and whom the cohort leaves out there. Each side is given whole, and narrowed."""
    sides = {"theirs": theirs, "ours": ours}
    return {side: whole.join(part, on="person_id", how="anti")["person_id"].unique() for side, (whole, part) in sides.items()}
