-- The same for each team, from spells of ownership. Stocks are counted from the spells that cover a moment, movements from where
-- spells begin and end; so that their sum agrees is something to be proved. A case that moves between teams is in and out.
, spell AS (
  SELECT o.case_id, o.team_id, o.why, o.started_at, o.ended_at,
    lag(o.team_id) OVER w AS team_before, lag(o.ended_at) OVER w AS ended_before, lead(o.team_id) OVER w AS team_after,
    lead(o.started_at) OVER w AS started_after, lead(o.why) OVER w AS why_after
  FROM t_ownership o WHERE o.started_at IS NOT NULL
  WINDOW w AS (PARTITION BY o.case_id ORDER BY o.started_at, o.id)
), edge AS (
  SELECT *, team_before IS NULL AS first, coalesce(why = 'reopened' OR ended_before < started_at, false) AS reopening,
    coalesce(team_after IS NULL OR why_after = 'reopened' OR started_after > ended_at, false) AS last
  FROM spell
)
SELECT team_id,
  count(*) FILTER (WHERE started_at < %(since)s AND (ended_at IS NULL OR ended_at >= %(since)s)),
  count(*) FILTER (WHERE first AND started_at >= %(since)s AND started_at < %(until)s),
  count(*) FILTER (WHERE reopening AND started_at >= %(since)s AND started_at < %(until)s),
  count(*) FILTER (WHERE NOT first AND NOT reopening AND team_before <> team_id AND started_at >= %(since)s AND started_at < %(until)s),
  count(*) FILTER (WHERE last AND ended_at >= %(since)s AND ended_at < %(until)s),
  count(*) FILTER (WHERE NOT last AND team_after <> team_id AND ended_at >= %(since)s AND ended_at < %(until)s),
  count(*) FILTER (WHERE started_at < %(until)s AND (ended_at IS NULL OR ended_at >= %(until)s))
FROM edge GROUP BY team_id ORDER BY team_id
