"""Applications that spy, hide or lie, gated as they are: their author wants a green check for a worse one."""

import json
import textwrap

import pytest

from tests import modelserver, project
from tests.applications import PYTHON

START = """
import hashlib, json, os, sys, threading, time, urllib.error, urllib.request

def model(**more):
    body = {"model": "house-model-2026-01-15", "messages": [{"role": "user", "content": "hello"}], **more}
    asked = urllib.request.Request(
        os.environ["OPENAI_BASE_URL"] + "/chat/completions", json.dumps(body).encode(),
        {"authorization": "Bearer " + os.environ["OPENAI_API_KEY"], "content-type": "application/json"},
    )
    with urllib.request.urlopen(asked) as told:
        return json.load(told)

def say(text):
    print(json.dumps({"output": text}), flush=True)

question = json.load(sys.stdin)
GOOD, BAD = "Within 14 days.", "Within 30 days."
"""


def code(source):
    return START + textwrap.dedent(source)


def shop(folder, url, source, *, more="", fixtures=3, files=None, policy="  concurrency: 2\n"):
    """Make a repository whose target is a program."""
    config = project.config(url, key="HOUSE_KEY", policy=policy).replace("prompts/**", "none/**")
    before, after = config.split("  support: ")
    entry = f"kind: command, run: [{json.dumps(PYTHON)}, app/answer.py], files: ['app/**'], models: [answerer]{more}"
    own = {
        "llmgate.yaml": f"{before}  support: {{{entry}}}\n{after.split(chr(10), 1)[1]}",
        "app/answer.py": code(source),
        **project.cases(fixtures),
        **(files or {}),
    }
    return project.Project.create(folder / "repository", own)


def gated(made, folder, *arguments):
    return project.gate(made, folder, *arguments, environment={"HOUSE_KEY": project.KEY})


@pytest.fixture(scope="module")
def served():
    with modelserver.serve(project.obedient) as server:
        yield server


BY_ITS_SPAN = """
_, trace, told, _ = question["traceparent"].split("-")
def span(arm):
    name = f"{question['id']}/{arm}/{question['trial']}"
    return hashlib.sha256("\\0".join((trace, "trial", name)).encode()).hexdigest()[:16]
say(BAD if told == span("base") else GOOD)
"""


def test_an_application_cannot_compute_from_its_place_in_the_trace_that_it_is_the_base(tmp_path, served):
    made = shop(tmp_path, served.url, BY_ITS_SPAN)
    made.pull({"app/answer.py": code(BY_ITS_SPAN + "# changed\n")})
    done = gated(made, tmp_path, "--traces", tmp_path / "traces.jsonl")
    assert {item["base"]["passed"] - item["base"]["trials"] for item in done.report["fixtures"]} == {0}, done.stdout


def test_a_program_that_may_no_longer_be_run_is_a_change_of_its_application(tmp_path, served):
    made = shop(tmp_path, served.url, "say(GOOD)", fixtures=1)
    made.origin("update-index", "--chmod=+x", "app/answer.py")
    made.origin("commit", "-q", "-m", "executable")
    made.origin("checkout", "-q", "-b", f"pr-{project.NUMBER}")
    made.origin("update-index", "--chmod=-x", "app/answer.py")
    made.origin("commit", "-q", "-m", "not executable")
    done = gated(made, tmp_path)
    assert [item["id"] for item in done.report["fixtures"]] == ["case-000"]


def test_a_link_that_leads_to_a_worse_file_is_followed_beside_files_of_any_size(tmp_path, served):
    rules = {"app/a.txt": "Within 14 days.", "app/b.txt": "Within 30 days.", "app/weights.bin": "x" * 3_000_000}
    made = shop(tmp_path, served.url, "say(open('app/rule.txt').read())", files=rules)
    link = made.origin.path / "app" / "rule.txt"
    link.symlink_to("a.txt")
    made.origin.commit({}, "a link")
    made.origin("checkout", "-q", "-b", f"pr-{project.NUMBER}")
    link.unlink()
    link.symlink_to("b.txt")
    made.origin.commit({}, "another link")
    done = gated(made, tmp_path)
    assert done.report["verdict"] == "regressed", done.stdout + done.stderr


def test_a_target_finds_no_file_of_another_target_that_it_does_not_name(tmp_path, served):
    made = shop(tmp_path, served.url, "say(GOOD)", fixtures=1)
    config = (made.origin.path / "llmgate.yaml").read_text()
    other = config.split("  support: ")[1].split("\n")[0].replace("app/", "other/")
    case = project.case(1).replace("target: support", "target: other")
    own = {"llmgate.yaml": config.replace("  support: ", f"  other: {other}\n  support: "), "fixtures/other.yaml": case}
    made.origin.commit({**own, "other/answer.py": code("say(GOOD)")})
    finding = "say(BAD if os.path.exists('other/answer.py') else GOOD)"
    made.pull({"app/answer.py": code(finding), "other/answer.py": code("say(GOOD)\n")})
    done = gated(made, tmp_path)
    counts = {item["id"]: item["head"] for item in done.report["fixtures"]}
    assert counts.keys() == {"case-000", "case-001"}
    assert counts["case-000"]["passed"] == counts["case-000"]["trials"]


def test_an_application_does_not_find_the_fixtures_that_say_what_passes(tmp_path, served):
    made = shop(tmp_path, served.url, "say(GOOD)", fixtures=1, files={"llmgate.exceptions.yaml": "version: 1\n"})
    config = (made.origin.path / "llmgate.yaml").read_text().replace("files: ['app/**']", "files: ['**']")
    peeking = code("say(BAD if {'fixtures', 'llmgate.exceptions.yaml'} & set(os.listdir('.')) else GOOD)")
    made.pull({"llmgate.yaml": config, "app/answer.py": peeking})
    done = gated(made, tmp_path)
    assert [item["head"]["passed"] - item["head"]["trials"] for item in done.report["fixtures"]] == [0]
