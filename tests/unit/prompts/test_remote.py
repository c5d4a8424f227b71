"""References to prompts in registries: which are pinned, and what becomes of them."""

import pytest

from llmgate.errors import RenderError
from llmgate.prompts import Format, catalogue, discovery, remote, templates
from llmgate.prompts.remote import Hold


def nothing(path):
    return None


def found(source, path="app/bot.py"):
    return {each.name: each for each in discovery.read(path, source.encode(), nothing)}


@pytest.mark.parametrize(
    ("source", "name", "hold"),
    [
        ("mlflow.genai.load_prompt('prompts:/support/3')", "mlflow:support", Hold.PINNED),
        ("mlflow.genai.load_prompt('support', version=3)", "mlflow:support", Hold.PINNED),
        ("mlflow.genai.load_prompt(name_or_uri='prompts:/support@latest')", "mlflow:support", Hold.FLOATING),
        ("mlflow.load_prompt('support')", "mlflow:support", Hold.FLOATING),
        ("mlflow.load_prompt(f'prompts:/support/{N}')", "mlflow:prompts:/support/{N}", Hold.FLOATING),
        ("langfuse.get_prompt('critic', version=2)", "langfuse:critic", Hold.PINNED),
        ("langfuse.get_prompt('movie critic', label='staging')", "langfuse:movie critic", Hold.FLOATING),
        ("langfuse.get_prompt('critic')", "langfuse:critic", Hold.FLOATING),
        ("langfuse.get_prompt('critic', version=current())", "langfuse:critic", Hold.FLOATING),
        ("hub.pull('acme/joke:abcdef0123')", "langsmith:acme/joke", Hold.PINNED),
        ("client.pull_prompt('acme/joke:production')", "langsmith:acme/joke", Hold.FLOATING),
        ("client.pull_prompt('joke')", "langsmith:joke", Hold.FLOATING),
        ("LLMObs.get_prompt('greeting', label='prod')", "datadog:greeting", Hold.FLOATING),
        ("LLMObs.get_prompt('greeting', version=1)", "datadog:greeting", Hold.PINNED),
        ("client.responses.create(prompt={'id': 'pmpt_12ab', 'version': '1'})", "openai:pmpt_12ab", Hold.RETIRED),
    ],
)
def test_a_reference_is_pinned_by_a_version_alone(source, name, hold):
    prompt = found(f"x = {source}\n")[name]
    pin = remote.pin(prompt)
    assert pin is not None
    assert (pin.hold, prompt.format, prompt.elsewhere) == (hold, Format.REMOTE, pin.registry)
    assert pin.written == prompt.turns[0].text


def test_a_constant_is_followed_to_the_reference():
    prompts = found("URI = 'prompts:/support/3'\nimport mlflow\np = mlflow.load_prompt(URI)\n")
    assert list(prompts) == ["mlflow:support"]


def test_a_floating_reference_says_why_and_what_to_do():
    pin = remote.langfuse("critic", None, "staging")
    assert "label 'staging'" in pin.reason
    assert pin.remedy


def test_an_openai_prompt_has_a_last_day():
    assert remote.openai("pmpt_1").ends == remote.OPENAI_ENDS


def test_a_prompt_that_is_no_reference_has_no_pin():
    (prompt,) = catalogue.read("a.txt", b"prompts:/support/3", nothing)
    assert remote.pin(prompt) is None


def test_a_reference_cannot_be_rendered():
    prompt = found("p = langfuse.get_prompt('critic')\n")["langfuse:critic"]
    with pytest.raises(RenderError, match="its text is in langfuse"):
        templates.fill(prompt, {})


def test_two_references_to_one_version_are_one_prompt_and_two_versions_are_two():
    source = "a = langfuse.get_prompt('c', version=1)\nb = langfuse.get_prompt('c', version=1)\n"
    assert list(found(source)) == ["langfuse:c"]
    assert list(found(source + "d = langfuse.get_prompt('c', version=2)\n")) == ["langfuse:c", "langfuse:c~2"]


@pytest.mark.parametrize("path", ["conf/app.yaml", "pyproject.toml", ".env", ".env.production", "a.ini", "b/c.json"])
def test_a_reference_in_a_file_of_settings_is_found_with_its_line(path):
    prompt = found("# first\nPROMPT = 'prompts:/support@production'\n", path)["mlflow:support"]
    assert (prompt.line, prompt.partial, prompt.rule.id) == (2, True, "remote.setting")


LOOKALIKES = {
    "a comment": ("conf/app.yaml", "a: 1  # was prompts:/support@production\n# prompts:/support/3\n"),
    "a word": ("conf/app.yaml", "prompts: /support@home\n"),
    "a folder": ("conf/app.yaml", "path: prompts:/\n"),
    "documentation": ("docs/registry.md", "Write `prompts:/support@production` to load it.\n"),
    "a short id": ("conf/app.yaml", "a: pmpt_x\n"),
    "an MCP session": ("app/a.py", "async def f(session):\n    return await session.get_prompt('critic')\n"),
    "a method": ("app/a.py", "class A:\n    def get_prompt(self, name):\n        return self.texts[name]\n"),
    "git": ("app/a.py", "repo.remotes.origin.pull('main:abcdef01')\nhub = 1\n"),
    "LangChain's own files": ("app/a.py", "from x import load_prompt\np = load_prompt('summary.yaml')\n"),
}


@pytest.mark.parametrize("name", sorted(LOOKALIKES))
def test_what_only_looks_like_a_reference_is_not_taken(name):
    path, source = LOOKALIKES[name]
    assert found(source, path) == {}


def test_a_declared_file_of_settings_is_read_as_a_whole():
    (prompt,) = catalogue.read("conf/app.yaml", b"prompt: prompts:/support@production\n", nothing)
    assert prompt.format is Format.TEXT


def test_a_line_of_half_a_megabyte_is_read():
    line = "prompts:/b@c prompts:/" + "a" * 400_000 + "@x"
    assert list(found(f"x: {line}\n", "conf/app.yaml")) == ["mlflow:b"]
