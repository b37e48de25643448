"""What the state machine expects: the people, cases and tasks of one example, and what must become of them.

`read` fills it from the database by SQL of its own; the machine changes a copy as each action should, and the two must then be equal.
"""

import copy
from dataclasses import dataclass, field
from datetime import date

from tests.guarantee.invariants import Cursor

OWNING = {"caseworker", "team_leader"}


@dataclass
class Worker:
    active: bool
    leaving: date | None
    team: int | None
    roles: frozenset[str]

    def may_own(self) -> bool:
        """Say whether a case may be given to this person."""
        return self.active and self.team is not None and bool(self.roles & OWNING) and self.leaving is None


@dataclass
class Held:
    """A case: who owns it, and who is to own it."""

    person: int
    open: bool
    owner: int
    team: int
    coming: int | None


@dataclass
class Job:
    """An open task."""

    kind: str
    subject: int
    about: str
    owner: int
    due: date
    hold: bool
    successor: int | None


@dataclass
class Offered:
    """An offer that waits for its answer."""

    case: int
    to: int
    task: int


@dataclass
class Thing:
    """A referral, question, departure or second look. `asks` is what a question asks, `other` the person whom it also is about."""

    kind: str
    state: str
    person: int
    other: int | None
    asks: str


@dataclass
class World:
    workers: dict[int, Worker] = field(default_factory=dict)
    cases: dict[int, Held] = field(default_factory=dict)
    jobs: dict[int, Job] = field(default_factory=dict)
    offers: dict[int, Offered] = field(default_factory=dict)
    things: dict[int, Thing] = field(default_factory=dict)

    def copy(self) -> "World":
        """Give a copy that can be changed."""
        return copy.deepcopy(self)

    def open_cases(self, owner: int | None = None) -> list[int]:
        """Give the open cases, of one owner or of all."""
        return [pk for pk, case in self.cases.items() if case.open and owner in (None, case.owner)]

    def of_case(self, case: int) -> dict[int, Job]:
        """Give the open tasks about a case."""
        return {pk: job for pk, job in self.jobs.items() if job.about == "case" and job.subject == case}

    def answers(self) -> set[int]:
        """Give the tasks that only an offer's answer finishes."""
        return {offer.task for offer in self.offers.values()}

    def work_left(self, case: int, *, without: int) -> bool:
        """Say whether a case would still have work to do without a task."""
        return bool(self.of_case(case).keys() - self.answers() - {without})

    def drop_offer(self, case: int) -> None:
        """Take back what is on offer."""
        for pk in [pk for pk, offer in self.offers.items() if offer.case == case]:
            self.jobs.pop(self.offers.pop(pk).task)

    def give(self, case: int, to: int) -> None:
        """Let a case change hands, with its owner's tasks."""
        held = self.cases[case]
        self.drop_offer(case)
        for job in self.of_case(case).values():
            if job.owner == held.owner:
                job.owner, job.successor = to, None
        held.owner, held.team, held.coming = to, self.workers[to].team or 0, None

    def end(self, case: int) -> None:
        """Close a case."""
        self.drop_offer(case)
        for pk in self.of_case(case):
            del self.jobs[pk]
        self.cases[case].open, self.cases[case].coming = False, None


WORKERS = """
SELECT s.id, s.active, s.last_day, s.team_id, coalesce(array_agg(g.role) FILTER (WHERE g.role IS NOT NULL), '{}')
FROM access_staff s LEFT JOIN access_rolegrant g ON g.staff_id = s.id AND g.ended_at IS NULL
  AND g.from_date <= %(today)s AND (g.to_date IS NULL OR g.to_date >= %(today)s)
WHERE s.id >= %(staff)s GROUP BY s.id ORDER BY s.id"""
CASES = """
SELECT c.id, c.person_id, c.closed_at IS NULL, c.owner_id, c.team_id, o.staff_id
FROM cases_case c LEFT JOIN cases_ownership o ON o.case_id = c.id AND o.state = 'planned' WHERE c.id >= %(since)s ORDER BY c.id"""
JOBS = """
SELECT id, kind, subject_id, subject_kind, owner_id, due, wake IS NOT NULL, successor_id
FROM work_task WHERE state = 'open' AND subject_id >= %(since)s ORDER BY id"""
OFFERS = """SELECT id, case_id, to_staff_id, task_id FROM cases_offer WHERE state = 'open' AND case_id >= %(since)s ORDER BY id"""
THINGS = """
SELECT id, 'referral', state, person_id, NULL, '' FROM referral_referral WHERE id >= %(since)s
UNION ALL SELECT id, 'question', state, person_id, other_id, kind FROM referral_question WHERE id >= %(since)s
UNION ALL SELECT id, 'departure', state, person_id, NULL, '' FROM referral_departure WHERE id >= %(since)s
UNION ALL SELECT id, 'look', state, person_id, NULL, '' FROM referral_look WHERE id >= %(since)s ORDER BY 1"""
# Those of these records that may be in remit, and whose person nobody has, or had, anything to do with.
OVERLOOKED = """
SELECT m.arrival_id FROM referral_remit m JOIN intake_arrival a ON a.id = m.arrival_id
WHERE m.arrival_id = ANY(%(records)s) AND m.result <> 'out_of_remit' AND a.state <> 'set_aside'
AND NOT EXISTS (SELECT FROM referral_referral r WHERE r.person_id = m.person_id)
AND NOT EXISTS (SELECT FROM referral_question q WHERE m.person_id IN (q.person_id, q.other_id))
AND NOT EXISTS (SELECT FROM cases_case c WHERE c.person_id = m.person_id)"""

# The newest of everything: where none of it moved, nothing was written.
MARKS = """
SELECT (SELECT max(id) FROM audit_event), (SELECT max(id) FROM audit_payload), (SELECT max(id) FROM cases_note),
  (SELECT max(pgh_id) FROM cases_casehistoryrow), (SELECT max(pgh_id) FROM cases_ownershiphistoryrow),
  (SELECT max(pgh_id) FROM cases_openinghistoryrow), (SELECT max(pgh_id) FROM cases_offerhistoryrow),
  (SELECT max(pgh_id) FROM cases_keydatehistoryrow), (SELECT max(pgh_id) FROM cases_clockhistoryrow),
  (SELECT max(pgh_id) FROM cases_bulkacthistoryrow), (SELECT max(pgh_id) FROM work_taskhistoryrow),
  (SELECT max(pgh_id) FROM work_acknowledgementhistoryrow), (SELECT max(pgh_id) FROM access_staffhistoryrow),
  (SELECT max(pgh_id) FROM access_rolegranthistoryrow), (SELECT max(pgh_id) FROM access_absencehistoryrow),
  (SELECT max(pgh_id) FROM access_competencehistoryrow), (SELECT max(pgh_id) FROM access_clearancehistoryrow),
  (SELECT max(pgh_id) FROM access_teamhistoryrow), (SELECT max(pgh_id) FROM referral_referralhistoryrow),
  (SELECT max(pgh_id) FROM referral_questionhistoryrow), (SELECT max(pgh_id) FROM referral_departurehistoryrow),
  (SELECT max(pgh_id) FROM referral_lookhistoryrow), (SELECT max(pgh_id) FROM referral_remithistoryrow),
  (SELECT max(pgh_id) FROM referral_considerationhistoryrow), (SELECT max(id) FROM people_sourcerecord),
  (SELECT max(pgh_id) FROM intake_arrivalhistoryrow)"""


def read(cursor: Cursor, *, today: date, staff: int, since: int) -> World:
    """Read the people numbered from `staff`, and the subjects numbered from `since`."""
    parameters = {"today": today, "staff": staff, "since": since}

    def rows(statement: str) -> list[tuple[object, ...]]:
        cursor.execute(statement, parameters)
        return cursor.fetchall()

    return World(
        workers={pk: Worker(active, leaving, team, frozenset(roles)) for pk, active, leaving, team, roles in rows(WORKERS)},
        cases={pk: Held(*rest) for pk, *rest in rows(CASES)},
        jobs={pk: Job(*rest) for pk, *rest in rows(JOBS)},
        offers={pk: Offered(*rest) for pk, *rest in rows(OFFERS)},
        things={pk: Thing(*rest) for pk, *rest in rows(THINGS)},
    )
