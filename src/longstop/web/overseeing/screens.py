"""The paths of this group of screens."""

from longstop.access.rules import Permission
from longstop.web.doors import Screen
from longstop.web.overseeing import disposals, glass, leave, record, sealing

AUDIT, DISPOSE = Permission.SEE_AUDIT, Permission.DISPOSE
BOTH = ("GET", "POST")
DISPOSALS = "oversight/disposals"
GLASS = "oversight/broken-glass"
SCREENS: list[Screen] = [
    Screen(path=GLASS, name="broken-glass", permission=Permission.SEE_BREAK_GLASS, view=glass.listed),
    Screen(
        path=f"{GLASS}/<int:clearance_id>",
        name="answer-broken-glass",
        permission=Permission.ANSWER_BREAK_GLASS,
        view=glass.answer,
        methods=BOTH,
    ),
    Screen(path="oversight/leave", name="leave", permission=Permission.RESTRICT, view=leave.listed),
    Screen(
        path="oversight/leave/<int:clearance_id>",
        name="take-back-leave",
        permission=Permission.RESTRICT,
        view=leave.take_back,
        methods=BOTH,
    ),
    Screen(path="oversight/record", name="record-of", permission=AUDIT, view=record.find),
    Screen(path="oversight/record/<int:case_id>", name="record-of-case", permission=AUDIT, view=record.of_case),
    Screen(path="oversight/seals", name="seals", permission=AUDIT, view=sealing.listed),
    Screen(path=DISPOSALS, name="disposals", permission=DISPOSE, view=disposals.listed),
    Screen(
        path=f"{DISPOSALS}/propose/<int:person_id>",
        name="propose-disposal",
        permission=DISPOSE,
        view=disposals.propose,
        methods=BOTH,
    ),
    Screen(path=f"{DISPOSALS}/<int:disposal_id>", name="approve-disposal", permission=DISPOSE, view=disposals.approve, methods=BOTH),
]
