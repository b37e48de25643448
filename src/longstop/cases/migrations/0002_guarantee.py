"""The guarantee: an open case has exactly one active owner and names one open, dated task.

No trigger looks at rows here: deferrable composite keys on generated columns are checked at COMMIT whatever wrote them and at every
isolation level. Every column of such a key is NOT NULL while the case is open, or the key would silently stop biting.
"""

from django.db import migrations

SQL = """
CREATE SEQUENCE cases_reference_seq START 100001;

-- The task that a case names is about that case, and not about something else that was given the same number.
ALTER TABLE cases_case ADD COLUMN task_kind varchar(20) GENERATED ALWAYS AS ('case') STORED;

ALTER TABLE cases_case
  ADD CONSTRAINT open_case_has_owner FOREIGN KEY (id, owner_id, team_id, open_key)
    REFERENCES cases_ownership (case_id, staff_id, team_id, current_key) DEFERRABLE INITIALLY DEFERRED,
  ADD CONSTRAINT open_case_has_dated_task FOREIGN KEY (id, task_kind, next_task_id, next_due, next_is_hold, open_key)
    REFERENCES work_task (subject_id, subject_kind, id, due, is_hold, open_key) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE cases_ownership
  ADD CONSTRAINT owner_is_active FOREIGN KEY (staff_id, live_key)
    REFERENCES access_staff (id, active_key) DEFERRABLE INITIALLY DEFERRED,
  ADD CONSTRAINT only_open_cases_are_owned FOREIGN KEY (case_id, live_key)
    REFERENCES cases_case (id, open_key) DEFERRABLE INITIALLY DEFERRED,
  ADD CONSTRAINT ownership_case FOREIGN KEY (case_id) REFERENCES cases_case (id) DEFERRABLE INITIALLY DEFERRED,
  ADD CONSTRAINT longstop_itself_owns_no_case CHECK (staff_id <> 1);

ALTER TABLE cases_case ADD CONSTRAINT case_next_task FOREIGN KEY (next_task_id) REFERENCES work_task (id) DEFERRABLE INITIALLY DEFERRED;

CREATE FUNCTION cases_first_dates() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.first_opened_at, NEW.first_opened_by_id, NEW.reference, NEW.id)
     IS DISTINCT FROM (OLD.first_opened_at, OLD.first_opened_by_id, OLD.reference, OLD.id) THEN
    RAISE EXCEPTION 'first dates never change' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'first_dates_never_change';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER first_dates BEFORE UPDATE ON cases_case FOR EACH ROW EXECUTE FUNCTION cases_first_dates();

CREATE FUNCTION cases_opening_first_dates() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.case_id, NEW.opened_at, NEW.opened_by_id, NEW.reopened) IS DISTINCT FROM (OLD.case_id, OLD.opened_at, OLD.opened_by_id, OLD.reopened)
     OR OLD.closed_at IS NOT NULL THEN
    RAISE EXCEPTION 'first dates never change' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'first_dates_never_change';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER first_dates BEFORE UPDATE ON cases_opening FOR EACH ROW EXECUTE FUNCTION cases_opening_first_dates();

-- An open case has exactly one open opening, so that opening + in + reopened - out = closing cannot drift from the cases themselves.
ALTER TABLE cases_opening
  ADD COLUMN open_key boolean GENERATED ALWAYS AS (CASE WHEN closed_at IS NULL THEN true END) STORED,
  ADD CONSTRAINT opening_open_key UNIQUE (case_id, open_key),
  ADD CONSTRAINT only_open_cases_have_an_open_opening FOREIGN KEY (case_id, open_key)
    REFERENCES cases_case (id, open_key) DEFERRABLE INITIALLY DEFERRED,
  ADD CONSTRAINT opening_closes_after_it_opens CHECK (closed_at >= opened_at),
  ADD CONSTRAINT openings_never_overlap EXCLUDE USING gist (case_id WITH =, tstzrange(opened_at, closed_at) WITH &&);
ALTER TABLE cases_case
  ADD CONSTRAINT open_case_has_an_opening FOREIGN KEY (id, open_key)
    REFERENCES cases_opening (case_id, open_key) DEFERRABLE INITIALLY DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial"), ("work", "0002_keys")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
