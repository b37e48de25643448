"""What may be said of a case: states and steps, outcomes, evidence, note kinds. Pure, no ORM, no clock."""

from collections.abc import Set

from longstop.access.rules import Role
from longstop.kernel.states import Steps
from longstop.process.maps import Step

CASE = Steps(
    name="case",
    begins=("open",),
    next={"open": ("closed",), "closed": ("open",)},
    acts={"open": "caseworker", "closed": "caseworker"},
)
ANSWER = "transfer.answer"
"""The kind of the task that asks for the answer to an offer; it is finished by the answer alone."""

OFFER = Steps(
    name="offer",
    begins=("open",),
    next={"open": ("accepted", "declined", "withdrawn"), "accepted": (), "declined": (), "withdrawn": ()},
    acts={"open": "caseworker"},
)
SPELL = Steps(
    name="spell of ownership",
    begins=("planned", "current"),
    next={"planned": ("ended",), "current": ("ended",), "ended": ()},
    acts={"planned": "team_leader", "current": "caseworker"},
)

# Outcomes that end a case: domain.md section 1.1 step 10 and 2.1. Each says what evidence closing asks for.
OUTCOMES: dict[str, tuple[str, str]] = {
    "removed": ("Removed or deported", "Flight and date, or the port's confirmation"),
    "left_voluntarily": ("Left voluntarily", "Evidence of departure: date, port, reference"),
    "transferred": ("Transferred under a prisoner transfer agreement", "Warrant and date of transfer"),
    "not_pursued": ("Deportation not pursued", "The decision's date and its decider"),
    "british": ("British citizen", "The evidence of citizenship and who verified it"),
    "right_to_remain": ("Has a right to remain", "The grant's date and reference"),
    "deceased": ("Died", "The notification's source and date"),
    "order_revoked": ("Deportation order revoked", "The revocation's date and reference"),
    "out_of_remit": ("Out of remit", "Why the case does not belong here, and who agreed"),
}

NOTE_KINDS: dict[str, str] = {
    "progress": "Progress",
    "contact": "Contact with the person or representative",
    "decision_reasons": "Reasons",
    "risk": "Risk or warning",
    "promise": "Promise made",
    "handover": "Handover",
    "advice": "Advice asked or given",
    "other": "Other",
}

# What anybody who sees a case may write down, a risk above all; the others bind the case, and are for whoever works it.
PLAIN_NOTES = ("progress", "contact", "risk", "advice", "other")

# What the successor must be shown: see the handover pack.
PACK_KINDS = ("risk", "promise", "decision_reasons")

# Finishing one of these begins the consideration of the case; the first day stands.
CONSIDERATIONS = ("case.first_consideration", "case.consideration_12", "case.consideration_8")

# Papers that somebody is to be served with in prison; and, when the prison has answered, what tells the owner.
PAPERS = "case.serve_papers"
PAPERS_ANSWERED = "case.papers_answered"

# Asks for the next step on a track; it is finished by that step alone.
NEXT_STEP = "case.next_step"

AUTHORITY_TASK = "case.detention_authority"
DETENTION_REVIEW = "case.detention_review"
REVIEWS = {
    DETENTION_REVIEW: "last_detention_review",
    "case.contact_review": "last_contact_review",
    "case.monitoring_review": "last_monitoring_review",
}

# Whoever holds one of these may take a step that the map gives to the role; a step of any other role is for that role alone.
_MAY_TAKE: dict[str, frozenset[str]] = {
    Role.CASEWORKER: frozenset({Role.CASEWORKER, Role.TEAM_LEADER, Role.HEAD}),
    Role.TEAM_LEADER: frozenset({Role.TEAM_LEADER, Role.HEAD, Role.DIRECTOR}),
}


def takers(step: Step) -> frozenset[str]:
    """Give the roles whose holders may take a step of the process."""
    return _MAY_TAKE.get(step.role, frozenset({step.role}))


def may_take(step: Step, *, roles: Set[str], by: int, led_here: int | None) -> bool:
    """Say whether somebody may take a step: by their roles, and by who led the track to where it stands, where another has to go on."""
    return bool(roles & takers(step)) and not (step.by_another and led_here == by)
