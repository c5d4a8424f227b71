import pytest

from llmgate.assertions import json_schema
from llmgate.errors import CannotJudge

DRAFT_7 = "http://json-schema.org/draft-07/schema#"


@pytest.mark.parametrize(
    ("schema", "place", "word"),
    [
        ("text", (), "mapping"),
        ({"type": "strng"}, ("type",), "strng"),
        ({"properties": {"a": {"minimum": "x"}}}, ("properties", "a", "minimum"), "'x'"),
        ({"requierd": ["a"]}, ("requierd",), "did you mean 'required'"),
        ({"items": {"anyOf": [{"typo": 1}]}}, ("items", "anyOf", 0, "typo"), "unknown keyword"),
        ({"$schema": "https://example.org/mine"}, ("$schema",), "draft"),
        ({"$ref": "https://example.org/schema"}, ("$ref",), "within the schema only"),
        ({"$ref": "other.json#/a"}, ("$ref",), "within the schema only"),
        ({"properties": {"a": {"$ref": "#/$defs/b"}}}, ("properties", "a", "$ref"), "nothing at"),
        ({"pattern": "(?=a)"}, ("pattern",), "look-around"),
        ({"patternProperties": {"(a)\\1": {}}}, ("patternProperties",), "backreferences"),
        ({"patternProperties": {"a": {}}, "unevaluatedProperties": False}, ("unevaluatedProperties",), "not supported"),
        ({"$ref": "#"}, (), "without end"),
        (
            {"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"allOf": [{"$ref": "#/$defs/a"}]}}, "$ref": "#/$defs/a"},
            (),
            "end",
        ),
        ({"items": [{"type": "string"}]}, ("items",), "not a JSON Schema"),
    ],
)
def test_a_schema_that_cannot_be_used_is_a_fault_at_its_place(schema, place, word):
    [(found, message)] = json_schema.faults(schema)
    assert found == place
    assert word in message


@pytest.mark.parametrize(
    "schema",
    [
        True,
        False,
        {},
        {"$schema": DRAFT_7, "items": [{"type": "string"}], "definitions": {"a": {}}, "dependencies": {"a": ["b"]}},
        {"type": "object", "x-owner": "us", "title": "t", "examples": [{"anything": 1}], "default": {"requierd": 1}},
        {"properties": {"requierd": {"type": "string"}}, "enum": [{"typo": 1}], "const": {"typo": 1}},
        {"$defs": {"tree": {"type": "array", "items": {"$ref": "#/$defs/tree"}}}, "$ref": "#/$defs/tree"},
        {"if": {"type": "string"}, "then": {"minLength": 1}, "else": False, "contains": {}, "minContains": 2},
        {"$anchor": "a", "properties": {"b": {"$ref": "#a"}}},
    ],
)
def test_schemas_that_can_be_used_have_no_faults(schema):
    assert json_schema.faults(schema) == []


def test_a_lenient_reader_lets_unknown_keywords_pass_and_nothing_else():
    assert json_schema.faults({"nullable": True, "type": "string"}, lenient=True) == []
    assert json_schema.faults({"$ref": "http://example.org"}, lenient=True) != []


@pytest.mark.parametrize(
    ("schema", "value", "breach"),
    [
        ({"pattern": "^a+$"}, "ab", 'at $: "ab" does not match "^a+$"'),
        ({"pattern": "^a+$"}, "aa", None),
        ({"pattern": "^a+$"}, 3, None),
        ({"patternProperties": {"^n_": {"type": "number"}}}, {"n_a": "x"}, "at $.n_a: 'x' is not of type 'number'"),
        ({"patternProperties": {r"\A\pN\z": {"type": "null"}}}, {"٣": 1}, "at $['٣']: 1 is not of type 'null'"),
        ({"additionalProperties": False, "patternProperties": {"^n_": {}}}, {"n_a": 1}, None),
        (
            {"additionalProperties": False, "properties": {"a": {}}},
            {"b": 1},
            'at $: additional properties are not allowed: "b"',
        ),
        ({"additionalProperties": {"type": "null"}}, {"b": 1}, "at $.b: 1 is not of type 'null'"),
        ({"additionalProperties": {"type": "null"}}, [1], None),
        ({"uniqueItems": True}, [1, True, "1", [1], {"a": 1}], None),
        ({"uniqueItems": True}, [{"a": 1}, 2, {"a": 1.0}], "at $: the items are not unique"),
        ({"uniqueItems": False}, [1, 1], None),
        ({"propertyNames": {"pattern": "^a"}}, {"b": 1}, 'at $: "b" does not match "^a"'),
        ({"format": "date"}, "2026-13-01", "at $: '2026-13-01' is not a 'date'"),
        ({"format": "color"}, "anything", None),
        ({"$schema": DRAFT_7, "items": [{"type": "string"}]}, [1], "at $[0]: 1 is not of type 'string'"),
        (False, 1, "at $: False schema does not allow 1"),
    ],
)
def test_the_first_breach_is_told_with_its_place(schema, value, breach):
    assert json_schema.breach(schema, value) == breach


def test_a_recursive_schema_is_followed_into_the_value():
    tree = {"$defs": {"tree": {"type": "array", "items": {"$ref": "#/$defs/tree"}}}, "$ref": "#/$defs/tree"}
    assert json_schema.breach(tree, [[], [[]]]) is None
    assert json_schema.breach(tree, [[], [[1]]]) == "at $[1][0][0]: 1 is not of type 'array'"


def test_a_schema_that_branches_without_end_is_stopped():
    levels = {f"l{n}": {"allOf": [{"$ref": f"#/$defs/l{n + 1}"}] * 2} for n in range(30)}
    schema = {"$defs": {**levels, "l30": {}}, "$ref": "#/$defs/l0"}
    assert "without end" in json_schema.faults(schema)[0][1]
    with pytest.raises(CannotJudge, match="steps"):
        json_schema.breach(schema, 1)


def test_a_breach_is_short_whatever_the_value():
    breach = json_schema.breach({"type": "string"}, ["x" * 100_000])
    assert len(breach) < 300
