"""What became of a bulk allocation, case by case, and its undoing."""

from datetime import datetime, timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from longstop.cases import queries as cases
from longstop.cases.actions import UndoIsTooLate, undo_bulk
from longstop.cases.models import BulkAct, BulkItem
from longstop.kernel.policy import load
from longstop.web.doors import Who, who_is
from longstop.web.leading import scope
from longstop.web.leading.words import case_cell
from longstop.web.parts import Button, Column, Link, Row, Table, Tag
from longstop.web.parts.words import Colour

SAID: dict[str, tuple[str, Colour]] = {
    "done": ("Done", "green"),
    "skipped": ("Skipped", "yellow"),
    "refused": ("Refused", "red"),
    "waiting": ("Not reached", "grey"),
}
ORDER = ("refused", "skipped", "waiting", "done")


def allocation(request: HttpRequest, act_id: int) -> HttpResponse:
    """Show what became of each case."""
    who = who_is(request)
    act, items = _find(who, act_id)
    until = _until(act, who)
    context = {
        "act": act,
        "reason": cases.reason_of(act.reason_payload_id),
        "counts": _counts([item.result for item in items]),
        "undone": _counts([item.undo_result for item in items if item.undo_result]) if act.undone_at else "",
        "table": _table(items, who, undone=act.undone_at is not None),
        "may_undo": act.undone_at is None and who.at <= until and any(item.result == "done" for item in items) and _may_undo(who, items),
        "until": until,
        "undo_url": reverse("allocation-undo", args=[act_id]),
        "board_url": reverse("team-board"),
        "unfinished": any(item.result == "waiting" for item in items),
    }
    return render(request, "leading/allocation.html", context)


def undo(request: HttpRequest, act_id: int) -> HttpResponse:
    """Ask, then give the cases back to those who owned them, where nothing else has happened since."""
    who = who_is(request)
    _, items = _find(who, act_id)
    if not _may_undo(who, items):
        raise PermissionDenied
    if request.method != "POST":
        done = sum(item.result == "done" for item in items)
        context = {
            "heading": "Undo this allocation?",
            "lead": f"{done} {'case goes' if done == 1 else 'cases go'} back to the owners before. "
            "A case that has changed hands again since stays where it is, and the result says so.",
            "button": Button("Undo the allocation", "warning"),
            "cancel": Link("Keep it as it is", reverse("allocation", args=[act_id])),
        }
        return render(request, "base/confirm.html", context)
    try:
        undo_bulk(act_id=act_id, by=who.id, at=who.at, today=who.today)
    except UndoIsTooLate:
        messages.error(request, "This allocation can no longer be undone: the time has passed, or it was undone already.")
    else:
        messages.success(request, "The allocation was undone. The last column says what became of each case.")
    return redirect("allocation", act_id)


def _find(who: Who, act_id: int) -> tuple[BulkAct, list[BulkItem]]:
    """A bulk act is for whoever did it and those who answer for a team it touched. Raises Http404, PermissionDenied."""
    found = cases.bulk_act(act_id)
    if found is None:
        raise Http404
    act, items = found
    teams = {item.from_team_id for item in items} | {item.case.team_id for item in items}
    if act.acted_by_id != who.id and not any(scope.may_allocate(who, team_id) for team_id in teams):
        raise PermissionDenied
    return act, sorted(items, key=lambda item: (ORDER.index(item.result), item.case_id))


def _may_undo(who: Who, items: list[BulkItem]) -> bool:
    """Whoever may allocate each of the cases where it is now."""
    return all(scope.may_allocate(who, item.case.team_id) for item in items if item.result == "done")


def _until(act: BulkAct, who: Who) -> datetime:
    return act.acted_at + timedelta(hours=load("targets").at("bulk_undo", who.today).integer("hours"))


def _counts(results: list[str]) -> str:
    said = [(results.count(word), SAID[word][0].lower()) for word in ("done", "skipped", "refused", "waiting")]
    return ", ".join(f"{number} {text}" for number, text in said if number) or "none"


def _table(items: list[BulkItem], who: Who, *, undone: bool) -> Table:
    columns = [Column("Case"), Column("From"), Column("To"), Column("Result", narrow=True), Column("Why")]
    rows = []
    for item in items:
        cells = [
            case_cell(item.case, who),
            item.from_staff.name if item.from_staff else "",
            item.to_staff.name if item.to_staff else "",
            _tag(item.result),
            item.explanation or "As asked",
        ]
        if undone:
            cells += [_tag(item.undo_result) if item.undo_result else "Not touched", item.undo_explanation or "As asked"]
        rows.append(Row(cells))
    undo_columns = [Column("Undone", narrow=True), Column("Why")] if undone else []
    return Table("Case by case", [*columns, *undo_columns], rows, id="items")


def _tag(result: str) -> Tag:
    text, colour = SAID[result]
    return Tag(text, colour)
