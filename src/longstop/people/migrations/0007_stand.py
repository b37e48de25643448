"""Which version of linkage was in force, and what was compared, stands as it was written; a record's link names one person for good.

A link is ended, and another made, by actions that say why: moving it to somebody else by an UPDATE would leave no word about it.
"""

from django.db import migrations

STAND = """
CREATE FUNCTION people_linkage_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what linkage did stands as it was written' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'linkage_stands';
END $$;
CREATE TRIGGER stands BEFORE UPDATE OR DELETE ON people_linkageversion FOR EACH ROW EXECUTE FUNCTION people_linkage_stands();
CREATE TRIGGER stands BEFORE UPDATE OR DELETE ON people_linkageinforce FOR EACH ROW EXECUTE FUNCTION people_linkage_stands();
CREATE TRIGGER stands BEFORE UPDATE OR DELETE ON people_linkagerun FOR EACH ROW EXECUTE FUNCTION people_linkage_stands();
"""
# `key_digest` is not among them: disposal makes it unknowable.
LINK = """
CREATE FUNCTION people_link_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR
     (NEW.id, NEW.person_id, NEW.number, NEW.source, NEW.link_reason_payload_id, NEW.linked_at, NEW.linked_by_id) IS DISTINCT FROM
     (OLD.id, OLD.person_id, OLD.number, OLD.source, OLD.link_reason_payload_id, OLD.linked_at, OLD.linked_by_id) THEN
    RAISE EXCEPTION 'a link names one person for good' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'link_stands';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER stands BEFORE UPDATE OR DELETE ON people_sourcerecord FOR EACH ROW EXECUTE FUNCTION people_link_stands();
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0006_unlinked_by_key")]
    operations = [
        migrations.RunSQL(STAND, "DROP FUNCTION people_linkage_stands() CASCADE"),
        migrations.RunSQL(LINK, "DROP FUNCTION people_link_stands() CASCADE"),
    ]
