"""The dated rules of early removal, computed: arithmetic only, no verdicts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from longstop.kernel.dates import add_years, in_words
from longstop.kernel.policy import BadPolicy, NotInForce, Version, load


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """What the computation needs to know of the sentence.

    `track` is the prison service's word: SDS, SDS+, EDS automatic, EDS discretionary,
    SOPC, or another, which is then outside the scheme. `release` is the normal release
    date after adjustments: conditional or automatic release, or parole eligibility for
    sentences with parole. `months` is the length imposed. `last_sentenced_on` is the
    latest sentence in a consecutive chain. The days are those adjusted for: remand
    brings release forward; added days, and days unlawfully at large, put it back.
    """

    track: str | None
    sentenced_on: date | None
    release: date | None
    months: int | None = None
    last_sentenced_on: date | None = None
    remand_days: int = 0
    added_days: int = 0
    unlawfully_at_large_days: int = 0

    @property
    def adjustment_days(self) -> int:
        """By how many days adjustments moved release; negative is earlier."""
        return self.added_days + self.unlawfully_at_large_days - self.remand_days


@dataclass(frozen=True, slots=True)
class Unknown:
    """Why no date can be computed, to follow the word "because"."""

    why: str


@dataclass(frozen=True, slots=True)
class _Facts:
    """A sentence of which everything needed is known."""

    sentenced_on: date
    release: date
    sentence: Sentence

    @property
    def custodial_days(self) -> int:
        """Days from sentence to release before adjustments, both counted."""
        unadjusted = self.release - timedelta(days=self.sentence.adjustment_days)
        return (unadjusted - self.sentenced_on).days + 1


def compute(*, sentence: Sentence, today: date) -> date | Unknown:
    """Return the earliest day of removal under the scheme in force today.

    Where that scheme has a transition, a date already reached under the scheme before
    it stays, and nobody sentenced before it began becomes eligible before it began.
    Source: domain.md 1.3, working algorithm.
    """
    try:
        version = load("early_removal").at("scheme", today)
        tracks = load("early_removal").at("eligible", today).texts("tracks")
    except NotInForce:
        return Unknown(f"there was no scheme on {in_words(today)}")
    facts = _facts(sentence, tracks)
    if isinstance(facts, Unknown):
        return facts
    if version.has("known_from_months"):
        floor = version.integer("known_from_months")
        if sentence.months is None or sentence.months < floor:
            return Unknown(f"how the scheme of that day tapered for sentences under {floor} months is not known")
    if version.has("transition") and version.flag("transition"):
        return _with_transition(facts, version)
    return _under(facts, version)


def tranche_passed(*, sentence: Sentence, supplied: date, computed: date, today: date) -> str | None:
    """Return the tranche that explains why the two dates differ, or None.

    A tranche moved release for people already sentenced. It explains a supplied date
    that is the tranche's own day, or one later than the computed date by no more days
    than were ever seen, when the sentence is of its kind, began before it and had not
    ended by it. Source: domain.md 1.3, after the table of expected dates.
    """
    try:
        version = load("early_removal").at("tranches", today)
    except NotInForce:
        return None
    later = 0 < (supplied - computed).days <= version.integer("most_days")
    for move in version.tables("moves"):
        first, last = _span(move, version)
        if _concerns(move, sentence, first, last) and (later or first <= supplied <= last):
            return f"{move.get('name')}, {in_words(first)}"
    return None


def _facts(sentence: Sentence, tracks: tuple[str, ...]) -> _Facts | Unknown:
    if sentence.track is None:
        return Unknown("the kind of sentence is not known")
    if sentence.track not in tracks:
        return Unknown(f"a sentence of the kind “{sentence.track}” is outside the scheme")
    if sentence.sentenced_on is None:
        return Unknown("the date of sentence is not known")
    if sentence.release is None:
        return Unknown("the release date is not known")
    facts = _Facts(sentence.sentenced_on, sentence.release, sentence)
    if facts.release < facts.sentenced_on or facts.custodial_days < 1:
        return Unknown("release does not come after sentence")
    return facts


def _with_transition(facts: _Facts, version: Version) -> date:
    began = version.starts
    last = facts.sentence.last_sentenced_on or facts.sentenced_on
    now = _under(facts, version)
    if max(last, facts.sentenced_on) >= began:
        return now
    before = _under(facts, load("early_removal").at("scheme", began - timedelta(days=1)))
    if before < began:
        return before
    if now >= began:
        return now
    return began + timedelta(days=facts.sentence.added_days)


def _under(facts: _Facts, version: Version) -> date:
    """Return the earliest day under one scheme: the later of its two limits."""
    sentence = facts.sentence
    floor = facts.sentenced_on + timedelta(days=sentence.unlawfully_at_large_days + sentence.added_days)
    served = facts.sentenced_on + timedelta(days=_served_days(facts, version) + sentence.adjustment_days)
    return max(min(served, facts.release), _window_start(facts.release, version), floor)


def _served_days(facts: _Facts, version: Version) -> int:
    """Return the part of custody that must be served, in whole days, rounded up."""
    part = version.integers("served")
    if len(part) != 2 or part[1] < 1:
        raise BadPolicy(f"{version.version}: “served” is a numerator and a denominator.")
    return -(-facts.custodial_days * part[0] // part[1])


def _window_start(release: date, version: Version) -> date:
    if version.has("window_years"):
        return add_years(release, -version.integer("window_years"))
    return release - timedelta(days=version.integer("window_days"))


def _concerns(move: Mapping[str, object], sentence: Sentence, first: date, last: date) -> bool:
    if sentence.sentenced_on is None or sentence.release is None:
        return False
    tracks, months = move.get("tracks"), sentence.months
    if not isinstance(tracks, list) or sentence.track not in tracks:
        return False
    over, to = move.get("months_over"), move.get("months_to")
    if months is not None and ((isinstance(over, int) and months <= over) or (isinstance(to, int) and months > to)):
        return False
    return sentence.sentenced_on < last and sentence.release >= first


def _span(move: Mapping[str, object], version: Version) -> tuple[date, date]:
    first, last = move.get("first"), move.get("last")
    if not isinstance(first, date) or not isinstance(last, date):
        raise BadPolicy(f"{version.version}: each of “moves” has “first” and “last”, dates.")
    return first, last
