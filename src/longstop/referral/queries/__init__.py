"""Every read that another room, or a door, may make of who is considered, asked about, gone, or looked at again."""

from longstop.referral.queries.legacy import NotTaken, legacy_cases_of, not_taken, receipts_to_take_over, takeovers
from longstop.referral.queries.lists import (
    Filters,
    considerations,
    counted,
    departures,
    found,
    looks,
    numbered,
    questions,
    referrals,
)
from longstop.referral.queries.pages import departure, export_person, look, of_person, question, referral, words_of
from longstop.referral.queries.receipts import unconsidered_receipts

__all__ = [
    "Filters",
    "NotTaken",
    "considerations",
    "counted",
    "departure",
    "departures",
    "export_person",
    "found",
    "legacy_cases_of",
    "look",
    "looks",
    "not_taken",
    "numbered",
    "of_person",
    "question",
    "questions",
    "receipts_to_take_over",
    "referral",
    "referrals",
    "takeovers",
    "unconsidered_receipts",
    "words_of",
]
