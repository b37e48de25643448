-- One row for each open case, by its number: what its clocks follow from, its covered state, and every reason against it.
, by_case AS (
  SELECT subject_id, bit_or(faults & ~%(software_task_expired)s) AS faults, bool_or(faults = 0) AS covered, min(due) AS earliest,
    (array_agg(state ORDER BY due, id) FILTER (WHERE faults = 0))[1] AS state
  FROM judged WHERE subject_kind = 'case' GROUP BY subject_id
), offered AS (SELECT DISTINCT case_id FROM t_offer WHERE state = 'open')
SELECT c.id, c.reference, c.custody, c.monitored, c.first_opened_at, c.release_date, b.earliest,
  CASE WHEN f.case_id IS NOT NULL THEN 'on_offer' ELSE b.state END,
  CASE WHEN coalesce(o.currents, 0) = 0 THEN %(no_owner)s WHEN o.currents > 1 THEN %(more_than_one_owner)s
       WHEN p.active IS NOT TRUE THEN %(owner_inactive)s ELSE 0 END
  | CASE WHEN p.gone THEN %(owner_left)s ELSE 0 END
  | CASE WHEN p.may_own IS FALSE AND p.active THEN %(owner_without_role)s ELSE 0 END
  | coalesce(b.faults, %(no_task)s)
  | CASE WHEN b.subject_id IS NOT NULL AND NOT b.covered AND b.faults = 0 THEN %(software_task_expired)s ELSE 0 END
FROM t_case c
  LEFT JOIN owning o ON o.case_id = c.id
  LEFT JOIN people p ON p.id = coalesce(o.next_staff_id, o.staff_id)
  LEFT JOIN by_case b ON b.subject_id = c.id
  LEFT JOIN offered f ON f.case_id = c.id
WHERE c.closed_at IS NULL ORDER BY c.id
