"""What must be true of the database at every moment, in SQL of its own: it shares nothing with `longstop.proof`.

Each statement finds what breaks one promise, so each must give no row. `since` limits the look to subjects numbered from there on.
"""

import functools
from datetime import date
from typing import Any, Protocol


class Cursor(Protocol):
    def execute(self, query: Any, params: Any = None) -> Any: ...
    def fetchall(self) -> list[tuple[Any, ...]]: ...


LOOKED_AT = """SELECT id, 'referral' AS kind, state, task_id FROM referral_referral
          UNION ALL SELECT id, 'question', state, task_id FROM referral_question
          UNION ALL SELECT id, 'departure', state, task_id FROM referral_departure
          UNION ALL SELECT id, 'look', state, task_id FROM referral_look
          UNION ALL SELECT id, 'break', state, task_id FROM reconciliation_break"""

NEVER: dict[str, str] = {
    "an open case without exactly one current, active owner": """
        SELECT c.id FROM cases_case c WHERE c.id >= %(since)s AND c.closed_at IS NULL AND 1 <> (
          SELECT count(*) FROM cases_ownership o JOIN access_staff s ON s.id = o.staff_id
          WHERE o.case_id = c.id AND o.state = 'current' AND s.active AND s.id <> 1)""",
    "a case with two current owners": """
        SELECT case_id FROM cases_ownership WHERE case_id >= %(since)s AND state = 'current' GROUP BY case_id HAVING count(*) > 1""",
    "an open case that names no open, dated task about itself": """
        SELECT c.id FROM cases_case c WHERE c.id >= %(since)s AND c.closed_at IS NULL AND NOT EXISTS (
          SELECT FROM work_task t WHERE t.id = c.next_task_id AND t.state = 'open' AND t.due IS NOT NULL
          AND t.subject_id = c.id AND t.subject_kind = 'case')""",
    "copies on the case that differ from what they copy": """
        SELECT c.id FROM cases_case c JOIN cases_ownership o ON o.case_id = c.id AND o.state = 'current'
        JOIN work_task t ON t.id = c.next_task_id WHERE c.id >= %(since)s AND c.closed_at IS NULL
        AND (c.owner_id, c.team_id, c.next_due, c.next_is_hold) IS DISTINCT FROM (o.staff_id, o.team_id, t.due, t.wake IS NOT NULL)""",
    "an open case that names one task while another is due before it": """
        SELECT c.id FROM cases_case c JOIN work_task t ON t.subject_id = c.id AND t.state = 'open'
        WHERE c.id >= %(since)s AND c.closed_at IS NULL AND t.due < c.next_due""",
    "an open case with nothing to do but answer an offer": """
        SELECT c.id FROM cases_case c WHERE c.id >= %(since)s AND c.closed_at IS NULL AND NOT EXISTS (
          SELECT FROM work_task t WHERE t.subject_id = c.id AND t.state = 'open'
          AND NOT EXISTS (SELECT FROM cases_offer f WHERE f.task_id = t.id))""",
    "a closed case that somebody owns, or is to own": """
        SELECT c.id FROM cases_case c JOIN cases_ownership o ON o.case_id = c.id
        WHERE c.id >= %(since)s AND c.closed_at IS NOT NULL AND o.state <> 'ended'""",
    "a closed case with an open task": """
        SELECT c.id FROM cases_case c JOIN work_task t ON t.subject_id = c.id
        WHERE c.id >= %(since)s AND c.closed_at IS NOT NULL AND t.state = 'open'""",
    "openings that disagree with the case": """
        SELECT c.id FROM cases_case c LEFT JOIN cases_opening p ON p.case_id = c.id WHERE c.id >= %(since)s
        GROUP BY c.id HAVING count(*) FILTER (WHERE p.closed_at IS NULL) <> (CASE WHEN c.closed_at IS NULL THEN 1 ELSE 0 END)
          OR count(*) FILTER (WHERE NOT p.reopened) <> 1 OR min(p.opened_at) <> c.first_opened_at
          OR (c.closed_at IS NOT NULL AND max(p.closed_at) IS DISTINCT FROM c.closed_at)""",
    "openings that overlap, or close before they open": """
        SELECT case_id FROM (SELECT case_id, opened_at, closed_at, lag(closed_at) OVER w AS before, row_number() OVER w AS n
          FROM cases_opening WHERE case_id >= %(since)s WINDOW w AS (PARTITION BY case_id ORDER BY id)) p
        WHERE closed_at < opened_at OR (n > 1 AND (before IS NULL OR before > opened_at))""",
    "a time at which an open case had no owner": """
        SELECT case_id FROM (SELECT o.case_id, o.why, o.started_at, lag(o.ended_at) OVER w AS before
          FROM cases_ownership o WHERE o.case_id >= %(since)s AND o.started_at IS NOT NULL
          WINDOW w AS (PARTITION BY o.case_id ORDER BY o.id)) s
        WHERE (why = 'opened') <> (before IS NULL) OR before > started_at
          OR (why NOT IN ('opened', 'reopened') AND before <> started_at)""",
    "an open task, or a planned spell, of somebody inactive or of Longstop itself": """
        SELECT t.id FROM work_task t JOIN access_staff s ON s.id IN (t.owner_id, t.successor_id)
        WHERE t.subject_id >= %(since)s AND t.state = 'open' AND (NOT s.active OR s.id = 1)
        UNION ALL SELECT o.case_id FROM cases_ownership o JOIN access_staff s ON s.id = o.staff_id
        WHERE o.case_id >= %(since)s AND o.state <> 'ended' AND (NOT s.active OR s.id = 1)""",
    "an offer that waits for an answer nobody has been asked for": """
        SELECT f.id FROM cases_offer f JOIN cases_case c ON c.id = f.case_id JOIN work_task t ON t.id = f.task_id
        WHERE c.id >= %(since)s AND ((f.state = 'open') <> (t.state = 'open') OR (f.state = 'open'
          AND (c.closed_at IS NOT NULL OR c.owner_id <> f.from_staff_id OR t.owner_id <> f.to_staff_id OR t.subject_id <> c.id)))""",
    "somebody who is leaving, with a case or a coming case that nobody takes over": """
        SELECT c.id FROM cases_case c JOIN access_staff s ON s.id = c.owner_id
        WHERE c.id >= %(since)s AND c.closed_at IS NULL AND s.last_day IS NOT NULL AND NOT EXISTS (
          SELECT FROM cases_ownership o WHERE o.case_id = c.id AND o.state = 'planned' AND o.starts_on <= s.last_day + 1)
        UNION ALL SELECT o.case_id FROM cases_ownership o JOIN access_staff s ON s.id = o.staff_id
        WHERE o.case_id >= %(since)s AND o.state = 'planned' AND s.last_day IS NOT NULL""",
    "a task that is to come to somebody who is leaving": """
        SELECT t.id FROM work_task t JOIN access_staff s ON s.id = t.successor_id
        WHERE t.subject_id >= %(since)s AND t.state = 'open' AND s.last_day IS NOT NULL AND s.last_day < t.successor_from""",
    "an absence, not over, covered by somebody who has left or will have": """
        SELECT a.id FROM access_absence a JOIN access_staff s ON s.id = a.cover_id
        WHERE a.id >= %(since)s AND a.ended_at IS NULL AND (a.to_date IS NULL OR a.to_date >= %(today)s)
        AND (NOT s.active OR s.last_day < a.to_date OR (s.last_day IS NOT NULL AND a.to_date IS NULL))""",
    "first dates that are not those first written down": """
        SELECT c.id FROM cases_case c JOIN LATERAL (SELECT h.first_opened_at, h.first_opened_by_id, h.reference FROM cases_casehistoryrow h
          WHERE h.pgh_obj_id = c.id ORDER BY h.pgh_id LIMIT 1) h ON true WHERE c.id >= %(since)s
        AND (c.first_opened_at, c.first_opened_by_id, c.reference) <> (h.first_opened_at, h.first_opened_by_id, h.reference)
        UNION ALL SELECT t.id FROM work_task t JOIN LATERAL (SELECT h.first_due, h.due, h.made_at FROM work_taskhistoryrow h
          WHERE h.pgh_obj_id = t.id ORDER BY h.pgh_id LIMIT 1) h ON true
        WHERE t.subject_id >= %(since)s AND (t.first_due <> h.due OR t.first_due <> h.first_due OR t.made_at <> h.made_at)""",
    "a row whose newest version in history is not what stands": """
        SELECT c.id FROM cases_case c LEFT JOIN LATERAL (SELECT h.* FROM cases_casehistoryrow h WHERE h.pgh_obj_id = c.id
          ORDER BY h.pgh_id DESC LIMIT 1) h ON true WHERE c.id >= %(since)s
        AND (c.owner_id, c.team_id, c.next_task_id, c.next_due, c.closed_at, c.outcome, c.version)
          IS DISTINCT FROM (h.owner_id, h.team_id, h.next_task_id, h.next_due, h.closed_at, h.outcome, h.version)
        UNION ALL SELECT o.case_id FROM cases_ownership o LEFT JOIN LATERAL (SELECT h.* FROM cases_ownershiphistoryrow h
          WHERE h.pgh_obj_id = o.id ORDER BY h.pgh_id DESC LIMIT 1) h ON true
        WHERE o.case_id >= %(since)s AND (o.staff_id, o.state, o.ended_at) IS DISTINCT FROM (h.staff_id, h.state, h.ended_at)
        UNION ALL SELECT t.id FROM work_task t LEFT JOIN LATERAL (SELECT h.* FROM work_taskhistoryrow h
          WHERE h.pgh_obj_id = t.id ORDER BY h.pgh_id DESC LIMIT 1) h ON true
        WHERE t.subject_id >= %(since)s AND (t.owner_id, t.due, t.state) IS DISTINCT FROM (h.owner_id, h.due, h.state)""",
    "an opening, a closure or a change of owner without its event": """
        SELECT c.id FROM cases_case c WHERE c.id >= %(since)s AND (
          (SELECT count(*) FROM cases_opening p WHERE p.case_id = c.id),
          (SELECT count(*) FROM cases_opening p WHERE p.case_id = c.id AND p.closed_at IS NOT NULL),
          (SELECT count(*) FROM cases_ownership o
            WHERE o.case_id = c.id AND o.started_at IS NOT NULL AND o.why NOT IN ('opened', 'reopened'))
        ) IS DISTINCT FROM (SELECT (count(*) FILTER (WHERE e.kind IN ('case.opened', 'case.reopened')),
          count(*) FILTER (WHERE e.kind = 'case.closed'), count(*) FILTER (WHERE e.kind = 'case.owner_changed'))
          FROM audit_event e WHERE e.subject_kind = 'case' AND e.subject_id = c.id)""",
    "something open to be looked at that names no open, dated task about itself of somebody active": f"""
        SELECT e.id FROM ({LOOKED_AT}) e WHERE e.id >= %(since)s AND e.state = 'open' AND NOT EXISTS (
          SELECT FROM work_task t JOIN access_staff s ON s.id = t.owner_id WHERE t.id = e.task_id AND t.state = 'open' AND t.due IS NOT NULL
          AND t.subject_id = e.id AND t.subject_kind = e.kind AND s.active AND s.id <> 1)""",
    "an open task about something to be looked at that is not open, or names another": f"""
        SELECT t.id FROM work_task t LEFT JOIN ({LOOKED_AT}) e ON e.id = t.subject_id AND e.kind = t.subject_kind AND e.state = 'open'
          AND e.task_id = t.id
        WHERE t.subject_id >= %(since)s AND t.state = 'open' AND e.id IS NULL
        AND t.subject_kind IN ('referral', 'question', 'departure', 'look', 'break')""",
    "somebody with two open referrals": """
        SELECT person_id FROM referral_referral WHERE id >= %(since)s AND state = 'open' GROUP BY person_id HAVING count(*) > 1""",
    "an accepted referral whose case is about somebody else": """
        SELECT r.id FROM referral_referral r JOIN cases_case c ON c.id = r.case_id
        WHERE r.id >= %(since)s AND r.person_id <> c.person_id""",
    "something to be looked at that was made, or ended, without exactly one event that says so": f"""
        SELECT e.id FROM ({LOOKED_AT}) e WHERE e.id >= %(since)s AND (1::bigint, (e.state <> 'open')::int::bigint) IS DISTINCT FROM (
          SELECT (count(*) FILTER (WHERE v.kind IN ('referral.made', 'question.asked', 'departure.noticed', 'look.drawn', 'break.found')),
            count(*) FILTER (WHERE v.kind IN ('referral.accepted', 'referral.refused', 'question.answered', 'question.overtaken',
              'departure.explained', 'look.made', 'break.settled', 'break.gone')
              OR (v.kind = 'departure.returned' AND e.state = 'returned')))
          FROM audit_event v WHERE v.subject_kind = e.kind AND v.subject_id = e.id)""",
    "a list whose counts do not add up": """
        SELECT receipt_id FROM referral_consideration
        WHERE considered <> referred + questioned + in_hand + decided + out_of_remit
        UNION ALL SELECT c.receipt_id FROM referral_consideration c WHERE c.finished_at IS NOT NULL AND
          (c.considered, c.departed) IS DISTINCT FROM (
          SELECT (sum((e.data->>'considered')::int)::int, sum((e.data->>'departed')::int)::int) FROM audit_event e
          WHERE e.subject_kind = 'receipt' AND e.subject_id = c.receipt_id AND e.kind = 'referral.records_considered')""",
    "what was looked at, where the newest version in history is not what stands": " UNION ALL ".join(
        f"""
        SELECT e.id FROM {table} e LEFT JOIN LATERAL (SELECT h.* FROM {table}historyrow h WHERE h.pgh_obj_id = e.id
          ORDER BY h.pgh_id DESC LIMIT 1) h ON true WHERE e.id >= %(since)s
        AND (e.state, e.task_id, e.person_id, e.first_due) IS DISTINCT FROM (h.state, h.task_id, h.person_id, h.first_due)"""
        for table in ("referral_referral", "referral_question", "referral_departure", "referral_look", "reconciliation_break")
    ),
    "a task finished or made without its event": """
        SELECT t.id FROM work_task t WHERE t.subject_id >= %(since)s AND NOT EXISTS (
          SELECT FROM audit_event e WHERE e.subject_kind = t.subject_kind AND e.subject_id = t.subject_id AND e.kind = 'task.made'
          AND (e.data->>'task_id')::bigint = t.id)
        UNION ALL SELECT t.id FROM work_task t WHERE t.subject_id >= %(since)s AND t.state <> 'open' AND 1 <> (
          SELECT count(*) FROM audit_event e WHERE e.subject_kind = t.subject_kind AND e.subject_id = t.subject_id
          AND e.kind IN ('task.done', 'task.withdrawn') AND (e.data->>'task_id')::bigint = t.id)""",
}


# What the database itself sees to, whatever writes. The others are kept by the actions: raw SQL leaves no event.
KEPT_BY_KEYS = (
    "an open case without exactly one current, active owner",
    "a case with two current owners",
    "an open case that names no open, dated task about itself",
    "copies on the case that differ from what they copy",
    "a closed case that somebody owns, or is to own",
    "openings that overlap, or close before they open",
    "an open task, or a planned spell, of somebody inactive or of Longstop itself",
    "first dates that are not those first written down",
    "a row whose newest version in history is not what stands",
    "something open to be looked at that names no open, dated task about itself of somebody active",
    "somebody with two open referrals",
    "what was looked at, where the newest version in history is not what stands",
)


def broken(cursor: Cursor, *, today: date, since: int = 0, by_raw_sql: bool = False) -> list[str]:
    """Give what is broken: each promise in words, with the number of what breaks it. After raw SQL, only what no SQL can break is asked."""
    cursor.execute(_statement(KEPT_BY_KEYS if by_raw_sql else tuple(NEVER)), {"since": since, "today": today})
    return [f"{words}: {number}" for words, number in sorted(set(cursor.fetchall()))]


@functools.cache
def _statement(promises: tuple[str, ...]) -> str:
    """All in one statement, so that they are asked of one moment, and soon."""
    return "\nUNION ALL ".join(f"SELECT '{words}', found.number FROM ({NEVER[words]}) AS found(number)" for words in promises)


# What joins, statements and comparing must have left behind, once they have finished, whatever interrupted them.
LEFT_BY_ERRANDS: dict[str, str] = {
    "a joining that stands, and a record of it that is not about that person": """
        SELECT j.id FROM referral_joining j, unnest(j.numbers) AS n(number) WHERE j.undone_at IS NULL AND NOT EXISTS (
          SELECT FROM people_sourcerecord r WHERE r.person_id = j.person_id AND r.number = n.number AND r.unlinked_at IS NULL)""",
    "somebody who was joined to another, and still has a record or is found": """
        SELECT j.id FROM referral_joining j WHERE j.undone_at IS NULL AND (
          EXISTS (SELECT FROM people_sourcerecord r WHERE r.person_id = j.other_id AND r.unlinked_at IS NULL)
          OR EXISTS (SELECT FROM people_searchkey k WHERE k.person_id = j.other_id AND k.kind <> 'keyed'))""",
    "a joining that was undone, and a record of it that is not about the other again": """
        SELECT j.id FROM referral_joining j, unnest(j.numbers) AS n(number) WHERE j.undone_at IS NOT NULL
        AND NOT EXISTS (SELECT FROM referral_joining k WHERE k.other_id = j.other_id AND k.undone_at IS NULL)
        AND NOT EXISTS (SELECT FROM people_sourcerecord r WHERE r.person_id = j.other_id
          AND coalesce(r.number, r.person_id) = n.number AND r.unlinked_at IS NULL)""",
    "a joining made, or undone, without its events": """
        SELECT j.id FROM referral_joining j GROUP BY j.id HAVING (SELECT count(*) FROM audit_event e WHERE e.kind = 'person.record_joined'
          AND (e.data->>'number')::bigint = ANY(j.numbers)) <> (SELECT sum(cardinality(k.numbers)) FROM referral_joining k
          WHERE k.numbers = j.numbers)
        UNION ALL SELECT j.id FROM referral_joining j WHERE (SELECT count(*) FROM audit_event e WHERE e.kind = 'person.record_unlinked'
          AND (e.data->>'to_person')::bigint = j.other_id) <> (SELECT sum(cardinality(k.numbers)) FROM referral_joining k
          WHERE k.other_id = j.other_id AND k.undone_at IS NOT NULL)""",
    "a remit of somebody whom its record is not about": """
        SELECT m.arrival_id FROM referral_remit m JOIN intake_arrival a ON a.id = m.arrival_id
        JOIN people_sourcerecord r ON coalesce(r.number, r.person_id) = a.person_id AND r.unlinked_at IS NULL
        WHERE r.person_id <> m.person_id""",
    "a statement whose lines do not add up to both totals": """
        SELECT s.id FROM reconciliation_statement s LEFT JOIN reconciliation_statementline l ON l.statement_id = s.id GROUP BY s.id
        HAVING coalesce(sum(l.persons) FILTER (WHERE l.side <> 'ours'), 0) <> s.their_persons
          OR coalesce(sum(l.persons) FILTER (WHERE l.side <> 'theirs'), 0) <> s.our_persons
          OR s.rows <> s.refused + s.given_twice + s.second_records + s.their_persons""",
    "a break found by no statement that stands finished, or by one after it": """
        SELECT b.id FROM reconciliation_break b WHERE b.state = 'open' AND NOT EXISTS (
          SELECT FROM reconciliation_statement s WHERE s.id >= b.statement_id AND s.finished_at IS NOT NULL)""",
}
COMPARED = """
SELECT 'a record that was not compared as it stands', r.id FROM people_sourcerecord r WHERE r.unlinked_at IS NULL
AND r.source = 'hmpps-prisoners' AND 2 <> (SELECT count(*) FROM people_linkagemark m
  WHERE m.number = coalesce(r.number, r.person_id) AND m.content_digest = r.content_digest)"""


def left_by_errands(cursor: Cursor, *, compared: bool) -> list[str]:
    """Give what an errand that has finished left half done; `compared`: all records were compared just now."""
    parts = [f"SELECT '{words}', found.number FROM ({statement}) AS found(number)" for words, statement in LEFT_BY_ERRANDS.items()]
    cursor.execute("\nUNION ALL ".join([*parts, COMPARED] if compared else parts))
    return [f"{words}: {number}" for words, number in sorted(set(cursor.fetchall()))]
