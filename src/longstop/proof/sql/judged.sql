-- Who may do what on the day, and how each open task stands. Shared by cases.sql and tasks.sql.
roles AS (
  SELECT staff_id, bool_or(role = ANY(%(owning_roles)s)) AS may_own
  FROM t_rolegrant
  WHERE ended_at IS NULL AND from_date <= %(day)s AND (to_date IS NULL OR to_date >= %(day)s)
  GROUP BY staff_id
),
away_now AS (
  SELECT staff_id, cover_id FROM t_absence
  WHERE ended_at IS NULL AND from_date <= %(day)s AND (to_date IS NULL OR to_date >= %(day)s)
),
present AS (
  SELECT s.id FROM t_staff s LEFT JOIN (SELECT DISTINCT staff_id FROM away_now) a ON a.staff_id = s.id
  WHERE s.active AND (s.last_day IS NULL OR s.last_day >= %(day)s) AND a.staff_id IS NULL
),
absent AS (
  SELECT a.staff_id, bool_or(p.id IS NOT NULL) AS covered
  FROM away_now a LEFT JOIN present p ON p.id = a.cover_id GROUP BY a.staff_id
),
people AS (
  SELECT s.id, s.active, coalesce(s.last_day < %(day)s, false) AS gone, r.staff_id IS NOT NULL AS has_role,
    coalesce(r.may_own, false) AS may_own, a.staff_id IS NOT NULL AS away, coalesce(a.covered, false) AS covered
  FROM t_staff s LEFT JOIN roles r ON r.staff_id = s.id LEFT JOIN absent a ON a.staff_id = s.id
),
-- A planned spell counts from its day, whether or not anybody has carried the departure out.
owning AS (
  SELECT case_id, count(*) FILTER (WHERE state = 'current') AS currents,
    max(staff_id) FILTER (WHERE state = 'current') AS staff_id,
    max(staff_id) FILTER (WHERE state = 'planned' AND starts_on <= %(day)s) AS next_staff_id
  FROM t_ownership WHERE state IN ('current', 'planned') GROUP BY case_id
),
holds AS (SELECT * FROM unnest(%(hold_kinds)s::text[], %(hold_days)s::int[]) AS h (kind, days)),
held_by AS (
  SELECT t.id, t.subject_kind, t.subject_id, t.kind, t.due, t.first_due, t.wake, t.origin, t.acknowledged_rung,
    coalesce(CASE WHEN t.successor_from <= %(day)s THEN t.successor_id END,
             CASE WHEN t.owner_id = o.staff_id THEN o.next_staff_id END, t.owner_id) AS holder_id
  FROM t_task t LEFT JOIN owning o ON o.case_id = t.subject_id AND t.subject_kind = 'case'
  WHERE t.state = 'open'
),
judged AS (
  SELECT t.id, t.subject_kind, t.subject_id, t.kind, t.due,
    CASE WHEN t.wake > %(day)s THEN 'held'
         WHEN t.due <= %(day)s AND p.away THEN 'covered_by_colleague'
         WHEN t.due < %(day)s THEN 'late_acknowledged'
         WHEN t.due = %(day)s THEN 'due_today'
         ELSE 'due_ahead' END AS state,
    CASE WHEN p.active IS NOT TRUE THEN %(task_owner_inactive)s ELSE 0 END
    | CASE WHEN p.gone THEN %(task_owner_left)s ELSE 0 END
    | CASE WHEN p.has_role IS FALSE THEN %(task_owner_without_role)s ELSE 0 END
    | CASE WHEN t.acknowledged_rung < CASE WHEN t.due < %(rung_3)s THEN 3 WHEN t.due < %(rung_2)s THEN 2
                                           WHEN t.due < %(rung_1)s THEN 1 WHEN t.due < %(rung_0)s THEN 0 ELSE -1 END
           THEN %(late_unacknowledged)s ELSE 0 END
    | CASE WHEN t.due <= %(day)s AND p.away AND NOT p.covered THEN %(owner_away_uncovered)s ELSE 0 END
    | CASE WHEN t.wake IS NOT NULL AND (h.kind IS NULL OR t.due > %(day)s + h.days) THEN %(hold_beyond_limit)s ELSE 0 END
    | CASE WHEN t.origin = 'software' AND t.first_due < %(day)s THEN %(software_task_expired)s ELSE 0 END AS faults
  FROM held_by t LEFT JOIN people p ON p.id = t.holder_id LEFT JOIN holds h ON h.kind = t.kind
)
