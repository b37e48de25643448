"""An open break names an open, dated task of somebody active: raw SQL breaks no promise, and the certificate finds what is broken."""

import contextlib
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from longstop.access import actions as access
from longstop.people.models import SourceRecord
from longstop.proof.certification import certify
from longstop.reconciliation import actions
from longstop.reconciliation.models import Break
from longstop.reconciliation.rules import OUTCOMES, Kind
from longstop.referral.models import Referral
from tests import given
from tests.conftest import Committed
from tests.guarantee.invariants import broken
from tests.reconciliation.world import NOW, TODAY, breaks, command, listed, opened, prisoner, reconcile, tomorrow
from tests.referral.test_guarantee import ATTACKS, Refused, refusal, say
from tests.referral.world import unlinked

ONE, TWO = "A1001AA", "A1002AA"


def test_no_statement_about_rows_leaves_a_break_without_its_task(committed: Committed, tmp_path: Path) -> None:
    made = command()
    gone = given.caseworker("Gus Hale", made.owner.team)
    access.deactivate(staff_id=gone.pk, by=made.officers[0].pk, at=NOW)
    listed(tmp_path, [prisoner(ONE), prisoner(TWO)])
    opened(ONE, made.owner, by=made.officers[0])
    listed(tmp_path, [prisoner(ONE, conditionalReleaseDate="2028-10-15"), prisoner(TWO)], days=1)
    reconcile(1)
    row = Break.objects.select_related("task").get()
    assert row.task is not None
    names: dict[str, Any] = {"kind": "break", "table": "reconciliation_break", "row": row.pk, "task": row.task_id, "ended": "settled"}
    names |= {"owner": row.task.owner_id, "staff": made.officers[0].pk, "gone": gone.pk}
    names["spare"] = Referral.objects.get(state="open").task_id
    for words, statement, by, owner in ATTACKS:
        if ":" in statement:
            for url, refused_by in ((committed.service_url, by), (committed.owner_url, owner or by)):
                if refused_by != "-":
                    assert refusal(url, say(statement, names)) in Refused(say(refused_by, names)), words


def remainder(found: Any) -> list[str]:
    return [each.reason for each in found.items if each.list == "remainder"]


def test_the_two_gravest_head_the_certificate_until_they_are_settled(committed: Committed, tmp_path: Path) -> None:
    made = command()
    officer = made.officers[0]
    pair = {"pncNumber": "2012/394773H"}
    listed(tmp_path, [prisoner(ONE, **pair), prisoner(TWO, **pair)])
    opened(ONE, made.owner, by=officer)
    listed(tmp_path, [prisoner(ONE, **pair, status="INACTIVE OUT"), prisoner(TWO, **pair, status="INACTIVE OUT")], days=1)
    joined = SourceRecord.objects.exclude(number=None).get()
    unlinked(joined.pk, by=officer.pk, at=tomorrow())
    reconcile(1)
    assert breaks() == ["not_referred", "released"]
    found = certify(at=tomorrow(), today=tomorrow().date(), as_at=None, since=NOW)
    assert remainder(found)[:2] == ["in_prison_not_considered", "released_and_said_held"]
    assert found.totals["kinds"]["break"]["closing"] == 2
    told: dict[str, Any] = {"reason": "Asked the prison", "by": officer.pk, "at": tomorrow(), "today": tomorrow().date()}
    for each, outcome in zip(Break.objects.order_by("gravity"), ("explained", "theirs"), strict=True):
        actions.settle(break_id=each.pk, outcome=outcome, **told)
    after = remainder(certify(at=tomorrow(), today=tomorrow().date(), as_at=None, since=NOW))
    assert not {"in_prison_not_considered", "released_and_said_held"} & set(after)


# What happens to the rows of the list on each day: as it was, another date, out, gone from it, not known to be anybody's.
DAYS = st.lists(st.lists(st.sampled_from(["same", "date", "out", "gone", "british"]), min_size=3, max_size=3), min_size=1, max_size=4)
SAID: dict[str, dict[str, Any]] = {
    "same": {},
    "date": {"conditionalReleaseDate": "2028-10-15"},
    "out": {"status": "INACTIVE OUT"},
    "british": {"nationality": "British"},
}


def all_is_kept() -> None:
    with connection.cursor() as cursor:
        assert broken(cursor, today=TODAY) == []


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@hypothesis.given(days=DAYS, choices=st.lists(st.integers(0, 5), min_size=6, max_size=6))
def test_whatever_comes_and_is_settled_every_promise_is_kept(
    db: None, tmp_path_factory: pytest.TempPathFactory, days: list[list[str]], choices: list[int]
) -> None:
    """Lists come, people decide, statements are made and breaks settled in some order: the lines add up and nothing is without its task."""
    sid = transaction.savepoint()
    made, folder = command(), tmp_path_factory.mktemp("lists")
    numbers = [ONE, TWO, "A1003AA"]
    listed(folder, [prisoner(number) for number in numbers])
    for number in numbers[: choices[0] % 4]:
        opened(number, made.owner, by=made.officers[0])
    for day, row in enumerate(days, start=1):
        listed(folder, [prisoner(number, **SAID[word]) for number, word in zip(numbers, row, strict=True) if word != "gone"], days=day)
        statement, again = reconcile(day), reconcile(day)
        assert (again.fresh, again.gone) == (0, 0)
        assert sum(each.persons for each in statement.lines.all() if each.side != "ours") == statement.their_persons
        all_is_kept()
        told: dict[str, Any] = {"by": made.owner.pk, "at": tomorrow(day), "today": tomorrow(day).date()}
        for each in Break.objects.filter(state="open").order_by("pk")[: choices[day] % 3]:
            ways = list(OUTCOMES[Kind(each.kind)])
            with contextlib.suppress(actions.NothingToTake):
                actions.settle(break_id=each.pk, outcome=ways[choices[day + 1] % len(ways)], reason="Asked the prison", **told)
            all_is_kept()
    transaction.savepoint_rollback(sid)
