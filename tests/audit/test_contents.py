"""One spelling of a payload's content, by whichever library it is written; `verify` computes it for ever."""

from hypothesis import given, settings
from hypothesis import strategies as st

from longstop.audit import contents

PLAIN = (
    st.none()
    | st.booleans()
    | st.integers(0, 10**16)
    | st.text()
    | st.sampled_from(["\x7f", "\u2028", "\x00", "\\", "a:-1.5", "\U0001f600"])
)
DELICATE = PLAIN | st.integers() | st.floats() | st.dates() | st.uuids() | st.sampled_from([-0.0, 1e16, 1e-5, 2**64])
FEW = settings(max_examples=60, deadline=None)


def nested(leaves: st.SearchStrategy[object]) -> st.SearchStrategy[dict[str, object]]:
    inner = st.recursive(leaves, lambda each: st.lists(each, max_size=3) | st.dictionaries(st.text(), each, max_size=3), max_leaves=8)
    return st.dictionaries(st.text(), inner, max_size=4)


@FEW
@given(nested(PLAIN))
def test_plain_content_is_spelt_no_differently(content: dict[str, object]) -> None:
    quick = contents.quick_spelling(content)
    assert quick in (None, (contents._spell(content), contents.plain(content)))


@FEW
@given(nested(DELICATE))
def test_content_is_never_spelt_otherwise(content: dict[str, object]) -> None:
    if (quick := contents.quick_spelling(content)) is not None:
        assert quick[0] == contents._spell(content)


def test_ordinary_content_is_spelt_quickly() -> None:
    ordinary = {"name": "Müller \x7f\u2028", "dates": ["2024-03-31", None], "recalled": True, "days": 28, "id": 10**15}
    assert contents.quick_spelling(ordinary) == (contents._spell(ordinary), ordinary)


def test_numbers_below_zero_or_with_a_point_and_no_numbers_at_all_are_left_to_the_slow_way() -> None:
    for value in (-1, 1.0, 1e16, float("nan"), 10**17, (1,), {1: 2}, "\ud800"):
        assert contents.quick_spelling({"a": value}) is None
