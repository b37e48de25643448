-- The authority that stands for each open case whose person is held, by case; one at most.
SELECT a.case_id, a.effective_from, a.until, a.reasoned_on
FROM t_authority a JOIN t_case c ON c.id = a.case_id AND c.closed_at IS NULL AND c.custody = ANY(%(held)s)
WHERE a.ended_at IS NULL ORDER BY a.case_id
