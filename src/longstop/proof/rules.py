"""What the certificate may say of a case or a task: covered states, reasons, lists, and the remedy of each. Pure, no ORM, no clock."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntFlag, StrEnum

from longstop.clocks.results import Kind


class Covered(StrEnum):
    """Why an open case, or a task about anything else, is covered. Exactly one holds: of the task due first among those that cover it."""

    DUE_AHEAD = "due_ahead"
    DUE_TODAY = "due_today"
    HELD = "held"
    LATE_ACKNOWLEDGED = "late_acknowledged"
    COVERED_BY_COLLEAGUE = "covered_by_colleague"
    ON_OFFER = "on_offer"


class Reason(IntFlag):
    """Why it is not covered. The order is that of the remainder: who is gone first, then liberty, then ownership, then work.

    The numbers are kept nowhere: certificates hold the codes.
    """

    IN_PRISON_NOT_CONSIDERED = 1 << 0
    CUSTODY_DEPARTURE_UNEXPLAINED = 1 << 1
    RELEASED_AND_SAID_HELD = 1 << 2
    RELEASED_WITHOUT_DECISION = 1 << 3
    DETENTION_WITHOUT_AUTHORITY = 1 << 4
    REMOVAL_REASON_MISSING = 1 << 5
    DETENTION_REVIEW_LATE = 1 << 6
    DETENTION_REVIEW_WITHOUT_DATE = 1 << 7
    DETENTION_REVIEW_NOT_RUNNING = 1 << 8
    MONITORING_REVIEW_LATE = 1 << 9
    MONITORING_REVIEW_WITHOUT_DATE = 1 << 10
    CONTACT_REVIEW_LATE = 1 << 11
    CONTACT_REVIEW_WITHOUT_DATE = 1 << 12
    NO_OWNER = 1 << 13
    MORE_THAN_ONE_OWNER = 1 << 14
    OWNER_INACTIVE = 1 << 15
    OWNER_LEFT = 1 << 16
    OWNER_WITHOUT_ROLE = 1 << 17
    NO_TASK = 1 << 18
    TASK_OWNER_INACTIVE = 1 << 19
    TASK_OWNER_LEFT = 1 << 20
    TASK_OWNER_WITHOUT_ROLE = 1 << 21
    LATE_UNACKNOWLEDGED = 1 << 22
    OWNER_AWAY_UNCOVERED = 1 << 23
    HOLD_BEYOND_LIMIT = 1 << 24
    SOFTWARE_TASK_EXPIRED = 1 << 25

    @property
    def code(self) -> str:
        return (self.name or "").lower()


LIBERTY = (
    Reason.DETENTION_WITHOUT_AUTHORITY
    | Reason.REMOVAL_REASON_MISSING
    | Reason.DETENTION_REVIEW_LATE
    | Reason.DETENTION_REVIEW_WITHOUT_DATE
    | Reason.DETENTION_REVIEW_NOT_RUNNING
    | Reason.MONITORING_REVIEW_LATE
    | Reason.MONITORING_REVIEW_WITHOUT_DATE
    | Reason.CONTACT_REVIEW_LATE
    | Reason.CONTACT_REVIEW_WITHOUT_DATE
)
# Of each review: why a case is not covered where it is late, and where it has no date.
REVIEWS: Mapping[str, tuple[Reason, Reason]] = {
    Kind.DETENTION_REVIEW: (Reason.DETENTION_REVIEW_LATE, Reason.DETENTION_REVIEW_WITHOUT_DATE),
    Kind.MONITORING_REVIEW: (Reason.MONITORING_REVIEW_LATE, Reason.MONITORING_REVIEW_WITHOUT_DATE),
    Kind.CONTACT_REVIEW: (Reason.CONTACT_REVIEW_LATE, Reason.CONTACT_REVIEW_WITHOUT_DATE),
}


class Verdict(StrEnum):
    CLEAN = "clean"
    FAILING = "failing"


class List(StrEnum):
    """The lists of a certificate. The first three make it fail; the others stand beside it."""

    REMAINDER = "remainder"
    CLOCKS_DIFFER = "clocks_differ"
    FAULTS = "faults"
    OVERDUE = "overdue"
    UNANCHORED = "unanchored"
    IDLE = "idle"
    OVER_CAPACITY = "over_capacity"
    BREAK_GLASS_UNSEEN = "break_glass_unseen"
    PACKS_UNREAD = "packs_unread"
    ABSENCES_UNCOVERED = "absences_uncovered"
    DEPARTURES_AHEAD = "departures_ahead"
    DEPARTURES_NOT_EFFECTED = "departures_not_effected"
    COMPETENCE_EXPIRED = "competence_expired"
    TEAMS_WITHOUT_LEADER = "teams_without_leader"
    TASKS_MOVED_OFTEN = "tasks_moved_often"
    RECORDS_WAITING = "records_waiting"
    LISTS_NOT_CONSIDERED = "lists_not_considered"
    ROWS_REFUSED = "rows_refused"
    CONTACT_OVERDUE = "contact_overdue"


FAILING = (List.REMAINDER, List.CLOCKS_DIFFER, List.FAULTS)
BESIDE = tuple(each for each in List if each not in FAILING)

LIST_WORDS: Mapping[str, str] = {
    List.REMAINDER: "Not covered",
    List.CLOCKS_DIFFER: "Clocks that differ from what follows from the dates",
    List.FAULTS: "Records that contradict one another, or have lost their protection",
    List.OVERDUE: "Tasks past their due date",
    List.UNANCHORED: "Cases with a date that cannot be worked out",
    List.IDLE: "Cases with no recent entry",
    List.OVER_CAPACITY: "Staff who carry more than their capacity",
    List.BREAK_GLASS_UNSEEN: "Emergency sight of a restricted case that no manager has looked at",
    List.PACKS_UNREAD: "Handover packs not yet read",
    List.ABSENCES_UNCOVERED: "Absences today without cover",
    List.DEPARTURES_AHEAD: "Departures to come",
    List.DEPARTURES_NOT_EFFECTED: "Departures whose day has passed without effect",
    List.COMPETENCE_EXPIRED: "Cases whose owner lacks the competence that they need",
    List.TEAMS_WITHOUT_LEADER: "Teams for which nobody answers",
    List.TASKS_MOVED_OFTEN: "Tasks whose due date was moved again and again",
    List.RECORDS_WAITING: "Records received that nobody has looked at",
    List.LISTS_NOT_CONSIDERED: "Lists received whose records nobody has had considered to the end",
    List.ROWS_REFUSED: "Refused rows that are still open",
    List.CONTACT_OVERDUE: "People in the community who are past their day of contact, or whose address should be known by now",
}

STATE_WORDS: Mapping[str, str] = {
    Covered.DUE_AHEAD: "Next task is due on a later day",
    Covered.DUE_TODAY: "Next task is due today",
    Covered.HELD: "On hold until a later day, within its limit",
    Covered.LATE_ACKNOWLEDGED: "Late, and acknowledged at the rung that its lateness has reached",
    Covered.COVERED_BY_COLLEAGUE: "Owner is away and a colleague covers",
    Covered.ON_OFFER: "On offer; its owner still covers it",
}


@dataclass(frozen=True)
class Words:
    """What a reason means, and what to do about it."""

    meaning: str
    remedy: str


REASON_WORDS: Mapping[Reason, Words] = {
    Reason.IN_PRISON_NOT_CONSIDERED: Words(
        "The person is in prison and in remit, and there is neither a referral nor a case",
        "Refer them to be considered, or settle the break and say why not.",
    ),
    Reason.RELEASED_AND_SAID_HELD: Words(
        "The prison service says that the person is out, and their case says that they are held",
        "Find out where they are, and settle the break.",
    ),
    Reason.CUSTODY_DEPARTURE_UNEXPLAINED: Words(
        "The person is in custody, as their case says, and gone from the prison's list",
        "Find out where they are, and explain the departure.",
    ),
    Reason.RELEASED_WITHOUT_DECISION: Words(
        "The person was released, or their release date has passed, before anybody considered them",
        "Find out where they are; decide on the referral, or consider the case.",
    ),
    Reason.DETENTION_WITHOUT_AUTHORITY: Words(
        "The person is held, and no live authority to detain is recorded",
        "Record the authority on the case, or what has become of the detention.",
    ),
    Reason.REMOVAL_REASON_MISSING: Words(
        "The person is held, and no reason why removal is realistic is recorded, or none since the last detention review",
        "Record the reason on the case, or what has become of the detention.",
    ),
    Reason.DETENTION_REVIEW_LATE: Words("The detention review is late", "Review the detention today, and complete its task."),
    Reason.DETENTION_REVIEW_WITHOUT_DATE: Words(
        "The detention review has no date", "Record since when the person has been detained, and the reviews made."
    ),
    Reason.DETENTION_REVIEW_NOT_RUNNING: Words(
        "The person is detained and no detention review clock runs", "Record the person's custody again, so that the clock is wound."
    ),
    Reason.MONITORING_REVIEW_LATE: Words("The electronic monitoring review is late", "Review the monitoring, and complete its task."),
    Reason.MONITORING_REVIEW_WITHOUT_DATE: Words(
        "The electronic monitoring review has no date", "Record since when the person has been monitored, and the last review."
    ),
    Reason.CONTACT_REVIEW_LATE: Words("The contact review is late", "Review the contact conditions, and complete its task."),
    Reason.CONTACT_REVIEW_WITHOUT_DATE: Words(
        "The contact review has no date", "Record since when the person has been under conditions, and the last review."
    ),
    Reason.NO_OWNER: Words("It has no owner", "Allocate the case; then find out how the database let this happen."),
    Reason.MORE_THAN_ONE_OWNER: Words("It has more than one owner", "Find out how the database let this happen; its owner mends it."),
    Reason.OWNER_INACTIVE: Words("Its owner is no longer active", "Allocate the case to somebody who is."),
    Reason.OWNER_LEFT: Words("Its owner's last day has passed", "Allocate the case, or let the planned departure take effect."),
    Reason.OWNER_WITHOUT_ROLE: Words("Its owner holds no role that may own cases", "Allocate the case, or renew the owner's role."),
    Reason.NO_TASK: Words("It has no open task", "Say what happens next on the case, and by when."),
    Reason.TASK_OWNER_INACTIVE: Words("A task's owner is no longer active", "Give the task to somebody who is."),
    Reason.TASK_OWNER_LEFT: Words("A task's owner's last day has passed", "Give the task to somebody else."),
    Reason.TASK_OWNER_WITHOUT_ROLE: Words("A task's owner holds no role", "Give the task to somebody else, or renew the role."),
    Reason.LATE_UNACKNOWLEDGED: Words(
        "A task is late and not acknowledged at the rung that its lateness has reached",
        "Do the task, or have it acknowledged with a reason at that rung.",
    ),
    Reason.OWNER_AWAY_UNCOVERED: Words("A task is due, its owner is away and nobody covers", "Name somebody who covers the absence."),
    Reason.HOLD_BEYOND_LIMIT: Words("A hold is longer than its limit", "Decide again until when it may wait."),
    Reason.SOFTWARE_TASK_EXPIRED: Words(
        "Only a task made by Longstop is left, and its first due date has passed", "A person says what happens next, and by when."
    ),
}

FAULT_WORDS: Mapping[str, str] = {
    "considered_without_task": "A referral, question, departure, second look or break is open and has no open task.",
    "task_of_nothing_open": "A task is open about something to be looked at that is not open, or that names another task.",
    "owner_copy": "The owner or team on the case is not that of its current spell of ownership.",
    "next_task_copy": "The next task on the case is not open, is about something else, or has another date.",
    "next_task_not_first": "An open task on the case is due before the one that it names as next.",
    "openings": "The case's openings do not agree with whether it is open.",
    "first_opened": "The case's first opening is not when the case says that it was first opened.",
    "closed_case_owned": "The case is closed and somebody still owns it.",
    "closed_case_task": "The case is closed, or there is none, and a task on it is open.",
    "acknowledged_copy": "The rung that a task says was acknowledged is not the one that somebody acknowledged.",
    "person_has_two_cases": "The person has more than one open case.",
    "not_counted_once": "The open cases could not be counted each exactly once.",
    "equation": "Opening + in + reopened − out is not closing.",
    "horizon_behind": "The server counts its transactions below the last seal: new rows are not sealed.",
    "protection": "The database has lost a protection of the record.",
    "guarantee": "The database has lost a key that holds the guarantee.",
}


def reasons(mask: int) -> list[Reason]:
    """Give the reasons in a mask, in the order of the remainder."""
    return list(_members(Reason(mask)))


def _members(flags: Reason) -> Iterator[Reason]:
    for each in Reason:
        if each in flags:
            yield each
