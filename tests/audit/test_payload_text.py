"""A payload is the text that was written: nothing that the database could not read again, and nothing lost when older ones are made so."""

import hashlib
import json
from typing import Any

import psycopg
import pytest
from django.db import DataError, connection, connections
from django.db.migrations.executor import MigrationExecutor

from longstop.audit import actions, queries
from longstop.audit.hardening import harden
from longstop.audit.models import Payload
from longstop.audit.protection import weaknesses
from tests.audit.record import anchor, check, note, seal_all
from tests.conftest import Committed

SALT = bytes(16)
INSERT = "INSERT INTO audit_payload (salt, digest, content) VALUES (%s, %s, %s) RETURNING id"


def write(text: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [SALT, hashlib.sha256(SALT + text.encode()).digest(), text])
        (number,) = cursor.fetchone() or (0,)
    return int(number)


@pytest.mark.parametrize(
    "content",
    [
        {"text": "plain"},
        {"text": r"six characters: \u0000", "path": "C:\\users"},
        {"text": "bell \x07, line\nend, tab\t", "name": "خالد 😀"},
        {"numbers": [1, -2, 2.5, 0, 10**17], "nothing": None, "yes": True, "in": {"b": 1, "a": [{}]}},
        {},
    ],
)
def test_what_is_kept_comes_back_whole_and_by_parts(db: None, content: dict[str, Any]) -> None:
    few, many = actions.keep(content, person_id=7).pk, actions.keep_plainly([(content, 7)] * 30)[-1].pk
    (bare,) = actions.keep_all([(actions.canonical(content), 7)], how_many=1)
    for number in (few, many, bare):
        held = Payload.objects.get(pk=number)
        assert held.content == content == queries.contents([number])[number]
        assert bytes(held.digest) == actions.digest(bytes(held.salt or b""), content)
        for name in content:
            assert queries.parts([number], name=name) == {number: content[name]}
    with connection.cursor() as cursor:
        cursor.execute("SELECT content::text FROM audit_payload WHERE id = ANY (%s)", [[few, many, bare]])
        assert {text for (text,) in cursor.fetchall()} == {actions.canonical(content).decode()}


@pytest.mark.parametrize("text", [r'{"a": "\u0000"}', r'{"a": "half \ud800"}', '{"a": ', "", '{"a": "line\nend"}'])
def test_what_the_database_could_not_read_again_is_refused(db: None, text: str) -> None:
    with pytest.raises(DataError, match=r"json|Unicode"):
        write(text)


def test_of_a_field_that_stands_twice_every_reader_finds_the_later(db: None) -> None:
    number = write('{"a":1,"a":2}')
    assert queries.contents([number]) == {number: {"a": 2}}
    assert queries.parts([number], name="a") == {number: 2}


def test_an_older_table_is_made_so_and_verifies(committed: Committed, tmp_path: Any) -> None:
    owner = connections["owner"]
    newest = MigrationExecutor(owner).loader.graph.leaf_nodes()
    MigrationExecutor(owner).migrate([("audit", "0002_append_only")])
    with psycopg.connect(committed.superuser_url) as session:
        content = {"text": "met Ilir", "share": 2.5, "many": [1, {"b": None}]}
        values = [SALT, actions.digest(SALT, content), json.dumps(content)]
        number = session.execute(INSERT, values).fetchone()[0]  # type: ignore[index]
        assert session.execute("SELECT pg_typeof(content)::text FROM audit_payload").fetchone() == ("jsonb",)
    MigrationExecutor(owner).migrate(newest)
    with psycopg.connect(committed.service_url) as session:
        (role,) = session.execute("SELECT current_user::text").fetchone() or ("",)
    harden(service_role=role)
    assert queries.contents([number])[number] == content
    note(numbers=[1], text="met somebody else", person_id=8)
    seal_all(tmp_path)
    assert check(committed.service_url, anchor(tmp_path)).clean
    with psycopg.connect(committed.superuser_url) as session, session.cursor() as cursor:
        assert list(weaknesses(cursor, service_role=role)) == []
        assert session.execute("SELECT DISTINCT pg_typeof(content)::text FROM audit_payload").fetchall() == [("json",)]
