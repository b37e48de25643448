"""At which prisons somebody works, or for which they speak: given, shown and taken away."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from longstop.access import actions, queries
from longstop.access.models import Posting, Staff
from longstop.access.rules import Role
from longstop.audit.operations import GuaranteeBroken
from longstop.kernel.dates import in_words
from longstop.web.administering.forms import PrisonsForm
from longstop.web.doors import Who, who_is
from longstop.web.parts import Button, Cell, Column, Link, Row, Stack, Table, Tag

# Those whose pages are those of their prisons; whoever else is given one gains nothing by it.
OF_PRISONS = frozenset({Role.PRISON_TEAM, Role.PRISON_LIAISON})


def table(staff: Staff, who: Who) -> Table | None:
    """Show a person's prisons; None for somebody who has none and whose roles ask for none."""
    held = list(queries.postings_of(staff.pk))
    if not held and not OF_PRISONS & queries.roles_of(staff_id=staff.pk, today=who.today):
        return None
    rows = [Row([Stack(each.prison, (_state(each, who),)), _days(each), _end(each, who)]) for each in held]
    columns = [Column("Prison"), Column("Days"), Column("Change", narrow=True)]
    empty = "None yet. A prison liaison sees nothing until one is given; a prison team sees all alike."
    return Table("Prisons", columns, rows, "prisons", empty=empty)


def _days(each: Posting) -> Cell:
    return Stack(f"From {in_words(each.from_date)}", (f"Until {in_words(each.to_date)}" if each.to_date else "No last day",))


def _over(each: Posting, who: Who) -> bool:
    return each.ended_at is not None or (each.to_date is not None and each.to_date < who.today)


def _state(each: Posting, who: Who) -> Tag:
    if _over(each, who):
        return Tag("Ended", "grey")
    return Tag("Held", "green") if each.from_date <= who.today else Tag("To come", "blue")


def _end(each: Posting, who: Who) -> Cell:
    return "" if _over(each, who) else Link("Take away", reverse("end-prison", args=[each.pk]), each.prison)


def give(request: HttpRequest, staff_id: int) -> HttpResponse:
    """Say at which prisons a person works, from a day."""
    who = who_is(request)
    try:
        staff = queries.staff(staff_id)
    except queries.NoSuchStaff as error:
        raise Http404 from error
    form = PrisonsForm(request.POST or None, today=who.today, initial={"from_date": who.today})
    if request.method == "POST" and form.is_valid():
        try:
            actions.post(staff_id=staff_id, **form.cleaned_data, by=who.id, at=who.at)
        except actions.PostedThere as refused:
            form.add_error("prisons", f"{staff.name} has {refused} already on days of that time")
        except GuaranteeBroken:
            form.add_error("to_date", "The last day must not be before the first")
        else:
            messages.success(request, f"Recorded for {staff.name}: {', '.join(form.cleaned_data['prisons'])}.")
            return redirect("staff-member", staff_id)
    context = {"heading": f"Prisons of {staff.name}", "form": form, "button": Button("Save")}
    context |= {"cancel": Link("Cancel", reverse("staff-member", args=[staff_id]))}
    return render(request, "base/form.html", context)


def end(request: HttpRequest, posting_id: int) -> HttpResponse:
    """Take a prison away from a person, at once."""
    who, held = who_is(request), queries.posting(posting_id)
    if held is None:
        raise Http404
    back = reverse("staff-member", args=[held.staff_id])
    if request.method == "POST":
        try:
            actions.end_posting(posting_id=posting_id, to_date=who.today, by=who.id, at=who.at)
        except Posting.DoesNotExist:
            messages.error(request, "This prison had been taken away already.")
        else:
            messages.success(request, f"{held.staff.name} no longer has {held.prison}.")
        return redirect(back)
    context = {
        "heading": f"Take {held.prison} away from {held.staff.name}",
        "lead": "It takes effect at once: somebody of another agency then sees nothing of this prison.",
        "button": Button("Take it away", "warning"),
        "cancel": Link("Cancel", back),
    }
    return render(request, "base/confirm.html", context)
