"""Handing a referral, question, departure or second look to somebody else."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from longstop.access import queries as access
from longstop.access.models import Staff
from longstop.access.rules import GRANTS, Permission
from longstop.referral import actions as decide
from longstop.web.considering.forms import HandOnForm
from longstop.web.considering.subjects import InHand, SubjectView, address_of, kind_of, not_open, of_subject, title_of
from longstop.web.doors import Who
from longstop.web.parts import Button, Link


def hand_on(kind: str) -> Callable[..., HttpResponse]:
    """Make the view that hands on one of a kind to somebody who considers."""
    return of_subject(kind)(hand_on_to(Permission.CONSIDER))


def hand_on_to(permission: Permission) -> SubjectView:
    """Make the view of a row that hands it on to somebody who has the permission."""

    def view(request: HttpRequest, who: Who, hand: InHand) -> HttpResponse:
        """Give it to somebody else who may decide. Whoever else has taken it in the meantime is named."""
        row = hand.row
        if row.state != "open" or row.task is None:
            return not_open(request, row)
        form = HandOnForm(
            request.POST or None,
            people=_people(who, row.task.owner_id, permission),
            initial={"from_": row.task.owner_id},
        )
        if request.method == "POST" and form.is_valid() and _hand(request, who, kind_of(row).code, row.pk, form):
            messages.success(request, f"{title_of(row)} is handed on.")
            return redirect(address_of(row))
        context = {
            "heading": f"Hand on {title_of(row).lower()}",
            "lead": f"It is with {row.task.owner.name}, {row.task.team.name}. Its due date stays as it is.",
            "form": form,
            "button": Button("Hand on"),
            "cancel": Link("Cancel", address_of(row)),
        }
        return render(request, "base/form.html", context)

    return view


def _people(who: Who, owner_id: int, wanted: Permission) -> list[Staff]:
    found = access.holders_of(roles=GRANTS[wanted], today=who.today).select_related("team")
    return [each for each in found if each.team_id is not None and each.last_day is None and each.pk != owner_id]


def _hand(request: HttpRequest, who: Who, kind: str, number: int, form: HandOnForm) -> bool:
    given = form.cleaned_data
    try:
        decide.hand_on(
            kind=kind,
            subject_ids=[number],
            to=int(given["to"]),
            from_=given["from_"],
            reason=given["reason"],
            by=who.id,
            at=who.at,
            today=who.today,
        )
    except decide.OwnerHasChanged as changed:
        now = access.staff_names([changed.owner_id]).get(changed.owner_id, "")
        form.add_error(None, f"It is with {now} now. Look at it again before you hand it on." if now else "It has been dealt with.")
        return False
    except decide.MayNotTake:
        form.add_error("to", "This person may not take it: they are away for good, or in no team. Choose somebody else.")
        return False
    return True
