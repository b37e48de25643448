"""What the owner does to the database after every migration, so that the service's role can neither unsay nor silence the record.

Idempotent. `HISTORY` tables are those of pghistory (they have `pgh_id`); append-only tables are the others that have `known_seq`.
"""

from typing import Any, Protocol

from django.db import connections


class Cursor(Protocol):
    def execute(self, sql: str, params: Any = None) -> Any: ...
    def fetchall(self) -> list[tuple[Any, ...]]: ...


# A session must not be able to switch triggers off, and no shared, mutable context row is kept.
SILENCERS = """
CREATE OR REPLACE FUNCTION public._pgtrigger_should_ignore(trigger_name NAME) RETURNS BOOLEAN LANGUAGE sql IMMUTABLE AS 'SELECT FALSE';
CREATE OR REPLACE FUNCTION public._pgh_attach_context() RETURNS UUID LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN NULL; END';
"""
MUTABLE_AUDIT = {"audit_disposal", "audit_payload"}
SCRATCH = (
    *("django_session", "axes_", "procrastinate_"),
    *("people_searchkey", "people_linkagekey", "people_linkagemark", "people_linkagepair"),
)
# Worked out anew as a whole or not at all: written and taken away, and never altered.
DERIVED = ("people_linkagekey", "people_linkagepair")
READ_ONLY = ("django_migrations", "django_content_type", "auth_", "pghistory_")
COLUMN_UPDATES = {
    "audit_payload": ["content", "salt", "disposal_id"],
    "audit_disposal": ["approved_at", "approved_by"],
}


def harden(*, service_role: str, using: str = "owner") -> None:
    """Set the triggers and grants of every table for this service role, in one transaction of the owner's."""
    connection = connections[using]
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SET LOCAL client_min_messages = warning")
        cursor.execute(SILENCERS)
        _secure_trigger_functions(cursor)
        tables = table_columns(cursor)
        for table, columns in tables.items():
            _set_triggers(cursor, table, columns)
            _set_default(cursor, table, columns)
            _grant(cursor, table, columns, service_role)
        _always(cursor)
        _grant_schema(cursor, service_role)
        cursor.execute("COMMIT")


def is_kept(table: str) -> bool:
    """Say whether the table is part of what Longstop must keep: all but sessions, queues, what is derived, and Django's own bookkeeping."""
    return not table.startswith(SCRATCH) and not table.startswith(READ_ONLY)


def is_append_only(table: str, columns: list[str]) -> bool:
    """Say whether the rows of this table are never changed: all that are sealed, save certificates of disposal and what they destroy."""
    sealed = "known_seq" in columns or table.startswith("audit_seal")
    return sealed and table not in MUTABLE_AUDIT


def table_columns(cursor: Cursor) -> dict[str, list[str]]:
    """Give the columns of every table, in order, by the database's own catalogue."""
    cursor.execute(
        "SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
        " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped"
        " GROUP BY c.relname ORDER BY c.relname"
    )
    return {table: list(columns) for table, columns in cursor.fetchall()}


def _secure_trigger_functions(cursor: Cursor) -> None:
    """History is written by the triggers alone: they run as the owner, and the service may neither insert into history itself
    nor hang these functions on a table of its own."""
    cursor.execute(
        "SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.proname LIKE 'pgtrigger\\_%'"
    )
    for (signature,) in cursor.fetchall():
        cursor.execute(f"ALTER FUNCTION {signature} SECURITY DEFINER SET search_path = public, pg_temp")
        cursor.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")


def _set_default(cursor: Cursor, table: str, columns: list[str]) -> None:
    """Let the number of every row come from the one function that a restore raises, whatever migration made the table."""
    if "known_seq" in columns:
        cursor.execute(f"ALTER TABLE {table} ALTER known_seq SET DEFAULT longstop_known_seq()")


def _always(cursor: Cursor) -> None:
    """Let our triggers and those of history fire for replicas as well, so that `session_replication_role` silences none of them."""
    cursor.execute(
        "SELECT t.tgrelid::regclass::text, quote_ident(t.tgname) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
        " WHERE c.relnamespace = 'public'::regnamespace AND NOT t.tgisinternal AND t.tgenabled <> 'A'"
        " AND NOT c.relname LIKE 'procrastinate\\_%'"
    )
    for table, trigger in cursor.fetchall():
        cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}")


def _set_triggers(cursor: Cursor, table: str, columns: list[str]) -> None:
    if not is_kept(table):
        return
    cursor.execute(
        f"CREATE OR REPLACE TRIGGER longstop_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION longstop_no_truncate()"
    )
    if is_append_only(table, columns):
        cursor.execute(
            f"CREATE OR REPLACE TRIGGER longstop_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION longstop_append_only()"
        )


def _grant(cursor: Cursor, table: str, columns: list[str], role: str) -> None:
    cursor.execute(f'REVOKE ALL ON {table} FROM PUBLIC, "{role}"')
    for privilege in privileges(table, columns):
        cursor.execute(f'GRANT {privilege} ON {table} TO "{role}"')


def privileges(table: str, columns: list[str]) -> list[str]:
    """Give what the service's role may do with a table. Nothing is ever granted that would let a row of the record be changed."""
    if table in DERIVED:
        return ["SELECT, INSERT, DELETE"]
    if table.startswith(SCRATCH):
        return ["SELECT, INSERT, UPDATE, DELETE"]
    if table.startswith(READ_ONLY) or "pgh_id" in columns:
        return ["SELECT"]
    # The order in which things became known is not the writer's to choose.
    insert = "INSERT (" + ", ".join(f'"{column}"' for column in columns if column != "known_seq") + ")"
    if table in COLUMN_UPDATES:
        return ["SELECT", insert, "UPDATE (" + ", ".join(COLUMN_UPDATES[table]) + ")"]
    if is_append_only(table, columns):
        return ["SELECT", insert]
    return ["SELECT, INSERT, UPDATE"]


def _grant_schema(cursor: Cursor, role: str) -> None:
    cursor.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    cursor.execute(f'GRANT USAGE ON SCHEMA public TO "{role}"')
    cursor.execute(f'GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO "{role}"')
