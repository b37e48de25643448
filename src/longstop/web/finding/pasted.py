"""A pasted list of references: what each line is read as, and what is known under it."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.urls import reverse

from longstop.cases import queries as cases
from longstop.cases.models import Case
from longstop.kernel.identifiers import BadIdentifier, case_reference, parse_case_reference
from longstop.kernel.text import tidy
from longstop.people import queries as people
from longstop.people.finding import read
from longstop.people.matching import joined_numbers
from longstop.people.queries import PersonCard
from longstop.people.rules import Key, typed_identifiers
from longstop.web.doors import Who
from longstop.web.finding.results import name_of
from longstop.web.parts import Cell, Column, Link, Row, Stack, Table, Tag, When
from longstop.web.parts.words import Colour

_CELLS = re.compile(r"[\t,;|]+")
_WRAPPING = "\"'`“”‘’«»()[]{}<>=*#:.• \u00a0"
_LONGEST = 40  # letters of one reference


class State(StrEnum):
    """What became of a line."""

    FOUND = "found"
    SEVERAL = "several"
    NOT_FOUND = "not_found"
    UNREADABLE = "unreadable"
    RESTRICTED = "restricted"


WORDS: Mapping[State, tuple[str, Colour]] = {
    State.FOUND: ("Found", "green"),
    State.SEVERAL: ("More than one", "yellow"),
    State.NOT_FOUND: ("Not found", "orange"),
    State.UNREADABLE: ("Not readable", "grey"),
    State.RESTRICTED: ("Restricted", "purple"),
}
ANSWERED = (State.FOUND, State.SEVERAL, State.RESTRICTED)


@dataclass(frozen=True)
class Line:
    """One line: the case references and the numbers that it may hold. Those of a known shape go before those of any."""

    text: str
    references: tuple[str, ...]
    keys: frozenset[Key]
    loose: frozenset[Key]

    @property
    def readable(self) -> bool:
        """Say whether anything in the line may be a reference."""
        return bool(self.references or self.keys or self.loose)


@dataclass(frozen=True)
class Answer:
    """What is known under one line. `person` is only given where there is no case."""

    line: Line
    state: State
    cases: tuple[Case, ...] = ()
    persons: tuple[PersonCard, ...] = ()


def read_line(text: str) -> Line:
    """Read one line of a paste: cells of a spreadsheet, quotes and brackets are parted from the reference that they hold."""
    cells = [cell for each in _CELLS.split(text) if (cell := tidy(each).strip(_WRAPPING))]
    words = [bare for cell in cells for word in cell.split() if (bare := word.strip(_WRAPPING))]
    for tried in (cells, words):
        references = tuple(dict.fromkeys(found for cell in tried if (found := _case(cell))))
        keys = {key for cell in tried for key in _identifiers(cell) if key.kind in ("prison_number", "pnc", "cro")}
        if references or keys:
            return Line(text, references, frozenset(keys), frozenset())
    loose = {key for cell in cells for key in _identifiers(cell) if key.kind == "home_office"}
    spelt = {Key("home_office", key.value) for key in loose}
    return Line(text, (), frozenset(), frozenset(spelt))


def _case(cell: str) -> str:
    try:
        return case_reference(parse_case_reference(cell))
    except BadIdentifier:
        return ""


def _identifiers(cell: str) -> set[Key]:
    """A day or a name is no reference, though it may have the shape of one."""
    if len(cell) > _LONGEST or not any(letter.isdigit() for letter in cell) or read(cell).born:
        return set()
    return typed_identifiers(cell)


def answer(texts: Sequence[str], who: Who) -> list[Answer]:
    """Say what is known under each line, in the order given. Five queries, however many lines."""
    lines = [read_line(text) for text in texts]
    holders = people.holders({key.value for line in lines for key in (*line.keys, *line.loose)})
    references = {each for line in lines for each in line.references}
    persons = {person for found in holders.values() for person in found}
    by_reference: dict[str, Case] = {}
    by_person: dict[int, list[Case]] = {}
    joined = joined_numbers(persons)
    for case in cases.of_references_or_persons(references=references, person_ids=persons | joined.keys()):
        by_reference[case.reference] = case
        by_person.setdefault(joined.get(case.person_id, case.person_id), []).append(case)
    cards = people.names(persons - by_person.keys())
    return [_answer(line, holders, by_reference, by_person, cards, who) for line in lines]


def _answer(
    line: Line,
    holders: Mapping[str, set[int]],
    by_reference: Mapping[str, Case],
    by_person: Mapping[int, Sequence[Case]],
    cards: Mapping[int, PersonCard],
    who: Who,
) -> Answer:
    if not line.readable:
        return Answer(line, State.UNREADABLE)
    named = {by_reference[each].pk: by_reference[each] for each in line.references if each in by_reference}
    persons = sorted({person for key in (*line.keys, *line.loose) for person in holders.get(key.value, ())})
    for person in persons:
        if not any(case.person_id == person for case in named.values()):
            named |= {case.pk: case for case in _standing(by_person.get(person, ()))}
    caseless = tuple(cards[person] for person in persons if person in cards)
    found = tuple(named.values())
    if not found and not caseless:
        return Answer(line, State.NOT_FOUND)
    if not caseless and not any(cases.may_see(case, who.standing) for case in found):
        return Answer(line, State.RESTRICTED, found)
    return Answer(line, State.FOUND if len(found) + len(caseless) == 1 else State.SEVERAL, found, caseless)


def _standing(found: Sequence[Case]) -> list[Case]:
    """Give a person's open cases, or else the one that was opened last."""
    return [case for case in found if case.closed_at is None] or list(found[:1])


def counts(answers: Sequence[Answer]) -> list[tuple[str, int]]:
    """Count the lines by what became of them; the counts add up to the lines."""
    counted = Counter(each.state for each in answers)
    return [("Lines", len(answers)), *((words, counted[state]) for state, (words, _) in WORDS.items())]


COLUMNS = [Column("Pasted"), Column("Answer", narrow=True), Column("Case"), Column("Owner"), Column("Next due", narrow=True)]


def table(answers: Sequence[Answer], who: Who) -> Table:
    """Show the answers in the order of the paste; a line with several answers has a row for each."""
    rows = [row for place, each in enumerate(answers, 1) for row in _rows(place, each, who)]
    return Table("What is known under each line", COLUMNS, rows, "answers")


def _rows(place: int, each: Answer, who: Who) -> list[Row]:
    words, colour = WORDS[each.state]
    first = Stack(each.line.text[:60], (f"Line {place}",))
    rows = [Row([first, Tag(words, colour), *_case_cells(case, who)]) for case in each.cases]
    rows += [
        Row([first, Tag(words, colour), Stack(Link(name_of(card), reverse("person", args=[card.id])), ("No case",)), "Nobody", "No case"])
        for card in each.persons
    ]
    return rows or [Row([first, Tag(words, colour), "None", "Nobody", "None"])]


def _case_cells(case: Case, who: Who) -> list[Cell]:
    link = Link(case.reference, reverse("case", args=[case.pk]))
    if not cases.may_see(case, who.standing):
        return [Stack(link, ("Restricted",)), case.team.name, "Restricted"]
    content = case.person.particulars.content
    name = "Disposed of" if content is None else str(content.get("name") or "No name recorded")
    about = Stack(link, (name,))
    if case.closed_at is not None:
        return [about, "Nobody: closed", "Closed"]
    return [about, f"{case.owner.name}, {case.team.name}", When.due(case.next_due, today=who.today)]
