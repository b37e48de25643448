"""What contradicts and what does not, as tables that a caseworker could check: of what nationality somebody is, and who they are."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longstop.kernel.policy import load
from longstop.kernel.text import fold
from longstop.reconciliation import nationalities
from longstop.reconciliation.comparing import compare
from longstop.reconciliation.rules import Kind
from tests.given import TODAY

PNC, OTHER_PNC = "2012/0394773H", "2002/0073319Z"
CRO, OTHER_CRO = "029906/12J", "065656/91H"

# Our words, parted by semicolons; their word; whether they contradict.
NATIONALITIES = """
Albanian                 | Albanian        | no
Albanian                 | ALBANIAN        | no
Albanian                 | ALBA            | no
Pole                     | Polish          | no
Welsh                    | British         | no
Albanian                 | Italian         | yes
Albanian                 | British         | yes
British                  | Jamaican        | yes
Irish                    | British         | yes
Stateless                | Albanian        | yes
Albanian; Italian        | Italian         | no
Albanian; Italian        | British         | yes
Northern Irish           | Irish           | no
Northern Irish           | British         | no
Northern Irish           | French          | yes
Congolese                | Congolese (Republic) | no
Yugoslav                 | Serbian         | no
Yugoslav                 | Albanian        | yes
                         |                 | no
                         | British         | no
Unknown                  | British         | no
Unknown                  | Not stated      | no
Unknown; Albanian        | British         | yes
Albanian                 | Not known       | no
Albanian                 | Elbonian        | no
Elbonian                 | Albanian        | no
Albanian                 | Dual national   | no
Dual national; Albanian  | British         | no
Kurdish                  | Iraqi           | no
"""


def table(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in text.splitlines() if line.strip()]


@pytest.mark.parametrize(("ours", "theirs", "differ"), table(NATIONALITIES))
def test_nationalities_contradict_only_where_each_side_says_one_and_none_is_both(ours: str, theirs: str, differ: str) -> None:
    mine = {"nationality": ours, "nationalities": [word.strip() for word in ours.split(";") if word.strip()]}
    for one, other in ((mine, {"nationality": theirs}), ({"nationality": theirs}, mine)):
        assert [each.kind for each in compare([one], other, today=TODAY)] == ([Kind.NATIONALITY] if differ == "yes" else [])


def test_a_second_record_of_ours_may_bring_the_nationality_that_agrees() -> None:
    assert compare([{"nationality": "Albanian"}, {"nationality": "Italian"}], {"nationality": "Italian"}, today=TODAY) == []
    (found,) = compare([{"nationality": "Albanian"}, {"nationality": "Italian"}], {"nationality": "French"}, today=TODAY)
    assert (found.ours, found.theirs) == ("AL IT", "FR")
    assert nationalities.in_words(found.ours, today=TODAY) == "Albanian, Italian"


def test_every_word_that_the_rules_of_remit_take_for_a_nationality_has_a_meaning_here() -> None:
    remit = load("remit").at("nationality", TODAY)
    for kind in ("british", "irish", "foreign"):
        for word in remit.texts(kind):
            codes = nationalities.meant([word], today=TODAY)
            assert codes or word == "Kurdish", word
            assert kind != "british" or codes == {"GB"}, word
            assert kind != "foreign" or "GB" not in codes, word
    for word in remit.texts("unknown"):
        assert not nationalities.meant([word], today=TODAY), word


def person(name: str, born: str = "", *, aliases: str = "", pnc: str = "", cro: str = "") -> dict[str, Any]:
    given_name, _, family = name.rpartition(" ")
    numbers = [{"kind": kind, "value": value, "canonical": value} for kind, value in (("pnc", pnc), ("cro", cro)) if value]
    others = [{"as_written": each.strip(), "given": "", "family": "", "date_of_birth": None} for each in aliases.split(";") if each.strip()]
    return {"name": {"given": given_name, "family": family}, "aliases": others, "date_of_birth": born or None, "identifiers": numbers}


# In words; ours, theirs; the parts that contradict.
IDENTITIES: list[tuple[str, dict[str, Any], dict[str, Any], list[str]]] = [
    ("the same", person("Arben Kola", "1990-05-17"), person("Arben Kola", "1990-05-17"), []),
    ("capitals", person("Arben Kola"), person("ARBEN KOLA"), []),
    ("the other way round", person("Arben Kola"), person("Kola Arben"), []),
    ("accents", person("José Núñez"), person("Jose Nunez"), []),
    ("another spelling", person("Mohammed Hussein"), person("Muhamad Husain"), []),
    ("another script", person("Dmitri Ivanov"), person("Дмитрий Иванов"), []),
    ("a middle name more", person("Arben Kola"), person("Arben Ilir Kola"), []),
    ("known by an alias of ours", person("Arben Kola", aliases="Ilir Hoxha"), person("Ilir Hoxha"), []),
    ("known by an alias of theirs", person("Ilir Hoxha"), person("Arben Kola", aliases="Marko Petrov; Ilir Hoxha"), []),
    ("no name in common", person("Arben Kola"), person("Ilir Hoxha"), ["name"]),
    ("only the forename in common", person("Maria Silva"), person("Maria Santos"), ["name"]),
    ("another day of birth", person("Arben Kola", "1990-05-17"), person("Arben Kola", "1990-05-18"), ["born"]),
    ("day and month exchanged", person("Arben Kola", "1990-05-07"), person("Arben Kola", "1990-07-05"), ["born"]),
    ("born, as far as the year is known", person("Arben Kola", "1990-01-01"), person("Arben Kola", "1990-05-17"), []),
    ("the first of January of another year", person("Arben Kola", "1991-01-01"), person("Arben Kola", "1990-05-17"), ["born"]),
    ("a placeholder", person("Arben Kola", "1970-01-01"), person("Arben Kola", "1990-05-17"), []),
    ("no date of birth on one side", person("Arben Kola"), person("Arben Kola", "1990-05-17"), []),
    ("no name on one side", person(""), person("Arben Kola"), []),
    ("another PNC number", person("Arben Kola", pnc=PNC), person("Arben Kola", pnc=OTHER_PNC), ["pnc"]),
    ("a PNC number on one side", person("Arben Kola", pnc=PNC), person("Arben Kola"), []),
    ("a PNC number here, a CRO number there", person("Arben Kola", pnc=PNC), person("Arben Kola", cro=CRO), []),
    ("another CRO number", person("Arben Kola", cro=CRO), person("Arben Kola", cro=OTHER_CRO), ["cro"]),
    ("everything", person("A Kola", "1990-05-17", pnc=PNC), person("I Hoxha", "1980-02-03", pnc=OTHER_PNC), ["name", "born", "pnc"]),
]


@pytest.mark.parametrize(("ours", "theirs", "parts"), [row[1:] for row in IDENTITIES], ids=[row[0] for row in IDENTITIES])
def test_who_somebody_is_differs_only_where_the_two_contradict_each_other(
    ours: dict[str, Any], theirs: dict[str, Any], parts: list[str]
) -> None:
    for one, other in ((ours, theirs), (theirs, ours)):
        found = compare([one], other, today=TODAY)
        assert [each.kind for each in found] == ([Kind.IDENTITY] if parts else [])
        for each in found:
            assert [line.split(" ")[0] for line in each.ours.split("\n")] == parts
            assert [line.split(" ")[0] for line in each.theirs.split("\n")] == parts


KINDS = ("british", "irish", "foreign", "unclear", "unknown")
WORDS = sorted(fold(word) for kind in KINDS for word in load("remit").at("nationality", TODAY).texts(kind))
SAID = st.lists(st.sampled_from([*WORDS, "elbonian", ""]), max_size=3)


@settings(max_examples=40, deadline=None)
@given(ours=SAID, theirs=SAID)
def test_comparing_nationalities_favours_no_side_and_no_order(ours: list[str], theirs: list[str]) -> None:
    one, other = ({"nationalities": said} for said in (ours, theirs))
    found = compare([one], other, today=TODAY)
    assert bool(found) == bool(compare([other], one, today=TODAY))
    assert found == compare([{"nationalities": ours[::-1]}], {"nationalities": theirs[::-1]}, today=TODAY)
    assert not found or not set(ours) & set(theirs), "a word that both say is never a contradiction"
