"""The contracts' pages say what the contracts say, and the contracts know the source's own fields."""

import json
from pathlib import Path

import pytest

from longstop.intake.contracts import PRISONERS, pages

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = ROOT.parent / "shared" / "data" / "hmpps" / "prisoner-search.openapi.json"


@pytest.mark.parametrize("source", pages())
def test_the_page_of_a_contract_is_up_to_date(source: str) -> None:
    page = ROOT / "docs" / "contracts" / f"{source}.md"
    assert page.read_text(encoding="utf-8") == pages()[source], "run python scripts/write_contracts.py"


@pytest.mark.skipif(not SCHEMA.exists(), reason="the prison service's own schema is not on this machine")
def test_the_contract_knows_every_field_of_the_source() -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))["components"]["schemas"]
    assert schema["Prisoner"]["properties"].keys() - PRISONERS.by_name.keys() == set()
    for name, part in (("aliases", "PrisonerAlias"), ("alerts", "PrisonerAlert"), ("identifiers", "Identifier"), ("addresses", "Address")):
        assert schema[part]["properties"].keys() - PRISONERS.by_name[name].by_name.keys() == set(), name
