"""The two questions that are asked of Prisoner Search, and what must hold of each answer."""

from collections.abc import Sequence
from itertools import count
from typing import Any
from urllib.parse import quote

from longstop.gateways.prisoner_search.asking import KEPT, Asker, Trouble

ROLL = "/prisoner-search/prison/{prisonId}"
RECORDS = "/prisoner-search/prisoner-numbers"
NUMBER = "prisonerNumber"
PAGE = 4_000  # more than any prison holds, so that a roll is one answer
WINDOW = 10_000  # how far into an answer the service's index can be asked
MOST_NUMBERS = 500  # a question may name 1,000; the answers are large
TRIES = 4

Record = dict[str, Any]


class PrisonerSearch:
    """Who is in a prison, and what is known of people by their numbers. Of the records, only `fields` are asked for."""

    def __init__(self, asker: Asker, *, fields: Sequence[str], page: int = PAGE) -> None:
        self._asker, self._page = asker, page
        self._fields = ",".join(dict.fromkeys([NUMBER, *fields]))

    def roll(self, prison: str) -> list[str]:
        """Give the numbers of everybody in a prison, in hospital under its care included: as many as the service counts.

        Read again where the pages contradict each other. Raises Trouble where they go on doing so, or nobody is there.
        """
        for _ in range(TRIES):
            numbers = self._roll(prison)
            if numbers is not None:
                return sorted(numbers)
        raise Trouble(f"The list of {prison} changed each of the {TRIES} times that it was read. {KEPT}")

    def _roll(self, prison: str) -> set[str] | None:
        """Read a roll once; None where it is not of one piece: another total on another page, somebody twice, too few."""
        path = ROLL.replace("{prisonId}", quote(prison, safe=""))
        numbers: list[str] = []
        totals: set[int] = set()
        for page in count():
            answer = self._asker.get(path, self._query(page))
            content = _content(prison, answer, page)
            totals.add(_total(prison, answer))
            numbers += content
            if not content or len(totals) > 1 or len(numbers) >= max(totals):
                break
        return set(numbers) if {len(numbers)} == totals == {len(set(numbers))} else None

    def _query(self, page: int) -> dict[str, str]:
        return {"include-restricted-patients": "true", "responseFields": NUMBER, "page": str(page), "size": str(self._page)}

    def records(self, numbers: Sequence[str]) -> list[Record]:
        """Give the records of these numbers, at most 500, in their order; of those that the service knows.

        Raises Trouble where it tells of somebody else or of somebody twice.
        """
        if not numbers:
            return []
        answer = self._asker.post(RECORDS, {"responseFields": self._fields}, {"prisonerNumbers": list(numbers)})
        if not isinstance(answer, list):
            raise Trouble("The records came in a form that is not known. Ask the prison service whether its interface has changed.")
        found = {_number(each): each for each in answer}
        if len(found) != len(answer) or not found.keys() <= set(numbers):
            raise Trouble(f"The service told of somebody twice, or of somebody whom we did not ask for. {KEPT}")
        return [found[number] for number in numbers if number in found]


def _content(prison: str, answer: Any, page: int) -> list[str]:
    if not isinstance(answer, dict) or not isinstance(answer.get("content"), list) or answer.get("number") != page:
        raise Trouble(f"The answer about {prison} is not page {page} of a list. Ask the prison service whether its interface has changed.")
    return [_number(each) for each in answer["content"]]


def _total(prison: str, answer: Record) -> int:
    total = answer.get("totalElements")
    if not isinstance(total, int) or total < 0:
        raise Trouble(f"The answer about {prison} does not say how many there are: it cannot be known whether somebody is missing.")
    if total > WINDOW:
        raise Trouble(f"{prison} has {total:,} people and the service lists no more than {WINDOW:,}: it is not a prison. Leave it out.")
    return total


def _number(record: Any) -> str:
    number = record.get(NUMBER) if isinstance(record, dict) else None
    if not isinstance(number, str) or not number:
        raise Trouble("The service sent a record without a prison number: it cannot be known whose it is.")
    return number
