"""On which line of the statement somebody stands, and what is broken, as tables; and that the lines always add up to both totals."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longstop.cases.actions.receiving import custody_of
from longstop.intake.rules import Custody as InPrison
from longstop.kernel.policy import load
from longstop.reconciliation.reckoning import DIFFERING, GONE, MISSING, OURS, STANDING, STANDINGS, THEIRS, Reckoned, reckon
from longstop.reconciliation.rules import ALARMS, BROKEN, KINDS, OUTCOMES, WORDS, Kind, Line, Side
from tests.given import TODAY

DAY = date(2027, 3, 1)
RECORD = {
    "record_id": 7,
    "person_id": 1,
    "prison": "MDI",
    "custody": "in_prison",
    "legal_status": "SENTENCED",
    "release_date": DAY,
    "basis": "conditional_release_date",
    "result": "in_remit",
    "reason": "not_british",
}
CASE = {"case_id": 3, "person_id": 1, "custody": "serving", "release_date": DAY}


def reckoned(
    theirs: list[dict[str, Any]] = [],  # noqa: B006
    ours: list[dict[str, Any]] = [],  # noqa: B006
    standing: list[tuple[int, str]] = [],  # noqa: B006
    gone: list[tuple[int, str]] = [],  # noqa: B006
    differing: list[tuple[int, str, str, str]] = [],  # noqa: B006
) -> Reckoned:
    return reckon(
        theirs=pl.DataFrame([RECORD | each for each in theirs], schema=THEIRS),
        ours=pl.DataFrame([CASE | each for each in ours], schema=OURS),
        standing=pl.DataFrame(standing, schema=STANDING, orient="row"),
        gone=pl.DataFrame(gone, schema=GONE, orient="row"),
        differing=pl.DataFrame(differing, schema=DIFFERING, orient="row"),
    )


def lines(found: Reckoned) -> dict[str, int]:
    return {each.line.value: each.persons for each in found.lines if each.persons}


def broken(found: Reckoned) -> list[tuple[str, str, str]]:
    return [(row["kind"], row["ours"], row["theirs"]) for row in found.breaks.iter_rows(named=True)]


OUT = {"result": "out_of_remit"}
# In words; their record, our case, what is known, whether they are gone from the list; the line, and the breaks.
PLACED: list[tuple[str, dict[str, Any] | None, dict[str, Any] | None, list[str], list[str], str, list[str]]] = [
    ("on both sides", {}, {}, [], [], "matched", []),
    ("on their list, and nobody has looked", {}, None, [], [], "not_referred", ["not_referred"]),
    ("the nationality is not known, and nobody has asked", {"result": "unclear"}, None, [], [], "not_referred", ["not_referred"]),
    ("released before anybody looked", {"custody": "released"}, None, [], [], "not_referred", ["not_referred"]),
    ("referred", {}, None, ["referred"], [], "referred", []),
    ("asked about", {"result": "unclear"}, None, ["asked"], [], "asked", []),
    ("a referral stands before what was decided earlier", {}, None, ["no_interest", "referred"], [], "referred", []),
    ("no interest", {}, None, ["no_interest"], [], "no_interest", []),
    ("found out of remit by a person", {}, None, ["found_out"], [], "found_out", []),
    ("a case that was closed", {}, None, ["closed"], [], "case_closed", []),
    ("British, as the prison says", {**OUT, "reason": "british"}, None, [], [], "rule_british", []),
    ("not convicted", {**OUT, "reason": "not_convicted"}, None, [], [], "rule_not_convicted", []),
    ("out of remit by a rule that came later", {**OUT, "reason": "something"}, None, [], [], "rule_other", []),
    ("in the community", None, {"custody": "community"}, [], [], "community", []),
    ("in a removal centre", None, {"custody": "detained"}, [], [], "detained", []),
    ("held, and gone from the list", None, {}, [], ["unexplained"], "left_unexplained", []),
    ("held, gone, and explained", None, {}, [], ["explained"], "left_explained", ["released"]),
    ("held after sentence, and gone", None, {"custody": "time_served"}, [], ["explained"], "left_explained", ["released"]),
    ("held, and their row was refused", None, {}, [], ["refused"], "row_refused", []),
    ("gone twice, and once without a reason", None, {}, [], ["explained", "unexplained"], "left_unexplained", []),
    ("held, and never on the list", None, {}, [], [], "never_listed", ["not_listed"]),
    ("the case does not know", None, {"custody": "unknown"}, [], [], "custody_unknown", ["not_listed"]),
    ("released, and the case says held", {"custody": "released"}, {}, [], [], "matched", ["released"]),
    ("released, and the case says so", {"custody": "released"}, {"custody": "community"}, [], [], "matched", []),
    ("in prison, and the case says in the community", {}, {"custody": "community"}, [], [], "matched", ["custody"]),
    ("held under immigration powers", {"legal_status": "IMMIGRATION_DETAINEE"}, {}, [], [], "matched", ["custody"]),
    ("held under them, as the case says", {"legal_status": "IMMIGRATION_DETAINEE"}, {"custody": "detained"}, [], [], "matched", []),
    ("serving, and the case says detained", {}, {"custody": "detained"}, [], [], "matched", ["custody"]),
    ("the prison does not know where", {"custody": "not_known"}, {}, [], [], "matched", []),
    ("another release date", {}, {"release_date": DAY + timedelta(1)}, [], [], "matched", ["release_date"]),
    ("a release date that the case lacks", {}, {"release_date": None}, [], [], "matched", ["release_date"]),
    ("a release date that their list lacks", {"release_date": None}, {}, [], [], "matched", []),
]


@pytest.mark.parametrize(("theirs", "ours", "known", "gone", "line", "kinds"), [row[1:] for row in PLACED], ids=[row[0] for row in PLACED])
def test_somebody_stands_on_one_line(
    theirs: dict[str, Any] | None, ours: dict[str, Any] | None, known: list[str], gone: list[str], line: str, kinds: list[str]
) -> None:
    found = reckoned(
        [theirs] if theirs is not None else [],
        [ours] if ours is not None else [],
        [(1, word) for word in known],
        [(1, why) for why in gone],
    )
    assert lines(found) == {line: 1}
    assert [each[0] for each in broken(found)] == kinds
    assert found.adds_up


def test_a_break_says_what_each_side_says() -> None:
    found = reckoned([{}], [{"custody": "community", "release_date": None}])
    assert broken(found) == [("custody", "community", "serving"), ("release_date", "", "2027-03-01")]
    assert found.breaks["basis"].to_list() == ["conditional_release_date"] * 2


APART = {"custody": "community", "release_date": DAY + timedelta(1)}
# In words; our case, what their records and ours contradict each other in; the breaks, and where among those on both sides.
BOTH: list[tuple[str, dict[str, Any], list[str], list[str], str]] = [
    ("nothing differs", {}, [], [], "agreed"),
    ("another nationality", {}, ["nationality"], ["nationality"], "nationality"),
    ("another person, as it seems", {}, ["identity"], ["identity"], "identity"),
    ("who, and of what nationality", {}, ["nationality", "identity"], ["identity", "nationality"], "identity"),
    ("a date is graver than a nationality", {"release_date": None}, ["nationality"], ["nationality", "release_date"], "release_date"),
    ("where, before the date", APART, [], ["custody", "release_date"], "custody"),
    ("who, before where", APART, ["identity"], ["custody", "identity", "release_date"], "identity"),
]


@pytest.mark.parametrize(("ours", "apart", "kinds", "stands"), [row[1:] for row in BOTH], ids=[row[0] for row in BOTH])
def test_somebody_on_both_sides_stands_once_by_the_gravest_and_each_difference_is_a_break(
    ours: dict[str, Any], apart: list[str], kinds: list[str], stands: str
) -> None:
    found = reckoned([{}], [ours], differing=[(1, kind, "A", "B") for kind in apart])
    assert lines(found) == {"matched": 1}
    assert sorted(each[0] for each in broken(found)) == sorted(kinds)
    assert {each.kind.value if each.kind else "agreed": each.who for each in found.agreements if each.who} == {stands: (1,)}
    assert set(found.breaks.filter(pl.col("kind").is_in(apart))["record_id"]) <= {7}


def test_what_is_said_of_somebody_on_one_side_alone_is_no_break() -> None:
    assert not broken(reckoned([{}], standing=[(1, "referred")], differing=[(1, "nationality", "AL", "GB")]))


def test_somebody_released_and_said_to_be_held_is_the_gravest_on_both_sides() -> None:
    found = reckoned([{"custody": "released"}], [{}], differing=[(1, "identity", "A", "B")])
    assert [each.kind for each in found.agreements if each.who] == [Kind.RELEASED]
    assert [each.kind for each in found.agreements][:2] == [None, Kind.RELEASED]


def test_somebody_with_two_records_is_counted_once_and_in_prison_rather_than_out() -> None:
    found = reckoned([{"record_id": 7}, {"record_id": 8, "custody": "released"}, {"record_id": 9, "person_id": 2}], [{}])
    assert (found.records, found.second_records, found.their_persons) == (3, 1, 2)
    assert found.further == (8,), "the record that is out gives way to the one that is in"
    assert lines(found) == {"matched": 1, "not_referred": 1}
    assert [each[0] for each in broken(found)] == ["not_referred"]
    assert found.adds_up


def test_an_empty_list_and_an_empty_command_add_up() -> None:
    assert reckoned().adds_up
    assert not lines(reckoned())


def test_every_line_and_kind_has_words() -> None:
    assert set(WORDS) == set(Line)
    assert set(BROKEN.values()) <= set(KINDS)
    assert set(KINDS) == set(Kind) == set(OUTCOMES)
    assert list(load("reconciliation").at("gravity", TODAY).texts("order")) == [kind.value for kind in Kind]
    assert list(Kind)[:2] == list(ALARMS), "nothing is graver than the two that head the certificate"


PERSON = st.integers(1, 12)
RECORDS = st.lists(
    st.fixed_dictionaries(
        {
            "record_id": st.integers(1, 10_000),
            "person_id": PERSON,
            "custody": st.sampled_from(["in_prison", "released", "not_known"]),
            "legal_status": st.sampled_from(["SENTENCED", "IMMIGRATION_DETAINEE", "UNKNOWN"]),
            "release_date": st.none() | st.dates(date(2026, 1, 1), date(2030, 1, 1)),
            "result": st.sampled_from(["in_remit", "unclear", "out_of_remit"]),
            "reason": st.sampled_from(["british", "not_british", "died", "of_tomorrow"]),
        }
    ),
    unique_by=lambda each: each["record_id"],
    max_size=20,
)
CASES = st.lists(
    st.fixed_dictionaries(
        {
            "case_id": st.integers(1, 10_000),
            "person_id": PERSON,
            "custody": st.sampled_from(["serving", "time_served", "detained", "community", "unknown"]),
            "release_date": st.none() | st.dates(date(2026, 1, 1), date(2030, 1, 1)),
        }
    ),
    unique_by=lambda each: each["person_id"],
    max_size=12,
)


SAID = ["AL", "GB", "IT", "not GB"]
# Of each person and field at most one contradiction; what each side says is whatever it is.
DIFFER = st.lists(
    st.tuples(PERSON, st.sampled_from(["identity", "nationality"]), st.sampled_from(SAID), st.sampled_from(SAID)),
    unique_by=lambda each: each[:2],
    max_size=12,
)


@settings(deadline=None)
@given(
    theirs=RECORDS,
    ours=CASES,
    differing=DIFFER,
    standing=st.lists(st.tuples(PERSON, st.sampled_from(sorted(STANDINGS))), max_size=12),
    gone=st.lists(st.tuples(PERSON, st.sampled_from(sorted(MISSING))), max_size=12),
)
def test_the_lines_add_up_to_both_totals(
    theirs: list[dict[str, Any]],
    ours: list[dict[str, Any]],
    differing: list[tuple[int, str, str, str]],
    standing: list[tuple[int, str]],
    gone: list[tuple[int, str]],
) -> None:
    found = reckoned(theirs, ours, standing, gone, differing)
    assert found.adds_up
    assert found.matched == len({each["person_id"] for each in theirs} & {each["person_id"] for each in ours})
    every = {each["person_id"] for each in [*theirs, *ours]}
    assert sum(each.persons for each in found.lines) == len(every), "each person stands on one line"
    alone = {each.line for each in found.lines if each.persons and each.side != Side.BOTH}
    assert {BROKEN[line].value for line in alone & BROKEN.keys()} <= set(found.breaks["kind"])
    both = [person for each in found.agreements for person in each.who]
    assert sorted(both) == sorted(next(each.who for each in found.lines if each.line == Line.MATCHED)), "each on one line of these too"
    told = {person for person, *_ in differing}
    assert not told & set(found.agreements[0].who), "nobody of whom something differs stands where nothing does"
    assert len(found.breaks) == len(found.breaks.unique(["kind", "person_id"])), "of each kind one break a person"


@settings(max_examples=25, deadline=None)
@given(theirs=RECORDS, ours=CASES, differing=DIFFER, swap=st.permutations(SAID))
def test_what_nationality_is_said_moves_nobody(
    theirs: list[dict[str, Any]], ours: list[dict[str, Any]], differing: list[tuple[int, str, str, str]], swap: list[str]
) -> None:
    """Whatever nationalities two sides disagree in, lines, parts and breaks come in the same order with the same persons."""
    other = dict(zip(SAID, swap, strict=True))
    changed = [(person, kind, other[ours], other[theirs]) for person, kind, ours, theirs in differing]
    one, two = reckoned(theirs, ours, differing=differing), reckoned(theirs, ours, differing=changed[::-1])
    assert (one.lines, one.agreements) == (two.lines, two.agreements)
    without = ["kind", "person_id", "case_id", "record_id", "basis"]
    assert one.breaks.select(without).equals(two.breaks.select(without))


@given(theirs=RECORDS, ours=CASES)
def test_the_order_of_the_rows_changes_nothing(theirs: list[dict[str, Any]], ours: list[dict[str, Any]]) -> None:
    one, other = reckoned(theirs, ours), reckoned(theirs[::-1], ours[::-1])
    assert one.lines == other.lines
    assert one.breaks.equals(other.breaks)


def record_saying(custody: str, legal_status: str) -> Any:
    """A record of the prison's, as far as `custody_of` looks at it."""
    return SimpleNamespace(custody=custody, legal_status=legal_status, reception_date=None, content={})


@pytest.mark.parametrize("legal_status", ["SENTENCED", "IMMIGRATION_DETAINEE", "REMAND", ""])
@pytest.mark.parametrize("custody", [each.value for each in InPrison])
def test_where_a_record_says_somebody_is_reads_as_it_does_when_a_case_is_opened_from_it(custody: str, legal_status: str) -> None:
    """Two rooms say it, one of tables and one of records: where they disagreed, every case just opened would be a break."""
    opened, _ = custody_of(record_saying(custody, legal_status))
    found = reckoned([{"custody": custody, "legal_status": legal_status}], [{"custody": opened}])
    assert broken(found) == []
