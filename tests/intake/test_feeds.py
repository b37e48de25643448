"""What is expected of each source: how long a file may be, how old, when it is late; and who answers for it."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from longstop.access.models import Staff
from longstop.audit.actions import SYSTEM
from longstop.audit.queries import contents
from longstop.intake import actions, queries
from longstop.intake.feeds import Counted, expectation, held_for
from longstop.intake.models import Arrival, Receipt
from longstop.work import queries as tasks
from tests import given as house
from tests.intake.given import AT, counts, load, person, write

TODAY = AT.date()


@pytest.mark.parametrize(
    ("rows", "observed_hours", "said"),
    [
        (100, 0, None),
        (95, 0, None),
        (94, 0, "shorter"),
        (1_000, 0, None),
        (0, 0, "shorter"),
        (100, 23, None),
        (100, 25, "earlier"),
    ],
)
def test_a_file_is_held_by_what_policy_says(rows: int, observed_hours: int, said: str | None) -> None:
    before = Counted(rows=100, observed_at=AT - timedelta(hours=24))
    file = Counted(rows=rows, observed_at=AT - timedelta(hours=observed_hours))
    expected = expectation("hmpps-prisoners", on=TODAY)
    assert held_for(expected, file, before=before, at=AT) == said
    assert held_for(expected, file, before=None, at=AT) is None, "the first file of a source is never short"
    assert held_for(expectation("staff", on=TODAY), file, before=before, at=AT) is None


@pytest.mark.parametrize(
    ("source", "hours_old", "hours_before_it", "said"),
    [
        ("hmpps-prisoners", 36, 60, None),
        ("hmpps-prisoners", 37, 60, "late"),
        ("hmpps-prisoners", 3, 500, None),
        ("casework-persons", 720, 1_000, None),
        ("casework-persons", 721, 1_000, "stale"),
        ("staff", 721, 1_000, None),
    ],
)
def test_a_file_is_late_by_how_old_its_news_is_and_not_by_the_gap_before_it(
    source: str, hours_old: int, hours_before_it: int, said: str | None
) -> None:
    file = Counted(rows=100, observed_at=AT - timedelta(hours=hours_old))
    before = Counted(rows=100, observed_at=AT - timedelta(hours=hours_before_it))
    assert held_for(expectation(source, on=TODAY), file, before=before, at=AT) == said


def test_a_late_file_is_held_in_words_with_an_owned_task_and_let_in_by_a_steward(db: None, tmp_path: Path) -> None:
    steward = house.staff("Sam Ito", "data_steward", team=house.command().team)
    load(write(tmp_path / "a.jsonl", person()), at=AT - timedelta(days=3))
    file = write(tmp_path / "b.jsonl", person(), person("A0001AA"))
    receipt = load(file, observed_at=AT - timedelta(hours=50), let_in=False).receipt
    (held,) = queries.held_files()
    assert (held.receipt_id, held.why) == (receipt.pk, "late")
    assert "came late" in held.why_in_words
    assert "50 hours old when it came; 36 are allowed, so it is 14 hours late" in held.compare
    task = tasks.task(held.task_id or 0)
    assert task.owner_id == steward.pk
    (alarm,) = contents([task.details_payload_id or 0]).values()
    assert "14 hours late" in str(alarm)
    actions.release_held(receipt_id=receipt.pk, reason="They have nothing newer.", by=steward.pk, at=AT + timedelta(hours=30))
    assert counts(load(file, at=AT + timedelta(hours=31), let_in=False)) == (2, 1, 0, 1, 0), "it is not asked about again"


def test_whoever_decides_about_a_short_file_is_told_that_it_is_late_too(short: Path) -> None:
    load(short, at=AT + timedelta(hours=40), observed_at=AT + timedelta(hours=1), let_in=False)
    (held,) = queries.held_files()
    assert held.why == "shorter"
    assert "4 rows fewer than the last file's 40" in held.compare
    assert "39 hours old when it came" in held.compare


@pytest.fixture
def short(db: None, tmp_path: Path) -> Path:
    """A file that lacks four in forty of the one before it, one of its rows not to be used."""
    rows = [person(f"A{number:04}AA", bookingId=str(number)) for number in range(40)]
    load(write(tmp_path / "a.jsonl", *rows))
    return write(tmp_path / "b.jsonl", *rows[:35], person("A12"))


def test_a_held_file_is_checked_and_nothing_of_it_taken_in(short: Path) -> None:
    before = list(Arrival.objects.order_by("pk").values())
    outcome = load(short, let_in=False)
    assert (outcome.receipt.state, counts(outcome)) == ("held", (0, 0, 0, 0, 0))
    (held,) = queries.held_files()
    assert (held.why, held.rows, held.refused, held.beside_rows) == ("shorter", 36, 1, 40)
    assert list(Arrival.objects.order_by("pk").values()) == before
    assert not queries.refusals()
    assert outcome.refused_table is not None
    assert load(short, let_in=False).receipt.pk == outcome.receipt.pk, "the same file again is the same held receipt"
    assert queries.held_count() == 1


def test_whoever_decides_is_alarmed_and_the_decision_ends_the_task(short: Path) -> None:
    team = house.command().team
    busy, free = house.staff("Busy Steward", "data_steward", team=team), house.staff("Free Steward", "data_steward", team=team)
    first = load(short, let_in=False).receipt
    owner = tasks.task(first.held_task_id or 0).owner_id
    assert owner in (busy.pk, free.pk)
    load(write(short.with_name("c.jsonl"), person("A0001AA")), let_in=False)
    assert {tasks.task(each.task_id or 0).owner_id for each in queries.held_files()} == {busy.pk, free.pk}, "least loaded first"
    assert queries.held_file_of_task(first.held_task_id or 0) == first.pk
    with pytest.raises(ValueError, match="why"):
        actions.release_held(receipt_id=first.pk, reason=" ", by=owner, at=AT)
    actions.release_held(receipt_id=first.pk, reason="Four people were released.", by=owner, at=AT)
    with pytest.raises(actions.NotHeld):
        actions.reject_held(receipt_id=first.pk, reason="No.", by=owner, at=AT)
    assert tasks.task(first.held_task_id or 0).state == "done"
    assert counts(load(short, let_in=False)) == (36, 0, 0, 35, 1)


def test_where_nobody_is_a_steward_an_administrator_is_alarmed_and_nobody_is_not_silence(short: Path) -> None:
    alone = load(short, let_in=False).receipt
    assert (alone.held_task_id, queries.held_count()) == (None, 1)
    administrator = house.staff("Administrator", "administrator", team=house.command().team)
    second = load(write(short.with_name("c.jsonl"), person("A0001AA")), let_in=False).receipt
    assert tasks.task(second.held_task_id or 0).owner_id == administrator.pk


def test_a_file_given_up_stays_out_and_comes_back_as_another_receipt(short: Path) -> None:
    first = load(short, let_in=False).receipt
    actions.reject_held(receipt_id=first.pk, reason="Cut off on the way.", by=SYSTEM, at=AT)
    again = load(short, let_in=False).receipt
    assert (again.pk != first.pk, again.state) == (True, "held")
    assert list(Receipt.objects.order_by("pk").values_list("state", flat=True)) == ["finished", "rejected", "held"]


def test_a_feed_is_late_when_nothing_came_by_the_time_that_policy_says(db: None, tmp_path: Path) -> None:
    assert queries.late_feeds(at=AT) == []
    load(write(tmp_path / "a.jsonl", person()))
    assert queries.late_feeds(at=AT + timedelta(hours=35)) == []
    (late,) = queries.late_feeds(at=AT + timedelta(hours=37))
    assert (late.source, late.due_at) == ("hmpps-prisoners", AT + timedelta(hours=36))


def test_the_register_holds_every_source_and_what_was_written_about_it(db: None) -> None:
    assert {each.source for each in queries.assets_to_review(today=TODAY)} == {"hmpps-prisoners", "casework", "staff"}
    entry = actions.AssetEntry(
        name="Prisoners", owner="A", steward="B", purpose="C", legal_gateway="D", agreement="DSA 7", next_review=date(2027, 11, 18)
    )
    actions.edit_asset(source="hmpps-prisoners", entry=entry, by=SYSTEM, at=AT)
    found = {each.source: each for each in queries.assets(today=TODAY)}
    assert (found["hmpps-prisoners"].agreement, found["hmpps-prisoners"].written, found["staff"].written) == ("DSA 7", True, False)
    assert "hmpps-prisoners" not in {each.source for each in queries.assets_to_review(today=TODAY)}
    assert "hmpps-prisoners" in {each.source for each in queries.assets_to_review(today=date(2027, 11, 18))}
    with pytest.raises(ValueError, match="No source"):
        actions.edit_asset(source="elsewhere", entry=entry, by=SYSTEM, at=AT)
    assert Staff.objects.filter(pk=SYSTEM).exists()
