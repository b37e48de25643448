"""What was joined, when, by whom and from what stands as it was written: a joining is undone once, and then nothing of it changes."""

from django.db import migrations

STAND = """
CREATE FUNCTION referral_joining_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.undone_at IS NOT NULL OR
     (NEW.id, NEW.person_id, NEW.other_id, NEW.question_id, NEW.numbers, NEW.asked, NEW.before_payload_id, NEW.made_at, NEW.made_by_id)
     IS DISTINCT FROM
     (OLD.id, OLD.person_id, OLD.other_id, OLD.question_id, OLD.numbers, OLD.asked, OLD.before_payload_id, OLD.made_at, OLD.made_by_id) THEN
    RAISE EXCEPTION 'a joining stands as it was made' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'joining_stands';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER stands BEFORE UPDATE OR DELETE ON referral_joining FOR EACH ROW EXECUTE FUNCTION referral_joining_stands();
"""


class Migration(migrations.Migration):
    dependencies = [("referral", "0009_open_versions")]
    operations = [migrations.RunSQL(STAND, "DROP FUNCTION referral_joining_stands() CASCADE")]
