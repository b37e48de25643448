"""Identifiers: good ones come out in one canonical form, bad ones with a sentence."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longstop.kernel.identifiers import (
    CHECK_LETTERS,
    BadIdentifier,
    case_reference,
    parse_case_reference,
    parse_cro,
    parse_home_office_reference,
    parse_pnc,
    parse_prison_number,
)

PARSERS = (parse_prison_number, parse_pnc, parse_cro, parse_home_office_reference, parse_case_reference)
NUMBERS = st.integers(min_value=1, max_value=10**12 - 1)


@pytest.mark.parametrize("text", ["A1234BC", "a1234bc", "  A1234BC ", "A12\u200b34BC", "A 1234 BC"])
def test_prison_number_is_read_as_people_write_it(text: str) -> None:
    assert parse_prison_number(text) == "A1234BC"


@pytest.mark.parametrize("text", ["", "ABC123", "NOCASELOAD", "JVWN4Y8", "A1234B", "A١٢٣٤BC"])
def test_what_is_no_prison_number_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(BadIdentifier, match=r"^[A-Z“].*\.$"):
        parse_prison_number(text)


@pytest.mark.parametrize(
    ("text", "canonical", "short"),
    [
        ("81/34U", "1981/0000034U", "81/34U"),
        ("02/73319Z", "2002/0073319Z", "02/73319Z"),
        ("12/394773H", "2012/0394773H", "12/394773H"),
        ("2012/394773H", "2012/0394773H", "12/394773H"),
        ("2012/0394773h", "2012/0394773H", "12/394773H"),
        ("20120394773H", "2012/0394773H", "12/394773H"),
        ("2012394773H", "2012/0394773H", "12/394773H"),
        ("12394773H", "2012/0394773H", "12/394773H"),
        (" 12 / 394773 H", "2012/0394773H", "12/394773H"),
    ],
)
def test_pnc_has_one_canonical_form(text: str, canonical: str, short: str) -> None:
    pnc = parse_pnc(text)
    assert (pnc.canonical, pnc.short) == (canonical, short)
    assert parse_pnc(pnc.canonical) == pnc


@pytest.mark.parametrize("text", ["12/394773I", "12/395678H", "2015/001234S", "1231/XX/121", "1/1234AA", "012/1A", "H"])
def test_a_pnc_that_does_not_hold_is_refused(text: str) -> None:
    with pytest.raises(BadIdentifier):
        parse_pnc(text)


@pytest.mark.parametrize(
    ("year", "prison_search", "person_record_in_2026"),
    [(0, 2000, 2000), (26, 2026, 2026), (27, 2027, 1927), (38, 2038, 1938), (39, 1939, 1939)],
)
def test_the_two_conventions_for_a_year_of_two_digits(year: int, prison_search: int, person_record_in_2026: int) -> None:
    letter = CHECK_LETTERS[int(f"{year:02}0000034") % 23]
    text = f"{year:02}/34{letter}"
    assert parse_pnc(text).year == prison_search
    assert parse_pnc(text, today=date(2026, 8, 20)).year == person_record_in_2026


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("29906/12J", "029906/12J"),
        ("029906/12j", "029906/12J"),
        ("65656/91H", "065656/91H"),
        ("SF80/655108V", "SF80/655108V"),
    ],
)
def test_cro_has_one_canonical_form(text: str, canonical: str) -> None:
    assert parse_cro(text).canonical == canonical
    assert parse_cro(canonical).canonical == canonical


@pytest.mark.parametrize("text", ["000000/00Z", "29906/12K", "29906/12P", "124589", "9/999B", ""])
def test_a_cro_that_does_not_hold_is_refused(text: str) -> None:
    with pytest.raises(BadIdentifier):
        parse_cro(text)


def test_leading_zeros_belong_to_the_number_in_the_file_form_of_a_cro() -> None:
    bare, padded = int("801234") % 23, int("80001234") % 23
    assert bare != padded
    assert parse_cro(f"SF80/001234{CHECK_LETTERS[padded]}").serial == "001234"
    with pytest.raises(BadIdentifier):
        parse_cro(f"SF80/001234{CHECK_LETTERS[bare]}")


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("x1234567", "X1234567"),
        ("ABC/1234567", "ABC/1234567"),
        ("1234-5678-9012-3456", "1234567890123456"),
    ],
)
def test_home_office_reference(text: str, canonical: str) -> None:
    assert parse_home_office_reference(text) == canonical


@pytest.mark.parametrize("text", ["X123", "UNKNOWN", "12345678901234567", "X12345?7", "N/A/N/A"])
def test_what_is_no_home_office_reference_is_refused(text: str) -> None:
    with pytest.raises(BadIdentifier):
        parse_home_office_reference(text)


@pytest.mark.parametrize(
    "text",
    ["LS-000042-V", "ls 42 v", "LS42V", "000042-v", "--42v", "LS–000042–V"],
)
def test_our_reference_is_read_as_people_type_it(text: str) -> None:
    assert case_reference(42) == "LS-000042-V"
    assert parse_case_reference(text) == 42


@given(NUMBERS)
def test_our_reference_comes_back_as_the_number(number: int) -> None:
    assert parse_case_reference(case_reference(number)) == number


@given(NUMBERS, st.data())
def test_one_wrong_digit_or_two_exchanged_never_reach_another_case(number: int, data: st.DataObject) -> None:
    reference = case_reference(number)
    digits = list(reference.split("-")[1])
    place = data.draw(st.integers(0, len(digits) - 1))
    if data.draw(st.booleans()):
        digits[place] = data.draw(st.sampled_from([d for d in "0123456789" if d != digits[place]]))
    else:
        digits[place - 1], digits[place] = digits[place], digits[place - 1]
        if place == 0 or digits[place - 1] == digits[place]:
            return
    with pytest.raises(BadIdentifier):
        parse_case_reference(f"LS-{''.join(digits)}-{reference[-1]}")


def _refusal(parse: Callable[[str], object], text: str) -> str | None:
    try:
        parse(text)
    except BadIdentifier as refusal:
        return str(refusal)
    return None


@given(st.text(max_size=60), st.sampled_from(PARSERS))
def test_any_text_at_all_is_read_or_refused_in_a_sentence(text: str, parse: Callable[[str], object]) -> None:
    refusal = _refusal(parse, text)
    assert refusal is None or (refusal.endswith(".") and "\n" not in refusal)
