"""Functions that the append-only and no-truncate triggers call; the triggers themselves are set by `audit.hardening` on every such table."""

from django.db import migrations

SQL = """
-- The order in which things become known: the transaction's own number, 64 bits wide. A restore into another server raises the shift
-- (see `audit.shift`), because transactions are counted from the start again there.
CREATE FUNCTION public.longstop_shift() RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT 0::bigint';
CREATE FUNCTION public.longstop_known_seq() RETURNS bigint LANGUAGE sql STABLE AS
  'SELECT pg_catalog.pg_current_xact_id()::text::bigint + public.longstop_shift()';
CREATE FUNCTION public.longstop_horizon() RETURNS bigint LANGUAGE sql STABLE AS
  'SELECT pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())::text::bigint + public.longstop_shift()';

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

-- Personal values may only be destroyed, and only under a disposal of that person which a second person has approved, and whose approval
-- is on the record. A payload of nobody in particular (the words of a search) may go with the disposal of the person whom it names.
CREATE FUNCTION longstop_payload_disposal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.content IS NOT NULL AND NEW.content IS NULL AND NEW.salt IS NULL AND NEW.known_seq = OLD.known_seq
     AND NEW.id = OLD.id AND NEW.digest = OLD.digest AND NEW.person_id IS NOT DISTINCT FROM OLD.person_id
     AND EXISTS (SELECT 1 FROM audit_disposal d JOIN audit_event e ON e.subject_kind = 'disposal' AND e.subject_id = d.id
                  WHERE d.id = NEW.disposal_id AND d.approved_at IS NOT NULL AND coalesce(OLD.person_id, d.person_id) = d.person_id
                    AND e.kind = 'disposal.approved' AND e.by_id = d.approved_by)
  THEN RETURN NEW; END IF;
  RAISE EXCEPTION 'a payload is changed only by its disposal' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payload_disposal';
END $$;
CREATE FUNCTION longstop_payload_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a payload arrives whole' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payload_whole';
END $$;
CREATE TRIGGER payload_whole BEFORE INSERT ON audit_payload FOR EACH ROW
  WHEN (NEW.content IS NULL OR NEW.salt IS NULL OR NEW.disposal_id IS NOT NULL) EXECUTE FUNCTION longstop_payload_whole();
CREATE TRIGGER payload_disposal BEFORE UPDATE ON audit_payload FOR EACH ROW EXECUTE FUNCTION longstop_payload_disposal();
CREATE TRIGGER payload_kept BEFORE DELETE ON audit_payload FOR EACH ROW EXECUTE FUNCTION longstop_append_only();

CREATE FUNCTION longstop_disposal_approved_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- The proposal stands on the record, for others to see, before anybody can approve it.
  IF OLD.approved_at IS NULL AND OLD.known_seq < longstop_known_seq() AND (NEW.id, NEW.person_id, NEW.reason, NEW.authority, NEW.proposed_at, NEW.proposed_by, NEW.known_seq)
     IS NOT DISTINCT FROM (OLD.id, OLD.person_id, OLD.reason, OLD.authority, OLD.proposed_at, OLD.proposed_by, OLD.known_seq)
  THEN RETURN NEW; END IF;
  RAISE EXCEPTION 'a disposal is only approved, once' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'disposal_approved_once';
END $$;
CREATE TRIGGER disposal_approved_once BEFORE UPDATE ON audit_disposal FOR EACH ROW EXECUTE FUNCTION longstop_disposal_approved_once();
CREATE FUNCTION longstop_disposal_proposed_first() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a disposal is proposed first, by one person, and approved by another' USING ERRCODE = 'restrict_violation',
    CONSTRAINT = 'disposal_proposed_first';
END $$;
CREATE TRIGGER disposal_proposed_first BEFORE INSERT ON audit_disposal FOR EACH ROW
  WHEN (NEW.approved_at IS NOT NULL OR NEW.approved_by IS NOT NULL) EXECUTE FUNCTION longstop_disposal_proposed_first();
CREATE TRIGGER disposal_kept BEFORE DELETE ON audit_disposal FOR EACH ROW EXECUTE FUNCTION longstop_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial"), ("pghistory", "0007_auto_20250421_0444")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
