"""Why fixtures broke, by the installed program on a real repository and a loopback model: named, bounded, harmless."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import fakehub, gitserver, jobs, modelserver, project

OTHER_MODEL = "house-model-2026-06-01"
RULES = [
    "Be kind to whoever asks.",
    "Answer in the language of the question.",
    project.GOOD_RULE,
    "Name the page that you cite.",
    "Keep it short.",
    "Never promise a refund.",
]
HYPOTHESIS = 'hypothesis: {statement: "The rule of the US misleads it.", test: gold_alone}\n'
CASE = """id: case-{number:03d}
target: support
category: grounding
{extra}input: {{variables: {{question: "May I return order {number}?"}}}}
context:
  gold: ["returns.md#1"]
  documents:
    - {{id: "returns.md#2", text: "In the US it is 30 days."}}
    - {{id: "returns.md#1", text: "Returns are free within 14 days."}}
assert:
  - {{type: contains, value: "14 days"}}
"""


def prompt(**edited):
    """The prompt with some rules in other words, by their place."""
    lines = [edited.get(f"rule_{place}", rule) for place, rule in enumerate(RULES)]
    return project.prompt("\n".join(lines))


SIX_PLACES = prompt(**{f"rule_{place}": f"{rule[:-1]}, please." for place, rule in enumerate(RULES)})
WORSE = {"prompts/support.jinja": SIX_PLACES}


def misled(asked):
    """A model that keeps to its documents where it is told to, or where nothing else is there."""
    text = asked.prompt + asked.system
    if "14 days" in text and (project.GOOD_RULE in text or "30 days" not in text):
        return "Within 14 days [returns.md#1]."
    return "Within 30 days [returns.md#2]."


DEFAULT = "  diagnose: {budget: {calls: 200}}\n"


def files(origin, *, fixtures=4, hypothesis=HYPOTHESIS, policy=DEFAULT, **settings):
    content = project.files(origin, fixtures=0, policy=policy, **settings) | {"prompts/support.jinja": prompt()}
    cases = {
        f"fixtures/case-{number:03d}.yaml": CASE.format(number=number, extra=hypothesis) for number in range(fixtures)
    }
    return content | cases


def made(folder, server, **settings):
    return project.Project.create(folder / "repository", files(server.url, **settings))


def two_changes(server, policy=DEFAULT, **settings):
    return WORSE | {"llmgate.yaml": project.config(server.url, model=OTHER_MODEL, policy=policy, **settings)}


def diagnosed(report):
    return [fixture["diagnosis"] for fixture in report["fixtures"] if fixture["diagnosis"]]


@pytest.fixture
def served():
    with modelserver.serve(misled) as server:
        yield server


# What is found


def test_of_two_changes_the_guilty_one_is_named_with_its_hunk_its_cure_and_the_hypothesis(tmp_path, served):
    shop = made(tmp_path, served)
    shop.pull(two_changes(served))
    ended = project.gate(shop, tmp_path)
    assert (ended.report["verdict"], ended.code) == ("regressed", 1)
    first = ended.report["fixtures"][0]
    assert first["attribution"] == "prompt prompts/support.jinja:5"
    found = first["diagnosis"]
    assert found["attribution"]["causes"] == [["prompt"]]
    assert found["attribution"]["shares"]["prompt"] > 0.8
    (hunk,) = found["located"]["hunks"]
    assert (hunk["removed"].strip(), found["located"]["total"]) == (project.GOOD_RULE, 6)
    assert (found["located"]["breaks"], found["located"]["suffices"]) == (True, True)
    assert found["effects"][0]["name"] == "gold_alone"
    assert found["hypothesis"] == {
        "statement": "The rule of the US misleads it.",
        "status": "confirmed",
        "tested_by": ["gold_alone"],
    }
    assert first["failure"]["signs"] is None or first["failure"]["signs"]["category"] == "grounding"
    words = " ".join(ended.stdout.split())
    assert "this one of 6 places breaks it alone, the head is well without" in words
    assert "when all other documents are taken out" in words


def test_a_hunk_of_an_included_file_that_no_target_names_is_found(tmp_path):
    def answer(asked):
        return "Within 30 days." if "Guess." in asked.prompt else "Within 14 days."

    with modelserver.serve(answer) as server:
        base = files(server.url) | {
            "prompts/support.jinja": '{% include "rules.jinja" %}\nBe brief.\n{{ question }}\n',
            "prompts/rules.jinja": "Be kind.\nCite.\nKeep to the documents.\n",
        }
        shop = project.Project.create(tmp_path / "repository", base)
        shop.pull({"prompts/rules.jinja": "Be very kind.\nCite all.\nGuess.\n"})
        ended = project.gate(shop, tmp_path)
    located = diagnosed(ended.report)[0]["located"]
    assert [(hunk["path"], hunk["line"], hunk["added"]) for hunk in located["hunks"]] == [
        ("prompts/rules.jinja", 3, "Guess.\n")
    ]
    assert located["breaks"]


def test_a_changed_index_is_the_guilty_one_where_fixtures_search(tmp_path):
    def answer(asked):
        return "Within 14 days." if "14 days" in asked.prompt else "I do not know."

    docs = "# Returns\n\nReturns are free within {} days of delivery, for every order.\n"
    settings = 'retrieval:\n  handbook: {engine: fts5, corpus: ["docs/**"], top_k: 2}\n'
    with modelserver.serve(answer) as server:
        config = project.config(server.url, policy=DEFAULT).replace("targets:", f"{settings}targets:")
        config = config.replace("model: answerer}", "model: answerer, retrieval: handbook}")
        cases = {
            f"fixtures/case-{number:03d}.yaml": f"id: case-{number:03d}\ntarget: support\nretrieval: live\n"
            f'input: {{variables: {{question: "returns of order {number}"}}}}\n'
            'assert: [{type: contains, value: "14 days"}]\n'
            for number in range(4)
        }
        base = project.files(server.url, fixtures=0, policy=DEFAULT) | cases
        base |= {"llmgate.yaml": config, "docs/returns.md": docs.format(14)}
        shop = project.Project.create(tmp_path / "repository", base)
        lock(shop)
        kinder = project.prompt(project.GOOD_RULE + " Be kind.")
        shop.pull(
            {"docs/returns.md": docs.format(30), "prompts/support.jinja": kinder, **locked(shop, docs.format(30))}
        )
        ended = project.gate(shop, tmp_path)
    assert (ended.report["verdict"], ended.code) == ("regressed", 1), ended.stdout
    assert [found["attribution"]["causes"] for found in diagnosed(ended.report)] == [[["retrieval"]]] * 4


def lock(shop):
    """Lock the index on the base, as `llmgate index lock` does."""
    ended = project.command("index", "lock", cwd=shop.origin.path)
    assert ended.code == 0, ended.stderr
    shop.origin.commit({"llmgate.lock": (shop.origin.path / "llmgate.lock").read_text()}, "lock")


def locked(shop, text):
    """The lock that fits another text of the corpus."""
    path = shop.origin.path / "docs/returns.md"
    before, was = path.read_text(), (shop.origin.path / "llmgate.lock").read_text()
    path.write_text(text)
    project.command("index", "lock", cwd=shop.origin.path)
    found = (shop.origin.path / "llmgate.lock").read_text()
    path.write_text(before)
    (shop.origin.path / "llmgate.lock").write_text(was)
    return {"llmgate.lock": found}


# What it never changes

REMOVED = "fixtures/case-003.yaml"
TOLD = ("verdict", "exit_code", "reasons", "findings", "suite", "changes")


def told(report):
    """What decides: all of it but diagnosis, and what a fixture is said to have broken with."""
    fixtures = [
        {name: each[name] for name in ("id", "base", "head", "tier", "evidence")} for each in report["fixtures"]
    ]
    calls = {name: report["calls"][name] for name in ("made", "errors")}
    return {name: report[name] for name in TOLD} | {"fixtures": fixtures, "calls": calls}


STORIES = {
    "regressed": lambda server, policy: two_changes(server, policy=policy),
    "regressed and rejected": lambda server, policy: two_changes(server, policy=policy) | {REMOVED: None},
    "rejected": lambda *_: {"prompts/support.jinja": prompt(rule_0="Be kind."), REMOVED: None},
    "inconclusive": lambda *_: {"prompts/support.jinja": prompt(rule_0="Be kind.")},
}


@pytest.mark.parametrize("story", STORIES)
def test_the_verdict_is_the_same_with_any_budget(tmp_path, story):
    """Each budget judges the same change anew: what is decided, and what was drawn for it, is the same to the byte."""
    seen = []
    for calls in (0, 5, 50, 500) if "regressed" in story else (0, 500):  # where nothing broke there is nothing to ask
        folder = tmp_path / str(calls)
        folder.mkdir()
        policy = f"  diagnose: {{budget: {{calls: {calls}}}}}\n"
        with modelserver.serve(misled) as server:
            shop = made(folder, server, policy=policy)
            shop.pull(STORIES[story](server, policy))
            ended = project.gate(shop, folder)
        assert ended.report["diagnosis"]["calls"] <= calls
        assert len(server.seen) == ended.report["calls"]["made"] + ended.report["diagnosis"]["calls"]
        seen.append((ended.code, told(ended.report)))
    assert all(one == seen[0] for one in seen)
    assert seen[0][1]["verdict"] == story.split()[0]


@pytest.fixture(scope="module")
def quiet(tmp_path_factory):
    """A gate that asks nobody why."""
    folder = tmp_path_factory.mktemp("quiet")
    with modelserver.serve(misled) as server:
        shop = made(folder, server, policy="  diagnose: {budget: {calls: 0}}\n")
        shop.pull(WORSE)
        return project.gate(shop, folder)


@pytest.mark.parametrize(
    "fault",
    [modelserver.status(503, retry_after="0"), modelserver.status(401), modelserver.garbage()],
    ids=["outage", "refused", "garbage"],
)
def test_a_provider_that_fails_once_diagnosing_begins_changes_nothing(tmp_path, quiet, fault):
    judged = quiet.report["calls"]["made"]

    def plan(_):
        return fault if len(server.seen) > judged else modelserver.OK

    with modelserver.serve(misled, plan=plan) as server:
        shop = made(tmp_path, server, policy="  diagnose: {budget: {calls: 20}}\n")
        shop.pull(WORSE)
        ended = project.gate(shop, tmp_path)
    assert ended.report["diagnosis"]["calls"] > 0
    assert told(ended.report) == told(quiet.report)
    assert (ended.code, ended.stderr) == (quiet.code, quiet.stderr)
    assert [found["effects"] for found in diagnosed(ended.report)] == [[]] * 4


# What it costs

PLENTY = "  diagnose: {budget: {calls: 1000}}\n"


def test_the_minutes_of_its_budget_end_it(tmp_path):
    with modelserver.serve(misled, latency_s=0.02) as server:
        shop = made(tmp_path, server, policy="  diagnose: {budget: {calls: 5000, minutes: 0.005}}\n")
        shop.pull(WORSE)
        ended = project.gate(shop, tmp_path)
    assert ended.report["verdict"] == "regressed"
    assert ended.report["diagnosis"]["exhausted"] == "the budget of 0.005 minutes is used up"


def test_a_second_run_of_the_same_head_pays_nothing_and_says_the_same(tmp_path, served):
    shop = made(tmp_path, served, policy=PLENTY)
    shop.pull(two_changes(served))
    first = project.gate(shop, tmp_path)
    asked = len(served.seen)
    second = project.gate(shop, tmp_path)
    assert len(served.seen) == asked
    assert second.report["diagnosis"]["calls"] == 0
    assert second.report["diagnosis"]["reused"] == first.report["diagnosis"]["calls"] > 0
    assert second.report["fixtures"] == first.report["fixtures"]


def test_where_the_budget_ended_a_run_the_next_goes_on(tmp_path, served):
    shop = made(tmp_path, served, policy="  diagnose: {budget: {calls: 30}}\n")
    shop.pull(two_changes(served))
    first, second = (project.gate(shop, tmp_path).report["diagnosis"] for _ in range(2))
    assert (first["calls"], first["exhausted"]) == (30, "the budget of 30 calls is used up")
    assert (second["calls"], second["reused"]) == (30, 30)


def test_a_run_that_is_killed_while_diagnosing_pays_for_nothing_twice(tmp_path):
    with modelserver.serve(misled, latency_s=0.03) as server:
        (tmp_path / "whole").mkdir()
        shop = made(tmp_path / "whole", server, policy=PLENTY)
        shop.pull(two_changes(server))
        whole = project.gate(shop, tmp_path / "whole")
        judged, paid = whole.report["calls"]["made"], len(server.seen)
        again = made(tmp_path, server, policy=PLENTY)
        again.pull(two_changes(server))
        run = started(again, tmp_path)
        wait_for(server, paid + judged + whole.report["diagnosis"]["calls"] // 2)
        run.kill()
        run.communicate()
        ended = project.gate(again, tmp_path)
    lost = 16  # in flight when the process died
    assert len(server.seen) - paid <= paid + lost
    assert told(ended.report) | {"calls": None} == told(whole.report) | {"calls": None}
    assert diagnosed(ended.report) == diagnosed(whole.report)


def test_an_interrupt_while_diagnosing_ends_the_run_with_130(tmp_path, quiet):
    with modelserver.serve(misled, latency_s=0.03) as server:
        shop = made(tmp_path, server)
        shop.pull(WORSE)
        run = started(shop, tmp_path)
        wait_for(server, quiet.report["calls"]["made"] + 30)
        run.send_signal(signal.SIGINT)
        _, said = run.communicate(timeout=20)
    assert (run.returncode, b"interrupted" in said) == (130, True)


def started(shop, folder):
    program = Path(sys.executable).with_name("llmgate")
    words = [program, "gate", "--base", "main", "--head", "pr-7", "--store", str(folder / "store.sqlite")]
    plain = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    return subprocess.Popen(words, cwd=shop.origin.path, env=plain, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def wait_for(server, calls):
    deadline = time.monotonic() + 60
    while len(server.seen) < calls:
        assert time.monotonic() < deadline, "the run asks nobody"
        time.sleep(0.005)


# `llmgate diagnose`


def explain(shop, folder, *words):
    return project.command("diagnose", "--store", folder / "store.sqlite", *words, cwd=shop.origin.path)


def test_a_fixture_that_fails_without_any_change_is_explained_by_what_cures_it(tmp_path, served):
    shop = made(tmp_path, served)
    shop.origin.commit(WORSE, "worse")
    ended = explain(shop, tmp_path, "--base", "HEAD", "--fixture", "case-001")
    words = " ".join(ended.stdout.split())
    assert (ended.code, ended.stderr) == (0, "")
    assert "passes 8/8 when all other documents are taken out, 0/8 unchanged" in words
    assert "caused by" not in words
    assert "hypothesis confirmed: The rule of the US misleads it." in words


def test_without_any_change_it_says_how_to_run_a_fixture(tmp_path, served):
    shop = made(tmp_path, served)
    ended = explain(shop, tmp_path, "--base", "HEAD")
    assert (ended.code, served.connections) == (0, 0)
    assert "no fixture ran" in ended.stdout
    assert "--fixture ID" in " ".join(ended.stdout.split())


def test_a_fixture_that_fails_on_both_revisions_is_not_held_against_the_change(tmp_path, served):
    shop = project.Project.create(tmp_path / "repository", files(served.url) | WORSE)
    shop.pull({"prompts/support.jinja": SIX_PLACES.replace("please", "dear")})
    ended = explain(shop, tmp_path, "--base", "main", "--head", "pr-7", "--json", str(tmp_path / "report.json"))
    words = " ".join(ended.stdout.split())
    assert ended.code == 0
    assert "4 failing fixtures of 4" in words
    assert "caused by" not in words
    assert "passes 8/8 when all other documents are taken out" in words


def test_one_call_is_not_exceeded_and_the_answer_says_so(tmp_path, served):
    shop = made(tmp_path, served)
    shop.pull(WORSE)
    ended = explain(shop, tmp_path, "--base", "main", "--head", "pr-7", "--calls", "1")
    words = " ".join(ended.stdout.split())
    assert ended.code == 0
    assert "1 call" in words
    assert "the budget of 1 calls is used up, so that it is not complete" in words


def test_where_nothing_fails_it_says_so_and_replays_nothing(tmp_path, served):
    shop = made(tmp_path, served)
    shop.pull({"prompts/support.jinja": prompt(rule_0="Be kind.")})
    ended = explain(shop, tmp_path, "--base", "main", "--head", "pr-7")
    assert ended.code == 0
    assert "0 failing fixtures of 4" in ended.stdout
    assert "0 calls" in ended.stdout


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--fixture", "nobody"), 2, "nobody"),
        (("--calls", "0"), 2, "--calls"),
        (("--usd", "nan"), 2, "--usd"),
        (("--head", "nowhere"), 2, "nowhere"),
        (("--unknown",), 2, "--unknown"),
    ],
)
def test_wrong_usage_is_told_and_asks_nobody(tmp_path, served, words, code, said):
    shop = made(tmp_path, served)
    ended = explain(shop, tmp_path, "--base", "HEAD", *words)
    assert (ended.code, served.connections) == (code, 0), ended.stderr
    assert said in ended.stderr


def test_a_missing_key_is_told_before_anything_is_asked(tmp_path, served):
    shop = made(tmp_path, served, key="HOUSE_KEY")
    shop.pull({"prompts/support.jinja": SIX_PLACES})
    ended = explain(shop, tmp_path, "--base", "main", "--head", "pr-7")
    assert (ended.code, served.connections) == (3, 0)
    assert "HOUSE_KEY" in ended.stdout


def test_what_the_gate_has_paid_for_is_not_paid_for_again(tmp_path, served):
    shop = made(tmp_path, served)
    shop.pull(WORSE)
    gated = project.gate(shop, tmp_path)
    asked = len(served.seen)
    ended = explain(shop, tmp_path, "--base", "main", "--head", "pr-7")
    assert "after 0 calls to see what fails" in " ".join(ended.stdout.split())
    assert f"{gated.report['diagnosis']['calls']:,} reused" in ended.stdout
    assert len(served.seen) > asked  # every treatment is tried here


# In a workflow


def test_the_comment_of_the_action_says_why(tmp_path, served):
    shop = project.Project.create(tmp_path / "git" / project.REPOSITORY, files(served.url))
    (tmp_path / "jobs").mkdir()
    with gitserver.serving(tmp_path / "git") as git, fakehub.serve() as hub:
        job = jobs.Job(folder=tmp_path / "jobs", git_url=git.origin(), api_url=hub.url)
        pull = shop.pull(two_changes(served))
        hub.pull(project.NUMBER, head=pull.head)
        begun = time.monotonic()
        ended = job.run(pull, project.event(pull))
        took = time.monotonic() - begun
        (comment,) = hub.comments(project.NUMBER)
        assert hub.violations == []
    assert (ended.code, ended.outputs["verdict"]) == (1, "regressed")
    for text in (comment.body, ended.summary):
        assert "prompts/support.jinja:5" in text
        assert "when all other documents are taken out" in text
        assert "more calls to find out why" in text
    assert ended.report["diagnosis"]["calls"] <= 200
    assert took < 60
