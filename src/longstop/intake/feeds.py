"""What is expected of each source, from dated policy: when its files come, how old and how much shorter they may be. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from longstop.intake.contracts import casework
from longstop.intake.rules import HeldFor
from longstop.kernel.policy import Version, load

# What must be said of every source.
SAID_OF_ASSETS = ("name", "owner", "steward", "purpose", "legal_gateway")


@dataclass(frozen=True, slots=True)
class Expectation:
    """What policy says of a source's files. What is None is not expected."""

    source: str
    every: timedelta | None
    late_after: timedelta
    stale_after: timedelta | None
    shrink_percent: int | None
    holds: bool
    version: Version

    @property
    def oldest(self) -> timedelta | None:
        """How old what a file says may be when it comes: by the source's rhythm, or else as `stale_after` says."""
        return self.stale_after if self.every is None else self.every + self.late_after


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A file as it is compared with another: its rows, and when its source knew what it says."""

    rows: int
    observed_at: datetime


@dataclass(frozen=True, kw_only=True)
class AssetWords:
    """What the register of data assets says of a source in words."""

    name: str
    owner: str
    steward: str
    purpose: str
    legal_gateway: str
    agreement: str = ""


def sources() -> tuple[str, ...]:
    """Give every source that policy knows; the tables of one system are one source there."""
    return load("feeds").names


def feed_of(source: str) -> str:
    """Give the name under which policy and the register know a receipt's source: "casework" for each of its tables."""
    return casework.SOURCE if source.startswith(f"{casework.SOURCE}-") else source


def expectation(source: str, *, on: date) -> Expectation:
    """Give what policy expects of this source on a day. Raises BadPolicy where it does not know the source."""
    version = load("feeds").at(feed_of(source), on)
    return Expectation(
        source=source,
        every=_hours(version, "every_hours"),
        late_after=_hours(version, "late_after_hours") or timedelta(),
        stale_after=_hours(version, "stale_after_hours"),
        shrink_percent=version.integer("shrink_percent") if version.has("shrink_percent") else None,
        holds=version.flag("hold"),
        version=version,
    )


def _hours(version: Version, field: str) -> timedelta | None:
    return timedelta(hours=version.integer(field)) if version.has(field) else None


def held_for(expected: Expectation, file: Counted, *, before: Counted | None, at: datetime) -> HeldFor | None:
    """Say why a file that came `at` has to wait for a person, or None. `before` is the last one taken in: the first is never held.

    A file is late by what it says, never by the gap before it: a fresh file that comes after days of none is not held.
    """
    if not expected.holds or before is None:
        return None
    if expected.shrink_percent is not None and 100 * file.rows < (100 - expected.shrink_percent) * before.rows:
        return HeldFor.SHORTER
    if file.observed_at < before.observed_at:
        return HeldFor.EARLIER
    if expected.oldest is not None and at - file.observed_at > expected.oldest:
        return HeldFor.STALE if expected.every is None else HeldFor.LATE
    return None


def what_to_compare(why: HeldFor, expected: Expectation, file: Counted, *, before: Counted | None, at: datetime) -> str:
    """Say to whoever decides about a held file that came `at` by how much it falls short, and what to lay beside it."""
    said = []
    if why == HeldFor.SHORTER and before is not None:
        gone, percent = before.rows - file.rows, expected.shrink_percent or 0
        said.append(f"It has {gone:,} rows fewer than the last file's {before.rows:,}; at most {percent} per cent may go missing unasked.")
        said.append("Ask the supplier who left, and whether the file is whole.")
    elif why == HeldFor.EARLIER:
        said.append("Compare it with the last file, which is newer: ask the supplier why this one was sent after it.")
    if expected.oldest is not None and at - file.observed_at > expected.oldest:
        age, allowed = _in_hours(at - file.observed_at), _in_hours(expected.oldest)
        said.append(f"It was {age:,} hours old when it came; {allowed:,} are allowed, so it is {age - allowed:,} hours late.")
        said.append("Compare it with the newest list that the supplier has: who arrived or left since, and whose dates have changed.")
    return " ".join(said)


def _in_hours(length: timedelta) -> int:
    """Give whole hours, a begun one counted: what is over the limit is never nought over it."""
    return -(-length // timedelta(hours=1))


def due(expected: Expectation, *, last_received: datetime | None) -> datetime | None:
    """Say when the next file is late, or None where none is expected or none ever came."""
    if expected.every is None or last_received is None:
        return None
    return last_received + expected.every + expected.late_after


def first_words(source: str, *, on: date) -> AssetWords:
    """Give what the register of data assets says of a source until somebody has written about it."""
    version = load("feeds").at(source, on)
    return AssetWords(**{name: version.text(name) for name in SAID_OF_ASSETS})


def review_months(source: str, *, on: date) -> int:
    """Give how often an entry of the register is looked at again."""
    return load("feeds").at(source, on).integer("review_months")
