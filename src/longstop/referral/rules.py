"""States, reasons and answers of referrals, questions, departures and second looks: pure, no ORM, no clock."""

from collections.abc import Mapping
from hashlib import sha256

from longstop.kernel.states import Steps

REFERRAL = Steps(
    name="referral",
    begins=("open", "accepted"),
    next={"open": ("accepted", "no_interest", "out_of_remit"), "accepted": (), "no_interest": (), "out_of_remit": ()},
    acts={"open": "duty_officer"},
)
QUESTION = Steps(
    name="question",
    begins=("open",),
    next={"open": ("answered", "overtaken"), "answered": (), "overtaken": ()},
    acts={"open": "duty_officer"},
)
DEPARTURE = Steps(
    name="departure",
    begins=("open",),
    next={"open": ("explained", "returned"), "explained": (), "returned": ()},
    acts={"open": "duty_officer"},
)
LOOK = Steps(
    name="second look",
    begins=("open",),
    next={"open": ("agreed", "not_agreed"), "agreed": (), "not_agreed": ()},
    acts={"open": "duty_officer"},
)

# What a task about each is called, by the kind of its subject.
TASK_KINDS: Mapping[str, str] = {
    "referral": "referral.decide",
    "question": "referral.question",
    "departure": "referral.departure",
    "look": "referral.second_look",
}

ORIGINS: Mapping[str, str] = {
    "rule": "The rules",
    "hand": "A person",
    "answer": "An answer to a question",
    "change": "A change after a decision",
    "look": "A second look",
}

# Why a person finds that there is no interest, or no remit: domain.md 2.5 gives the first three, 1.1 the thresholds.
NO_INTEREST: Mapping[str, str] = {
    "BRITISH_CITIZEN": "British citizen",
    "RIGHT_TO_REMAIN": "Has a right to remain",
    "BELOW_THRESHOLD": "Below the threshold for deportation",
    "OTHER_REASON": "Another reason",
}
OUT_OF_REMIT: Mapping[str, str] = {
    "BRITISH_CITIZEN": "British citizen",
    "NOT_CONVICTED": "Not convicted",
    "CIVIL_PRISONER": "Civil prisoner",
    "ADMINISTRATIVE_REMOVAL": "For administrative removal, by another command",
    "DIED": "The person has died",
    "OTHER_REASON": "Another reason",
}
OUTCOMES: Mapping[str, Mapping[str, str]] = {"no_interest": NO_INTEREST, "out_of_remit": OUT_OF_REMIT}

QUESTIONS: Mapping[str, str] = {
    "nationality_unknown": "What is the person's nationality?",
    "conflicting_nationality": "Which of the nationalities is right?",
    "unknown_status": "Has the person been convicted, or are they held under immigration powers?",
    "possibly_same_person": "Are these two one person?",
    "joined_rightly": "Was this record joined to the right person?",
    "back_after_departure": "How can somebody be on the list who was said to have died or been removed?",
    "confirm_same_person": "Are these two one person, although evidence speaks against it?",
    "read_again": "Are these two one person? A second reading",
    "readers_disagree": "Are these two one person? Two readers disagree",
    "second_case": "What becomes of the old system's case, when the person has an open case already?",
}
# Questions whether two persons are one: asked; confirmed by a second person where evidence speaks against it; read again by somebody who
# was not told the answer; settled by a third where two readers disagree.
WHETHER_ONE, CONFIRMS, READ_AGAIN, DISAGREES = "possibly_same_person", "confirm_same_person", "read_again", "readers_disagree"
JOINED_SINCE = "joined_since"  # asked because somebody whom it was asked about was joined to this person
PAIRS = frozenset({WHETHER_ONE, CONFIRMS, READ_AGAIN, DISAGREES})
SECOND_READINGS = frozenset({READ_AGAIN, DISAGREES})  # by somebody who is not told what was answered before
# The answers to each kind, and what follows: "refer" makes a referral, "out" is a named person's finding that there is no remit, "join"
# and "part" see to it that the two are one, or are two.
ANSWERS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "nationality_unknown": {
        "foreign": ("Not British", "refer"),
        "british": ("British", "out"),
        "cannot_be_known": ("Cannot be known", "refer"),
    },
    "conflicting_nationality": {
        "foreign": ("Not British", "refer"),
        "british": ("British", "out"),
        "dual": ("British and another", "refer"),
        "cannot_be_known": ("Cannot be known", "refer"),
    },
    "unknown_status": {
        "convicted": ("Convicted", "refer"),
        "detained": ("Held under immigration powers", "refer"),
        "not_convicted": ("Neither", "out"),
    },
    "possibly_same_person": {"same": ("One person", "join"), "different": ("Two persons", "")},
    "confirm_same_person": {"same": ("One person", "join"), "different": ("Two persons", "")},
    # A second reader is not told what the first answered, so nothing follows from the answer itself.
    "read_again": {"same": ("One person", ""), "different": ("Two persons", "")},
    "readers_disagree": {"same": ("One person", "join"), "different": ("Two persons", "part")},
    "joined_rightly": {"same": ("One person: the record stays", ""), "different": ("Two persons: the record is parted", "part")},
    "back_after_departure": {"refer": ("They are here: refer them", "refer"), "explained": ("Explained; nothing is to be done", "")},
    "second_case": {
        "same_matter": ("The same matter: what it says was brought into the open case", ""),
        "another_matter": ("Another matter: it is dealt with in the open case", ""),
        "in_error": ("It was made in error", ""),
    },
}

EXPLANATIONS: Mapping[str, str] = {
    "released": "Released",
    "transferred": "Transferred elsewhere",
    "deported": "Deported or removed",
    "died": "Died",
    "file_short": "The file was short",
    "other": "Another reason",
}
# Somebody who comes back on a list after one of these is a question.
FINAL = ("deported", "died")

# Why a rule referred somebody, asked, or found no remit. The words are for screens.
REASONS: Mapping[str, str] = {
    "convicted": "Convicted",
    "immigration_detainee": "Held under immigration powers",
    "not_british": "Not British, as the prison says",
    "irish": "Irish, as the prison says",
    "stateless": "Stateless",
    "british": "British, as the prison says",
    "nationality_missing": "No nationality was supplied",
    "nationality_unknown": "The nationality is said to be unknown",
    "nationality_word_unknown": "The word for the nationality is not known here",
    "dual_or_unclear": "The word speaks of several nationalities, or of some tie with Britain",
    "sources_conflict": "Two sources disagree about the nationality",
    "british_detainee": "Said to be British, and held under immigration powers",
    "not_convicted": "Not convicted",
    "civil_prisoner": "Civil prisoner",
    "died": "Said to have died",
    "status_unknown": "The legal status is not known",
    "no_release_date": "Serving a sentence of fixed length without a release date",
    "release_is_near": "Release is less than a month away, or has passed",
    "changed_since_decision": "The record has changed since it was decided",
    "answered": "A question was answered",
    "not_agreed": "A second look did not agree with the rules",
    "by_hand": "Referred by a person",
    "asked_by_hand": "A person asked",
    "back_after_removal": "On the list again after a case that ended with departure",
    "equal_identifier": "An identifier is equal",
    "identifiers_disagree": "Identifiers point at different persons",
    "name_and_birth": "Name and date of birth are alike",
    "two_prisons": "Both were in prison on one day, at different prisons",
    "different_pnc": "They have different PNC numbers",
    "different_cro": "They have different CRO numbers",
    "different_fingerprint": "They have different fingerprint references",
    "drawn": "Drawn at random, to be read by a second person who is not told the first answer",
    "readers_disagree": "Two readers, of whom neither knew of the other's answer, disagree",
    JOINED_SINCE: "Somebody whom this was asked about was joined to this person",
    "parted": "Parted from another person",
    "very_likely_one": "Very likely one person, by everything that was compared",
    "may_be_one": "May be one person, by everything that was compared",
    "little_alike": "Joined by software, and little alike by everything that was compared",
    "open_case": "The person has an open case, and the old system has another",
}


def is_drawn(digest: bytes, *, per_thousand: int) -> bool:
    """Say whether what is kept under this digest is among so many of a thousand."""
    return int.from_bytes(sha256(b"read again" + digest).digest()[:8]) % 1000 < per_thousand
