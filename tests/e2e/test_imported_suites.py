"""Other tools' suites are imported and gated: they give the passes and failures that they gave before."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests import judging, modelserver, project
from tests.unit.cli import program

DATA = Path(__file__).parents[1] / "data" / "suites"

ABOUT = "and its prompt: policy.judge decides, by llmgate's prompt; see whether the criterion asks what is meant"

ANSWERS = {
    "return": "Within 14 days, free of charge.",
    "parcel": "Your parcel is on its way.",
    "delivery": "Delivery takes two days.",
    "payment": "Pay by card.",
}


def shop_bot(asked: modelserver.Asked) -> str:
    """A model that knows four answers, and one of them in German."""
    words = asked.prompt.lower()
    topic = next(topic for topic in ANSWERS if topic in words)
    return "Ja, eine Rückgabe ist möglich." if topic == "return" and "german" in words else ANSWERS[topic]


def imported(form: str, suite: str, tmp_path: Path, *options: str, files: dict[str, str] | None = None):
    """Put a suite into a repository and import it there, in the way that the documentation tells."""
    content = {path.relative_to(DATA / suite).as_posix(): path.read_text() for path in files_of(suite)}
    shop = project.Project.create(tmp_path / "repository", {**content, **(files or {})})
    here = shop.origin.path
    suites = [here / name for name in content if name.endswith(("config.yaml", ".prompt.yml", "cases.yaml"))]
    place = ("--out", here / "fixtures", "--repository", here)
    done = program.run("capture", form, *sorted(suites), *place, *options)
    assert done.exit_code == 0, (done.exception, done.output)
    return shop, done.output


def files_of(suite: str) -> list[Path]:
    return sorted(path for path in (DATA / suite).rglob("*") if path.is_file())


def configured(shop: project.Project, url: str) -> str:
    """Take the entries that the import proposes as they are, with the loopback server as every provider."""
    entries = (shop.origin.path / "fixtures" / "llmgate.snippet.txt").read_text()
    hosts = "".join(f'    {name}: {{host: "{url}"}}\n' for name in ("openai", "github"))
    anthropic = f'    anthropic: {{host: "{url}", api: anthropic-messages}}\n'
    return f"{entries}policy:\n  pins: off\n  providers:\n{hosts}{anthropic}"


def gated(shop: project.Project, tmp_path: Path, config: str, changed: dict[str, str]) -> dict[tuple[str, str], bool]:
    """Gate an edit of the prompts; tell of each fixture, by target and title, whether the head passes it."""
    shop.origin.commit({"llmgate.yaml": config}, "import the suite")
    shop.pull(changed)
    keys = dict.fromkeys(("OPENAI_API_KEY", "ANTHROPIC_API_KEY"), "sk-test-0123456789")
    ended = project.gate(shop, tmp_path, environment=keys)
    assert ended.report.get("fixtures"), (ended.stderr, ended.stdout)
    known = fixtures(shop)
    found = {}
    for each in ended.report["fixtures"]:
        assert each["head"]["trials"] > 0
        fixture = known[each["id"]]
        found[fixture["target"], fixture.get("title", "")] = each["head"]["passed"] == each["head"]["trials"]
    return found


def fixtures(shop: project.Project) -> dict[str, dict]:
    read = [YAML(typ="safe").load(path) for path in (shop.origin.path / "fixtures").glob("*.yaml")]
    return {each["id"]: each for each in read}


def edited(shop: project.Project, name: str, before: str, after: str) -> dict[str, str]:
    text = (shop.origin.path / name).read_text()
    assert before in text
    return {name: text.replace(before, after)}


def written(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def lost(output: str) -> list[str]:
    """What was not imported: where, and what; each is told with what to do and with the id of its kind."""
    return re.findall(r"^(\S+:\d+): not imported: (.+?) \(Write .+\) \[not-imported\]$", output, re.MULTILINE)


def test_a_promptfoo_suite_with_chats_passes_and_fails_as_it_did(tmp_path):
    with modelserver.serve(shop_bot) as server:
        shop, output = imported("promptfoo", "chat", tmp_path)
        change = edited(shop, "prompts/chat.json", "of a shop.", "of a good shop.")
        found = gated(shop, tmp_path, configured(shop, server.url), change)
        systems = {asked.system for asked in server.seen}
    assert found == {
        ("chat", "Refunds within the window"): True,
        ("chat", "Every topic delivery"): True,
        ("chat", "Every topic payment"): False,
    }
    assert systems == {"You are the support bot of a shop.", "You are the support bot of a good shop."}
    assert lost(output) == [
        ("promptfooconfig.yaml:29", "assertion javascript: llmgate has no such check"),
        ("promptfooconfig.yaml:38", "the variable 'question': it reads the environment"),
        ("promptfooconfig.yaml:39", "`options.transform` of the test"),
        ("promptfooconfig.yaml:41", "assertion contains: `transform` is a program"),
        ("promptfooconfig.yaml:42", "the tests that the program 'file://cases.py:make' makes"),
    ]


def test_a_promptfoo_table_passes_and_fails_as_it_did(tmp_path):
    with modelserver.serve(shop_bot) as server:
        shop, output = imported("promptfoo", "table", tmp_path)
        change = edited(shop, "fixtures/prompts/question-question-language.jinja", "Question:", "The question:")
        found = gated(shop, tmp_path, configured(shop, server.url), change)
    target = "question-question-language"
    assert found == {(target, "Returns"): True, (target, "Parcel"): True, (target, "Delivery"): True}
    assert lost(output) == [
        ("tests.csv:6", "assertion javascript: llmgate has no such check"),
        ("tests.csv:7", "the row has 2 cells, the header has 8"),
    ]


def test_promptfoo_scenarios_pass_and_fail_as_they_did_for_each_prompt_and_model(tmp_path):
    with modelserver.serve(shop_bot) as server:
        shop, output = imported("promptfoo", "scenarios", tmp_path)
        change = edited(shop, "promptfooconfig.yaml", "In {{ language }}", "Answer in {{ language }}")
        found = gated(shop, tmp_path, configured(shop, server.url), change)
        asked = {each.model for each in server.seen}
    titles = {
        "german: The word for returns": True,
        "german: No defaults": True,
        "english: The word for returns": False,
        "english: No defaults": True,
        "": True,
    }
    assert found == {(target, title): ok for target in ("greet-mini", "greet-sonnet") for title, ok in titles.items()}
    assert asked == {"gpt-4o-mini-2024-07-18", "claude-sonnet-4-5-20250929"}
    assert lost(output) == [
        ("promptfooconfig.yaml:11", "the provider 'file://provider.js': it names no model that can be pinned")
    ]


def test_a_prompt_yml_passes_and_fails_as_it_did(tmp_path):
    with modelserver.serve(shop_bot) as server:
        shop, output = imported("prompt-yml", "prompt_yml", tmp_path)
        change = edited(shop, "support.prompt.yml", "of a shop.", "of a good shop.")
        found = gated(shop, tmp_path, configured(shop, server.url), change)
    assert found == {("support", "May I return order A1?"): True, ("support", "Where is my parcel?"): False}
    assert lost(output) == [
        ("judged.prompt.yml:9", "the evaluator 'polite': all of its choices pass"),
        (
            "judged.prompt.yml:11",
            "the evaluator 'similar': github/similarity compares with `expected`, and the case has no such text",
        ),
        ("judged.prompt.yml:12", f"the judge of the evaluator 'kind', openai/gpt-4o, {ABOUT}"),
        ("judged.prompt.yml:14", f"the judge of the evaluator 'fluent', openai/gpt-4o, {ABOUT}"),
    ]
    (draft,) = (each for each in fixtures(shop).values() if each["target"] == "judged")
    assert draft["draft"]
    assert [check["type"] for check in draft["assert"]] == ["regex", "llm-rubric", "llm-rubric"]


def test_a_promptfoo_suite_with_judges_passes_and_fails_by_the_policys_judge(tmp_path):
    judge = {"provider": "openai", "model": judging.JUDGE["model"]}
    labelled = judging.calibrated(model=judge)
    with modelserver.serve(judging.both(bot=shop_bot)) as server:
        shop, output = imported("promptfoo", "judged", tmp_path, files=labelled)
        settings = f"  judge: {{model: {{provider: openai, model: {judge['model']}}}, calibration: {judging.LABELS}}}\n"
        change = edited(shop, "prompts/support.txt", "of a shop.", "of a good shop.")
        found = gated(shop, tmp_path, configured(shop, server.url) + settings, change)
        shown = [judging.shown(each) for each in server.seen if judging.is_judge(each)]
    assert found == {
        ("support", "A rubric"): True,
        ("support", "A reference"): True,
        ("support", "A criterion over input and output"): False,
        ("support", "A set of a rubric and a text"): True,
    }
    assert {each.get("reference") for each in shown} == {None, "Returns are free within 14 days."}
    assert judging.CRITERION in {each["criterion"] for each in shown}
    assert lost(output) == [
        ("promptfooconfig.yaml:25", "`options.provider` of the test"),
        ("promptfooconfig.yaml:27", "`rubricPrompt` of the assertion llm-rubric"),
        ("promptfooconfig.yaml:27", "`threshold` of the assertion llm-rubric"),
    ]


def test_a_pydantic_evals_dataset_passes_and_fails_as_it_did(tmp_path):
    with modelserver.serve(shop_bot) as server:
        files = {"llmgate.yaml": project.config(server.url), "prompts/support.jinja": "Question: {{ question }}"}
        shop, output = imported("pydantic-evals", "pydantic_evals", tmp_path, files=files)
        found = gated(shop, tmp_path, files["llmgate.yaml"], {"prompts/support.jinja": "Please: {{ question }}"})
    assert found == {("support", "returns"): True, ("support", "parcel"): False}
    assert lost(output) == [("cases.yaml:18", "the evaluator 'OwnCheck': llmgate has no such check")]


def test_promptfoo_checks_in_python_pass_and_fail_as_they_did(tmp_path):
    with modelserver.serve(shop_bot) as server:
        shop, output = imported("promptfoo", "python", tmp_path)
        change = edited(shop, "fixtures/prompts/question-question.jinja", "Question:", "A question:")
        found = gated(shop, tmp_path, configured(shop, server.url), change)
    (target,) = {name for name, _ in found}
    assert found == {(target, "Returns"): True, (target, "Parcel"): True, (target, "Payment"): False}
    assert lost(output) == [
        ("promptfooconfig.yaml:28", "assertion python: 'checks/gone.py' is no file of the repository"),
        ("promptfooconfig.yaml:29", "assertion javascript: llmgate has no such check"),
    ]


@pytest.mark.parametrize(("form", "suite"), [("promptfoo", name) for name in ("chat", "table", "scenarios", "python")])
def test_a_suite_that_is_imported_again_writes_nothing_new(tmp_path, form, suite):
    shop, _ = imported(form, suite, tmp_path)
    here = shop.origin.path
    before = written(here / "fixtures")
    done = program.run("capture", form, here / "promptfooconfig.yaml", "--out", here / "fixtures", "--repository", here)
    assert written(here / "fixtures") == before
    assert "already imported" in done.output
