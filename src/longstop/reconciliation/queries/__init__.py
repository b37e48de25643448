"""Every read that a door may make of statements and breaks."""

from longstop.reconciliation.queries.breaks import (
    Filters,
    break_,
    counts,
    export_person,
    found,
    open_about,
    says_of,
    words_of,
)
from longstop.reconciliation.queries.cohorts import Cohort, NotCountable, read_cohort
from longstop.reconciliation.queries.enquiries import answers_of, enquiries_about, enquiries_at, enquiry
from longstop.reconciliation.queries.sides import Both, ListIsNotConsidered, NoList, awaits_statement, read_both, their_source
from longstop.reconciliation.queries.statements import (
    everybody_on,
    latest_statement,
    line_of,
    lines_of,
    part_of,
    parts_of,
    statement,
    statements,
    which_are_in,
    who_is_on,
)

__all__ = [
    "Both",
    "Cohort",
    "Filters",
    "ListIsNotConsidered",
    "NoList",
    "NotCountable",
    "answers_of",
    "awaits_statement",
    "break_",
    "counts",
    "enquiries_about",
    "enquiries_at",
    "enquiry",
    "everybody_on",
    "export_person",
    "found",
    "latest_statement",
    "line_of",
    "lines_of",
    "open_about",
    "part_of",
    "parts_of",
    "read_both",
    "read_cohort",
    "says_of",
    "statement",
    "statements",
    "their_source",
    "which_are_in",
    "who_is_on",
    "words_of",
]
