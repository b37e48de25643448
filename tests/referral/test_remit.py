"""What the rules make of a record, and by when a referral is to be decided: tables that a caseworker could check with a calendar."""

from datetime import date

import pytest

from longstop.referral.remit import Facts, due_on, judge, nationality_of, referral_due
from longstop.referral.rules import QUESTIONS, REASONS

DAY = date(2026, 11, 18)  # a Wednesday

# nationality, legal status, convicted | result | the question it asks, or ""
REMIT = """
Albanian            | SENTENCED              |           | in_remit     |
albanian            | SENTENCED              |           | in_remit     |
  ALBANIAN          | RECALL                 |           | in_remit     |
Spaniard            | INDETERMINATE_SENTENCE |           | in_remit     |
Stateless           | SENTENCED              |           | in_remit     |
Irish               | SENTENCED              |           | in_remit     |
Nigerian            | CONVICTED_UNSENTENCED  |           | in_remit     |
Nigerian            | IMMIGRATION_DETAINEE   |           | in_remit     |
                    | IMMIGRATION_DETAINEE   |           | in_remit     |
Polish              |                        | CONVICTED | in_remit     |
Polish              | UNKNOWN                | CONVICTED | in_remit     |
British             | SENTENCED              |           | out_of_remit |
English             | SENTENCED              |           | out_of_remit |
British             |                        |           | out_of_remit |
Albanian            | REMAND                 |           | out_of_remit |
                    | REMAND                 |           | out_of_remit |
Polish              |                        | REMAND    | out_of_remit |
Polish              | CIVIL_PRISONER         |           | out_of_remit |
Polish              | DEAD                   |           | out_of_remit |
                    | SENTENCED              |           | unclear      | nationality_unknown
Not known           | SENTENCED              |           | unclear      | nationality_unknown
Elbonian            | SENTENCED              |           | unclear      | nationality_unknown
Britsh              | SENTENCED              |           | unclear      | nationality_unknown
Dual national       | SENTENCED              |           | unclear      | conflicting_nationality
British subject     | SENTENCED              |           | unclear      | conflicting_nationality
Northern Irish      | SENTENCED              |           | unclear      | conflicting_nationality
British             | IMMIGRATION_DETAINEE   |           | unclear      | conflicting_nationality
Polish              | UNKNOWN                |           | unclear      | unknown_status
Polish              | OTHER                  |           | unclear      | unknown_status
Polish              |                        |           | unclear      | unknown_status
                    |                        |           | unclear      | nationality_unknown
"""
ROWS = [[cell.strip() for cell in line.split("|")] for line in REMIT.strip().splitlines()]


@pytest.mark.parametrize(("nationality", "status", "convicted", "result", "asks"), ROWS, ids=lambda cell: cell or "-")
def test_the_rules_give_what_the_table_says(nationality: str, status: str, convicted: str, result: str, asks: str) -> None:
    found = judge(Facts(nationality=nationality, legal_status=status, convicted=convicted), today=DAY)
    assert (found.result, found.asks) == (result, asks)
    assert set(found.reasons) <= REASONS.keys()
    assert not asks or asks in QUESTIONS
    assert "nationality@" in found.policy


def test_a_begun_sentence_says_that_somebody_is_convicted() -> None:
    assert judge(Facts(nationality="Polish", sentenced=True), today=DAY).result == "in_remit"


@pytest.mark.parametrize(
    ("said", "others", "word"),
    [
        ("British", ("Jamaican",), "unclear"),
        ("Jamaican", ("British",), "unclear"),
        ("", ("British",), "british"),
        ("Elbonian", ("Jamaican",), "foreign"),
        ("Jamaican", ("Nigerian",), "foreign"),
        ("Irish", ("Irish",), "irish"),
        ("Irish", ("British",), "unclear"),
        ("Unknown", ("",), "unknown"),
    ],
)
def test_sources_that_disagree_about_british_are_a_question(said: str, others: tuple[str, ...], word: str) -> None:
    assert nationality_of(Facts(nationality=said, others=others), today=DAY)[0] == word


# day of referral | release date | legal status | due | why sooner
DUE = """
2026-11-18 Wed | 2028-12-01 | SENTENCED              | 2026-12-02 |
2026-11-18 Wed | 2026-12-18 | SENTENCED              | 2026-12-02 |
2026-11-18 Wed | 2026-12-17 | SENTENCED              | 2026-11-18 | release_is_near
2026-11-18 Wed | 2026-11-01 | SENTENCED              | 2026-11-18 | release_is_near
2026-11-21 Sat | 2026-12-01 | SENTENCED              | 2026-11-21 | release_is_near
2026-11-21 Sat | 2028-12-01 | SENTENCED              | 2026-12-04 |
2026-12-21 Mon | 2028-12-01 | SENTENCED              | 2027-01-07 |
2027-01-31 Sun | 2027-02-28 | RECALL                 | 2027-02-12 |
2027-01-31 Sun | 2027-02-27 | RECALL                 | 2027-01-31 | release_is_near
2026-11-18 Wed |            | SENTENCED              | 2026-11-20 | no_release_date
2026-11-18 Wed |            | INDETERMINATE_SENTENCE | 2026-12-02 |
2026-11-18 Wed |            | CONVICTED_UNSENTENCED  | 2026-12-02 |
2026-11-18 Wed |            | IMMIGRATION_DETAINEE   | 2026-12-02 |
"""
DUE_ROWS = [[cell.strip() for cell in line.split("|")] for line in DUE.strip().splitlines()]


@pytest.mark.parametrize(("day", "release", "status", "due", "why"), DUE_ROWS, ids=lambda cell: cell or "-")
def test_a_referral_is_due_when_the_table_says(day: str, release: str, status: str, due: str, why: str) -> None:
    today = date.fromisoformat(day[:10])
    assert today.strftime("%a") == day[11:]
    found = referral_due(
        release_date=date.fromisoformat(release) if release else None, legal_status=status, indeterminate=False, today=today
    )
    assert found == (date.fromisoformat(due), (why,) if why else ())


def test_a_departure_is_explained_the_same_day_though_it_be_a_sunday() -> None:
    assert due_on("departure", today=date(2026, 11, 22)) == date(2026, 11, 22)
    assert due_on("question", today=date(2026, 11, 20)) == date(2026, 11, 27)
