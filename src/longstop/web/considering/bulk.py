"""Many at once: referrals accepted with one owner, departures from a file that was short; with what became of each."""

from collections.abc import Iterable, Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from longstop.access import queries as access
from longstop.cases import queries as cases
from longstop.referral import queries as read
from longstop.referral.actions.many import Done, accept_many, explain_many
from longstop.referral.models import Referral
from longstop.web.considering.forms import OwnerForm, ShortForm
from longstop.web.considering.lists import CAP, SHAPES, table_of
from longstop.web.considering.subjects import Subject, address_of, name_of, persons_of, title_of
from longstop.web.doors import Who, who_is
from longstop.web.parts import Button, Column, Link, Row, Table, Tag
from longstop.web.parts.address import whole_number

RESULT = "considered"


def accept(request: HttpRequest) -> HttpResponse:
    """Ask who is to own the cases of the chosen referrals, then accept them. Nothing is done before an owner and a reason are given."""
    who = who_is(request)
    rows = _chosen(request, who, "referral")
    if not rows:
        return _none(request, "referrals")
    teams = list(access.teams().values_list("pk", flat=True))
    people = cases.candidates(team_ids=teams, today=who.today)
    form = OwnerForm(request.POST if "owner" in request.POST else None, candidates=people)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        numbers = [row.pk for row in rows]
        done = accept_many(
            referral_ids=numbers, owner_id=int(given["owner"]), reason=given["reason"], by=who.id, at=who.at, today=who.today
        )
        return _tell(request, "referral", done)
    return _ask(request, who, rows, form, f"Accept {_many(len(rows), 'referral')} with one owner", "Accept")


def file_short(request: HttpRequest) -> HttpResponse:
    """Explain the chosen departures by a file that was short, with the evidence of it."""
    who = who_is(request)
    rows = _chosen(request, who, "departure")
    if not rows:
        return _none(request, "departures")
    form = ShortForm(request.POST if "evidence" in request.POST else None)
    if form.is_bound and form.is_valid():
        evidence = form.cleaned_data["evidence"]
        done = explain_many(departure_ids=[row.pk for row in rows], explanation="file_short", evidence=evidence, by=who.id, at=who.at)
        return _tell(request, "departure", done)
    return _ask(request, who, rows, form, f"Explain {_many(len(rows), 'departure')}: the file was short", "Explain")


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _numbers(request: HttpRequest) -> list[int]:
    return sorted({number for each in request.POST.getlist("selected") if (number := whole_number(each)) is not None})


def _chosen(request: HttpRequest, who: Who, kind: str) -> list[Subject]:
    """Give those asked for that are open, save those of people whose case is restricted and not for this reader; none if too many."""
    numbers = _numbers(request)
    rows = _by_number(kind, numbers, who, state="open") if 0 < len(numbers) <= CAP else []
    closed = cases.closed_persons(persons_of(rows), who.standing)
    return [row for row in rows if row.person_id not in closed]


def _none(request: HttpRequest, listed: str) -> HttpResponse:
    if len(_numbers(request)) > CAP:
        messages.error(request, f"Select at most {CAP} at once.")
    else:
        messages.error(request, "Select at least one that is still open and that you may see.")
    return redirect(listed)


def _ask(request: HttpRequest, who: Who, rows: Sequence[Subject], form: OwnerForm | ShortForm, heading: str, button: str) -> HttpResponse:
    shape = SHAPES["referral" if isinstance(rows[0], Referral) else "departure"]
    context = {
        "heading": heading,
        "form": form,
        "chosen": [row.pk for row in rows],
        "table": table_of(shape, rows, who),
        "button": Button(button),
        "cancel": Link("Cancel", reverse("referrals" if isinstance(rows[0], Referral) else "departures")),
    }
    return render(request, "considering/many.html", context)


def _tell(request: HttpRequest, kind: str, done: Iterable[Done]) -> HttpResponse:
    request.session[RESULT] = [kind, [[each.id, each.done, each.case_id, each.explanation] for each in done]]
    return redirect("considered")


def results(request: HttpRequest) -> HttpResponse:
    """Show what became of each of the last act on many."""
    who = who_is(request)
    kind, rows = request.session.get(RESULT, ["referral", []])
    if not rows:
        words = ["The result of an act on many is kept until you sign out. You have done none since you signed in."]
        links = [Link("Referrals", reverse("referrals")), Link("Departures", reverse("departures"))]
        return render(request, "base/problem.html", {"heading": "Nothing done in bulk yet", "paragraphs": words, "links": links})
    found = {row.pk: row for row in _by_number(kind, [each[0] for each in rows], who)}
    closed = cases.closed_persons(persons_of(found.values()), who.standing)
    references = {pk: case.reference for pk, case in cases.of_subjects([each[2] for each in rows if each[2]]).items()}
    made = [_result(found[each[0]], each, references, found[each[0]].person_id in closed) for each in rows if each[0] in found]
    done = sum(1 for each in rows if each[1])
    columns = [Column("Person"), Column("Result"), Column("Case or reason")]
    context = {
        "heading": f"{done} of {len(rows)} {'accepted' if kind == 'referral' else 'explained'}",
        "table": Table("What became of each", columns, made, "results", caption_hidden=True),
    }
    return render(request, "base/list.html", context)


def _by_number(kind: str, numbers: Sequence[int], who: Who, *, state: str = "") -> list[Subject]:
    wanted = read.Filters(state=state)
    if kind == "referral":
        return list(read.referrals(wanted, today=who.today).filter(pk__in=numbers))
    return list(read.departures(wanted, today=who.today).filter(pk__in=numbers))


def _result(row: Subject, each: Sequence[object], references: dict[int, str], closed: bool) -> Row:
    _, done, case_id, explanation = each
    person = Link(title_of(row) if closed else name_of(row), address_of(row))
    if not done:
        return Row([person, Tag("Not done", "orange"), str(explanation)])
    if isinstance(case_id, int) and case_id in references:
        return Row([person, Tag("Accepted", "green"), Link(references[case_id], reverse("case", args=[case_id]))])
    return Row([person, Tag("Done", "green"), "The file was short"])
