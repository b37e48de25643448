"""Who somebody is and of what nationality, as an old casework system and the prison's list have it: found, owned, settled, found once."""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from longstop.audit.actions import SYSTEM
from longstop.cases.models import Case
from longstop.intake.casework_loading import load_casework
from longstop.people.models import SourceRecord
from longstop.people.queries import search
from longstop.reconciliation import actions, queries
from longstop.reconciliation.models import Break, Figure, StatementPart
from longstop.reconciliation.rules import Side
from longstop.referral.actions import take_over
from tests.conftest import Committed
from tests.reconciliation.world import NOW, TODAY, Made, breaks, command, lines, listed, opened, prisoner, reconcile, tomorrow

ONE, TWO = "A1001AA", "A1002AA"
PNC, OTHER_PNC = "2012/394773H", "02/73319Z"
PERSON = {"person_id": "P1", "first_name": "Bela", "last_name": "Probebaab", "date_of_birth": "1990-05-17", "nationality": "Albanian"}
CASE = {"case_reference": "CID/77001", "person_id": "P1", "opened_on": "2020-03-02", "custody": "prison", "prison": "ZZI"}


def old_system(folder: Path, made: Made, said: Mapping[str, Mapping[str, str]]) -> None:
    """Let the old system's open cases of these prisoners be taken over; it says what the prison does but for what is given."""
    persons, cases = [], []
    for place, (number, more) in enumerate(said.items()):
        row, key = prisoner(number), {"person_id": f"P{place}"}
        names = {"first_name": row["firstName"], "last_name": row["lastName"], "prison_number": number}
        persons.append({**PERSON, "pnc": "", **names, **more, **key})
        owned = {"owner_staff_number": made.owner.staff_number, "conditional_release_date": row["conditionalReleaseDate"]}
        cases.append({**CASE, "case_reference": f"CID/7700{place}", **owned, **key})
    paths = []
    for name, rows in (("persons", persons), ("cases", cases)):
        paths.append(folder / f"{name}.csv")
        with paths[-1].open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    receipts = [each.receipt.pk for each in load_casework(paths=paths, observed_at=None, by=SYSTEM, at=NOW)]
    take_over(receipt_ids=receipts, by=SYSTEM, at=NOW, today=TODAY)


def parts(figure: Figure = Figure.MATCHED) -> dict[str, int]:
    made = queries.latest_statement()
    assert made is not None
    return {each.kind: each.how_many for each in made.parts.all() if each.figure == figure and each.how_many}


# What the old system says, what the prison says; the breaks with what each side says.
SAID: list[tuple[dict[str, str], dict[str, Any], list[tuple[str, str, str]]]] = [
    ({"nationality": "Pole"}, {"nationality": "Polish"}, []),
    ({}, {"nationality": "British"}, [("nationality", "AL", "GB")]),
    ({"nationality": "Unknown"}, {"nationality": ""}, []),
    ({"date_of_birth": "1991-06-18"}, {}, [("identity", "born 1991-06-18", "born 1990-05-17")]),
]


def test_what_an_old_system_and_the_list_contradict_each_other_in_is_owned_by_whoever_owns_the_case(db: None, tmp_path: Path) -> None:
    made = command()
    numbers = [f"A10{place:02}AA" for place in range(1, len(SAID) + 1)]
    old_system(tmp_path, made, {number: ours for number, (ours, _, _) in zip(numbers, SAID, strict=True)})
    listed(tmp_path, [prisoner(number, **theirs) for number, (_, theirs, _) in zip(numbers, SAID, strict=True)])
    assert lines(reconcile()) == {"matched": len(SAID)}
    assert parts() == {"": 2, "identity": 1, "nationality": 1}
    rows = list(Break.objects.select_related("task", "case"))
    said = queries.says_of(rows)
    for number, (_, _, found) in zip(numbers, SAID, strict=True):
        (person,) = {hit.card.id for hit in search(number)}
        assert [(row.kind, said[row.pk]["ours"], said[row.pk]["theirs"]) for row in rows if row.person_id == person] == found, number
    for row in rows:
        assert row.task is not None
        assert row.case is not None
        assert (row.case.person_id, row.task.owner_id, row.wins) == (row.person_id, made.owner.pk, "")
    assert reconcile().fresh == 0


def test_another_number_than_the_one_that_was_known_is_another_person_as_it_seems(db: None, tmp_path: Path) -> None:
    made = command()
    old_system(tmp_path, made, {ONE: {"pnc": PNC}})
    listed(tmp_path, [prisoner(ONE)])  # joined by the prison number, of which both bear the same
    reconcile()
    assert breaks() == []
    listed(tmp_path, [prisoner(ONE, pncNumber=OTHER_PNC)], days=1)
    reconcile(1)
    (found,) = Break.objects.all()
    assert queries.says_of([found])[found.pk] == {"ours": "pnc 2012/0394773H", "theirs": "pnc 2002/0073319Z", "basis": ""}
    assert parts() == {"identity": 1}


def test_whoever_was_taken_on_as_foreign_and_is_said_to_be_british_is_told(db: None, tmp_path: Path) -> None:
    made = command()
    listed(tmp_path, [prisoner(ONE), prisoner(TWO, nationality="British")])
    opened(ONE, made.owner, by=made.officers[0])
    reconcile()
    assert breaks() == []
    listed(tmp_path, [prisoner(ONE, nationality="Scottish"), prisoner(TWO, nationality="British")], days=1)
    assert lines(reconcile(1)) == {"matched": 1}
    assert breaks() == ["nationality"]
    assert parts() == {"nationality": 1}
    (found,) = Break.objects.all()
    assert queries.says_of([found])[found.pk] == {"ours": "not GB", "theirs": "GB", "basis": ""}
    told: dict[str, Any] = {"by": made.owner.pk, "at": tomorrow(), "today": tomorrow().date()}
    with pytest.raises(actions.NoReason):  # that parts nobody
        actions.settle(break_id=found.pk, outcome="parted", reason="Two men", **told)
    actions.settle(break_id=found.pk, outcome="theirs", reason="His passport was seen, and our record is to be put right", **told)
    again = reconcile(1)
    assert (again.settled, breaks()) == (1, [])
    assert Case.objects.get().closed_at is None, "no case ends by it, and no field of ours takes it: the reason is what is kept"


def test_two_persons_are_parted(db: None, tmp_path: Path) -> None:
    made = command()
    old_system(tmp_path, made, {ONE: {"date_of_birth": "1971-02-03", "first_name": "Ilir", "last_name": "Hoxha"}})
    case = Case.objects.get()
    listed(tmp_path, [prisoner(ONE)])
    reconcile()
    (found,) = Break.objects.filter(kind="identity")
    theirs = SourceRecord.objects.get(person_id=case.person_id, source="hmpps-prisoners")
    told: dict[str, Any] = {"by": made.owner.pk, "at": NOW, "today": TODAY}
    actions.settle(break_id=found.pk, outcome="parted", reason="The prison's photograph is of another man", **told)
    theirs.refresh_from_db()
    assert theirs.unlinked_at is not None
    assert SourceRecord.objects.filter(person_id=theirs.number, unlinked_at=None).count() == 1
    assert Case.objects.get().person_id == case.person_id
    assert lines(reconcile()) == {"referred": 1, "never_listed": 1}, "each side has a person of its own now, whom somebody considers"
    assert breaks() == ["not_listed"]


def test_what_the_other_figures_counted_is_kept_with_the_statement(db: None, tmp_path: Path) -> None:
    command()
    pair = {"pncNumber": PNC}
    refused = {**prisoner("A1003AA"), "prisonerNumber": ""}
    listed(tmp_path, [prisoner(ONE, **pair), prisoner(TWO, **pair), refused, {**refused, "firstName": "Another"}])
    made = reconcile()
    assert (made.refused, made.second_records) == (2, 1)
    assert (parts(Figure.REFUSED), parts(Figure.FURTHER)) == ({"": 2}, {"": 1})
    before = sorted(made.parts.get(figure=Figure.REFUSED).which)
    listed(tmp_path, [prisoner(ONE, **pair), prisoner(TWO, **pair)], days=1)
    assert sorted(StatementPart.objects.get(statement=made, figure=Figure.REFUSED).which) == before
    theirs = queries.everybody_on(made.pk, Side.THEIRS, 0, 100)
    assert len(theirs) == len(set(theirs)) == made.their_persons
    assert theirs[5:9] == queries.everybody_on(made.pk, Side.THEIRS, 5, 9)


def test_the_database_refuses_parts_that_do_not_add_up_or_change(committed: Committed, tmp_path: Path) -> None:
    command()
    listed(tmp_path, [prisoner(ONE)])
    statement = reconcile()
    insert = "INSERT INTO reconciliation_statementpart (statement_id, figure, place, kind, how_many, which) VALUES"
    for change in (
        f"{insert} ({statement.pk}, 'matched', 90, 'not_listed', 1, '{{5}}')",
        f"{insert} ({statement.pk}, 'matched', 90, 'not_listed', 0, '{{5}}')",
        "UPDATE reconciliation_statementpart SET place = place + 1",
        "DELETE FROM reconciliation_statementpart",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)
    assert sum(each.how_many for each in StatementPart.objects.filter(figure=Figure.MATCHED)) == statement.matched
