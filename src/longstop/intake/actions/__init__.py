"""Every write about what arrives."""

from longstop.intake.actions.arrivals import NotWaiting, mark_opened, set_aside, take_up
from longstop.intake.actions.assets import AssetEntry, edit_asset
from longstop.intake.actions.casework import CaseworkTaken, take_in_casework
from longstop.intake.actions.codes import CodeIsDecided, accept_code, close_code, map_code, reopen_code
from longstop.intake.actions.disposal import dispose_person
from longstop.intake.actions.holding import Holding, NotHeld, hold, reject_held, release_held
from longstop.intake.actions.receipts import Counts, LoadTakenOver, begin, finish, finish_repeat
from longstop.intake.actions.refusals import RefusalIsNotOpen, Refused, close_refusal
from longstop.intake.actions.staff import take_in_staff
from longstop.intake.actions.taking import HeldOtherwise, Taken, take_in

__all__ = [
    "AssetEntry",
    "CaseworkTaken",
    "CodeIsDecided",
    "Counts",
    "HeldOtherwise",
    "Holding",
    "LoadTakenOver",
    "NotHeld",
    "NotWaiting",
    "RefusalIsNotOpen",
    "Refused",
    "Taken",
    "accept_code",
    "begin",
    "close_code",
    "close_refusal",
    "dispose_person",
    "edit_asset",
    "finish",
    "finish_repeat",
    "hold",
    "map_code",
    "mark_opened",
    "reject_held",
    "release_held",
    "reopen_code",
    "set_aside",
    "take_in",
    "take_in_casework",
    "take_in_staff",
    "take_up",
]
