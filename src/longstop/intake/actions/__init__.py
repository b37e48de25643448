"""Every write about what arrives."""

from longstop.intake.actions.arrivals import NotWaiting, mark_opened, set_aside, take_up
from longstop.intake.actions.disposal import dispose_person
from longstop.intake.actions.receipts import Counts, LoadTakenOver, begin, finish, finish_repeat
from longstop.intake.actions.refusals import RefusalIsNotOpen, Refused, close_refusal
from longstop.intake.actions.staff import take_in_staff
from longstop.intake.actions.taking import Taken, take_in

__all__ = [
    "Counts",
    "LoadTakenOver",
    "NotWaiting",
    "RefusalIsNotOpen",
    "Refused",
    "Taken",
    "begin",
    "close_refusal",
    "dispose_person",
    "finish",
    "finish_repeat",
    "mark_opened",
    "set_aside",
    "take_in",
    "take_in_staff",
    "take_up",
]
