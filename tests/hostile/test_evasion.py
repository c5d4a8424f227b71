"""Ways in which a pull request could change what a model is sent and say that nothing has changed."""

import json
from pathlib import Path

import pytest

from tests import project
from tests.unit.cli import program

KIND = "You are a support bot. Answer politely and cite the documents at hand.\n"
RUDE = "You are a support bot. Answer rudely and make the documents up now.\n"
CODE = "import openai\n\nSYSTEM_PROMPT = " + json.dumps(KIND) + "\n"
BAD_CODE = CODE.replace("politely", "rudely")
SCRIPT = 'import OpenAI from "openai";\nconst SYSTEM_PROMPT = ' + json.dumps(KIND) + ";\n"
AGENTS = "writer:\n  role: a bot\n  goal: to answer\n  backstory: {story}\n"
MODEL = "provider: openai\nmodel: gpt-4o-2024-08-06\n"
CHEAP = MODEL.replace("gpt-4o-2024-08-06", "gpt-3.5-turbo-0125")
FOUND = "version: 1\n"
DECLARED = 'version: 1\nsurface: {prompts: ["prompts/**"], models: ["config/**"]}\n'
POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "b" * 64 + "\nsize 10\n"


def changed(folder: Path, base, edits):
    shop = project.Project.create(folder / "repository", {"llmgate.yaml": FOUND, "README.md": "A shop.\n", **base})
    shop.pull(edits)
    told = folder / "changes.json"
    place = ("--repository", shop.origin.path, "--base", "main", "--head", "pr-7")
    done = program.run("changes", *place, "--json", told)
    assert (done.exception, done.exit_code) == (None, 0)
    return json.loads(told.read_text())


LOOKING_AWAY = {
    "the head excludes it": (
        {"llmgate.yaml": DECLARED, "prompts/a.txt": KIND},
        {"llmgate.yaml": DECLARED.replace("]}", '], exclude: ["prompts/a.txt"]}'), "prompts/a.txt": RUDE},
    ),
    "the head declares that there are none": (
        {"prompts/a.txt": KIND},
        {"llmgate.yaml": "version: 1\nsurface: {prompts: []}\n", "prompts/a.txt": RUDE},
    ),
    "the head declares other prompts": (
        {"llmgate.yaml": DECLARED, "prompts/a.txt": KIND, "prompts/b.txt": KIND},
        {"llmgate.yaml": DECLARED.replace("prompts/**", "prompts/b.txt"), "prompts/a.txt": RUDE},
    ),
    "the head brings the first configuration, and excludes everything": (
        {"prompts/a.txt": KIND},
        {"llmgate.yaml": 'version: 1\nsurface: {exclude: ["**"]}\n', "prompts/a.txt": RUDE},
    ),
    "the head declares that there are no models": (
        {"config/model.yaml": MODEL},
        {"llmgate.yaml": "version: 1\nsurface: {models: []}\n", "config/model.yaml": CHEAP},
    ),
    "the head declares other models": (
        {"llmgate.yaml": DECLARED, "config/model.yaml": MODEL},
        {"llmgate.yaml": DECLARED.replace("config/**", "none.yaml"), "config/model.yaml": CHEAP},
    ),
    "the head declares that there is no retrieval": (
        {"app/rag.yaml": "retriever: {top_k: 4, chunk_size: 800, chunk_overlap: 100}\n"},
        {
            "llmgate.yaml": "version: 1\nsurface: {retrieval: []}\n",
            "app/rag.yaml": "retriever: {top_k: 1, chunk_size: 800, chunk_overlap: 100}\n",
        },
    ),
}


@pytest.mark.trust("looking-away")
@pytest.mark.parametrize("name", LOOKING_AWAY)
def test_a_head_that_looks_away_from_a_file_of_the_base_hides_no_change_of_it(tmp_path, name):
    found = changed(tmp_path, *LOOKING_AWAY[name])
    assert found["relevant"], found["changes"]
    assert ("coverage", "block") in {(one["rule"], one["severity"]) for one in found["findings"]}


UNREADABLE = {
    "code of more than git is asked for": ("src/agent.py", CODE, BAD_CODE + "# x\n" * 300_000),
    "code behind more than is read": ("src/agent.py", CODE, "# xxx\n" * 100_000 + BAD_CODE),
    "a script behind more than is read": ("src/agent.ts", SCRIPT, "// xxx\n" * 100_000 + SCRIPT),
    "code that is kept elsewhere": ("src/agent.py", CODE, POINTER),
    "YAML whose keys begin late": (
        "app/agents.yaml",
        AGENTS.format(story="kind"),
        "# x\n" * 20_000 + AGENTS.format(story="rude"),
    ),
    "a model in a file of more than git is asked for": ("app/model.yaml", MODEL, CHEAP + "# x\n" * 300_000),
    "a model that is named twice": ("app/model.yaml", MODEL, MODEL + "model: gpt-3.5-turbo-0125\n"),
    "a model in the first of two documents": ("app/model.yaml", MODEL, CHEAP + "---\nother: 1\n"),
    "an opening with a letter of another alphabet": ("app/system.txt", KIND, "Y\u043eu" + RUDE[3:]),
    "an opening behind a character without a width": ("app/system.txt", KIND, "\u200b" + RUDE),
}


@pytest.mark.trust("looking-away")
@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_that_the_head_makes_unreadable_has_changed(tmp_path, name):
    path, before, after = UNREADABLE[name]
    found = changed(tmp_path, {path: before}, {path: after})
    assert found["relevant"], found["changes"]
    assert path in {change["path"] for change in found["changes"] if change["what"] != "removed"}


def test_a_prompt_that_code_no_longer_has_is_still_removed(tmp_path):
    found = changed(tmp_path, {"src/agent.py": CODE}, {"src/agent.py": "import openai\n"})
    assert [(change["what"], change["unit"]) for change in found["changes"]] == [
        ("removed", "prompt:src/agent.py#SYSTEM_PROMPT")
    ]
    assert not found["relevant"]


def test_a_model_that_a_file_no_longer_names_is_still_removed(tmp_path):
    found = changed(tmp_path, {"app/model.yaml": MODEL}, {"app/model.yaml": "other: 1\n"})
    assert [(change["what"], change["unit"]) for change in found["changes"]] == [
        ("removed", "model:app/model.yaml#model")
    ]
    assert not found["relevant"]


def test_a_prompt_that_takes_the_name_of_a_tools_instructions_is_still_judged(tmp_path):
    edits = {"prompts/a.txt": None, "prompts/SKILL.md": KIND.replace("politely", "rudely")}
    found = changed(tmp_path, {"prompts/a.txt": KIND}, edits)
    assert found["relevant"]
    assert [change["gated"] for change in found["changes"]] == [True]


ORDER = "messages:\n- {role: user, content: Hi}\nresponseFormat: json_schema\njsonSchema: {schema: {properties: %s}}\n"
REASONED = "{why: {type: string}, answer: {type: string}}"
RASH = "{answer: {type: string}, why: {type: string}}"
OF_MODEL = "version: 1\nmodels:\n  a: {provider: x, model: m, params: {%s}}\n"
FORMAT = "response_format: {type: json_schema, json_schema: {schema: {properties: %s}}}"
ORDERS = {
    "a prompt": ("a.prompt.yml", ORDER % REASONED, ORDER % RASH),
    "a model of the configuration": ("llmgate.yaml", OF_MODEL % (FORMAT % REASONED), OF_MODEL % (FORMAT % RASH)),
    "a model of a file": ("app/m.yaml", MODEL + FORMAT % REASONED, MODEL + FORMAT % RASH),
}


@pytest.mark.parametrize("name", ORDERS)
def test_the_order_in_which_a_schema_has_its_answer_written_is_a_change(tmp_path, name):
    path, before, after = ORDERS[name]
    found = changed(tmp_path, {path: before}, {path: after})
    assert [change["kind"] for change in found["changes"]] == ["schema"]
    assert found["relevant"]


def test_a_character_that_a_normal_form_takes_for_another_is_a_change(tmp_path):
    fence = "Answer in ```json\u037e"
    found = changed(tmp_path, {"prompts/a.txt": "Answer in ```json;"}, {"prompts/a.txt": fence})
    assert [(change["kind"], change["words_added"]) for change in found["changes"]] == [("prompt", 1)]


def test_a_letter_that_is_put_together_of_two_says_the_same(tmp_path):
    found = changed(tmp_path, {"prompts/a.txt": "caf\u00e9 \u037e"}, {"prompts/a.txt": "cafe\u0301 \u037e"})
    assert [change["kind"] for change in found["changes"]] == ["comment-only"]


OUT_OF_SIGHT = {
    "a test": ("version: 1\n", "prompts/a.txt", KIND, "tests/prompts/a.txt", KIND.replace("politely", "rudely")),
    "vendored code": ("version: 1\n", "src/agent.py", CODE, "src/vendor/agent.py", BAD_CODE),
    "another folder than the declared": (
        DECLARED,
        "prompts/a.txt",
        KIND,
        "lib/a.dat",
        KIND.replace("politely", "rudely"),
    ),
    "the documentation": ("version: 1\n", "prompts/a.txt", KIND, "docs/a.md", KIND.replace("politely", "rudely")),
    "data that is read from": ("version: 1\n", "src/agent.py", CODE, "src/a.dat", KIND.replace("politely", "rudely")),
}


@pytest.mark.trust("looking-away")
@pytest.mark.parametrize("name", OUT_OF_SIGHT)
def test_a_prompt_that_moves_to_where_none_is_looked_for_takes_its_edit_with_it(tmp_path, name):
    settings, path, before, elsewhere, after = OUT_OF_SIGHT[name]
    found = changed(tmp_path, {"llmgate.yaml": settings, path: before}, {path: None, elsewhere: after})
    assert found["relevant"], found["changes"]
    assert [(change["what"], change["path"]) for change in found["changes"]] == [("renamed", elsewhere)]


def test_a_prompt_that_moves_to_a_test_as_it_is_affects_no_request(tmp_path):
    found = changed(tmp_path, {"prompts/a.txt": KIND}, {"prompts/a.txt": None, "tests/a.txt": KIND})
    assert [change["what"] for change in found["changes"]] == ["renamed"]
    assert not found["relevant"]


def test_a_test_that_comes_while_a_prompt_goes_is_none(tmp_path):
    edits = {
        "prompts/a.txt": None,
        "tests/test_a.py": 'assert "You are a bot." in answer("a question of a customer")\n',
    }
    found = changed(tmp_path, {"prompts/a.txt": KIND}, edits)
    assert [(change["what"], change["path"]) for change in found["changes"]] == [("removed", "prompts/a.txt")]


LATER = {
    "a function of it": "SYSTEM_PROMPT = twist(SYSTEM_PROMPT)\n",
    "a method of it": 'SYSTEM_PROMPT = SYSTEM_PROMPT.replace("politely", "rudely")\n',
    "an import": "from texts import SYSTEM_PROMPT\n",
    "a part of a tuple": 'SYSTEM_PROMPT, OTHER = "Be rude.", 1\n',
    "a loop": 'for SYSTEM_PROMPT in ["Be rude."]:\n    pass\n',
    "a context": "with text() as SYSTEM_PROMPT:\n    pass\n",
    "an expression": 'print(SYSTEM_PROMPT := "Be rude.")\n',
    "a function": "def SYSTEM_PROMPT():\n    pass\n",
    "a function that says global": 'def worse():\n    global SYSTEM_PROMPT\n    SYSTEM_PROMPT = "Be rude."\n',
    "nothing": "del SYSTEM_PROMPT\n",
}


@pytest.mark.parametrize("name", LATER)
def test_a_constant_whose_name_is_bound_again_later_has_changed(tmp_path, name):
    found = changed(tmp_path, {"src/agent.py": CODE}, {"src/agent.py": CODE + LATER[name]})
    assert [change["what"] for change in found["changes"]] == ["modified"]
    assert found["relevant"]


def test_a_constant_of_a_script_that_is_assigned_later_has_changed(tmp_path):
    script = SCRIPT.replace("const", "let")
    found = changed(tmp_path, {"src/a.ts": script}, {"src/a.ts": script + 'SYSTEM_PROMPT += " Be rude.";\n'})
    assert [(change["what"], change["unit"]) for change in found["changes"]] == [
        ("modified", "prompt:src/a.ts#SYSTEM_PROMPT")
    ]


OBJECT = "export const PROMPTS = {\n  system: %s,\n};\n"
METHOD = "import openai\n\n\nclass A:\n    def __init__(self):\n        self.system_prompt = %s\n"
SECRET = {
    "a constant": ("src/agent.py", CODE, "import openai\n\nSYSTEM_PROMPT = load()\n"),
    "an attribute": ("src/agent.py", METHOD % json.dumps(KIND), METHOD % "load()"),
    "a constant of a script": ("src/a.ts", SCRIPT, 'import OpenAI from "openai";\nconst SYSTEM_PROMPT = load();\n'),
    "a key of a script": ("src/a.ts", OBJECT % json.dumps(KIND), OBJECT % "load()"),
}


@pytest.mark.parametrize("name", SECRET)
def test_a_prompt_that_becomes_a_value_that_nobody_can_read_has_changed(tmp_path, name):
    path, before, after = SECRET[name]
    found = changed(tmp_path, {path: before}, {path: after})
    assert [(change["what"], change["path"]) for change in found["changes"]] == [("modified", path)]
    assert found["relevant"]


def test_a_constant_that_is_read_from_a_file_with_its_text_affects_no_request(tmp_path):
    edits = {"src/agent.py": "import openai\n\nSYSTEM_PROMPT = load()\n", "prompts/a.txt": KIND}
    found = changed(tmp_path, {"src/agent.py": CODE}, edits)
    assert [change["what"] for change in found["changes"]] == ["renamed"]
    assert not found["relevant"]
