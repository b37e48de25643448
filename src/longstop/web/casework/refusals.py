"""What an action's refusal means to the person at the screen: what has happened, who owns it now, what to do."""

from collections.abc import Callable

from django import forms

from longstop.access import queries as access
from longstop.audit.operations import GuaranteeBroken
from longstop.cases import actions
from longstop.cases.actions.dating import DateInTheFuture
from longstop.cases.actions.noting import EmptyNote
from longstop.cases.actions.tasking import AnswerThePapers
from longstop.kernel.dates import in_words
from longstop.work.actions import NotLateEnough, NotYourRung, TaskIsNotOpen
from longstop.work.rules import DueInThePast, DueTooFar, HoldTooLong, NoReason, NotAHold

Refusals = dict[type[Exception], tuple[tuple[str, ...], str]]

# The fields that an error may stand beside, the first that the form has, and the words.
SAID: Refusals = {
    TaskIsNotOpen: (
        (),
        "This task was finished or withdrawn by somebody else in the meantime. Go back to the case to see what is open now.",
    ),
    NotLateEnough: ((), "The task is not late enough for that: there is nothing to acknowledge there yet."),
    NotYourRung: ((), "Somebody else answers there: the person named in the line of accountability, or anybody above them."),
    DueInThePast: (("due", "then_due", "wake"), "The date must be today or later"),
    NoReason: (("reason",), "Enter the reason"),
    NotAHold: (("wake",), "This kind of task cannot be put on hold"),
    actions.NoNextTask: (("then_kind",), "Say what happens next: this is the last dated task on the case, and an open case always has one"),
    actions.CaseIsClosed: ((), "The case was closed in the meantime. Reopen it first if it needs more work."),
    actions.CaseIsOpen: ((), "The case is open already: somebody else reopened it."),
    actions.CaseHasChanged: ((), "Somebody changed the case while you had this page open. Look at the case again before you go on."),
    actions.MayNotOwn: (("owner", "owner_number"), "This person may not own cases: choose a caseworker or a team leader who is in a team"),
    actions.OwnerIsLeaving: (("owner", "owner_number"), "This person is about to leave: choose somebody else"),
    actions.LacksCompetence: (("owner", "owner_number"), "This person lacks the competence that the case needs: choose somebody else"),
    actions.FirstDateStands: (("name",), "The day on which consideration began is recorded already: the first day stands"),
    actions.PersonIsDisposed: ((), "What was known about this person was destroyed under a certificate: the case cannot be reopened."),
    actions.NotSaidByWhom: (("given_by",), "Enter who gave it"),
    actions.NoEvidence: (("evidence",), "Enter the evidence of the outcome"),
    actions.TakeTheStep: ((), "This task asks for the next step of the process: take it under Process, on the case."),
    actions.TrackHasMoved: ((), "Somebody took a step on this track in the meantime. Look at the case again before you go on."),
    actions.BeforeTheLastStep: (("on",), "The day must not be before the step that led here"),
    actions.TracksNotAtRest: (
        (),
        "Something is still under way on this case: take the steps that end it, under Process, before you close it.",
    ),
    actions.MayBeBritish: (
        (),
        "There is a sign that this person is British, or a Windrush claim. No notice is served and no step towards removal is taken until a"
        " named person has decided that they are not.",
    ),
    actions.SafeguardingNotFresh: (
        ("considered",),
        "Whether the person needs protection was not considered lately, or a concern is open. Record that first, under"
        " Safeguarding, or say here why this step goes on all the same",
    ),
    AnswerThePapers: ((), "Papers to be served are answered for on a page of their own: say there whether they were served."),
    EmptyNote: (("text",), "Enter the note"),
}
AUTHORITY_DATES = {
    "effective_from": "The day on which it takes effect must be the day on which it was given, or later",
    "until": "The last day must be the day on which it takes effect, or later",
}
DECIDED = "This task ends with a decision, an answer or an explanation: give it on the page of what the task is about."
BROKEN = {
    **{f"open_{kind}_has_dated_task": DECIDED for kind in ("referral", "question", "departure", "look", "break")},
    "one_open_case_a_person": "This person has another open case. A person has one open case at a time: work on that one.",
}


def attempt(form: forms.Form, act: Callable[[], object]) -> bool:
    """Do an act, and say whether it was done; where it was refused, the form says why, beside the field that can mend it."""
    try:
        act()
    except tuple(SAID) as refused:
        names, words = next(said for kind, said in SAID.items() if isinstance(refused, kind))
        form.add_error(next((name for name in names if name in form.fields), None), words)
    except actions.NotYoursToTake:
        form.add_error(None, "This step is somebody else's: of another role, or another person than whoever took the one before.")
    except DateInTheFuture as refused:
        form.add_error(refused.name if refused.name in form.fields else None, "The day must be today or earlier: it says what has happened")
    except actions.AuthorityDates as refused:
        form.add_error(refused.name, AUTHORITY_DATES[refused.name])
    except DueTooFar as refused:
        form.add_error(
            next((name for name in ("due", "then_due") if name in form.fields), None),
            f"The date may be {in_words(refused.latest)} at the latest",
        )
    except HoldTooLong as refused:
        beside = next((name for name in ("wake", "due") if name in form.fields), None)
        form.add_error(beside, f"A hold may last until {in_words(refused.latest)} at most")
    except actions.OwnerHasChanged as refused:
        form.add_error(None, f"The case is now owned by {access.staff(refused.owner_id).name}. Look at it again before you go on.")
    except GuaranteeBroken as refused:
        form.add_error(
            None, BROKEN.get(refused.constraint, "Longstop refused this, because it would leave work without an owner or a date.")
        )
    else:
        return True
    return False
