"""A step that was taken stands as it was taken: a stay ends once, and then nothing of it changes."""

from django.db import migrations

STAND = """
CREATE FUNCTION cases_stay_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.ended_at IS NOT NULL OR
     (NEW.id, NEW.case_id, NEW.track, NEW.state, NEW.rests, NEW.round, NEW.step, NEW.map_version, NEW.began_on, NEW.words_payload_id, NEW.task_id,
      NEW.taken_at, NEW.taken_by_id) IS DISTINCT FROM
     (OLD.id, OLD.case_id, OLD.track, OLD.state, OLD.rests, OLD.round, OLD.step, OLD.map_version, OLD.began_on, OLD.words_payload_id, OLD.task_id,
      OLD.taken_at, OLD.taken_by_id) THEN
    RAISE EXCEPTION 'a stay stands as it was begun' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'stay_stands';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER stands BEFORE UPDATE OR DELETE ON cases_stay FOR EACH ROW EXECUTE FUNCTION cases_stay_stands();
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0005_stays")]
    operations = [migrations.RunSQL(STAND, "DROP FUNCTION cases_stay_stands() CASCADE")]
