"""Records are compared once, and again when they change; an answer keeps its reason; a version that was, is; disposal forgets likeness."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import polars as pl
import pytest

from longstop.audit.actions import SYSTEM
from longstop.audit.models import Event, Payload
from longstop.linkage.comparisons import BY_NAME
from longstop.linkage.definitions import BadDefinition, Definition, default, of_plain, read
from longstop.linkage.linking import link_tables
from longstop.linkage.model import Thresholds
from longstop.linkage.weighing import COMMON, weigh
from longstop.people import actions
from longstop.people.actions import comparing
from longstop.people.comparing import two_prisons
from longstop.people.likeness import LABELS, likeness_between, weight_in_words
from longstop.people.linkage_versions import in_force, known_versions
from longstop.people.models import LinkageKey, LinkageMark, LinkagePair
from tests.linkage.invented import people as invented
from tests.people.test_people import AT, content, take_on

LATER = AT + timedelta(days=1)
HOME: dict[str, Any] = {"addresses": [{"address": "14 Quarry Lane", "postcode": "ZZ4 7AB"}]}


def compare(definition: Definition | None = None, *, chunk: int = 500) -> int:
    return comparing.compare_records(definition=definition or default(), by=SYSTEM, at=LATER, chunk=chunk)


def another(name: str, *, join: float = 0.9999999, fracture: float = 0.01) -> Definition:
    """Give a definition that joins later and parts later than ours."""
    said = default().as_plain() | {"name": name}
    return of_plain(said | {"model": said["model"] | {"join": join, "fracture": fracture}})


def kept(version: str = "") -> set[tuple[Any, ...]]:
    """Give every pair that is kept, with its answer, how it was reached and what each field said."""
    rows = LinkagePair.objects.filter(version__name=version) if version else LinkagePair.objects.all()
    said = dict(Payload.objects.values_list("pk", "content"))
    return {
        (each.version.name, each.one, each.other, each.answer, each.because, each.weight, str(said[each.reasons_payload_id]))
        for each in rows.select_related("version")
    }


@pytest.fixture
def some(db: None) -> list[int]:
    """Take on a person twice, with a letter mistyped; twins; and others who are like nobody."""
    told = [
        content("Ilir", "Krasniqi", "A1001AA", date_of_birth="1988-03-04", **HOME),
        content("Ilir", "Krasnqi", "A1002AA", date_of_birth="1988-03-04", **HOME),
        content("Tobias", "Morvelzak", "A1003AA", date_of_birth="1979-07-21"),
        content("Viktor", "Morvelzak", "A1004AA", date_of_birth="1979-07-21"),
        content("Gerda", "Oapelrus", "A1005AA", date_of_birth="1994-12-30"),
    ]
    return [take_on(each) for each in told]


def answer(one: int, other: int) -> tuple[str, str] | None:
    found = likeness_between(person_id=one, other_id=other)
    return (found.answer, found.because) if found else None


def test_a_person_taken_on_twice_is_found_and_every_field_says_why(some: list[int]) -> None:
    assert compare() == 5
    found = likeness_between(person_id=some[1], other_id=some[0])
    assert found is not None
    assert (found.one, found.other, found.version, found.in_force) == (some[0], some[1], default().name, True)
    assert found.answer == "join"
    assert found.probability > 0.999
    said = {each.label: (each.says, each.unadjusted, each.adjusted) for each in found.fields}
    assert said["Name"][0] == "A letter or two differ"
    assert said["Date of birth"][0] == "The same date"
    assert said["Postcode"][0] == "The same postcode"
    assert said["Nationality"] == ("Not known of both", 0, 0)
    assert found.start + sum(unadjusted for _, unadjusted, _ in said.values()) == pytest.approx(found.unadjusted, abs=0.05)
    assert found.start + sum(adjusted for _, _, adjusted in said.values()) == pytest.approx(found.weight, abs=0.05)
    assert all(each.in_words for each in found.fields)
    assert likeness_between(person_id=some[0], other_id=some[4]) is None


def test_twins_are_for_a_person_to_look_at(some: list[int]) -> None:
    compare()
    found = answer(some[2], some[3])
    assert found is None or found[0] != "join"


def test_a_contradicting_identifier_forbids_software_to_join(db: None) -> None:
    numbers = [[{"kind": "pnc", "value": "", "canonical": value}] for value in ("2002/0073319Z", "2012/0394773H")]
    said = {"date_of_birth": "1988-03-04", **HOME}
    one, two = (take_on(content("Ilir", "Krasniqi", f"A100{n}AA", identifiers=each, **said)) for n, each in enumerate(numbers))
    compare()
    assert answer(one, two) == ("look", "identifiers")


def test_two_prisons_on_one_day_are_told() -> None:
    def held(prison: str, status: str = "in_prison") -> dict[str, Any]:
        return {"custody": {"status": status, "prison": prison}}

    assert two_prisons(held("ZZI"), held("ZZO"))
    assert not two_prisons(held("ZZI"), held("ZZI"))
    assert not two_prisons(held("ZZI"), held("ZZO", "released"))
    assert not two_prisons(held("ZZI"), {})


def test_two_prisons_on_one_day_forbid_software_to_join(db: None) -> None:
    said = {"date_of_birth": "1988-03-04", **HOME}
    held = [{"custody": {"status": "in_prison", "prison": prison}} for prison in ("ZZI", "ZZO")]
    one, two = (take_on(content("Ilir", "Krasniqi", f"A100{n}AA", **each, **said)) for n, each in enumerate(held))
    compare()
    assert answer(one, two) == ("look", "prisons")


def test_what_has_not_changed_is_not_compared_again(some: list[int]) -> None:
    compare()
    held, payloads = kept(), Payload.objects.count()
    assert compare() == 0
    assert (kept(), Payload.objects.count()) == (held, payloads)
    take_on(content("Ilir", "Krasniqi", "A1001AA", date_of_birth="1988-03-04", **HOME), at=LATER)  # the same list again
    assert compare() == 0


def test_what_has_changed_is_compared_again_with_all(some: list[int]) -> None:
    compare()
    before = likeness_between(person_id=some[0], other_id=some[1])
    assert before is not None
    take_on(content("Ilir", "Krasniqi", "A1002AA", date_of_birth="1988-03-05", **HOME), at=LATER)
    assert compare() == 1
    after = likeness_between(person_id=some[0], other_id=some[1])
    assert after is not None
    assert {each.label: each.says for each in after.fields}["Date of birth"] == "One digit differs"
    take_on(content("Gerda", "Oapelrus", "A1002AA", date_of_birth="1994-12-30"), at=LATER + timedelta(days=1))
    assert compare() == 1
    assert answer(some[0], some[1]) is None
    assert answer(some[1], some[4]) == ("look", "weight")


def many() -> list[int]:
    """Take on forty people, every fourth of them twice."""
    told = list(invented(40, seed=7))
    rows = [(name, born) for name, born, _ in told] + [(name, born) for name, born, _ in told[::4]]
    said = [(*name.split(" ", 1), f"A{2000 + place}BB", born) for place, (name, born) in enumerate(rows)]
    return [take_on(content(given, family, number, date_of_birth=born)) for given, family, number, born in said]


def test_interrupted_and_run_again_equals_uninterrupted(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    many()
    done = {"calls": 0}
    whole = comparing._keep

    def stopped(*given: Any, **named: Any) -> None:
        done["calls"] += 1
        if done["calls"] == 3:
            raise KeyboardInterrupt
        whole(*given, **named)

    monkeypatch.setattr(comparing, "_keep", stopped)
    with pytest.raises(KeyboardInterrupt):
        compare(chunk=8)
    monkeypatch.undo()
    half = len(kept())
    compare(chunk=11)
    resumed = kept()
    LinkagePair.objects.all().delete()
    LinkageMark.objects.filter(mark__startswith="pairs").delete()
    compare()
    assert kept() == resumed
    assert half < len(resumed)
    assert sum(row[3] != "do_not_join" for row in resumed) == 10


def test_rolled_back_the_former_version_answers_as_it_did(some: list[int]) -> None:
    compare()
    before = likeness_between(person_id=some[0], other_id=some[1])
    strict = another("2026-12-01.1")
    comparing.put_in_force(definition=strict, reason="Fewer wrong joins", by=SYSTEM, at=LATER)
    compare(in_force())
    during = likeness_between(person_id=some[0], other_id=some[1])
    assert before is not None
    assert during is not None
    assert (before.answer, during.answer, during.version) == ("join", "look", strict.name)
    assert comparing.roll_back(reason="It asks too much", by=SYSTEM, at=LATER) == default().name
    assert likeness_between(person_id=some[0], other_id=some[1]) == before
    assert compare(in_force()) == 0
    assert [(each.name, each.in_force) for each in known_versions()] == [(strict.name, False), (default().name, True)]
    assert Event.objects.filter(kind="linkage.put_in_force").count() == 2


def test_a_version_cannot_be_changed_under_its_name(db: None) -> None:
    comparing.keep_version(definition=default(), by=SYSTEM, at=AT)
    with pytest.raises(comparing.AnotherDefinition):
        comparing.keep_version(definition=another(default().name), by=SYSTEM, at=AT)
    with pytest.raises(comparing.NothingBefore):
        comparing.roll_back(reason="Why not", by=SYSTEM, at=AT)


def test_disposal_forgets_whom_somebody_resembled(some: list[int]) -> None:
    compare()
    actions.dispose_person(person_id=some[0], disposal_id=1, by=SYSTEM, at=LATER)
    assert not LinkageKey.objects.filter(number=some[0]).exists()
    assert not LinkageMark.objects.filter(number=some[0]).exists()
    assert not any(some[0] in row[1:3] for row in kept())
    assert LinkageKey.objects.filter(number=some[1]).exists()


def test_joined_records_are_weighed_too_and_keep_their_numbers(some: list[int]) -> None:
    actions.join_person(person_id=some[0], other_id=some[4], reason="Said so", by=SYSTEM, at=AT)
    compare()
    found = likeness_between(person_id=some[0], other_id=some[4])
    assert found is not None
    assert (found.answer, {found.one, found.other}) == ("do_not_join", {some[0], some[4]})


def test_a_definition_says_everything_and_reads_again(tmp_path: Any) -> None:
    default().write(tmp_path / "one.json")
    assert read(tmp_path / "one.json").digest() == default().digest()
    assert LABELS.keys() == BY_NAME.keys()
    assert default().model.thresholds == Thresholds()
    for said in ({}, default().as_plain() | {"name": ""}, default().as_plain() | {"others": 0}):
        with pytest.raises(BadDefinition):
            of_plain(said)
    assert [default().prior(number) for number in (10, 1_000, 1_024, 1_025)] == [0.05 / 1024] * 3 + [0.05 / 2048]


def test_weights_are_told_in_words() -> None:
    assert weight_in_words(0.2) == "Says next to nothing"
    assert weight_in_words(1) == "2.0 times likelier if they are one person"
    assert weight_in_words(-10) == "1,000 times likelier if they are two persons"


def shares(records: pl.DataFrame) -> Iterable[tuple[str, dict[str, float]]]:
    for column in COMMON:
        values = records[column].drop_nulls()
        yield column, dict(values.value_counts(normalize=True).iter_rows())


def test_a_pair_is_weighed_as_linkage_weighs_it() -> None:
    told = [
        (f"{name}", born if place % 4 else f"{1960 + place % 30}-01-01", code)
        for place, (name, born, code) in enumerate(invented(90, seed=3))
    ]
    rows = [*told, *((name.upper(), born, "") for name, born, _ in told[::3])]
    linked = link_tables([pl.DataFrame(rows, schema=["name", "dob", "postcode"], orient="row")], model=default().model)
    scored = linked.pairs
    weighed = weigh(scored.select("id_l", "id_r"), linked.records, linked.model, prior=0.001, shares=dict(shares(linked.records)))
    levels = [column for column in scored.columns if column.startswith("level_")]
    assert weighed.select(levels).equals(scored.select(levels))
    for column in ("unadjusted", "weight"):
        apart = (scored[column] - weighed[column]).to_list()
        assert apart == pytest.approx([apart[0]] * len(apart), abs=1e-6)
    assert len(scored) > 25
