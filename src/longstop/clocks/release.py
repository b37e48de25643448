"""Which of the release dates that the prison supplied governs, with its name."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date

from longstop.clocks.results import Clock, Kind, alarm, clock, iso, no_rule, year_doubt
from longstop.kernel.dates import NamedDate, earliest, in_words, named
from longstop.kernel.policy import BadPolicy, NotInForce, Version, load

NAMES: Mapping[str, str] = {
    "confirmed": "confirmed release date",
    "conditional": "conditional release date",
    "automatic": "automatic release date",
    "non_parole": "non-parole date",
    "post_recall": "post-recall release date",
    "actual_parole": "approved parole date",
    "home_detention_curfew_actual": "home detention curfew approved date",
    "supplied": "release date as supplied",
    "parole_eligibility": "parole eligibility date",
    "tariff": "tariff date",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseDates:
    """The release dates on a prison record, each under its own name.

    `supplied` is the one that the prison's system put forward as the release date
    without saying which it is.
    """

    confirmed: date | None = None
    conditional: date | None = None
    automatic: date | None = None
    non_parole: date | None = None
    post_recall: date | None = None
    actual_parole: date | None = None
    home_detention_curfew_actual: date | None = None
    supplied: date | None = None
    parole_eligibility: date | None = None
    tariff: date | None = None


def release(
    *,
    dates: ReleaseDates,
    sentence_start: date | None,
    sentence_expiry: date | None,
    today: date,
) -> Clock:
    """Return the release date that governs, under the rule in force today.

    Policy groups the dates: the first group with any date in it decides, and within it
    the earliest. No date is an alarm; so is a governing date before the sentence
    started, after it expires, or outside the years that policy finds plausible. No
    other date is taken in its place. Order of the groups: clocks.toml.
    """
    inputs = _inputs(dates, sentence_start, sentence_expiry)
    try:
        version = load("clocks").at("release", today)
    except NotInForce as error:
        return no_rule(kind=Kind.RELEASE, rule="clocks/release", text=str(error), inputs=inputs, basis=None)
    basis = _governing(dates, version)
    if basis is None:
        text = "the prison has supplied no release date of any kind."
        return alarm(kind=Kind.RELEASE, version=version, reason="missing", text=text, inputs=inputs)
    if doubt := _doubt(basis, sentence_start, sentence_expiry, version):
        return alarm(
            kind=Kind.RELEASE,
            version=version,
            reason="implausible",
            text=doubt,
            inputs=inputs,
            basis=basis,
        )
    return clock(
        kind=Kind.RELEASE,
        version=version,
        due=basis.value,
        reason=next(key for key, name in NAMES.items() if name == basis.name),
        basis=basis,
        inputs=inputs,
        lines=_lines(basis, dates, sentence_start, sentence_expiry),
    )


def earliest_possible(*, dates: ReleaseDates) -> NamedDate | None:
    """Return the earliest date of all on which release might happen.

    For counting back only, so that a parole hearing before the conditional release
    date does not overtake the consideration. It says nothing about plausibility.
    """
    return earliest(named(NAMES[key], getattr(dates, key)) for key in NAMES)


def _governing(dates: ReleaseDates, version: Version) -> NamedDate | None:
    for group in version.lists("groups"):
        unknown = [key for key in group if key not in NAMES]
        if unknown:
            raise BadPolicy(f"{version.version}: “groups” names {unknown[0]!r}, no such date.")
        if found := earliest(named(NAMES[key], getattr(dates, key)) for key in group):
            return found
    return None


def _doubt(basis: NamedDate, start: date | None, expiry: date | None, version: Version) -> str | None:
    """Return what is wrong with the governing date, as a sentence, or None."""
    said = f"the {basis.name}, {in_words(basis.value)},"
    if start is not None and basis.value < start:
        return f"{said} is before the sentence started, {in_words(start)}."
    if expiry is not None and basis.value > expiry:
        return f"{said} is after the sentence expires, {in_words(expiry)}."
    return year_doubt(basis, version)


def _lines(basis: NamedDate, dates: ReleaseDates, start: date | None, expiry: date | None) -> tuple[str, ...]:
    others = [
        f"{NAMES[f.name]} {in_words(value)}"
        for f in fields(dates)
        if (value := getattr(dates, f.name)) is not None and NAMES[f.name] != basis.name
    ]
    unknown = [name for name, value in (("start", start), ("expiry", expiry)) if value is None]
    lines = [f"The {basis.name} governs, {in_words(basis.value)}."]
    if others:
        lines.append(f"Also supplied, and not governing: {', '.join(others)}.")
    if unknown:
        lines.append(f"Not checked against the sentence's {' and '.join(unknown)}: not supplied.")
    return tuple(lines)


def _inputs(dates: ReleaseDates, start: date | None, expiry: date | None) -> Mapping[str, str | None]:
    supplied = {NAMES[f.name]: iso(getattr(dates, f.name)) for f in fields(dates)}
    return {**supplied, "sentence start": iso(start), "sentence expiry": iso(expiry)}
