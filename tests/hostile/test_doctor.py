"""Workflows and CODEOWNERS made to hang or break the doctor: each ends soon, with findings or with what is not seen."""

import time

import pytest

from tests.doctored import CONFIG, FILE, FIXTURE, OWNERS, examined, files

LIMIT_S = 20
MANY = 20_000
JOB = "on: pull_request\njobs: {{a: {{runs-on: x, steps: [{{run: {}}}, {{run: llmgate gate}}]}}}}\n"
AS_LARGE = 900_000


def within(content):
    started = time.monotonic()
    examination = examined(content)
    assert time.monotonic() - started < LIMIT_S
    return examination


WORDS = ["docker run ", "llmgate ", "llmgate\\t\\t", "secrets ", "secrets.", "github.head_ref ", "pip ", "|| ", "@"]


@pytest.mark.parametrize("word", [*WORDS, "a\\\\\\n"])
def test_a_long_script_takes_time_by_its_length(word):
    script = '"' + word * (AS_LARGE // len(word)) + '"'
    assert within({**files(), FILE: JOB.format(script)}).gates


def test_many_steps_and_jobs_are_read_once():
    steps = "".join("      - run: llmgate gate\n" for _ in range(5_000))
    text = f"on: pull_request\njobs:\n  a:\n    runs-on: x\n    steps:\n{steps}"
    assert within({**files(), FILE: text}).gates


def test_workflows_that_call_one_another_in_a_circle_end():
    text = f"on: [workflow_call, pull_request]\njobs: {{a: {{uses: ./{FILE}}}, b: {{steps: [{{run: llmgate gate}}]}}}}"
    assert within({**files(), FILE: text}).gates


def test_many_callers_of_one_workflow_are_bounded():
    called = "on: workflow_call\njobs: {g: {runs-on: x, steps: [{run: llmgate gate}]}}\n"
    jobs = ", ".join(f"j{number}: {{uses: ./{FILE}}}" for number in range(3_000))
    caller = f"on: pull_request\njobs: {{{jobs}}}\n"
    examination = within({**files(), FILE: called, ".github/workflows/caller.yml": caller})
    assert "all jobs with the gate" in [unseen.what for unseen in examination.unseen]


def test_more_bytes_of_workflows_than_are_read_are_not_seen():
    text = "on: push\njobs: {}\n" + "# a comment\n" * 50_000
    examination = within({**files(), **{f".github/workflows/{number}.yml": text for number in range(9)}})
    assert ".github/workflows/6.yml" in [unseen.what for unseen in examination.unseen]


@pytest.mark.parametrize("pattern", ["*a" * 240, "**/" * 160, "?" * 480, "*" * 480, "a/**/" * 90])
def test_patterns_of_owners_do_not_explode(pattern):
    path = "fixtures/" + "a/" * 500 + "a.yaml"
    lines = "".join(f"{pattern}{number} @acme/gate\n" for number in range(200))
    within({"llmgate.yaml": CONFIG, OWNERS: lines, path: FIXTURE})


def test_more_lines_than_are_held_against_the_files_are_not_seen():
    lines = "".join(f"{'*a' * 20}{number} @acme/gate\n" for number in range(MANY))
    fixtures = {f"fixtures/{number}.yaml": "" for number in range(100)}
    examination = within({**files(), **fixtures, OWNERS: lines})
    assert "who owns the files of the gate" in [unseen.what for unseen in examination.unseen]


def test_a_filter_of_branches_full_of_stars_ends():
    patterns = ", ".join(f"'{'*a' * 200}{number}'" for number in range(500))
    within(files(("  merge_group:\n", "  merge_group:\n"), ("edited]\n", f"edited]\n    branches: [{patterns}]\n")))


def test_more_workflows_than_are_read_are_not_seen():
    more = {f".github/workflows/{number:04}.yml": "on: push\njobs: {}\n" for number in range(600)}
    assert "all workflows" in [unseen.what for unseen in within({**files(), **more}).unseen]


def test_binary_and_broken_files_are_not_seen():
    content = {**files(), ".github/workflows/a.yml": "\x00", ".github/workflows/b.yml": "a: &a [*a, *a]\n"}
    assert {unseen.what.partition(":")[0] for unseen in within(content).unseen} == {
        ".github/workflows/a.yml",
        ".github/workflows/b.yml",
    }
