"""Every write there is about statements, breaks, and what the other agency is asked."""

from longstop.reconciliation.actions.disposing import StillBroken, dispose_person, propose_disposal
from longstop.reconciliation.actions.enquiring import BreakIsSettled, CannotBeAsked, IsAnswered, NoAnswer, answer, enquire
from longstop.reconciliation.actions.filtering import NoPurpose, NotANationality, state_purpose
from longstop.reconciliation.actions.reconciling import reconcile
from longstop.reconciliation.actions.settling import NoReason, NothingToTake, SaysOtherwise, settle

__all__ = [
    "BreakIsSettled",
    "CannotBeAsked",
    "IsAnswered",
    "NoAnswer",
    "NoPurpose",
    "NoReason",
    "NotANationality",
    "NothingToTake",
    "SaysOtherwise",
    "StillBroken",
    "answer",
    "dispose_person",
    "enquire",
    "propose_disposal",
    "reconcile",
    "settle",
    "state_purpose",
]
