"""A certificate is stored once, signed, published, and can be made again for a past moment."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from longstop.audit.actions import SYSTEM
from longstop.audit.models import Event
from longstop.cases import actions
from longstop.cases.models import Case
from longstop.gateways.certificates import CertificateFile
from longstop.gateways.keys import signing_key
from longstop.proof import queries
from longstop.proof.actions import prove
from longstop.proof.certification import Finding, MomentToCome, NothingSealedThen, certify
from longstop.proof.models import Certificate, CertificateItem
from longstop.proof.reading import Instant, snapshot
from longstop.proof.rules import List
from longstop.proof.survey import survey
from longstop.work.rules import NewTask
from tests import given
from tests.conftest import Committed
from tests.given import NOW, TODAY
from tests.proof.world import DAY, World, listed, on, reference, seal_all


def certificate(home: Path, **more: Any) -> Certificate:
    return prove(by=SYSTEM, at=NOW, today=TODAY, key=signing_key(home), anchor=CertificateFile(home), **more)


def test_a_clean_command_is_clean_and_its_certificate_is_stored_signed_and_published(committed: Committed, tmp_path: Path) -> None:
    world = World()
    world.case(TODAY + DAY)
    made = certificate(tmp_path)
    assert (made.verdict, made.remainder, made.totals["open_cases"], made.totals["states"]) == ("clean", 0, 1, {"due_ahead": 1})
    assert queries.latest() == queries.certificate(made.pk) == made
    assert queries.is_genuine(made.pk)
    (line,) = (tmp_path / "anchors" / "certificates.jsonl").read_text().splitlines()
    assert json.loads(line)["digest"] == bytes(made.digest).hex()
    event = Event.objects.get(kind="proof.certified")
    assert (event.subject_id, event.data["verdict"], event.data["open_cases"]) == (made.pk, "clean", 1)


def test_a_failing_certificate_lists_by_name_and_holds_no_name_of_a_person(committed: Committed, tmp_path: Path) -> None:
    world = World()
    case_id = world.case(TODAY + DAY)
    late = TODAY + 2 * DAY
    made = prove(by=SYSTEM, at=on(late), today=late, key=signing_key(tmp_path))
    assert (made.verdict, made.remainder) == ("failing", 1)
    (item,) = queries.items(certificate_id=made.pk, list_=List.REMAINDER)
    assert (item.reference, item.reason, item.position) == (reference(case_id), "late_unacknowledged", 1)
    told = json.dumps([list(row) for row in CertificateItem.objects.values_list()]) + json.dumps(made.totals)
    for name in ("Krasniq", "Amy", "Tran", "Dara", "Lena"):
        assert name not in told


TAMPERING: list[tuple[str, str]] = [
    ("its verdict is turned", "UPDATE proof_certificate SET verdict = 'clean', remainder = 0"),
    ("its totals are made smaller", "UPDATE proof_certificate SET totals = jsonb_set(totals, '{open_cases}', '7')"),
    ("an item is renamed", "UPDATE proof_certificateitem SET reference = 'LS-000001-A'"),
    ("an item is removed", "DELETE FROM proof_certificateitem WHERE list = 'remainder'"),
    ("its day is moved", "UPDATE proof_certificate SET day = day - 1"),
    ("another key is put in its place", "UPDATE proof_certificate SET public_key = decode(repeat('11', 32), 'hex')"),
]


@pytest.mark.parametrize(("words", "damage"), TAMPERING, ids=[row[0] for row in TAMPERING])
def test_a_certificate_altered_by_a_superuser_is_no_longer_genuine(committed: Committed, tmp_path: Path, words: str, damage: str) -> None:
    World().case(TODAY + DAY)
    late = TODAY + 2 * DAY
    made = prove(by=SYSTEM, at=on(late), today=late, key=signing_key(tmp_path))
    assert queries.is_genuine(made.pk)
    with psycopg.connect(committed.superuser_url, autocommit=True) as superuser:
        for table in ("proof_certificate", "proof_certificateitem"):
            superuser.execute(f"ALTER TABLE {table} DISABLE TRIGGER longstop_append_only")  # type: ignore[arg-type]
        superuser.execute(damage)  # type: ignore[arg-type]  # the test's own words
    assert not queries.is_genuine(made.pk)


@pytest.mark.django_db
def test_the_service_can_neither_change_nor_remove_a_certificate(tmp_path: Path) -> None:
    made = prove(by=SYSTEM, at=NOW, today=TODAY, key=signing_key(tmp_path))
    with pytest.raises(DatabaseError), transaction.atomic():
        Certificate.objects.filter(pk=made.pk).update(verdict="clean")
    with pytest.raises(DatabaseError), transaction.atomic():
        made.delete()


def test_proving_reads_one_snapshot_and_writes_nothing(committed: Committed) -> None:
    world = World()
    case_id = world.case(TODAY + DAY)
    with snapshot(), connection.cursor() as cursor:
        before = survey(Instant(moment=NOW, day=TODAY))
        with psycopg.connect(committed.superuser_url, autocommit=True) as superuser:
            superuser.execute("UPDATE cases_case SET restricted = true, last_worked_at = now() WHERE id = %s", [case_id])
            superuser.execute("UPDATE access_staff SET last_day = %s WHERE id = %s", [TODAY - DAY, world.amy.pk])
        assert survey(Instant(moment=NOW, day=TODAY)) == before
        cursor.execute("SELECT pg_current_xact_id_if_assigned() IS NULL")
        assert cursor.fetchone() == (True,)
        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute("UPDATE cases_case SET monitored = true WHERE id = %s", [case_id])
    with snapshot():
        assert survey(Instant(moment=NOW, day=TODAY)) != before
    with connection.cursor() as cursor:
        cursor.execute("SHOW enable_nestloop")
        assert cursor.fetchone() == ("on",)


def close_one(world: World, case_id: int) -> None:
    actions.close(case_id=case_id, outcome="removed", evidence="Flight", reason="", by=world.amy.pk, at=NOW + DAY)


def give_one(world: World, case_id: int) -> None:
    args = {"case_id": case_id, "to": world.cal.pk, "from_": world.amy.pk, "reason": "", "by": world.command.leader.pk}
    actions.assign(**args, at=NOW + DAY, today=TODAY + DAY)  # type: ignore[arg-type]


def do_its_task(world: World, case_id: int) -> None:
    then = NewTask(kind="case.review", due=TODAY + 40 * DAY)
    args = {"task_id": world.task(case_id).pk, "result": "Done", "then": then, "by": world.amy.pk}
    actions.complete_task(**args, at=NOW + DAY, today=TODAY + DAY)  # type: ignore[arg-type]


def hear_another_date(world: World, case_id: int) -> None:
    actions.record_key_date(
        case_id=case_id,
        name="conditional_release_date",
        value=TODAY + 200 * DAY,
        source="prison",
        observed_at=NOW + DAY,
        reason="Adjusted",
        by=world.amy.pk,
        at=NOW + DAY,
        today=TODAY + DAY,
    )


def open_another(world: World, case_id: int) -> None:
    given.case(world.cal, at=NOW + DAY, today=TODAY + DAY)


def fall_ill(world: World, case_id: int) -> None:
    args = {"staff_id": world.amy.pk, "kind": "sudden", "from_date": TODAY, "to_date": None, "cover_id": None, "by": world.amy.pk}
    actions.record_absence(**args, at=NOW + DAY, today=TODAY)  # type: ignore[arg-type]


CHANGES: list[Callable[[World, int], None]] = [close_one, give_one, do_its_task, hear_another_date, open_another, fall_ill]


def comparable(finding: Finding) -> tuple[Any, ...]:
    """What a certificate says of the caseload, without when it was sealed."""
    totals = {name: value for name, value in finding.totals.items() if name not in ("sealed", "protection")}
    return finding.verdict, finding.period_from, totals, finding.items


def test_what_is_proved_as_at_a_past_moment_is_what_was_proved_then(committed: Committed, tmp_path: Path) -> None:
    """Certified late on the third day, with something in every kind of list; then everything changes."""
    world = World()
    case_ids = [world.case(TODAY + n * DAY) for n in (1, 2, 3, 9, 9, 30)]
    actions.offer(case_id=case_ids[4], to=world.cal.pk, from_=world.amy.pk, reason="", by=world.amy.pk, at=NOW, today=TODAY)
    closed = world.case(TODAY + DAY)
    actions.close(case_id=closed, outcome="removed", evidence="Flight", reason="", by=world.amy.pk, at=NOW)
    given.case(world.ben, release=None)
    day = TODAY + 2 * DAY
    world.acknowledge(case_ids[1], rung=0, by="owner", day=TODAY + 3 * DAY)
    live = certify(at=on(day), today=day)
    assert live.verdict == "failing"
    assert {name for name, count in live.totals["beside"].items() if count} >= {"overdue", "unanchored"}
    seal = seal_all(tmp_path, at=on(day) + timedelta(minutes=1))
    for change, case_id in zip(CHANGES, case_ids, strict=True):
        change(world, case_id)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE access_staff SET last_day = %s, capacity_points = 1 WHERE id = %s", [TODAY, world.ben.pk])
    changed = certify(at=on(day) + DAY, today=day)
    assert comparable(changed)[2] != comparable(live)[2]
    seal_all(tmp_path, at=on(day) + DAY)
    then = certify(at=on(day) + 9 * DAY, today=day + 9 * DAY, as_at=on(day) + timedelta(minutes=1))
    assert then.seal_number == seal.number
    assert comparable(then) == comparable(live)


def test_a_past_moment_before_the_first_seal_cannot_be_shown_nor_one_to_come(committed: Committed, tmp_path: Path) -> None:
    World().case(TODAY + DAY)
    with pytest.raises(NothingSealedThen):
        certify(at=NOW, today=TODAY, as_at=NOW - DAY)
    with pytest.raises(MomentToCome):
        certify(at=NOW, today=TODAY, as_at=NOW + DAY)
    seal = seal_all(tmp_path, at=NOW)
    made = certificate(tmp_path, as_at=NOW)
    assert (made.live, made.seal_number, made.totals["protection"]) == (False, seal.number, "not asked")
    assert queries.latest() is None
    assert queries.latest(live_only=False) == made


def run(committed: Committed, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("LONGSTOP_", "PYTEST", "DATABASE"))}
    environ |= {"LONGSTOP_SERVICE_URL": committed.service_url, "LONGSTOP_HOME": str(home)}
    code = "import typer; from longstop.commands.prove import register as r; a = typer.Typer(); a.callback()(lambda: None); r(a); a()"
    return subprocess.run(
        [sys.executable, "-c", code, "prove", *arguments], env=environ, capture_output=True, text=True, check=False, timeout=120
    )


def _put_off(case_id: int, due: date) -> None:
    """Date the case's only task further ahead than a person may."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE work_task SET due = %s WHERE subject_id = %s AND state = 'open'", [due, case_id])
        cursor.execute("UPDATE cases_case SET next_due = %s WHERE id = %s", [due, case_id])


def test_the_command_tells_a_person_and_ends_with_0_clean_1_failing_2_unusable(committed: Committed, tmp_path: Path) -> None:
    world = World()
    case_id = world.case(TODAY + 300 * DAY)
    _put_off(case_id, TODAY + 2000 * DAY)  # the command's own clock is the machine's
    clean = run(committed, tmp_path)
    assert (clean.returncode, clean.stderr) == (0, "")
    assert "CLEAN. 1 open cases" in clean.stdout
    assert "= closing 1." in clean.stdout
    with psycopg.connect(committed.superuser_url, autocommit=True) as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute("UPDATE access_staff SET active = false WHERE id = %s", [world.amy.pk])
    failing = run(committed, tmp_path)
    assert failing.returncode == 1
    assert f"{reference(case_id):<14} Its owner is no longer active" in failing.stdout
    assert "Allocate the case to somebody who is." in failing.stdout
    plain = run(committed, tmp_path, "--json")
    assert plain.returncode == 1
    told = json.loads(plain.stdout)
    assert (told["verdict"], told["lists"]["remainder"][0]["reference"]) == ("failing", Case.objects.get(pk=case_id).reference)
    never = run(committed, tmp_path, "--as-at", "2001-01-01")
    assert (never.returncode, "No seal was taken" in never.stderr) == (2, True)
    assert run(committed, tmp_path, "--as-at", "yesterday").returncode == 2
    assert Certificate.objects.count() == 3
    assert listed(certify(at=NOW, today=TODAY), List.OVERDUE) == []
