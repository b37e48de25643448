"""A task's owner is active staff, and its first due date never changes: held by the database, whatever writes."""

from django.db import migrations

SQL = """
-- One sequence numbers every kind of subject, so that a plain number says which subject a task is about.
CREATE SEQUENCE work_subject_seq START 1000;
CREATE SEQUENCE work_task_seq START 1000;

ALTER TABLE work_task
  ADD CONSTRAINT task_owner_is_active FOREIGN KEY (owner_id, open_key)
    REFERENCES access_staff (id, active_key) DEFERRABLE INITIALLY DEFERRED,
  ADD CONSTRAINT task_successor_is_active FOREIGN KEY (successor_id, open_key)
    REFERENCES access_staff (id, active_key) DEFERRABLE INITIALLY DEFERRED,
  ADD CONSTRAINT longstop_itself_owns_no_task CHECK (owner_id <> 1 AND successor_id <> 1);

CREATE FUNCTION work_first_dates() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.first_due, NEW.made_at, NEW.made_by_id, NEW.origin, NEW.subject_id, NEW.subject_kind)
     IS DISTINCT FROM (OLD.first_due, OLD.made_at, OLD.made_by_id, OLD.origin, OLD.subject_id, OLD.subject_kind) THEN
    RAISE EXCEPTION 'first dates never change' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'first_dates_never_change';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER first_dates BEFORE UPDATE ON work_task FOR EACH ROW EXECUTE FUNCTION work_first_dates();
"""


class Migration(migrations.Migration):
    dependencies = [("work", "0001_initial"), ("access", "0002_system")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
