"""The kinds of things that are looked at: their words, where their pages are, and who may see one."""

import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from longstop.cases import queries as cases
from longstop.cases.models import Case
from longstop.people import queries as people
from longstop.reconciliation import queries as reconciled
from longstop.reconciliation.models import Break
from longstop.referral import queries as read
from longstop.referral.models import Departure, Look, Question, Referral
from longstop.referral.rules import REASONS
from longstop.web.doors import Who, who_is
from longstop.web.parts import Badge, Cell, Column, Link, Slot, Stack, Tag
from longstop.web.parts.words import Colour

CLOSED = "There is a case about one of these persons, and it is restricted. Whoever answers for the case can tell you what you need."
PERSON = Column("Person", slots=(Slot("Person"), Slot("Prison number"), Slot("Notes")))
Considered = Referral | Question | Departure | Look
Subject = Considered | Break


@dataclass(frozen=True)
class Kind:
    """One kind: its words, the names of its page and list, how one is found, and what its states are called and coloured.

    `due_words` say what is to be done by its date, `hands_on` names the page on which another is given it.
    """

    code: str
    one: str
    page: str
    listed: str
    list_title: str
    find: Callable[[int], Subject]
    states: Mapping[str, tuple[str, Colour]]
    due_words: str
    hands_on: str


KINDS: dict[str, Kind] = {
    "referral": Kind(
        "referral",
        "Referral",
        "referral",
        "referrals",
        "Referrals",
        read.referral,
        {
            "open": ("To be decided", "blue"),
            "accepted": ("Accepted", "green"),
            "no_interest": ("No interest", "grey"),
            "out_of_remit": ("Out of remit", "grey"),
        },
        "Decide by",
        "referral-hand-on",
    ),
    "question": Kind(
        "question",
        "Question",
        "question",
        "questions",
        "Questions",
        read.question,
        {"open": ("To be answered", "blue"), "answered": ("Answered", "green"), "overtaken": ("Overtaken by the record", "grey")},
        "Answer by",
        "question-hand-on",
    ),
    "departure": Kind(
        "departure",
        "Departure",
        "departure-from-list",
        "departures",
        "Departures",
        read.departure,
        {"open": ("To be explained", "blue"), "explained": ("Explained", "green"), "returned": ("Back on the list", "grey")},
        "Explain by",
        "departure-hand-on",
    ),
    "look": Kind(
        "look",
        "Second look",
        "second-look",
        "second-looks",
        "Second looks",
        read.look,
        {"open": ("To be looked at", "blue"), "agreed": ("Agreed", "green"), "not_agreed": ("Not agreed", "orange")},
        "Look by",
        "second-look-hand-on",
    ),
    "break": Kind(
        "break",
        "Break",
        "break",
        "breaks",
        "Breaks",
        reconciled.break_,
        {"open": ("To be settled", "blue"), "settled": ("Settled", "green"), "gone": ("Not found any more", "grey")},
        "Settle by",
        "break-hand-on",
    ),
}


def kind_of(row: Subject) -> Kind:
    """Give the kind of a row."""
    return KINDS[str(row._meta.model_name)]


def page_of(kind: str, number: int) -> str:
    """Give the address of the page of one of a kind."""
    return reverse(KINDS[kind].page, args=[number])


def words_of(kind: str, number: int) -> str:
    """Name one of a kind without naming anybody."""
    return f"{KINDS[kind].one} {number}"


def address_of(row: Subject) -> str:
    """Give the address of a row's page."""
    return page_of(kind_of(row).code, row.pk)


def title_of(row: Subject) -> str:
    """Name a row without naming anybody."""
    return words_of(kind_of(row).code, row.pk)


def name_of(row: Subject) -> str:
    """Give the name of whom it is about."""
    return str((row.person.particulars.content or {}).get("name") or "Name not recorded")


def prison_number_of(row: Subject) -> str:
    """Give the prison number of whom it is about, "" where none is known."""
    return str((row.person.particulars.content or {}).get("prison_number") or "")


def state_tag(row: Subject, who: Who) -> Tag:
    """Say how it stands; what is late says so."""
    if row.state == "open" and row.task is not None and row.task.due < who.today:
        return Tag("Overdue", "red")
    words, colour = kind_of(row).states[row.state]
    return Tag(words, colour)


def reasons_of(row: Referral | Question | Look) -> list[str]:
    """Give why it was made, in words."""
    return [REASONS.get(code, code.replace("_", " ").capitalize()) for code in row.reasons]


def person_cell(row: Subject, *, shown: bool) -> Cell:
    """Give the cell that leads to the page: by the name, or where the person's case is restricted by the number alone."""
    if not shown:
        return Stack(Link(title_of(row), address_of(row)), (Badge("Restricted", "black"),))
    number = prison_number_of(row)
    marks: tuple[Cell, ...] = (Badge("Protection required", "purple"),) if row.person.safeguarding_required else ()
    return Stack(Link(name_of(row), address_of(row)), (*((number,) if number else ()), *marks))


def persons_of(rows: Iterable[Subject]) -> set[int]:
    """Give everybody whom these rows are about."""
    found = set[int]()
    for row in rows:
        found.add(row.person_id)
        if isinstance(row, Question) and row.other_id is not None:
            found.add(row.other_id)
    return found


def closed_to(about: Mapping[int, list[Case]], who: Who) -> set[int]:
    """Give those persons of whose cases any is restricted and not for this reader."""
    return {person for person, theirs in about.items() if not all(cases.may_see(case, who.standing) for case in theirs)}


@dataclass(frozen=True)
class InHand:
    """A row with the cases of everybody whom it is about."""

    row: Subject
    about: Mapping[int, list[Case]]

    @property
    def open_case(self) -> Case | None:
        """Give the person's open case."""
        return next((case for case in self.about.get(self.row.person_id, ()) if case.closed_at is None), None)


SubjectView = Callable[[HttpRequest, Who, InHand], HttpResponse]


def of_subject(kind: str) -> Callable[[SubjectView], Callable[..., HttpResponse]]:
    """Give a view the row that its path names; where a case of the person is restricted to others, say so and nothing more."""

    def decorate(view: SubjectView) -> Callable[..., HttpResponse]:
        @functools.wraps(view)
        def run(request: HttpRequest, **number: int) -> HttpResponse:
            who = who_is(request)
            try:
                row = KINDS[kind].find(number[f"{kind}_id"])
            except ObjectDoesNotExist as missing:
                raise Http404 from missing
            about = cases.of_persons(persons_of([row]))
            if closed_to(about, who):
                return _closed(request, row)
            return view(request, who, InHand(row, about))

        return run

    return decorate


def _closed(request: HttpRequest, row: Subject) -> HttpResponse:
    words = ["There is a case about this person, and it is restricted. Whoever answers for the case can tell you what you need."]
    if row.task is not None and row.state == "open":
        words.append(f"This waits with {row.task.owner.name}, {row.task.team.name}.")
    context = {"heading": f"{title_of(row)} is restricted", "paragraphs": words, "links": [_list_link(row)]}
    return render(request, "base/problem.html", context, status=403)


def _list_link(row: Subject) -> Link:
    return Link(kind_of(row).list_title, reverse(kind_of(row).listed))


def not_open(request: HttpRequest, row: Subject, *, told: bool = True) -> HttpResponse:
    """Say that somebody has dealt with it already, and how; who did where the reader is `told` that."""
    ended = f" by {row.ended_by.name}" if row.ended_by and told else ""
    words = [f"It is not open any more: {kind_of(row).states[row.state][0].lower()}{ended}. Nothing was changed now."]
    links = [Link(f"See {title_of(row).lower()}", address_of(row)), _list_link(row)]
    context = {"heading": f"{title_of(row)} has been dealt with", "paragraphs": words, "links": links}
    return render(request, "base/problem.html", context, status=409)


def card_of(person_id: int) -> people.PersonCard:
    """Give who a person is, for a page about more than one; answers 404 where nobody has the number."""
    found = people.names([person_id])
    if person_id not in found:
        raise Http404
    return found[person_id]


def one_is_closed(request: HttpRequest) -> HttpResponse:
    """Say that one of the persons of a page is restricted, without saying which."""
    return render(request, "base/problem.html", {"heading": "This person is restricted", "paragraphs": [CLOSED]}, status=403)
