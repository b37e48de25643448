-- Open things without the open task that they name, and open tasks about such a thing that is not open: fault, subject, number, reference.
, every AS (
  SELECT 'referral' AS kind, id, task_id, state FROM t_referral
  UNION ALL SELECT 'question', id, task_id, state FROM t_question
  UNION ALL SELECT 'departure', id, task_id, state FROM t_departure
  UNION ALL SELECT 'look', id, task_id, state FROM t_look
  UNION ALL SELECT 'break', id, task_id, state FROM t_break
),
about AS (
  SELECT id, subject_kind, subject_id FROM t_task
  WHERE state = 'open' AND subject_kind IN ('referral', 'question', 'departure', 'look', 'break')
)
SELECT 'considered_without_task', e.kind, e.id, e.kind || ' ' || e.id
FROM every e LEFT JOIN about t ON t.id = e.task_id AND t.subject_id = e.id AND t.subject_kind = e.kind
WHERE e.state = 'open' AND t.id IS NULL
UNION ALL
SELECT 'task_of_nothing_open', 'task', t.id, t.subject_kind || ' ' || t.subject_id
FROM about t LEFT JOIN every e ON e.id = t.subject_id AND e.kind = t.subject_kind AND e.state = 'open' AND e.task_id = t.id
WHERE e.id IS NULL
ORDER BY 1, 4, 3
