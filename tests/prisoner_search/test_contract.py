"""What we ask and what the fake answers is what the prison service's own contract says; and, where that is not at hand, what ours does."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from longstop.commands.fetching import FIELDS, NOT_GIVEN
from longstop.gateways.prisoner_search import PrisonerSearch
from longstop.gateways.prisoner_search.fake import NUMBERS, PRISON, Fake, Question
from longstop.gateways.prisoner_search.service import MOST_NUMBERS
from longstop.intake.contracts import PRISONERS, Kind
from tests.prisoner_search.contract import has_field, wrong, wrong_in_answer, wrong_in_question
from tests.prisoner_search.people import asker, prisoner

OURS = Path(__file__).parent / "data" / "contract.json"
THEIRS = Path(__file__).resolve().parents[3] / "shared" / "data" / "hmpps" / "prisoner-search.openapi.json"
PEOPLE = [
    prisoner(1, identifiers=[{"type": "PNC", "value": "02/73319Z"}], additionalDaysAwarded=3),
    prisoner(2, "OUT", supportingPrisonId="MDI", restrictedPatient=True),
    prisoner(3, alerts=[{"alertType": "X", "alertCode": "XA", "active": True, "expired": False}]),
]


@pytest.fixture(params=[OURS, THEIRS], ids=["ours", "theirs"])
def document(request: pytest.FixtureRequest) -> Mapping[str, Any]:
    if not request.param.exists():
        pytest.skip("the prison service's own contract is not on this machine; the same is held against our excerpt of it")
    found: Mapping[str, Any] = json.loads(request.param.read_text())
    return found


def asked_of_the_fake() -> list[Question]:
    with Fake(PEOPLE) as fake:
        search = PrisonerSearch(asker(fake), fields=FIELDS, page=2)
        assert len(search.roll("MDI")) == len(search.records([each["prisonerNumber"] for each in PEOPLE])) == len(PEOPLE)
    return fake.asked


def test_what_we_ask_is_provided_for(document: Mapping[str, Any]) -> None:
    questions = asked_of_the_fake()
    assert [(each.method, each.path) for each in questions] == [("GET", f"{PRISON}MDI")] * 2 + [("POST", NUMBERS)]
    assert [wrong_in_question(document, each) for each in questions] == [[]] * 3


def test_what_the_fake_answers_is_as_the_contract_has_it(document: Mapping[str, Any]) -> None:
    fake = Fake(PEOPLE) if document["info"]["version"] != "1" else Fake([_known_to_ours(document, each) for each in PEOPLE])
    with fake:
        for question in asked_of_the_fake():
            status, answer = fake.answer(question)
            assert (status, wrong_in_answer(document, question, answer, filtered=True)) == (200, [])
        whole = Question("POST", NUMBERS, {}, {"prisonerNumbers": ["A0001ZZ"]})
        assert wrong_in_answer(document, whole, fake.answer(whole)[1], filtered=False) == []
        status, refusal = fake.answer(Question("POST", NUMBERS, {}, {"prisonerNumbers": []}))
        assert (status, list(wrong(document, document["components"]["schemas"]["ErrorResponse"], refusal, "refusal"))) == (400, [])


def _known_to_ours(document: Mapping[str, Any], record: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what our excerpt, which lists only what we look at, has no name for."""
    known = {name: value for name, value in record.items() if has_field(document, name)}
    return known | {"aliases": [{name: value for name, value in each.items() if name != "gender"} for each in record["aliases"]]}


def test_every_field_that_we_ask_for_is_in_the_record(document: Mapping[str, Any]) -> None:
    assert [name for name in FIELDS if not has_field(document, name)] == []
    assert [name for name in NOT_GIVEN if has_field(document, name)] == [], "it is given now, and should be asked for"


def test_the_check_sees_what_does_not_fit(document: Mapping[str, Any]) -> None:
    page = Question("GET", f"{PRISON}MDI", {"size": ["many"], "order": ["age"]}, None)
    assert sorted(wrong_in_question(document, page)) == ["order: no such parameter", "size: str, not integer"]
    too_many = Question("POST", NUMBERS, {}, {"prisonerNumbers": ["A"] * 1_001})
    assert wrong_in_question(document, too_many) == ["body.prisonerNumbers: 1001 of them"]
    answer = {"content": [{"dateOfBirth": "1984-17-01", "shoes": 9}], "totalElements": "3"}
    assert sorted(wrong_in_answer(document, page, answer, filtered=True)) == [
        "answer.content[0].dateOfBirth: not a date",
        "answer.content[0].shoes: not in the schema",
        "answer.totalElements: str, not integer",
    ]
    assert wrong_in_answer(document, page, {"content": [{}]}, filtered=False) != []
    with pytest.raises(KeyError):
        wrong_in_question(document, Question("DELETE", f"{PRISON}MDI", {}, None))


def test_our_excerpt_says_nothing_that_theirs_does_not() -> None:
    if not THEIRS.exists():
        pytest.skip("the prison service's own contract is not on this machine")
    ours, theirs = json.loads(OURS.read_text()), json.loads(THEIRS.read_text())
    for path, methods in ours["paths"].items():
        for method, told in methods.items():
            real = theirs["paths"][path][method]
            kinds = {each["name"]: (each["in"], each["required"], each["schema"]["type"]) for each in real["parameters"]}
            assert {each["name"]: (each["in"], each["required"], each["schema"]["type"]) for each in told["parameters"]} == kinds
            assert told["responses"]["200"]["content"].keys() == real["responses"]["200"]["content"].keys()
            assert told["responses"]["200"]["content"]["application/json"] == real["responses"]["200"]["content"]["application/json"]
    for name, schema in ours["components"]["schemas"].items():
        real = theirs["components"]["schemas"][name]
        assert set(schema.get("required", [])) <= set(real.get("required", [])), name
        for field, told in schema["properties"].items():
            same = {key: real["properties"][field].get(key) for key in told}
            assert same == told, f"{name}.{field}"


def test_what_is_not_looked_at_is_not_asked_for() -> None:
    kept = {field.name for field in PRISONERS.fields if field.kind is Kind.KEPT}
    assert {"religion", "ethnicity", "tattoos", "phoneNumbers"} <= kept
    assert not kept & set(FIELDS)
    assert not {"aliases.ethnicity", "addresses.phoneNumbers"} & set(FIELDS)
    assert {"nationality", "releaseDate", "aliases.lastName", "restrictedPatient"} <= set(FIELDS)
    assert MOST_NUMBERS <= 1_000
