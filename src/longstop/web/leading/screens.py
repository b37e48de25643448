"""The paths of this group of screens."""

from longstop.access.rules import Permission
from longstop.web.doors import Screen
from longstop.web.leading import absence, allocation, board, departure, lists, people, results

BOTH = ("GET", "POST")
SCREENS: list[Screen] = [
    Screen(path="team", name="team-board", permission=Permission.SEE_TEAM, view=board.home),
    Screen(path="team/<int:team_id>", name="team", permission=Permission.SEE_TEAM, view=board.board),
    Screen(path="team/<int:team_id>/late", name="team-late", permission=Permission.SEE_TEAM, view=board.late_page),
    Screen(path="team/<int:team_id>/people", name="team-people", permission=Permission.SEE_TEAM, view=people.people_page),
    Screen(path="team/<int:team_id>/cases", name="team-cases", permission=Permission.SEE_TEAM, view=lists.team_cases),
    Screen(path="team/staff/<int:staff_id>", name="staff-page", permission=Permission.SEE_TEAM, view=people.staff_page),
    Screen(path="allocate", name="allocate", permission=Permission.ALLOCATE, view=allocation.allocate, methods=BOTH),
    Screen(path="allocate/preview", name="allocate-preview", permission=Permission.ALLOCATE, view=allocation.preview, methods=("POST",)),
    Screen(path="allocate/confirm", name="allocate-confirm", permission=Permission.ALLOCATE, view=allocation.confirm, methods=("POST",)),
    Screen(path="cases/<int:case_id>/allocate", name="allocate-case", permission=Permission.ALLOCATE, view=allocation.allocate_case),
    Screen(path="allocations/<int:act_id>", name="allocation", permission=Permission.ALLOCATE, view=results.allocation),
    Screen(path="allocations/<int:act_id>/undo", name="allocation-undo", permission=Permission.ALLOCATE, view=results.undo, methods=BOTH),
    Screen(path="absence", name="absence", permission=Permission.RECORD_ABSENCE, view=absence.absences),
    Screen(path="absence/new", name="absence-new", permission=Permission.RECORD_ABSENCE, view=absence.choose),
    Screen(
        path="absence/staff/<int:staff_id>",
        name="absence-record",
        permission=Permission.RECORD_ABSENCE,
        view=absence.record,
        methods=BOTH,
    ),
    Screen(
        path="absence/<int:absence_id>/cover",
        name="absence-cover",
        permission=Permission.RECORD_ABSENCE,
        view=absence.cover,
        methods=BOTH,
    ),
    Screen(
        path="absence/<int:absence_id>/return",
        name="absence-return",
        permission=Permission.RECORD_ABSENCE,
        view=absence.come_back,
        methods=BOTH,
    ),
    Screen(
        path="team/staff/<int:staff_id>/departure",
        name="departure",
        permission=Permission.PLAN_DEPARTURE,
        view=departure.departure,
        methods=BOTH,
    ),
    Screen(
        path="team/staff/<int:staff_id>/departure/forget",
        name="departure-forget",
        permission=Permission.PLAN_DEPARTURE,
        view=departure.forget,
        methods=BOTH,
    ),
    Screen(
        path="team/staff/<int:staff_id>/role", name="staff-role", permission=Permission.PLAN_DEPARTURE, view=departure.role, methods=BOTH
    ),
]
