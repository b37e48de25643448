"""What a seal covers, and that every way of altering the record afterwards is found and named."""

from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from longstop.audit import actions, queries
from longstop.audit.actions.sealing import AnchorDisagrees, HorizonBehind
from longstop.audit.anchors import Contents
from longstop.audit.models import Event, Seal
from longstop.audit.verification import Finding, verify
from longstop.gateways.anchors import AnchorFile
from longstop.gateways.keys import signing_key
from tests.audit.record import MORNING, anchor, check, minutes, note, seal_all
from tests.conftest import Committed

GUARDED = ("audit_event", "audit_payload", "audit_seal", "audit_sealpart", "audit_sealform", "access_staffhistoryrow")


def cover_up(session: "psycopg.Connection[Any]", statement: str) -> None:
    """Do as an administrator who covers up: triggers off, and on again as they were."""
    for table in GUARDED:
        session.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER".encode())
    session.execute(statement.encode())
    session.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for table in GUARDED:
        found = "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal"
        for (name,) in session.execute(found, [table]).fetchall():
            session.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}".encode())


def alter(url: str, *statements: str) -> None:
    """Cover up, and commit."""
    for statement in statements:
        with psycopg.connect(url) as session:
            cover_up(session, statement)


def first_found(url: str, contents: Contents, statement: str) -> Finding | None:
    """Cover up in a transaction that is rolled back, and give what `verify` names first."""
    with psycopg.connect(url) as session:
        cover_up(session, statement)
        first = verify(session, contents, service_role="longstop_test_service").first
        session.rollback()
    return first


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def sealed(committed: Committed, home: Path) -> Committed:
    """Three seals: of what the migrations wrote, of events 1 to 5, of events 6 to 8."""
    seal_all(home)
    note(numbers=[1, 2, 3, 4, 5], text="met at the gate", person_id=7)
    seal_all(home, at=minutes(1))
    note(numbers=[6, 7, 8], text="telephoned", person_id=7)
    seal_all(home, at=minutes(2))
    return committed


def test_an_untouched_record_is_clean_and_says_how_much_is_newer(sealed: Committed, home: Path) -> None:
    report = check(sealed.service_url, anchor(home))
    assert (report.findings, report.seals, report.newer, report.anchored) == ([], 3, 0, 3)
    note(numbers=[9, 10])
    report = check(sealed.service_url, anchor(home))
    assert (report.findings, report.newer) == ([], 2)


def test_a_seal_covers_events_payloads_and_history_each_once(sealed: Committed) -> None:
    parts = {(part.seal_id, part.table): part.rows for seal in Seal.objects.all() for part in seal.parts.all()}
    assert parts[1, "access_staffhistoryrow"] == 1, "the member of staff that stands for Longstop"
    assert (parts[2, "audit_event"], parts[2, "audit_payload"]) == (5, 5)
    assert (parts[3, "audit_event"], parts[3, "audit_payload"]) == (3, 3)
    assert [(seal.lo, seal.hi) for seal in Seal.objects.order_by("number")][1][0] == Seal.objects.get(number=1).hi


def test_nothing_new_takes_no_new_seal(sealed: Committed, home: Path) -> None:
    assert seal_all(home, at=minutes(3)).number == 3
    assert len(AnchorFile(home).path.read_text().splitlines()) == 3


EVENT = "WHERE data->>'number' = '3'"
PAYLOAD = f"WHERE id = (SELECT payload_id FROM audit_event {EVENT})"
ALTERATIONS = [
    # what was done, as SQL, what verify says first: kind, table, seal
    ("a word of an event", f"UPDATE audit_event SET data = '{{\"number\": 99}}' {EVENT}", ("altered", "audit_event", 2)),
    ("who did it", f"UPDATE audit_event SET by_id = 102 {EVENT}", ("altered", "audit_event", 2)),
    ("when it was known", f"UPDATE audit_event SET known_seq = known_seq + 1000000 {EVENT}", ("altered", "audit_event", 2)),
    ("an event removed", f"DELETE FROM audit_event {EVENT}", ("missing", "audit_event", 2)),
    (
        "an event put in",
        "INSERT INTO audit_event SELECT (e).* FROM"
        f" (SELECT jsonb_populate_record(e, '{{\"id\": 9999}}') e FROM audit_event e {EVENT}) copy",
        ("inserted", "audit_event", 2),
    ),
    ("history", "UPDATE access_staffhistoryrow SET name = 'Another'", ("altered", "access_staffhistoryrow", 1)),
    ("a payload's words", f'UPDATE audit_payload SET content = \'{{"text": "no"}}\' {PAYLOAD}', ("altered", "audit_payload", 2)),
    ("whom a payload is about", f"UPDATE audit_payload SET person_id = 8 {PAYLOAD}", ("altered", "audit_payload", 2)),
    ("a payload destroyed", f"UPDATE audit_payload SET content = NULL, salt = NULL {PAYLOAD}", ("missing", "audit_payload", 2)),
    ("a seal's moment", "UPDATE audit_seal SET sealed_at = sealed_at - interval '1 day' WHERE number = 2", ("altered", "audit_seal", 2)),
    ("a seal's leaves", "UPDATE audit_sealpart SET leaves = leaves || '\\x00' WHERE seal_id = 2", ("altered", "audit_seal", 2)),
    (
        "what a seal covers",
        "UPDATE audit_sealform SET columns = columns - 'by_id' WHERE \"table\" = 'audit_event'",
        ("altered", "audit_seal", 2),
    ),
    ("a seal's part", "DELETE FROM audit_sealpart WHERE seal_id = 2 AND \"table\" = 'audit_event'", ("altered", "audit_seal", 2)),
]


def test_whatever_is_altered_the_first_row_is_named(sealed: Committed, home: Path) -> None:
    contents = anchor(home)
    found = {}
    for what, statement, _ in ALTERATIONS:
        first = first_found(sealed.superuser_url, contents, statement)
        found[what] = (first.kind, first.table, first.seal) if first else None
    assert found == {what: expected for what, _, expected in ALTERATIONS}


def test_the_row_is_named_by_its_primary_key(sealed: Committed, home: Path) -> None:
    contents = anchor(home)
    third = Event.objects.get(data={"number": 3})
    removed = first_found(sealed.superuser_url, contents, f"DELETE FROM audit_event {EVENT}")
    assert removed is not None
    assert removed.text == f"Row {third.pk} of audit_event (id = {third.pk}, seal 2) was sealed and is missing."
    changed = first_found(sealed.superuser_url, contents, f"UPDATE audit_payload SET content = '{{}}' {PAYLOAD}")
    assert changed is not None
    assert changed.key == third.payload_id


def test_of_many_alterations_the_oldest_is_named_first(sealed: Committed, home: Path) -> None:
    alter(sealed.superuser_url, "UPDATE audit_event SET authority = 'invented' WHERE data->>'number' IN ('4', '7')")
    report = check(sealed.service_url, anchor(home))
    assert [finding.seal for finding in report.findings] == [2, 3]
    assert report.first is not None
    assert report.first.key == Event.objects.get(data={"number": 4}).pk


def test_a_chain_computed_anew_is_found_by_the_anchor(sealed: Committed, home: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A database administrator alters a row, and seals the whole record again with a key of his own."""
    elsewhere = tmp_path_factory.mktemp("administrator")
    alter(
        sealed.superuser_url,
        "DELETE FROM audit_sealpart",
        "DELETE FROM audit_seal",
        "UPDATE audit_event SET authority = 'invented'",
    )
    seal_all(elsewhere)
    assert check(sealed.service_url, anchor(elsewhere)).clean, "to his own anchor it looks clean"
    kinds = {(finding.kind, finding.seal) for finding in check(sealed.service_url, anchor(home)).findings}
    assert {("signature", 1), ("altered", 1), ("missing", 2), ("missing", 3)} <= kinds


def test_a_chain_cut_short_is_found_by_the_anchor_and_stops_the_next_seal(sealed: Committed, home: Path) -> None:
    alter(
        sealed.superuser_url,
        "DELETE FROM audit_sealpart WHERE seal_id = 3",
        "DELETE FROM audit_seal WHERE number = 3",
        "DELETE FROM audit_event WHERE data->>'number' IN ('6', '7', '8')",
    )
    first = check(sealed.service_url, anchor(home)).first
    assert first is not None
    assert (first.kind, first.seal) == ("missing", 3)
    with pytest.raises(AnchorDisagrees):
        seal_all(home)


def test_one_early_head_is_anchor_enough(sealed: Committed, home: Path) -> None:
    path = AnchorFile(home).path
    lines = path.read_text().splitlines()
    path.write_text(lines[0] + "\n")
    assert check(sealed.service_url, anchor(home)).clean
    alter(sealed.superuser_url, "UPDATE audit_event SET by_id = 102 WHERE data->>'number' = '7'")
    assert not check(sealed.service_url, anchor(home)).clean


def test_a_column_added_later_begins_a_new_form_and_old_seals_still_verify(sealed: Committed, home: Path) -> None:
    with psycopg.connect(sealed.superuser_url) as session:
        session.execute("ALTER TABLE audit_event ADD COLUMN weather text DEFAULT 'fair'")
        session.execute("GRANT INSERT (weather) ON audit_event TO longstop_test_service")
    note(numbers=[9])
    seal_all(home, at=minutes(4))
    assert check(sealed.service_url, anchor(home)).clean
    alter(sealed.superuser_url, "UPDATE audit_event SET weather = 'foul' WHERE data->>'number' = '9'")
    first = check(sealed.service_url, anchor(home)).first
    assert first is not None
    assert (first.seal, first.key) == (4, Event.objects.get(data={"number": 9}).pk)


def test_rows_are_spelt_the_same_whatever_the_session_says(sealed: Committed, home: Path) -> None:
    with psycopg.connect(sealed.superuser_url, autocommit=True) as session:
        database = sql.Identifier(sealed.name)
        session.execute(sql.SQL("ALTER DATABASE {} SET TimeZone = 'Asia/Kolkata'").format(database))
        session.execute(sql.SQL("ALTER DATABASE {} SET DateStyle = 'SQL, DMY'").format(database))
        session.execute(sql.SQL("ALTER DATABASE {} SET bytea_output = 'escape'").format(database))
        session.execute(sql.SQL("ALTER DATABASE {} SET extra_float_digits = -10").format(database))
    assert check(sealed.service_url, anchor(home)).clean


def test_a_slow_writer_is_not_skipped(sealed: Committed, home: Path) -> None:
    """Its row has a lower number than rows sealed before it committed; by number it would never be sealed."""
    insert = (
        "INSERT INTO audit_event (kind, happened_at, by_id, subject_kind, data, authority, guidance_version, backfilled, operation_id)"
        " VALUES ('test.slow', now(), 101, 'test', '{}', '', '', false, gen_random_uuid()) RETURNING id"
    )
    key = signing_key(home)
    with psycopg.connect(sealed.service_url) as slow:
        row = slow.execute(insert).fetchone()
        assert row is not None
        note(numbers=[20])
        before = actions.seal(by=actions.SYSTEM, at=minutes(5), key=key)
        waiting = queries.sealed_up_to()
        assert waiting.waiting_since is not None, "the long transaction holds the seal back, and that is shown"
    after = seal_all(home, at=minutes(6))
    assert after.number == before.number + 1
    covered = {seal.number for seal in Seal.objects.all() if seal.lo <= Event.objects.get(pk=row[0]).known_seq < seal.hi}
    assert covered == {after.number}
    assert check(sealed.service_url, anchor(home)).clean


def test_as_known_at_a_moment_is_the_last_seal_before_it(sealed: Committed) -> None:
    assert queries.seal_at(minutes(-1)) is None
    known = [queries.seal_at(minutes(count)) for count in (0, 1, 2, 60)]
    assert [seal.number for seal in known if seal] == [1, 2, 3, 3]
    at_one = queries.seal_at(minutes(1))
    assert at_one is not None
    assert set(Event.objects.filter(known_seq__lt=at_one.hi).values_list("data__number", flat=True)) == {1, 2, 3, 4, 5}


def test_a_server_that_counts_from_the_start_again_is_refused(sealed: Committed, home: Path) -> None:
    with psycopg.connect(sealed.superuser_url) as session:
        session.execute("CREATE OR REPLACE FUNCTION longstop_shift() RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT -1000000::bigint'")
    with pytest.raises(HorizonBehind):
        actions.seal(by=actions.SYSTEM, at=MORNING, key=signing_key(home), anchor=AnchorFile(home))
    assert "horizon" in {finding.kind for finding in check(sealed.service_url, anchor(home)).findings}


def test_a_head_that_a_crash_kept_back_is_published_with_the_next(sealed: Committed, home: Path) -> None:
    path = AnchorFile(home).path
    whole = path.read_text()
    path.write_text(whole[:-40])
    note(numbers=[30])
    seal_all(home, at=minutes(7))
    assert [head.number for head in anchor(home).heads] == [1, 2, 3, 4]
    assert path.read_text().startswith(whole)
