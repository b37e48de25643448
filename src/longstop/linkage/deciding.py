"""The answer about a pair: join, do not join, or a person must look; and why.

Two thresholds with a gap between them, as HMPPS has (domain.md 5.4): what is not joined joins only above the upper, and what is joined
parts only below the lower. Twins and relatives are never joined by software. What a person decided about a pair stands above the model.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from longstop.linkage.model import Thresholds


class Answer(StrEnum):
    """What is to become of a pair."""

    JOIN = "join"
    APART = "do_not_join"
    LOOK = "look"


class Because(StrEnum):
    """What settled the answer."""

    WEIGHT = "weight"
    RELATIVE = "relative"
    GROUP = "group"
    HUMAN = "human"
    HELD = "held"  # joined before, and not below the threshold at which it would part


@dataclass(frozen=True)
class Decided:
    """What a person decided about two records."""

    id_l: str
    id_r: str
    same: bool


# Forenames of twins and relatives are neither the same nor spellings or short forms of one another, while the rest of the name, the day or
# the home is shared (domain.md 5.4, the twins rule).
_LIKE_NAMES = frozenset(
    {"same", "alias", "within", "near", "short_form", "two_words", "two_sounds", "both_near", "across_same", "across_near"}
)
_SHARED_NAMES = frozenset({"last", "one_word", "last_and_initial", "one_sound", "overall", "across_alike", "across_some"})
_HALF_NAMES = frozenset({"one_of_one"})
# A clerk who writes one digit of a twin's date wrongly makes nobody of two.
_SAME_DAY = frozenset({"same", "first_of_january", "exchanged", "one_digit"})
_OTHER_YEAR, _OTHER_DAY = frozenset({"other_january"}), frozenset({"none"})
_SAME_HOME = frozenset({"same", "near"})
_EQUAL_NUMBER = frozenset({"two", "one"})


def decide(
    pairs: pl.DataFrame,
    thresholds: Thresholds,
    *,
    decided: Iterable[Decided] = (),
    joined: Iterable[tuple[str, str]] = (),
    not_by_software: Mapping[str, frozenset[str]] | None = None,
) -> pl.DataFrame:
    """Give the pairs with `answer` and `because`.

    `decided` are people's decisions, and `joined` the pairs that are joined now. `not_by_software` names, by column, groups in which the
    model has done worse than its limit (`groups.worse`): what it would join there a person looks at.
    """
    sure, apart = pl.col("probability") >= thresholds.join, pl.col("probability") < thresholds.fracture
    plain = pl.when(sure).then(pl.lit(Answer.JOIN)).when(apart).then(pl.lit(Answer.APART)).otherwise(pl.lit(Answer.LOOK))
    found = pairs.with_columns(answer=plain, because=pl.lit(Because.WEIGHT))
    found = _where(found, pl.col("answer").eq(Answer.JOIN) & relatives(found), Answer.LOOK, Because.RELATIVE)
    for column, values in (not_by_software or {}).items():
        weak = pl.any_horizontal(pl.col(f"{column}_{end}").cast(pl.String).is_in(list(values)).fill_null(False) for end in "lr")
        found = _where(found, pl.col("answer").eq(Answer.JOIN) & weak, Answer.LOOK, Because.GROUP)
    held = _named(list(joined))
    found = _where(found, held & pl.col("answer").eq(Answer.LOOK), Answer.JOIN, Because.HELD)
    every = list(decided)
    for same, answer in ((True, Answer.JOIN), (False, Answer.APART)):
        said = _named([(each.id_l, each.id_r) for each in every if each.same == same])
        found = _where(found, said, answer, Because.HUMAN)
    return found


def relatives(pairs: pl.DataFrame) -> pl.Expr:
    """Say of each pair whether it may be of twins or relatives: the forenames differ, and what relatives share is shared.

    Where no dates of birth can be compared nothing tells a relative: then other forenames are enough, and so is a name of one word, of
    which nobody can say whether it is the forename that is missing. A father and a son may have one name and one home: so may any two whose
    dates of birth have nothing in common, or only the 1 January that stands where no day was known.
    """

    def level(name: str, among: frozenset[str]) -> pl.Expr:
        return pl.col(f"level_{name}").is_in(list(among)) if f"level_{name}" in pairs.columns else pl.lit(False)

    shared = level("born", _SAME_DAY) | level("postcode", _SAME_HOME)
    no_day = level("born", frozenset({"unknown"})) if "level_born" in pairs.columns else pl.lit(True)
    other_forename = (level("name", _SHARED_NAMES) & shared) | (level("name", _SHARED_NAMES | _HALF_NAMES) & no_day)
    other_birth = level("born", _OTHER_YEAR) | (level("born", _OTHER_DAY) & level("postcode", _SAME_HOME))
    return (other_forename | other_birth) & ~level("numbers", _EQUAL_NUMBER)


def _named(named: list[tuple[str, str]]) -> pl.Expr:
    """Say of each pair whether it is among these, whichever record is named first."""
    if not named:
        return pl.lit(False)
    wanted = [f"{left}\x1f{right}" for pair in named for left, right in (pair, pair[::-1])]
    return (pl.col("id_l") + pl.lit("\x1f") + pl.col("id_r")).is_in(wanted)


def _where(pairs: pl.DataFrame, which: pl.Expr, answer: Answer, because: Because) -> pl.DataFrame:
    return pairs.with_columns(
        answer=pl.when(which).then(pl.lit(answer)).otherwise(pl.col("answer")),
        because=pl.when(which).then(pl.lit(because)).otherwise(pl.col("because")),
    )


def clearest(pairs: pl.DataFrame, *, within: float = 6.0) -> pl.DataFrame:
    """Keep of each record only the pairs whose weight is within so many bits of its best.

    Between two lists a person mostly stands once in each: beside a far better pair, a worse one is somebody else's.
    """
    best = pl.max_horizontal(pl.col("weight").max().over("id_l"), pl.col("weight").max().over("id_r"))
    return pairs.filter(pl.col("weight") >= best - within)
