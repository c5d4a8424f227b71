"""promptfoo's configuration: its prompts, the files that they stand in, and its providers."""

import time

import pytest

from llmgate.errors import RenderError
from llmgate.prompts import Facet, Format, Syntax, Turn, catalogue, discovery
from llmgate.targets.rendering import Renderer

SOURCE = """\
description: support
prompts:
  - 'Translate "{{text}}" to French'
  - file://prompts/service.txt
  - id: file://prompts/chat.json
    label: Chat
    config: {temperature: 0.1}
  - label: inline
    raw: |
      Answer {{ question | upper }}
providers:
  - openai:chat:gpt-4o
  - id: anthropic:messages:claude-3-5-sonnet-20241022
    label: Claude
    prompts: [Chat]
    config: {max_tokens: 100, apiKey: x, tools: 'file://tools.json', response_format: {type: json_object}}
  - azure:chat:my-deployment:
      config: {temperature: 0}
  - file://custom.py
tests:
  - vars: {text: x}
"""
FILES = {
    "prompts/service.txt": b"Serve {{ company }}.\n",
    "prompts/chat.json": b'[{"role": "system", "content": "Be kind."}, {"role": "user", "content": "{{ q }}"}]',
}


def read(source, path="promptfooconfig.yaml", files=FILES):
    found = discovery.read(path, source.encode(), files.get)
    assert all(prompt.format is Format.PROMPTFOO for prompt in found)
    return {prompt.name: prompt for prompt in found}


def one(entry, files=FILES, more=""):
    (prompt,) = read(f"prompts:\n  - {entry}\n{more}", files=files).values()
    return prompt


def rendered(prompt, **variables):
    with Renderer() as renderer:
        return renderer.render(prompt, variables)


def test_prompts_and_providers_are_named_by_label_id_file_or_first_words():
    assert [(name, prompt.line) for name, prompt in read(SOURCE).items()] == [
        ("prompts[translate-text-to-french]", 3),
        ("prompts/service.txt", 4),
        ("Chat", 5),
        ("inline", 8),
        ("openai:chat:gpt-4o", 12),
        ("Claude", 13),
        ("azure:chat:my-deployment", 17),
        ("file://custom.py", 19),
    ]


def test_each_prompt_is_rendered_as_promptfoo_sends_it():
    found = read(SOURCE)
    assert rendered(found["prompts[translate-text-to-french]"], text="x") == (Turn(None, 'Translate "x" to French'),)
    assert rendered(found["prompts/service.txt"], company="Acme") == (Turn(None, "Serve Acme."),)
    assert rendered(found["Chat"], q="Why?") == (Turn("system", "Be kind."), Turn("user", "Why?"))
    assert rendered(found["inline"], question="why") == (Turn(None, "Answer WHY\n"),)


def test_a_provider_is_a_model_with_its_parameters_tools_and_schema():
    claude = read(SOURCE)["Claude"]
    assert claude.model == "anthropic/claude-3-5-sonnet-20241022"
    assert claude.params == {"max_tokens": 100}
    assert claude.tools == "file://tools.json"
    assert claude.schema == {"type": "json_object"}
    assert claude.dependencies == ("tools.json",)
    assert claude.turns == ()


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("openai:gpt-4o", "openai/gpt-4o"),
        ("openai:responses:gpt-5", "openai/gpt-5"),
        ("bedrock:anthropic.claude-3-sonnet-20240229-v1:0", "bedrock/anthropic.claude-3-sonnet-20240229-v1:0"),
        ("https://example.org/api", "https://example.org/api"),
        ("file://provider.py", "file://provider.py"),
        ("echo", "echo"),
    ],
)
def test_a_providers_id_names_its_model(name, model):
    found = read(f"providers: ['{name}']\n")
    assert [prompt.model for prompt in found.values()] == [model]


def test_providers_may_stand_in_a_file_of_their_own():
    files = {"p.yaml": b"- {id: openai:gpt-4o, label: big, config: {temperature: 1}}\n- {id: openai:gpt-4o-mini}\n"}
    found = read("providers: file://p.yaml\n", files=files)
    assert {name: (prompt.model, dict(prompt.params)) for name, prompt in found.items()} == {
        "big": ("openai/gpt-4o", {"temperature": 1}),
        "openai:gpt-4o-mini": ("openai/gpt-4o-mini", {}),
    }
    assert found["big"].dependencies == ("p.yaml",)


def test_a_text_file_is_split_at_its_separators():
    files = {"p.txt": b"French: {{text}}\n---\nGerman: {{text}}\n  ---  \n\n"}
    found = read("prompts: ['file://p.txt']\n", files=files)
    assert list(found) == ["p.txt: 1", "p.txt: 2"]
    assert found["p.txt: 2"].turns == (Turn(None, "German: {{text}}"),)


def test_an_edit_of_the_first_words_of_a_part_renames_nothing():
    before, after = ({"p.txt": f"{words}: {{{{text}}}}\n---\nGerman: {{{{text}}}}\n".encode()} for words in "AB")
    source = "prompts: ['file://p.txt']\n"
    assert list(read(source, files=before)) == list(read(source, files=after))


def test_prefix_and_suffix_are_put_around_a_text():
    prompt = one("Say {{x}}", more="defaultTest: {options: {prefix: 'A ', suffix: ' Z'}}\n")
    assert rendered(prompt, x="b") == (Turn(None, "A Say b Z"),)


@pytest.mark.parametrize(
    ("entry", "more", "words"),
    [
        ("file://make.py:first", "", "what make.py:first makes"),
        ("file://make.js", "", "what make.js makes"),
        ("exec:./make.sh --x", "", "what ./make.sh --x makes"),
        ("./make.rb", "", "what ./make.rb makes"),
        ("file://prompts/*.txt", "", "does not read from here"),
        ("file://prompts.csv", "", "does not read from here"),
        ("file://prompts/service.jinja", "", "texts that promptfoo reads end in .txt, .md, .j2"),
        ("langfuse://my-prompt:3", "", "the registry langfuse"),
        ("'{{ messages | dump }}'", "", "No filter named 'dump'"),
        ("file://t.json", "", "the messages of a chat by a template"),
        ('\'{"text": "{{q}}"}\'', "", "no list of messages"),
        ("file://prompts/chat.json", "defaultTest: {options: {prefix: A}}\n", "prefix and suffix around a chat"),
        ("'{{ gone }}'", "", "'gone' is undefined"),
    ],
)
def test_what_is_not_imitated_is_said_when_it_is_rendered(entry, more, words):
    prompt = one(entry, {**FILES, "t.json": b'[{% for m in ms %}{"role": "user"}{% endfor %}]'}, more)
    assert prompt.fault is None
    with pytest.raises(RenderError, match=words.replace("*", r"\*")):
        rendered(prompt, messages=[])


@pytest.mark.parametrize(
    "name",
    [
        *("prompts/*", "prompts/g_*.*", "prompts/**/*", "prompts/", "my prompts/*", "prompts/{a,b}.txt", "*"),
        *("prompts/service.txt:x", "prompts/service", "./my service", "prompts\\service", "service.tpl"),
    ],
)
def test_a_path_is_never_taken_for_a_text(name):
    for entry in (f"'{name}'", f"{{raw: '{name}', label: L}}"):
        prompt = one(entry)
        assert prompt.elsewhere.startswith(f"{name}, which llmgate does not read from here")
        assert prompt.line == 2


@pytest.mark.parametrize(
    "text",
    [
        *("Answer yes/no to {{ q }}", "{{a}}/{{b}}", "Answer yes/no", "Write *this* again", "prompts", "Do it. ok"),
        *('[{"role":"user","content":"a/b"}]', '{"a":"b/*"}', "[/INST]{{q}}"),
    ],
)
def test_a_text_with_the_signs_of_a_path_is_a_text(text):
    prompt = one(f"'{text}'")
    assert not prompt.elsewhere
    assert prompt.name.startswith("prompts[")


@pytest.mark.parametrize("name", ["make.py:first", "make.js", "make.sh"])
def test_the_file_of_a_function_counts_though_it_is_not_read(name):
    path = name.partition(":")[0]
    before, after = one(f"file://{name}", {path: b"1"}), one(f"file://{name}", {path: b"2"})
    assert before.dependencies == (path,)
    differing = {facet for facet in Facet if before.digests.get(facet) != after.digests.get(facet)}
    assert differing == {Facet.DEPENDENCIES}
    assert before.syntax is Syntax.VERBATIM


def test_an_edit_of_a_prompts_file_differs_as_a_dependency_alone():
    before, after = one("file://a.txt", {"a.txt": b"A {{x}}."}), one("file://a.txt", {"a.txt": b"B {{x}}."})
    differing = {facet for facet in Facet if before.digests.get(facet) != after.digests.get(facet)}
    assert differing == {Facet.DEPENDENCIES}
    assert before.variables == ("x",)
    assert before.dependencies == ("a.txt",)


def test_a_prompt_that_is_put_before_others_changes_no_name():
    before = read("prompts:\n  - 'Summarize {{a}}'\n  - {label: L, raw: x}\n")
    after = read("prompts:\n  - 'Translate {{a}}'\n  - 'Summarize {{a}}'\n  - {label: L, raw: x}\n")
    assert {name: prompt.digest for name, prompt in before.items()}.items() <= {
        name: prompt.digest for name, prompt in after.items()
    }.items()


def test_equal_names_are_told_apart():
    found = read("prompts: [{label: a, raw: x}, {label: a, raw: y}]\nproviders: ['openai:m', 'openai:m']\n")
    assert list(found) == ["a", "a~2", "openai:m", "openai:m~2"]


@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        ("- a\n", 1, "must be a mapping"),
        ("prompts: 1\n", 1, "must be a list"),
        ("x: 1\nprompts:\n  - label: a\n", 3, "`raw` or `id`"),
        ("prompts:\n  - x\n  - 1\n", 3, "`raw` or `id`"),
        ("prompts:\n  - [{role: robot, content: x}]\n", 2, "`raw` or `id`"),
        ("prompts: [\n", 2, "not YAML"),
        ("a: &a [*a]\n", 1, "alias"),
    ],
)
def test_a_file_that_is_none_has_a_fault_with_its_line_and_differs_by_bytes(source, line, words):
    (prompt,) = catalogue.read("promptfooconfig.yaml", source.encode(), lambda _: None)
    assert prompt.fault is not None
    assert prompt.fault.line == line
    assert words in prompt.fault.message
    assert set(prompt.digests) == {Facet.BYTES}


@pytest.mark.parametrize("entry", ["file://gone.txt", "file://../up.txt", "file:///etc/passwd.txt", "file://bin.txt"])
def test_a_file_that_cannot_be_read_makes_a_prompt_with_a_fault_among_others(entry):
    found = read(f"prompts:\n  - ok\n  - {entry}\n", files={"bin.txt": b"\xff\xfe"})
    faults = [prompt.fault for prompt in found.values()]
    assert faults[0] is None
    assert faults[1].line == 3
    assert "names no text file of the repository" in faults[1].message


@pytest.mark.parametrize(
    "entry", ["file://" + "x" * 100_000 + ".txt", "exec:" + "y" * 100_000, "{label: '" + "z" * 100_000 + "', raw: x}"]
)
def test_what_is_said_of_long_names_is_short(entry):
    prompt = one(entry)
    assert len(prompt.name) <= 80
    assert len(str(prompt.fault)) < 1_000
    assert len(prompt.elsewhere) <= 200


def test_a_template_that_is_none_has_a_fault_at_its_file_and_line():
    prompt = one("file://a.txt", {"a.txt": b"fine\n{% if %}\n"})
    assert prompt.fault.file == "a.txt"
    assert prompt.fault.line == 2


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("config.yaml", "prompts:\n  system: hello\nproviders:\n  - openai:gpt-4o\n"),
        ("config.yaml", "prompts:\n  - a\nproviders:\n  openai: {key: x}\n"),
        ("config.yaml", "prompts:\n  - a\nproviders:\n  - name: aws\n    region: eu\n"),
        ("main.yaml", "terraform:\n  providers:\n    - aws:5\n  prompts:\n    - a\n"),
        ("scrape.yaml", "targets: ['localhost:9090']\njobs: []\n"),
        ("install.yaml", "prompts:\n  - name: db\n    default: x\nsteps: []\n"),
        ("copier.yml", "prompts:\n  - What is your name?\n"),
        ("data.json", '{"prompts": ["a"], "providers": ["openai:gpt-4o"]}'),
        ("notes.md", "prompts:\n  - a\nproviders:\n  - openai:gpt-4o\n"),
        ("tests/promptfooconfig.yaml", SOURCE),
        ("node_modules/x/promptfooconfig.yaml", SOURCE),
        ("mypromptfooconfig.yaml", "a: 1\n"),
    ],
)
def test_other_files_are_not_taken(path, source):
    assert not any(prompt.format is Format.PROMPTFOO for prompt in discovery.read(path, source.encode(), FILES.get))


@pytest.mark.parametrize(
    ("path", "source", "rule"),
    [
        ("evals/promptfooconfig.yml", "prompts: [x]\n", "promptfoo.name"),
        ("promptfooconfig.staging.yaml", "prompts: [x]\n", "promptfoo.name"),
        ("promptfooconfig.json", '{"prompts": ["x"]}', "promptfoo.name"),
        (
            "a.yaml",
            "# yaml-language-server: $schema=https://promptfoo.dev/config-schema.json\nprompts: [x]\n",
            "promptfoo.schema",
        ),
        ("a.yaml", "prompts:\n\n  # first\n  - x\ntargets:\n  - id: 'openai:gpt-4o'\n", "promptfoo.keys"),
        ("a.yml", "providers: [openai:gpt-4o, openai:o3]\nprompts: ['x']\n", "promptfoo.keys"),
        ("a.yml", "providers: openai:gpt-4o\nprompts: file://a.txt\n", "promptfoo.keys"),
    ],
)
def test_a_rule_says_why_a_file_is_taken(path, source, rule):
    files = {"evals/a.txt": b"x", "a.txt": b"x"}
    assert {prompt.rule.id for prompt in discovery.read(path, source.encode(), files.get)} == {rule}


@pytest.mark.parametrize(
    "source",
    [
        "prompts:\n" + "\n" * 60_000 + "providers:\n" + "\n" * 60_000,
        "prompts: [" + "x" * 500_000 + "]\n",
        "prompts:\n  - '" + "a.py:" * 90_000 + "'\nproviders:\n  - openai:x\n",
        "prompts:\n  - '" + "[" * 400_000 + "'\n",
        "prompts: " + "[" * 5_000 + "\n",
        "prompts:\n" + "  - {{x}}\n" * 20_000,
    ],
    ids=["blank lines", "long line", "functions", "brackets", "depth", "many"],
)
def test_hostile_files_are_read_in_bounded_time(source):
    began = time.monotonic()
    found = catalogue.read("promptfooconfig.yaml", source.encode(), lambda _: None)
    assert all(prompt.digests for prompt in found)
    assert time.monotonic() - began < 10
