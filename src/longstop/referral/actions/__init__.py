"""Every write about who is considered: a receipt is considered, a person decides, answers, explains, looks again, hands on, opens a case.

For doors: `consider_receipt` after a load has finished; `open_from_records` is the one way to open a case from a record. Each is
keyword-only, with `by`, `at` and where dates are counted `today`.
"""

from longstop.referral.actions.answering import (
    DepartureIsExplained,
    LookIsMade,
    QuestionIsAnswered,
    answer,
    explain,
    look,
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
from longstop.referral.actions.joining import NotJoined, OtherHasWork, join, part, undo_join
from longstop.referral.actions.legacy import NotTakenIn, TakeoverProgress, take_over
from longstop.referral.actions.opening import open_from_record, open_from_records
from longstop.referral.actions.pairs import AnsweredBefore, AskedAlready, ask_whether_one
from longstop.referral.owners import NobodyToOwn
from longstop.referral.parts import Part

__all__ = [
    "AnsweredBefore",
    "AskedAlready",
    "DepartureIsExplained",
    "InHandAlready",
    "LookIsMade",
    "MayNotTake",
    "NoReason",
    "NobodyToOwn",
    "NotConsidered",
    "NotFinished",
    "NotJoined",
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
    "ask_whether_one",
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
    "undo_join",
]
