"""Codes that nobody knows: one question a code, decided by a person, and used from then on."""

from datetime import timedelta
from pathlib import Path

import pytest

from longstop.audit.actions import SYSTEM
from longstop.intake import actions, queries
from longstop.intake.models import CodeMapping
from tests.intake.given import AT, counts, load, person, write

TODAY = AT.date()
KNOWN = {"prisonId": "MDI", "nationality": "Albanian", "status": "ACTIVE IN"}


def test_a_code_is_one_question_however_many_rows_hold_it(db: None, tmp_path: Path) -> None:
    rows = [person(f"A{number:04}AA", **KNOWN | {"prisonId": "QQQ" if number else "qqq"}) for number in range(5)]
    load(write(tmp_path / "a.jsonl", *rows, person("A0009AA", **KNOWN)))
    (code,) = queries.codes()
    assert (code.kind, code.code.upper(), code.rows, code.source) == ("prison", "QQQ", 5, "hmpps-prisoners")
    load(write(tmp_path / "b.jsonl", *rows, person("A0009AA", **KNOWN | {"cellLocation": "B-1"})), at=AT + timedelta(days=1))
    (again,) = queries.codes()
    assert (again.rows, again.last_receipt_id > code.last_receipt_id, again.first_receipt_id) == (5, True, code.first_receipt_id)


@pytest.mark.parametrize(
    ("field", "kind"),
    [
        ({"prisonId": "Q9"}, "prison"),
        ({"status": "WALKED"}, "status"),
        ({"lastMovementReasonCode": "Q9"}, "movement"),
        ({"nationality": "Grustarkian"}, "nationality"),
        ({"alerts": [{"alertType": "Q", "alertCode": "Q9", "active": True, "expired": False}]}, "alert"),
    ],
)
def test_each_kind_of_code_is_asked_about(db: None, tmp_path: Path, field: dict[str, object], kind: str) -> None:
    load(write(tmp_path / "a.jsonl", person(**KNOWN | field)))
    assert [code.kind for code in queries.codes()] == [kind]


def test_a_mapping_is_used_by_the_next_load_and_only_by_what_it_is_about(db: None, tmp_path: Path) -> None:
    rows = [person("A0001AA", **KNOWN | {"status": "WALKED"}), person("A0002AA", **KNOWN)]
    load(write(tmp_path / "a.jsonl", *rows))
    (code,) = queries.codes()
    with pytest.raises(ValueError, match="means"):
        actions.map_code(code_id=code.id, means=" ", reason="Asked.", by=SYSTEM, at=AT, today=TODAY)
    actions.map_code(code_id=code.id, means="INACTIVE OUT", reason="The prison said so.", by=SYSTEM, at=AT, today=TODAY)
    with pytest.raises(actions.CodeIsDecided):
        actions.accept_code(code_id=code.id, reason="Too late.", by=SYSTEM, at=AT)
    assert counts(load(write(tmp_path / "b.jsonl", *rows, person("A0003AA", **KNOWN)), at=AT + timedelta(days=1))) == (3, 1, 1, 1, 0)
    (row,) = queries.arrivals(filters=queries.Filters(prison_number="A0001AA")).rows
    view = queries.arrival(row.id)
    assert (view.custody, view.content["custody"]["as_said"], view.raw["status"]) == ("released", "INACTIVE OUT", "WALKED")
    (mapped,) = queries.codes(state="mapped")
    assert (mapped.means, mapped.reason) == ("INACTIVE OUT", "The prison said so.")
    actions.reopen_code(code_id=code.id, reason="It was wrong.", by=SYSTEM, at=AT + timedelta(days=2), today=TODAY + timedelta(days=2))
    assert CodeMapping.objects.get().to_date == TODAY + timedelta(days=2)
    assert counts(load(write(tmp_path / "c.jsonl", *rows, person("A0004AA", **KNOWN)), at=AT + timedelta(days=3))) == (3, 1, 1, 1, 0)


def test_a_code_that_was_accepted_or_closed_is_not_asked_about_again(db: None, tmp_path: Path) -> None:
    load(write(tmp_path / "a.jsonl", person(**KNOWN | {"prisonId": "QQ1", "nationality": "Grustarkian"})))
    first, second = queries.codes()
    actions.accept_code(code_id=first.id, reason="A new prison.", by=SYSTEM, at=AT)
    actions.close_code(code_id=second.id, reason="A slip.", by=SYSTEM, at=AT)
    load(write(tmp_path / "b.jsonl", person(**KNOWN | {"prisonId": "QQ1", "nationality": "Grustarkian", "cellLocation": "C-3"})))
    assert queries.code_count() == 0
    assert (queries.code_count(state="accepted"), queries.code_count(state="closed")) == (1, 1)


def test_a_mapping_of_an_alert_is_used_for_everybody_who_has_it_and_ends_for_all(db: None, tmp_path: Path) -> None:
    """The same alert is read once for all who have it: what one load makes of it must not stick to it."""
    mine, other = ({"alertType": "Q", "alertCode": code, "active": True, "expired": False} for code in ("Q9", "XLDEPORT"))
    rows = [person(f"A000{number}AA", **KNOWN, alerts=[mine, other]) for number in range(3)]
    file = write(tmp_path / "a.jsonl", *rows)
    load(file)
    (code,) = queries.codes()
    actions.map_code(code_id=code.id, means="XA", reason="They said so.", by=SYSTEM, at=AT, today=TODAY)
    later = AT + timedelta(days=1)
    assert counts(load(write(tmp_path / "b.jsonl", *rows, person("A0009AA", **KNOWN, alerts=[mine])), at=later)) == (4, 1, 3, 0, 0)
    held = [queries.arrival(row.id).content["alerts"] for row in queries.arrivals(filters=queries.Filters()).rows]
    assert sorted([each["code"] for each in alerts] for alerts in held) == [["XA"], *[["XA", "XLDEPORT"]] * 3]
    actions.reopen_code(code_id=code.id, reason="It was wrong.", by=SYSTEM, at=later, today=TODAY + timedelta(days=1))
    assert counts(load(file, at=AT + timedelta(days=2), let_in=True)) == (3, 0, 3, 0, 0)
    view = queries.arrival(queries.arrivals(filters=queries.Filters(prison_number="A0001AA")).rows[0].id)
    assert [each["code"] for each in view.content["alerts"]] == ["Q9", "XLDEPORT"]
