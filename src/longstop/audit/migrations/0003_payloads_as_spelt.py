"""Payloads kept as the text that was written: `json` in place of `jsonb`, and an index over disposals alone.

The table is written anew once, under a lock. A trigger whose condition names the column is taken away for that and put back as it was;
`audit.hardening`, which follows every migration, lets it fire always again.
"""

from django.db import migrations, models

import longstop.audit.fields

WHOLE = """
CREATE TRIGGER payload_whole BEFORE INSERT ON audit_payload FOR EACH ROW
  WHEN (NEW.content IS NULL OR NEW.salt IS NULL OR NEW.disposal_id IS NOT NULL) EXECUTE FUNCTION longstop_payload_whole();
ALTER TABLE audit_payload ENABLE ALWAYS TRIGGER payload_whole;
"""
FORWARDS = f"""
DROP TRIGGER payload_whole ON audit_payload;
ALTER TABLE audit_payload ALTER content TYPE json USING content::json;
-- What `jsonb` refuses and `json` does not: escapes of characters that no text of the database can hold. Nearly no text has any escape.
ALTER TABLE audit_payload ADD CONSTRAINT payload_can_be_read CHECK (strpos(content::text, '\\u') = 0 OR content::jsonb IS NOT NULL);
{WHOLE}
"""
BACKWARDS = f"""
DROP TRIGGER payload_whole ON audit_payload;
ALTER TABLE audit_payload DROP CONSTRAINT payload_can_be_read;
ALTER TABLE audit_payload ALTER content TYPE jsonb USING content::jsonb;
{WHOLE}
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only")]
    operations = [
        migrations.RunSQL(
            FORWARDS,
            BACKWARDS,
            state_operations=[
                migrations.AlterField(model_name="payload", name="content", field=longstop.audit.fields.SpeltField(null=True))
            ],
        ),
        migrations.AlterField(
            model_name="payload",
            name="disposal",
            field=models.ForeignKey(db_index=False, null=True, on_delete=models.deletion.PROTECT, related_name="+", to="audit.disposal"),
        ),
        migrations.AddIndex(
            model_name="payload",
            index=models.Index(condition=models.Q(("disposal__isnull", False)), fields=["disposal"], name="audit_payload_disposal"),
        ),
    ]
