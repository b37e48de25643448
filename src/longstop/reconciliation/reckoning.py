"""Who stands on which line, and what is broken: worked out from tables of both sides alone. Pure: no ORM, no clock.

Each table has a row for one thing, with the columns named here; each person is placed once, so that the lines must add up to both totals.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from longstop.reconciliation.rules import (
    BROKEN,
    BY_RULE,
    COHORT_OF_OURS,
    COHORT_OF_THEIRS,
    FIELDS,
    OF_OURS,
    OF_THEIRS,
    Kind,
    Line,
    Side,
)

# Their records: `custody` is in_prison, released or not_known; `reasons` is the first reason of the rules; `basis` names the date.
THEIRS = {
    "record_id": pl.Int64,
    "person_id": pl.Int64,
    "prison": pl.String,
    "custody": pl.String,
    "legal_status": pl.String,
    "release_date": pl.Date,
    "basis": pl.String,
    "result": pl.String,
    "reason": pl.String,
}
# Our open cases: `custody` is the case's.
OURS = {"case_id": pl.Int64, "person_id": pl.Int64, "custody": pl.String, "release_date": pl.Date}
# What else is known of persons: one word for each, the first of `STANDINGS` where several fit.
STANDING = {"person_id": pl.Int64, "standing": pl.String}
# Who is not on their list although it is known of: why, the first of `MISSING` where several fit.
GONE = {"person_id": pl.Int64, "why": pl.String}
MISSING: Mapping[str, Line] = {
    "refused": Line.ROW_REFUSED,
    "unexplained": Line.LEFT_UNEXPLAINED,
    "explained": Line.LEFT_EXPLAINED,
}
STANDINGS: Mapping[str, Line] = {
    "referred": Line.REFERRED,
    "asked": Line.ASKED,
    "no_interest": Line.NO_INTEREST,
    "found_out": Line.FOUND_OUT,
    "closed": Line.CASE_CLOSED,
}
# In what the records of somebody on both sides contradict each other, beside what a case says: see `comparing`.
DIFFERING = {"person_id": pl.Int64, "kind": pl.String, "ours": pl.String, "theirs": pl.String}
BREAKS = {
    "kind": pl.String,
    "person_id": pl.Int64,
    "case_id": pl.Int64,
    "record_id": pl.Int64,
    "ours": pl.String,
    "theirs": pl.String,
    "basis": pl.String,
}
_HELD_IN_PRISON = ("serving", "time_served")
_HELD = (*_HELD_IN_PRISON, "detained")


@dataclass(frozen=True)
class Counted:
    """A line with the numbers of the persons who stand on it, in their order."""

    side: Side
    line: Line
    who: tuple[int, ...]

    @property
    def persons(self) -> int:
        """Give how many they are."""
        return len(self.who)


@dataclass(frozen=True)
class Agreement:
    """Those on both sides whose gravest difference is of one kind, by number; None are those in whom nothing differs."""

    kind: Kind | None
    who: tuple[int, ...]


@dataclass(frozen=True)
class Reckoned:
    """The whole of it. `further` are those of their records about a person that is counted already; `agreements` part the matched."""

    records: int
    further: tuple[int, ...]
    their_persons: int
    our_persons: int
    lines: tuple[Counted, ...]
    agreements: tuple[Agreement, ...]
    breaks: pl.DataFrame

    @property
    def second_records(self) -> int:
        """Give how many of their records are about a person that is counted already."""
        return len(self.further)

    @property
    def matched(self) -> int:
        """Give how many persons are on both sides."""
        return sum(each.persons for each in self.lines if each.side == Side.BOTH)

    @property
    def adds_up(self) -> bool:
        """Say whether the lines of each side, with those of both, are its total, and the records are their persons and the second ones."""
        of = {side: sum(each.persons for each in self.lines if each.side == side) for side in Side}
        ours, theirs = of[Side.BOTH] + of[Side.OURS], of[Side.BOTH] + of[Side.THEIRS]
        parted = sum(len(each.who) for each in self.agreements) == self.matched
        both = ours == self.our_persons and theirs == self.their_persons
        return both and parted and self.records == self.their_persons + self.second_records


def reckon(
    *,
    theirs: pl.DataFrame,
    ours: pl.DataFrame,
    standing: pl.DataFrame,
    gone: pl.DataFrame,
    differing: pl.DataFrame,
    gravity: Sequence[str] = tuple(Kind),
    outside: Mapping[str, pl.Series] | None = None,
) -> Reckoned:
    """Place every person of both sides on one line, and find what is broken. The tables have the columns above.

    Of a cohort, `outside` are by side ("theirs", "ours") the persons whom that side knows and the cohort leaves out there: they stand on a
    line that says so. `gravity` are the kinds of break, the gravest first. No order here is made of what anybody says: only of kinds and
    persons' numbers.
    """
    persons = _one_record_each(theirs)
    both = persons.join(ours, on="person_id", suffix="_ours")
    only_theirs = _their_lines(persons.join(ours, on="person_id", how="anti"), standing)
    only_ours = _our_lines(ours.join(persons, on="person_id", how="anti"), gone)
    if outside is not None:
        only_theirs = _outside(only_theirs, outside["ours"], Line.OUTSIDE_OURS)
        only_ours = _outside(only_ours, outside["theirs"], Line.OUTSIDE_THEIRS)
    lines = (
        Counted(Side.BOTH, Line.MATCHED, _numbers(both)),
        *_counted(Side.THEIRS, (*OF_THEIRS, *(COHORT_OF_THEIRS if outside is not None else ())), only_theirs),
        *_counted(Side.OURS, (*OF_OURS, *(COHORT_OF_OURS if outside is not None else ())), only_ours),
    )
    broken = [_broken_theirs(only_theirs), _broken_ours(only_ours), _custody(both), _release_dates(both), _said(both, differing)]
    breaks = pl.concat([each.select(**{name: pl.col(name).cast(kind) for name, kind in BREAKS.items()}) for each in broken])
    return Reckoned(
        records=len(theirs),
        further=tuple(theirs.join(persons, on="record_id", how="anti")["record_id"].sort().to_list()),
        their_persons=len(persons),
        our_persons=len(ours),
        lines=lines,
        agreements=_agreements(both, breaks, gravity),
        breaks=breaks.sort("kind", "person_id"),
    )


def pairs(*, theirs: pl.DataFrame, ours: pl.DataFrame) -> pl.DataFrame:
    """Give everybody on both sides, as `person_id`, with the one record of theirs that is held against ours, as `record_id`."""
    return _one_record_each(theirs).join(ours, on="person_id", how="semi").select("person_id", "record_id").sort("person_id")


def _agreements(both: pl.DataFrame, breaks: pl.DataFrame, gravity: Sequence[str]) -> tuple[Agreement, ...]:
    """Part those on both sides by their gravest difference: each once."""
    differ = breaks.join(both, on="person_id", how="semi").select("person_id", "kind")
    gravest = _first(differ, "kind", gravity)
    agree = Agreement(None, _numbers(both.join(gravest, on="person_id", how="anti")))
    kinds = sorted(FIELDS, key=list(gravity).index)
    return (agree, *(Agreement(kind, _numbers(gravest.filter(pl.col("kind") == kind.value))) for kind in kinds))


def _one_record_each(theirs: pl.DataFrame) -> pl.DataFrame:
    """Keep one record of each person: one that says in prison before one that does not, the newest of these."""
    out = (pl.col("custody") == "released").alias("out")
    return theirs.with_columns(out).sort("out", "record_id", descending=[False, True]).unique("person_id", keep="first").drop("out")


def _their_lines(persons: pl.DataFrame, standing: pl.DataFrame) -> pl.DataFrame:
    """Give those of their list who have no case here, each with the line."""
    found = persons.join(_first(standing, "standing", list(STANDINGS)), on="person_id", how="left")
    by_standing = pl.col("standing").replace_strict({word: line.value for word, line in STANDINGS.items()}, default=None)
    by_rule = pl.col("reason").replace_strict({word: line.value for word, line in BY_RULE.items()}, default=Line.RULE_OTHER.value)
    rule = pl.when(pl.col("result") == "out_of_remit").then(by_rule).otherwise(pl.lit(Line.NOT_REFERRED.value))
    return found.with_columns(line=pl.coalesce(by_standing, rule))


def _outside(placed: pl.DataFrame, persons: pl.Series, line: Line) -> pl.DataFrame:
    """Let those whom the other side knows, and the cohort leaves out there, stand on their own line."""
    there = pl.col("person_id").is_in(persons.implode())
    return placed.with_columns(line=pl.when(there).then(pl.lit(line.value)).otherwise(pl.col("line")))


def _our_lines(cases: pl.DataFrame, gone: pl.DataFrame) -> pl.DataFrame:
    """Give the cases whose persons are not on their list, each with the line."""
    found = cases.join(_first(gone, "why", list(MISSING)), on="person_id", how="left")
    held = pl.col("why").replace_strict({word: line.value for word, line in MISSING.items()}, default=None)
    held = pl.coalesce(held, pl.lit(Line.NEVER_LISTED.value))
    inside = pl.when(pl.col("custody").is_in(list(_HELD_IN_PRISON))).then(held).otherwise(pl.lit(Line.CUSTODY_UNKNOWN.value))
    at_liberty = {"community": Line.COMMUNITY.value, "detained": Line.DETAINED.value}
    line = pl.coalesce(pl.col("custody").replace_strict(at_liberty, default=None), inside)
    referred = pl.col("case_id").is_null()  # in a cohort that counts whoever is referred beside whoever has a case
    return found.with_columns(line=pl.when(referred).then(pl.lit(Line.REFERRED_UNLISTED.value)).otherwise(line))


def _first(said: pl.DataFrame, column: str, order: Sequence[str]) -> pl.DataFrame:
    """Keep of each person one word of a column: the first in this order."""
    places = {word: place for place, word in enumerate(order)}
    placed = said.with_columns(place=pl.col(column).replace_strict(places, return_dtype=pl.Int32))
    return placed.sort("place").unique("person_id", keep="first").select("person_id", column)


def _counted(side: Side, lines: Iterable[Line], placed: pl.DataFrame) -> list[Counted]:
    return [Counted(side, line, _numbers(placed.filter(pl.col("line") == line.value))) for line in lines]


def _numbers(persons: pl.DataFrame) -> tuple[int, ...]:
    return tuple(persons["person_id"].sort().to_list())


def _kind_of_line() -> pl.Expr:
    return pl.col("line").replace_strict({line.value: kind.value for line, kind in BROKEN.items()}, default=None)


def _broken_theirs(placed: pl.DataFrame) -> pl.DataFrame:
    found = placed.with_columns(kind=_kind_of_line()).filter(pl.col("kind").is_not_null())
    return found.with_columns(case_id=pl.lit(None), ours=pl.lit(""), theirs=_where())


def _broken_ours(placed: pl.DataFrame) -> pl.DataFrame:
    found = placed.with_columns(kind=_kind_of_line()).filter(pl.col("kind").is_not_null())
    return found.with_columns(record_id=pl.lit(None), ours=pl.col("custody"), theirs=pl.col("line"), basis=pl.lit(""))


def _where() -> pl.Expr:
    """What their record says of where somebody is, in the words that a case has: see `cases.actions.receiving.custody_of`."""
    detainee = pl.col("legal_status") == "IMMIGRATION_DETAINEE"
    inside = pl.when(detainee).then(pl.lit("time_served")).otherwise(pl.lit("serving"))
    said = pl.when(pl.col("custody") == "released").then(pl.lit("community"))
    return said.when(pl.col("custody") == "not_known").then(pl.lit("unknown")).otherwise(inside)


def _custody(both: pl.DataFrame) -> pl.DataFrame:
    """Find whom the two say to be in different places; where they say out and the case says held, that is the graver kind."""
    said = both.with_columns(theirs=_where(), ours=pl.col("custody_ours"))
    # Held in prison after sentence is being detained under immigration powers: a case may say either.
    same = (pl.col("theirs") == pl.col("ours")) | ((pl.col("theirs") == "time_served") & (pl.col("ours") == "detained"))
    found = said.filter((pl.col("theirs") != "unknown") & ~same)
    out = (pl.col("theirs") == "community") & pl.col("ours").is_in(list(_HELD))
    return found.with_columns(kind=pl.when(out).then(pl.lit(Kind.RELEASED.value)).otherwise(pl.lit(Kind.CUSTODY.value)))


def _said(both: pl.DataFrame, differing: pl.DataFrame) -> pl.DataFrame:
    """Bring in what the records of those on both sides contradict each other in."""
    told = both.select("person_id", "case_id", "record_id", basis=pl.lit(""))
    return told.join(differing, on="person_id")


def _release_dates(both: pl.DataFrame) -> pl.DataFrame:
    """Find whose release dates differ, or whose date the case lacks. A date that their list lacks takes nothing from the case."""
    inside = both.filter((pl.col("custody") != "released") & pl.col("release_date").is_not_null() & pl.col("case_id").is_not_null())
    found = inside.filter(pl.col("release_date").ne_missing(pl.col("release_date_ours")))
    days = {"ours": "release_date_ours", "theirs": "release_date"}
    told = {name: pl.col(column).dt.to_string("%Y-%m-%d").fill_null("") for name, column in days.items()}
    return found.with_columns(kind=pl.lit(Kind.RELEASE_DATE.value), **told)
