"""What happened to referrals, questions, departures and second looks, in plain words."""

from longstop.referral.rules import ANSWERS, EXPLANATIONS, OUTCOMES, QUESTIONS, REASONS
from longstop.web.parts import Fact
from longstop.web.presenters.telling import Telling, Told, plain, presents

GROUP = "considered"
COUNTS = {
    "considered": "Records considered",
    "referred": "Referred",
    "questioned": "Asked about",
    "in_hand": "In hand already",
    "decided": "Decided before",
    "out_of_remit": "Out of remit",
    "taken_on": "Persons taken on",
    "joined": "Records joined to somebody known",
    "alike": "Questions whether two are one person",
    "looks": "Drawn for a second look",
    "departed": "Departures",
    "returned": "Back on the list",
}

TAKEOVER = {
    "persons": "Persons",
    "taken_on": "Persons taken on",
    "joined": "Records joined to somebody known",
    "known": "Persons known already",
    "cases": "Cases of the old system",
    "opened": "Taken over as open cases",
    "asked": "Asked about: the person has an open case",
    "kept": "Ended, and kept as records",
    "in_hand": "Taken over before",
    "not_taken": "Could not be taken over",
    "owner_gone": "Owners who have gone",
    "tasks": "Tasks made",
    "notes": "Notes carried over",
    "alike": "Questions whether two are one person",
}

plain("referral.considering", "Consideration of a list begun", group=GROUP)
plain("legacy.taking_over", "Taking over of an old system's cases begun", group=GROUP)
plain("linkage.seen_to", "What was answered about pairs of records was seen to", group="records")
plain("referral.person_disposed", "Personal values disposed of", group=GROUP)
plain("look.drawn", "Drawn for a second look", group=GROUP)
plain("departure.returned", "Back on the list", group=GROUP)


@presents("referral.records_considered", group=GROUP)
def _records(t: Telling) -> Told:
    return Told("Records of a list considered", details=_counts(t))


@presents("prison.all_counted", group=GROUP)
def _prisons(t: Telling) -> Told:
    return Told("Prisons counted", details=(Fact("Prisons", t.get("prisons")), Fact("People", t.get("people"))))


@presents("referral.receipt_considered", group=GROUP)
def _receipt(t: Telling) -> Told:
    return Told("The whole list was considered", details=_counts(t))


@presents("legacy.cases_dealt_with", group=GROUP)
def _dealt_with(t: Telling) -> Told:
    return Told("Cases of an old system dealt with", details=_takeover(t))


@presents("legacy.taken_over", group=GROUP)
def _taken_over(t: Telling) -> Told:
    return Told("An old system's cases were taken over", details=_takeover(t))


@presents("referral.records_opened", group=GROUP)
def _opened(t: Telling) -> Told:
    return Told("Cases opened from records", t.words("reason"), (Fact("Opened", t.get("done")), Fact("Refused", t.get("refused"))))


@presents("referral.made", group=GROUP)
def _made(t: Telling) -> Told:
    details = [Fact("Because", _reasons(t)), Fact("Decide by", t.day("due"))]
    if t.get("owner_id"):
        details.append(Fact("Owner", t.staff("owner_id")))
    return Told("Referred to be considered", t.words("words"), tuple(details))


@presents("referral.accepted", group=GROUP)
def _accepted(t: Telling) -> Told:
    title = "Referral accepted, and attached to the open case" if t.get("case_was_open") else "Referral accepted, and a case opened"
    return Told(title, t.words("reason"), (Fact("Owner", t.staff("owner_id")),))


@presents("referral.refused", group=GROUP)
def _refused(t: Telling) -> Told:
    outcome, code = t.word("outcome"), t.word("code")
    title = "No interest found" if outcome == "no_interest" else "Found out of remit"
    return Told(title, t.words("reason"), (Fact("Because", OUTCOMES.get(outcome, {}).get(code, code)),))


@presents("referral.handed_on", group=GROUP)
def _handed_on(t: Telling) -> Told:
    return Told("Handed on", t.words("reason"), (Fact("From", t.staff("from_owner_id")), Fact("To", t.staff("to_owner_id"))))


@presents("question.asked", group=GROUP)
def _asked(t: Telling) -> Told:
    details = (Fact("Because", _reasons(t)), Fact("Answer by", t.day("due")), Fact("Owner", t.staff("owner_id")))
    return Told(QUESTIONS.get(t.word("question"), "Question asked"), details=details)


@presents("question.answered", group=GROUP)
def _answered(t: Telling) -> Told:
    words, _ = ANSWERS.get(t.word("question"), {}).get(t.word("answer"), (t.word("answer"), ""))
    return Told("Question answered", t.words("reason"), (Fact("Answer", words),))


@presents("question.overtaken", group=GROUP)
def _overtaken(t: Telling) -> Told:
    return Told("Question overtaken: the record says it now", QUESTIONS.get(t.word("question"), ""))


@presents("departure.noticed", group=GROUP)
def _gone(t: Telling) -> Told:
    return Told("Gone from the list", details=(Fact("Explain by", t.day("due")), Fact("Owner", t.staff("owner_id"))))


@presents("departure.explained", group=GROUP)
def _explained(t: Telling) -> Told:
    why = EXPLANATIONS.get(t.word("explanation"), t.word("explanation"))
    return Told("Departure explained", t.words("evidence"), (Fact("Because", why), Fact("Reason", t.words("reason"))))


@presents("look.made", group=GROUP)
def _looked(t: Telling) -> Told:
    return Told("Second look: agreed" if t.get("agreed") else "Second look: not agreed, and referred", t.words("reason"))


def _reasons(t: Telling) -> str:
    return "; ".join(REASONS.get(code, code.replace("_", " ")) for code in t.get("reasons") or [])


def _counts(t: Telling) -> tuple[Fact, ...]:
    return tuple(Fact(words, t.get(name)) for name, words in COUNTS.items() if t.get(name) or name == "considered")


def _takeover(t: Telling) -> tuple[Fact, ...]:
    return tuple(Fact(words, t.get(name)) for name, words in TAKEOVER.items() if t.get(name) or name in ("persons", "cases"))
