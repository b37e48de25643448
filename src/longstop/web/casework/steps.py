"""Where the tracks of a case stand, as a table with the steps that lead on, and every step that was taken."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from longstop.access.rules import Role
from longstop.cases.actions.remapping import MAP_CHANGED
from longstop.cases.models import Case, Stay
from longstop.cases.queries import Standing
from longstop.cases.rules import may_take, takers
from longstop.kernel.dates import in_words
from longstop.process.maps import Step, Track
from longstop.web.casework.words import due_of
from longstop.web.doors import Who
from longstop.web.parts import Cell, Column, Link, Row, Stack, Table, Tag

WHERE_KEPT = {"custody": "custody"}
"""The page on which what keeps a track is recorded."""


def tracks(case: Case, standing: Sequence[Standing], who: Who, *, may_work: bool) -> Table:
    """Show the tracks of a case, in the order of the map; the steps are offered to those who work the case."""
    columns = [Column("Track"), Column("Where it stands"), Column("Since"), Column.due("Next step")]
    rows = [_track(case, each, who, may_work) for each in standing]
    return Table("Tracks of this case", [*columns, Column("Steps")] if may_work else columns, rows, "tracks", caption_hidden=True)


def _track(case: Case, each: Standing, who: Who, may_work: bool) -> Row:
    cells: list[Cell] = [each.track.title, _where(each), _since(each), _due(each, who)]
    return Row([*cells, _steps(case, each, who)] if may_work else cells)


def _where(each: Standing) -> Cell:
    if each.state is None:
        return Stack(each.code, (Tag("Not on the map any more", "red"),))
    many = each.stay.round if each.stay else 1
    return Stack(each.state.title, (f"Round {many}",)) if many > 1 else each.state.title


def _since(each: Standing) -> Cell:
    if each.since is None:
        return "Not begun" if not each.track.kept_by else "Not recorded"
    if each.first_on is not None and each.first_on != each.since:
        return Stack(in_words(each.since), (f"First step on {in_words(each.first_on)}",))
    return in_words(each.since)


def _due(each: Standing, who: Who) -> Cell:
    task = each.stay.task if each.stay else None
    if task is None or task.state != "open":
        return "Nothing waits"
    return Stack(due_of(task, today=who.today), (task.owner.name,))


def _steps(case: Case, each: Standing, who: Who) -> Cell:
    if each.track.kept_by:
        return Link("Record a change", reverse(WHERE_KEPT[each.track.kept_by], args=[case.pk]), f"of {each.track.title}")
    shown = tuple(_offered(case, each, step, who) for step in each.steps)
    return Stack(shown[0], shown[1:]) if shown else "None"


def _offered(case: Case, each: Standing, step: Step, who: Who) -> Cell:
    """Offer a step to whoever may take it; tell others whose it is."""
    if may_take(step, roles=who.standing.roles, by=who.id, led_here=each.stay.taken_by_id if each.stay else None):
        return Link(step.title, reverse("step", args=[case.pk, each.track.code, step.code]))
    whose = role_words(step.role)
    return f"{step.title}: for {'another ' if who.standing.roles & takers(step) else 'a '}{whose}"


def history(stays: Sequence[tuple[Stay, dict[str, Any]]], standing: Sequence[Standing]) -> Table:
    """Show every step that was taken, the newest first, with what it rests on."""
    known = {each.track.code: each.track for each in standing}
    rows = [_taken(stay, words, known.get(stay.track)) for stay, words in stays]
    columns = [Column("Step"), Column("Track"), Column("On"), Column("Taken by"), Column("What it rests on")]
    return Table("Steps taken", columns, rows, "history", empty="No step was taken yet.")


def _taken(stay: Stay, words: dict[str, Any], track: Track | None) -> Row:
    step = track.steps.get(stay.step) if track else None
    title = step.title if step else "The map was changed" if stay.step == MAP_CHANGED else stay.step
    named: Cell = Stack(title, (f"Round {stay.round}",)) if stay.round > 1 else title
    return Row([named, track.title if track else stay.track, in_words(stay.began_on), stay.taken_by.name, _rests_on(words)])


def _rests_on(words: dict[str, Any]) -> Cell:
    said = str(words.get("words", "")).splitlines()
    if words.get("considered"):
        said.append(f"Without fresh safeguarding: {words['considered']}")
    return Stack(said[0], tuple(said[1:])) if said else "Nothing is kept of it"


def role_words(role: str) -> str:
    """Give a role in words."""
    return Role(role).replace("_", " ")
