-- One row for each open task about anything but a case: a record question, an absence, a refused row.
SELECT id, subject_kind, subject_id, due, state, faults FROM judged WHERE subject_kind <> 'case' ORDER BY id
