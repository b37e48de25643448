"""What each source promises to send: one declaration a source, read by the checks and by the documentation alike."""

from longstop.intake.contracts import casework
from longstop.intake.contracts.declaring import Contract, Field, Kind, Need
from longstop.intake.contracts.prisoners import PRISONERS
from longstop.intake.contracts.staff import STAFF
from longstop.intake.contracts.tabular import Table
from longstop.intake.contracts.writing import document, document_tables

CASEWORK = casework.TABLES
CONTRACTS = {contract.source: contract for contract in (PRISONERS, STAFF, *(table.contract for table in CASEWORK))}


def pages() -> dict[str, str]:
    """Give the documentation of every source, by the name of its page."""
    tables = document_tables(source=casework.SOURCE, title=casework.TITLE, what=casework.WHAT, tables=CASEWORK, notes=casework.ALSO)
    return {PRISONERS.source: document(PRISONERS), STAFF.source: document(STAFF), casework.SOURCE: tables}


__all__ = ["CASEWORK", "CONTRACTS", "PRISONERS", "STAFF", "Contract", "Field", "Kind", "Need", "Table", "pages"]
