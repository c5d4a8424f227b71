import json

import pytest
from hypothesis import given

from llmgate.providers import api
from tests.unit.providers import conversations


@given(conversations.json_value)
def test_what_is_written_is_read_back(value):
    """Encoding and decoding any finite JSON gives the same value."""
    assert api.decode(api.encode({"value": value})) == {"value": value}


@pytest.mark.parametrize("depth", [api.MAX_JSON_DEPTH, api.MAX_JSON_DEPTH + 1, 100_000])
def test_depth_is_bounded(depth):
    data = b"[" * depth + b"]" * depth
    if depth <= api.MAX_JSON_DEPTH:
        assert api.decode(data)
    else:
        with pytest.raises(api.UnreadableError, match="nested too deep"):
            api.decode(data)


@pytest.mark.parametrize("digits", ["1" * 300, "-" + "1" * 299, "1e308", "1" * 290 + ".5"])
def test_large_numbers_are_read(digits):
    assert api.decode(digits) == json.loads(digits)
    float(api.decode(digits))


@pytest.mark.parametrize(
    "data", ["1" * 301, "1e309", "-1e999", "NaN", "Infinity", "-Infinity", "", "{", "'a'", b"\xff"]
)
def test_what_is_not_finite_json_is_unreadable(data):
    with pytest.raises(api.UnreadableError):
        api.decode(data)


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (rb'"\ud800"', "\ufffd"),
        (rb'"a\udc00b"', "a\ufffdb"),
        (rb'{"\ud800": ["\udbff"]}', {"\ufffd": ["\ufffd"]}),
        (rb'"\ud83e\udd86"', "🦆"),
    ],
)
def test_lone_surrogates_are_replaced(data, value):
    assert api.decode(data) == value


@pytest.mark.parametrize("data", ['{"a": 1, "a": 2}', '[{"b": {"a": 1, "\\u0061": 1}}]'])
def test_a_key_that_stands_twice_is_unreadable_where_each_may_stand_once(data):
    assert api.decode(data)
    with pytest.raises(api.UnreadableError, match="twice"):
        api.decode(data, unique=True)


def test_brackets_in_texts_are_no_depth():
    assert api.decode(json.dumps(["[" * 1_000 + "{" * 1_000])) == ["[" * 1_000 + "{" * 1_000]


def test_the_message_of_an_error_holds_none_of_the_bytes():
    with pytest.raises(api.UnreadableError) as error:
        api.decode(b'{"canary": canary}')
    assert "canary" not in str(error.value)
    assert error.value.__cause__ is None


def test_a_lone_surrogate_of_a_request_is_sent_as_a_question_mark():
    assert api.encode({"a": "\ud800"}) == b'{"a":"?"}'
