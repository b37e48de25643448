-- Who is in prison and considered by nobody, as a statement found, or out while a case says held; who has gone from the list while a case
-- says that they are in custody, or was released before anybody decided: kind, number, reason.
SELECT DISTINCT 'departure', d.id, %(custody_departure_unexplained)s
FROM t_departure d JOIN t_case c ON c.person_id = d.person_id
WHERE d.state = 'open' AND c.closed_at IS NULL AND c.custody IN ('serving', 'time_served', 'detained')
UNION ALL
SELECT 'referral', r.id, %(released_without_decision)s
FROM t_referral r JOIN t_arrival a ON a.id = r.arrival_id
WHERE r.state = 'open' AND (a.custody = 'released' OR a.release_date < %(day)s)
UNION ALL
SELECT DISTINCT 'case', c.id, %(released_without_decision)s
FROM t_case c JOIN t_remit m ON m.person_id = c.person_id JOIN t_arrival a ON a.id = m.arrival_id
  LEFT JOIN t_keydate k ON k.case_id = c.id AND k.name = 'considered_on' AND k.value IS NOT NULL
WHERE c.closed_at IS NULL AND k.id IS NULL AND (a.custody = 'released' OR a.release_date < %(day)s)
UNION ALL
SELECT 'break', b.id, CASE b.kind WHEN 'not_referred' THEN %(in_prison_not_considered)s ELSE %(released_and_said_held)s END
FROM t_break b WHERE b.state = 'open' AND b.kind IN ('not_referred', 'released')
