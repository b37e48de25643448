"""Many decided in one go, each in its own act: what was acknowledged stays done whatever becomes of the rest."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from longstop.audit.operations import GuaranteeBroken
from longstop.cases import actions as cases
from longstop.referral.actions.answering import DepartureIsExplained, explain
from longstop.referral.actions.deciding import ReferralIsDecided, accept

# What a person reads of an item that was refused.
WORDS: dict[type[Exception], str] = {
    ReferralIsDecided: "Somebody else has decided on it.",
    DepartureIsExplained: "Somebody else has explained it, or the person is back on the list.",
    cases.AlreadyOpen: "This person has an open case already.",
    cases.MayNotOwn: "The chosen owner may not own cases.",
    cases.OwnerIsLeaving: "The chosen owner is about to leave.",
    cases.LacksCompetence: "The chosen owner lacks a competence that is needed.",
}


@dataclass(frozen=True, kw_only=True)
class Done:
    """What became of one item: the case that it opened or joined, if any, or why nothing was done."""

    id: int
    done: bool
    case_id: int | None = None
    explanation: str = ""


def accept_many(*, referral_ids: Sequence[int], owner_id: int, reason: str, by: int, at: datetime, today: date) -> list[Done]:
    """Accept each of these referrals for one owner, and say what became of each, in the order given."""

    def one(number: int) -> int:
        return accept(referral_id=number, owner_id=owner_id, reason=reason, by=by, at=at, today=today)

    return [_try(number, one) for number in referral_ids]


def explain_many(*, departure_ids: Sequence[int], explanation: str, evidence: str, by: int, at: datetime) -> list[Done]:
    """Explain each of these departures in the same way, and say what became of each, in the order given. Raises NoReason."""

    def one(number: int) -> None:
        explain(departure_id=number, explanation=explanation, evidence=evidence, by=by, at=at)

    return [_try(number, one) for number in departure_ids]


def _try(number: int, act: Callable[[int], int | None]) -> Done:
    try:
        return Done(id=number, done=True, case_id=act(number))
    except tuple(WORDS) as refused:
        return Done(id=number, done=False, explanation=WORDS[type(refused)])
    except GuaranteeBroken as refused:
        return Done(id=number, done=False, explanation=f"The database refused it ({refused.constraint}).")
