import json

import pytest

from llmgate.diagnose.reading import tolerant_json


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": 1, "b": [true, null], }', {"a": 1, "b": [True, None]}),
        ("{'a': 'it\\'s'}", {"a": "it's"}),
        ("{a: True, b: None, c: undefined}", {"a": True, "b": None, "c": None}),
        ('{"a": 1 "b": 2}', {"a": 1, "b": 2}),
        ("[1 2, 3]", [1, 2, 3]),
        ('{"a": "two\nlines"}', {"a": "two\nlines"}),
        ('{"a": "\\u0041\\n"} and more', {"a": "A\n"}),
        ('/* x */ {"a": 1 // one\n}', {"a": 1}),
        ("{\u201ca\u201d: \u201cb\u201d}", {"a": "b"}),
        ('{"a": .5, "b": +1, "c": 1.}', {"a": 0.5, "b": 1, "c": 1.0}),
        ("{}", {}),
        ('{"days" 14}', {"days": 14}),
    ],
)
def test_what_is_not_quite_json_is_read_as_what_was_meant(text, value):
    meant = tolerant_json.read(text)
    assert (meant.value, meant.truncated) == (value, False)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": 1, "b": [1, 2', {"a": 1, "b": [1, 2]}),
        ('{"a": "begun and', {"a": "begun and"}),
        ('{"a": 1, "b', {"a": 1}),
        ('{"a": 1, "b":', {"a": 1}),
        ('{"a": 1, "b": tr', {"a": 1, "b": None}),
        ("[", []),
    ],
)
def test_an_end_that_is_missing_is_told(text, value):
    meant = tolerant_json.read(text)
    assert (meant.value, meant.truncated) == (value, True)


@pytest.mark.parametrize(
    "text", ["", "words", "{a b}", "{1: 2}", "[1}", "{]", "[" * 100, "[1e999]", "[-]", "[maybe, 1]"]
)
def test_what_is_no_json_at_all_is_none(text):
    assert tolerant_json.read(text) is None


@pytest.mark.parametrize("value", [{"a": [1, 2.5, "x", None, True, {}]}, [], [[[]]], {"": "\u20ac\\\"'"}])
def test_json_is_read_as_json(value):
    assert tolerant_json.read(json.dumps(value)).value == value
