import json

import pytest

from tests.unit.assertions.traces import grade, passes

SCHEMA = {"type": "object", "required": ["lat"]}


@pytest.mark.parametrize(
    "output",
    [
        '{"a": 1}',
        'Here: {"a": {"b": [1]}} done',
        '```json\n{"a": 1}\n```',
        "see [1]: {}",
        '[{"a": 1}]',
        "{not} {} {either}",
        '{"a": oops {"b": 1}',
        '{"a": [{"b": 1}, oops',
        '["x {\\"a\\" y {}',
        '[" {"a":1} oops',
        '{{"a": 1}}',
    ],
)
def test_an_object_anywhere_is_found(output):
    """promptfoo, deterministic#contains-json: "a valid JSON structure"; promptfoo looks for what begins with {."""
    assert passes({"type": "contains-json"}, output)


@pytest.mark.parametrize(
    "output", ["", "as [1] says", "{'a': 1}", '{"a": NaN}', "{a: 1}", '{"a": 1', "}{", "[{]", '{"a": 1,}']
)
def test_what_needs_repair_and_citations_are_none(output):
    assert not passes({"type": "contains-json"}, output)


def test_with_a_schema_any_one_value_may_be_valid_under_it():
    """promptfoo, deterministic#contains-json: "set a `value` as a JSON schema"; promptfoo takes the first that fits."""
    assert passes({"type": "contains-json", "value": SCHEMA}, 'not {"a": 1} but {"lat": 2}')
    assert not passes({"type": "contains-json", "value": SCHEMA}, 'not {"a": 1} nor {"b": 2}')
    assert not passes({"type": "contains-json", "value": SCHEMA}, "nothing")


def test_objects_in_an_array_and_the_array_itself_are_tried():
    assert passes({"type": "contains-json", "value": SCHEMA}, 'x [{"a": 1}, {"lat": 2}] y')
    assert passes({"type": "contains-json", "value": {"type": "array", "minItems": 2}}, 'x [{"a": 1}, {"lat": 2}] y')


def test_an_object_within_an_object_is_not_tried():
    assert not passes({"type": "contains-json", "value": SCHEMA}, '{"in": {"lat": 2}}')


def test_more_than_a_hundred_different_values_that_do_not_fit_cannot_be_judged():
    many = " ".join(json.dumps({"n": number}) for number in range(101))
    assert "100 JSON values" in grade({"type": "contains-json", "value": SCHEMA}, many).error
    assert "100 JSON values" in grade({"type": "not-contains-json", "value": SCHEMA}, many).error


def test_repeated_values_are_tried_once():
    assert not passes({"type": "contains-json", "value": SCHEMA}, '{"a": 1} ' * 5_000)
