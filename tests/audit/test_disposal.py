"""Personal values are destroyed under two persons' names, wholly, and the record still verifies."""

from pathlib import Path

import psycopg
import pytest
from django.db import connection
from psycopg import sql

from longstop.audit import actions, queries
from longstop.audit.actions.disposing import AlreadyApproved, NotApproved, SamePerson
from longstop.audit.models import Disposal, Event, Payload
from longstop.audit.operations import GuaranteeBroken, action
from tests.audit.record import CLERK, COLLEAGUE, MORNING, anchor, check, minutes, note, seal_all
from tests.conftest import Committed

MARKED = "Quillfeather-Zanzibar"
REFUSED = (psycopg.errors.RestrictViolation, psycopg.errors.CheckViolation)


def propose() -> int:
    return actions.propose_disposal(person_id=7, reason="retention ended", authority="R7", by=CLERK, at=minutes(1))


def tables_with(url: str, value: str) -> set[str]:
    """Search every column of every table, as text, for a value."""
    found = set()
    with psycopg.connect(url) as session:
        tables = session.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace").fetchall()
        for (table,) in tables:
            query = sql.SQL("SELECT count(*) FROM {} t WHERE t::text ILIKE %s").format(sql.Identifier(table))
            row = session.execute(query, [f"%{value}%"]).fetchone()
            if row and row[0]:
                found.add(table)
    return found


@pytest.fixture
def kept(committed: Committed, tmp_path: Path) -> Committed:
    """Two notes about person 7, one about person 8, and a search for person 7's name; all sealed."""
    note(numbers=[1, 2], text=f"met {MARKED}", person_id=7)
    note(numbers=[3], text="met somebody else", person_id=8)
    actions.record_reading(what="searched", by=CLERK, at=MORNING, subject_kind="person", details={"text": MARKED.lower()})
    seal_all(tmp_path)
    return committed


def test_two_people_dispose_and_nothing_of_the_value_remains(kept: Committed, tmp_path: Path) -> None:
    assert tables_with(kept.superuser_url, MARKED) == {"audit_payload"}
    certificate = propose()
    gone = actions.approve_disposal(disposal_id=certificate, by=COLLEAGUE, at=minutes(2), mentioning=[MARKED])
    assert gone == 3
    assert tables_with(kept.superuser_url, MARKED) == set()
    assert [row["disposed_under"] for row in queries.export_person(7)] == [certificate, certificate]
    assert queries.export_person(8)[0]["content"] == {"text": "met somebody else"}
    report = check(kept.service_url, anchor(tmp_path))
    assert (report.findings, report.disposed) == ([], {certificate: 3})
    seal_all(tmp_path, at=minutes(3))
    assert check(kept.service_url, anchor(tmp_path)).clean


def test_the_timeline_says_under_which_certificate_the_words_went(kept: Committed) -> None:
    certificate = propose()
    actions.approve_disposal(disposal_id=certificate, by=COLLEAGUE, at=minutes(2))
    (entry,) = queries.timeline(subject_kind="test", subject_ids=[1])
    assert (entry.personal, entry.disposed_under, entry.data) == (None, certificate, {"number": 1})
    kinds = list(Event.objects.filter(subject_kind="disposal").order_by("id").values_list("kind", "by_id"))
    assert kinds == [("disposal.proposed", CLERK), ("disposal.approved", COLLEAGUE), ("disposal.carried_out", COLLEAGUE)]


def test_a_family_name_that_is_also_the_name_of_a_field_takes_nothing_else_with_it(kept: Committed) -> None:
    kept_whole = actions.keep({"reason": "Leave", "text": "Met nobody"}, person_id=None)
    named = actions.keep({"text": "seen with a Mr REASON", "rows": [{"found": ["Reason"]}]}, person_id=None)
    actions.approve_disposal(disposal_id=propose(), by=COLLEAGUE, at=minutes(2), mentioning=["Reason"])
    standing = queries.contents([kept_whole.pk, named.pk])
    assert (standing[kept_whole.pk], standing[named.pk]) == ({"reason": "Leave", "text": "Met nobody"}, None)


def test_nobody_disposes_alone(kept: Committed) -> None:
    certificate = propose()
    with pytest.raises(SamePerson):
        actions.approve_disposal(disposal_id=certificate, by=CLERK, at=minutes(2))
    with pytest.raises(NotApproved):
        actions.dispose_person(person_id=7, disposal_id=certificate, by=COLLEAGUE, at=minutes(2))
    assert Payload.objects.filter(person_id=7, content__isnull=True).count() == 0


def test_nobody_approves_what_was_proposed_in_the_same_breath(kept: Committed) -> None:
    @action
    def both() -> None:
        actions.approve_disposal(disposal_id=propose(), by=COLLEAGUE, at=minutes(2))

    with pytest.raises(GuaranteeBroken, match="disposal_approved_once"):
        both()
    assert not Disposal.objects.exists()


def test_an_approval_is_given_once_and_for_one_person(kept: Committed) -> None:
    certificate = propose()
    actions.approve_disposal(disposal_id=certificate, by=COLLEAGUE, at=minutes(2))
    with pytest.raises(AlreadyApproved):
        actions.approve_disposal(disposal_id=certificate, by=103, at=minutes(3))
    with pytest.raises(NotApproved):
        actions.dispose_person(person_id=8, disposal_id=certificate, by=COLLEAGUE, at=minutes(3))


DESTROY = "UPDATE audit_payload SET content = NULL, salt = NULL, disposal_id = {certificate} WHERE person_id = 7"
BY_HAND = {
    "destroyed without a certificate": "UPDATE audit_payload SET content = NULL, salt = NULL WHERE person_id = 7",
    "destroyed under a proposal": DESTROY,
    "another person's destroyed": DESTROY.replace("= 7", "= 8"),
    "other words put in": "UPDATE audit_payload SET content = '{{}}' WHERE person_id = 7",
    "only the salt taken away": "UPDATE audit_payload SET salt = NULL, disposal_id = {certificate} WHERE person_id = 7",
    "approved by the proposer": "UPDATE audit_disposal SET approved_at = now(), approved_by = 101",
    "approved by nobody": "UPDATE audit_disposal SET approved_at = now()",
    "approved on arrival": "INSERT INTO audit_disposal (person_id, reason, authority, proposed_at, proposed_by, approved_at, approved_by)"
    " VALUES (7, 'r', 'a', now(), 101, now(), 102)",
    "approved without a record, then destroyed": "UPDATE audit_disposal SET approved_at = now(), approved_by = 102; " + DESTROY,
    "a payload that arrives empty": "INSERT INTO audit_payload (digest) VALUES ('x')",
}


def test_no_sql_of_the_service_disposes_by_itself(kept: Committed) -> None:
    certificate = propose()
    met = {}
    with psycopg.connect(kept.service_url, autocommit=True) as session:
        for what, statement in BY_HAND.items():
            try:
                with session.transaction(force_rollback=True):
                    session.execute(statement.format(certificate=certificate).encode())
                met[what] = "done"
            except REFUSED as error:
                met[what] = str(error.diag.constraint_name)
    assert met == {
        "destroyed without a certificate": "payload_disposal",
        "destroyed under a proposal": "payload_disposal",
        "another person's destroyed": "payload_disposal",
        "other words put in": "payload_disposal",
        "only the salt taken away": "payload_disposal",
        "approved by the proposer": "disposal_needs_two_people",
        "approved by nobody": "disposal_approved_at_and_by",
        "approved on arrival": "disposal_proposed_first",
        "approved without a record, then destroyed": "payload_disposal",
        "a payload that arrives empty": "payload_whole",
    }


def test_a_certificate_forged_by_the_administrator_is_found(kept: Committed, tmp_path: Path) -> None:
    certificate = propose()
    seal_all(tmp_path, at=minutes(3))
    with psycopg.connect(kept.superuser_url, autocommit=True) as session:
        for trigger in ("payload_disposal",):
            session.execute(f"ALTER TABLE audit_payload DISABLE TRIGGER {trigger}".encode())
        session.execute("UPDATE audit_disposal SET approved_at = now(), approved_by = 102")
        session.execute(DESTROY.format(certificate=certificate).encode())
    first = check(kept.service_url, anchor(tmp_path)).first
    assert first is not None
    assert (first.kind, first.table, first.seal) == ("missing", "audit_payload", 1)
    assert f"certificate {certificate}" in first.text


@pytest.mark.parametrize(
    "content",
    [
        {"a": 1e22, "b": 1e-9, "c": -0.0, "d": 0.1, "e": 12345678901234567890, "f": 1.50},
        {"text": 'é 🙂 \t \\ " \u2028', "nested": {"z": [1, None, True, {"a": "b"}]}, "empty": {}},
        {"on": MORNING, "day": MORNING.date()},
    ],
)
def test_whatever_is_kept_comes_back_with_the_same_digest(db: None, content: dict[str, object]) -> None:
    """PostgreSQL spells numbers in its own way; a digest that changed on the way would look like tampering."""
    payload = actions.keep(content, person_id=1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT salt, content, digest FROM audit_payload WHERE id = %s", [payload.pk])
        salt, text, digest = cursor.fetchone()
    kept = Payload.objects.get(pk=payload.pk).content
    assert kept is not None
    assert actions.digest(bytes(salt), kept) == bytes(digest)
    assert text is not None


def test_a_broken_constraint_is_named(kept: Committed) -> None:
    @action
    def approve_by_hand(certificate: int) -> None:
        Disposal.objects.filter(pk=certificate).update(approved_at=MORNING, approved_by=CLERK)

    certificate = propose()
    with pytest.raises(GuaranteeBroken, match="disposal_needs_two_people"):
        approve_by_hand(certificate)
