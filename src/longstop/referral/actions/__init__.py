"""Every write about who is considered: a receipt is considered, a person decides, answers, explains, looks again, hands on, opens a case.

For doors: `consider_receipt` after a load has finished; `open_from_records` is the one way to open a case from a record. Each is
keyword-only, with `by`, `at` and where dates are counted `today`.
"""

from longstop.referral.actions.answering import (
    DepartureIsExplained,
    LookIsMade,
    OtherHasWork,
    QuestionIsAnswered,
    answer,
    explain,
    join,
    look,
    part,
)
from longstop.referral.actions.considering import NotConsidered, NotFinished, begin_to_consider, consider_receipt
from longstop.referral.actions.counting import count_prisons
from longstop.referral.actions.deciding import (
    InHandAlready,
    MayNotTake,
    NoReason,
    OwnerHasChanged,
    ReferralIsDecided,
    accept,
    find_no_interest,
    find_out_of_remit,
    hand_on,
    refer_by_hand,
)
from longstop.referral.actions.disposing import StillConsidered, dispose_person, propose_disposal
from longstop.referral.actions.legacy import NotTakenIn, TakeoverProgress, take_over
from longstop.referral.actions.opening import open_from_record, open_from_records
from longstop.referral.owners import NobodyToOwn
from longstop.referral.parts import Part

__all__ = [
    "DepartureIsExplained",
    "InHandAlready",
    "LookIsMade",
    "MayNotTake",
    "NoReason",
    "NobodyToOwn",
    "NotConsidered",
    "NotFinished",
    "NotTakenIn",
    "OtherHasWork",
    "OwnerHasChanged",
    "Part",
    "QuestionIsAnswered",
    "ReferralIsDecided",
    "StillConsidered",
    "TakeoverProgress",
    "accept",
    "answer",
    "begin_to_consider",
    "consider_receipt",
    "count_prisons",
    "dispose_person",
    "explain",
    "find_no_interest",
    "find_out_of_remit",
    "hand_on",
    "join",
    "look",
    "open_from_record",
    "open_from_records",
    "part",
    "propose_disposal",
    "refer_by_hand",
    "take_over",
]
