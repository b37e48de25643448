"""An open referral, question, departure or second look names its open, dated task, whose owner is active: refused at COMMIT otherwise.

As with cases, no trigger looks at rows: deferrable composite keys on generated columns are checked whatever wrote them and at every
isolation level. Owner and due date stand on the task alone, so that whatever moves a task moves these.
"""

from django.db import migrations

KINDS = ("referral", "question", "departure", "look")

TASK = """
ALTER TABLE work_task ADD CONSTRAINT task_named_while_open UNIQUE (subject_id, subject_kind, id, open_key);
CREATE INDEX task_about_anything_else ON work_task (subject_kind, due, id) WHERE state = 'open' AND subject_kind <> 'case';
"""

KIND = """
ALTER TABLE referral_{kind}
  ADD COLUMN subject_kind varchar(20) GENERATED ALWAYS AS ('{kind}') STORED,
  ADD CONSTRAINT open_{kind}_has_dated_task FOREIGN KEY (id, subject_kind, task_id, open_key)
    REFERENCES work_task (subject_id, subject_kind, id, open_key) DEFERRABLE INITIALLY DEFERRED;

CREATE FUNCTION referral_{kind}_first_dates() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.id, NEW.person_id, NEW.arrival_id, NEW.first_due, NEW.made_at, NEW.made_by_id)
     IS DISTINCT FROM (OLD.id, OLD.person_id, OLD.arrival_id, OLD.first_due, OLD.made_at, OLD.made_by_id) OR OLD.state <> 'open' THEN
    RAISE EXCEPTION 'first dates never change' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'first_dates_never_change';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER first_dates BEFORE UPDATE ON referral_{kind} FOR EACH ROW EXECUTE FUNCTION referral_{kind}_first_dates();
"""

SQL = TASK + "".join(KIND.format(kind=kind) for kind in KINDS)


class Migration(migrations.Migration):
    dependencies = [("referral", "0001_initial"), ("work", "0002_keys")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
