"""The paths of this group of screens."""

from longstop.access.rules import Permission
from longstop.web.casework.views import case, changing, restricting, stepping, tasks, work, writing
from longstop.web.doors import Screen

BOTH = ("GET", "POST")
OF_CASE = "cases/<int:case_id>"
OF_TASK = "tasks/<int:task_id>"

SCREENS: list[Screen] = [
    Screen(path="work", name="my-work", permission=Permission.SEE_WORK, view=work.my_work),
    Screen(path="work/cases", name="my-cases", permission=Permission.SEE_CASES, view=work.my_cases),
    Screen(path=OF_CASE, name="case", permission=Permission.SEE_CASES, view=case.overview),
    Screen(path=f"{OF_CASE}/process", name="case-process", permission=Permission.SEE_CASES, view=case.process),
    Screen(
        path=f"{OF_CASE}/process/<slug:track>/<slug:step>", name="step", permission=Permission.WORK_CASES, view=stepping.take, methods=BOTH
    ),
    Screen(path=f"{OF_CASE}/notes", name="case-notes", permission=Permission.SEE_CASES, view=case.notes),
    Screen(path=f"{OF_CASE}/ownership", name="case-ownership", permission=Permission.SEE_CASES, view=case.ownership),
    Screen(path=f"{OF_CASE}/viewed", name="case-viewed", permission=Permission.SEE_CASES, view=case.viewed),
    Screen(path=f"{OF_CASE}/records", name="case-records", permission=Permission.SEE_CASES, view=case.records),
    Screen(path=f"{OF_CASE}/notes/write", name="note-write", permission=Permission.WRITE_NOTES, view=writing.write, methods=BOTH),
    Screen(
        path=f"{OF_CASE}/notes/<int:note_id>/correct",
        name="note-correct",
        permission=Permission.WRITE_NOTES,
        view=writing.correct,
        methods=BOTH,
    ),
    Screen(path=f"{OF_CASE}/tasks/add", name="task-add", permission=Permission.WORK_CASES, view=tasks.add, methods=BOTH),
    Screen(path=f"{OF_CASE}/hold", name="case-hold", permission=Permission.WORK_CASES, view=tasks.hold, methods=BOTH),
    Screen(path=f"{OF_CASE}/dates/record", name="key-date", permission=Permission.WORK_CASES, view=changing.key_date, methods=BOTH),
    Screen(path=f"{OF_CASE}/status", name="custody", permission=Permission.WORK_CASES, view=changing.custody, methods=BOTH),
    Screen(path=f"{OF_CASE}/authority", name="authority", permission=Permission.WORK_CASES, view=changing.authority, methods=BOTH),
    Screen(path=f"{OF_CASE}/close", name="case-close", permission=Permission.WORK_CASES, view=changing.close, methods=BOTH),
    Screen(path=f"{OF_CASE}/reopen", name="case-reopen", permission=Permission.WORK_CASES, view=changing.reopen, methods=BOTH),
    Screen(path=f"{OF_CASE}/restrict", name="restrict", permission=Permission.RESTRICT, view=restricting.restrict, methods=BOTH),
    Screen(path=f"{OF_CASE}/leave", name="case-leave", permission=Permission.RESTRICT, view=restricting.leave, methods=BOTH),
    Screen(
        path=f"{OF_CASE}/break-glass",
        name="break-glass",
        permission=Permission.BREAK_GLASS,
        view=restricting.break_glass,
        methods=("POST",),
    ),
    Screen(path=OF_TASK, name="task", permission=Permission.SEE_WORK, view=tasks.task),
    Screen(path=f"{OF_TASK}/complete", name="task-complete", permission=Permission.DO_TASKS, view=tasks.complete, methods=BOTH),
    Screen(path=f"{OF_TASK}/move", name="task-move", permission=Permission.DO_TASKS, view=tasks.move, methods=BOTH),
    Screen(path=f"{OF_TASK}/withdraw", name="task-withdraw", permission=Permission.DO_TASKS, view=tasks.withdraw, methods=BOTH),
    Screen(path=f"{OF_TASK}/acknowledge", name="acknowledge", permission=Permission.DO_TASKS, view=tasks.acknowledge, methods=BOTH),
    Screen(path=f"{OF_TASK}/reassign", name="task-reassign", permission=Permission.DO_TASKS, view=tasks.reassign, methods=BOTH),
]
