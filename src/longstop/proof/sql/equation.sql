-- Cases open at the start and at the end, and what came and went between, for the whole command: from openings alone.
-- A moment belongs to what follows it: opened at the start counts as "in".
SELECT
  count(*) FILTER (WHERE opened_at < %(since)s AND (closed_at IS NULL OR closed_at >= %(since)s)),
  count(*) FILTER (WHERE NOT reopened AND opened_at >= %(since)s AND opened_at < %(until)s),
  count(*) FILTER (WHERE reopened AND opened_at >= %(since)s AND opened_at < %(until)s),
  count(*) FILTER (WHERE closed_at >= %(since)s AND closed_at < %(until)s),
  count(*) FILTER (WHERE opened_at < %(until)s AND (closed_at IS NULL OR closed_at >= %(until)s))
FROM t_opening
