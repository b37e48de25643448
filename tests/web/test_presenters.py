"""The record in plain words: every kind of event has its own, in a group that a timeline can be narrowed to."""

import dataclasses
import importlib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, get_type_hints

import pytest

import longstop
from longstop.audit.events import REGISTRY, Event
from longstop.audit.queries import Entry
from longstop.web import presenters

ROOMS = sorted(path.parent.name for path in Path(longstop.__file__).parent.glob("*/events.py"))
for room in ROOMS:
    importlib.import_module(f"longstop.{room}.events")
importlib.import_module("longstop.audit.actions")

AROUND = presenters.Around(today=date(2026, 11, 18), names={7: "Amy Tran"}, notes={7: presenters.Said("Words")})
KINDS = sorted(kind for kind, cls in REGISTRY.items() if cls.__module__.startswith("longstop."))


def some(hint: Any) -> Any:
    """A value of a type, as an event's data holds it."""
    for kind, value in ((bool, True), (int, 7), (datetime, "2026-11-18T09:30:00+00:00"), (date, "2026-11-18")):
        if hint in (kind, kind | None):
            return value
    words = str(hint)
    return ["words"] if words.startswith("list") else {"release": "2026-11-18"} if words.startswith("dict") else "words"


def entry(kind: str, *, disposed: bool = False) -> Entry:
    cls = REGISTRY[kind]
    hints = get_type_hints(cls)
    own = [each for each in dataclasses.fields(cls) if each.name not in {field.name for field in dataclasses.fields(Event)}]
    private = {each.name: "A private reason" for each in own if each.metadata.get("personal")}
    data = {each.name: some(hints[each.name]) for each in own if not each.metadata.get("personal")}
    at = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
    under = 12 if disposed and private else None
    return Entry(1, kind, at, at, 7, "case", 1, data, None if disposed else private, under, False)


@pytest.mark.parametrize("kind", KINDS)
def test_every_event_is_told_in_plain_words(kind: str) -> None:
    assert kind in presenters.PRESENTERS, "write a presenter for it in longstop/web/presenters"
    shown = presenters.show(entry(kind), AROUND)
    assert shown.title
    assert "_" not in shown.title
    assert (shown.by, shown.kind) == ("Amy Tran", presenters.GROUPS[presenters.PRESENTERS[kind].group])
    if entry(kind).personal:
        assert "A private reason" in shown.text + "".join(str(fact.value) for fact in shown.details)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if entry(kind).personal])
def test_words_that_were_disposed_of_name_their_certificate(kind: str) -> None:
    shown = presenters.show(entry(kind, disposed=True), AROUND)
    assert "Disposed of under certificate 12" in shown.text + "".join(str(fact.value) for fact in shown.details)


def test_no_presenter_tells_of_a_kind_that_nobody_records() -> None:
    assert set(presenters.PRESENTERS) <= set(KINDS)


def test_an_event_of_an_older_version_is_shown_by_its_name() -> None:
    old = dataclasses.replace(entry("case.opened"), kind="case.some_old_thing", data={})
    assert presenters.show(old, AROUND).title == "Case: some old thing"


def test_all_staff_whom_events_name_are_asked_for_at_once() -> None:
    assert presenters.staff_named_in([entry("case.owner_changed"), entry("task.made")]) == {7}
    fields = {
        each.name
        for kind in KINDS
        for each in dataclasses.fields(REGISTRY[kind])
        if each.name.endswith(("owner_id", "staff_id", "leader_id", "cover_id", "successor_id"))
    }
    assert fields <= set(presenters.telling.STAFF_FIELDS)
