"""Picoschema, after https://google.github.io/dotprompt/reference/picoschema/."""

import pytest

from llmgate.prompts import picoschema


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ("string", {"type": "string"}),
        ("string, a text", {"type": "string", "description": "a text"}),
        ("any", {}),
        ({"type": "array", "items": {}}, {"type": "array", "items": {}}),
        ({"properties": {"a": {}}}, {"type": "object", "properties": {"a": {}}}),
    ],
)
def test_types_and_json_schemas(schema, expected):
    assert picoschema.converted(schema) == expected


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("a", "number", {"type": "number"}),
        ("a", "any, anything", {"description": "anything"}),
        ("a(array, some)", "string", {"type": "array", "items": {"type": "string"}, "description": "some"}),
        ("a(enum, one of)", ["X", "Y"], {"enum": ["X", "Y"], "description": "one of"}),
        ("a?", "string", {"type": ["string", "null"]}),
        ("a?(array)", "string", {"type": ["array", "null"], "items": {"type": "string"}}),
        ("a?(enum)", ["X"], {"enum": ["X", None]}),
    ],
)
def test_properties(key, value, expected):
    schema = picoschema.converted({key: value})
    assert schema["properties"] == {"a": expected}
    assert schema.get("required") == (None if "?" in key else ["a"])
    assert schema["additionalProperties"] is False


def test_objects_nest_and_a_wildcard_allows_more():
    schema = picoschema.converted({"a(object, what)": {"b": "string"}, "(*)": "integer"})
    assert schema["properties"]["a"]["properties"] == {"b": {"type": "string"}}
    assert schema["properties"]["a"]["description"] == "what"
    assert schema["additionalProperties"] == {"type": "integer"}


@pytest.mark.parametrize("schema", ["Recipe", {"a": "Recipe"}, {"a": 1}, {"a(map)": "string"}, {"a(enum)": "X"}, 3])
def test_what_only_the_program_knows_is_not_converted(schema):
    with pytest.raises(picoschema.Unresolved):
        picoschema.converted(schema)


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"a": "string", "b?": "string"}, ("b",)),
        ({"type": "object", "properties": {"a": {}, "b": {}}, "required": ["a"]}, ("b",)),
        ("Recipe", ()),
        ({"type": "object", "properties": [], "required": 1}, ()),
    ],
)
def test_optional_properties(schema, expected):
    assert picoschema.optional(schema) == expected
