"""One spelling for every value, so that a digest can be checked anywhere."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longstop.kernel.digests import NotDigestible, canonical_json, salted_sha256, sha256
from longstop.kernel.text import fold, tidy

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=3),
    max_leaves=8,
)


class Colour(Enum):
    RED = "red"


def test_the_spelling_is_fixed() -> None:
    value = {
        "b": [1, True, None, "é"],
        "a": date(2024, 3, 1),
        "c": (Decimal("1.50"), Colour.RED, UUID(int=1)),
    }
    assert canonical_json(value).decode() == (
        '{"a":"2024-03-01","b":[1,true,null,"é"],"c":["1.50","red","00000000-0000-0000-0000-000000000001"]}'
    )


def test_a_known_digest_never_changes() -> None:
    assert sha256({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


def test_one_moment_has_one_spelling_whatever_its_zone() -> None:
    noon = datetime(2024, 6, 1, 12, tzinfo=UTC)
    summer = noon.astimezone(timezone(timedelta(hours=1)))
    assert canonical_json(noon) == canonical_json(summer) == b'"2024-06-01T12:00:00.000000+00:00"'


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), VALUES, min_size=2))
def test_the_order_of_keys_does_not_matter(value: dict[str, object]) -> None:
    assert sha256(value) == sha256(dict(reversed(value.items())))


@pytest.mark.parametrize(
    "value",
    [{1, 2}, {1: "a"}, datetime(2024, 1, 1, tzinfo=UTC).replace(tzinfo=None), float("nan"), float("inf"), b"x", "\ud800", object()],
)
def test_what_has_no_one_spelling_is_refused(value: object) -> None:
    with pytest.raises(NotDigestible):
        canonical_json(value)


def test_the_message_says_where_it_lies() -> None:
    with pytest.raises(NotDigestible, match=r"the value\['people'\]\[1\] is a set"):
        canonical_json({"people": ["a", {"b"}]})


def test_a_guess_cannot_be_confirmed_without_the_salt() -> None:
    one, other = b"1" * 16, b"2" * 16
    assert salted_sha256("a name", salt=one) == salted_sha256("a name", salt=one)
    assert salted_sha256("a name", salt=one) != salted_sha256("a name", salt=other)
    assert salted_sha256("a name", salt=one) != sha256("a name")
    with pytest.raises(ValueError, match="at least 16"):
        salted_sha256("a name", salt=b"short")


@pytest.mark.parametrize(
    ("dirty", "clean", "folded"),
    [
        ("  José\u200b \t María\n", "José María", "jose maria"),
        ("Jose\u0301", "José", "jose"),
        ("O\u00a0Neill\x00", "O Neill", "o neill"),
        ("\u202eSTRAẞE", "STRAẞE", "strasse"),
        ("\ufeff", "", ""),
    ],
)
def test_dirty_text(dirty: str, clean: str, folded: str) -> None:
    assert tidy(dirty) == clean
    assert fold(dirty) == folded


@given(st.text())
def test_tidying_twice_changes_nothing_more(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)
    assert fold(fold(text)) == fold(text)
