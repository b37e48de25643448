"""Functions that the append-only and no-truncate triggers call; the triggers themselves are set by `audit.hardening` on every such table."""

from django.db import migrations

SQL = """
-- History keeps its context in each row: there is no shared row to attach (see `audit.hardening`).
CREATE OR REPLACE FUNCTION public._pgh_attach_context() RETURNS UUID LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN NULL; END';

CREATE FUNCTION longstop_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation', CONSTRAINT = 'append_only';
END $$;

CREATE FUNCTION longstop_no_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'TRUNCATE of % refused', TG_TABLE_NAME USING ERRCODE = 'restrict_violation', CONSTRAINT = 'no_truncate';
END $$;

-- Personal values may only be destroyed, and only under a disposal of that person which a second person has approved.
CREATE FUNCTION longstop_payload_disposal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.content IS NOT NULL AND NEW.content IS NULL AND NEW.salt IS NULL
     AND NEW.id = OLD.id AND NEW.digest = OLD.digest AND NEW.person_id IS NOT DISTINCT FROM OLD.person_id
     AND EXISTS (SELECT 1 FROM audit_disposal d WHERE d.id = NEW.disposal_id AND d.approved_at IS NOT NULL AND d.person_id = OLD.person_id)
  THEN RETURN NEW; END IF;
  RAISE EXCEPTION 'a payload is changed only by its disposal' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payload_disposal';
END $$;
CREATE TRIGGER payload_disposal BEFORE UPDATE ON audit_payload FOR EACH ROW EXECUTE FUNCTION longstop_payload_disposal();
CREATE TRIGGER payload_kept BEFORE DELETE ON audit_payload FOR EACH ROW EXECUTE FUNCTION longstop_append_only();

CREATE FUNCTION longstop_disposal_approved_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.approved_at IS NULL AND (NEW.id, NEW.person_id, NEW.reason, NEW.authority, NEW.proposed_at, NEW.proposed_by, NEW.known_seq)
     IS NOT DISTINCT FROM (OLD.id, OLD.person_id, OLD.reason, OLD.authority, OLD.proposed_at, OLD.proposed_by, OLD.known_seq)
  THEN RETURN NEW; END IF;
  RAISE EXCEPTION 'a disposal is only approved, once' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'disposal_approved_once';
END $$;
CREATE TRIGGER disposal_approved_once BEFORE UPDATE ON audit_disposal FOR EACH ROW EXECUTE FUNCTION longstop_disposal_approved_once();
CREATE TRIGGER disposal_kept BEFORE DELETE ON audit_disposal FOR EACH ROW EXECUTE FUNCTION longstop_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial"), ("pghistory", "0007_auto_20250421_0444")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
