"""Records of two persons: somebody asks whether they are one, parts what was joined, or finds one record to be about somebody else."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from longstop.cases import queries as cases
from longstop.people import queries as people
from longstop.people.actions import NotLinked
from longstop.referral import actions as decide
from longstop.referral.models import Joining
from longstop.referral.queries import pairs
from longstop.sampling.shares import Share
from longstop.web.considering.blind import blind_of
from longstop.web.considering.subjects import closed_to
from longstop.web.doors import Who, who_is
from longstop.web.finding.results import name_of
from longstop.web.parts import Button, Column, Link, Row, Table
from longstop.web.receiving.forms import ReasonForm

MOST = 20  # persons found by what was typed
CLOSED = "There is a case about one of these persons, and it is restricted. Whoever answers for the case can tell you what you need."


def same(request: HttpRequest, person_id: int) -> HttpResponse:
    """Find somebody who may be this person, and ask whether they are."""
    who = who_is(request)
    card = _card(person_id)
    if closed_to(cases.of_persons([person_id]), who):
        return _closed(request)
    if request.method == "POST":
        return _ask(request, person_id, who)
    typed = request.GET.get("q", "").strip()
    found = [each.card for each in people.search(typed, limit=MOST) if each.card.id != person_id] if typed else []
    hidden = closed_to(cases.of_persons([each.id for each in found]), who) if found else set()
    shown = [each for each in found if each.id not in hidden]
    context = {
        "heading": f"Who else may {name_of(card) or 'this person'} be?",
        "title": "Who else may this person be?",
        "person": card,
        "typed": typed,
        "found": shown,
        "hidden": len(hidden),
        "most": len(found) >= MOST,
        "cancel_href": reverse("person", args=[person_id]),
    }
    return render(request, "considering/same.html", context)


def _ask(request: HttpRequest, person_id: int, who: Who) -> HttpResponse:
    given = request.POST.get("other", "")
    other = _card(int(given)) if given.isascii() and given.isdigit() and len(given) < 19 else None
    if other is None or other.id == person_id:
        return redirect("person-same", person_id)
    if closed_to(cases.of_persons([other.id]), who):
        return _closed(request)
    try:
        number = decide.ask_whether_one(person_id=person_id, other_id=other.id, by=who.id, at=who.at, today=who.today)
    except decide.AskedAlready as asked:
        messages.info(request, "This is being asked already.")
        return redirect("question", asked.question_id)
    except decide.NobodyToOwn as nobody:
        messages.error(request, str(nobody))
        return redirect("person-same", person_id)
    messages.success(request, "Asked. Look at both, and answer, or leave it to whoever it is with.")
    return redirect("question", number)


def _card(person_id: int) -> people.PersonCard:
    found = people.names([person_id])
    if person_id not in found:
        raise Http404
    return found[person_id]


def undo(request: HttpRequest, joining_id: int) -> HttpResponse:
    """Say that two persons who were joined are two, and why: each has again what was theirs."""
    who = who_is(request)
    try:
        held = pairs.joining(joining_id)
    except Joining.DoesNotExist as missing:
        raise Http404 from missing
    if closed_to(cases.of_persons([held.person_id, held.other_id]), who):
        return _closed(request)
    if blind_of(who).persons & {held.person_id, held.other_id}:
        return _being_read(request)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            decide.undo_join(joining_id=joining_id, reason=form.cleaned_data["reason"], by=who.id, at=who.at, today=who.today)
        except (decide.NotJoined, NotLinked):
            form.add_error(None, "They were parted in the meantime. Look at both persons again.")
        except decide.NobodyToOwn as nobody:
            form.add_error(None, str(nobody))
        else:
            messages.success(request, f"They are two again: person {held.person_id} and person {held.other_id}.")
            return redirect("person", held.other_id)
    lead = (
        f"{held.made_by.name} joined the records of person {held.other_id} to person {held.person_id}. Each will have again what was"
        " theirs, with what their records have said since. Cases and referrals stay with whom they are about now."
    )
    return render(request, "base/form.html", _form("They are two persons", lead, form, "Undo the joining", held.person_id))


def part(request: HttpRequest, person_id: int, record_id: int) -> HttpResponse:
    """Say that one record, which was joined to a person, is about somebody else, and why."""
    who = who_is(request)
    card = _card(person_id)
    if closed_to(cases.of_persons([person_id]), who):
        return _closed(request)
    if person_id in blind_of(who).persons:
        return _being_read(request)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            number = decide.part(record_id=record_id, reason=form.cleaned_data["reason"], by=who.id, at=who.at, today=who.today)
        except NotLinked:
            form.add_error(None, "The record is about somebody else already, or it is the one by which this person is known.")
        except decide.NobodyToOwn as nobody:
            form.add_error(None, str(nobody))
        else:
            messages.success(request, f"The record is about person {number} now. Whoever may be in remit is referred at once.")
            return redirect("person", number)
    lead = f"The record stays as it is, and will not be about {name_of(card) or 'this person'} any more, but about the number it came with."
    return render(request, "base/form.html", _form("A record about somebody else", lead, form, "It is about somebody else", person_id))


def _form(heading: str, lead: str, form: ReasonForm, button: str, person_id: int) -> dict[str, Any]:
    cancel = Link("Cancel", reverse("person", args=[person_id]))
    return {"heading": heading, "lead": lead, "form": form, "button": Button(button), "cancel": cancel}


def _closed(request: HttpRequest) -> HttpResponse:
    return render(request, "base/problem.html", {"heading": "This person is restricted", "paragraphs": [CLOSED]}, status=403)


def _being_read(request: HttpRequest) -> HttpResponse:
    words = ["Whether this person and another are one is yours to read again. Answer that first: it is not shown before what was answered."]
    return render(request, "base/problem.html", {"heading": "Being read again", "paragraphs": words}, status=403)


def sureness(request: HttpRequest) -> HttpResponse:
    """Show how sure the answers whether two persons are one are, as far as second readings tell."""
    found = pairs.sureness()
    columns = [
        Column("What"),
        Column("Found", numeric=True),
        Column("Of", numeric=True),
        Column("Share"),
        Column("In all it lies between, 95 times in 100"),
    ]
    shares = [
        ("Read alike by two who did not know of each other", found.read_twice.alike),
        ("First answers that a third reader found wrong, or two found right", found.overturned),
        ("Of those that said one person: wrong", found.wrong_one),
        ("Of those that said two persons: wrong", found.wrong_two),
        ("Joins undone", found.undone),
    ]
    rows = [Row([words, each.count, each.of, _percent(each.value), _between(each)]) for words, each in shares]
    kappa = found.read_twice.kappa
    context = {
        "heading": "How sure the answers are",
        "found": found,
        "kappa": f"{kappa:.2f}" if kappa is not None else "",
        "table": Table("Answers read twice", columns, rows, "sureness"),
    }
    return render(request, "considering/sureness.html", context)


def _between(found: Share) -> str:
    return f"{_percent(found.low)} and {_percent(found.high)}"


def _percent(value: float | None) -> str:
    return "Nothing yet" if value is None else f"{100 * value:.1f} per cent"
