"""LangChain's serialised prompts, by `_type` and as constructors."""

import json
import time

import pytest

from llmgate.errors import RenderError
from llmgate.prompts import DECLARED, Facet, File, Format, Syntax, Turn, catalogue, discovery, templates
from llmgate.targets.rendering import Renderer
from tests import reading

FEW_SHOT = """\
_type: few_shot
input_variables: [adjective]
prefix: Write antonyms.
example_prompt:
  _type: prompt
  input_variables: [input, output]
  template: "Input: {input}\\nOutput: {output}"
examples:
  - {input: happy, output: sad}
  - {input: tall, output: "{adjective}"}
suffix: "Input: {adjective}\\nOutput:"
"""


def parsed(source, path="a.yaml", files=()):
    source = json.dumps(source) if isinstance(source, dict) else source
    path = path if not source.startswith("{") else "a.json"
    return reading.one(path, source.encode(), dict(files).get)


def constructor(name, *place, **kwargs):
    return {"lc": 1, "type": "constructor", "id": ["langchain", *place, name], "kwargs": kwargs}


def template(text, template_format="f-string", **more):
    return constructor("PromptTemplate", "prompts", "prompt", template=text, template_format=template_format, **more)


def chat(*messages, **more):
    return constructor("ChatPromptTemplate", "prompts", "chat", messages=list(messages), **more)


def message(kind, text, **more):
    return constructor(f"{kind}MessagePromptTemplate", "prompts", "chat", prompt=template(text, **more))


def differing(before, after):
    return {facet for facet in Facet if before.digests.get(facet) != after.digests.get(facet)}


def test_a_prompt_is_rendered_as_python_formats_it():
    prompt = parsed("_type: prompt\ninput_variables: [a]\ntemplate: 'A {a} {{b}}'\n")
    assert prompt.syntax is Syntax.FORMAT_STRING
    assert templates.fill(prompt, {"a": "x"}) == (Turn(None, "A x {b}"),)


def test_a_jinja_prompt_is_rendered_by_jinja():
    prompt = parsed("_type: prompt\ntemplate: 'A {% if a %}{{ a }}{% endif %}'\ntemplate_format: jinja2\n")
    with Renderer() as renderer:
        assert renderer.render(prompt, {"a": "x"}) == (Turn(None, "A x"),)


def test_examples_are_shown_between_prefix_and_suffix_and_filled_in_with_them():
    prompt = parsed(FEW_SHOT)
    assert templates.fill(prompt, {"adjective": "big"}) == (
        Turn(
            None,
            "Write antonyms.\n\nInput: happy\nOutput: sad\n\nInput: tall\nOutput: big\n\nInput: big\nOutput:",
        ),
    )


def test_the_parts_of_a_few_shot_prompt_may_stand_in_files():
    files = {
        "prompts/example.json": b'{"_type": "prompt", "input_variables": ["i"], "template": "I {i}"}',
        "prompts/examples.json": b'[{"i": "1"}, {"i": "2"}]',
        "prompts/prefix.txt": b"P",
    }
    source = (
        "_type: few_shot\nprefix_path: prefix.txt\nexample_prompt_path: example.json\nexamples: examples.json\n"
        'suffix: "{q}"\nexample_separator: "|"\n'
    )
    prompt = parsed(source, "prompts/few.yaml", files)
    assert templates.fill(prompt, {"q": "Q"}) == (Turn(None, "P|I 1|I 2|Q"),)
    assert prompt.dependencies == tuple(sorted(files))


def test_names_of_files_start_from_any_folder_above():
    files = {"shared/t.txt": b"T {q}"}
    prompt = parsed("_type: prompt\ntemplate_path: shared/t.txt\n", "app/prompts/a.yaml", files)
    assert templates.fill(prompt, {"q": "Q"}) == (Turn(None, "T Q"),)
    assert prompt.dependencies == ("shared/t.txt",)


def test_the_file_of_a_template_differs_as_a_dependency_alone():
    source = "_type: prompt\ntemplate_path: t.txt\n"
    before, after = parsed(source, files={"t.txt": b"T {q}."}), parsed(source, files={"t.txt": b"U {q}."})
    assert differing(before, after) == {Facet.DEPENDENCIES}


def test_a_dumped_chat_has_its_roles_and_literal_messages():
    prompt = parsed(
        chat(
            constructor("SystemMessage", "schema", "messages", content="Braces {stay}."),
            message("System", "You are {who}."),
            constructor("MessagesPlaceholder", "prompts", "chat", variable_name="history", optional=True),
            message("Human", "{q} {{x}}"),
            message("AI", "ok"),
            input_variables=["who", "q"],
            partial_variables={"history": [], "who": "{Bob}"},
        )
    )
    assert templates.fill(prompt, {"q": "Q"}) == (
        Turn("system", "Braces {stay}."),
        Turn("system", "You are {Bob}."),
        Turn("user", "Q {x}"),
        Turn("assistant", "ok"),
    )


def test_a_chain_has_the_model_its_parameters_and_what_is_bound_to_it():
    model = constructor(
        "ChatOpenAI",
        "chat_models",
        "openai",
        model_name="gpt-4o",
        temperature=0.2,
        openai_api_key={"lc": 1, "type": "secret", "id": ["OPENAI_API_KEY"]},
    )
    tool = {"type": "function", "function": {"name": "lookup"}}
    bound = constructor("RunnableBinding", "schema", bound=model, kwargs={"tools": [tool], "stop": ["x"]})
    prompt = parsed(constructor("RunnableSequence", "schema", first=template("{q}"), middle=[], last=bound))
    assert prompt.model == "openai/gpt-4o"
    assert prompt.params == {"temperature": 0.2, "stop": ["x"]}
    assert prompt.tools == [tool]


def test_a_chat_by_type_is_the_first_template_as_the_loader_makes_it():
    prompt = parsed('{"_type": "chat", "input_variables": ["q"], "messages": [{"prompt": {"template": "A {q}"}}]}')
    assert templates.fill(prompt, {"q": "Q"}) == (Turn("user", "A Q"),)


def test_a_chain_by_type_has_its_model_beside_the_prompt():
    prompt = parsed(
        "_type: llm_chain\nprompt: {_type: prompt, template: '{q}'}\n"
        "llm: {_type: openai-chat, model_name: gpt-4o, temperature: 0.1, openai_api_key: x}\n"
    )
    assert (prompt.model, prompt.params) == ("openai/gpt-4o", {"temperature": 0.1})


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (
            chat(constructor("MessagesPlaceholder", "prompts", variable_name="h"), message("Human", "q")),
            "MessagesPlaceholder",
        ),
        (chat(message("Human", "q"), message("Human", "q", template_format="jinja2")), "different template formats"),
        (chat(constructor("HumanMessage", "schema", content=[{"type": "image_url"}])), "of this form"),
        (
            chat(constructor("FewShotChatMessagePromptTemplate", "prompts", examples=[])),
            "FewShotChatMessagePromptTemplate",
        ),
        (template("{q}", partial_variables={"q": 1}), "partial_variables"),
        (FEW_SHOT.replace("output: sad", "output: 1"), "only if their values are text"),
        (FEW_SHOT.replace("output: sad", "other: x"), "'output' has no value"),
        (FEW_SHOT.replace("  input_variables: [input, output]", "  template_format: jinja2"), "format strings"),
        ("_type: prompt\ntemplate: '{q:>9}'\n", "a format that llmgate does not imitate"),
        ("_type: prompt\ntemplate: '{gone}'\n", "'gone' has no value"),
    ],
)
def test_what_is_not_imitated_is_said_when_it_is_rendered(source, words):
    prompt = parsed(source)
    assert prompt.fault is None
    with pytest.raises(RenderError, match=words):
        templates.fill(prompt, {"q": "x", "adjective": "y"})


@pytest.mark.parametrize(
    ("old", "new", "facets"),
    [
        ("happy", "glad", {Facet.TEXT}),
        ("prefix: Write", "prefix: Find", {Facet.TEXT}),
        ('suffix: "Input: {adjective}', 'suffix: "Input: {word}', {Facet.VARIABLES}),
        ("input_variables: [adjective]", "input_variables: [x]", set()),
        ("_type: few_shot\n", "_type: few_shot\nexample_selector: {k: 1}\n", {Facet.STRUCTURE}),
        ("_type: few_shot\n", "_type: few_shot\n# note\ntags: [a]\n", set()),
    ],
)
def test_each_difference_is_of_its_own_facet(old, new, facets):
    assert old in FEW_SHOT
    assert differing(parsed(FEW_SHOT), parsed(FEW_SHOT.replace(old, new, 1))) == facets


@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        ("_type: prompt\n", 1, "`template` must be text"),
        ("_type: prompt\nx: 1\ntemplate: 1\n", 3, "`template` must be text"),
        ("_type: prompt\ntemplate_path: gone.txt\n", 2, "no text file 'gone.txt'"),
        ("_type: prompt\ntemplate_path: ../../up.txt\n", 2, "no text file"),
        ("_type: prompt\ntemplate: x\ntemplate_format: erb\n", 3, "must be one of f-string, jinja2, mustache"),
        ("_type: few_shot\nexample_prompt: {template: x}\nexamples: {a: 1}\n", 3, "`examples` must be a list"),
        ("_type: few_shot\nexamples: []\n", 1, "`example_prompt` must be"),
        ("_type: chat\nmessages: []\n", 2, "must begin with"),
        ("_type: llm_chain\nprompt_path: x\n", 1, "only if its `prompt` stands in it"),
        ("_type: prompt\ntemplate: 'fine\n\n  {'\n", 1, "no format string"),
        ("_type: prompt\ntemplate: [\n", 3, "not YAML"),
    ],
)
def test_a_file_that_is_none_has_a_fault_with_its_line_and_differs_by_bytes(source, line, words):
    file = File(path="a.yaml", source=source, load=lambda _: None)
    (prompt,) = catalogue.of(Format.LANGCHAIN).read(file, DECLARED)
    assert prompt.fault is not None
    assert words in prompt.fault.message
    assert prompt.fault.line == line
    assert set(prompt.digests) == {Facet.BYTES}


def test_two_files_of_the_same_name_are_a_fault():
    files = {"app/t.txt": b"1", "t.txt": b"2"}
    prompt = parsed("_type: prompt\ntemplate_path: t.txt\n", "app/a.yaml", files)
    assert "can be app/t.txt or t.txt" in prompt.fault.message


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("a.yaml", "type: prompt\ntemplate: x\n"),
        ("a.yaml", "_type: document\ntemplate: x\n"),
        ("a.yaml", "_type: prompt\nname: bash\n"),
        ("a.yaml", "nested:\n  _type: prompt\n  template: x\n"),
        ("a.json", '{"_type": "chat", "id": 5}'),
        ("a.json", '{"saved": [{"_type": "prompt", "template": "x"}]}'),
        ("a.json", '{"lc": 1, "type": "constructor", "id": ["langchain", "llms", "OpenAI"], "kwargs": {}}'),
        ("a.json", '{"lc": 10, "name": "PromptTemplate"}'),
        ("a.toml", '_type = "prompt"\ntemplate = "x"\n'),
        ("a.py", "_type: prompt\ntemplate: x\n"),
    ],
)
def test_other_files_are_not_taken(path, source):
    assert not any(
        prompt.format is Format.LANGCHAIN for prompt in discovery.read(path, source.encode(), lambda _: None)
    )


@pytest.mark.parametrize(
    "source",
    [
        '{"_type": "prompt", "template": "' + "{a}" * 150_000 + '"}',
        '{"_type": "prompt", "template": "' + "{" * 400_000 + '"}',
        '{"_type": "prompt", "template": "x", "y": ' + "[" * 5_000 + "}",
        "_type: prompt\ntemplate: " + "x" * 500_000 + "\n",
        json.dumps(
            {
                **json.loads('{"_type": "few_shot", "suffix": "s"}'),
                "examples": [{"i": "x" * 1_000}] * 400,
                "example_prompt": {"template": "{i}" * 100},
            }
        ),
        json.dumps(template("{q}" * 50_000, partial_variables={"q": "x" * 50_000})),
    ],
    ids=["fields", "braces", "depth", "long line", "examples", "partial"],
)
def test_hostile_files_are_read_in_bounded_time(source):
    began = time.monotonic()
    found = catalogue.read("a.json" if source.startswith("{") else "a.yaml", source.encode(), lambda _: None)
    assert all(prompt.digests for prompt in found)
    assert time.monotonic() - began < 10
