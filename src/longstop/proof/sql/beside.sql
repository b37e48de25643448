-- What stands beside the certificate, by name: list, subject, number, reference, reason, details. None of it makes the certificate fail.
, named AS (SELECT id, reference FROM t_case),
weighed AS (
  SELECT c.owner_id, sum(coalesce(w.points, 0) + coalesce(
      (SELECT b.points FROM unnest(%(closeness_days)s::int[], %(closeness_points)s::int[]) AS b (days, points)
       WHERE c.release_date <= %(day)s + b.days ORDER BY b.days LIMIT 1),
      CASE WHEN c.release_date IS NULL AND c.custody <> 'community' THEN %(no_release_date)s ELSE 0 END)) AS points
  FROM t_case c LEFT JOIN unnest(%(status_names)s::text[], %(status_points)s::int[]) AS w (name, points) ON w.name = c.custody
  WHERE c.closed_at IS NULL GROUP BY c.owner_id
), cover AS (
  SELECT s.id FROM t_staff s WHERE s.active AND (s.last_day IS NULL OR s.last_day >= %(day)s)
), away_now AS (
  SELECT id, staff_id, cover_id, from_date FROM t_absence
  WHERE ended_at IS NULL AND from_date <= %(day)s AND (to_date IS NULL OR to_date >= %(day)s)
)
, able AS (
  SELECT staff_id, code, bool_or(from_date <= %(day)s AND (to_date IS NULL OR to_date >= %(day)s)) AS now, max(to_date) AS ended
  FROM t_competence GROUP BY staff_id, code
)
, answering AS (
  SELECT staff_id, bool_or(ended_at IS NULL AND from_date <= %(day)s AND (to_date IS NULL OR to_date >= %(day)s)) AS now, max(to_date) AS ended
  FROM t_rolegrant WHERE role = ANY(%(leading_roles)s) GROUP BY staff_id
)
SELECT list, kind, id, reference, reason, details FROM (
  SELECT 'overdue' AS list, 'task' AS kind, t.id, coalesce(n.reference, t.subject_kind || ' ' || t.subject_id) AS reference,
    t.kind AS reason, 'due ' || t.due AS details, t.due AS day
  FROM t_task t LEFT JOIN named n ON n.id = t.subject_id AND t.subject_kind = 'case' WHERE t.state = 'open' AND t.due < %(day)s
  UNION ALL
  SELECT 'idle', 'case', c.id, c.reference, 'idle', 'last worked on ' || (c.last_worked_at AT TIME ZONE 'Europe/London')::date,
    c.last_worked_at::date
  FROM t_case c WHERE c.closed_at IS NULL AND c.last_worked_at < %(idle_since)s
  UNION ALL
  SELECT 'over_capacity', 'staff', s.id, s.staff_number, 'over_capacity', w.points || ' points, capacity ' || s.capacity_points, NULL
  FROM weighed w JOIN t_staff s ON s.id = w.owner_id WHERE w.points > s.capacity_points
  UNION ALL
  SELECT 'break_glass_unseen', 'case', g.subject_id, coalesce(n.reference, 'subject ' || g.subject_id), 'broke_glass',
    'on ' || (g.given_at AT TIME ZONE 'Europe/London')::date, g.given_at::date
  FROM t_clearance g LEFT JOIN named n ON n.id = g.subject_id WHERE g.broke_glass AND g.seen_at IS NULL
  UNION ALL
  SELECT 'packs_unread', 'case', o.case_id, n.reference, o.why, 'since ' || (o.started_at AT TIME ZONE 'Europe/London')::date,
    o.started_at::date
  FROM t_ownership o JOIN named n ON n.id = o.case_id WHERE o.state = 'current' AND o.why = 'departure' AND o.read_at IS NULL
  UNION ALL
  SELECT 'absences_uncovered', 'absence', a.id, s.staff_number, CASE WHEN a.cover_id IS NULL THEN 'no_cover' ELSE 'cover_is_away' END,
    'since ' || a.from_date, a.from_date
  FROM away_now a JOIN t_staff s ON s.id = a.staff_id LEFT JOIN cover c ON c.id = a.cover_id
    LEFT JOIN (SELECT DISTINCT staff_id FROM away_now) b ON b.staff_id = a.cover_id
  WHERE s.active AND (c.id IS NULL OR b.staff_id IS NOT NULL)
  UNION ALL
  SELECT CASE WHEN last_day >= %(day)s THEN 'departures_ahead' ELSE 'departures_not_effected' END, 'staff', id, staff_number,
    CASE WHEN last_day >= %(day)s THEN 'leaving' ELSE 'left' END, 'last day ' || last_day, last_day
  FROM t_staff WHERE active AND last_day IS NOT NULL
  UNION ALL
  SELECT 'competence_expired', 'case', c.id, c.reference, CASE WHEN a.code IS NULL THEN 'never_held' ELSE 'expired' END,
    c.needs_competence || coalesce(', until ' || a.ended, ''), a.ended
  FROM t_case c LEFT JOIN able a ON a.staff_id = c.owner_id AND a.code = c.needs_competence
  WHERE c.closed_at IS NULL AND c.needs_competence <> '' AND a.now IS NOT TRUE
  UNION ALL
  SELECT 'teams_without_leader', 'team', t.id, t.code,
    CASE WHEN t.leader_id IS NULL THEN 'nobody_named' WHEN c.id IS NULL THEN 'leader_left' ELSE 'role_ended' END,
    coalesce('last day ' || CASE WHEN c.id IS NULL THEN s.last_day ELSE l.ended END, ''),
    CASE WHEN c.id IS NULL THEN s.last_day ELSE l.ended END
  FROM t_team t LEFT JOIN t_staff s ON s.id = t.leader_id LEFT JOIN cover c ON c.id = t.leader_id
    LEFT JOIN answering l ON l.staff_id = t.leader_id
  WHERE c.id IS NULL OR l.now IS NOT TRUE
  UNION ALL
  SELECT 'tasks_moved_often', 'task', t.id, coalesce(n.reference, t.subject_kind || ' ' || t.subject_id), t.kind,
    'moved ' || t.moves || ' times, first due ' || t.first_due || ', now ' || t.due, t.first_due
  FROM t_task t LEFT JOIN named n ON n.id = t.subject_id AND t.subject_kind = 'case' WHERE t.state = 'open' AND t.moves > %(moves)s
  UNION ALL
  SELECT 'records_waiting', 'arrival', a.id, 'record ' || a.id, 'waiting', coalesce('release ' || a.release_date, ''), a.release_date
  FROM t_arrival a LEFT JOIN t_remit m ON m.arrival_id = a.id WHERE a.state = 'waiting' AND m.arrival_id IS NULL
  UNION ALL
  SELECT 'lists_not_considered', 'receipt', r.id, 'receipt ' || r.id, CASE WHEN n.id IS NULL THEN 'not_begun' ELSE 'not_finished' END,
    r.received || ' records', r.finished_at::date
  FROM t_receipt r LEFT JOIN t_consideration n ON n.receipt_id = r.id
  WHERE r.state = 'finished' AND r.source = ANY(%(considered_sources)s) AND n.finished_at IS NULL
  UNION ALL
  SELECT 'lists_not_considered', 'receipt', r.id, 'receipt ' || r.id, 'not_taken_over', r.received || ' rows', r.finished_at::date
  FROM t_receipt r
    LEFT JOIN (SELECT DISTINCT unnest(receipts) AS id FROM t_takeover WHERE finished_at IS NOT NULL) n ON n.id = r.id
  WHERE r.state = 'finished' AND left(r.source, 9) = 'casework-' AND n.id IS NULL
  UNION ALL
  SELECT 'records_waiting', 'legacy_case', l.row_id, 'old case ' || l.row_id, 'not_taken_over', l.reason, NULL
  FROM t_legacycase l WHERE l.result = 'not_taken'
  UNION ALL
  SELECT 'rows_refused', 'refusal', id, 'refused row ' || id, fault, '', NULL FROM t_refusal WHERE state = 'open'
) every ORDER BY list, day NULLS LAST, reference, id
