"""`llmgate prove`, installed, on a real repository and a loopback model server."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from llmgate import documents, fixture
from tests import gitserver, judging, modelserver, project

FILE = "fixtures/case-000.yaml"
CASE = "# Seen in May.\n" + project.case(
    0,
    extra="origin: {kind: production}   # a customer wrote\nhypothesis: {statement: 'it guesses'}\n",
)
GUESSING = {"prompts/support.jinja": project.prompt("Be brief.")}


@pytest.fixture
def served():
    with modelserver.serve(project.obedient) as server:
        yield server


def shop(folder, server, *, changed=None, **settings):
    """A repository whose first commit guesses and whose second has the rule."""
    made = gitserver.init(folder / "repository")
    files = {**project.files(server.url, fixtures=1, **settings), FILE: CASE, **(changed or {})}
    made.commit({**files, **GUESSING}, "guesses")
    made("tag", "before")
    made.commit(files, "answers")
    return made


def prove(made, *arguments, fails_at="before", passes_at="main", named=FILE, environment=None):
    words = ["prove", named, "--fails-at", fails_at, "--passes-at", passes_at, *arguments]
    return project.command(*words, cwd=made.path, environment=environment)


def proven(made):
    (found,), faults = fixture.parse(documents.read(FILE, (made.path / FILE).read_bytes()))
    assert faults == ()
    return found.proven


def test_a_model_graded_fixture_is_proven_by_the_judge_of_the_base(tmp_path):
    graded = {FILE: CASE[: CASE.index("assert:")] + f'assert: [{{type: llm-rubric, value: "{judging.CRITERION}"}}]\n'}
    with modelserver.serve(judging.both()) as server:
        made = shop(tmp_path, server, changed=graded, policy=judging.POLICY)
        ended = prove(made)
        assert ended.code == 0, ended.stdout + ended.stderr
        assert sum(map(judging.is_judge, server.seen)) == len(server.seen) // 2 > 0
    assert proven(made).separates


def test_a_fixture_that_fails_before_the_fix_and_passes_after_it_is_proven(tmp_path, served):
    made = shop(tmp_path, served)
    ended = prove(made)
    assert ended.code == 0, ended.stderr
    assert "It separates the two revisions" in ended.stdout
    found = proven(made)
    assert (found.separates, found.fails_at.passed, found.passes_at.passed) == (True, 0, 8)
    assert (found.fails_at.revision, found.passes_at.revision) == (
        made("rev-parse", "before"),
        made("rev-parse", "main"),
    )
    assert len(served.seen) == 16


def test_the_record_adds_lines_and_changes_none(tmp_path, served):
    made = shop(tmp_path, served)
    prove(made)
    added, removed, _ = made("diff", "--numstat").split("\t")
    assert (int(removed), int(added)) == (0, 8)


def test_a_second_run_makes_no_call(tmp_path, served):
    made = shop(tmp_path, served)
    for _ in range(2):
        ended = prove(made)
    assert "0 calls made, 16 from the journal" in ended.stdout
    assert len(served.seen) == 16


def test_check_names_what_is_not_proven_until_it_is_and_again_when_it_is_edited(tmp_path, served):
    made = shop(tmp_path, served)
    said = []
    for change in (lambda: None, lambda: prove(made), lambda: made.write({FILE: edited(made)})):
        change()
        said.append(project.command("check", cwd=made.path).stdout)
    assert "captured fixture 'case-000' was never proven" in said[0]
    assert "captured fixture" not in said[1]
    assert "captured fixture 'case-000' was changed since it was proven" in said[2]


def edited(made):
    return (made.path / FILE).read_text().replace("May I return order 0?", "May I return it?")


def test_a_fixture_that_passes_on_both_does_not_separate_and_that_is_recorded(tmp_path, served):
    made = shop(tmp_path, served, changed={FILE: CASE.replace('"14 days"', '"days"')})
    ended = prove(made)
    assert ended.code == 1
    assert "It does not fail in most trials at before" in ended.stdout
    assert proven(made).separates is False
    assert len(served.seen) == 10
    assert "does not separate" in project.command("check", cwd=made.path).stdout


def flaky(asked):
    """With the rule it answers; without it every other seed guesses right."""
    right = project.GOOD_RULE in asked.prompt or asked.seed % 2
    return "Within 14 days [returns.md#1]." if right else "Within 30 days, I believe."


def test_a_failure_that_comes_every_other_time_is_no_proof(tmp_path):
    with modelserver.serve(flaky) as server:
        ended = prove(shop(tmp_path, server), "--repeats", "20")
    assert ended.code == 1
    assert "It does not separate the two revisions" in ended.stdout
    assert 20 <= len(server.seen) <= 40


def test_keys_go_to_the_bases_host_and_to_no_other(tmp_path, served):
    with modelserver.serve(project.obedient) as elsewhere:
        made = shop(tmp_path, served, key="HOUSE_KEY")
        made("checkout", "-q", "-b", "work")
        redirected = {"llmgate.yaml": project.config(elsewhere.url, key="HOUSE_KEY")}
        first = made.commit({**redirected, **GUESSING})
        second = made.commit({"prompts/support.jinja": project.prompt(project.GOOD_RULE + " Be kind.")})
        ended = prove(made, fails_at=first, passes_at=second, environment={"HOUSE_KEY": project.KEY})
    assert ended.code == 0, ended.stderr
    assert elsewhere.seen == []
    assert {asked.key for asked in served.seen} == {project.KEY}
    assert project.KEY not in ended.stdout + ended.stderr


def test_a_fixture_that_was_edited_during_the_run_is_left(tmp_path):
    with modelserver.serve(project.obedient, latency_s=0.3) as server:
        made = shop(tmp_path, server)
        run = started(made, tmp_path)
        wait_for(server, 1)
        made.write({FILE: edited(made)})
        told, noted = (text.decode() for text in run.communicate(timeout=30))
    assert run.returncode == 0
    assert "It separates" in told
    assert "fixtures/case-000.yaml was left as it is: it was edited during the run" in noted
    assert proven(made) is None


def test_an_interrupted_run_goes_on_where_it_ended_and_pays_only_what_is_missing(tmp_path):
    with modelserver.serve(project.obedient, latency_s=0.3) as server:
        made = shop(tmp_path, server)
        run = started(made, tmp_path)
        wait_for(server, 8)
        run.send_signal(signal.SIGINT)
        _, told = run.communicate(timeout=30)
        assert run.returncode == 130
        assert b"interrupted; finished calls are kept" in told
        assert proven(made) is None
        ended = prove(made, "--store", str(tmp_path / "store.sqlite"))
    lost = 6  # of the second round, in flight when the run was stopped
    assert ended.code == 0
    assert 16 <= len(server.seen) <= 16 + lost


def started(made, folder):
    program = Path(sys.executable).with_name("llmgate")
    words = ["prove", FILE, "--fails-at", "before", "--passes-at", "main", "--store", str(folder / "store.sqlite")]
    plain = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    return subprocess.Popen([program, *words], cwd=made.path, env=plain, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def wait_for(server, calls):
    deadline = time.monotonic() + 30
    while len(server.seen) < calls:
        assert time.monotonic() < deadline, "the run asks nobody"
        time.sleep(0.01)
