"""The configurations and fixtures of the how-tos, together in a repository: they are checked, and an edit is judged."""

import io
import json

import pytest
from ruamel.yaml import YAML

from tests import gitserver, modelserver
from tests.docs import blocks, sample

PROMPT = "You are the bot of a shop. {rule}\n{{{{ context }}}}\nQuestion: {{{{ question }}}}\n"
SYSTEM = "You look orders up. {rule}\n"
GOOD, EDIT = "Answer from the documents and cite them.", "Answer from the documents, and cite them."
PLAIN = """id: {target}-asks
target: {target}
input: {{variables: {{question: May I return this?}}}}
assert: [{{type: contains, value: 14 days}}]
"""
RETURNS = "\n\n".join(
    [
        "Shops abroad have rules of their own. " * 18,
        "A parcel is packed with care. " * 24,
        "Can I return this? EU customers, as in Berlin, may return goods within 14 days.",
    ]
)
"""Three chunks, of which the third is the one that the page's fixtures are about."""
AGENT = "def answer(question):\n    return 'Your order arrives on 12 March.'\n"


def configurations(page):
    """The whole configurations of a page, each with the fixtures that it shows and whose target it has."""
    of_page = [block for block in blocks.every() if block.page == f"docs/how-to/{page}.md"]
    read = [(block, YAML(typ="safe").load(block.text)) for block in of_page if block.language == "yaml"]
    fixtures = [(value, block.text) for block, value in read if block.title == "fixture"]
    whole = [value for block, value in read if block.title == "llmgate.yaml" and "version" in value]
    return [(value, [text for case, text in fixtures if case["target"] in value["targets"]]) for value in whole]


def repository(folder, settings, fixtures, host):
    """Commit a configuration with its fixtures, and with the files that it names; its providers are on loopback."""
    known = {model["provider"]: {"host": host} for model in settings["models"].values()}
    settings = {**settings, "policy": {**settings.get("policy", {}), "providers": known, "pins": "off"}}
    text = io.StringIO()
    YAML(typ="safe").dump(settings, text)
    prompts = {entry["prompt"]: entry.get("role") for entry in settings["targets"].values() if "prompt" in entry}
    git = gitserver.init(folder)
    git.commit(
        {
            "llmgate.yaml": text.getvalue(),
            "prompts/other.jinja": "You are a bot.\n",
            "docs/returns.md": RETURNS,
            "app/agent.py": AGENT,
            "requirements.txt": "\n",
            **{name: (SYSTEM if role else PROMPT).format(rule=GOOD) for name, role in prompts.items()},
            **dict(suite(settings, fixtures)),
        },
        "Begin",
    )
    if "retrieval" in settings:
        assert sample.run(("index", "lock", "--repository", str(folder)))[0] == 0
        git("add", "llmgate.lock")
        git("commit", "-q", "-m", "Lock the index")
    git.write({name: git("show", f"HEAD:{name}").replace(GOOD, EDIT) + "\n" for name in prompts})


def suite(settings, fixtures):
    """Place the fixtures of a page where the configuration looks for them; a target without one gets a plain one."""
    pattern = settings.get("suite", {}).get("fixtures", ["fixtures/**/*.yaml"])[0]
    plain = [PLAIN.format(target=target) for target in settings["targets"]] if not fixtures else []
    for number, case in enumerate([*fixtures, *plain]):
        yield pattern.replace("**/*", str(number)).replace("*", "support"), case


def answered(asked):
    """A model that looks the order up where it can, and cites what it was shown."""
    tools = [tool.get("function", tool)["name"] for tool in asked.body.get("tools", [])]
    if "lookup_order" in tools and asked.body["messages"][-1]["role"] != "tool":
        return modelserver.Said(calls=(("lookup_order", {"id": "A17"}),))
    return "It arrives on 12 March." if tools else "Within 14 days [docs/returns.md#3]."


CASES = [(page, number) for page in ("rag", "agents", "monorepo") for number, _ in enumerate(configurations(page))]


@pytest.mark.parametrize(("page", "number"), CASES)
def test_a_how_to_has_no_fault_and_judges_an_edit(page, number, tmp_path, monkeypatch):
    settings, fixtures = configurations(page)[number]
    for name, value in {**sample.environment(tmp_path), "ANTHROPIC_API_KEY": "sk-ant-0123456789"}.items():
        monkeypatch.setenv(name, value)
    with modelserver.serve(answer=answered) as server:
        repository(tmp_path / "shop", settings, fixtures, server.url)
        monkeypatch.chdir(tmp_path / "shop")
        code, told = sample.run(("check",))
        assert (code, "no faults" in told) == (0, True), told
        if any("prompt" not in entry for entry in settings["targets"].values()):
            return
        code, told = sample.run(("gate", "--no-publish", "--json", "report.json"))
    report = json.loads((tmp_path / "shop" / "report.json").read_text())
    heads = [case["head"] for case in report["fixtures"]]
    assert (code, report["verdict"] in ("passed", "inconclusive")) == (0, True), told
    assert len(heads) == max(len(fixtures), len(settings["targets"]))
    assert all(head["passed"] == head["trials"] > 0 for head in heads), told
