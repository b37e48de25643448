"""Is the record still protected as `audit.hardening` left it? Read-only; anyone who can connect may ask."""

from collections.abc import Iterator

from longstop.audit.forms import Reader
from longstop.audit.hardening import COLUMN_UPDATES, is_append_only, is_kept, table_columns

HARMLESS = {
    "_pgtrigger_should_ignore": "SELECT FALSE",
    "longstop_append_only": "RAISE EXCEPTION",
    "longstop_no_truncate": "RAISE EXCEPTION",
}
ALSO = {
    "audit_payload": ("payload_disposal", "payload_kept", "payload_whole"),
    "audit_disposal": ("disposal_approved_once", "disposal_kept", "disposal_proposed_first"),
    "people_sourcerecord": ("stands",),
    **{f"people_linkage{name}": ("stands",) for name in ("version", "inforce", "run")},
    "cases_stay": ("stands",),
    "referral_joining": ("stands",),
    **{f"reconciliation_{name}": ("stands",) for name in ("statement", "statementline", "statementpart", "enquiry")},
}


def weaknesses(cursor: Reader, *, service_role: str) -> Iterator[str]:
    """Give, in words, each protection that is missing: triggers, functions that could silence them, rights of the service's role."""
    tables = {table: columns for table, columns in table_columns(cursor).items() if is_kept(table)}
    yield from _functions(cursor, service_role)
    yield from _triggers(cursor, tables)
    yield from _rights(cursor, tables, service_role)


def _functions(cursor: Reader, role: str) -> Iterator[str]:
    cursor.execute(
        "SELECT proname::text, prosrc FROM pg_catalog.pg_proc WHERE pronamespace = 'public'::regnamespace AND proname = ANY(%s)",
        [list(HARMLESS)],
    )
    found = dict(cursor.fetchall())
    for name, said in HARMLESS.items():
        source = found.get(name)
        if source is None or said not in source or (name.startswith("_") and source.strip() != said):
            yield f"The function {name} is missing or was changed, so that a trigger could be silenced."
    cursor.execute(
        "SELECT p.proname::text FROM pg_catalog.pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.proname LIKE 'pgtrigger\\_%%'"
        " AND (NOT p.prosecdef OR has_function_privilege(%s, p.oid, 'EXECUTE')) ORDER BY 1",
        [role],
    )
    for (name,) in cursor.fetchall():
        yield f"The service may call {name}, which writes history, or it does not run as the owner."


def _triggers(cursor: Reader, tables: dict[str, list[str]]) -> Iterator[str]:
    cursor.execute(
        "SELECT c.relname::text, t.tgname::text, t.tgenabled::text FROM pg_catalog.pg_trigger t"
        " JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace"
    )
    found: dict[str, dict[str, str]] = {}
    for table, name, enabled in cursor.fetchall():
        found.setdefault(table, {})[name] = enabled
    for table, columns in tables.items():
        here = found.get(table, {})
        for name in _expected(table, columns, tables):
            if name not in here:
                yield f"The trigger {name} of {table} is missing."
        for name, enabled in sorted(here.items()):
            if enabled != "A":
                yield f"The trigger {name} of {table} is switched off, or could be for a session."
        if f"{table}historyrow" in tables and sum(name.startswith("pgtrigger_") for name in here) < 3:
            yield f"{table} has lost a trigger that keeps its history."


def _expected(table: str, columns: list[str], tables: dict[str, list[str]]) -> list[str]:
    own = ["longstop_append_only"] if is_append_only(table, columns) else []
    return ["longstop_no_truncate", *own, *ALSO.get(table, ())]


def _rights(cursor: Reader, tables: dict[str, list[str]], role: str) -> Iterator[str]:
    cursor.execute("SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = %s", [role])
    rows = cursor.fetchall()
    if not rows or rows[0][0]:
        yield f"The service's role {role} is a superuser, or there is none of that name."
        return
    for table, columns in tables.items():
        forbidden = ["DELETE", "TRUNCATE", "TRIGGER"]
        if is_append_only(table, columns) or table in COLUMN_UPDATES:
            forbidden.append("UPDATE")
        if "pgh_id" in columns:
            forbidden.append("INSERT")
        cursor.execute(
            "SELECT p FROM unnest(%s::text[]) p WHERE has_table_privilege(%s, to_regclass('public.' || quote_ident(%s)), p)",
            [forbidden, role, table],
        )
        for (privilege,) in cursor.fetchall():
            yield f"The service's role {role} has {privilege} on {table}."
        if "known_seq" in columns:
            cursor.execute(
                "SELECT has_column_privilege(%s, to_regclass('public.' || quote_ident(%s)), 'known_seq', 'INSERT, UPDATE')", [role, table]
            )
            if cursor.fetchall()[0][0]:
                yield f"The service's role {role} may choose known_seq in {table}."
    cursor.execute(
        "SELECT c.relname::text FROM pg_catalog.pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'"
        " AND pg_has_role(%s, c.relowner, 'MEMBER') ORDER BY 1",
        [role],
    )
    for (table,) in cursor.fetchall():
        yield f"The service's role {role} owns {table}, or may act as its owner."
