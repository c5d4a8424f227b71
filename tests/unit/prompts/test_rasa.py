"""Rasa's configuration, endpoints and domain."""

import time

import pytest

from llmgate.errors import RenderError
from llmgate.prompts import Facet, Format, Turn, catalogue, discovery
from llmgate.targets.rendering import Renderer

CONFIG = """\
recipe: default.v1
pipeline:
- name: NLUCommandAdapter
- name: rasa.dialogue_understanding.CompactLLMCommandGenerator
  prompt_template: prompts/commands.jinja2
  llm: {model_group: main}
  flow_retrieval: {active: false}
- name: LLMBasedRouter
  llm: {provider: openai, model: gpt-4o, temperature: 0, api_key: '${KEY}'}
policies:
- name: FlowPolicy
- name: EnterpriseSearchPolicy
  prompt: |
    Find {{ docs }}
"""
ENDPOINTS = """\
action_endpoint: {url: http://x}
model_groups:
  - id: main
    models:
      - provider: openai
        model: gpt-4o
        temperature: 0.0
  - id: azure
    models:
      - {provider: azure, deployment: eu, api_base: https://eu, api_key: a}
      - {provider: azure, deployment: us, api_base: https://us, api_key: b}
    router: {routing_strategy: simple-shuffle}
nlg:
  type: rephrase
  prompt: prompts/rephrase.jinja2
  llm: {model_group: main}
"""
DOMAIN = """\
version: "3.1"
responses:
  utter_hi:
    - text: Hi
  utter_chat:
    - text: placeholder
      metadata:
        rephrase: True
        rephrase_prompt: |
          Be kind to {{current_input}}
    - text: other
      metadata: {rephrase: True, rephrase_prompt: "Be brief: {{current_input}}"}
"""
FILES = {
    "prompts/commands.jinja2": b"Go {{ user_message }}",
    "prompts/rephrase.jinja2": b"Say {{ suggested_response }}",
}


def read(source, path="config.yml", files=FILES):
    found = discovery.read(path, source.encode(), files.get)
    assert all(prompt.format is Format.RASA for prompt in found)
    return {prompt.name: prompt for prompt in found}


def rendered(prompt, **variables):
    with Renderer() as renderer:
        return renderer.render(prompt, variables)


def test_components_are_named_by_their_class():
    assert [(name, prompt.line, prompt.partial) for name, prompt in read(CONFIG).items()] == [
        ("CompactLLMCommandGenerator", 4, True),
        ("LLMBasedRouter", 8, True),
        ("EnterpriseSearchPolicy", 12, True),
    ]


def test_prompts_are_rendered_from_their_files_and_inline():
    found = {**read(CONFIG), **read(ENDPOINTS, "endpoints.yml"), **read(DOMAIN, "domain.yml")}
    told = {
        "CompactLLMCommandGenerator": "Go x",
        "EnterpriseSearchPolicy": "Find x",
        "nlg": "Say x",
        "utter_chat": "Be kind to x",
        "utter_chat~2": "Be brief: x",
    }
    variables = dict.fromkeys(("user_message", "docs", "suggested_response", "current_input"), "x")
    for name, text in told.items():
        assert rendered(found[name], **variables) == (Turn(None, text),)


def test_the_path_of_a_prompt_starts_from_the_folder_of_the_assistant():
    found = read(CONFIG, "bot/config/config.yml", {"bot/prompts/commands.jinja2": b"A"})
    assert found["CompactLLMCommandGenerator"].dependencies == ("bot/prompts/commands.jinja2",)


def test_models_of_components_and_groups_are_read():
    found = {**read(CONFIG), **read(ENDPOINTS, "endpoints.yml")}
    told = {name: (prompt.model, dict(prompt.params)) for name, prompt in found.items() if prompt.model}
    assert told == {
        "CompactLLMCommandGenerator": ("main", {}),
        "LLMBasedRouter": ("openai/gpt-4o", {"temperature": 0}),
        "main": ("openai/gpt-4o", {"temperature": 0.0}),
        "azure: azure/eu": ("azure/eu", {"api_base": "https://eu"}),
        "azure: azure/us": ("azure/us", {"api_base": "https://us"}),
        "nlg": ("main", {}),
    }


@pytest.mark.parametrize(
    ("source", "path", "old", "new", "name", "facets"),
    [
        (CONFIG, "config.yml", "Find {{", "Search {{", "EnterpriseSearchPolicy", {Facet.TEXT}),
        (CONFIG, "config.yml", "{{ docs }}", "{{ documents }}", "EnterpriseSearchPolicy", {Facet.VARIABLES}),
        (CONFIG, "config.yml", "model: gpt-4o", "model: gpt-4.1", "LLMBasedRouter", {Facet.MODEL}),
        (CONFIG, "config.yml", "temperature: 0", "temperature: 1", "LLMBasedRouter", {Facet.PARAMS}),
        (CONFIG, "config.yml", "${KEY}", "${OTHER}", "LLMBasedRouter", set()),
        (CONFIG, "config.yml", "active: false", "active: true", "CompactLLMCommandGenerator", {Facet.STRUCTURE}),
        (CONFIG, "config.yml", "model_group: main", "model_group: big", "CompactLLMCommandGenerator", {Facet.MODEL}),
        (CONFIG, "config.yml", "recipe: default.v1", "language: en", "", set()),
        (ENDPOINTS, "e.yml", "temperature: 0.0", "temperature: 0.5", "main", {Facet.PARAMS}),
        (ENDPOINTS, "e.yml", "http://x", "http://y", "", set()),
        (DOMAIN, "d.yml", "Be kind", "Be nice", "utter_chat", {Facet.TEXT}),
        (DOMAIN, "d.yml", "text: placeholder", "text: else", "utter_chat", {Facet.STRUCTURE}),
        (DOMAIN, "d.yml", "text: Hi", "text: Hello", "", set()),
    ],
)
def test_each_difference_is_of_its_own_facet(source, path, old, new, *, name, facets):
    assert old in source
    before, after = read(source, path), read(source.replace(old, new, 1), path)
    differing = {
        (each, facet)
        for each in before
        for facet in Facet
        if before[each].digests.get(facet) != after[each].digests.get(facet)
    }
    assert differing == {(name, facet) for facet in facets}


def test_an_edit_of_a_prompts_file_differs_as_a_dependency_alone():
    before = read(CONFIG)["CompactLLMCommandGenerator"]
    after = read(CONFIG, files={"prompts/commands.jinja2": b"Do {{ user_message }}"})["CompactLLMCommandGenerator"]
    assert {facet for facet in Facet if before.digests.get(facet) != after.digests.get(facet)} == {Facet.DEPENDENCIES}


@pytest.mark.parametrize("files", [{}, {"prompts/commands.jinja2": b"\xff"}])
def test_a_prompts_file_that_cannot_be_read_is_a_fault_of_its_component(files):
    found = read(CONFIG, files=files)
    assert found["CompactLLMCommandGenerator"].fault.line == 4
    assert found["EnterpriseSearchPolicy"].fault is None


def test_two_files_of_one_name_are_a_fault():
    files = {"bot/prompts/commands.jinja2": b"1", "prompts/commands.jinja2": b"2"}
    assert "can be bot/prompts" in read(CONFIG, "bot/config.yml", files)["CompactLLMCommandGenerator"].fault.message


def test_a_component_without_a_prompt_of_its_own_is_not_rendered_as_one():
    with pytest.raises(RenderError, match="undefined"):
        rendered(read(CONFIG)["EnterpriseSearchPolicy"])
    assert read(CONFIG)["LLMBasedRouter"].turns == ()


@pytest.mark.parametrize(
    ("source", "line"),
    [(DOMAIN + "x: [\n", 14), (DOMAIN + "responses: {}\n", 13), (DOMAIN + "a: *b\n", 13)],
)
def test_a_file_that_is_none_has_a_fault_with_its_line_and_differs_by_bytes(source, line):
    (prompt,) = discovery.read("domain.yml", source.encode(), lambda _: None)
    assert prompt.fault.line == line
    assert set(prompt.digests) == {Facet.BYTES}


@pytest.mark.parametrize(
    ("path", "source"),
    [
        (".drone.yml", "kind: pipeline\npipeline:\n- name: build\n  image: x\n"),
        ("config.yml", "recipe: default.v1\npipeline:\n- name: WhitespaceTokenizer\n- name: DIETClassifier\n"),
        ("endpoints.yml", "action_endpoint: {url: http://x}\nnlg:\n  url: http://y\n"),
        ("domain.yml", "responses:\n  utter_a:\n    - text: x\n      metadata: {rephrase: True}\n"),
        ("openapi.yml", "responses:\n  200: {description: ok}\n"),
        ("a.yml", "generation:\n  rephrase_prompt: x\n"),
        ("auth.yml", "model_groups:\n  admins: [a]\n"),
        ("a.yml", "policies:\n- name: MyLLMPolicy\n  allow: all\n"),
        ("a.json", '{"model_groups": [{"id": "a"}]}'),
        ("a.txt", CONFIG),
    ],
)
def test_other_files_are_not_taken(path, source):
    assert not any(prompt.format is Format.RASA for prompt in discovery.read(path, source.encode(), lambda _: None))


@pytest.mark.parametrize(
    "source",
    [
        "model_groups:\n" + "\n" * 90_000 + "x: 1\n",
        "responses:\n  rephrase_prompt: '" + "x" * 500_000 + "'\n",
        "pipeline:\n- name: LLMBasedRouter\n  llm: " + "{a: " * 5_000 + "\n",
        "pipeline:\n" + "- name: LLMBasedRouter\n  llm: {model: x}\n" * 4_000,
        "pipeline:\n- name: " + "a." * 200_000 + "\n",
    ],
    ids=["blank lines", "long line", "depth", "many", "dots"],
)
def test_hostile_files_are_read_in_bounded_time(source):
    began = time.monotonic()
    found = catalogue.read("config.yml", source.encode(), lambda _: None)
    assert all(prompt.digests for prompt in found)
    assert time.monotonic() - began < 10
