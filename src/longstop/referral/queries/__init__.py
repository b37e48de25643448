"""Every read that another room, or a door, may make of who is considered, asked about, gone, or looked at again."""

from longstop.referral.queries.counting import Numbers, PrisonNumbers, numbers, prison_numbers, unconsidered_receipts
from longstop.referral.queries.lists import (
    Filters,
    considerations,
    departures,
    found,
    looks,
    questions,
    referrals,
)
from longstop.referral.queries.pages import departure, export_person, look, of_person, question, referral, words_of

__all__ = [
    "Filters",
    "Numbers",
    "PrisonNumbers",
    "considerations",
    "departure",
    "departures",
    "export_person",
    "found",
    "look",
    "looks",
    "numbers",
    "of_person",
    "prison_numbers",
    "question",
    "questions",
    "referral",
    "referrals",
    "unconsidered_receipts",
    "words_of",
]
