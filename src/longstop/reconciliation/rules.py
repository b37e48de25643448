"""The lines of a statement, the kinds of break and how each may be settled: pure, no ORM, no clock."""

from collections.abc import Mapping
from enum import StrEnum

from longstop.kernel.states import Steps

BREAK = Steps(
    name="break",
    begins=("open",),
    next={"open": ("settled", "gone"), "settled": (), "gone": ()},
    acts={"open": "owner"},
)


class Side(StrEnum):
    """Whose persons a line counts."""

    BOTH = "both"
    OURS = "ours"
    THEIRS = "theirs"


class Line(StrEnum):
    """A line of the statement. Of several that fit, a person stands on the first."""

    MATCHED = "matched"
    # On their list, and without an open case here.
    REFERRED = "referred"
    ASKED = "asked"
    NO_INTEREST = "no_interest"
    FOUND_OUT = "found_out"
    CASE_CLOSED = "case_closed"
    RULE_BRITISH = "rule_british"
    RULE_NOT_CONVICTED = "rule_not_convicted"
    RULE_CIVIL = "rule_civil"
    RULE_DIED = "rule_died"
    RULE_OTHER = "rule_other"
    NOT_REFERRED = "not_referred"
    # With an open case here, and not on their list.
    COMMUNITY = "community"
    DETAINED = "detained"
    ROW_REFUSED = "row_refused"
    LEFT_UNEXPLAINED = "left_unexplained"
    LEFT_EXPLAINED = "left_explained"
    NEVER_LISTED = "never_listed"
    CUSTODY_UNKNOWN = "custody_unknown"
    # Of a cohort alone, which leaves out on one side whom it counts on the other: never of the statement that is recorded.
    OUTSIDE_OURS = "outside_ours"
    OUTSIDE_THEIRS = "outside_theirs"
    REFERRED_UNLISTED = "referred_unlisted"


WORDS: Mapping[Line, str] = {
    Line.MATCHED: "On their list, and with an open case",
    Line.REFERRED: "Referred, and waiting for a decision",
    Line.ASKED: "Asked about, and waiting for an answer",
    Line.NO_INTEREST: "A person found no interest",
    Line.FOUND_OUT: "A person found them out of remit",
    Line.CASE_CLOSED: "Their case has been closed",
    Line.RULE_BRITISH: "Out of remit by rule: British, as the prison says",
    Line.RULE_NOT_CONVICTED: "Out of remit by rule: not convicted",
    Line.RULE_CIVIL: "Out of remit by rule: civil prisoner",
    Line.RULE_DIED: "Out of remit by rule: said to have died",
    Line.RULE_OTHER: "Out of remit by another rule",
    Line.NOT_REFERRED: "In prison and in remit, without referral or case",
    Line.COMMUNITY: "In the community, as the case says",
    Line.DETAINED: "Detained under immigration powers outside prison, as the case says",
    Line.ROW_REFUSED: "Held, as the case says; their row in the list was refused, and waits to be mended",
    Line.LEFT_UNEXPLAINED: "Held, as the case says; gone from their list, which is to be explained as a departure",
    Line.LEFT_EXPLAINED: "Held, as the case says; gone from their list for a reason that somebody gave",
    Line.NEVER_LISTED: "Held in prison, as the case says; never on their list",
    Line.CUSTODY_UNKNOWN: "The case does not say where they are",
    Line.OUTSIDE_OURS: "We have them, and this cohort leaves them out on our side",
    Line.OUTSIDE_THEIRS: "They are on their list, and this cohort leaves them out on their side",
    Line.REFERRED_UNLISTED: "Referred, and not on their newest list",
}
COHORT_OF_THEIRS = (Line.OUTSIDE_OURS,)
COHORT_OF_OURS = (Line.OUTSIDE_THEIRS, Line.REFERRED_UNLISTED)
OF_THEIRS = (
    Line.REFERRED,
    Line.ASKED,
    Line.NO_INTEREST,
    Line.FOUND_OUT,
    Line.CASE_CLOSED,
    Line.RULE_BRITISH,
    Line.RULE_NOT_CONVICTED,
    Line.RULE_CIVIL,
    Line.RULE_DIED,
    Line.RULE_OTHER,
    Line.NOT_REFERRED,
)
OF_OURS = (
    Line.COMMUNITY,
    Line.DETAINED,
    Line.ROW_REFUSED,
    Line.LEFT_UNEXPLAINED,
    Line.LEFT_EXPLAINED,
    Line.NEVER_LISTED,
    Line.CUSTODY_UNKNOWN,
)

# What the rules of remit give as their first reason (`referral.rules.REASONS`), by line.
BY_RULE: Mapping[str, Line] = {
    "british": Line.RULE_BRITISH,
    "not_convicted": Line.RULE_NOT_CONVICTED,
    "civil_prisoner": Line.RULE_CIVIL,
    "died": Line.RULE_DIED,
}


class Kind(StrEnum):
    """What is broken between the two. In the order of gravity: see `policy/reconciliation.toml`."""

    NOT_REFERRED = "not_referred"
    RELEASED = "released"
    NOT_LISTED = "not_listed"
    IDENTITY = "identity"
    CUSTODY = "custody"
    RELEASE_DATE = "release_date"
    NATIONALITY = "nationality"


KINDS: Mapping[Kind, str] = {
    Kind.NOT_REFERRED: "In prison and in remit, without referral or case",
    Kind.RELEASED: "Released or gone, and the case says in custody",
    Kind.NOT_LISTED: "In custody according to the case, and never on their list",
    Kind.IDENTITY: "Who the person is",
    Kind.CUSTODY: "Where the person is held",
    Kind.RELEASE_DATE: "Release date",
    Kind.NATIONALITY: "Nationality",
}
TASK_KINDS: Mapping[Kind, str] = {kind: f"reconciliation.{kind}" for kind in Kind}
# The lines that are breaks as they stand; those of a matched person are found field by field. Whoever has gone from the list without an
# explanation is owned already: the departure is somebody's to explain the same day, and heads the certificate itself.
BROKEN: Mapping[Line, Kind] = {
    Line.NOT_REFERRED: Kind.NOT_REFERRED,
    Line.LEFT_EXPLAINED: Kind.RELEASED,
    Line.NEVER_LISTED: Kind.NOT_LISTED,
    Line.CUSTODY_UNKNOWN: Kind.NOT_LISTED,
}
FIELDS = (Kind.RELEASED, Kind.IDENTITY, Kind.CUSTODY, Kind.RELEASE_DATE, Kind.NATIONALITY)
"""What somebody who is on both sides can differ in; each such person stands on the line of the gravest, or on that of no difference."""
TAKEN = (Kind.RELEASED, Kind.NOT_LISTED, Kind.CUSTODY, Kind.RELEASE_DATE)
"""What a case can take from the other side. Who somebody is, and of what nationality, is what agencies' records say: no case has it."""
ALARMS = (Kind.NOT_REFERRED, Kind.RELEASED)
"""The two that head the certificate's remainder while one is open."""


class Outcome(StrEnum):
    """How a person settles a break."""

    REFERRED = "referred"
    PARTED = "parted"
    THEIRS = "theirs"
    OURS = "ours"
    EXPLAINED = "explained"


OUTCOMES: Mapping[Kind, Mapping[Outcome, str]] = {
    Kind.NOT_REFERRED: {
        Outcome.REFERRED: "Refer the person to be considered",
        Outcome.EXPLAINED: "Explained; nothing is to be done",
    },
    Kind.RELEASED: {
        Outcome.THEIRS: "The prison service is right: the case says “in the community” from now on",
        Outcome.OURS: "The case is right; the prison service has been told",
        Outcome.EXPLAINED: "Explained; nothing is to be done",
    },
    Kind.NOT_LISTED: {
        Outcome.THEIRS: "They are not in prison: the case says “in the community” from now on",
        Outcome.OURS: "The case is right; the prison service has been told",
        Outcome.EXPLAINED: "Explained; nothing is to be done",
    },
    Kind.IDENTITY: {
        Outcome.PARTED: "They are two persons: the record that was joined is parted, and is about somebody else from now on",
        Outcome.THEIRS: "The prison service is right; whoever keeps our record has been told",
        Outcome.OURS: "The case is right; the prison service has been told",
        Outcome.EXPLAINED: "Both are right; nothing is to be done",
    },
    Kind.CUSTODY: {
        Outcome.THEIRS: "The prison service is right: the case says so from now on",
        Outcome.OURS: "The case is right; the prison service has been told",
        Outcome.EXPLAINED: "Both are right; nothing is to be done",
    },
    Kind.RELEASE_DATE: {
        Outcome.THEIRS: "The prison service is right: the case takes its date",
        Outcome.OURS: "The case is right; the prison service has been told",
        Outcome.EXPLAINED: "Both are right; nothing is to be done",
    },
    Kind.NATIONALITY: {
        Outcome.THEIRS: "The prison service is right; whoever keeps our record has been told",
        Outcome.OURS: "The case is right; the prison service has been told",
        Outcome.EXPLAINED: "Both are right, or it cannot be known; nothing is to be done",
    },
}


def changes_the_case(kind: Kind, outcome: Outcome) -> bool:
    """Say whether settling so changes what the case, or the person whom it is about, says: for whoever may work on the case."""
    return outcome == Outcome.PARTED or (outcome == Outcome.THEIRS and kind in TAKEN)


class Answer(StrEnum):
    """What the other agency answers to an enquiry."""

    RIGHT = "right"
    WRONG = "wrong"
    NOT_KNOWN = "not_known"


ANSWERS: Mapping[Answer, str] = {
    Answer.RIGHT: "Our record is right",
    Answer.WRONG: "Our record is wrong: what is right is written below",
    Answer.NOT_KNOWN: "We cannot tell",
}
# What the other agency is asked, by kind: never in a caseworker's own words, since these could tell what it may not know.
ENQUIRIES: Mapping[Kind, str] = {
    Kind.RELEASED: "Has this person been released, or moved? If so, on which day, and to what kind of address?",
    Kind.IDENTITY: "Are this name, this date of birth and these numbers the person’s own? How was that established?",
    Kind.CUSTODY: "Where is this person held now, and under what: a sentence, remand, or immigration powers?",
    Kind.RELEASE_DATE: "Is this release date right? If not, which is, and from which calculation?",
    Kind.NATIONALITY: "Is this nationality right? Who said so, and was a passport or another document seen?",
}
ENQUIRY = Steps(
    name="enquiry",
    begins=("open",),
    next={"open": ("answered", "overtaken"), "answered": (), "overtaken": ()},
    acts={"open": "prison_liaison"},
)
