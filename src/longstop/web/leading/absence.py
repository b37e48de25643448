"""Absence: who is away or will be, recording it, finding cover, and coming back."""

from collections.abc import Sequence

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from longstop.access import queries as access
from longstop.access.models import Absence, AbsenceKind, Staff
from longstop.cases import actions
from longstop.cases.actions.covering import CannotCover
from longstop.kernel.dates import in_words
from longstop.web.doors import Who, who_is
from longstop.web.leading import scope, uncovered, words
from longstop.web.leading.forms import AbsenceForm, CoverForm, ReturnForm
from longstop.web.parts import Button, Cell, Column, Link, Row, Stack, Table, Tag

CHOOSABLE = 200  # so many names fit in a list to choose from; above it, the way is the person's page


def absences(request: HttpRequest) -> HttpResponse:
    """List who is away and who will be, in the viewer's team or the one asked for."""
    who = who_is(request)
    team_id = next(iter(scope.numbers([request.GET.get("team")])), scope.home_team(who))
    people: list[Staff] = []
    if team_id is not None:
        scope.check_may_look(who, team_id)
        people = list(access.members(access.teams_under(team_id)))
    known = {who.id, *(each.pk for each in people)}
    found = list(access.absences(staff_ids=known, from_date=who.today))
    managed = [each for each in people if scope.may_act(who, each.team_id) and each.pk != who.id]
    context = {
        "now": _table([each for each in found if each.from_date <= who.today], who, "Away now", "now"),
        "coming": _table([each for each in found if each.from_date > who.today], who, "Still to come", "coming"),
        "own_url": reverse("absence-record", args=[who.id]),
        "people": managed if len(managed) <= CHOOSABLE else [],
        "people_url": reverse("team-people", args=[team_id]) if team_id is not None and len(managed) > CHOOSABLE else "",
    }
    return render(request, "leading/absences.html", context)


def _table(found: Sequence[Absence], who: Who, caption: str, key: str) -> Table:
    columns = [Column("Name"), Column("Days"), Column("Kind"), Column("Cover"), Column("What to do", narrow=True)]
    rows = []
    for each in found:
        private = _may_change(who, each)
        cells: list[Cell] = [
            Link(each.staff.name, reverse("staff-page", args=[each.staff_id])),
            words.days_away(each),
            words.kind_of(each) if private else "Away",
            each.cover.name if each.cover else Tag("Nobody yet", "red"),
            _links(each, who) if private else "Nothing for you",
        ]
        rows.append(Row(cells))
    return Table(caption, columns, rows, id=key, empty="Nobody.")


def _links(each: Absence, who: Who) -> Stack:
    cover = Link("Change the cover" if each.cover else "Name a cover", reverse("absence-cover", args=[each.pk]), f"for {each.staff.name}")
    back = "Record the return" if each.from_date <= who.today else "Take it back"
    return Stack(cover, (Link(back, reverse("absence-return", args=[each.pk]), f"of {each.staff.name}"),))


def _may_change(who: Who, each: Absence) -> bool:
    return each.staff_id == who.id or scope.may_act(who, each.staff.team_id)


def choose(request: HttpRequest) -> HttpResponse:
    """Lead from the choice of a person to the form for them."""
    chosen = next(iter(scope.numbers([request.GET.get("staff")])), None)
    if chosen is None:
        messages.error(request, "Select who is away")
        return redirect("absence")
    return redirect("absence-record", chosen)


def record(request: HttpRequest, staff_id: int) -> HttpResponse:
    """Record that somebody is or will be away."""
    who = who_is(request)
    person = scope.managed(who, staff_id, or_self=True)
    form = AbsenceForm(request.POST or None, covers=list(access.possible_covers(person)), leads=bool(access.led_by(person.pk)))
    left: list[int] = []
    if request.method == "POST" and form.is_valid():
        left = _record(form, person, who)
        if not form.errors:
            messages.success(request, _said(form, person))
            return redirect("absence")
    name = "your own absence" if person.pk == who.id else f"an absence of {person.name}"
    context = {
        "heading": f"Record {name}",
        "form": form,
        "button": Button("Record the absence"),
        "cancel": Link("Cancel", reverse("absence")),
        "uncovered": uncovered.tasks_table(left, who) if left else None,
    }
    return render(request, "leading/record_absence.html", context)


def _record(form: AbsenceForm, person: Staff, who: Who) -> list[int]:
    """Make the one call, and give the tasks that would be left to nobody."""
    said = form.cleaned_data
    try:
        made = actions.record_absence(
            staff_id=person.pk,
            kind=said["kind"],
            from_date=said["from_date"],
            to_date=said["to_date"],
            cover_id=int(said["cover"]) if said["cover"] else None,
            by=who.id,
            at=who.at,
            today=who.today,
        )
    except actions.LeavesUncovered as refused:
        if refused.absences:
            form.add_error(None, f"{person.name} covers for somebody in that time. Name another cover for that absence first.")
            return []
        number = len(refused.tasks)
        form.add_error("cover", f"Select who covers: {number} {'task falls' if number == 1 else 'tasks fall'} due before the return")
        return refused.tasks
    except actions.AlreadyAway as refused:
        known = words.days_away(refused.absence)
        form.add_error(
            "from_date", f"{person.name} is away already on some of these days: {known}. Change the days, or end that absence first"
        )
    except CannotCover as refused:
        form.add_error("cover", f"{refused} cannot cover: away themselves in that time, or leaving. Select somebody else")
    else:
        form.cleaned_data["shortened"] = made.to_date if made.to_date != said["to_date"] else None
    return []


def _said(form: AbsenceForm, person: Staff) -> str:
    if shortened := form.cleaned_data["shortened"]:
        return f"The absence of {person.name} is recorded until {in_words(shortened)}: from the day after, another is recorded already."
    if form.cleaned_data["kind"] == AbsenceKind.SUDDEN and not form.cleaned_data["cover"]:
        return f"The absence of {person.name} is recorded. Nobody covers yet: whoever leads the team has been given a task to find cover."
    return f"The absence of {person.name} is recorded."


def _find(who: Who, absence_id: int) -> Absence:
    """Give an absence that this person may change and that has not ended. Raises Http404, PermissionDenied."""
    try:
        found = access.absence(absence_id)
    except Absence.DoesNotExist as missing:
        raise Http404 from missing
    if not _may_change(who, found):
        raise PermissionDenied
    return found


def cover(request: HttpRequest, absence_id: int) -> HttpResponse:
    """Name who covers an absence, or somebody else."""
    who = who_is(request)
    found = _find(who, absence_id)
    covers, leads = list(access.possible_covers(found.staff)), bool(access.led_by(found.staff_id))
    form = CoverForm(request.POST or None, covers=covers, leads=leads)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_cover(absence_id=absence_id, cover_id=int(form.cleaned_data["cover"]), by=who.id, at=who.at)
        except CannotCover as refused:
            form.add_error("cover", f"{refused} cannot cover: away themselves in that time, or leaving. Select somebody else")
        except Absence.DoesNotExist:
            return _ended(request)
        else:
            messages.success(request, f"The cover for {found.staff.name} is set. The tasks are in their work now.")
            return redirect("absence")
    lead = f"{words.days_away(found)}. " + (f"{found.cover.name} covers now." if found.cover else "Nobody covers yet.")
    context = {"heading": f"Who covers for {found.staff.name}?", "lead": lead, "form": form, "button": Button("Save")}
    return render(request, "base/form.html", context | {"cancel": Link("Cancel", reverse("absence"))})


def come_back(request: HttpRequest, absence_id: int) -> HttpResponse:
    """Record that somebody is back; or, before the first day, that they will not be away after all."""
    who = who_is(request)
    found = _find(who, absence_id)
    ahead = found.from_date > who.today
    form = None if ahead else ReturnForm(request.POST or None, first=found.from_date, today=who.today)
    if request.method == "POST" and (form is None or form.is_valid()):
        last = found.from_date if form is None else form.cleaned_data["last_day"]
        try:
            actions.end_absence(absence_id=absence_id, last_day=last, by=who.id, at=who.at)
        except Absence.DoesNotExist:
            return _ended(request)
        messages.success(request, f"{found.staff.name} is not away any more. What is due is theirs again.")
        return redirect("absence")
    context = {"cancel": Link("Cancel", reverse("absence")), "form": form}
    if form is None:
        heading, lead = f"Will {found.staff.name} not be away?", f"The absence from {in_words(found.from_date)} is taken back."
        return render(
            request, "base/confirm.html", context | {"heading": heading, "lead": lead, "button": Button("Take it back", "warning")}
        )
    lead = "The last day on which they were away. If they are back today, that was yesterday or before."
    return render(request, "base/form.html", context | {"heading": f"{found.staff.name} is back", "lead": lead, "button": Button("Save")})


def _ended(request: HttpRequest) -> HttpResponse:
    messages.error(request, "This absence was ended by somebody else in the meantime.")
    return redirect("absence")
