"""Prompts in YAML, JSON and TOML of no framework: which texts and lists are taken, and what stands beside them."""

import json
import time

import pytest

from llmgate.errors import RenderError
from llmgate.prompts import Facet, Format, Syntax, Turn, catalogue, discovery, templates
from llmgate.prompts import settings as settings_format
from llmgate.prompts.settings_texts import MAX_CONVERSATIONS

ASSISTANT = """\
name: helpdesk
assistant:
  model: openai/gpt-4o
  temperature: 0.2
  greeting: Hi
  system_prompt: |
    You answer questions about travel costs.
    Cite the paragraph, {name}.
limits: {turns: 12}
"""
MESSAGES = """\
runtime: {provider: ollama, model: llama3.1}
prompts:
  - role: system
    content: Be kind.
  - role: user
    content: "About {{ topic }}?"
"""


def read(source, path="app/settings.yaml"):
    found = discovery.read(path, source.encode(), lambda _: None)
    return {prompt.name: prompt for prompt in found if prompt.format is Format.SETTINGS}


def declared(source, path="app/settings.yaml"):
    return {prompt.name: prompt for prompt in catalogue.read(path, source.encode(), lambda _: None)}


def test_a_text_by_its_key_has_the_key_path_as_its_name_and_the_model_beside_it():
    (prompt,) = read(ASSISTANT).values()
    assert (prompt.name, prompt.line, prompt.rule.id) == ("assistant.system_prompt", 6, "settings.key")
    assert (prompt.model, prompt.params, prompt.partial) == ("openai/gpt-4o", {"temperature": 0.2}, True)
    assert not prompt.rule.certain
    assert templates.fill(prompt, {"name": "Ada"}) == (
        Turn("system", "You answer questions about travel costs.\nCite the paragraph, Ada.\n"),
    )


def test_a_list_of_messages_is_one_prompt_that_is_certain_by_its_shape():
    (prompt,) = read(MESSAGES).values()
    assert (prompt.name, prompt.rule.id, prompt.rule.certain) == ("prompts", "settings.messages", True)
    assert templates.fill(prompt, {"topic": "tea"}) == (Turn("system", "Be kind."), Turn("user", "About tea?"))


@pytest.mark.parametrize(
    ("path", "source", "names"),
    [
        ("a.yaml", "systemPrompt: You are helpful and brief.\n", ["systemPrompt"]),
        ("a.yml", "system-message: Answer in Dutch.\n", ["system-message"]),
        ("a.json", '{"bot": {"systemInstruction": "Answer in Dutch."}}', ["bot.systemInstruction"]),
        ("a.json", '{"system_prompt":"Answer in Dutch."}', ["system_prompt"]),
        ("a.toml", 'system_prompt = """\nAnswer in Dutch.\n"""\n', ["system_prompt"]),
        ("a.toml", '[llm]\nprompt = "Summarise the text below in Dutch."\n', ["llm.prompt"]),
        ("a.toml", '[prompts]\nsystem = "You write short summaries."\n', ["prompts.system"]),
        ("a.yaml", "llm:\n  instructions: Explain the step that went wrong.\n", ["llm.instructions"]),
        ("a.yaml", "model: gpt-4o\ninstructions: Explain the step that went wrong.\n", ["instructions"]),
        ("a.yaml", "temperature: 0\nprompt: Explain the step that went wrong.\n", ["prompt"]),
        ("a.yaml", "prompts:\n  system: You are kind.\n  user: '{text}'\n", ["prompts.system", "prompts.user"]),
        ("a.yaml", "prompts:\n  system: You are kind.\n  user: none\n", ["prompts.system"]),
        ("a.yaml", "prompts:\n  system:\n    task: Summarise the text.\n", ["prompts.system.task"]),
        ("a.yaml", "judge_prompt: |\n  Rate the answer from 1 to 5.\n  Say why.\n", ["judge_prompt"]),
        ("a.yaml", "prompt_template: Summarise {text} for a child of ten.\n", ["prompt_template"]),
        ("a.yaml", "agents:\n- name: critic\n  prompt: List the flaws of the text.\n", ["agents.critic.prompt"]),
        ("a.yaml", "agent:\n  instructions:\n  - List the flaws.\n  - Be brief.\n", ["agent.instructions"]),
        ("a.yaml", "system_prompt: 你是一个乐于助人的助手。请简短回答。\n", ["system_prompt"]),
        ("a.yaml", "r:\n- name: api\n  agent_instructions: Run the tests first.\n", ["r.api.agent_instructions"]),
        ("a.yaml", "nodes:\n- id: plan\n  type: agent\n  prompt: List the steps of it.\n", ["nodes.plan.prompt"]),
        ("a.yaml", "name: x\ninstructions: You are a strict reviewer.\n", ["instructions"]),
        ("a.yaml", "prompts:\n- Summarise {text} for my child.\n- ok\n", ["prompts.summarise-text-for-my-child"]),
        ("conf/prompts.yaml", "summary: |\n  Summarise the text below in a line.\n  {text}\n", ["summary"]),
        ("a.json", '{"contents": [{"role": "user", "parts": [{"text": "About {{topic}}"}]}]}', ["contents"]),
        ("a.json", '[{"role": "system", "content": "Be kind."}]', ["messages"]),
    ],
)  # fmt: skip
def test_a_text_for_a_model_is_taken_by_its_key_path(path, source, names):
    assert list(read(source, path)) == names


KUBERNETES = """\
apiVersion: v1
kind: ConfigMap
data:
  system_prompt: You are a helpful assistant.
"""
COMPOSE = """\
services:
  app:
    image: app
    environment: {SYSTEM_PROMPT: You are a helpful assistant.}
"""
WORKFLOW = """\
on: push
jobs:
  review:
    steps:
      - uses: acme/llm@v1
        with: {prompt: Review the change and list the flaws.}
"""
OPENAPI = """\
openapi: 3.1.0
paths: {}
components:
  schemas:
    Agent:
      properties:
        system_prompt: {description: The text that the model gets first., example: You are a helpful assistant.}
"""
SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "properties": {"prompt": {"description": "The text that is sent to the model."}},
    "default": {"system_prompt": "You are a helpful assistant."},
}
LOOK_ALIKES = [
    ("deploy/app.yaml", KUBERNETES),
    ("deploy/app.json", '{"apiVersion":"v1","kind":"ConfigMap","data":{"system_prompt":"You are an assistant."}}'),
    ("docker-compose.yaml", COMPOSE),
    ("deploy/stack.yml", COMPOSE),
    (".github/workflows/ci.yml", WORKFLOW),
    ("ci/review.yml", WORKFLOW),
    (".github/ISSUE_TEMPLATE/bug.yml", "body:\n- type: textarea\n  prompt: Tell us what you did before it failed.\n"),
    (".gitlab-ci.yml", "stages: [a]\nreview:\n  script: [x]\n  variables: {SYSTEM_PROMPT: You are a reviewer.}\n"),
    ("ci/pipeline.yml", "stages: [a]\nreview:\n  script: [x]\n  variables: {SYSTEM_PROMPT: You are a reviewer.}\n"),
    (".circleci/config.yml", "system_prompt: You are a reviewer.\n"),
    ("api/openapi.yaml", OPENAPI),
    ("api/agents.yaml", OPENAPI),
    ("schemas/agent.json", json.dumps(SCHEMA)),
    ("config/locales/en.yml", "en:\n  chat:\n    prompt: Write a message to your friends here.\n"),
    ("src/i18n/de.json", '{"assistant": {"prompt": "Schreibe eine Nachricht an deine Freunde."}}'),
    ("src/messages.fr.json", '{"assistant": {"instructions": "Corrige les champs en rouge avant la suite."}}'),
    ("package.json", '{"name": "bot", "llm": {"prompt": "Summarise the text below in Dutch."}}'),
    ("cookiecutter.json", '{"__prompts__": {"name": "What is the full name of the project you make?"}}'),
    ("shell.toml", 'prompt = "user at host in the folder > "\n'),
    ("shell.yaml", "shell:\n  login_prompt: |\n    Please give the name and\n    the password that you got.\n"),
    ("cli.yaml", "prompts:\n  delete: Do you want to delete the file {name} for ever?\n"),
    ("cli.yaml", "prompts:\n  overwrite: Overwrite what is there [y/N]\n  name: Name of the project\n"),
    ("cli.toml", '[prompts]\nname = "What is your name?"\nplace = "Where do you live now?"\n'),
    ("setup.yaml", "install_prompt: |\n  Read the licence below.\n  Press enter to go on.\n"),
    ("site.yml", "- hosts: web\n  vars_prompt:\n  - name: user\n    prompt: The name of the user on all of them\n"),
    ("db.yaml", "agent:\n  prompt: SELECT name, age FROM people WHERE age > 12 AND name IS NOT NULL\n"),
    ("paths.yaml", "llm:\n  prompt: ./prompts/system message for us.txt\n  system_prompt: prompts/system.md\n"),
    ("urls.yaml", "llm:\n  prompt_template: https://example.com/prompts/one.txt\n"),
    ("mail.yaml", "model: gpt-4o\ntemplate: <html><body>Dear customer, thanks for your order.</body></html>\n"),
    ("regex.yaml", "agent:\n  template: ^(get|list) all of the (users|groups) here$\n"),
    ("run.yaml", "agent:\n  template: curl the page and print all of it\n"),
    ("devices.yaml", "- model: XR-200\n  instructions: Hold the button for five seconds and let go.\n"),
    ("recipe.yaml", "name: Soup\ninstructions: Cut the onions and fry them in the oil.\n"),
    ("undo.yaml", "rollback_instructions: |\n  Delete the folder of it.\n  Restore the old one.\ntags: [a]\n"),
    ("azure.json", '{"$schema": "https://schema.management.azure.com/a", "x": {"system_message": "Be kind to us."}}'),
    ("quiz.yaml", "type: question\nprompt: |\n  # An example\n  Complete the text below.\nanswers: [a]\n"),
    ("jsonc.json", '{"bot": {"system_message": "[parameters(1)]"}, // note\n}'),
    ("bot.yaml", "llm:\n  description: You are told here what the assistant does all day.\n  prompt: default\n"),
    ("team.yaml", "members:\n- {role: user, name: Ada}\n- {role: admin, name: Bob}\n"),
    ("log.json", '{"turns": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]}'),
    ("data/train.json", json.dumps([{"m": [{"role": "system", "content": "Be kind."}]}] * (MAX_CONVERSATIONS + 1))),
    ("tests/fixtures/bot.yaml", ASSISTANT),
    ("fixtures/bot.yaml", ASSISTANT),
    ("notes.txt", "system_prompt: You are a helpful assistant.\n"),
    ("Cargo.toml", '[dependencies]\nprompt = "a library for prompts of the shell"\n'),
]  # fmt: skip


@pytest.mark.parametrize(("path", "source"), LOOK_ALIKES)
def test_other_files_are_not_taken(path, source):
    assert read(source, path) == {}


@pytest.mark.parametrize(("path", "source"), LOOK_ALIKES[:17])
def test_manifests_workflows_and_translations_are_not_even_parsed(path, source):
    assert settings_format.recognise(path, source) is None


def test_an_image_among_messages_is_compared_and_not_rendered():
    image = [{"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}]
    (prompt,) = read(json.dumps({"messages": [{"role": "system", "content": image}]}), "a.json").values()
    assert prompt.digests[Facet.STRUCTURE]
    with pytest.raises(RenderError, match="text only"):
        templates.fill(prompt, {})


def test_a_list_of_texts_is_compared_and_not_rendered():
    (prompt,) = read("agents:\n  a:\n    instructions: [List the flaws., Be brief.]\n").values()
    assert prompt.text == "List the flaws.\nBe brief."
    with pytest.raises(RenderError, match="joins the texts"):
        templates.fill(prompt, {})


@pytest.mark.parametrize(
    ("text", "syntax"),
    [
        ("Answer in Dutch.", Syntax.VERBATIM),
        ("Answer {q} in Dutch.", Syntax.SINGLE_BRACES),
        ("Answer {{ q }} in Dutch.", Syntax.DOUBLE_BRACES),
        ("Answer {% if q %}{{ q }}{% endif %} in Dutch.", Syntax.JINJA),
        ("Answer {% with 12 %} more in Dutch.", Syntax.VERBATIM),
        ('Answer in Dutch as {"a": 1} only.', Syntax.VERBATIM),
    ],
)
def test_placeholders_are_what_they_look_like(text, syntax):
    (prompt,) = read(json.dumps({"system_prompt": text}), "a.json").values()
    assert (prompt.syntax, prompt.fault) == (syntax, None)


@pytest.mark.parametrize(
    ("beside", "model"),
    [
        ("model: gpt-4o", "gpt-4o"),
        ("{provider: anthropic, model: claude-x}", "anthropic/claude-x"),
        ("model: {provider: openai, name: gpt-4o, top_p: 1}", "openai/gpt-4o"),
        ("model: {model: gpt-4o}", None),
        ("voice: calm", None),
    ],
)
def test_a_model_is_the_one_that_stands_beside_the_text(beside, model):
    lines = beside.strip("{}").replace(", m", "\nm") if beside.startswith("{") else beside
    (prompt,) = read(f"{lines}\nsystem_prompt: Answer in Dutch.\n").values()
    assert prompt.model == model
    assert prompt.params == ({"top_p": 1} if "top_p" in beside else {})


def test_parameters_in_a_mapping_of_their_own_stand_with_the_others():
    said = {"temperature": 0, "modelKwargs": {"top_p": 1}, "thinking": {"budget": 1}}
    (prompt,) = read(json.dumps({"system_prompt": "Answer in Dutch.", **said}), "a.json").values()
    assert prompt.params == {"temperature": 0, "top_p": 1, "thinking": {"budget": 1}}


@pytest.mark.parametrize(
    ("old", "new", "facets"),
    [
        ("travel", "train", {Facet.TEXT}),
        ("{name}", "{who}", {Facet.VARIABLES}),
        ("gpt-4o", "gpt-4.1", {Facet.MODEL}),
        ("0.2", "0.3", {Facet.PARAMS}),
        ("Hi", "Hello", set()),
        ("turns: 12", "turns: 9", set()),
        ("name: helpdesk", "# note\nname: desk", set()),
    ],
)
def test_each_difference_is_of_its_own_facet(old, new, facets):
    assert old in ASSISTANT
    (before,), (after,) = read(ASSISTANT).values(), read(ASSISTANT.replace(old, new, 1)).values()
    assert {facet for facet in Facet if before.digests.get(facet) != after.digests.get(facet)} == facets


def test_a_prompt_keeps_its_name_when_another_is_put_before_it():
    one = "agents:\n- name: critic\n  prompt: List the flaws of the text.\n"
    two = one.replace("- name", "- name: poet\n  prompt: Write a poem about it.\n- name")
    assert read(one)["agents.critic.prompt"].digests == read(two)["agents.critic.prompt"].digests


def test_a_declared_file_has_every_text_that_reads_like_sentences_taken():
    source = ASSISTANT + "farewell: Thank the caller and say goodbye.\nrules: [{a: 1}, Never name a price.]\n"
    assert list(read(source)) == ["assistant.system_prompt"]
    assert list(declared(source)) == ["assistant.system_prompt", "farewell", "rules.never-name-a-price"]
    assert {prompt.rule.id for prompt in declared(source).values()} == {"declared"}


def test_a_declared_file_without_such_a_text_is_read_as_text():
    assert declared("limits: {turns: 12}\n")[""].format is Format.TEXT


@pytest.mark.parametrize("more", ["---\nsystem_prompt: Be kind to us.\n", "other: prompts:/greeting@live\nx: [\n"])
def test_a_declared_file_that_cannot_be_parsed_is_read_as_text(more):
    (prompt,) = declared(ASSISTANT + more).values()
    assert (prompt.format, prompt.fault) == (Format.TEXT, None)


def test_a_reference_into_a_registry_is_found_beside_a_text():
    source = ASSISTANT + "other: prompts:/greeting@live\n"
    assert {prompt.format for prompt in discovery.read("a.yaml", source.encode(), lambda _: None)} == {
        Format.SETTINGS,
        Format.REMOTE,
    }


@pytest.mark.parametrize(
    ("source", "line"), [(ASSISTANT + "x: [\n", 11), (ASSISTANT + "a: *b\n", 10), (MESSAGES + "a: *b\n", 7)]
)
def test_a_file_that_cannot_be_parsed_has_a_fault_with_its_line(source, line):
    (prompt,) = read(source).values()
    assert prompt.fault.line == line
    assert set(prompt.digests) == {Facet.BYTES}


def test_a_file_that_cannot_be_parsed_is_passed_over_where_only_a_common_word_speaks_for_it():
    assert read("prompts:\n  a: b\n{{- if x }}\n") == {}


@pytest.mark.parametrize(
    "source",
    [
        "system_prompt: " + "a b " * 120_000,
        "system_prompt: '" + "{" * 400_000 + "'",
        "system_prompt: " + "prompt" * 80_000,
        "[" + "prompts." * 60_000,
        "prompt" + " " * 400_000 + ":",
        "role: system\ncontent: x\n" + "- " * 200_000,
        "prompts:\n" + "".join(f"  k{n}: Say {{x}} in words to us.\n" for n in range(10_000)),
        "a_" * 200_000 + "prompt: |\n  Say it in words to us.\n",
        "\0system_prompt: a b c",
    ],
    ids=["words", "braces", "prompts", "table", "blanks", "depth", "many", "key", "binary"],
)
def test_hostile_settings_are_read_in_bounded_time(source):
    began = time.monotonic()
    for path in ("a.yaml", "a.json", "a.toml"):
        found = discovery.read(path, source.encode(), lambda _: None)
        assert all(prompt.digests for prompt in found)
    assert time.monotonic() - began < 30
