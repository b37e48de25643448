-- What the keys hold, counted again without trusting them: fault, subject, number, reference.
, current_spell AS (SELECT case_id, staff_id, team_id FROM t_ownership WHERE state = 'current'),
open_task AS (SELECT id, subject_id, due FROM t_task WHERE state = 'open'),
opened AS (
  SELECT case_id, count(*) FILTER (WHERE closed_at IS NULL) AS open_now, min(opened_at) AS first_at FROM t_opening GROUP BY case_id
)
SELECT DISTINCT 'owner_copy', 'case', c.id, c.reference FROM t_case c LEFT JOIN current_spell s ON s.case_id = c.id
WHERE c.closed_at IS NULL AND (s.staff_id IS DISTINCT FROM c.owner_id OR s.team_id IS DISTINCT FROM c.team_id)
UNION ALL
SELECT 'next_task_copy', 'case', c.id, c.reference FROM t_case c LEFT JOIN t_task t ON t.id = c.next_task_id
WHERE c.closed_at IS NULL AND (t.state IS DISTINCT FROM 'open' OR t.subject_kind <> 'case' OR t.subject_id <> c.id
  OR t.due <> c.next_due OR (t.wake IS NOT NULL) <> c.next_is_hold)
UNION ALL
SELECT 'next_task_not_first', 'case', c.id, c.reference FROM t_case c
  JOIN (SELECT subject_id, min(due) AS due FROM open_task GROUP BY subject_id) t ON t.subject_id = c.id
WHERE c.closed_at IS NULL AND t.due < c.next_due
UNION ALL
SELECT 'openings', 'case', c.id, c.reference FROM t_case c LEFT JOIN opened o ON o.case_id = c.id
WHERE coalesce(o.open_now, 0) <> CASE WHEN c.closed_at IS NULL THEN 1 ELSE 0 END OR o.case_id IS NULL
UNION ALL
SELECT 'first_opened', 'case', c.id, c.reference FROM t_case c JOIN opened o ON o.case_id = c.id WHERE o.first_at <> c.first_opened_at
UNION ALL
SELECT DISTINCT 'closed_case_owned', 'case', c.id, c.reference FROM t_case c JOIN t_ownership o ON o.case_id = c.id
WHERE c.closed_at IS NOT NULL AND o.state <> 'ended'
UNION ALL
SELECT 'closed_case_task', 'task', t.id, coalesce(c.reference, 'task ' || t.id) FROM t_task t LEFT JOIN t_case c ON c.id = t.subject_id
WHERE t.state = 'open' AND t.subject_kind = 'case' AND (c.id IS NULL OR c.closed_at IS NOT NULL)
UNION ALL
SELECT 'acknowledged_copy', 'task', t.id, coalesce(c.reference, t.subject_kind || ' ' || t.subject_id)
FROM t_task t LEFT JOIN t_case c ON c.id = t.subject_id AND t.subject_kind = 'case'
  LEFT JOIN (SELECT task_id, due, max(rung) AS rung FROM t_acknowledgement GROUP BY task_id, due) a ON a.task_id = t.id AND a.due = t.due
WHERE t.state = 'open' AND t.acknowledged_rung > coalesce(a.rung, -1)
UNION ALL
SELECT 'person_has_two_cases', 'case', c.id, c.reference FROM t_case c
  JOIN (SELECT person_id FROM t_case WHERE closed_at IS NULL GROUP BY person_id HAVING count(*) > 1) p ON p.person_id = c.person_id
WHERE c.closed_at IS NULL
ORDER BY 1, 4, 3
