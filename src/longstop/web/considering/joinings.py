"""Records of two persons: somebody parts what was joined, or finds one record to be about somebody else; and how sure the answers are."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from longstop.cases import queries as cases
from longstop.people.actions import NotLinked
from longstop.referral import actions as decide
from longstop.referral.models import Joining
from longstop.referral.queries import pairs
from longstop.sampling.shares import Share
from longstop.web.considering.blind import blind_of
from longstop.web.considering.subjects import card_of, closed_to, one_is_closed
from longstop.web.doors import who_is
from longstop.web.finding.results import name_of
from longstop.web.parts import Button, Column, Link, Row, Table
from longstop.web.receiving.forms import ReasonForm


def undo(request: HttpRequest, joining_id: int) -> HttpResponse:
    """Say that two persons who were joined are two, and why: each has again what was theirs."""
    who = who_is(request)
    try:
        held = pairs.joining(joining_id)
    except Joining.DoesNotExist as missing:
        raise Http404 from missing
    if closed_to(cases.of_persons([held.person_id, held.other_id]), who):
        return one_is_closed(request)
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
    card = card_of(person_id)
    if closed_to(cases.of_persons([person_id]), who):
        return one_is_closed(request)
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
