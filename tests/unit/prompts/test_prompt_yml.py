"""GitHub Models' prompt files."""

import pytest

from llmgate.prompts import Facet, Turn, templates
from tests import reading

SOURCE = """\
name: Support  # shown in the editor
description: answers customers
model: openai/gpt-4o
modelParameters:
  maxTokens: 300
  temperature: 0.3
messages:
  - role: system
    content: You are kind.
  - role: user
    content: "{{question}}"
testData:
  - question: x
evaluators:
  - name: y
"""


def parsed(source, path="prompts/a.prompt.yml"):
    return reading.one(path, source.encode(), lambda _: None)


def test_messages_are_rendered_with_their_roles():
    turns = templates.fill(parsed(SOURCE), {"question": "Why?"})
    assert turns == (Turn("system", "You are kind."), Turn("user", "Why?"))


def test_model_parameters_and_variables_are_read():
    prompt = parsed(SOURCE)
    assert prompt.model == "openai/gpt-4o"
    assert prompt.params == {"maxTokens": 300, "temperature": 0.3}
    assert prompt.variables == ("question",)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("name: Support  # shown in the editor", "name: Help"),
        ("description: answers customers\n", ""),
        ("  - question: x", "  - question: z"),
        ("  - name: y", "  - name: q"),
        ("  maxTokens: 300\n  temperature: 0.3", "  temperature: 0.3\n  maxTokens: 300"),
        ("model: openai/gpt-4o", "# why this one\nmodel: 'openai/gpt-4o'"),
    ],
)
def test_what_no_model_sees_is_no_change(old, new):
    assert old in SOURCE
    assert parsed(SOURCE).digests == parsed(SOURCE.replace(old, new)).digests


@pytest.mark.parametrize(
    ("old", "new", "facets"),
    [
        ("gpt-4o", "gpt-4o-mini", {Facet.MODEL}),
        ("0.3", "0.7", {Facet.PARAMS}),
        ("kind", "curt", {Facet.TEXT}),
        ("role: system", "role: developer", {Facet.STRUCTURE}),
        ("question}}", "query}}", {Facet.VARIABLES}),
        ("testData:", "responseFormat: json_object\ntestData:", {Facet.SCHEMA}),
        ("testData:", "tools: [{name: lookup}]\ntestData:", {Facet.TOOLS}),
        ("testData:", "somethingNew: 1\ntestData:", {Facet.STRUCTURE}),
        ("    content: You are kind.", "    content: You are kind.\n    name: bot", {Facet.STRUCTURE}),
    ],
)
def test_each_difference_is_of_its_own_facet(old, new, facets):
    before, after = parsed(SOURCE).digests, parsed(SOURCE.replace(old, new, 1)).digests
    assert {facet for facet in Facet if before.get(facet) != after.get(facet)} == facets


def with_schema(schema):
    return SOURCE + f"responseFormat: json_schema\njsonSchema: |-\n  {schema}\n"


def test_the_schema_is_compared_as_json():
    before = parsed(with_schema('{"name": "a", "schema": {"type": "object"}}'))
    after = parsed(with_schema('{"schema":{"type":"object"},  "name":"a"}'))
    assert before.digests == after.digests


def test_another_schema_is_a_change_even_where_it_is_not_json():
    before, after = parsed(with_schema("{not json")), parsed(with_schema("{not json!"))
    assert before.fault is None
    assert before.digests[Facet.SCHEMA] != after.digests[Facet.SCHEMA]


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("messages: nothing\n", 1),
        ("model: x\nmessages: []\n", 1),
        ("messages:\n  - role: user\n    content: a\n  - role: robot\n    content: b\n", 4),
        ("messages:\n  - role: user\n", 2),
        ("messages:\n  - role: [user]\n    content: a\n", 2),
        ("messages:\n  - role: user\n    content: 1\n", 2),
        ("messages:\n  - &a {role: user, content: x}\n  - *a\n", 2),
        ("messages: [\n", 2),
        ("- a\n", 1),
    ],
)
def test_a_file_that_is_no_prompt_has_a_fault_with_its_line_and_differs_by_bytes(source, line):
    prompt = parsed(source)
    assert prompt.fault is not None
    assert prompt.fault.line == line
    assert prompt.digest != parsed(source + "# more\n").digest
