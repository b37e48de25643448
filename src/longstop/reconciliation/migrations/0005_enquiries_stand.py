"""What the other agency was asked stands as it was asked, and what it answered as it was answered."""

from django.db import migrations

STAND = """
CREATE FUNCTION reconciliation_enquiry_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.state <> 'open' OR
     (NEW.id, NEW.broken_id, NEW.arrival_id, NEW.prison, NEW.asked_at, NEW.asked_by_id) IS DISTINCT FROM
     (OLD.id, OLD.broken_id, OLD.arrival_id, OLD.prison, OLD.asked_at, OLD.asked_by_id) THEN
    RAISE EXCEPTION 'an enquiry stands as it was asked' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'enquiry_stands';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER stands BEFORE UPDATE OR DELETE ON reconciliation_enquiry FOR EACH ROW EXECUTE FUNCTION reconciliation_enquiry_stands();
"""


class Migration(migrations.Migration):
    dependencies = [("reconciliation", "0004_parts_add_up")]
    operations = [migrations.RunSQL(STAND, "DROP FUNCTION reconciliation_enquiry_stands() CASCADE")]
