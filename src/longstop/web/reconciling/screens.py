"""The paths of this group of screens."""

from longstop.access.rules import Permission
from longstop.web.considering.handing import hand_on_to
from longstop.web.doors import Screen
from longstop.web.reconciling import breaks, cohorts, enquiries, lists, statements

# Analysts and assessors see the numbers; whose they are is for those who see referrals.
TOTALS, SEE, DO = Permission.SEE_STATEMENT, Permission.SEE_REFERRALS, Permission.SETTLE
BOTH = ("GET", "POST")
ONE = "statement/breaks/<int:break_id>"
SCREENS: list[Screen] = [
    Screen(path="statement", name="statement", permission=TOTALS, view=statements.latest),
    Screen(path="statement/cohorts", name="cohorts", permission=TOTALS, view=cohorts.listed),
    Screen(path="statement/cohorts/<slug:cohort>", name="cohort", permission=TOTALS, view=cohorts.one),
    Screen(
        path="statement/cohorts/<slug:cohort>/nationality",
        name="cohort-by-nationality",
        permission=DO,
        view=cohorts.by_nationality,
        methods=BOTH,
    ),
    Screen(path="statement/<int:statement_id>", name="statement-numbered", permission=TOTALS, view=statements.numbered),
    Screen(path="statement/<int:statement_id>/<str:line>", name="statement-line", permission=SEE, view=lists.opened),
    Screen(path="statement/breaks", name="breaks", permission=SEE, view=breaks.listed),
    Screen(path=ONE, name="break", permission=SEE, view=breaks.page),
    Screen(path=f"{ONE}/settle", name="break-settle", permission=DO, view=breaks.settle, methods=BOTH),
    Screen(path=f"{ONE}/ask", name="break-ask", permission=DO, view=breaks.seen_to(enquiries.ask), methods=("POST",)),
    Screen(path="asked", name="enquiries", permission=Permission.ANSWER, view=enquiries.waiting),
    Screen(path="asked/<int:enquiry_id>", name="enquiry", permission=Permission.ANSWER, view=enquiries.answered, methods=BOTH),
    Screen(path=f"{ONE}/hand-on", name="break-hand-on", permission=DO, view=breaks.seen_to(hand_on_to(Permission.SETTLE)), methods=BOTH),
]
