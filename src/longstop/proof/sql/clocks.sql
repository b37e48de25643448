SELECT k.case_id, k.kind, k.due, k.alarm, k.basis, k.inputs::text, k.inputs_hash, k.rule, k.rule_version
FROM t_clock k JOIN t_case c ON c.id = k.case_id AND c.closed_at IS NULL
ORDER BY k.case_id, k.kind
