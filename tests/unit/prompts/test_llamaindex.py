"""LlamaIndex's prompts, as it writes them and by the names of a query engine."""

import json
import time

import pytest

from llmgate.errors import RenderError
from llmgate.prompts import Facet, Format, Turn, catalogue, discovery, templates
from llmgate.targets.rendering import Renderer

ENGINE = """\
llm: {model: gpt-4o}
text_qa_template: |
  Context: {context_str}
  JSON stays: {"a": 1}
  Answer {query_str}
"response_synthesizer:refine_template": Refine {existing_answer} by {context_msg}.
"""


def dump(**said):
    return {
        "metadata": {"prompt_type": "custom"},
        "template_vars": [],
        "kwargs": {},
        "output_parser": None,
        "template_var_mappings": None,
        "function_mappings": None,
        **said,
    }


def read(source, path="a.yaml"):
    path, source = (path, source) if isinstance(source, str) else ("a.json", json.dumps(source))
    found = discovery.read(path, source.encode(), lambda _: None)
    assert all(prompt.format is Format.LLAMAINDEX for prompt in found)
    return {prompt.name: prompt for prompt in found}


def rendered(prompt, **variables):
    with Renderer() as renderer:
        return renderer.render(prompt, variables)


def test_the_prompts_of_a_query_engine_are_named_by_their_keys():
    found = read(ENGINE)
    assert [(name, prompt.line) for name, prompt in found.items()] == [
        ("text_qa_template", 2),
        ("response_synthesizer:refine_template", 6),
    ]
    assert templates.fill(found["text_qa_template"], {"context_str": "C", "query_str": "Q"}) == (
        Turn(None, 'Context: C\nJSON stays: {"a": 1}\nAnswer Q\n'),
    )


def test_a_dumped_prompt_is_the_file():
    (prompt,) = read(dump(template="A {q}\n", template_vars=["q"])).values()
    assert prompt.name == ""
    assert not prompt.partial
    assert templates.fill(prompt, {"q": "Q"}) == (Turn(None, "A Q\n"),)


def test_values_that_a_prompt_was_given_are_put_in():
    (prompt,) = read(dump(template="A {x} {q}", kwargs={"x": "X"})).values()
    assert templates.fill(prompt, {"q": "Q"}) == (Turn(None, "A X Q"),)


def test_a_dumped_chat_has_its_roles():
    text = {"role": "system", "additional_kwargs": {}, "blocks": [{"block_type": "text", "text": "S {x}"}]}
    (prompt,) = read(dump(message_templates=[text, {"role": "user", "content": "{q}"}])).values()
    assert templates.fill(prompt, {"x": "X", "q": "Q"}) == (Turn("system", "S X"), Turn("user", "Q"))


def test_a_rich_template_is_rendered_with_its_blocks_and_without_the_lines_of_its_statements():
    template = (
        '{% chat role="system" %}\nS {{ x }}\n{% endchat %}\n\n{# c #}\n'
        "{% chat role='user' %}\nQ {{ q }}\n  {% if x %}\n  yes\n  {% endif %}\nend\n{% endchat %}\n"
    )
    (prompt,) = read(dump(template_str=template)).values()
    assert rendered(prompt, x="X", q="Q") == (Turn("system", "S X"), Turn("user", "Q Q\n  yes\nend"))


def test_a_rich_template_without_blocks_is_one_text():
    (prompt,) = read(dump(template_str="A {{ x }}\n{% for i in [1, 2] %}\n - {{ i }}\n{% endfor %}\nB\n")).values()
    assert rendered(prompt, x="X") == (Turn(None, "A X\n - 1\n - 2\nB"),)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"template": "A {{x}}"}, "double braces"),
        ({"template": "A {x}", "kwargs": {"x": 1}}, "`kwargs`"),
        ({"template": "A {x}", "kwargs": {"x": "{q}"}}, "`kwargs`"),
        ({"template_str": "{{ x }}", "kwargs": {"x": "y"}}, "`kwargs`"),
        ({"template_str": "{% raw %}x{% endraw %}"}, "raw blocks"),
        ({"template_str": "{% for m in x %}{% chat role='user' %}a{% endchat %}{% endfor %}"}, "blocks of messages"),
        ({"message_templates": [{"role": "user", "blocks": [{"block_type": "image"}]}]}, "messages of text only"),
        ({"template": 1}, "no text for a template"),
    ],
)
def test_what_is_not_imitated_is_said_when_it_is_rendered(said, words):
    (prompt,) = read(dump(**said)).values()
    assert prompt.fault is None
    with pytest.raises(RenderError, match=words):
        rendered(prompt, x="x", q="q")


@pytest.mark.parametrize(
    ("old", "new", "facets"),
    [
        ("Answer", "Kindly answer", {Facet.TEXT}),
        ("query_str", "question", {Facet.VARIABLES}),
        ("llm: {model: gpt-4o}", "llm: {model: gpt-4.1}", set()),
        ("llm:", "# note\nllm:", set()),
    ],
)
def test_each_difference_is_of_its_own_facet(old, new, facets):
    assert old in ENGINE
    before, after = read(ENGINE)["text_qa_template"], read(ENGINE.replace(old, new, 1))["text_qa_template"]
    assert {facet for facet in Facet if before.digests.get(facet) != after.digests.get(facet)} == facets


def test_what_stands_beside_a_template_is_structure_apart_from_what_is_computed():
    plain = read(dump(template="A {q}"))[""]
    computed = read(dump(template="A {q}", template_vars=["q"], metadata={"prompt_type": "text_qa"}))[""]
    parser = read(dump(template="A {q}", output_parser={"pydantic": 1}))[""]
    assert plain.digests == computed.digests
    assert {facet for facet in plain.digests if plain.digests[facet] != parser.digests[facet]} == {Facet.STRUCTURE}


@pytest.mark.parametrize(
    ("source", "line"),
    [(ENGINE + "x: [\n", 8), (ENGINE + "text_qa_template: x\n", 7), (ENGINE + "a: *b\n", 7)],
)
def test_a_file_that_is_none_has_a_fault_with_its_line_and_differs_by_bytes(source, line):
    (prompt,) = discovery.read("a.yaml", source.encode(), lambda _: None)
    assert prompt.fault.line == line
    assert set(prompt.digests) == {Facet.BYTES}


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("mail.json", '{"template_vars": ["name"], "template": "welcome.html"}'),
        ("a.yaml", "template_vars: {region: eu}\ntemplate: main.tf\n"),
        ("a.yaml", "summary_template: '{{ title }}'\n"),
        ("a.yaml", "refine_template: meshes/a\n"),
        ("a.yaml", "context_str: x\nquery_str: y\n"),
        ("a.json", '{"prompt_type": "text", "template": "x"}'),
        ("a.json", '[{"template_vars": [], "prompt_type": "x", "template": "y"}]'),
        ("a.py", "text_qa_template: '{context_str}'\n"),
        ("a.md", ENGINE),
        ("deployment.yml", "name: Quick\nservices:\n  echo:\n    path: src/workflow:echo\n"),
    ],
)
def test_other_files_are_not_taken(path, source):
    found = discovery.read(path, source.encode(), lambda _: None)
    assert not any(prompt.format is Format.LLAMAINDEX for prompt in found)


@pytest.mark.parametrize(
    "said",
    [
        {"template": "{x}" * 100_000, "kwargs": {"x": "y" * 100_000}},
        {"template_str": "{% chat role='user' %}" * 20_000 + "{% endchat %}"},
        {"template_str": "{% " + " \n" * 200_000},
        {"template": "{" * 400_000},
        {"template_str": "x" * 500_000},
    ],
    ids=["kwargs", "blocks", "blanks", "braces", "long line"],
)
def test_hostile_templates_are_read_in_bounded_time(said):
    began = time.monotonic()
    found = catalogue.read("a.json", json.dumps(dump(**said)).encode(), lambda _: None)
    assert all(prompt.digests for prompt in found)
    assert time.monotonic() - began < 10
