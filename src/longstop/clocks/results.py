"""What every clock answers: the due date, why that date, and from what it follows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from longstop.kernel.dates import NamedDate, in_words
from longstop.kernel.digests import sha256
from longstop.kernel.policy import Version


class Kind(StrEnum):
    """The clocks there are."""

    RELEASE = "release"
    EARLY_REMOVAL = "early_removal"
    CONSIDERATION_12 = "consideration_12"
    CONSIDERATION_8 = "consideration_8"
    DETENTION_REVIEW = "detention_review"
    CONTACT_REVIEW = "contact_review"
    MONITORING_REVIEW = "monitoring_review"
    CONTACT = "contact"
    ADDRESS_KNOWN = "address_known"


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The answer to "Why this date?", ready to be shown.

    `lines` are whole sentences, in order. `inputs` are (name, ISO text or None).
    """

    lines: tuple[str, ...]
    rule: str
    version: str
    source: str
    confirmed: bool
    inputs: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A due date that can be computed again, or the reason why there is none.

    `due` is None when `alarm` says what is wrong with the dates, or when `reason` is
    "paused". `reason` is a word for programs, `alarm` and `lines` are sentences for
    people. `basis` is the date from which it was counted. `inputs` holds everything
    that the result depends on, beside the version of the rule.
    """

    kind: str
    due: date | None
    reason: str
    basis: NamedDate | None
    inputs: Mapping[str, str | None]
    rule: str
    version: str
    source: str
    confirmed: bool
    alarm: str | None = None
    lines: tuple[str, ...] = ()

    @property
    def inputs_hash(self) -> str:
        """A digest of the inputs and the rule's version, to store beside the due date.

        When it differs from the stored one, the due date has to be written again.
        """
        return sha256({"rule": self.rule, "version": self.version, "inputs": self.inputs})

    def explain(self) -> Explanation:
        """Return the answer to "Why this date?"."""
        return Explanation(
            lines=(*self.lines, self._outcome()),
            rule=self.rule,
            version=self.version,
            source=self.source,
            confirmed=self.confirmed,
            inputs=tuple(sorted(self.inputs.items())),
        )

    def _outcome(self) -> str:
        if self.alarm is not None:
            return f"There is no date: {self.alarm}"
        if self.due is None:
            return "There is no date while the clock is paused."
        assumed = "" if self.confirmed else " The rule is an assumption and not yet confirmed."
        return f"So the date is {in_words(self.due)}.{assumed}"


def clock(
    *,
    kind: str,
    version: Version,
    due: date | None,
    reason: str,
    basis: NamedDate | None,
    inputs: Mapping[str, str | None],
    lines: tuple[str, ...],
) -> Clock:
    """Return the result of a rule, with the rule's version and source."""
    return Clock(
        kind=kind,
        due=due,
        reason=reason,
        basis=basis,
        inputs=inputs,
        rule=f"{version.file}/{version.name}",
        version=version.version,
        source=version.source,
        confirmed=version.confirmed,
        lines=lines,
    )


def alarm(
    *,
    kind: str,
    version: Version,
    reason: str,
    text: str,
    inputs: Mapping[str, str | None],
    basis: NamedDate | None = None,
) -> Clock:
    """Return a clock without a due date that says what is wrong with its dates."""
    return Clock(
        kind=kind,
        due=None,
        reason=reason,
        basis=basis,
        inputs=inputs,
        rule=f"{version.file}/{version.name}",
        version=version.version,
        source=version.source,
        confirmed=version.confirmed,
        alarm=text,
    )


def no_rule(*, kind: str, rule: str, text: str, inputs: Mapping[str, str | None], basis: NamedDate | None) -> Clock:
    """Return a clock without a due date because no rule was in force on its day."""
    return Clock(
        kind=kind,
        due=None,
        reason="no_rule",
        basis=basis,
        inputs=inputs,
        rule=rule,
        version="none in force",
        source="",
        confirmed=False,
        alarm=text,
    )


def year_doubt(basis: NamedDate, version: Version) -> str | None:
    """Return a sentence when the date lies outside the years policy finds plausible.

    Placeholders such as 1900 and 9999 end here. Raises BadPolicy without the bounds.
    """
    if version.day("plausible_from") <= basis.value < version.day("plausible_to"):
        return None
    return f"the {basis.name}, {in_words(basis.value)}, is in no plausible year."


def iso(value: date | None) -> str | None:
    """Return the date as ISO text for the inputs, or None."""
    return None if value is None else value.isoformat()
