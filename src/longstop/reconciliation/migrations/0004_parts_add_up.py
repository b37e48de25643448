"""A statement's parts never change, and at COMMIT they add up to its figures; open breaks are ranked as policy ranks their kinds now."""

from django.db import migrations

PARTS = """
CREATE TRIGGER stands BEFORE UPDATE OR DELETE ON reconciliation_statementpart
  FOR EACH ROW EXECUTE FUNCTION reconciliation_line_stands();

CREATE FUNCTION reconciliation_parts_add_up() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  number bigint := CASE TG_TABLE_NAME WHEN 'reconciliation_statement' THEN (to_jsonb(NEW)->>'id')::bigint
                                      ELSE (to_jsonb(NEW)->>'statement_id')::bigint END;
  whole reconciliation_statement;
  counted record;
BEGIN
  SELECT * INTO whole FROM reconciliation_statement WHERE id = number;
  SELECT coalesce(sum(how_many) FILTER (WHERE figure = 'matched'), 0) AS matched,
         coalesce(sum(how_many) FILTER (WHERE figure = 'further'), 0) AS further,
         coalesce(sum(how_many) FILTER (WHERE figure = 'refused'), 0) AS refused
  INTO counted FROM reconciliation_statementpart WHERE statement_id = number;
  IF counted.matched <> whole.matched OR counted.further <> whole.second_records OR counted.refused > whole.refused THEN
    RAISE EXCEPTION 'the parts of a statement add up to its figures' USING ERRCODE = 'check_violation', CONSTRAINT = 'parts_add_up';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER parts_add_up AFTER INSERT ON reconciliation_statement
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION reconciliation_parts_add_up();
CREATE CONSTRAINT TRIGGER parts_add_up AFTER INSERT ON reconciliation_statementpart
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION reconciliation_parts_add_up();
"""

# Who somebody is has come in above where they are held: what is open keeps its place among the kinds.
RANKED = """
UPDATE reconciliation_break SET gravity = CASE kind WHEN 'custody' THEN 4 ELSE 5 END
WHERE state = 'open' AND kind IN ('custody', 'release_date');
"""


class Migration(migrations.Migration):
    dependencies = [("reconciliation", "0003_parts_of_figures")]
    operations = [migrations.RunSQL(PARTS, migrations.RunSQL.noop), migrations.RunSQL(RANKED, migrations.RunSQL.noop)]
