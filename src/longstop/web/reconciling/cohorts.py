"""Who is counted on each side, cohort by cohort: the definition in words and by version, and its statement as the sides stand now."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from longstop.access.rules import Permission
from longstop.kernel.dates import in_words
from longstop.reconciliation import actions as decide
from longstop.reconciliation import queries as read
from longstop.reconciliation.cohorts import DEFAULT, Definition, NoSuchCohort, definition, definitions
from longstop.reconciliation.reckoning import Counted
from longstop.reconciliation.rules import WORDS, Side
from longstop.web.doors import Who, who_is
from longstop.web.parts import Button, Cell, Column, Fact, Link, Row, Stack, SummaryList, Table, Tag

COLUMNS = [Column("Line"), Column("Persons", numeric=True)]
DRY = "It is worked out now and kept nowhere. What is broken is found, owned and settled by the statement of the command’s caseload alone."
NOT_YET = "Not yet countable"


def listed(request: HttpRequest) -> HttpResponse:
    """List the cohorts as they are defined today, on both sides."""
    who = who_is(request)
    rows = [
        Row([Link(each.title, reverse("cohort", args=[each.name])), each.theirs, each.ours, _standing(each)])
        for each in definitions(today=who.today)
    ]
    columns = [Column("Cohort"), Column("Theirs"), Column("Ours"), Column("Definition", narrow=True)]
    context = {
        "heading": "Cohorts",
        "lead": "Who is counted on each side. What is on one list and not on another is no error: every figure names its list.",
        "back": Link("The statement", reverse("statement")),
        "table": Table("Cohorts", columns, rows, "cohorts", caption_hidden=True),
    }
    return render(request, "base/list.html", context)


def _standing(each: Definition) -> Cell:
    tags = (() if each.policy.confirmed else (Tag("Assumption", "yellow"),), () if each.countable else (Tag(NOT_YET, "grey"),))
    return Stack(f"Since {in_words(each.policy.starts)}", (*tags[0], *tags[1]))


def one(request: HttpRequest, cohort: str) -> HttpResponse:
    """Show one cohort's definition, and its statement as the sides stand now."""
    who, found = who_is(request), _found(request, cohort)
    return render(request, "reconciling/cohort.html", _context(found, who, ""))


class NationalityForm(forms.Form):
    """A nationality to which a cohort is narrowed, and what for. Nothing is chosen beforehand."""

    nationality = forms.CharField(
        label="Nationality", max_length=60, help_text="As a word or as a code of two letters. It is compared with what any record says."
    )
    purpose = forms.CharField(
        label="What it is for",
        max_length=500,
        help_text="It is recorded with your name, each time.",
        error_messages={"required": "Say what it is for"},
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def by_nationality(request: HttpRequest, cohort: str) -> HttpResponse:
    """Narrow a cohort to a nationality, for a purpose that is recorded before anything is read."""
    who, found = who_is(request), _found(request, cohort)
    form = NationalityForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            code = decide.state_purpose(cohort=found.name, **form.cleaned_data, by=who.id, at=who.at, today=who.today)
        except decide.NotANationality as unknown:
            form.add_error("nationality", str(unknown))
        except decide.NoPurpose:
            form.add_error("purpose", "Say what it is for")
        else:
            return render(request, "reconciling/cohort.html", _context(found, who, code))
    context = {
        "heading": f"{found.title}, of one nationality",
        "lead": "Only for a purpose that you state. Nothing is ordered by nationality, here or anywhere.",
        "form": form,
        "button": Button("Count"),
        "cancel": Link("Cancel", reverse("cohort", args=[found.name])),
    }
    return render(request, "base/confirm.html", context)


def _found(request: HttpRequest, name: str) -> Definition:
    try:
        return definition(name, today=who_is(request).today)
    except NoSuchCohort as missing:
        raise Http404 from missing


def _context(found: Definition, who: Who, nationality: str) -> dict[str, Any]:
    context: dict[str, Any] = {
        "heading": found.title,
        "back": Link("Cohorts", reverse("cohorts")),
        "definition": SummaryList(_defined(found, nationality), title="Who is counted"),
        "narrow_url": reverse("cohort-by-nationality", args=[found.name]) if found.countable and who.may(Permission.SETTLE) else "",
        "recorded": Link("The statement that is recorded", reverse("statement")) if found.name == DEFAULT else None,
    }
    try:
        made = read.read_cohort(found, nationality=nationality, today=who.today)
    except (read.NotCountable, read.NoList, read.ListIsNotConsidered) as missing:
        return context | {"missing": str(missing), "title": NOT_YET if not found.countable else "Nothing to count yet"}
    lines, totals = made.reckoned.lines, (made.reckoned.their_persons, made.reckoned.our_persons)
    return context | {
        "lead": f"{DRY} Their list is {made.file_name}.",
        "sides": [_side(lines, Side.THEIRS, totals[0]), _side(lines, Side.OURS, totals[1])],
    }


def _defined(found: Definition, nationality: str) -> list[Fact]:
    assumed = "Confirmed" if found.policy.confirmed else "Not confirmed by anybody: an assumption"
    facts = [
        Fact("Theirs", found.theirs),
        Fact("Ours", found.ours),
        Fact("Since", found.policy.starts),
        Fact("Version", found.policy.version),
        Fact("Source", found.policy.source, source=assumed),
    ]
    return [Fact("Narrowed to the nationality", nationality, source="As any record of the person says"), *facts] if nationality else facts


def _side(lines: Sequence[Counted], side: Side, total: int) -> Table:
    """Show one side: on both, then each line on which anybody stands, then its total."""
    shown = [each for each in lines if each.side == Side.BOTH or (each.side == side and each.persons)]
    rows = [Row([WORDS[each.line], each.persons]) for each in shown]
    words = "Their persons" if side == Side.THEIRS else "Our persons"
    rows.append(Row([Stack(words, ("The lines above add up to it",)), total]))
    return Table("Their side" if side == Side.THEIRS else "Our side", COLUMNS, rows, side.value)
