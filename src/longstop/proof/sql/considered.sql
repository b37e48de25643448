-- Of each kind of thing that is looked at: open at the start, come, gone, and open at the end, from its own rows; and how many open tasks
-- there are about it, which the certificate counts apart.
, every AS (
  SELECT 'referral' AS kind, made_at, ended_at FROM t_referral
  UNION ALL SELECT 'question', made_at, ended_at FROM t_question
  UNION ALL SELECT 'departure', made_at, ended_at FROM t_departure
  UNION ALL SELECT 'look', made_at, ended_at FROM t_look
  UNION ALL SELECT 'break', made_at, ended_at FROM t_break
)
SELECT kind,
  count(*) FILTER (WHERE made_at < %(since)s AND (ended_at IS NULL OR ended_at >= %(since)s)),
  count(*) FILTER (WHERE made_at >= %(since)s AND made_at < %(until)s),
  count(*) FILTER (WHERE ended_at >= %(since)s AND ended_at < %(until)s),
  count(*) FILTER (WHERE made_at < %(until)s AND (ended_at IS NULL OR ended_at >= %(until)s))
FROM every GROUP BY kind ORDER BY kind
