"""What lists, joins, linkage and statements leave behind, tampered with by somebody who has the service's own rights: refused, or shown.

Each attack says in words what is tried, how, and what comes of it: a constraint that refuses it, or the table in which `longstop verify`
names the row that no event tells of.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pytest_django.plugin import DjangoDbBlocker

from longstop.audit.actions import SYSTEM
from longstop.cases import actions as cases
from longstop.cases.models import Case
from longstop.people.models import LinkageMark, LinkagePair
from longstop.referral.actions import relinking
from longstop.referral.models import Question
from tests.audit.record import anchor, check, seal_all
from tests.conftest import Committed, database_of_its_own
from tests.guarantee import two_lists
from tests.guarantee.two_lists import tomorrow
from tests.referral.test_guarantee import DENIED, Refused, refusal, say

# ruff: noqa: E501 - a table reads best with one attack a line
# :joining stands and :undone was undone, both of two persons; :record came with the first; :settled and :open are breaks, :enquiry was answered;
# :statement has lines and parts; :in_force says which version of linkage is; :pair and :mark are what comparing left; :staff is somebody.
REFUSED = [
    # Joinings
    ("forget a joining", "DELETE FROM referral_joining WHERE id = :joining", DENIED),
    ("say that a joining was of others", "UPDATE referral_joining SET other_id = person_id - 1 WHERE id = :joining", "joining_stands"),
    ("say that other records were joined", "UPDATE referral_joining SET numbers = '{}' WHERE id = :joining", "joining_stands"),
    ("say that both were found by something else before", "UPDATE referral_joining SET before_payload_id = 1 WHERE id = :joining", "joining_stands"),
    ("say that other questions were asked", "UPDATE referral_joining SET asked = '{1}' WHERE id = :joining", "joining_stands"),
    ("say that they were joined earlier", "UPDATE referral_joining SET made_at = made_at - interval '1 day' WHERE id = :joining", "joining_stands"),
    ("say that somebody else joined them", "UPDATE referral_joining SET made_by_id = 1 WHERE id = :joining", "joining_stands"),
    ("let what was undone stand again", "UPDATE referral_joining SET undone_at = NULL, undone_by_id = NULL WHERE id = :undone", "joining_stands"),
    ("say that it was undone by somebody else", "UPDATE referral_joining SET undone_by_id = 1 WHERE id = :undone", "joining_stands"),
    ("undo it in nobody's name", "UPDATE referral_joining SET undone_at = now() WHERE id = :joining", "joining_undone_at_and_by"),
    ("join somebody twice", "INSERT INTO referral_joining (person_id, other_id, numbers, asked, before_payload_id, made_at, made_by_id) SELECT (SELECT max(id) FROM people_person), other_id, numbers, asked, before_payload_id, made_at, made_by_id FROM referral_joining WHERE id = :joining", "joined_to_one_person"),
    ("change what history says of it", "UPDATE referral_joininghistoryrow SET undone_at = NULL", DENIED),
    # Records and whom they are about
    ("let a record be about somebody else", "UPDATE people_sourcerecord SET person_id = (SELECT max(id) FROM people_person) WHERE id = :record", "link_stands"),
    ("say that it came under another number", "UPDATE people_sourcerecord SET number = NULL WHERE id = :record", "link_stands"),
    ("say that it was joined for another reason", "UPDATE people_sourcerecord SET link_reason_payload_id = 1 WHERE id = :record", "link_stands"),
    ("say that it was joined earlier", "UPDATE people_sourcerecord SET linked_at = linked_at - interval '1 day' WHERE id = :record", "link_stands"),
    ("part it in nobody's name", "UPDATE people_sourcerecord SET unlinked_at = now() WHERE id = :record", "record_unlinked_at_and_by"),
    ("let it be about two persons", "INSERT INTO people_sourcerecord (person_id, number, source, key_digest, content_digest, payload_id, observed_at, link_reason_payload_id, linked_at, linked_by_id) SELECT (SELECT max(id) FROM people_person), number, source, key_digest, content_digest, payload_id, observed_at, link_reason_payload_id, linked_at, linked_by_id FROM people_sourcerecord WHERE id = :record", "record_linked_once"),
    ("forget a record", "DELETE FROM people_sourcerecord WHERE id = :record", DENIED),
    # Second readings
    ("change an answer that was given", "UPDATE referral_question SET answer = 'different' WHERE state = 'answered'", "first_dates_never_change"),
    ("say that somebody else read it", "UPDATE referral_question SET ended_by_id = 1 WHERE kind = 'read_again'", "first_dates_never_change"),
    ("forget that it was read again", "DELETE FROM referral_question WHERE kind = 'read_again'", DENIED),
    # Statements
    ("change a statement's total", "UPDATE reconciliation_statement SET their_persons = their_persons + 1 WHERE id = :statement", "statement_stands"),
    ("change when a statement was made", "UPDATE reconciliation_statement SET made_at = now() WHERE id = :statement", "statement_stands"),
    ("let a finished statement be unfinished", "UPDATE reconciliation_statement SET finished_at = NULL, finished_by_id = NULL WHERE id = :statement", "statement_stands"),
    ("change how many stand on a line", "UPDATE reconciliation_statementline SET persons = 0, who = '{}' WHERE statement_id = :statement", "statement_stands"),
    ("let somebody else stand on a line", "UPDATE reconciliation_statementline SET who[1] = 1 WHERE statement_id = :statement AND persons > 0", "statement_stands"),
    ("change a part of a figure", "UPDATE reconciliation_statementpart SET which = '{}', how_many = 0 WHERE statement_id = :statement", "statement_stands"),
    ("say that a line was of the other side", "UPDATE reconciliation_statementline SET side = 'ours' WHERE statement_id = :statement", "statement_stands"),
    ("add a line to a statement", "INSERT INTO reconciliation_statementline (statement_id, place, side, line, persons, who) VALUES (:statement, 99, 'ours', 'not_on_their_list_x', 1, '{1}')", "statement_adds_up"),
    ("add a part to a figure", "INSERT INTO reconciliation_statementpart (statement_id, figure, place, kind, how_many, which) VALUES (:statement, 'matched', 99, 'identity_x', 1, '{1}')", "parts_add_up"),
    ("write a statement whose lines do not add up", "INSERT INTO reconciliation_statement (receipt_id, policy, made_for, rows, refused, given_twice, records, second_records, their_persons, our_persons, matched, found, fresh, settled, gone, made_at, made_by_id) SELECT receipt_id, policy, made_for, rows, refused, given_twice, records, second_records, their_persons, our_persons, matched, found, fresh, settled, gone, made_at, made_by_id FROM reconciliation_statement WHERE id = :statement", "adds_up|parts_add_up"),
    ("forget a statement", "DELETE FROM reconciliation_statement", DENIED),
    ("forget a line", "DELETE FROM reconciliation_statementline", DENIED),
    ("forget a part", "DELETE FROM reconciliation_statementpart", DENIED),
    # Breaks, and what was asked about them
    ("open a settled break again", "UPDATE reconciliation_break SET state = 'open', outcome = '', ended_at = NULL, ended_by_id = NULL WHERE id = :settled", "first_dates_never_change"),
    ("say that it was settled in another way", "UPDATE reconciliation_break SET outcome = 'explained' WHERE id = :settled", "first_dates_never_change"),
    ("say that it was found later", "UPDATE reconciliation_break SET made_at = now() WHERE id = :open", "first_dates_never_change"),
    ("say that another statement found it", "UPDATE reconciliation_break SET statement_id = statement_id + 1 WHERE id = :open", "first_dates_never_change"),
    ("change what the prison answered", "UPDATE reconciliation_enquiry SET answer = 'wrong' WHERE id = :enquiry", "enquiry_stands"),
    ("let it be to be answered again", "UPDATE reconciliation_enquiry SET state = 'open', ended_at = NULL, ended_by_id = NULL WHERE id = :enquiry", "enquiry_stands"),
    ("say that another prison was asked", "UPDATE reconciliation_enquiry SET prison = 'ZZX' WHERE id = :enquiry", "enquiry_stands"),
    ("forget that it was asked", "DELETE FROM reconciliation_enquiry", DENIED),
    # Linkage
    ("say that another version was put in force", "UPDATE people_linkageinforce SET version_id = (SELECT max(id) FROM people_linkageversion) + 1 WHERE id = :in_force", "linkage_stands"),
    ("say that it was put in force by somebody else", "UPDATE people_linkageinforce SET put_by_id = 1 WHERE id = :in_force", "linkage_stands"),
    ("let no version be in force", "DELETE FROM people_linkageinforce", DENIED),
    ("change what a version says", "UPDATE people_linkageversion SET definition = '{}'", "linkage_stands"),
    ("say that a run asked nobody", "UPDATE people_linkagerun SET asked = 0", "linkage_stands"),
    ("forget a run", "DELETE FROM people_linkagerun", DENIED),
    ("say that two records are less alike", "UPDATE people_linkagepair SET probability = 0.01, answer = 'do_not_join' WHERE id = :pair", DENIED),
    # Steps of the process
    ("say that a track stands elsewhere", "UPDATE cases_stay SET state = 'protected' WHERE id = :standing", "stay_stands"),
    ("say that a case may be closed there", "UPDATE cases_stay SET rests = NOT rests WHERE id = :standing", "stay_stands"),
    ("say that a step was taken earlier", "UPDATE cases_stay SET began_on = began_on - 1 WHERE id = :standing", "stay_stands"),
    ("say that somebody else took it", "UPDATE cases_stay SET taken_by_id = 1 WHERE id = :standing", "stay_stands"),
    ("say that it rests on something else", "UPDATE cases_stay SET words_payload_id = 1 WHERE id = :standing", "stay_stands"),
    ("let a stay that ended go on", "UPDATE cases_stay SET ended_on = NULL, ended_at = NULL, ended_by_id = NULL WHERE id = :went", "stay_stands"),
    ("let a track stand in two places", "INSERT INTO cases_stay (case_id, track, state, rests, round, step, map_version, began_on, words_payload_id, taken_at, taken_by_id) SELECT case_id, track, 'concern', false, round, step, map_version, began_on, words_payload_id, taken_at, taken_by_id FROM cases_stay WHERE id = :standing", "stay_one_a_track"),
    ("end a stay in nobody's name", "UPDATE cases_stay SET ended_on = began_on, ended_at = now() WHERE id = :standing", "stay_ended_at_and_by"),
    ("forget a step", "DELETE FROM cases_stay WHERE id = :went", DENIED),
    ("let a record meet nobody", "UPDATE people_linkagekey SET key = 0", DENIED),
]  # fmt: skip

TASK_DONE = "UPDATE work_task SET state = 'done', done_at = now(), done_by_id = :staff WHERE id = (SELECT task_id FROM {} WHERE id = {}); "
# What the keys cannot refuse, since an action might have done just this; and in which tables `longstop verify` then names a row.
SHOWN = [
    ("say that two are one", "INSERT INTO referral_joining (person_id, other_id, numbers, asked, before_payload_id, made_at, made_by_id) SELECT other_id, (SELECT max(id) FROM people_person), numbers, asked, before_payload_id, made_at, made_by_id FROM referral_joining WHERE id = :undone", "referral_joining"),
    ("say that a joining was undone", "UPDATE referral_joining SET undone_at = now(), undone_by_id = :staff WHERE id = :joining", "referral_joining"),
    ("let a former link hold again in place of the one that does", "UPDATE people_sourcerecord SET unlinked_at = now(), unlinked_by_id = :staff WHERE id = :record; UPDATE people_sourcerecord SET unlinked_at = NULL, unlinked_by_id = NULL WHERE key_digest = (SELECT key_digest FROM people_sourcerecord WHERE id = :record) AND id <> :record", "people_sourcerecord"),
    ("put a version of linkage in force", "INSERT INTO people_linkageinforce (version_id, put_at, put_by_id) SELECT version_id, now(), :staff FROM people_linkageinforce", "people_linkageinforce"),
    ("say that everything was compared", "INSERT INTO people_linkagerun (version_id, heard, compared, asked, joined, doubted, finished_at, finished_by_id) SELECT version_id, heard + 9, 0, 0, 0, 0, now(), :staff FROM people_linkagerun", "people_linkagerun"),
    ("settle a break", TASK_DONE.format("reconciliation_break", ":open") + "UPDATE reconciliation_break SET state = 'settled', outcome = 'theirs', ended_at = now(), ended_by_id = :staff, ended_payload_id = 1 WHERE id = :open", "reconciliation_break work_task"),
    ("answer a question", TASK_DONE.format("referral_question", ":question") + "UPDATE referral_question SET state = 'answered', answer = 'same', ended_at = now(), ended_by_id = :staff, ended_payload_id = 1 WHERE id = :question", "referral_question work_task"),
    ("let a record that arrived be about nobody known", "UPDATE intake_arrival SET person_id = 987654321 WHERE id = (SELECT max(id) FROM intake_arrival)", "intake_arrival"),
    ("say that a list was seen later", "UPDATE intake_receipt SET observed_at = now() WHERE id = (SELECT max(id) FROM intake_receipt)", "intake_receipt"),
    ("find somebody out of remit", "UPDATE referral_remit SET result = 'out_of_remit' WHERE result = 'in_remit'", "referral_remit"),
    ("write a statement of nobody", "INSERT INTO reconciliation_statement (receipt_id, policy, made_for, rows, refused, given_twice, records, second_records, their_persons, our_persons, matched, found, fresh, settled, gone, made_at, made_by_id) SELECT receipt_id, policy, made_for, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, now(), :staff FROM reconciliation_statement", "reconciliation_statement"),
    ("let a track begin anew", "UPDATE cases_stay SET ended_on = began_on, ended_at = now(), ended_by_id = :staff WHERE id = :standing", "cases_stay"),
    ("write a note", "INSERT INTO cases_note (case_id, kind, payload_id, payload_digest, key_note, written_at, written_by_id) SELECT min(id), 'progress', 1, '', false, now(), :staff FROM cases_case", "cases_note"),
]  # fmt: skip


@dataclass(frozen=True)
class Scene:
    base: Committed
    home: Path
    left: two_lists.Left
    names: dict[str, Any]


def steps_taken() -> tuple[int, int]:
    """Take two steps on one track of a case: the first stay has ended, the second stands."""
    case = Case.objects.filter(closed_at=None).order_by("pk")[0]
    at = tomorrow(0)
    numbers = []
    for state in ("not_considered", "no_concern"):
        taken = cases.Taken(
            track="safeguarding", step="consider", from_=state, on=at.date(), evidence={"What was looked at": "The file of the prison"}
        )
        numbers.append(cases.take_step(case_id=case.pk, taken=taken, by=case.owner_id, at=at, today=at.date()).pk)
    return numbers[0], numbers[1]


@pytest.fixture(scope="module")
def scene(django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """What two lists left behind, sealed once."""
    with database_of_its_own(django_db_blocker) as base:
        home = tmp_path_factory.mktemp("two lists")
        left = two_lists.build(home)
        went, standing = steps_taken()
        seal_all(home)
        names = ("joining", "undone", "settled", "open", "enquiry", "statement", "in_force", "pair", "mark", "record")
        numbers = {name: getattr(left, name).pk for name in names} | {"staff": left.owner.pk}
        numbers |= {"went": went, "standing": standing}
        numbers["question"] = Question.objects.filter(state="open").order_by("pk")[0].pk
        yield Scene(base, home, left, numbers)


def test_what_was_joined_compared_and_stated_cannot_be_altered(scene: Scene) -> None:
    wrong = []
    for words, statement, by in REFUSED:
        said = refusal(scene.base.service_url, say(statement, scene.names))
        if said not in Refused(by):
            wrong.append(f"{words}: {said or 'COMMITTED'}, not {by}")
    assert wrong == []
    assert check(scene.base.service_url, anchor(scene.home)).findings == []


def pairs() -> list[tuple[Any, ...]]:
    """Give what comparing came to, whenever it did."""
    return list(LinkagePair.objects.order_by("one", "other").values_list("version", "one", "other", "probability", "weight", "answer"))


def test_what_comparing_left_is_found_again_where_somebody_takes_it_away(scene: Scene) -> None:
    told: dict[str, Any] = {"by": SYSTEM, "at": tomorrow(1), "today": tomorrow(1).date()}
    relinking.relink(**told)
    before, asked, marks = pairs(), Question.objects.count(), LinkageMark.objects.count()
    assert before
    for taken in ("people_linkagemark", "people_linkagepair", "people_linkagekey"):
        assert refusal(scene.base.service_url, f"DELETE FROM {taken}") == ""
        refusal(scene.base.service_url, "DELETE FROM people_linkagemark")  # without its mark a record is keyed and compared again
        relinking.relink(**told)
        assert (pairs(), Question.objects.count(), LinkageMark.objects.count()) == (before, asked, marks), taken


def test_what_is_written_past_the_actions_is_named(scene: Scene) -> None:
    """Comes last: what it writes stays."""
    seal_all(scene.home)
    assert check(scene.base.service_url, anchor(scene.home)).findings == []
    expected: Counter[str] = Counter()
    for words, statement, tables in SHOWN:
        assert refusal(scene.base.service_url, say(statement, scene.names)) == "", words
        expected.update(tables.split())
    seal_all(scene.home)  # as the hourly seal would: what was written is sealed with the rest, and no less named
    report = check(scene.base.service_url, anchor(scene.home))
    assert {each.kind for each in report.findings} == {"unrecorded"}
    assert Counter((each.table or "").removesuffix("historyrow") for each in report.findings) == expected
    first = next(each for each in report.findings if each.table == "referral_joininghistoryrow")
    assert first.text.endswith("was written past Longstop: no event of the record tells of it.")
    assert f"Row {first.key} of" in first.text
