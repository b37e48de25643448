"""Every read that a door may make of statements and breaks."""

from longstop.reconciliation.queries.breaks import (
    BreakSaid,
    Filters,
    break_,
    breaks_of_person,
    counts,
    export_person,
    found,
    says_of,
    words_of,
)
from longstop.reconciliation.queries.enquiries import answers_of, enquiries_about, enquiries_at, enquiry
from longstop.reconciliation.queries.sides import Both, ListIsNotConsidered, NoList, awaits_statement, read_both, their_source
from longstop.reconciliation.queries.statements import latest_statement, line_of, lines_of, statement, statements, who_is_on

__all__ = [
    "Both",
    "BreakSaid",
    "Filters",
    "ListIsNotConsidered",
    "NoList",
    "answers_of",
    "awaits_statement",
    "break_",
    "breaks_of_person",
    "counts",
    "enquiries_about",
    "enquiries_at",
    "enquiry",
    "export_person",
    "found",
    "latest_statement",
    "line_of",
    "lines_of",
    "read_both",
    "says_of",
    "statement",
    "statements",
    "their_source",
    "who_is_on",
    "words_of",
]
