"""A record comes out the same whether or not the faster library could read it."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from longstop.intake import decoding
from longstop.intake.decoding import CannotUse, Decoder

NAMES = st.text('ab:"\\é', max_size=2)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(["", "\x7f", "\u2028", ":", 'a":1', -0.0, 1e16, 2**63, 10**17])
)
VALUES = st.recursive(LEAVES, lambda each: st.lists(each, max_size=3) | st.dictionaries(NAMES, each, max_size=3), max_leaves=8)
PIECES = st.sampled_from(
    [
        '"a":',
        '"b"',
        ":",
        "1",
        "01",
        "-0",
        "1.0",
        "{",
        "}",
        "[",
        "]",
        ",",
        " ",
        "\n",
        "null",
        "NaN",
        '"\\u003a"',
        '"b:"',
        "\x00",
        "1e5",
        '"x',
    ]
)


def written(record: dict[str, Any]) -> st.SearchStrategy[str]:
    text = json.dumps(record)
    double = text[:-1] + (',"a": 1, "a": 2}' if record else '"a": 1, "a": 2}')
    return st.sampled_from([text, json.dumps(record, ensure_ascii=False), json.dumps(record, indent=1), double])


def outcome(text: str) -> str:
    try:
        found = Decoder().spell(text)
    except CannotUse as refused:
        return refused.finding.fault
    return repr((found.value, found.forgiven, found.spelling))


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.dictionaries(NAMES, VALUES, max_size=4).flatmap(written) | st.lists(PIECES, max_size=10).map(lambda each: f"{{{''.join(each)}}}"))
def test_a_record_is_read_the_same_by_either_library(text: str) -> None:
    found = outcome(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decoding, "_quick", lambda _: None)
        assert outcome(text) == found


def test_an_ordinary_record_is_read_quickly() -> None:
    assert decoding._quick('{"b": [1, true, null], "a": "Müller: 1.5"}') == (
        {"a": "Müller: 1.5", "b": [1, True, None]},
        '{"a":"Müller: 1.5","b":[1,true,null]}'.encode(),
    )
