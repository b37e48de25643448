-- What sources say of the open cases' dates, by case, the one that stands last.
SELECT k.case_id, k.name, k.value FROM t_keydate k JOIN t_case c ON c.id = k.case_id AND c.closed_at IS NULL
ORDER BY k.case_id, k.observed_at, k.id
