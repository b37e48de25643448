"""What is done without anybody asking: seals, departures, certificates, clocks wound again, sessions cleared."""

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.db import connection, connections
from django.utils import timezone
from procrastinate.contrib.django import app

from longstop.access import queries as access
from longstop.audit import queries as record
from longstop.cases import actions as cases
from longstop.cases.models import Clock
from longstop.cases.queries import ownership_of
from longstop.config import schedule, worker
from longstop.kernel.policy import parse
from longstop.proof import queries as proof
from longstop.reconciliation.models import Statement
from tests import given
from tests.conftest import Committed
from tests.referral.world import command, prisoner
from tests.web.considering.conftest import arrive


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder with keys and anchors of its own."""
    monkeypatch.setitem(os.environ, "LONGSTOP_HOME", str(tmp_path))
    return tmp_path


def work_once() -> None:
    """Let the worker do what is queued, in a thread of its own: the browser of other tests may hold an event loop in this one."""

    def run() -> None:
        try:
            asyncio.run(worker.work(wait=False))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(run).result()


def london(hour: int) -> datetime:
    """A moment of a summer's day at this hour in London, an hour earlier by universal time."""
    return datetime(2026, 7, 7, hour, 5, tzinfo=UTC) - timedelta(hours=1)


def test_the_worker_knows_what_there_is_to_do_and_when() -> None:
    told = {periodic.task.name: periodic.cron for periodic in app.periodic_registry.periodic_tasks.values()}
    assert told == {
        "longstop.seal": "* * * * *",
        "longstop.take_effect": "*/5 * * * *",
        "longstop.count_prisons": "*/15 * * * *",
        "longstop.reconcile": "*/15 * * * *",
        "longstop.relink": "*/15 * * * *",
        "longstop.drop_stalled": "*/5 * * * *",
        "longstop.rewind": "5 * * * *",
        "longstop.watch": "2 * * * *",
        "longstop.prove": "5 * * * *",
        "longstop.clear": "5 * * * *",
    }
    assert {periodic.task.lock for periodic in app.periodic_registry.periodic_tasks.values()} == {None}


def test_the_worker_seals_when_a_seal_is_queued(committed: Committed, home: Path) -> None:
    given.command()
    app.configure_task("longstop.seal").defer(timestamp=0)
    work_once()
    assert record.sealed_up_to().number == 1
    assert (home / "anchors" / "heads.jsonl").read_text().count("\n") == 1


def test_a_job_of_a_worker_that_was_killed_hinders_nothing(committed: Committed, home: Path) -> None:
    given.command()
    app.configure_task("longstop.seal").defer(timestamp=0)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing'")
    app.configure_task("longstop.seal").defer(timestamp=0)
    work_once()
    assert record.sealed_up_to().number >= 1  # and one more where the minute's own falls due meanwhile
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'")
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db
def test_departures_take_effect() -> None:
    command = given.command()
    leaver, heir = given.caseworker("Gwen Larkspur", command.team), given.caseworker("Nell Okafor", command.team)
    case_id = given.case(leaver)
    today = given.TODAY
    cases.plan_departure(
        staff_id=leaver.pk, last_day=today, cases={case_id: heir.pk}, tasks_to={}, by=command.leader.pk, at=given.NOW, today=today
    )
    schedule.take_effect(given.NOW)
    assert access.staff(leaver.pk).active
    schedule.take_effect(given.NOW + timedelta(days=1))
    assert not access.staff(leaver.pk).active
    assert next(spell for spell in ownership_of(case_id) if spell.state == "current").staff_id == heir.pk


@pytest.mark.django_db
@pytest.mark.parametrize(("hour", "made"), [(0, 1), (5, 1), (1, 0), (4, 0), (12, 0)])
def test_the_certificate_is_made_after_midnight_and_before_work_in_london(home: Path, hour: int, made: int) -> None:
    schedule.prove_all(london(hour))
    assert proof.certificates().count() == made


CHANGING = """
[[example]]
from = 2026-07-01
source = "for this test"
confirmed = false

[[example]]
from = 2026-07-06
source = "for this test"
confirmed = false
days = 2
"""


@pytest.mark.parametrize(
    ("today", "changed"), [(date(2026, 6, 30), False), (date(2026, 7, 6), True), (date(2026, 7, 12), True), (date(2026, 7, 13), False)]
)
def test_a_rule_that_takes_effect_is_noticed_for_a_week(monkeypatch: pytest.MonkeyPatch, today: date, changed: bool) -> None:
    monkeypatch.setattr(schedule, "load", lambda name: parse(CHANGING, file=name))
    assert schedule.rule_changed(today=today) is changed


@pytest.mark.django_db
def test_a_rule_put_into_other_words_is_noticed_until_every_clock_is_wound_by_it(monkeypatch: pytest.MonkeyPatch) -> None:
    owner = given.caseworker("Mina Farrow", given.command().team)
    for custody in ("community", "serving", "detained"):
        given.case(owner, custody=custody)
    assert not schedule.rule_rewritten()
    night = london(0)
    wound: list[datetime] = []
    monkeypatch.setattr(schedule, "rewind_all", lambda at: wound.append(at))
    monkeypatch.setattr(schedule, "rule_changed", lambda today: False)
    schedule.rewind(night)
    assert wound == []
    was = schedule.load("clocks").at("contact_review", given.TODAY).version
    Clock.objects.filter(rule_version=was).update(rule_version=was[:-8] + "00000000")
    assert schedule.rule_rewritten()
    schedule.rewind(night)
    assert wound == [night]


@pytest.mark.django_db
def test_all_open_cases_are_wound_again() -> None:
    owner = given.caseworker("Mina Farrow", given.command().team)
    made = [given.case(owner) for _ in range(3)]
    cases.close(case_id=made[0], outcome="removed", evidence="Port.", reason="", by=owner.pk, at=given.NOW)
    assert schedule.rewind_all(at=given.NOW) == 2


@pytest.mark.django_db
def test_a_statement_is_made_once_of_each_list_that_was_considered(tmp_path: Path) -> None:
    schedule.reconcile(timezone.now())
    assert not Statement.objects.exists(), "there is no list"
    command()
    arrive(tmp_path, [prisoner("A1001AA")], at=timezone.now())
    for _ in range(2):
        schedule.reconcile(timezone.now())
    assert Statement.objects.count() == 1


@pytest.mark.django_db
def test_expired_sessions_are_removed() -> None:
    now = timezone.now()
    Session.objects.create(session_key="old", session_data="", expire_date=now - timedelta(days=1))
    Session.objects.create(session_key="new", session_data="", expire_date=now + timedelta(days=1))
    schedule.clear(now)
    assert list(Session.objects.values_list("session_key", flat=True)) == ["new"]
