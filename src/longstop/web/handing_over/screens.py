"""The paths of this group of screens."""

from longstop.access.rules import Permission
from longstop.web.doors import Screen
from longstop.web.handing_over import views

BOTH = ("GET", "POST")
SCREENS: list[Screen] = [
    Screen(path="transfers", name="transfers", permission=Permission.TRANSFER, view=views.transfers),
    Screen(path="transfers/<int:offer_id>", name="transfer", permission=Permission.TRANSFER, view=views.transfer, methods=BOTH),
    Screen(path="cases/<int:case_id>/offer", name="case-offer", permission=Permission.TRANSFER, view=views.offer, methods=BOTH),
    Screen(path="cases/<int:case_id>/handover", name="handover", permission=Permission.TRANSFER, view=views.handover, methods=BOTH),
]
