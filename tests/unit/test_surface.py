"""What a revision says about model behaviour, and which target needs which part of it."""

import pytest

from llmgate import config, surface
from llmgate.errors import ConfigurationError, NotEvaluated
from llmgate.surface import UnitKind

CONFIG = """\
version: 1
surface:
  prompts: ["prompts/**"]
  models: ["config/*.yaml"]
  retrieval: ["retrieval/**"]
  exclude: ["**/README.md"]
models:
  answerer: {provider: openai, model: gpt-4.1-2025-04-14, params: {temperature: 0.3}}
retrieval:
  handbook: {engine: fts5, corpus: ["docs/**/*.md"], top_k: 4}
targets:
  support:
    kind: prompt
    prompt: prompts/support.jinja
    model: answerer
    retrieval: handbook
  triage: {kind: prompt, prompt: lib/triage.txt, model: fast}
"""
FILES = {
    "llmgate.yaml": CONFIG,
    "prompts/support.jinja": "{% include 'shared/tone.md' %}{{ question }}",
    "prompts/unused.md": "# unused",
    "prompts/README.md": "about",
    "shared/tone.md": "Be kind.",
    "lib/triage.txt": "Sort {{ ticket }}",
    "config/models.yaml": "default: fast\nagents:\n  fast: {model: openai/gpt-4o, temperature: 1}\n",
    "retrieval/rank.yaml": "rerank: true\n",
    "docs/a.md": "A",
    "src/main.py": "print()",
}


def read(files, **more):
    data = {path: text if isinstance(text, bytes) else text.encode() for path, text in files.items()}
    return surface.of(config.read(data["llmgate.yaml"]), data, data.__getitem__, **more)


def edited(**texts):
    return {**FILES, **{path.replace("__", "/").replace("_dot_", "."): text for path, text in texts.items()}}


def test_every_part_of_the_surface_is_a_unit():
    assert list(read(FILES).units) == [
        "index:handbook",
        "model:answerer",
        "model:config/models.yaml",
        "model:config/models.yaml#agents.fast",
        "prompt:lib/triage.txt",
        "prompt:prompts/support.jinja",
        "prompt:prompts/unused.md",
        "prompt:shared/tone.md",
        "retrieval:handbook",
        "retrieval:retrieval/rank.yaml",
        "target:support",
        "target:triage",
    ]


def test_a_target_depends_on_its_prompt_its_includes_its_model_and_its_retrieval():
    assert read(FILES).depends("support") == {
        "target:support",
        "prompt:prompts/support.jinja",
        "prompt:shared/tone.md",
        "model:answerer",
        "retrieval:handbook",
        "retrieval:retrieval/rank.yaml",
        "index:handbook",
    }


def test_a_target_without_retrieval_depends_on_none():
    assert read(FILES).depends("triage") == {
        "target:triage",
        "prompt:lib/triage.txt",
        "model:config/models.yaml#agents.fast",
        "model:config/models.yaml",
    }


def test_a_target_that_is_not_there_depends_on_nothing():
    assert read(FILES).depends("nobody") == frozenset()


def test_units_of_the_configuration_have_their_lines():
    units = read(FILES).units
    lines = {name: units[name].line for name in ("model:answerer", "retrieval:handbook", "target:support")}
    assert lines == {"model:answerer": 8, "retrieval:handbook": 10, "target:support": 12}


def test_the_order_of_the_paths_does_not_matter():
    assert read(FILES) == read(dict(reversed(FILES.items())))


def test_excluded_files_are_left_out_unless_a_target_needs_them():
    assert "prompt:prompts/README.md" not in read(FILES).units
    needed = read(edited(llmgate_dot_yaml=CONFIG.replace("lib/triage.txt", "prompts/README.md")))
    assert "prompt:prompts/README.md" in needed.units


def test_a_model_is_found_by_name_by_key_path_and_by_its_last_key():
    found = read(FILES)
    assert found.model("answerer").model == "gpt-4.1-2025-04-14"
    assert found.model("agents.fast") == found.model("fast")
    assert (found.model("fast").provider, found.model("fast").params) == ("openai", {"temperature": 1})


def test_a_model_of_the_configuration_wins_over_one_in_a_file():
    files = edited(config__models_dot_yaml="answerer: {model: openai/gpt-4o}\n")
    assert read(files).model("answerer").model == "gpt-4.1-2025-04-14"


def test_the_model_in_a_prompt_file_can_be_named_by_the_files_name():
    prompt = "model: openai/gpt-4o\nmodelParameters: {maxTokens: 5}\nmessages:\n- {role: user, content: x}\n"
    text = CONFIG.replace("lib/triage.txt", "prompts/triage.prompt.yml").replace("model: fast", "model: triage")
    found = read(edited(llmgate_dot_yaml=text, prompts__triage_dot_prompt_dot_yml=prompt))
    assert found.model("triage").params == {"max_tokens": 5}
    assert found.faults == ()
    assert "prompt:prompts/triage.prompt.yml" in found.depends("triage")


def test_an_unknown_model_is_a_fault_with_its_line_and_the_known_names():
    found = read(edited(llmgate_dot_yaml=CONFIG.replace("    model: answerer", "    model: nobody")))
    assert [(fault.file, fault.line) for fault in found.faults] == [("llmgate.yaml", 15)]
    assert "answerer" in found.faults[0].remedy
    with pytest.raises(ConfigurationError, match="nobody"):
        found.model("nobody")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: {fast: {model: openai/x}}\nb: {fast: {model: openai/y}}\n", "several"),
        ("fast: {model: llama3}\n", "no provider"),
        ("fast: {model: openai/x, provider: 'not a name'}\n", "cannot be used"),
        ("fast: {model: openai/x, params: {messages: []}}\n", "cannot be used"),
    ],
)
def test_an_entry_that_cannot_be_used_is_a_fault_only_where_a_target_needs_it(text, message):
    needed = read(edited(config__models_dot_yaml=text))
    assert [message in fault.message for fault in needed.faults] == [True]
    unneeded = CONFIG.replace("model: fast", "model: answerer")
    assert read(edited(config__models_dot_yaml=text, llmgate_dot_yaml=unneeded)).faults == ()


def test_a_missing_prompt_of_a_target_is_a_fault_and_no_unit():
    files = {path: text for path, text in FILES.items() if path != "lib/triage.txt"}
    found = read(files)
    assert ["no such file" in fault.message for fault in found.faults] == [True]
    assert [(fault.file, fault.line) for fault in found.faults] == [("llmgate.yaml", 17)]
    assert found.prompts["lib/triage.txt"].fault is not None
    assert "prompt:lib/triage.txt" not in found.units


@pytest.mark.parametrize("path", ["prompts/eu/triage.txt", "lib/triages.txt"])
def test_a_missing_prompt_has_a_suggestion_where_one_of_its_name_or_a_similar_one_is_there(path):
    files = {**FILES, path: "Sort"}
    del files["lib/triage.txt"]
    files["llmgate.yaml"] = CONFIG.replace('"prompts/**"', '"prompts/**", "lib/**"')
    assert [fault.remedy for fault in read(files).faults] == [f"did you mean {path}?"]


def test_an_unknown_model_has_a_suggestion_where_one_is_similar():
    found = read(edited(llmgate_dot_yaml=CONFIG.replace("    model: answerer", "    model: anwserer")))
    assert found.faults[0].remedy.startswith("did you mean answerer? known: ")


def test_a_template_that_can_be_two_files_is_a_fault_until_the_template_root_is_told():
    files = edited(
        llmgate_dot_yaml=CONFIG.replace("prompts/support.jinja", "prompts/bot/support.jinja"),
        prompts__bot__support_dot_jinja="{% include 'rule.jinja' %}",
        prompts__bot__rule_dot_jinja="near",
        prompts__rule_dot_jinja="far",
    )
    assert ["prompts/bot/rule.jinja or prompts/rule.jinja" in fault.message for fault in read(files).faults] == [True]
    told = files["llmgate.yaml"].replace("  exclude:", "  template_root: prompts/\n  exclude:")
    found = read({**files, "llmgate.yaml": told})
    assert found.faults == ()
    assert "prompt:prompts/rule.jinja" in found.depends("support")
    assert "prompt:prompts/bot/rule.jinja" not in found.depends("support")


@pytest.mark.parametrize("root", ["../up", "/abs", "prompts/*", "a//b"])
def test_a_template_root_is_a_folder_of_the_repository(root):
    text = CONFIG.replace("  exclude:", f"  template_root: '{root}'\n  exclude:")
    with pytest.raises(ConfigurationError, match="template_root"):
        read(edited(llmgate_dot_yaml=text))


@pytest.mark.parametrize(
    ("path", "unit"),
    [
        ("config/models.yaml", "model:config/models.yaml"),
        ("retrieval/rank.yaml", "retrieval:retrieval/rank.yaml"),
        ("prompts/unused.md", "prompt:prompts/unused.md"),
    ],
)
@pytest.mark.parametrize("data", [b"\xff\xfe", b"a: &x 1\nb: *x\n\xff", b"x" * 2_000_000, b"[" * 5000 + b"\xff"])
def test_a_file_that_nobody_can_parse_is_a_unit_that_differs_by_its_bytes(path, unit, data):
    before, after = read({**FILES, path: data}).units[unit], read({**FILES, path: data + b" "}).units[unit]
    assert before.fault is not None
    assert before.digest != after.digest


def test_a_file_that_cannot_be_read_never_stops_the_surface_and_differs_by_its_identity():
    def refuse(path):
        if path in ("prompts/unused.md", "config/models.yaml", "retrieval/rank.yaml", "docs/a.md"):
            raise NotEvaluated("the blob is missing", id="worker-failed")
        return FILES[path].encode()

    settings = config.read(CONFIG.encode())
    names = ("prompt:prompts/unused.md", "model:config/models.yaml", "retrieval:retrieval/rank.yaml", "index:handbook")
    one = surface.of(settings, FILES, refuse, oid=lambda path: "1" + path).units
    other = surface.of(settings, FILES, refuse, oid=lambda path: "2" + path).units
    assert all(one[name].digest != other[name].digest for name in names)


def test_comments_and_key_order_in_settings_are_no_difference():
    other = "# note\nagents:\n  fast: {temperature: 1, model: openai/gpt-4o}\ndefault: fast\n"
    before, after = read(FILES), read(edited(config__models_dot_yaml=other))
    assert {name: unit.digests for name, unit in before.units.items()} == {
        name: unit.digests for name, unit in after.units.items()
    }


def test_the_index_is_told_by_its_files_without_reading_them_where_their_identity_is_known():
    asked = []

    def load(path):
        asked.append(path)
        return FILES[path].encode()

    found = surface.of(config.read(CONFIG.encode()), FILES, load, oid=lambda path: f"oid of {path}")
    assert found.units["index:handbook"].value == {"docs/a.md": "oid of docs/a.md"}
    assert not {"docs/a.md", "src/main.py", "prompts/README.md"} & set(asked)


def test_the_lock_is_part_of_the_index():
    found = read({**FILES, "llmgate.lock": '{"handbook": {"digest": "sha256:00"}}'})
    assert found.units["index:llmgate.lock"].kind is UnitKind.INDEX
    assert "index:llmgate.lock" in found.depends("support")


def test_a_file_named_like_a_setting_hides_nothing():
    text = CONFIG.replace('"retrieval/**"', '"**/handbook"')
    names = [name for name in read({**FILES, "llmgate.yaml": text, "handbook": "x"}).units if "handbook" in name]
    assert names == ["index:handbook", "retrieval:handbook", "retrieval:handbook~2"]


def test_an_opaque_prompt_makes_its_target_depend_on_every_prompt():
    found = read(edited(prompts__support_dot_jinja="{% include name %}"))
    assert {f"prompt:{path}" for path in found.prompts} <= found.depends("support")
    assert found.units["prompt:prompts/support.jinja"].opaque


def test_it_says_what_it_looked_for_and_what_it_found():
    found = read(FILES)
    assert found.patterns == ("prompts/**", "config/*.yaml", "retrieval/**")
    assert "prompts/unused.md" in found.files
    assert "src/main.py" not in found.files


def test_a_target_finds_its_model_in_a_prompt_file_that_does_not_differ():
    settings = "surface: {prompts: ['prompts/**']}\n"
    targets = "targets:\n  t: {kind: prompt, prompt: prompts/a.md, model: other}\n"
    data = {
        "llmgate.yaml": f"version: 1\n{settings}{targets}".encode(),
        "prompts/a.md": b"Hi",
        "prompts/other.prompt.yml": b"model: openai/gpt-4o\nmessages:\n- {role: user, content: Hi}\n",
    }
    selection = surface.Selection(differing=frozenset({"prompts/a.md"}))
    found = surface.of(config.read(data["llmgate.yaml"]), data, data.__getitem__, selection=selection)
    assert found.faults == ()
    assert found.entry("t").model == "gpt-4o"


def test_a_target_depends_on_the_constants_that_a_call_in_its_code_names():
    code = (
        "from openai import OpenAI\nSYSTEM_PROMPT = 'You are a judge of answers.'\nOTHER_PROMPT = 'You are a poet.'\n"
        "def ask(q):\n    return OpenAI().responses.create(instructions=SYSTEM_PROMPT, input=q)\n"
    )
    settings = (
        "version: 1\nmodels: {m: {provider: openai, model: gpt-4o-2024-08-06}}\n"
        "targets: {t: {kind: prompt, prompt: 'app/bot.py#ask:responses.create', model: m}}\n"
    )
    found = read({"llmgate.yaml": settings, "app/bot.py": code})
    assert found.depends("t") >= {"prompt:app/bot.py#ask:responses.create", "prompt:app/bot.py#SYSTEM_PROMPT"}
    assert "prompt:app/bot.py#OTHER_PROMPT" not in found.depends("t")
    assert found.faults == ()
