"""Raising the floor of `known_seq` after a restore: another server counts its transactions from the start again."""

from psycopg import sql

from longstop.audit.forms import ORDER, Reader, sealed_tables


def raise_floor(cursor: Reader) -> int:
    """Let every number to come lie above every number that the record has; gives the shift. As the owner, before anything is written.

    The horizon of seals moves with it, since both come from `longstop_shift()`.
    """
    cursor.execute("SELECT coalesce(max(hi), 0) FROM public.audit_seal")
    highest = int(cursor.fetchall()[0][0])
    for table in sealed_tables(cursor):
        cursor.execute(sql.SQL("SELECT coalesce(max({}), 0) FROM {}").format(sql.Identifier(ORDER), sql.Identifier("public", table)))
        highest = max(highest, int(cursor.fetchall()[0][0]))
    shift = highest + 1
    cursor.execute(
        sql.SQL("CREATE OR REPLACE FUNCTION public.longstop_shift() RETURNS bigint LANGUAGE sql IMMUTABLE AS {}").format(
            sql.Literal(f"SELECT {shift}::bigint")
        )
    )
    return shift
