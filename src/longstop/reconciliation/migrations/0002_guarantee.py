"""An open break names its open, dated task; a statement's numbers never change, and at COMMIT its lines add up to both totals."""

from django.db import migrations

BREAK = """
ALTER TABLE reconciliation_break
  ADD COLUMN subject_kind varchar(20) GENERATED ALWAYS AS ('break') STORED,
  ADD CONSTRAINT open_break_has_dated_task FOREIGN KEY (id, subject_kind, task_id, open_key)
    REFERENCES work_task (subject_id, subject_kind, id, open_key) DEFERRABLE INITIALLY DEFERRED;

CREATE FUNCTION reconciliation_break_first_dates() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.id, NEW.kind, NEW.person_id, NEW.first_due, NEW.made_at, NEW.made_by_id, NEW.statement_id)
     IS DISTINCT FROM (OLD.id, OLD.kind, OLD.person_id, OLD.first_due, OLD.made_at, OLD.made_by_id, OLD.statement_id)
     OR OLD.state <> 'open' THEN
    RAISE EXCEPTION 'first dates never change' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'first_dates_never_change';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER first_dates BEFORE UPDATE ON reconciliation_break FOR EACH ROW EXECUTE FUNCTION reconciliation_break_first_dates();
"""

STATEMENT = """
CREATE FUNCTION reconciliation_statement_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.finished_at IS NOT NULL OR
     (NEW.id, NEW.receipt_id, NEW.policy, NEW.made_for, NEW.rows, NEW.refused, NEW.given_twice, NEW.records, NEW.second_records,
      NEW.their_persons, NEW.our_persons, NEW.matched, NEW.made_at, NEW.made_by_id)
     IS DISTINCT FROM
     (OLD.id, OLD.receipt_id, OLD.policy, OLD.made_for, OLD.rows, OLD.refused, OLD.given_twice, OLD.records, OLD.second_records,
      OLD.their_persons, OLD.our_persons, OLD.matched, OLD.made_at, OLD.made_by_id) THEN
    RAISE EXCEPTION 'a statement stands as it was made' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'statement_stands';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER stands BEFORE UPDATE ON reconciliation_statement FOR EACH ROW EXECUTE FUNCTION reconciliation_statement_stands();

CREATE FUNCTION reconciliation_line_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a statement stands as it was made' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'statement_stands';
END $$;
CREATE TRIGGER stands BEFORE UPDATE OR DELETE ON reconciliation_statementline
  FOR EACH ROW EXECUTE FUNCTION reconciliation_line_stands();

CREATE FUNCTION reconciliation_statement_adds_up() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  number bigint := CASE TG_TABLE_NAME WHEN 'reconciliation_statement' THEN (to_jsonb(NEW)->>'id')::bigint
                                      ELSE (to_jsonb(NEW)->>'statement_id')::bigint END;
  whole reconciliation_statement;
  counted record;
BEGIN
  SELECT * INTO whole FROM reconciliation_statement WHERE id = number;
  SELECT coalesce(sum(persons) FILTER (WHERE side = 'both'), 0) AS matched, coalesce(sum(persons) FILTER (WHERE side = 'ours'), 0) AS ours,
         coalesce(sum(persons) FILTER (WHERE side = 'theirs'), 0) AS theirs
  INTO counted FROM reconciliation_statementline WHERE statement_id = number;
  IF counted.matched <> whole.matched OR counted.matched + counted.ours <> whole.our_persons
     OR counted.matched + counted.theirs <> whole.their_persons THEN
    RAISE EXCEPTION 'the lines of a statement add up to both totals' USING ERRCODE = 'check_violation', CONSTRAINT = 'statement_adds_up';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER adds_up AFTER INSERT ON reconciliation_statement
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION reconciliation_statement_adds_up();
CREATE CONSTRAINT TRIGGER adds_up AFTER INSERT ON reconciliation_statementline
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION reconciliation_statement_adds_up();
"""


class Migration(migrations.Migration):
    dependencies = [("reconciliation", "0001_initial"), ("referral", "0002_guarantee")]
    operations = [migrations.RunSQL(BREAK, migrations.RunSQL.noop), migrations.RunSQL(STATEMENT, migrations.RunSQL.noop)]
