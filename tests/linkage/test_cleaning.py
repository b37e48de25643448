"""What cleaning makes of what clerks and systems write, as tables that somebody who knows the field can read. All names are invented."""

import pytest

from longstop.linkage.cleaning.dates import birth_date, without_order
from longstop.linkage.cleaning.names import NAME_STEPS, name_words, script_of
from longstop.linkage.cleaning.nicknames import full_forms
from longstop.linkage.cleaning.numbers import number
from longstop.linkage.cleaning.places import area, place_words, postcode
from longstop.linkage.cleaning.steps import explain
from longstop.linkage.fields import Field
from longstop.linkage.sounds import skeleton

NAMES = [
    # written, its words
    ("OKAFOR", "okafor"),
    ("  Ngozi   OKAFOR ", "ngozi okafor"),
    ("Ngozi OKAFOR-BRIDGES", "ngozi okafor bridges"),
    ("O'Malley", "omalley"),
    ("O’Malley", "omalley"),
    ("Mc Tavish", "mctavish"),
    ("McTavish", "mctavish"),
    ("Mr Tobias Quill", "tobias quill"),
    ("Dr. Quill", "quill"),
    ("Mr", "mr"),
    ("MIG_ERROR_Quill", "quill"),
    ("NO_SHOW_Quill Tobias", "quill tobias"),
    ("NOT ENTERED", ""),
    ("Unknown", ""),
    ("Ruiz de la Vega", "ruiz vega"),
    ("van der Berg", "berg"),
    ("Yusuf bin Hamid", "yusuf hamid"),
    ("José Peña", "jose pena"),
    ("Şükrü Çelik", "sukru celik"),
    ("Łukasz Żak", "lukasz zak"),
    ("JosÃ© PeÃ±a", "jose pena"),  # UTF-8 that was read as Windows letters
    ("Å\x81ukasz Å»ak", "lukasz zak"),
    ("Ð˜Ð²Ð°Ð½", "ivan"),
    ("O’Malley Ã", "omalley"),  # not to be read again: left as it is
    ("SÃO", "sao"),
    ("Tobias J. Quill", "tobias quill"),
    ("Quill, Tobias", "quill tobias"),
    ("Quill\u200b Tobias", "quill tobias"),
    ("Ｑｕｉｌｌ", "quill"),
    ("Frank Nkrumah", "frank nkrumah"),
    ("Иван Петренко", "ivan petrenko"),
    ("Γιώργος Νικολάου", "giorgos nikolaoy"),
    ("محمود الحداد", "mhmud hdd"),
]


@pytest.mark.parametrize(("written", "words"), NAMES)
def test_a_name_is_made_comparable(written: str, words: str) -> None:
    assert " ".join(name_words([written])) == words


def test_parts_of_a_name_are_taken_in_order_and_each_word_once() -> None:
    assert name_words(["Tobias", None, "Tobias Quill"]) == ["tobias", "quill"]


def test_each_step_can_be_seen_at_work() -> None:
    seen = explain(NAME_STEPS, "MIG_ERROR_Mr José O'Malley-de Vega")
    assert [name for name, _ in seen] == ["placeholders", "case", "apostrophes", "separators", "titles", "scripts", "particles"]
    assert seen[-1][1] == "jose omalley vega"


@pytest.mark.parametrize(
    ("written", "script"),
    [
        ("Quill", "Latin"),
        ("Peña", "Latin"),
        ("Иван", "Cyrillic"),
        ("محمود", "Arabic"),
        ("王伟", "Han"),
        ("김민준", "Hangul"),
        ("דוד", "Hebrew"),
    ],
)
def test_the_script_of_a_name_is_told(written: str, script: str) -> None:
    assert script_of(written) == script


SOUNDS = [
    # two spellings of one name: the same skeleton
    ("mohammed", "muhammad"),
    ("mhmud", "mahmoud"),
    ("yusuf", "youssef"),
    ("petrenko", "petrenco"),
    ("catherine", "katherine"),
    ("philip", "filip"),
    ("shevchenko", "sevcenko"),
    ("dzhamal", "jamal"),
]


@pytest.mark.parametrize(("one", "other"), SOUNDS)
def test_spellings_of_one_name_have_one_skeleton(one: str, other: str) -> None:
    assert skeleton(one) == skeleton(other) != ""


@pytest.mark.parametrize(("one", "other"), [("hassan", "karim"), ("martin", "nadir"), ("petrov", "ivanov")])
def test_different_names_have_different_skeletons(one: str, other: str) -> None:
    assert skeleton(one) != skeleton(other)


DATES = [
    ("1984-03-07", "1984-03-07"),
    ("19840307", "1984-03-07"),
    ("07/03/1984", "1984-03-07"),
    ("7.3.1984", "1984-03-07"),
    ("03/17/1984", "1984-03-17"),  # 17 can only be a day
    ("1984-17-03", "1984-03-17"),
    ("1984-03-07T00:00:00", "1984-03-07"),
    ("1984-01-01", "1984-01-01"),  # common, and kept
    ("1970-01-01", None),
    ("1900-01-01", None),
    ("1984-00-00", None),
    ("March 1984", None),
    ("", None),
    (None, None),
]


@pytest.mark.parametrize(("written", "found"), DATES)
def test_a_date_of_birth_has_one_form(written: str | None, found: str | None) -> None:
    assert birth_date(written) == found


def test_day_and_month_exchanged_make_one_key() -> None:
    assert without_order("1984-03-07") == without_order("1984-07-03") != without_order("1984-03-08")


IDENTIFIERS = [
    (Field.PRISON_NUMBER, "a1234bc", "A1234BC"),
    (Field.PRISON_NUMBER, "A12345", None),
    (Field.PNC, "12/394773H", "2012/0394773H"),
    (Field.PNC, "2012/0394773H", "2012/0394773H"),
    (Field.PNC, "2012/0394773A", None),  # the check letter is wrong
    (Field.CRO, "65656/91H", "065656/91H"),
    (Field.CRO, "000000/00Z", None),
    (Field.NUMBER, "AB 12-34 56", "ab123456"),
    (Field.NUMBER, "0000000", None),
    (Field.NUMBER, "unknown", None),
]


@pytest.mark.parametrize(("field", "written", "found"), IDENTIFIERS)
def test_an_identifier_is_canonical_or_nothing(field: Field, written: str, found: str | None) -> None:
    assert number(field, written) == found


@pytest.mark.parametrize(
    ("written", "found"), [("sw1a 2aa", "SW1A2AA"), ("NF1 1NF", None), ("nf11fa", None), ("2119", "2119"), ("none", None), (None, None)]
)
def test_a_postcode_is_one_or_nothing(written: str | None, found: str | None) -> None:
    assert postcode(written) == found


def test_the_district_of_a_postcode() -> None:
    assert (area("SW1A2AA"), area("2119")) == ("SW1A", "211")


def test_the_words_of_an_address_keep_its_numbers() -> None:
    assert set(place_words("14 Saint-John's Rd.")) == {"saint", "johns", "rd", "14"}


def test_short_forms_of_forenames_stand_for_full_ones() -> None:
    assert "robert" in full_forms("bob")
    assert full_forms("bob") & full_forms("rob")
    assert full_forms("quill") == {"quill"}


SPELT = [
    # written by one system, by another
    ("maxamed", "mohamed"),
    ("xuseen", "hussein"),
    ("cabdiraxmaan", "abdirahman"),
    ("zhang", "cheung"),
    ("hsu", "xu"),
    ("baek", "paik"),
    ("rachid", "rashid"),
    ("ousmane", "osman"),
    ("oleksiy", "aleksei"),
]


@pytest.mark.parametrize(("one", "other"), SPELT)
def test_spellings_of_one_name_stand_for_one(one: str, other: str) -> None:
    assert full_forms(one) & full_forms(other)


@pytest.mark.parametrize(("one", "other"), [("zhang", "chen"), ("maxamed", "maxamuud"), ("kim", "park"), ("singh", "kaur")])
def test_other_names_do_not(one: str, other: str) -> None:
    assert not full_forms(one) & full_forms(other)
