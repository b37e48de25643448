"""The paths of this group of screens."""

from longstop.access.rules import Permission
from longstop.web.administering import postings, views
from longstop.web.doors import Screen

MANAGE = Permission.MANAGE_STAFF
BOTH = ("GET", "POST")
SCREENS: list[Screen] = [
    Screen(path="staff", name="staff", permission=MANAGE, view=views.listed),
    Screen(path="staff/enrol", name="enrol", permission=MANAGE, view=views.enrol, methods=BOTH),
    Screen(path="staff/<int:staff_id>", name="staff-member", permission=MANAGE, view=views.shown),
    Screen(path="staff/<int:staff_id>/amend", name="amend-staff", permission=MANAGE, view=views.amend, methods=BOTH),
    Screen(path="staff/<int:staff_id>/grant-role", name="grant-role", permission=MANAGE, view=views.grant, methods=BOTH),
    Screen(path="staff/<int:staff_id>/competence", name="grant-competence", permission=MANAGE, view=views.competence, methods=BOTH),
    Screen(path="staff/<int:staff_id>/prisons", name="give-prisons", permission=MANAGE, view=postings.give, methods=BOTH),
    Screen(path="staff/prisons/<int:posting_id>/end", name="end-prison", permission=MANAGE, view=postings.end, methods=BOTH),
    Screen(path="staff/<int:staff_id>/password", name="set-password", permission=MANAGE, view=views.password, methods=BOTH),
    Screen(path="staff/<int:staff_id>/bring-back", name="bring-back", permission=MANAGE, view=views.bring_back, methods=BOTH),
    Screen(path="teams", name="teams", permission=MANAGE, view=views.teams),
    Screen(path="teams/<int:team_id>/leader", name="team-leader", permission=MANAGE, view=views.leader, methods=BOTH),
]
