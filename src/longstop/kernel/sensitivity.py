"""How sensitive a stored field is. Each room classifies its own fields in `sensitivity.py`; an unclassified field fails the build."""

from enum import StrEnum


class Sensitivity(StrEnum):
    """PLAIN says nothing about anybody. STAFF is about a member of staff. CASE is about a case, without saying whose.

    POINTER cites a payload by number or digest. PERSONAL holds a value about a person: only where disposal reaches it.
    """

    PLAIN = "plain"
    STAFF = "staff"
    CASE = "case"
    POINTER = "pointer"
    PERSONAL = "personal"
    SECRET = "secret"
