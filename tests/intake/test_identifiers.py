"""Identifiers as the published formats have them: each sentence of domain.md 5.2 that can be tried, by its own example."""

import pytest

from longstop.kernel.identifiers import CHECK_LETTERS, BadIdentifier, parse_cro, parse_home_office_reference, parse_pnc, parse_prison_number

READ = [
    (parse_prison_number, "A1234BC", "A1234BC"),
    (parse_prison_number, "a1234bc", "A1234BC"),
    (lambda text: parse_pnc(text).canonical, "81/34U", "1981/0000034U"),
    (lambda text: parse_pnc(text).canonical, "02/73319Z", "2002/0073319Z"),
    (lambda text: parse_pnc(text).canonical, "12/394773H", "2012/0394773H"),
    (lambda text: parse_pnc(text).canonical, "2012/0394773H", "2012/0394773H"),
    (lambda text: parse_pnc(text).canonical, "20120394773H", "2012/0394773H"),
    (lambda text: parse_pnc(text).canonical, "120394773H", "2012/0394773H"),
    (lambda text: parse_pnc(text).short, "2012/0394773H", "12/394773H"),
    (lambda text: parse_cro(text).canonical, "65656/91H", "065656/91H"),
    (lambda text: parse_cro(text).canonical, "29906/12J", "029906/12J"),
    (parse_home_office_reference, "x1234567", "X1234567"),
    (parse_home_office_reference, "XXX/1234567", "XXX/1234567"),
    (parse_home_office_reference, "1234-5678-9012-3456", "1234567890123456"),
    (parse_home_office_reference, "GWF012345678", "GWF012345678"),
]
REFUSED = [
    (parse_prison_number, "1234ABC"),
    (parse_prison_number, "A12345C"),
    (parse_pnc, "12/394773A"),
    (parse_pnc, "12/39477312H"),
    (parse_cro, "000000/00Z"),
    (parse_cro, "65656/91J"),
    (parse_cro, "SF80/1234567A"),
    (parse_home_office_reference, "A123"),
    (parse_home_office_reference, "A1234567890123456"),
]


@pytest.mark.parametrize(("parse", "text", "canonical"), READ, ids=lambda each: each if isinstance(each, str) else "")
def test_a_published_form_is_read(parse, text: str, canonical: str) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    assert parse(text) == canonical


@pytest.mark.parametrize(("parse", "text"), REFUSED, ids=lambda each: each if isinstance(each, str) else "")
def test_what_has_not_the_form_or_the_letter_is_refused(parse, text: str) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    with pytest.raises(BadIdentifier):
        parse(text)


def test_the_letters_leave_out_what_is_read_as_digits() -> None:
    assert len(CHECK_LETTERS) == 23
    assert not set("IOS") & set(CHECK_LETTERS)


def test_the_file_form_of_a_cro_is_checked_over_the_serial_as_it_is_written() -> None:
    for year, serial in (("80", "655108"), ("39", "1"), ("63", "042")):
        letter = CHECK_LETTERS[int(year + serial) % 23]
        assert parse_cro(f"SF{year}/{serial}{letter}").canonical == f"SF{year}/{serial}{letter}"
