"""The Early Removal Scheme: the prison's date governs; the dated rules check it.

Rules and working algorithm: domain.md 1.3. All its dates are in early_removal.toml.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from longstop.clocks.results import Clock, Kind, alarm, clock, iso, no_rule
from longstop.clocks.schemes import Sentence, Unknown, compute, tranche_passed
from longstop.kernel.dates import NamedDate, in_words
from longstop.kernel.policy import NotInForce, Version, load

_NAME = "early removal eligibility date"


class Verdict(StrEnum):
    """What the plausibility check found."""

    AGREES = "agrees"
    EXPLAINED = "explained by a tranche"
    DIFFERS = "differs"
    CANNOT = "cannot be computed"


@dataclass(frozen=True, slots=True)
class Check:
    """The computed date beside the supplied one.

    `days` is supplied less computed: positive when the supplied date is the later.
    `words` says it in one sentence. A check never changes the date that governs.
    """

    verdict: Verdict
    computed: date | None
    days: int | None
    words: str


@dataclass(frozen=True, slots=True)
class EarlyRemoval:
    """The clock of the supplied date, and the check of it."""

    clock: Clock
    check: Check


@dataclass(frozen=True, slots=True)
class Window:
    """The days on which early removal is possible, as they stand on one day.

    From `opens` up to, and not with, `closes`. `days_left` counts from that day, or
    from the opening if it is still ahead; `days_lost` have passed since the opening.
    """

    opens: date
    closes: date
    is_open: bool
    days_left: int
    days_lost: int


def early_removal(*, supplied: date | None, sentence: Sentence, today: date) -> EarlyRemoval:
    """Return when early removal becomes possible, and whether that date is plausible.

    The date that the prison supplied governs. None supplied is an alarm, even where one
    could be computed; so is one before the sentence or not before release. The check
    uses the scheme in force today and says that it agrees, is explained by a tranche,
    differs by so many days, or cannot be computed and why.
    """
    inputs = _inputs(supplied, sentence)
    try:
        version = load("early_removal").at("scheme", today)
    except NotInForce as error:
        none = no_rule(kind=Kind.EARLY_REMOVAL, rule="early_removal/scheme", text=str(error), inputs=inputs, basis=None)
        return EarlyRemoval(none, Check(Verdict.CANNOT, None, None, f"It cannot be computed: {error}"))
    return EarlyRemoval(_clock(supplied, sentence, version, inputs), _check(supplied, sentence, today))


def window(*, opens: date, closes: date, today: date) -> Window | None:
    """Return the removal window as it stands today, or None when it has no day in it.

    It closes on the day of normal release, on which it is no longer open.
    """
    if closes <= opens:
        return None
    reached = min(max(today, opens), closes)
    return Window(
        opens=opens,
        closes=closes,
        is_open=opens <= today < closes,
        days_left=(closes - reached).days,
        days_lost=(reached - opens).days,
    )


def _clock(supplied: date | None, sentence: Sentence, version: Version, inputs: Mapping[str, str | None]) -> Clock:
    if supplied is None:
        text = "the prison has supplied no early removal eligibility date."
        return alarm(kind=Kind.EARLY_REMOVAL, version=version, reason="missing", text=text, inputs=inputs)
    basis = NamedDate(_NAME, supplied)
    if doubt := _doubt(supplied, sentence):
        return alarm(kind=Kind.EARLY_REMOVAL, version=version, reason="implausible", text=doubt, inputs=inputs, basis=basis)
    return clock(
        kind=Kind.EARLY_REMOVAL,
        version=version,
        due=supplied,
        reason="supplied",
        basis=basis,
        inputs=inputs,
        lines=(f"The {_NAME} that the prison supplied governs, {in_words(supplied)}.",),
    )


def _doubt(supplied: date, sentence: Sentence) -> str | None:
    said = f"the {_NAME}, {in_words(supplied)},"
    if sentence.sentenced_on is not None and supplied < sentence.sentenced_on:
        return f"{said} is before the sentence, {in_words(sentence.sentenced_on)}."
    if sentence.release is not None and supplied > sentence.release:
        return f"{said} is after release, {in_words(sentence.release)}."
    return None


def _check(supplied: date | None, sentence: Sentence, today: date) -> Check:
    computed = compute(sentence=sentence, today=today)
    if isinstance(computed, Unknown):
        return Check(Verdict.CANNOT, None, None, f"It cannot be computed because {computed.why}.")
    if supplied is None:
        words = f"None was supplied; the rules give {in_words(computed)}."
        return Check(Verdict.CANNOT, computed, None, words)
    days = (supplied - computed).days
    if days == 0:
        return Check(Verdict.AGREES, computed, 0, f"The rules agree: {in_words(computed)}.")
    away = f"{abs(days)} {'day' if abs(days) == 1 else 'days'}"
    words = f"The supplied date is {away} {'later' if days > 0 else 'earlier'} than the rules give, {in_words(computed)}"
    if tranche := tranche_passed(sentence=sentence, supplied=supplied, computed=computed, today=today):
        return Check(Verdict.EXPLAINED, computed, days, f"{words}; explained by a tranche: {tranche}.")
    return Check(Verdict.DIFFERS, computed, days, f"{words}.")


def _inputs(supplied: date | None, sentence: Sentence) -> Mapping[str, str | None]:
    return {
        "supplied": iso(supplied),
        "track": sentence.track,
        "sentenced": iso(sentence.sentenced_on),
        "last sentenced in a chain": iso(sentence.last_sentenced_on),
        "release": iso(sentence.release),
        "months": None if sentence.months is None else str(sentence.months),
        "remand days": str(sentence.remand_days),
        "added days": str(sentence.added_days),
        "unlawfully at large days": str(sentence.unlawfully_at_large_days),
    }
