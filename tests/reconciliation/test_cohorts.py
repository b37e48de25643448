"""Each cohort counts whom its words say, on both sides, by the same reckoning; nothing is recorded of it, and a purpose always is."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from longstop.audit.models import Event, Payload
from longstop.cases import actions as cases
from longstop.commands.reconciling import main
from longstop.reconciliation import actions, queries
from longstop.reconciliation.cohorts import DEFAULT, NoSuchCohort, definition, definitions, narrowed
from longstop.reconciliation.models import Break, Statement
from longstop.reconciliation.rules import Line
from tests.conftest import Committed
from tests.reconciliation.world import REST, TODAY, Made, command, listed, opened, prisoner, tomorrow

# Who is on the list, by the last letters of their number; whom somebody has a case about, and where the case says that they are.
LIST: dict[str, dict[str, Any]] = {
    "A1001AA": {},  # serving, Albanian
    "A1002AA": {"nationality": "Jamaican"},  # serving, and the case says in the community
    "A1003AA": {"nationality": "Polish", "status": "INACTIVE OUT"},  # released, and the case says in the community
    "A1004AA": {"nationality": "Irish"},  # referred, and waiting
    "A1005AA": {"nationality": "Romanian", "legalStatus": "REMAND"},  # on remand
    "A1006AA": {"nationality": "Unknown"},  # asked about
}
COMMUNITY = ("A1002AA", "A1003AA")


@pytest.fixture
def made(db: None, tmp_path: Path) -> Made:
    return fill(tmp_path)


def fill(folder: Path) -> Made:
    found = command()
    listed(folder, [prisoner(number) | said | {"status": "ACTIVE IN"} for number, said in LIST.items()])
    for number in ("A1001AA", *COMMUNITY):
        case = opened(number, found.owner, by=found.officers[0])
        if number in COMMUNITY:
            told: dict[str, Any] = {"custody": "community", "since": TODAY, "monitored": False, "reason": "Seen at home"}
            cases.change_custody(case_id=case.pk, **told, by=found.owner.pk, at=tomorrow(0), today=TODAY)
    listed(folder, [prisoner(number, **said) for number, said in LIST.items()], days=1)
    return found


def counted(name: str, nationality: str = "") -> tuple[int, int, dict[str, int]]:
    today = tomorrow().date()
    made = queries.read_cohort(definition(name, today=today), nationality=nationality, today=today)
    assert made.reckoned.adds_up
    assert not any("nationality" in each.line.value for each in made.reckoned.lines)
    return (
        made.reckoned.their_persons,
        made.reckoned.our_persons,
        {each.line.value: each.persons for each in made.reckoned.lines if each.persons},
    )


# The cohort; their persons, ours; every line on which anybody stands. The forty of every list are British, and in prison.
COUNTED: list[tuple[str, int, int, dict[str, int]]] = [
    ("prison_foreign_nationals", 4, 1, {"matched": 1, "referred": 1, "rule_not_convicted": 1, "outside_ours": 1}),
    ("referred", 5, 4, {"matched": 4, "asked": 1}),
    ("command_caseload", 46, 3, {"matched": 3, "referred": 1, "asked": 1, "rule_british": 40, "rule_not_convicted": 1}),
    ("non_detained", 1, 2, {"matched": 1, "outside_theirs": 1}),
]


def test_each_cohort_counts_whom_its_words_say(made: Made) -> None:
    assert {name: counted(name) for name, *_ in COUNTED} == {name: (theirs, ours, lines) for name, theirs, ours, lines in COUNTED}
    assert (Statement.objects.count(), Break.objects.count()) == (0, 0), "a cohort's statement is recorded nowhere, and raises no break"
    assert counted(DEFAULT, "PL") == (1, 1, {"matched": 1})
    assert counted(DEFAULT, "IE") == (1, 0, {"referred": 1})
    assert counted(DEFAULT, "FR") == (0, 0, {})
    both = queries.read_both(today=tomorrow().date())
    assert (both.reckoned.their_persons, both.reckoned.our_persons) == counted(DEFAULT)[:2], "the recorded one is this cohort's"
    for line in (Line.OUTSIDE_OURS, Line.OUTSIDE_THEIRS, Line.REFERRED_UNLISTED):
        assert line not in {each.line for each in both.reckoned.lines}, "its lines are what they were"


def test_what_cannot_be_counted_yet_says_so_and_gives_no_nought() -> None:
    (monitored,) = (each for each in definitions(today=TODAY) if not each.countable)
    assert monitored.name == "monitored"
    with pytest.raises(queries.NotCountable, match="No orders for monitoring are kept here yet"):
        queries.read_cohort(monitored, today=tomorrow().date())


def test_a_cohort_is_of_one_nationality_only_for_a_purpose_which_is_recorded(db: None) -> None:
    made = command()
    told: dict[str, Any] = {"cohort": "command_caseload", "by": made.owner.pk, "at": tomorrow(), "today": tomorrow().date()}
    for purpose, nationality, error in (
        (" ", "Albanian", actions.NoPurpose),
        ("A charter", "Elbonian", actions.NotANationality),
        ("A charter", "Congolese", actions.NotANationality),
    ):
        with pytest.raises(error):
            actions.state_purpose(purpose=purpose, nationality=nationality, **told)
    with pytest.raises(NoSuchCohort, match="non_detained"):
        actions.state_purpose(**told | {"cohort": "everybody", "purpose": "A charter", "nationality": "Albanian"})
    assert not Event.objects.filter(kind="statement.filtered_by_nationality").exists()
    for _ in range(2):
        assert actions.state_purpose(purpose="A charter on 3 March", nationality="pole", **told) == "PL"
    events = Event.objects.filter(kind="statement.filtered_by_nationality")
    assert [each.data["nationality"] for each in events] == ["PL", "PL"], "each time"
    assert events[0].by_id == made.owner.pk
    assert Payload.objects.get(pk=events[0].payload_id).content == {"purpose": "A charter on 3 March"}


def test_every_definition_has_words_and_runs_on_the_columns_of_both_sides() -> None:
    found = definitions(today=TODAY)
    assert [each.name for each in found] == ["prison_foreign_nationals", "referred", "command_caseload", "non_detained", "monitored"]
    table = pl.DataFrame({"custody": ["released", "in_prison", None]})
    assert narrowed(table, (("custody", ("released",)),))["custody"].to_list() == ["released"]
    for each in found:
        assert each.theirs, each.name
        assert each.ours, each.name


def test_the_command_tells_a_cohort_and_writes_nothing_but_the_purpose(
    committed: Committed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(tmp_path)

    def told(*words: str) -> tuple[int, str]:
        code = main(words)
        said = capsys.readouterr()
        return code, said.out + said.err

    code, said = told("--cohort=prison_foreign_nationals")
    assert code == 0
    assert "Foreign nationals in prison, by cohorts/prison_foreign_nationals@2000-01-01" in said
    assert "an assumption that nobody has confirmed" in said
    assert "Nothing was written" in said
    code, said = told("--cohort=non_detained", "--json")
    found = json.loads(said)
    assert (code, found["their_persons"], found["our_persons"]) == (0, 1, 2)
    assert [len(each["who"]) for each in found["lines"]] == [each["persons"] for each in found["lines"]]
    for words, says in (
        (("--cohort=everybody",), "There is no cohort 'everybody'; there are: prison_foreign_nationals"),
        (("--cohort=monitored",), "No orders for monitoring are kept here yet"),
        (("--nationality=Albanian",), "Say what the nationality is asked for"),
        (("--cohort=referred", "--record"), "A cohort's statement is not recorded"),
    ):
        assert told(*words)[0] == 2
        assert says in told(*words)[1]
    assert not Event.objects.filter(kind="statement.filtered_by_nationality").exists()
    assert "narrowed to the nationality AL" in told("--nationality=Albanian", "--purpose=A charter")[1]
    assert Event.objects.filter(kind="statement.filtered_by_nationality").count() == 1
    assert (Statement.objects.count(), Break.objects.count(), len(REST)) == (0, 0, 40)
