"""What comparing comes to: a question, once, that a person answers for good; a join by software only where policy lets it."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from longstop.audit.actions import SYSTEM
from longstop.commands import relinking as worker
from longstop.config import schedule
from longstop.linkage.definitions import default, of_plain
from longstop.people.actions import comparing
from longstop.people.likeness import likeness_between
from longstop.people.models import LinkageMark, LinkagePair, SourceRecord
from longstop.people.queries import find
from longstop.referral import actions, likely
from longstop.referral.actions import relinking
from longstop.referral.models import Question, Referral
from longstop.work.models import Task
from tests import given
from tests.referral.world import NOW, TODAY, arrive, command, consider, prisoner, tomorrow

HOME = {"addresses": [{"fullAddress": "14 Quarry Lane", "postalCode": "ZZ4 7AB"}]}
ILIR = {"firstName": "Ilir", "lastName": "Krasniqi", "dateOfBirth": "1988-03-04", **HOME}
MISTYPED = {**ILIR, "lastName": "Krasnqi"}
MAYBE = {**ILIR, "lastName": "Krasnqi", "addresses": []}
NOBODY = {"firstName": "Gerda", "lastName": "Oapelrus", "dateOfBirth": "1994-12-30"}
PNC = "2012/394773H"


def relink(*, at: Any = NOW, chunk: int = 500) -> comparing.Came:
    return relinking.relink(by=SYSTEM, at=at, today=at.date(), chunk=chunk)


def rehearse(definition: Any = None) -> dict[str, list[tuple[int, int]]]:
    found = relinking.rehearse_relinking(definition=definition or default())
    return {kind.value: [(each.person_id, each.other_id) for each in found.of(kind)] for kind in likely.Kind}


def took_in(folder: Path, *said: dict[str, Any], by: int = SYSTEM) -> list[int]:
    """Take in a list of these, considered by Longstop or by whoever is named, and give who they are, in their order."""
    numbers = [f"A{1001 + place}AA" for place in range(len(said))]
    receipt = arrive(folder, [prisoner(number, **each) for number, each in zip(numbers, said, strict=True)])
    actions.consider_receipt(receipt_id=receipt.pk, by=by, at=NOW, today=TODAY, seed="fixed")
    return [find(source="hmpps-prisoners", key=number) or 0 for number in numbers]


def stands() -> list[list[tuple[Any, ...]]]:
    """Give every row of every table of ours."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
            " AND relname ~ '^(audit|cases|work|people|intake|referral)_' ORDER BY 1"
        )
        found = []
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT md5(coalesce(string_agg(t::text, '' ORDER BY t::text), '')) FROM {table} t")
            found.append(cursor.fetchall())
        return found


@pytest.fixture
def two(db: None, tmp_path: Path) -> list[int]:
    """Take in somebody twice, with a letter mistyped and in the same home, and somebody like nobody."""
    command()
    *same, nobody = took_in(tmp_path, ILIR, MISTYPED, NOBODY)
    return [*sorted(same), nobody]


def asked(kind: str = "possibly_same_person") -> list[tuple[int, int | None, list[str]]]:
    return list(Question.objects.filter(kind=kind).order_by("pk").values_list("person_id", "other_id", "reasons"))


def test_a_dry_run_says_what_would_be_and_whose_cases_and_writes_nothing(two: list[int]) -> None:
    leader = given.staff("Olga Fenn", "caseworker", team=given.command().team)
    referral = Referral.objects.get(person_id=two[1])
    actions.accept(referral_id=referral.pk, owner_id=leader.pk, reason="In remit", by=leader.pk, at=NOW, today=TODAY)
    before = stands()
    found = relinking.rehearse_relinking(definition=default(), chunk=2)
    assert stands() == before
    assert [(each.kind, each.person_id, each.other_id) for each in found.proposals] == [(likely.Kind.JOIN, two[0], two[1])]
    assert [(each.owner, each.person_id) for each in found.touched] == [("Olga Fenn", two[1])]
    relink()
    assert rehearse() == {"join": [], "look": [], "fracture": []}  # somebody was asked


def test_software_joins_nobody_unless_policy_lets_it(two: list[int]) -> None:
    assert relink() == comparing.Came(compared=3, asked=1)
    assert asked() == [(two[0], two[1], ["very_likely_one"])]
    task = Task.objects.get(subject_kind="question", subject_id=Question.objects.get().pk)
    assert (task.state, task.due > TODAY, task.owner_id > 1) == ("open", True, True)
    assert relink() == comparing.Came()
    assert len(asked()) == 1


def test_what_may_be_one_person_is_asked_in_other_words(db: None, tmp_path: Path) -> None:
    command()
    took_in(tmp_path, ILIR, MAYBE)
    relink()
    assert [reasons for _, _, reasons in asked()] == [["may_be_one"]]


def test_what_a_person_decided_is_not_asked_again_whatever_changes(two: list[int], tmp_path: Path) -> None:
    relink()
    question = Question.objects.get()
    officer = given.staff("Vera Holt", "duty_officer")
    actions.answer(question_id=question.pk, answer="different", reason="Two photographs", by=officer.pk, at=NOW, today=TODAY)
    said = default().as_plain() | {"name": "2026-12-01.1"}
    newer = of_plain(said | {"model": said["model"] | {"join": 0.5}})
    comparing.put_in_force(definition=newer, reason="To see more", by=SYSTEM, at=NOW)
    rows = [prisoner("A1001AA", **ILIR), prisoner("A1002AA", **{**MISTYPED, "lastName": "Krasniqi", "firstName": "Ilyr"})]
    consider(arrive(tmp_path, [*rows, prisoner("A1003AA", **NOBODY)], at=tomorrow()), at=tomorrow())
    assert relink(at=tomorrow()).compared == 3
    found = likeness_between(person_id=two[0], other_id=two[1])
    assert found is not None
    assert (found.version, found.answer) == ("2026-12-01.1", "join")
    assert len(asked()) == 1


def joins_by_software(monkeypatch: pytest.MonkeyPatch) -> None:
    def yes(*, today: date) -> bool:
        return True

    monkeypatch.setattr(relinking, "software_joins", yes)


def nothing_in_hand() -> None:
    """Let nobody be considered, so that no work on a person stands in the way of a join."""
    officer = given.staff("Vera Holt", "duty_officer")
    for number in Referral.objects.filter(state="open").values_list("pk", flat=True):
        actions.find_no_interest(referral_id=number, code="RIGHT_TO_REMAIN", reason="Leave", by=officer.pk, at=NOW)


def test_where_policy_lets_it_software_joins_and_says_why_and_a_person_may_part_them(
    two: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing_in_hand()
    joins_by_software(monkeypatch)
    assert relink() == comparing.Came(compared=3, joined=1)
    record = SourceRecord.objects.get(person_id=two[0], number=two[1], unlinked_at=None)
    assert record.linked_by_id == SYSTEM
    assert (likeness_between(person_id=two[0], other_id=two[1]) or pytest.fail("not compared")).answer == "join"
    officer = given.staff("Hal Brand", "duty_officer")
    actions.part(record_id=record.pk, reason="Two photographs", by=officer.pk, at=NOW, today=TODAY)
    assert relink() == comparing.Came()
    assert not asked()


def test_software_does_not_join_across_work_on_both_or_a_guard(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command()
    joins_by_software(monkeypatch)
    took_in(tmp_path, ILIR, MISTYPED, {**MISTYPED, "prisonId": "ZZO"})
    assert relink().joined == 0
    assert {reasons[0] for _, _, reasons in asked()} <= {"very_likely_one", "may_be_one", "name_and_birth"}
    assert len(asked()) == 3
    nothing_in_hand()
    assert relink().joined == 0  # whoever was asked about is a person's to decide


def test_a_join_of_software_that_nothing_speaks_for_is_asked_about_and_a_person_parts_it(db: None, tmp_path: Path) -> None:
    _, (officer, _) = command()
    took_in(tmp_path, {**ILIR, "pncNumber": PNC}, {**NOBODY, "pncNumber": PNC}, by=officer.pk)
    record = SourceRecord.objects.get(number__isnull=False)
    person, number = record.person_id, record.number or 0
    assert relink() == comparing.Came(compared=2, doubted=1)
    assert asked("joined_rightly") == [(person, number, ["little_alike"])]
    assert relink() == comparing.Came()
    question = Question.objects.get(kind="joined_rightly")
    actions.answer(question_id=question.pk, answer="different", reason="Two photographs", by=officer.pk, at=NOW, today=TODAY)
    assert SourceRecord.objects.get(person_id=number, unlinked_at=None).number is None
    assert relink() == comparing.Came()


def test_interrupted_and_run_again_asks_what_an_uninterrupted_run_asks(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command()
    said = [{**ILIR, "dateOfBirth": str(date(1980, 1, 2) + timedelta(days=400 * place))} for place in range(4)]
    took_in(tmp_path, *said, *({**each, "lastName": "Krasnqi"} for each in said))
    would = rehearse()
    seen, whole = {"calls": 0}, relinking._see_to

    def stopped(**given: Any) -> Any:
        seen["calls"] += 1
        if seen["calls"] == 2:
            raise KeyboardInterrupt
        return whole(**given)

    monkeypatch.setattr(relinking, "_see_to", stopped)
    with pytest.raises(KeyboardInterrupt):
        relink(chunk=2)
    assert 0 < len(asked()) < 4
    monkeypatch.undo()
    relink(chunk=3)
    assert sorted((person, other) for person, other, _ in asked()) == sorted(would["join"] + would["look"])
    assert LinkagePair.objects.count() > 0
    assert LinkageMark.objects.count() == 16


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Any, str]:
    """Give how the command ends, what it prints for programs, and what it says is wrong."""
    code = worker.main([*words, "--json"])
    told = capsys.readouterr()
    return code, json.loads(told.out) if told.out else None, told.err


def test_the_command_rehearses_puts_in_force_records_and_rolls_back(
    two: list[int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, told, _ = run(capsys)
    assert (code, [(each["person"], each["other"]) for each in told["join"]], told["cases"]) == (0, [(two[0], two[1])], [])
    of_plain(default().as_plain() | {"name": "2026-12-01.1"}).write(tmp_path / "newer.json")
    assert run(capsys, "--version", str(tmp_path / "newer.json"))[1]["version"] == "2026-12-01.1"
    assert run(capsys, "--put-in-force", str(tmp_path / "newer.json"), "--reason", "Trained on ours")[:2] == (
        0,
        {"version": "2026-12-01.1"},
    )
    assert run(capsys, "--record")[1] == {"version": "2026-12-01.1", "compared": 3, "asked": 1, "joined": 0, "doubted": 0}
    assert run(capsys, "--roll-back", "--reason", "Too eager")[:2] == (0, {"version": default().name})
    assert {each["name"]: each["in_force"] for each in run(capsys, "--versions")[1]} == {"2026-12-01.1": False, default().name: True}
    assert worker.main([]) == 0
    assert "Open cases that this touches" in capsys.readouterr().out
    for words in (["--put-in-force", "nothing"], ["--put-in-force", "nothing", "--reason", "x"], ["--record", "--roll-back"]):
        code, _, why = run(capsys, *words)
        assert (code, bool(why)) == (2, True)


def test_the_schedule_compares_each_list_once_and_nothing_before_a_version_is_put_in_force(two: list[int], tmp_path: Path) -> None:
    schedule.relink(NOW)
    assert not LinkagePair.objects.exists()
    comparing.put_in_force(definition=default(), reason="Looked at what it would come to", by=SYSTEM, at=NOW)
    schedule.relink(NOW)
    assert len(asked()) == 1
    assert not likely.awaits_relinking()
    consider(arrive(tmp_path, [prisoner("A1001AA", **ILIR)], at=tomorrow()), at=tomorrow())
    assert likely.awaits_relinking()
    schedule.relink(tomorrow())
    assert not likely.awaits_relinking()
