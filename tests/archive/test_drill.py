"""The drill: a service is lost, its backup goes into an empty database, and everything is there, proved, protected and sealed on."""

import json
import os
import re
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from longstop.audit.actions import SYSTEM
from longstop.audit.models import Event
from longstop.gateways.manifest import path_of
from longstop.gateways.postgres import EmbeddedServer, ServerAddress
from longstop.people.actions import key_everybody
from longstop.people.linkage_versions import in_force
from longstop.people.models import SourceRecord
from longstop.people.queries import search
from longstop.proof.certification import certify
from longstop.proof.rules import List
from longstop.reconciliation.queries.statements import lines_of, parts_of, statement, which_are_in, who_is_on
from longstop.referral import actions as referral
from longstop.referral.actions import judging
from longstop.referral.models import Referral
from tests import given, server
from tests.audit.record import anchor, check, minutes, note, seal_all
from tests.conftest import Committed, _point_django_at
from tests.guarantee import two_lists
from tests.reconciliation.world import reconcile
from tests.referral.world import NOW, TODAY, arrive, command, consider, prisoner, tomorrow

ROOT = Path(__file__).resolve().parents[2]
OLDER = Path("/usr/lib/postgresql/15/bin")
FRONT_DOOR = (
    *(f"referral_{name}" for name in ("consideration", "remit", "referral", "question", "departure", "look", "referralhistoryrow")),
    *(f"intake_{name}" for name in ("receipt", "arrival", "sighting", "refusal", "receipthistoryrow", "arrivalhistoryrow")),
    *(f"people_{name}" for name in ("person", "sourcerecord", "searchkey")),
)
TWO_LISTS = (
    *("referral_joining", "referral_joininghistoryrow", "referral_question", "people_linkageversion", "people_linkageinforce"),
    *("people_linkagerun", "people_linkagekey", "people_linkagemark", "people_linkagepair", "reconciliation_statement"),
    *("reconciliation_statementline", "reconciliation_statementpart", "reconciliation_break", "reconciliation_enquiry"),
    *("reconciliation_breakhistoryrow", "reconciliation_enquiryhistoryrow"),
)
COMMANDS = """
import sys
if sys.argv[1] == "prepare":
    import django
    django.setup()
    from longstop.config.database import prepare
    sys.exit(prepare())
import typer
from longstop.commands import backups, sealing
app = typer.Typer()
backups.register(app)
sealing.register(app)
app()
"""


@dataclass(frozen=True)
class Place:
    """A database and a home folder, as `longstop` finds them."""

    name: str
    home: Path
    elsewhere: ServerAddress | None = None

    @property
    def service_url(self) -> str:
        if self.elsewhere:
            return self.elsewhere.service_url
        return server.with_parts(os.environ["LONGSTOP_TEST_SERVER"], name=self.name, user="longstop_test_service")

    @property
    def owner_url(self) -> str:
        if self.elsewhere:
            return self.elsewhere.owner_url
        return server.with_parts(os.environ["LONGSTOP_TEST_SERVER"], name=self.name, user="longstop_test_owner")

    @property
    def superuser_url(self) -> str:
        if self.elsewhere:
            return self.elsewhere.superuser_url or self.owner_url
        return server.with_parts(os.environ["LONGSTOP_TEST_SERVER"], name=self.name)

    @property
    def major(self) -> int:
        with psycopg.connect(self.service_url) as session:
            return session.info.server_version // 10000

    def run(self, *arguments: str, code: int = 0) -> str:
        """Run a command of `longstop` here; give what it printed, on either stream."""
        environ = os.environ | {
            "LONGSTOP_SERVICE_URL": self.service_url,
            "LONGSTOP_OWNER_URL": self.owner_url,
            "LONGSTOP_HOME": str(self.home),
            "DJANGO_SETTINGS_MODULE": "longstop.config.settings",
        }
        done = subprocess.run(
            [sys.executable, "-c", COMMANDS, *arguments], capture_output=True, text=True, env=environ, cwd=ROOT, check=False
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr


@pytest.fixture
def service(committed: Committed, tmp_path: Path) -> Place:
    """A service with two seals, and one event that is newer; lists were considered, and what they ask for is half decided."""
    place = Place(committed.name, tmp_path / "home")
    front_door(tmp_path)
    note(numbers=[1, 2, 3], text="met at the gate", person_id=7)
    seal_all(place.home)
    note(numbers=[4], text="telephoned", person_id=7)
    seal_all(place.home, at=minutes(1))
    note(numbers=[5], text="wrote", person_id=8)
    return place


def front_door(folder: Path) -> None:
    """Let two lists come: something of each kind is open, one person is accepted, one file is held and one row refused."""
    made, (officer, _) = command()
    british = [prisoner(f"A2{number:03}AA", nationality="British") for number in range(20)]
    rows = [prisoner("A1001AA"), prisoner("A1002AA"), prisoner("A1003AA", nationality=""), *british]
    rows.append(prisoner("A1009AA", prisonerNumber="12-345"))
    owner = given.caseworker("Amy Tran", made.team)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(judging, "is_drawn", lambda *, arrival_id, **_: arrival_id % 10 == 0)
        consider(arrive(folder, rows))
    consider(arrive(folder, rows[1:], at=tomorrow()), at=tomorrow())
    accept = {"owner_id": owner.pk, "reason": "In remit", "by": officer.pk, "at": NOW, "today": TODAY}
    referral.accept(referral_id=Referral.objects.order_by("pk")[0].pk, **accept)


@pytest.fixture
def empty(service: Place, empty_one: Place) -> Place:
    """An empty database, and a home folder that has nothing of the first."""
    return empty_one


@pytest.fixture
def empty_one(committed: Committed, tmp_path: Path) -> Iterator[Place]:
    """The same, whatever the first holds."""
    name = f"longstop_own_{uuid.uuid4().hex[:12]}"
    with server.admin() as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER longstop_test_owner").format(sql.Identifier(name)))
    try:
        yield Place(name, tmp_path / "home of the second")
    finally:
        _point_django_at(committed.name)
        server.drop(name)


def census(place: Place) -> dict[str, int]:
    """Count the rows of every table, in plain SQL."""
    with psycopg.connect(place.superuser_url) as session:
        tables = session.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace").fetchall()
        return {
            table: int((session.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone() or (0,))[0])
            for (table,) in tables
        }


def digest(place: Place) -> dict[str, str]:
    """Give a digest of all that the front door's tables hold, in plain SQL."""
    with psycopg.connect(place.superuser_url) as session:
        found = {}
        for table in [
            table for table in census(place) if table.startswith(("intake_", "people_", "referral_", "reconciliation_", "work_"))
        ]:
            said = "SELECT md5(coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), '')) FROM {} t"
            found[table] = (session.execute(sql.SQL(said).format(sql.Identifier(table))).fetchone() or ("",))[0]
        return found


def test_a_lost_service_comes_back_equal_sealed_and_protected(service: Place, empty: Place, tmp_path: Path) -> None:
    file = tmp_path / "the back up.dump"
    before, said_before = census(service), digest(service)
    assert {table for table in FRONT_DOOR if not before[table]} == set(), "an empty table proves nothing"
    told = json.loads(service.run("backup", str(file), "--json"))
    assert (told["tables"], told["last_seal"]) == (len(before) - 1, 2), "sessions are left out"
    assert [path.stat().st_mode & 0o077 for path in (file, path_of(file))] == [0, 0]

    first_heads = service.home / "anchors" / "heads.jsonl"
    said = json.loads(empty.run("restore", str(file), "--anchor", str(first_heads), "--json"))
    assert (said["clean"], said["seals"]) == (True, 2)
    assert census(empty) == before | {"audit_event": before["audit_event"] + 1}, "nothing but the event that tells of the restore is new"
    assert digest(empty) == said_before

    _point_django_at(empty.name)
    note(numbers=[6])
    third = seal_all(empty.home, at=minutes(5))
    assert (third.number, third.rows >= 3) == (3, True)
    order = list(Event.objects.filter(kind="test.noted").order_by("known_seq", "id").values_list("data__number", flat=True))
    assert order == [1, 2, 3, 4, 5, 6]
    as_known = Event.objects.filter(known_seq__lt=third.lo, kind="test.noted").values_list("data__number", flat=True)
    assert set(as_known) == {1, 2, 3, 4}, "what was known at the last seal before the loss"
    assert check(empty.service_url, anchor(empty.home)).clean
    assert "Clean" in empty.run("verify", str(empty.home / "anchors" / "heads.jsonl"))


def shown(statement_id: int) -> bytes:
    """Give a statement as it was made, figure by figure and number by number, as bytes."""
    made = statement(statement_id)
    figures = {name: str(getattr(made, name)) for name in ("receipt_id", "made_at", "rows", "their_persons", "our_persons", "matched")}
    lines = [[each.place, each.side, each.line, who_is_on(each, 0, each.persons)] for each in lines_of(statement_id)]
    parts = [[each.figure, each.kind, which_are_in(each, 0, each.how_many)] for each in parts_of(statement_id)]
    return json.dumps([figures, lines, parts]).encode()


def test_what_was_joined_compared_and_stated_comes_back_and_can_be_undone(committed: Committed, empty_one: Place, tmp_path: Path) -> None:
    """Joinings that stand and that were undone, second readings, a version in force, a statement, settled breaks and an enquiry."""
    place = Place(committed.name, tmp_path / "home")
    left = two_lists.build(tmp_path)
    key_everybody(by=SYSTEM, at=two_lists.tomorrow(1))  # as each start of the service does, and the restore
    seal_all(place.home, at=two_lists.tomorrow(1))
    before, said_before, stated = census(place), digest(place), shown(left.statement.pk)
    assert {table for table in TWO_LISTS if not before[table]} == set(), "an empty table proves nothing"
    file = tmp_path / "backup"
    place.run("backup", str(file))
    anchors = place.home / "anchors" / "heads.jsonl"
    said = json.loads(empty_one.run("restore", str(file), "--anchor", str(anchors), "--json"))
    assert said["clean"]
    assert census(empty_one) == before | {"audit_event": before["audit_event"] + 1}, (
        "nothing but the event that tells of the restore is new"
    )
    assert digest(empty_one) == said_before

    _point_django_at(empty_one.name)
    assert shown(left.statement.pk) == stated
    assert in_force().name == "2026-11-20.1"
    kept, other = left.joining.person_id, left.joining.other_id
    assert [hit.card.id for hit in search(two_lists.PAIRS[0][1])] == [kept]
    referral.undo_join(joining_id=left.joining.pk, reason="Two faces", **two_lists.told(left.officers[0], 1))
    assert sorted([hit.card.id for hit in search(number)] for number in two_lists.PAIRS[0]) == sorted([[kept], [other]])
    assert SourceRecord.objects.get(person_id=other, unlinked_at=None).number is None
    with pytest.raises(referral.NotJoined):
        referral.undo_join(joining_id=left.undone.pk, reason="Again", **two_lists.told(left.officers[0], 1))
    again = reconcile(1)
    assert (again.fresh, again.gone) == (0, 0)
    left.settled.refresh_from_db()
    assert left.settled.state == "settled"
    found = certify(at=two_lists.tomorrow(1), today=two_lists.tomorrow(1).date(), as_at=None, since=None)
    assert not [item for item in found.items if item.list in (List.FAULTS, List.CLOCKS_DIFFER)]
    seal_all(empty_one.home, at=two_lists.tomorrow(2))
    assert check(empty_one.service_url, anchor(empty_one.home)).findings == []


def test_seals_after_the_backup_are_put_aside_and_their_numbers_not_used_again(service: Place, empty: Place, tmp_path: Path) -> None:
    """The same machine goes back to yesterday: its anchor knows a seal that the backup has not."""
    file = tmp_path / "backup"
    service.run("backup", str(file))
    assert seal_all(service.home, at=minutes(3)).number == 3
    again = Place(empty.name, service.home)
    said = json.loads(again.run("restore", str(file), "--json"))
    assert (said["clean"], said["put_aside"]) == (True, [3])
    _point_django_at(again.name)
    assert seal_all(again.home, at=minutes(6)).number == 4
    assert check(again.service_url, anchor(again.home)).clean


def test_what_cannot_be_restored_is_refused_and_says_why(service: Place, empty: Place, tmp_path: Path) -> None:
    file = tmp_path / "backup"
    service.run("backup", str(file))
    assert "is there already" in service.run("backup", str(file), code=2)
    assert "is not empty" in service.run("restore", str(file), code=2)
    described = path_of(file).read_text()
    path_of(file).write_text(re.sub(r'"last_seal": 2', '"last_seal": 1', described))
    assert "was altered" in empty.run("restore", str(file), code=2)
    path_of(file).write_text(described)
    whole = bytearray(file.read_bytes())
    whole[-200] ^= 1
    file.write_bytes(bytes(whole))
    assert "was damaged" in empty.run("restore", str(file), code=2)
    path_of(file).unlink()
    assert "is missing" in empty.run("restore", str(file), code=2)
    assert census(empty) == {}


def test_verify_ends_with_0_1_or_2(service: Place, tmp_path: Path) -> None:
    heads = service.home / "anchors" / "heads.jsonl"
    clean = service.run("verify", str(heads))
    assert "Clean" in clean
    assert "2 rows are newer than the last seal." in clean, "an event and its payload"
    torn = tmp_path / "torn.jsonl"
    torn.write_text(heads.read_text().replace('"number":2', '"number":7'))
    for unusable in (tmp_path / "none", torn, ROOT / "pyproject.toml", tmp_path):
        service.run("verify", str(unusable), code=2)
    with psycopg.connect(service.superuser_url) as session:
        session.execute("ALTER TABLE audit_event DISABLE TRIGGER longstop_append_only")
        session.execute("UPDATE audit_event SET by_id = 1 WHERE data->>'number' = '4'")
    told = json.loads(service.run("verify", str(heads), "--json", code=1))
    fourth = Event.objects.get(data={"number": 4})
    assert (told["first"]["table"], told["first"]["key"], told["first"]["seal"]) == ("audit_event", fourth.pk, 2)


def test_seal_by_the_command_line(service: Place) -> None:
    told = json.loads(service.run("seal", "--json"))
    assert told["seal"] in (2, 3), "3 unless another database's writer holds the horizon back"
    assert (service.home / "keys" / "seal.key").stat().st_mode & 0o077 == 0


@pytest.fixture
def older(tmp_path: Path) -> Iterator[Place]:
    """A service on PostgreSQL 15, where its programs are."""
    if not (OLDER / "initdb").exists():
        pytest.skip(f"PostgreSQL 15 is not installed ({OLDER}), so that a restore into a newer version cannot be tried")
    home = tmp_path / "home of the older"
    with EmbeddedServer(home, fsync=False, environ=os.environ | {"PG_BIN": str(OLDER)}) as address:
        place = Place("longstop", home, address)
        place.run("prepare")
        yield place


def test_a_backup_goes_into_a_newer_postgresql_and_not_into_an_older(older: Place, service: Place, empty: Place, tmp_path: Path) -> None:
    if service.major <= older.major:
        pytest.skip(f"the test's server is PostgreSQL {service.major}, not newer than {older.major}")
    with psycopg.connect(older.service_url) as session:
        session.execute(
            "INSERT INTO audit_event (kind, happened_at, by_id, subject_kind, data, authority, guidance_version, backfilled, operation_id)"
            " SELECT 'test.noted', now(), 101, 'test', jsonb_build_object('number', n, 'share', n / 3.0), '', '', false, gen_random_uuid()"
            " FROM generate_series(1, 500) n"
        )
    told = json.loads(older.run("seal", "--json"))
    assert told["rows"] > 500
    file = tmp_path / "of the older"
    older.run("backup", str(file))
    said = json.loads(empty.run("restore", str(file), "--anchor", str(older.home / "anchors" / "heads.jsonl"), "--json"))
    assert (said["clean"], said["rows"], census(empty)["audit_event"]) == (True, told["rows"], 501)

    newer = tmp_path / "of the newer"
    service.run("backup", str(newer))
    words = older.run("restore", str(newer), code=2)
    assert f"is of PostgreSQL {service.major}" in words or "is not empty" in words
