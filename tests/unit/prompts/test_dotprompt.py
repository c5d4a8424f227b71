"""Google's dotprompt: what is sent, what is a change of what, and which files are taken."""

import pytest

from llmgate.errors import RenderError
from llmgate.prompts import Facet, Format, Turn, discovery, templates
from tests import reading

SOURCE = """\
---
# which model
model: googleai/gemini-2.5-pro
name: support
description: answers customers
config:
  temperature: 0.3
  maxOutputTokens: 300
input:
  schema:
    question: string, what the customer asks
    tone?: string
  default:
    language: English
output:
  format: json
  schema:
    answer: string, the answer
tools: [lookup_order]
ext.owner: team-a
---

{{role "system"}}
Answer in {{language}}.{{#if tone}} Be {{tone}}.{{/if}}
{{!-- reviewed --}}
{{role "user"}}{{question}}
"""


def parsed(source, path="prompts/a.prompt", **files):
    return reading.one(path, source.encode(), {f"prompts/_{k}.prompt": v.encode() for k, v in files.items()}.get)


def rendered(source, variables=None, **files):
    return templates.fill(parsed(source, **files), variables or {})


def test_roles_defaults_and_optional_inputs_are_rendered():
    turns = rendered(SOURCE, {"question": "Why?"})
    assert turns == (Turn("system", "\nAnswer in English.\n"), Turn("history", ""), Turn("user", "Why?"))


def test_a_value_wins_over_its_default():
    turns = rendered(SOURCE, {"question": "Why?", "language": "French", "tone": "kind"})
    assert turns[0] == Turn("system", "\nAnswer in French. Be kind.\n")


def test_model_settings_tools_and_schema_are_read():
    prompt = parsed(SOURCE)
    assert prompt.format is Format.DOTPROMPT
    assert prompt.model == "googleai/gemini-2.5-pro"
    assert prompt.params == {"temperature": 0.3, "maxOutputTokens": 300}
    assert prompt.variables == ("language", "question", "tone")
    assert prompt.tools == {"names": ["lookup_order"], "definitions": []}
    assert prompt.schema["jsonSchema"]["schema"]["properties"] == {
        "answer": {"type": "string", "description": "the answer"}
    }


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("# which model", "# which model, and why"),
        ("name: support", "name: help"),
        ("description: answers customers\n", ""),
        ("  temperature: 0.3\n  maxOutputTokens: 300", "  maxOutputTokens: 300\n  temperature: 0.3"),
        ("model: googleai/gemini-2.5-pro", 'model: "googleai/gemini-2.5-pro"'),
        ("tools: [lookup_order]", "tools:\n  - lookup_order"),
        ("{{!-- reviewed --}}", "{{! twice }}"),
        ('{{role "user"}}', "{{ role 'user' }}"),
        ("name: support", "name: support\nvariant: b\nversion: '2'"),
    ],
)
def test_what_no_model_sees_is_no_change(old, new):
    assert old in SOURCE
    assert parsed(SOURCE).digests == parsed(SOURCE.replace(old, new)).digests


@pytest.mark.parametrize(
    ("old", "new", "facets"),
    [
        ("gemini-2.5-pro", "gemini-2.5-flash", {Facet.MODEL}),
        ("0.3", "0.7", {Facet.PARAMS}),
        ("Answer in", "Reply in", {Facet.TEXT}),
        ("{{question}}", "{{query}}", {Facet.VARIABLES}),
        ("language: English", "language: German", {Facet.VARIABLES}),
        ('{{role "user"}}', '{{role "model"}}', {Facet.STRUCTURE}),
        ("{{#if tone}}", "{{#unless tone}}", {Facet.BYTES}),
        ("lookup_order", "find_order", {Facet.TOOLS}),
        ("answer: string, the answer", "answer: string, a short answer", {Facet.SCHEMA}),
        ("ext.owner: team-a", "ext.owner: team-b", {Facet.STRUCTURE}),
        ("what the customer asks", "what is asked", {Facet.STRUCTURE}),
    ],
)
def test_each_difference_is_of_its_own_facet(old, new, facets):
    assert old in SOURCE
    before, after = parsed(SOURCE).digests, parsed(SOURCE.replace(old, new, 1)).digests
    found = {facet for facet in Facet if before.get(facet) != after.get(facet)}
    assert facets <= found if Facet.BYTES in facets else found == facets


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Hi", (Turn("history", ""), Turn("user", "Hi"))),
        ('{{role "system"}}Hi', (Turn("system", "Hi"), Turn("history", ""))),
        (
            '{{role "system"}}A{{history}}{{role "user"}}B',
            (Turn("system", "A"), Turn("history", ""), Turn("user", "B")),
        ),
        ("A{{history}}B", (Turn("user", "A"), Turn("history", ""), Turn("assistant", "B"))),
        ('A{{role "model"}}B{{role "user"}} ', (Turn("user", "A"), Turn("assistant", "B"), Turn("history", ""))),
    ],
)
def test_the_earlier_turns_stand_where_dotprompt_puts_them(body, expected):
    assert rendered(body) == expected


def test_the_place_of_the_earlier_turns_is_no_variable():
    assert parsed("{{history}}{{name}}").variables == ("name",)


def test_partials_are_files_with_a_line_before_their_name_and_may_say_roles():
    turns = rendered("{{> shared}}Q: {{q}}", {"q": "?"}, shared='{{role "system"}}Be kind.{{role "user"}}')
    assert turns == (Turn("system", "Be kind."), Turn("history", ""), Turn("user", "Q: ?"))
    assert parsed("{{> shared}}", shared="x").dependencies == ("prompts/_shared.prompt",)


def test_partials_in_a_circle_are_a_fault():
    fault = parsed("{{> one}}", one="{{> two}}", two="{{> one}}").fault
    assert fault is not None
    assert "prompts/_one.prompt → prompts/_two.prompt → prompts/_one.prompt" in fault.message


def test_definitions_of_tools_are_sent_with_their_schemas():
    tool = "name: find\n  description: finds\n  inputSchema:\n    id: string\n  outputSchema: {x: string}"
    source = f"---\ntoolDefs:\n- {tool}\n---\nHi"
    assert parsed(source).tools == [
        {
            "name": "find",
            "description": "finds",
            "parameters": {
                "type": "object",
                "properties": {"id": {"type": "string"}},
                "additionalProperties": False,
                "required": ["id"],
            },
        }
    ]


@pytest.mark.parametrize(
    ("output", "schema"),
    [
        ("{format: text}", None),
        ("{format: json}", {"responseFormat": "json_object"}),
        ("{format: media}", {"output": {"format": "media"}}),
        ("{schema: Recipe}", {"output": {"schema": "Recipe"}}),
    ],
)
def test_an_output_without_a_schema_of_its_own(output, schema):
    assert parsed(f"---\noutput: {output}\n---\nHi").schema == schema


def test_a_picoschema_and_the_json_schema_that_it_stands_for_are_the_same():
    short = "---\noutput:\n  schema:\n    a?: integer\n---\nHi"
    full = (
        "---\noutput:\n  schema: {type: object, additionalProperties: false,"
        " properties: {a: {type: [integer, 'null']}}}\n---\nHi"
    )
    assert parsed(short).digests == parsed(full).digests


def test_a_file_without_front_matter_is_a_template():
    prompt = parsed("Hi {{name}}")
    assert (prompt.model, prompt.rule.id, prompt.rule.certain) == (None, "dotprompt.ending", False)
    assert templates.fill(prompt, {"name": "Ada"})[-1] == Turn("user", "Hi Ada")


def test_a_licence_may_stand_before_the_front_matter():
    assert parsed("# Copyright 2025\n\n---\nmodel: x/y\n---\nHi").model == "x/y"


def test_an_error_is_told_at_its_line_in_the_file():
    with pytest.raises(RenderError, match=r"prompts/a\.prompt:5: the variable 'name' has no value"):
        rendered("---\nmodel: x/y\n---\n\n{{name}}")


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("---\nmodel: x\n", 1),
        ("---\nmodel: [\n---\nHi", 3),
        ("---\n- a\n---\nHi", 2),
        ("---\na: 1\na: 2\n---\nHi", 3),
        ("---\na: &x 1\n---\nHi", 2),
        ("---\nmodel: x\n---\nHi\n{{#if a}}", 5),
    ],
)
def test_a_file_that_is_no_prompt_has_a_fault_with_its_line_and_differs_by_bytes(source, line):
    first, second = parsed(source), parsed(source + "!")
    assert first.fault is not None
    assert (first.fault.line, first.digest == second.digest) == (line, False)


def test_a_binary_file_of_that_name_has_a_fault():
    (prompt,) = discovery.read("assets/a.prompt", b"\x00\xff\xfe", lambda _: None)
    assert prompt.fault is not None
    assert "UTF-8" in prompt.fault.message


@pytest.mark.parametrize("path", ["a.prompt", "src/flows/menu.variant.prompt", "prompts/_tone.prompt"])
def test_a_prompt_file_is_taken_wherever_it_stands(path):
    (prompt,) = discovery.read(path, b"---\nmodel: x/y\n---\nHi", lambda _: None)
    assert (prompt.format, prompt.rule.id) == (Format.DOTPROMPT, "dotprompt.front-matter")


@pytest.mark.parametrize(
    "path",
    [
        ".prompt",
        "src/.prompt",
        "a.prompts",
        "a.prompt.ts",
        "prompt.py",
        "node_modules/x/a.prompt",
        "tests/a.prompt",
        "a.promptx",
        "src/prompt.json",
    ],
)
def test_what_only_looks_like_one_is_not_taken(path):
    found = discovery.read(path, b"---\nmodel: x/y\n---\nHi", lambda _: None)
    assert all(prompt.format is not Format.DOTPROMPT for prompt in found)


def test_a_prompt_file_in_jinja_is_read_by_jinja():
    assert parsed("{% if a %}x{% endif %}").format is Format.JINJA
