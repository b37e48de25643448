"""Whether a rule refers somebody, asks about them, or finds no remit, under the policy of a day. Pure: no ORM, no clock of its own.

A rule opens a referral to consider; it never finds anybody liable. Nationality decides here whether somebody must look and goes no further.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any

from longstop.clocks.working_days import Nation, add
from longstop.kernel.dates import add_months
from longstop.kernel.policy import load
from longstop.kernel.text import fold


class Result(StrEnum):
    """What the rules make of a record."""

    IN_REMIT = "in_remit"
    UNCLEAR = "unclear"
    OUT_OF_REMIT = "out_of_remit"


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the rules look at, as one record says it; `others` is what other records of the same person say of nationality."""

    nationality: str = ""
    legal_status: str = ""
    convicted: str = ""
    sentenced: bool = False
    others: tuple[str, ...] = ()

    def as_plain(self) -> dict[str, Any]:
        """Give the facts as they are kept beside the result, where disposal reaches them."""
        return vars(self) | {"others": list(self.others)}


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """A result with its reasons (see `rules.REASONS`), the question that it asks where it is unclear, and the version of the policy."""

    result: Result
    reasons: tuple[str, ...]
    policy: str
    asks: str = ""


def facts_of(content: Mapping[str, Any], *, legal_status: str, others: Sequence[str] = ()) -> Facts:
    """Gather what the rules look at from a record as intake keeps it."""
    sentence = content.get("sentence", {})
    begun = "sentence_start_date" in content.get("release_dates", {})
    return Facts(
        nationality=str(content.get("nationality") or ""),
        legal_status=legal_status,
        convicted=str(sentence.get("convicted") or "").upper(),
        sentenced=begun or bool(sentence.get("recalled")) or bool(sentence.get("indeterminate")),
        others=tuple(sorted({word for word in others if word})),
    )


@cache
def policy_version(*, today: date) -> str:
    """Name exactly the rules in force on the day."""
    names = ("legal_status", "nationality", "irish")
    return " ".join(load("remit").at(name, today).version.removeprefix("remit/") for name in names)


def judge(facts: Facts, *, today: date) -> Judgement:
    """Say whether a rule refers this person, asks about them, or finds no remit on the day. Sources: `policy/remit.toml`.

    Nobody whose nationality is unknown is taken for British: once convicted they are asked about (domain.md 1.1, step 2).
    """
    policy = policy_version(today=today)
    status = status_of(facts, today=today)
    said, why = nationality_of(facts, today=today)
    if status in ("not_convicted", "civil_prisoner", "died"):
        return Judgement(result=Result.OUT_OF_REMIT, reasons=(status, *([why] if why == "british" else [])), policy=policy)
    if status == "immigration_detainee":
        if said in ("british", "unclear"):
            return _unclear("conflicting_nationality", ("british_detainee" if said == "british" else why, status), policy)
        return Judgement(result=Result.IN_REMIT, reasons=(status, why), policy=policy)
    if said == "british":
        return Judgement(result=Result.OUT_OF_REMIT, reasons=(why,), policy=policy)
    if said == "unclear":
        return _unclear("conflicting_nationality", (why, status), policy)
    if status == "status_unknown":
        return _unclear("unknown_status" if said != "unknown" else "nationality_unknown", (status, why), policy)
    if said == "unknown":
        return _unclear("nationality_unknown", (why, status), policy)
    if said == "irish":
        result = Result(load("remit").at("irish", today).text("result"))
        asks = "conflicting_nationality" if result is Result.UNCLEAR else ""
        return Judgement(result=result, reasons=(why, status), policy=policy, asks=asks)
    return Judgement(result=Result.IN_REMIT, reasons=(why, status), policy=policy)


def _unclear(asks: str, reasons: tuple[str, ...], policy: str) -> Judgement:
    return Judgement(result=Result.UNCLEAR, reasons=reasons, policy=policy, asks=asks)


def status_of(facts: Facts, *, today: date) -> str:
    """Say what the record's legal status comes to: "convicted", "immigration_detainee", or the reason why not, or "status_unknown".

    Where it is missing or says nothing, whether the prison calls the person convicted decides, then whether a sentence has begun.
    """
    if word := _statuses(today).get(facts.legal_status):
        return word
    if facts.convicted == "CONVICTED" or facts.sentenced:
        return "convicted"
    return "not_convicted" if facts.convicted == "REMAND" else "status_unknown"


@cache
def _statuses(today: date) -> dict[str, str]:
    policy = load("remit").at("legal_status", today)
    words = {"convicted": "convicted", "not_convicted": "not_convicted", "immigration_detainee": "immigration_detainee"}
    words |= {"civil": "civil_prisoner", "died": "died"}
    return {status: word for name, word in reversed(words.items()) for status in policy.texts(name)}


def nationality_of(facts: Facts, *, today: date) -> tuple[str, str]:
    """Say what is known of nationality, as (british | irish | foreign | unclear | unknown, the reason's code)."""
    said = _read(facts.nationality, today)
    kinds = {said} | {_read(other, today) for other in facts.others}
    firm = kinds - {"unknown", "unmapped", "missing"}
    if "british" in firm and len(firm) > 1:
        return "unclear", "sources_conflict"
    if "unclear" in firm:
        return "unclear", "dual_or_unclear"
    if not firm:
        return "unknown", _UNKNOWN[said]
    word = "irish" if firm == {"irish"} else "british" if firm == {"british"} else "foreign"
    return word, {"irish": "irish", "british": "british", "foreign": "not_british"}[word]


_UNKNOWN = {"missing": "nationality_missing", "unknown": "nationality_unknown", "unmapped": "nationality_word_unknown"}


def _read(word: str, today: date) -> str:
    return _words(today).get(fold(word), "unmapped") if word.strip() else "missing"


@cache
def _words(today: date) -> dict[str, str]:
    policy = load("remit").at("nationality", today)
    return {fold(word): kind for kind in ("foreign", "unknown", "unclear", "irish", "british") for word in policy.texts(kind)}


def referral_due(*, release_date: date | None, legal_status: str, indeterminate: bool, today: date) -> tuple[date, tuple[str, ...]]:
    """Give the day by which a referral is to be decided, and the reasons that hasten it.

    10 working days; the same day where release is under a calendar month away or has passed (domain.md 1.1, step 2). Somebody who serves
    a sentence of fixed length without a release date is not taken to have a far one.
    """
    policy = load("remit").at("due", today)
    if release_date is not None and release_date < add_months(today, policy.integer("at_once_months")):
        return today, ("release_is_near",)
    if release_date is None and legal_status in ("SENTENCED", "RECALL") and not indeterminate:
        return _working(policy.integer("no_release_date_working_days"), today), ("no_release_date",)
    return _working(policy.integer("referral_working_days"), today), ()


def due_on(kind: str, *, today: date) -> date:
    """Give the day by which a question, a departure or a second look is to be dealt with: "question", "departure" or "look"."""
    return _working(load("remit").at("due", today).integer(f"{kind}_working_days"), today)


@cache
def _working(days: int, today: date) -> date:
    return add(day=today, days=days, nation=Nation(load("remit").at("due", today).text("nation")))
