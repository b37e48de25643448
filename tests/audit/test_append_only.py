"""What the service's role, and the owner's, cannot do to the record, and that no session can silence what keeps it."""

import psycopg
import pytest
from django.db import connection

from longstop.access.models import Staff
from longstop.audit.models import Event
from longstop.audit.protection import weaknesses
from tests.audit.record import note
from tests.conftest import Committed

DENIED = psycopg.errors.InsufficientPrivilege
REFUSED = psycopg.errors.RestrictViolation

AS_SERVICE = [
    ("UPDATE audit_event SET by_id = 1", DENIED),
    ("DELETE FROM audit_event", DENIED),
    ("TRUNCATE audit_event", DENIED),
    ("UPDATE audit_reading SET read_by = 1", DENIED),
    ("DELETE FROM audit_payload", DENIED),
    ("UPDATE audit_payload SET digest = ''", DENIED),
    ("UPDATE audit_seal SET hi = 0", DENIED),
    ("DELETE FROM audit_sealpart", DENIED),
    ("UPDATE cases_note SET key_note = true", DENIED),
    ("TRUNCATE cases_case CASCADE", DENIED),
    ("UPDATE access_staffhistoryrow SET name = 'x'", DENIED),
    ("INSERT INTO access_staffhistoryrow (name) VALUES ('x')", DENIED),
    ("INSERT INTO audit_event (kind, known_seq) VALUES ('x', 5)", DENIED),
    ("INSERT INTO audit_event (kind, known_seq) VALUES ('x', DEFAULT)", DENIED),
    ("SET session_replication_role = replica", DENIED),
    ("ALTER TABLE access_staff DISABLE TRIGGER USER", DENIED),
    ("DROP TRIGGER longstop_append_only ON audit_event", DENIED),
    ("CREATE OR REPLACE FUNCTION _pgtrigger_should_ignore(trigger_name NAME) RETURNS BOOLEAN LANGUAGE sql AS 'SELECT TRUE'", DENIED),
    ("CREATE OR REPLACE FUNCTION longstop_shift() RETURNS bigint LANGUAGE sql AS 'SELECT 0::bigint'", DENIED),
    ("CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'", DENIED),
    ("SET ROLE longstop_test_owner", DENIED),
]
AS_OWNER = [
    ("UPDATE audit_event SET by_id = 1", REFUSED),
    ("DELETE FROM audit_event", REFUSED),
    ("TRUNCATE audit_event", REFUSED),
    ("TRUNCATE cases_case CASCADE", REFUSED),
    ("UPDATE audit_payload SET content = '{}'", REFUSED),
    ("DELETE FROM audit_payload", REFUSED),
    ("DELETE FROM audit_disposal", REFUSED),
    ("UPDATE access_staffhistoryrow SET name = 'x'", REFUSED),
    ("DELETE FROM access_staffhistoryrow", REFUSED),
    ("SET session_replication_role = replica", DENIED),
]


@pytest.fixture
def record(committed: Committed) -> Committed:
    """One row in each table that the statements below touch."""
    note(numbers=[1], text="met", person_id=7)
    with psycopg.connect(committed.service_url) as session:
        session.execute(
            "INSERT INTO audit_disposal (person_id, reason, authority, proposed_at, proposed_by) VALUES (7, 'r', 'a', now(), 101)"
        )
    return committed


def outcomes(url: str, statements: list[tuple[str, type[Exception]]]) -> dict[str, str]:
    """Try each statement by itself, rolled back, and give the name of what it met."""
    met = {}
    with psycopg.connect(url, autocommit=True) as session:
        for statement, _ in statements:
            try:
                with session.transaction(force_rollback=True):
                    session.execute(statement.encode())
                met[statement] = "done"
            except psycopg.Error as error:
                met[statement] = type(error).__name__
    return met


def test_tests_run_as_a_role_that_owns_nothing(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, (SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole)")
        assert cursor.fetchone() == ("longstop_test_service", 0)


def test_the_service_and_the_owner_cannot_unsay_the_record(record: Committed) -> None:
    assert outcomes(record.service_url, AS_SERVICE) == {statement: error.__name__ for statement, error in AS_SERVICE}
    assert outcomes(record.owner_url, AS_OWNER) == {statement: error.__name__ for statement, error in AS_OWNER}


@pytest.mark.parametrize("role", ["service", "owner"])
def test_a_session_that_asks_the_triggers_to_be_silent_is_not_heard(record: Committed, role: str) -> None:
    """`pgtrigger.ignore` is how the library lets any session switch a trigger off."""
    url = record.service_url if role == "service" else record.owner_url
    with psycopg.connect(url) as session:
        names = session.execute("SELECT array_agg(tgname) FROM pg_trigger WHERE NOT tgisinternal").fetchone()
        assert names is not None
        uris = [f"{name}" for name in names[0]] + ["access.Staff:insert_insert", "access.Staff:update_update"]
        session.execute("SELECT set_config('pgtrigger.ignore', %s, true)", ["{" + ",".join(uris) + "}"])
        session.execute("SELECT set_config('pgtrigger._ignore', %s, true)", ["{" + ",".join(uris) + "}"])
        session.execute("UPDATE access_staff SET name = 'Renamed in silence' WHERE id = 1")
        if role == "owner":
            with pytest.raises(REFUSED), session.transaction():
                session.execute("UPDATE audit_event SET by_id = 1")
    assert Staff.objects.get(pk=1).name == "Renamed in silence"
    with psycopg.connect(record.service_url) as session:
        kept = session.execute("SELECT pgh_label, name FROM access_staffhistoryrow ORDER BY pgh_id DESC LIMIT 1").fetchone()
    assert kept == ("update", "Renamed in silence")


def test_history_cannot_be_forged_through_a_table_of_ones_own(record: Committed) -> None:
    """The triggers that write history run as the owner: hung on a temporary table they would write whatever it is given."""
    with psycopg.connect(record.service_url, autocommit=True) as session:
        session.execute("CREATE TEMPORARY TABLE mine (LIKE access_staff)")
        found = session.execute(
            "SELECT p.proname FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
            " WHERE t.tgrelid = 'access_staff'::regclass AND p.proname LIKE 'pgtrigger%'"
        ).fetchall()
        assert len(found) == 3
        for (function,) in found:
            with pytest.raises(DENIED):
                session.execute(f"CREATE TRIGGER forge AFTER UPDATE ON mine FOR EACH ROW EXECUTE FUNCTION {function}()".encode())


def test_replica_mode_silences_none_of_our_triggers(record: Committed) -> None:
    """Only a superuser can ask for it, and what keeps the record fires all the same."""
    with psycopg.connect(record.superuser_url) as session:
        session.execute("SET session_replication_role = replica")
        with pytest.raises(REFUSED), session.transaction():
            session.execute("DELETE FROM audit_event")
        session.execute("UPDATE access_staff SET name = 'In replica mode' WHERE id = 1")
        kept = session.execute("SELECT count(*) FROM access_staffhistoryrow WHERE name = 'In replica mode'").fetchone()
    assert kept == (1,)


def test_the_transaction_alone_says_when_a_row_became_known(record: Committed) -> None:
    note(numbers=[2])
    note(numbers=[3])
    order = list(Event.objects.order_by("id").values_list("known_seq", flat=True))
    assert order == sorted(set(order))


WEAKENED = [
    ("ALTER TABLE audit_event DISABLE TRIGGER longstop_append_only", "longstop_append_only of audit_event is switched off"),
    ("ALTER TABLE audit_event ENABLE TRIGGER longstop_append_only", "longstop_append_only of audit_event is switched off, or could be"),
    ("DROP TRIGGER longstop_no_truncate ON cases_case", "longstop_no_truncate of cases_case is missing"),
    ("DROP TRIGGER payload_disposal ON audit_payload", "payload_disposal of audit_payload is missing"),
    ("GRANT DELETE ON work_task TO longstop_test_service", "has DELETE on work_task"),
    ("GRANT UPDATE ON audit_event TO PUBLIC", "has UPDATE on audit_event"),
    ("GRANT INSERT ON cases_casehistoryrow TO longstop_test_service", "has INSERT on cases_casehistoryrow"),
    ("GRANT INSERT ON audit_event TO longstop_test_service", "may choose known_seq in audit_event"),
    (
        "CREATE OR REPLACE FUNCTION _pgtrigger_should_ignore(trigger_name NAME) RETURNS BOOLEAN LANGUAGE sql AS 'SELECT TRUE'",
        "_pgtrigger_should_ignore is missing or was changed",
    ),
    (
        "CREATE OR REPLACE FUNCTION longstop_append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "longstop_append_only is missing or was changed",
    ),
    ("GRANT longstop_test_owner TO longstop_test_service", "may act as its owner"),
]


def test_each_protection_that_is_taken_away_is_told(record: Committed) -> None:
    told = {}
    with psycopg.connect(record.superuser_url) as session:
        cursor = session.cursor()
        assert list(weaknesses(cursor, service_role="longstop_test_service")) == []
        for statement, _ in WEAKENED:
            with session.transaction(force_rollback=True):
                session.execute(statement.encode())
                told[statement] = " ".join(weaknesses(cursor, service_role="longstop_test_service"))
    assert [(statement, words) for statement, words in WEAKENED if words not in told[statement]] == []
