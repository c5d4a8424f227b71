"""Haystack's pipelines: prompt builders, agents and generators."""

import time

import pytest

from llmgate.errors import RenderError
from llmgate.prompts import Facet, Format, Turn, catalogue, discovery
from llmgate.targets.rendering import Renderer

BUILDER = "haystack.components.builders.prompt_builder.PromptBuilder"
CHAT = "haystack.components.builders.chat_prompt_builder.ChatPromptBuilder"
OPENAI = "haystack.components.generators.chat.openai.OpenAIChatGenerator"
SOURCE = f"""\
components:
  text:
    init_parameters:
      template: |
        Answer {{{{ q }}}}.
      required_variables: null
    type: {BUILDER}
  chat:
    init_parameters:
      template:
      - content: [{{text: "Be {{{{ tone }}}}."}}]
        meta: {{}}
        name: null
        role: system
      - _role: user
        _content: [{{text: "{{{{ q }}}}"}}]
      - role: assistant
        content: "I say {{{{ q }}}}"
    type: {CHAT}
  blocks:
    init_parameters:
      template: |
        {{% message role="system" %}}
        Be kind.
        {{% endmessage %}}
        {{# then #}}
        {{%- message role='user' -%}}
          {{{{ q }}}}
        {{%- endmessage -%}}
    type: {CHAT}
  later:
    init_parameters: {{template: null}}
    type: {CHAT}
  agent:
    init_parameters:
      chat_generator:
        init_parameters: {{model: gpt-4o, api_key: {{env_vars: [A], type: env_var}}, tools: null}}
        type: {OPENAI}
      system_prompt: You are {{{{ who }}}}.
      tools: [{{type: haystack.tools.tool.Tool, data: {{name: t}}}}]
    type: haystack.components.agents.agent.Agent
  llm:
    init_parameters:
      model: claude-3-5-sonnet-20241022
      generation_kwargs: {{temperature: 0.1, response_format: {{type: json_object}}}}
      timeout: 3
    type: haystack_integrations.components.generators.anthropic.chat.chat_generator.AnthropicChatGenerator
  hosted:
    init_parameters: {{api_type: serverless, api_params: {{model: m/x}}}}
    type: haystack.components.generators.hugging_face_api.HuggingFaceAPIGenerator
  cleaner:
    init_parameters: {{}}
    type: haystack.components.preprocessors.document_cleaner.DocumentCleaner
connections: []
"""


def read(source, path="pipelines/rag.yaml"):
    found = discovery.read(path, source.encode(), lambda _: None)
    assert all(prompt.format is Format.HAYSTACK for prompt in found)
    return {prompt.name: prompt for prompt in found}


def pipeline(template, kind=CHAT):
    return read(f"components:\n  a:\n    type: {kind}\n    init_parameters:\n      template: {template}\n")["a"]


def rendered(prompt, **variables):
    with Renderer() as renderer:
        return renderer.render(prompt, variables)


def test_components_are_named_by_their_keys_and_begin_at_them():
    found = read(SOURCE)
    assert list(found) == ["text", "chat", "blocks", "agent", "agent.chat_generator", "llm", "hosted"]
    assert [found[name].line for name in ("text", "chat", "agent.chat_generator")] == [2, 8, 36]
    assert all(prompt.partial for prompt in found.values())


def test_each_builder_is_rendered_as_haystack_sends_it():
    found = read(SOURCE)
    assert rendered(found["text"], q="Q") == (Turn(None, "Answer Q."),)
    assert rendered(found["chat"], q="Q", tone="kind") == (
        Turn("system", "Be kind."),
        Turn("user", "Q"),
        Turn("assistant", "I say {{ q }}"),
    )
    assert rendered(found["blocks"], q="Q") == (Turn("system", "Be kind."), Turn("user", "Q"))
    assert rendered(found["agent"], who="Bob") == (Turn("system", "You are Bob."),)


def test_generators_are_models_of_the_provider_that_their_module_names():
    found = read(SOURCE)
    told = {name: (found[name].model, dict(found[name].params)) for name in ("agent.chat_generator", "llm", "hosted")}
    assert told == {
        "agent.chat_generator": ("openai/gpt-4o", {}),
        "llm": ("anthropic/claude-3-5-sonnet-20241022", {"temperature": 0.1}),
        "hosted": ("hugging_face_api/m/x", {}),
    }
    assert found["llm"].schema == {"type": "json_object"}
    assert found["agent"].tools == {"tools": [{"type": "haystack.tools.tool.Tool", "data": {"name": "t"}}]}


@pytest.mark.parametrize(
    ("old", "new", "name", "facets"),
    [
        ("Answer {{ q }}.", "Reply to {{ q }}.", "text", {Facet.TEXT}),
        ("Answer {{ q }}.", "Answer {{ query }}.", "text", {Facet.VARIABLES}),
        ("required_variables: null", "required_variables: [q]", "text", {Facet.STRUCTURE}),
        ("role: system", "role: user", "chat", {Facet.STRUCTURE}),
        ("model: claude-3-5-sonnet-20241022", "model: claude-3-opus-20240229", "llm", {Facet.MODEL}),
        ("temperature: 0.1", "temperature: 0.2", "llm", {Facet.PARAMS}),
        ("{type: json_object}", "{type: text}", "llm", {Facet.SCHEMA}),
        ("timeout: 3", "timeout: 9", "llm", set()),
        ("timeout: 3", "api_base_url: http://x", "llm", {Facet.STRUCTURE}),
        ("{name: t}", "{name: u}", "agent", {Facet.TOOLS}),
        ("env_vars: [A]", "env_vars: [B]", "agent.chat_generator", set()),
        ("model: m/x", "model: m/y", "hosted", {Facet.MODEL}),
    ],
)
def test_each_difference_is_of_its_own_facet(old, new, name, facets):
    assert old in SOURCE
    before, after = read(SOURCE), read(SOURCE.replace(old, new, 1))
    differing = {
        (each, facet)
        for each in before
        for facet in Facet
        if before[each].digests.get(facet) != after[each].digests.get(facet)
    }
    assert differing == {(name, facet) for facet in facets}


@pytest.mark.parametrize(
    "template",
    [
        "'{% for m in ms %}{% message role=\"user\" %}x{% endmessage %}{% endfor %}'",
        '\'{% message role="user" name="bob" %}x{% endmessage %}\'',
        "'before {% message role=\"user\" %}x{% endmessage %}'",
        "'{% message role=\"user\" %}x{% endmessage %}{% endmessage %}'",
        "[{role: user, content: [{image: x}]}]",
        "[{role: tool, content: x}]",
        "[{role: assistant, content: 'a {{ endraw }}'}]",
    ],
)
def test_what_is_not_imitated_is_said_when_it_is_rendered(template):
    prompt = pipeline(template)
    assert prompt.fault is None
    with pytest.raises(RenderError, match="llmgate"):
        rendered(prompt)


def test_a_variable_without_a_value_is_an_error_though_haystack_leaves_it_empty():
    with pytest.raises(RenderError, match="'q' is undefined"):
        rendered(pipeline("'{{ q }}'", BUILDER))


@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        (f"components: [\n#    init_parameters:\n    type: {BUILDER}\n", 4, "not YAML"),
        (f"components:\n- type: {BUILDER}\n  init_parameters: {{}}\n", 1, "must be a mapping"),
        ("- a\n", 1, "must be a mapping"),
    ],
)
def test_a_file_that_is_none_has_a_fault_with_its_line_and_differs_by_bytes(source, line, words):
    (prompt,) = catalogue.read("a.yaml", source.encode(), lambda _: None, form=Format.HAYSTACK)
    assert prompt.fault.line == line
    assert words in prompt.fault.message
    assert set(prompt.digests) == {Facet.BYTES}


def test_a_template_that_is_none_has_a_fault_among_others():
    found = read(SOURCE.replace("Answer {{ q }}.", "Answer {{ q }."))
    assert {name for name, prompt in found.items() if prompt.fault} == {"text"}
    assert "not a Jinja template" in found["text"].fault.message


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("openapi.yaml", "components:\n  schemas:\n    A:\n      type: object\n"),
        ("a.yaml", "components:\n  a:\n    type: com.example.IdGenerator\n    params: {}\n"),
        (
            "a.yaml",
            "components:\n  a:\n    init_parameters: {}\n    type: haystack.components.writers.DocumentWriter\n",
        ),
        ("a.yaml", "parts:\n  a:\n    init_parameters: {}\n    type: haystack.PromptBuilder\n"),
        ("a.yaml", "components:\n  a:\n    init_parameters: {}\n    type: PromptBuilder\n"),
        ("a.yaml", "x:\n  components:\n    a:\n      type: a.b.PromptBuilder\n      settings: {}\n"),
        ("a.json", SOURCE),
        ("a.md", SOURCE),
        ("a.py", f'"""\n{SOURCE}"""\n'),
        ("tests/a.yaml", SOURCE),
    ],
)
def test_other_files_are_not_taken(path, source):
    assert not any(prompt.format is Format.HAYSTACK for prompt in discovery.read(path, source.encode(), lambda _: None))


@pytest.mark.parametrize(
    "template",
    [
        '{% message role="user" %}' * 19_000,
        '{% message role="user" %}{% endmessage %}' * 10_000,
        "{% endmessage %}" + "{#" * 200_000,
        "{% message " + " " * 400_000,
        "x" * 500_000,
    ],
    ids=["open", "pairs", "comments", "blanks", "long line"],
)
def test_hostile_templates_are_read_in_bounded_time(template):
    source = f"components:\n  a:\n    type: {CHAT}\n    init_parameters:\n      template: '{template}'\n"
    began = time.monotonic()
    found = discovery.read("a.yaml", source.encode(), lambda _: None)
    assert all(prompt.digests for prompt in found)
    assert time.monotonic() - began < 10
