"""Contact with somebody who is not detained: by when they are next to be in contact, and by when their address is to be known.

These clocks cannot be paused, and a date that is missing is an alarm: somebody who is told of no next contact is already out of sight.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from longstop.clocks.results import Clock, Kind, alarm, clock, iso, no_rule, year_doubt
from longstop.kernel.dates import NamedDate, in_words, named
from longstop.kernel.policy import NotInForce, Version, load


def contact(*, last_contact: date | None, next_reporting: date | None) -> Clock:
    """Return by when a person in the community is next to be in contact.

    On the next reporting date, unless they were in contact on or after it; then, and where there is none, so many days after the last
    contact, by the rule in force on the day of that contact. Where neither is known the clock alarms. No number of days was found in any
    source (domain.md 1.6): policy's is an assumption.
    """
    inputs: Mapping[str, str | None] = {"last contact": iso(last_contact), "next reporting": iso(next_reporting)}
    reporting, last = named("next reporting date", next_reporting), named("last contact", last_contact)
    stands = reporting if reporting and (last is None or last.value < reporting.value) else None
    basis = stands or last
    if basis is None:
        text = "neither a next reporting date nor a last contact is recorded."
        return alarm(kind=Kind.CONTACT, version=load("clocks").versions(Kind.CONTACT)[-1], reason="missing", text=text, inputs=inputs)
    version = _rule(Kind.CONTACT, basis, inputs)
    if isinstance(version, Clock):
        return version
    if stands is not None:
        report = _after(last, f"They are to report on {in_words(stands.value)}, and were not in contact on that day or since.")
        return clock(kind=Kind.CONTACT, version=version, due=stands.value, reason="reporting", basis=stands, inputs=inputs, lines=report)
    days = version.integer("days")
    lines = (f"The last contact was on {in_words(basis.value)}.", *_met(reporting), f"The rule asks for contact within {days} days.")
    due = basis.value + timedelta(days=days)
    return clock(kind=Kind.CONTACT, version=version, due=due, reason="interval", basis=basis, inputs=inputs, lines=lines)


def address_known(*, first_reporting: date | None) -> Clock:
    """Return by when the address of a person in the community is to be known: the day of the first reporting event.

    Asked only while no address is known. Those with none are asked for it at the first reporting event (domain.md 1.7); that the day is
    also the limit is our reading. Where that day is not recorded the clock alarms.
    """
    inputs: Mapping[str, str | None] = {"first reporting": iso(first_reporting)}
    basis = named("first reporting date", first_reporting)
    if basis is None:
        text = "no address is known, and the first reporting date is not recorded."
        version = load("clocks").versions(Kind.ADDRESS_KNOWN)[-1]
        return alarm(kind=Kind.ADDRESS_KNOWN, version=version, reason="missing", text=text, inputs=inputs)
    found = _rule(Kind.ADDRESS_KNOWN, basis, inputs)
    if isinstance(found, Clock):
        return found
    lines = (
        f"They report for the first time on {in_words(basis.value)}.",
        "Their address is to be known by then, and no day is recorded on which it was.",
    )
    return clock(kind=Kind.ADDRESS_KNOWN, version=found, due=basis.value, reason="reporting", basis=basis, inputs=inputs, lines=lines)


def _rule(kind: Kind, basis: NamedDate, inputs: Mapping[str, str | None]) -> Version | Clock:
    """Give the rule in force on the day, or the clock that says why there is none or why the day cannot be believed."""
    try:
        version = load("clocks").at(kind, basis.value)
    except NotInForce as error:
        return no_rule(kind=kind, rule=f"clocks/{kind}", text=str(error), inputs=inputs, basis=basis)
    if doubt := year_doubt(basis, version):
        return alarm(kind=kind, version=version, reason="implausible", text=doubt, inputs=inputs, basis=basis)
    return version


def _after(last: NamedDate | None, line: str) -> tuple[str, ...]:
    said = f"The last contact was on {in_words(last.value)}." if last else "No contact is recorded."
    return (said, line)


def _met(reporting: NamedDate | None) -> tuple[str, ...]:
    return (f"That was on or after the reporting date, {in_words(reporting.value)}, and no later one is recorded.",) if reporting else ()
