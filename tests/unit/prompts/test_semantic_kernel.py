"""Semantic Kernel: skprompt.txt with config.json, and the YAML form."""

import pytest

from llmgate.errors import NotEvaluated, RenderError
from llmgate.prompts import MAX_BYTES, Facet, Format, Syntax, Turn, discovery, templates
from tests import reading

TEXT = "p/chat/skprompt.txt"
CONFIG = "p/chat/config.json"
SETTINGS = """\
{
  "schema": 1,
  "description": "Answers customers",
  "execution_settings": {
    "default": {"model_id": "gpt-4o", "max_tokens": 300, "temperature": 0.2},
    "backup": {"model_id": "gpt-4o-mini"}
  },
  "input_variables": [
    {"name": "question", "description": "what is asked"},
    {"name": "tone", "default": "kind"}
  ]
}
"""
YAML = """\
name: Support
description: answers customers
template: |
  Be {{tone}}. {{question}}
template_format: handlebars
input_variables:
  - name: question
    description: what is asked
    is_required: true
  - name: tone
    default: kind
execution_settings:
  default:
    model_id: gpt-4o
    temperature: 0.2
"""


def of_folder(text, settings=None, asked=TEXT):
    files = {TEXT: text, **({CONFIG: settings} if settings is not None else {})}
    loaded = {path: content.encode() for path, content in files.items()}
    return reading.one(asked, loaded[asked], loaded.get)


def of_yaml(source):
    return reading.one("p/support.yaml", source.encode(), lambda _: None)


def test_the_text_is_rendered_with_the_defaults_of_its_settings():
    prompt = of_folder("Be {{$tone}}. {{$question}}", SETTINGS)
    assert templates.fill(prompt, {"question": "Why?"}) == (Turn(None, "Be kind. Why?"),)


def test_the_settings_beside_the_text_are_read():
    prompt = of_folder("Be {{$tone}}.", SETTINGS)
    assert (prompt.path, prompt.format, prompt.syntax) == (TEXT, Format.SEMANTIC_KERNEL, Syntax.SEMANTIC_KERNEL)
    assert (prompt.model, prompt.params) == ("gpt-4o", {"max_tokens": 300, "temperature": 0.2})


@pytest.mark.parametrize("settings", [SETTINGS, '{"execution_settings": 1}', '{"execution_settings": {'])
def test_both_files_of_a_folder_are_read_as_the_same_prompt(settings):
    assert of_folder("{{$x}}", settings) == of_folder("{{$x}}", settings, asked=CONFIG)


def test_settings_without_a_text_beside_them_are_no_prompt():
    assert discovery.read(CONFIG, SETTINGS.encode(), lambda _: None) == ()


def test_a_text_without_settings_is_a_prompt():
    prompt = of_folder("Hi {{$name}}")
    assert (prompt.model, prompt.fault) == (None, None)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"description": "Answers customers"', '"description": "Helps"'),
        ('"description": "what is asked"', '"description": "the question"'),
        ('"max_tokens": 300, "temperature": 0.2', '"temperature": 0.2,\n "max_tokens": 300'),
    ],
)
def test_what_no_model_sees_is_no_change(old, new):
    assert old in SETTINGS
    assert of_folder("Hi", SETTINGS).digests == of_folder("Hi", SETTINGS.replace(old, new)).digests


@pytest.mark.parametrize(
    ("old", "new", "facets"),
    [
        ('"model_id": "gpt-4o",', '"model_id": "gpt-5",', {Facet.MODEL}),
        ("300", "400", {Facet.PARAMS}),
        ('"default": "kind"', '"default": "curt"', {Facet.VARIABLES}),
        ("gpt-4o-mini", "gpt-5-mini", {Facet.STRUCTURE}),
        ('"temperature": 0.2', '"temperature": 0.2, "response_format": "json_object"', {Facet.SCHEMA}),
        ('"temperature": 0.2', '"temperature": 0.2, "function_choice_behavior": {"type": "auto"}', {Facet.TOOLS}),
        ('"schema": 1', '"schema": 1, "news": 1', {Facet.STRUCTURE}),
    ],
)
def test_each_difference_of_the_settings_is_of_its_own_facet(old, new, facets):
    assert old in SETTINGS
    before, after = of_folder("Hi", SETTINGS).digests, of_folder("Hi", SETTINGS.replace(old, new, 1)).digests
    assert {facet for facet in Facet if before.get(facet) != after.get(facet)} == facets


def test_settings_of_older_versions_are_read():
    inputs = '{"parameters": [{"name": "a", "defaultValue": "x"}]}'
    old = f'{{"schema": 1, "type": "completion", "completion": {{"max_tokens": 5}}, "input": {inputs}}}'
    prompt = of_folder("{{$a}}", old)
    assert (prompt.params, prompt.defaults) == ({"max_tokens": 5}, {"a": "x"})
    assert templates.fill(prompt, {})[0].text == "x"


@pytest.mark.parametrize(
    ("settings", "model"),
    [
        ("[{service_id: a, model_id: x}, {model_id: y}]", "x"),
        ("[{service_id: a, model_id: x}, {service_id: default, model_id: y}]", "y"),
        ("{one: {model_id: x}, two: {model_id: y}}", "x"),
        ("{model_id: x, temperature: 1}", "x"),
        ("nothing", None),
    ],
)
def test_the_forms_of_execution_settings(settings, model):
    assert of_yaml(f"template: Hi\nexecution_settings: {settings}\n").model == model


def test_the_yaml_form_is_rendered_in_its_syntax():
    prompt = of_yaml(YAML)
    assert (prompt.syntax, prompt.rule.id, prompt.line) == (Syntax.HANDLEBARS, "semantic-kernel.yaml", 3)
    assert templates.fill(prompt, {"question": "Why?"}) == (Turn(None, "Be kind. Why?\n"),)


def test_jinja_in_the_yaml_form_is_jinja():
    assert of_yaml("template: '{{ a }}'\ntemplate_format: jinja2\nexecution_settings: {}\n").syntax is Syntax.JINJA


def test_liquid_is_compared_and_not_rendered():
    before, after = (of_yaml(f"template: '{text} {{{{ a }}}}'\ntemplate_format: liquid\n") for text in ("A", "B"))
    assert before.digests[Facet.TEXT] != after.digests[Facet.TEXT]
    with pytest.raises(RenderError, match="the template format is 'liquid'"):
        templates.fill(before, {"a": 1})


@pytest.mark.parametrize("form", ["semantic-kernel", "handlebars"])
def test_messages_in_tags_become_messages(form):
    name = "{{$q}}" if form == "semantic-kernel" else "{{q}}"
    text = f"Before.\n<message role=\"system\">Be kind.</message>\n<message role='user'>\n{name}\n</message>\nAfter."
    template = "\n".join(f"  {line}" for line in text.split("\n"))
    prompt = of_yaml(f"template: |\n{template}\ntemplate_format: {form}\nexecution_settings: {{}}\n")
    turns = templates.fill(prompt, {"q": "a </message> & <b>"})
    assert turns == (
        Turn("system", "Before."),
        Turn("system", "Be kind."),
        Turn("user", "a </message> & <b>"),
        Turn("user", "After."),
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('<message role="{{$r}}">a</message>', "more than a fixed role"),
        ("<message>a</message>", "more than a fixed role"),
        ('<message role="user" name="x">a</message>', "more than a fixed role"),
        ('<message role="user">a', "is not closed"),
        ('<message role="user"><message role="user">a</message></message>', "stands in another"),
        ('<message role="user">a < b</message>', "read as XML"),
        ('<message role="user"><image>x</image></message>', "read as XML"),
        ('<message role="user">a &amp; b</message>', "read as XML"),
    ],
)
def test_what_depends_on_xml_is_not_rendered(text, reason):
    prompt = of_folder(text)
    assert prompt.fault is None
    with pytest.raises(RenderError, match=reason):
        templates.fill(prompt, {"r": "user"})


def test_a_role_in_a_tag_is_structure():
    before, after = (of_folder(f'<message role="{role}">a</message>').digests for role in ("user", "system"))
    assert {facet for facet in Facet if before.get(facet) != after.get(facet)} == {Facet.STRUCTURE}


def test_a_function_call_is_compared_and_not_rendered():
    prompt = of_folder("{{time.now}} {{$q}}")
    assert prompt.fault is None
    with pytest.raises(RenderError, match="calls a function"):
        templates.fill(prompt, {"q": "?"})


@pytest.mark.parametrize(
    ("text", "settings", "file", "line"),
    [
        ("a\n{{#x}}", SETTINGS, TEXT, 2),
        ("a", "{\n,}", CONFIG, 2),
        ("a", '["execution_settings"]', CONFIG, 1),
    ],
)
def test_what_cannot_be_read_has_a_fault_with_its_file_and_line(text, settings, file, line):
    first, second = of_folder(text, settings), of_folder(text + "!", settings)
    assert first.fault is not None
    assert (first.fault.file, first.fault.line, first.path) == (file, line, TEXT)
    assert first.digest != second.digest


@pytest.mark.parametrize(
    ("source", "line"),
    [("template: [\nexecution_settings:\n", 3), ("name: x\ntemplate: 3\nexecution_settings: {}\n", 2)],
)
def test_a_yaml_that_is_no_prompt_has_a_fault_with_its_line(source, line):
    prompt = of_yaml(source)
    assert prompt.fault is not None
    assert prompt.fault.line == line


@pytest.mark.parametrize("other", [CONFIG, TEXT])
def test_a_file_beside_that_is_not_text_is_a_fault(other):
    files = {TEXT: b"Hi", CONFIG: SETTINGS.encode(), other: b"\xff"}
    asked = CONFIG if other == TEXT else TEXT
    prompt = reading.one(asked, files[asked], files.get)
    assert prompt.fault is not None
    assert (prompt.path, "UTF-8" in prompt.fault.message) == (TEXT, True)


@pytest.mark.parametrize("other", [CONFIG, TEXT])
def test_a_file_beside_that_cannot_be_read_is_a_fault(other):
    def load(path):
        raise NotEvaluated("a symbolic link", id="worker-failed")

    asked = CONFIG if other == TEXT else TEXT
    prompt = reading.one(asked, SETTINGS.encode(), load)
    assert prompt.fault is not None
    assert (prompt.path, prompt.fault.file, prompt.fault.message) == (TEXT, other, "a symbolic link")


def test_a_text_over_the_limit_is_a_fault_from_both_files():
    files = {TEXT: b"a" * (MAX_BYTES + 1), CONFIG: SETTINGS.encode()}
    faults = [reading.one(path, files[path], files.get).fault for path in (TEXT, CONFIG)]
    assert all(fault and "at most" in fault.message for fault in faults)


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("a/skprompt.txt", "Hi"),
        ("a/b.yaml", YAML),
        ("a/b.yml", "template: Hi\nexecution_settings:\n  default: {}\n"),
        ("a/b.yaml", "template: Hi\ntemplate_format: 'semantic-kernel'\n"),
    ],
)
def test_a_prompt_is_taken_wherever_it_stands(path, source):
    assert discovery.read(path, source.encode(), lambda _: None)[0].format is Format.SEMANTIC_KERNEL


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("a/b.yaml", "_type: prompt\ntemplate: Hi\ninput_variables: [a]\ntemplate_format: jinja2\n"),
        ("a/b.yaml", "_type: prompt\ntemplate: Hi\nexecution_settings: 1\n"),
        ("a/b.yaml", "template: index.html\n"),
        ("a/b.yaml", "spec:\n  template: x\n  execution_settings: 1\n"),
        ("a/b.yaml", "template: Hi\ntemplate_format: f-string\n"),
        ("k8s/deployment.yaml", "kind: Deployment\ntemplate:\n  spec: {}\n"),
        ("a/config.json", '{"name": "x"}'),
        ("a/config.json", '{"input": "src/index.ts"}'),
        ("a/settings.json", SETTINGS),
        ("a/prompt.json", SETTINGS),
        ("tests/skprompt.txt", "Hi"),
    ],
)
def test_what_only_looks_like_one_is_not_taken(path, source):
    found = discovery.read(path, source.encode(), lambda _: None)
    assert all(prompt.format is not Format.SEMANTIC_KERNEL for prompt in found)
