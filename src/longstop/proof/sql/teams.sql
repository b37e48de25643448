SELECT team_id, count(*) FROM t_case WHERE closed_at IS NULL GROUP BY team_id
