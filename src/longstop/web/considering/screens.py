"""The paths of this group of screens."""

from longstop.access.rules import Permission
from longstop.web.considering import bulk, departures, joinings, likeness, lists, looks, old_cases, questions, referrals, same
from longstop.web.considering.handing import hand_on
from longstop.web.doors import Screen

SEE, DO, REFER = Permission.SEE_REFERRALS, Permission.CONSIDER, Permission.REFER
BOTH = ("GET", "POST")
ONE, ASKED, GONE, LOOK = (
    "referrals/<int:referral_id>",
    "referrals/questions/<int:question_id>",
    "referrals/departures/<int:departure_id>",
    "referrals/looks/<int:look_id>",
)
SCREENS: list[Screen] = [
    Screen(path="referrals", name="referrals", permission=SEE, view=lists.referrals),
    Screen(path="referrals/accept", name="accept-many", permission=DO, view=bulk.accept, methods=("POST",)),
    Screen(path="referrals/done", name="considered", permission=DO, view=bulk.results),
    Screen(path=ONE, name="referral", permission=SEE, view=referrals.page),
    Screen(path=f"{ONE}/accept", name="referral-accept", permission=DO, view=referrals.accept, methods=BOTH),
    Screen(path=f"{ONE}/no-interest", name="referral-no-interest", permission=DO, view=referrals.no_interest, methods=BOTH),
    Screen(path=f"{ONE}/out-of-remit", name="referral-out-of-remit", permission=DO, view=referrals.out_of_remit, methods=BOTH),
    Screen(path=f"{ONE}/hand-on", name="referral-hand-on", permission=DO, view=hand_on("referral"), methods=BOTH),
    Screen(path="people/<int:person_id>/refer", name="refer", permission=REFER, view=referrals.refer, methods=BOTH),
    Screen(path="people/<int:person_id>/same", name="person-same", permission=DO, view=same.same, methods=BOTH),
    Screen(path="people/<int:person_id>/records/<int:record_id>/part", name="record-part", permission=DO, view=joinings.part, methods=BOTH),
    Screen(path="people/joinings/<int:joining_id>/undo", name="joining-undo", permission=DO, view=joinings.undo, methods=BOTH),
    Screen(path="referrals/questions/sureness", name="sureness", permission=SEE, view=joinings.sureness),
    Screen(path="referrals/questions", name="questions", permission=SEE, view=lists.questions),
    Screen(path=ASKED, name="question", permission=SEE, view=questions.page),
    Screen(path=f"{ASKED}/likeness", name="question-likeness", permission=SEE, view=likeness.page),
    Screen(path=f"{ASKED}/answer", name="question-answer", permission=DO, view=questions.answer, methods=BOTH),
    Screen(path=f"{ASKED}/hand-on", name="question-hand-on", permission=DO, view=hand_on("question"), methods=BOTH),
    Screen(path="referrals/departures", name="departures", permission=SEE, view=lists.departures),
    Screen(path="referrals/departures/file-short", name="file-short", permission=DO, view=bulk.file_short, methods=("POST",)),
    Screen(path=GONE, name="departure-from-list", permission=SEE, view=departures.page),
    Screen(path=f"{GONE}/explain", name="departure-explain", permission=DO, view=departures.explain, methods=BOTH),
    Screen(path=f"{GONE}/hand-on", name="departure-hand-on", permission=DO, view=hand_on("departure"), methods=BOTH),
    Screen(path="referrals/old", name="old-cases", permission=SEE, view=old_cases.listed),
    Screen(path="referrals/looks", name="second-looks", permission=SEE, view=lists.looks),
    Screen(path=LOOK, name="second-look", permission=SEE, view=looks.page),
    Screen(path=f"{LOOK}/look", name="second-look-answer", permission=DO, view=looks.answer, methods=BOTH),
    Screen(path=f"{LOOK}/hand-on", name="second-look-hand-on", permission=DO, view=hand_on("look"), methods=BOTH),
]
