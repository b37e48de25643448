"""Every read that another room may make of cases, by what it is for: lists, boards, one case, workload, transfers."""

from longstop.cases.queries.boards import Board, board, offers_to_team
from longstop.cases.queries.lists import (
    CaseFilter,
    card_names,
    filtered,
    may_see,
    of_subjects,
    open_cases,
)
from longstop.cases.queries.pages import CasePage, case_by_reference, case_page, clocks_of, key_dates_of, notes_of, ownership_of
from longstop.cases.queries.transfers import bulk_act, bulk_acts, offer_page, offers_from, offers_to, pack_of, reason_of
from longstop.cases.queries.workload import Candidate, candidates, loads, weight

__all__ = [
    "Board",
    "Candidate",
    "CaseFilter",
    "CasePage",
    "board",
    "bulk_act",
    "bulk_acts",
    "candidates",
    "card_names",
    "case_by_reference",
    "case_page",
    "clocks_of",
    "filtered",
    "key_dates_of",
    "loads",
    "may_see",
    "notes_of",
    "of_subjects",
    "offer_page",
    "offers_from",
    "offers_to",
    "offers_to_team",
    "open_cases",
    "ownership_of",
    "pack_of",
    "reason_of",
    "weight",
]
