import pytest

from tests.unit.assertions.traces import errors, grade, passes

SCHEMA = {"type": "object", "required": ["lat"], "properties": {"lat": {"type": "number", "maximum": 90}}}


@pytest.mark.parametrize(
    "output", ["{}", " [1, 2.5e-3, -0]\n", '"text"', "null", "0", '{"a": {"a": 1}, "a": 2}', "1e999"]
)
def test_any_json_value_alone_is_json(output):
    """promptfoo, deterministic#is-json: "output is a valid JSON string"; promptfoo asks JSON.parse."""
    assert passes({"type": "is-json"}, output)


@pytest.mark.parametrize(
    "output",
    [
        "",
        "x",
        "{",
        "[1,]",
        "{'a': 1}",
        '{"a": 1} // ok',
        "NaN",
        "[Infinity]",
        "01",
        "+1",
        ".5",
        "1.",
        "\ufeff{}",
        "\xa0{}",
        '"a\nb"',
        r'"\x41"',
        '{"a" 1}',
        "{1: 2}",
        "[1 2]",
        "[}",
        "{]",
        "{} {}",
        "tru",
        "nulll",
        "-",
        '"\\ud8"',
        "[1]]",
    ],
)
def test_what_json_parse_refuses_is_not_json(output):
    assert not passes({"type": "is-json"}, output)


def test_a_code_fence_around_json_fails_and_the_reason_says_so():
    """promptfoo, deterministic#is-json: the whole output; see contains-json for JSON in text."""
    judged = grade({"type": "is-json"}, '```json\n{"a": 1}\n```')
    assert not judged.passed
    assert "code fence" in judged.reason


def test_the_reason_tells_where_it_stops_being_json():
    assert grade({"type": "is-json"}, '{"a": 1 oops}').reason == 'not JSON from character 7 on: " oops}"'


def test_with_a_schema_the_value_must_be_valid_under_it():
    """promptfoo, deterministic#is-json: "If set, the output will be validated against this schema"."""
    assert passes({"type": "is-json", "value": SCHEMA}, '{"lat": 52}')
    assert not passes({"type": "is-json", "value": SCHEMA}, '{"lat": 91}')
    assert not passes({"type": "is-json", "value": SCHEMA}, "text")


def test_the_reason_names_the_place_and_the_rule():
    reason = grade({"type": "is-json", "value": SCHEMA}, '{"lat": 91}').reason
    assert reason == "at $.lat: 91 is greater than the maximum of 90"


def test_deep_json_is_json_but_cannot_be_judged_against_a_schema():
    deep = "[" * 65 + "]" * 65
    assert passes({"type": "is-json"}, deep)
    for kind in ("is-json", "not-is-json"):
        assert "deeper than 64" in grade({"type": kind, "value": {"type": "array"}}, deep).error
    assert passes({"type": "is-json", "value": {"type": "array"}}, "[" * 64 + "]" * 64)


@pytest.mark.parametrize("number", ["9" * 401, "1e999", "-1e999"])
def test_a_number_out_of_range_is_json_but_cannot_be_judged_against_a_schema(number):
    assert passes({"type": "is-json"}, number)
    assert "number" in grade({"type": "is-json", "value": {"type": "number"}}, number).error


def test_an_unclosed_loop_of_brackets_is_a_failure_and_no_error():
    """A model that repeats itself until max_tokens is a regression, not missing data."""
    judged = grade({"type": "is-json", "value": SCHEMA}, '{"a": [' * 5_000)
    assert judged.error is None
    assert not judged.passed


def test_the_schema_is_checked_when_the_fixture_is_read():
    [(place, message)] = errors({"type": "is-json", "value": {"properties": {"lat": {"type": "numbr"}}}})
    assert place == ("value", "properties", "lat", "type")
    assert "numbr" in message
