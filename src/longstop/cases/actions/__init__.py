"""Every write there is about a case, by the verb: open, assign, offer, allocate, plan a departure, note, close.

Each is keyword-only, runs in one transaction, records one event, and leaves the guarantee standing: the database
checks it before the action ends.
"""

from longstop.cases.actions.allocating import Move, UndoIsTooLate, allocate_many, undo_bulk
from longstop.cases.actions.authorities import Authorised, AuthorityDates, NotSaidByWhom
from longstop.cases.actions.beginning import Opened
from longstop.cases.actions.closing import NoEvidence, PersonIsDisposed, TracksNotAtRest, close, reopen
from longstop.cases.actions.covering import AlreadyAway, LeavesUncovered, end_absence, record_absence, set_cover
from longstop.cases.actions.dating import FirstDateStands, change_custody, record_key_date, rewind
from longstop.cases.actions.departing import take_effect
from longstop.cases.actions.detaining import authorise_detention
from longstop.cases.actions.disposing import PersonHasOpenCase, RecordsJoinedSince, dispose_person, propose_disposal
from longstop.cases.actions.leaving import LastDayHasPassed, NoDeparturePlanned, end_role, forget_departure, plan_departure, sign_handover
from longstop.cases.actions.moving import (
    AlreadyTheOwner,
    CaseHasChanged,
    CaseIsClosed,
    CaseIsOpen,
    LacksCompetence,
    MayNotOwn,
    NoNextTask,
    OwnerHasChanged,
    OwnerIsLeaving,
    assign,
)
from longstop.cases.actions.noting import write_note
from longstop.cases.actions.offering import OfferIsAnswered, PackNotRead, accept, decline, offer, withdraw_offer
from longstop.cases.actions.opening import AlreadyOpen, Result, open_case, open_cases
from longstop.cases.actions.receiving import Placement, open_from_record
from longstop.cases.actions.remapping import NoSuchMove, check_move, move_off_vanished
from longstop.cases.actions.restricting import restrict, unrestrict
from longstop.cases.actions.staffing import amend_staff
from longstop.cases.actions.stepping import (
    BeforeTheLastStep,
    EvidenceMissing,
    MayBeBritish,
    NotTakenByAStep,
    NotYoursToTake,
    SafeguardingNotFresh,
    Taken,
    TrackHasMoved,
    take_step,
)
from longstop.cases.actions.tasking import (
    AnswerTheOffer,
    TakeTheStep,
    acknowledge,
    add_task,
    complete_task,
    hold,
    move_due,
    reassign_task,
    withdraw_task,
)
from longstop.cases.actions.watching import ask_after_contact

__all__ = [
    "AlreadyAway",
    "AlreadyOpen",
    "AlreadyTheOwner",
    "AnswerTheOffer",
    "Authorised",
    "AuthorityDates",
    "BeforeTheLastStep",
    "CaseHasChanged",
    "CaseIsClosed",
    "CaseIsOpen",
    "EvidenceMissing",
    "FirstDateStands",
    "LacksCompetence",
    "LastDayHasPassed",
    "LeavesUncovered",
    "MayBeBritish",
    "MayNotOwn",
    "Move",
    "NoDeparturePlanned",
    "NoEvidence",
    "NoNextTask",
    "NoSuchMove",
    "NotSaidByWhom",
    "NotTakenByAStep",
    "NotYoursToTake",
    "OfferIsAnswered",
    "Opened",
    "OwnerHasChanged",
    "OwnerIsLeaving",
    "PackNotRead",
    "PersonHasOpenCase",
    "PersonIsDisposed",
    "Placement",
    "RecordsJoinedSince",
    "Result",
    "SafeguardingNotFresh",
    "TakeTheStep",
    "Taken",
    "TrackHasMoved",
    "TracksNotAtRest",
    "UndoIsTooLate",
    "accept",
    "acknowledge",
    "add_task",
    "allocate_many",
    "amend_staff",
    "ask_after_contact",
    "assign",
    "authorise_detention",
    "change_custody",
    "check_move",
    "close",
    "complete_task",
    "decline",
    "dispose_person",
    "end_absence",
    "end_role",
    "forget_departure",
    "hold",
    "move_due",
    "move_off_vanished",
    "offer",
    "open_case",
    "open_cases",
    "open_from_record",
    "plan_departure",
    "propose_disposal",
    "reassign_task",
    "record_absence",
    "record_key_date",
    "reopen",
    "restrict",
    "rewind",
    "set_cover",
    "sign_handover",
    "take_effect",
    "take_step",
    "undo_bulk",
    "unrestrict",
    "withdraw_offer",
    "withdraw_task",
    "write_note",
]
