"""The member of staff that stands for Longstop itself: it records what the schedule does, cannot sign in, and owns nothing."""

from django.db import migrations

SQL = """
ALTER TABLE access_staff ADD CONSTRAINT longstop_itself_cannot_sign_in CHECK (id <> 1 OR password LIKE '!%');
INSERT INTO access_staff (id, password, staff_number, name, email, agency, works_on, capacity_points, active)
VALUES (1, '!', 'LONGSTOP', 'Longstop', 'longstop@longstop.invalid', 'command', '-------', 0, true);
SELECT setval(pg_get_serial_sequence('access_staff', 'id'), 100);
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial"), ("audit", "0002_append_only")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
