"""Every fault in the table has the outcome that the table says."""

import json
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from longstop.intake import prisoners
from tests.intake.given import GOOD

TABLE = tomllib.loads((Path(__file__).parent / "data" / "faults.toml").read_text(encoding="utf-8"))["fault"]


def record(given: str) -> dict[str, Any]:
    changed = GOOD | json.loads(given)
    return {name: value for name, value in changed.items() if value != "-"}


@pytest.mark.parametrize("row", TABLE, ids=[row["words"] for row in TABLE])
def test_a_fault_has_the_outcome_in_the_table(row: dict[str, str]) -> None:
    read = prisoners.read(record(row["given"]), observed_on=date(2026, 11, 18))
    assert (read.prisoner is None) == (row["outcome"] == "refused")
    if read.prisoner is None:
        assert read.refusal is not None
        found = [read.refusal]
    else:
        found = read.problems
    said = {(each.fault, each.field) for each in found}
    assert said == ({(row["fault"], row["field"])} if "fault" in row else set())
    for each in found:
        assert each.sentence.endswith(".")
        assert each.remedy.endswith(".")
        assert not each.value or len(each.value) < 3 or each.value not in each.sentence, "a value may be personal: it stays apart"


def test_names_are_quiet_only_where_the_source_shouts() -> None:
    shown = {
        ("MARY JANE", "O'BRIEN-SMITH"): "Mary Jane O'Brien-Smith",
        ("Ana", "de la Mora"): "Ana de la Mora",
        ("سليمان", "خالد"): "سليمان خالد",
        ("", "SUKARNO"): "Sukarno",
    }
    for (given, family), display in shown.items():
        name = prisoners.written_name({"firstName": given, "lastName": family})
        assert name["display"] == display
        assert name["as_written"] == f"{given} {family}".strip()


def test_the_likeliest_release_date_is_named() -> None:
    table = [
        ({"conditional_release_date": "2027-05-01", "automatic_release_date": "2027-04-01"}, "automatic_release_date"),
        ({"conditional_release_date": "2027-05-01", "release_date": "2027-06-01"}, "release_date"),
        ({"confirmed_release_date": "2027-07-01", "release_date": "2027-06-01"}, "confirmed_release_date"),
        (
            {"home_detention_curfew_actual_date": "2027-01-01", "conditional_release_date": "2027-05-01"},
            "home_detention_curfew_actual_date",
        ),
        ({"sentence_expiry_date": "2029-01-01", "parole_eligibility_date": "2026-01-01"}, ""),
    ]
    for dates, basis in table:
        assert prisoners.release_basis({name: date.fromisoformat(day) for name, day in dates.items()}) == basis
