"""The files that begin a gate say what was found and chosen, and nothing that is there is written over."""

from dataclasses import replace

import pytest

from llmgate import config, documents, fixture
from llmgate.cli import initial
from llmgate.errors import UsageError
from llmgate.init import Example
from llmgate.init.drawing import drawn
from tests.unit.init.making import MODEL, SHOP, SUPPORT, looked, made, suite

CODE = 'SYSTEM_PROMPT = "You are a helpful waiter of a small restaurant."\n'
MOVING = "answerer: {provider: openai, model: gpt-4o} # the newest\n"
CALL = """from openai import OpenAI


def answer(question):
    messages = [{"role": "system", "content": "You are a waiter."}, {"role": "user", "content": question}]
    return OpenAI().chat.completions.create(model="gpt-4o", messages=messages)
"""


def parsed(text):
    return fixture.parse(documents.read("f.yaml", text.encode()))


def test_the_configuration_has_no_fault_and_names_the_model_of_the_file(tmp_path):
    shop = made(tmp_path, SHOP)
    assert config.read(shop.texts["llmgate.yaml"].encode()).version == 1
    assert shop.config["surface"] == {"models": ["config/models.yaml"]}
    assert shop.config["targets"] == {
        "support": {"kind": "prompt", "prompt": "prompts/support.jinja", "model": "answerer"}
    }
    assert shop.config["policy"]["providers"] == {"openai": {"host": "api.openai.com", "key": "OPENAI_API_KEY"}}


def test_a_prompt_without_a_case_gets_a_draft_that_asserts_nothing(tmp_path):
    (first,) = made(tmp_path, SHOP).fixtures.values()
    assert (first["draft"], first["assert"]) == (True, [])
    assert first["input"]["variables"] == {"question": ""}


def test_every_fixture_has_no_fault(tmp_path):
    shop = made(tmp_path, {**SHOP, **suite("chat")})
    faults = [parsed(text)[1] for path, text in shop.texts.items() if path.startswith("fixtures/")]
    assert faults == [()] * len(faults) != []


def test_an_example_that_was_given_is_a_fixture_that_runs(tmp_path):
    with looked(tmp_path, SHOP) as (history, commit, found):
        options = initial.Options()
        chosen = initial.defaults(found, options, owners_text="", remote="")
        example = Example(variables={"question": "May I return it?"}, contains="14 days")
        chosen = replace(initial.provided(found, chosen, options), examples={"prompts/support.jinja": example})
        shop = drawn(history, commit, found, chosen, redact=lambda each: each)
    (text,) = [file.text for file in shop.files if file.path == "fixtures/support.yaml"]
    (one,), faults = parsed(text)
    assert (one.is_active, one.assertions[0].type, faults) == (True, "icontains", ())


def test_a_text_that_nothing_goes_into_is_an_instruction_and_its_case_has_a_message(tmp_path):
    shop = made(tmp_path, {"app.py": CODE}, model="openai/gpt-5.4-mini-2026-03-17")
    assert shop.config["targets"]["system-prompt"]["role"] == "system"
    assert shop.fixtures["fixtures/app-py-system-prompt.yaml"]["input"]["messages"] == [{"role": "user", "content": ""}]


def test_a_model_that_was_typed_stands_in_the_configuration(tmp_path):
    shop = made(tmp_path, {"prompts/a.jinja": SUPPORT}, model="house/m-1", host="llm.example.com", key="HOUSE_KEY")
    assert shop.config["models"] == {"answerer": {"provider": "house", "model": "m-1"}}
    assert shop.config["policy"]["providers"] == {"house": {"host": "llm.example.com", "key": "HOUSE_KEY"}}
    assert "HOUSE_KEY: ${{ secrets.HOUSE_KEY }}" in shop.texts[".github/workflows/llmgate.yml"]


def test_a_model_that_stands_in_code_is_written_down_by_its_date(tmp_path):
    shop = made(tmp_path, {"app.py": CALL})
    assert shop.config["models"] == {"answerer": {"provider": "openai", "model": "gpt-4o-2024-11-20"}}
    assert [entry["model"] for entry in shop.config["targets"].values()] == ["answerer"]


def test_a_provider_under_another_of_its_names_answers_where_everybody_knows(tmp_path):
    text = "---\nmodel: googleai/gemini-2.5-flash\n---\nGreet {{name}}.\n"
    providers = made(tmp_path, {"prompts/greet.prompt": text}).config["policy"]["providers"]
    assert providers["googleai"]["key"] == "GEMINI_API_KEY"
    assert providers["googleai"]["api"] == "gemini"


def test_a_host_belongs_to_the_provider_of_the_model_that_is_typed(tmp_path):
    files = {"app.py": CALL, "prompts/support.jinja": SUPPORT}
    shop = made(tmp_path, files, model="house/m-1", host="llm.example.com", key="HOUSE_KEY")
    hosts = {name: entry["host"] for name, entry in shop.config["policy"]["providers"].items()}
    assert hosts == {"house": "llm.example.com", "openai": "api.openai.com"}


def test_a_host_of_nobody_knows_which_provider_is_refused(tmp_path):
    text = "---\nmodel: googleai/gemini-2.5-flash\n---\nGreet {{name}}.\n"
    with pytest.raises(UsageError, match="the prompts ask googleai, openai"):
        made(tmp_path, {**SHOP, "prompts/greet.prompt": text}, host="llm.example.com")


def test_the_defaults_edit_no_file_of_the_team(tmp_path):
    shop = made(tmp_path, {**SHOP, "config/models.yaml": MOVING})
    assert "config/models.yaml" not in shop.texts
    assert shop.found.moving != ()


def test_what_was_agreed_to_be_pinned_is_an_edit(tmp_path):
    with looked(tmp_path, {**SHOP, "config/models.yaml": MOVING}) as (history, commit, found):
        options = initial.Options()
        chosen = initial.provided(found, initial.defaults(found, options, owners_text="", remote=""), options)
        shop = drawn(history, commit, found, replace(chosen, pinned=found.moving), redact=lambda each: each)
    (edit,) = [file for file in shop.files if file.before is not None]
    assert edit.text == MOVING.replace("gpt-4o", "gpt-4o-2024-11-20")


def test_promptfoo_is_imported_and_its_prompts_are_gated_once(tmp_path):
    shop = made(tmp_path, suite("chat"))
    assert {entry["prompt"] for entry in shop.config["targets"].values()} == {
        "promptfooconfig.yaml#prompts/chat.json",
        "promptfooconfig.yaml#short",
    }
    assert len(shop.fixtures) == shop.drawn.cases.imported > 1
    assert {each["target"] for each in shop.fixtures.values()} == set(shop.config["targets"])


_BY_FILE = """prompts: ['file://prompts/x.j2']
providers: ['openai:gpt-4o-2024-08-06']
tests: [{vars: {question: a}, assert: [{type: contains, value: x}]}]
%s"""


@pytest.mark.parametrize(
    ("around", "prompt"),
    [
        ("", "prompts/x.j2"),
        ("defaultTest: {options: {prefix: 'Be kind. '}}\n", "promptfooconfig.yaml#prompts/x.j2"),
    ],
)
def test_a_file_that_promptfoo_sends_as_it_is_is_the_target(tmp_path, around, prompt):
    files = {"prompts/x.j2": "Answer: {{ question }}\n", "promptfooconfig.yaml": _BY_FILE % around}
    shop = made(tmp_path, files)
    assert [entry["prompt"] for entry in shop.config["targets"].values()] == [prompt]
    assert len(shop.fixtures) == 1


def test_a_prompt_that_promptfoo_writes_inline_becomes_a_file(tmp_path):
    shop = made(tmp_path, suite("table"))
    (path,) = [path for path in shop.texts if path.startswith("prompts/")]
    assert shop.texts[path] == "Question: {{ question }} ({{ language }})"
    assert {entry["prompt"] for entry in shop.config["targets"].values()} == {path}


def test_the_test_data_of_a_prompt_are_its_fixtures_and_its_model_is_its_own(tmp_path):
    shop = made(tmp_path, suite("prompt_yml"))
    assert shop.config["targets"]["support"] == {
        "kind": "prompt",
        "prompt": "support.prompt.yml",
        "model": "support",
    }
    assert any(path.startswith("fixtures/prompt-yml/") for path in shop.texts)


def test_a_dataset_of_pydantic_evals_belongs_to_the_only_target(tmp_path):
    shop = made(tmp_path, {**SHOP, **suite("pydantic_evals")})
    assert {each["target"] for each in shop.fixtures.values()} == {"support"}
    assert shop.drawn.cases.imported > 0


def test_an_index_of_files_is_locked(tmp_path):
    files = {"prompts/a.jinja": "{{ documents }} {{ question }}", "config/models.yaml": MODEL, "docs/a.md": "Free."}
    shop = made(tmp_path, files, corpus=("docs/**/*.md",))
    assert shop.config["targets"]["a"]["retrieval"] == "documents"
    assert "sha256:" in shop.texts["llmgate.lock"]


def test_what_is_there_is_kept(tmp_path):
    own = "targets: {own: {kind: prompt, prompt: prompts/support.jinja, model: answerer}}\n"
    settings = f"version: 1\nsurface: {{models: [config/models.yaml]}}\n{own}"
    there = {".github/workflows/llmgate.yml": "on: push\njobs: {}\n", "llmgate.yaml": settings}
    shop = made(tmp_path, {**SHOP, **there})
    assert set(shop.texts) == {"fixtures/support-jinja.yaml"}
    assert shop.drawn.kept == (".github/workflows/llmgate.yml", "llmgate.yaml")
    assert shop.fixtures["fixtures/support-jinja.yaml"]["target"] == "own"


def test_fixtures_go_where_the_configuration_looks_for_them(tmp_path):
    own = "targets: {own: {kind: prompt, prompt: prompts/support.jinja, model: answerer}}\n"
    looks = 'surface: {models: [config/models.yaml]}\nsuite: {fixtures: ["evals/gate/**/*.yaml"]}\n'
    shop = made(tmp_path, {**SHOP, "llmgate.yaml": f"version: 1\n{looks}{own}"}, owner="@ada")
    assert "evals/gate/support-jinja.yaml" in shop.texts
    assert "/evals/gate/ @ada" in shop.texts[".github/CODEOWNERS"]


def test_a_folder_of_other_fixtures_is_left_to_them(tmp_path):
    shop = made(tmp_path, {**SHOP, "fixtures/users.yaml": "- {model: auth.user, pk: 1}\n"})
    assert shop.config["suite"]["fixtures"] == ["llmgate-fixtures/**/*.yaml"]
    assert "llmgate-fixtures/support-jinja.yaml" in shop.texts


def test_a_repository_that_is_set_up_already_gets_nothing(tmp_path):
    first = made(tmp_path / "first", SHOP, remote="git@github.com:acme/shop.git")
    again = made(tmp_path / "again", {**SHOP, **first.texts}, remote="git@github.com:acme/shop.git")
    assert again.drawn.files == ()


def test_a_list_of_owners_that_is_a_link_or_no_utf8_is_left_alone(tmp_path):
    shop = made(tmp_path, {**SHOP, "CODEOWNERS": "# ä\n".encode("latin-1")}, owner="@ada")
    assert not any("CODEOWNERS" in path for path in shop.texts)


def test_a_configuration_of_applications_alone_gets_its_workflow(tmp_path):
    shop = made(tmp_path, {"llmgate.yaml": "version: 1\n"}, owner="@ada")
    assert set(shop.texts) == {".github/CODEOWNERS", ".github/workflows/llmgate.yml"}


@pytest.mark.parametrize("corpus", ["[", "/etc/*", "../x", "nothing/*"])
def test_patterns_that_find_nothing_are_refused(tmp_path, corpus):
    with pytest.raises(UsageError, match=r"is no pattern|matches no file"):
        made(tmp_path, SHOP, corpus=(corpus,))


def test_options_of_a_new_configuration_are_refused_where_there_is_one(tmp_path):
    with pytest.raises(UsageError, match="stays as it is"):
        made(tmp_path, {**SHOP, "llmgate.yaml": "version: 1\n"}, model="house/m")


def test_nothing_to_gate_is_told(tmp_path):
    with pytest.raises(UsageError, match="no prompt to gate"):
        made(tmp_path, {"README.md": "nothing\n"})


def test_a_prompt_without_a_model_asks_for_one(tmp_path):
    with pytest.raises(UsageError, match=r"no model is found for support.*\n.*--model PROVIDER/MODEL"):
        made(tmp_path, {"prompts/support.jinja": SUPPORT})


def test_of_many_prompts_the_first_are_set_up_and_the_others_stay_on_the_surface(tmp_path):
    files = {f"services/{number:03d}/prompts/a.jinja": SUPPORT for number in range(80)}
    shop = made(tmp_path, {**files, "config/models.yaml": MODEL})
    assert (len(shop.config["targets"]), len(shop.fixtures)) == (50, 50)
    assert "exclude" not in shop.config["surface"]
    assert len(shop.found.prompts) == 80


@pytest.mark.parametrize("name", ["a: b", "$(x)", "-rf", "'q' \"q\"", "…", "x" * 200, "a]b*c"])
def test_a_strange_file_name_makes_a_target_of_a_plain_name(tmp_path, name):
    shop = made(tmp_path, {f"prompts/{name}.jinja": SUPPORT, "config/models.yaml": MODEL})
    ((target, entry),) = shop.config["targets"].items()
    assert entry["prompt"] == f"prompts/{name}.jinja"
    assert target.replace("-", "").isalnum()
    assert all(path.removeprefix("fixtures/").replace("-", "").replace(".yaml", "").isalnum() for path in shop.fixtures)


@pytest.mark.parametrize("name", ["a\nb", "\x1b[31mred", "\u202etxt"])
def test_a_name_with_what_cannot_be_seen_is_no_target(tmp_path, name):
    shop = made(tmp_path, {f"prompts/{name}.jinja": SUPPORT, **SHOP})
    assert set(shop.config["targets"]) == {"support"}
