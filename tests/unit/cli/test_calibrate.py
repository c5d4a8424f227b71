"""`llmgate calibrate`: gates against themselves, what is counted and paid, and when it tells nothing."""

import contextlib
import itertools
import json
import sqlite3

import pytest

from llmgate.errors import NotEvaluated, UsageError
from tests import gitserver, modelserver, project
from tests.unit.cli import program

FIXTURES = 4


class Suite:
    """A repository whose model answers as it is told, and its store."""

    def __init__(self, folder, server, policy="  screen: 2\n"):
        self.server, self.store, self.json = server, folder / "store.sqlite", folder / "told.json"
        self.git = gitserver.init(folder / "repository")
        self.git.commit(project.files(server.url, fixtures=FIXTURES, policy=policy), "base")

    def run(self, *arguments):
        words = ["--store", self.store, "--repository", self.git.path, "--resamples", "20", "--json", self.json]
        return program.run("calibrate", *words, *arguments)

    @property
    def told(self):
        return json.loads(self.json.read_text())

    def rows(self, query):
        with contextlib.closing(sqlite3.connect(self.store)) as connection:
            return connection.execute(query).fetchall()


@pytest.fixture
def suite(tmp_path):
    with contextlib.ExitStack() as stack:

        def make(answer=project.obedient, **settings):
            return Suite(tmp_path, stack.enter_context(modelserver.serve(answer)), **settings)

        yield make


def every(count):
    """Fail every so-manieth call about order 0, whatever the arm."""
    calls = itertools.count(1)

    def answer(asked):
        return "No." if "order 0?" in asked.prompt and not next(calls) % count else project.obedient(asked)

    return answer


def test_gates_against_itself_are_real_counted_and_recorded(suite):
    made = suite()
    done = made.run("--repeats", "2")
    assert done.exit_code == 0, done.exception
    assert (made.told["real"]["gates"], made.told["real"]["blocked"], made.told["record"]["gates"]) == (2, 0, 2)
    # the first screens both arms, 2 of each of 4 fixtures; the second has too few stored outcomes for less
    assert made.told["calls"] == made.told["trials"] == len(made.server.seen) == 32


def test_no_call_serves_two_gates_and_a_later_run_adds_to_the_record(suite):
    made = suite()
    made.run("--repeats", "1")
    made.run("--repeats", "2")
    assert (made.told["real"]["gates"], made.told["record"]["gates"], made.told["reused"]) == (2, 3, 0)
    experiments = {name for (name,) in made.rows("SELECT DISTINCT experiment FROM call")}
    assert len(experiments) == 3
    assert made.rows("SELECT count(*) FROM call") == [(len(made.server.seen),)]


def test_a_gate_that_the_budget_stops_is_not_counted_and_the_next_run_goes_on_with_it(suite):
    made = suite()
    first = made.run("--repeats", "1", "--max-calls", "5")
    assert isinstance(first.exception, NotEvaluated)
    assert "the budget of 5 calls is used up" in first.exception.message
    second = made.run("--repeats", "1")
    assert (second.exit_code, made.told["calls"], made.told["reused"]) == (0, 11, 5)
    assert made.told["record"]["gates"] == 1


def test_what_the_calls_allow_of_several_gates_is_told_and_the_rest_is_named(suite):
    made = suite()
    done = made.run("--repeats", "5", "--max-calls", "20")
    assert (done.exit_code, made.told["real"]["gates"]) == (0, 1)
    assert "the last gate did not end: the budget of 4 calls is used up" in done.stdout


def test_more_errors_than_allowed_tell_nothing_and_record_nothing(suite):
    with modelserver.serve(project.obedient, plan=[modelserver.status(400)] * 400) as server:
        made = suite()
        made.git.commit({"llmgate.yaml": project.config(server.url)}, "broken")
        done = made.run()
    assert isinstance(done.exception, NotEvaluated)
    assert "gave no usable answer" in done.exception.message
    assert made.rows("SELECT count(*) FROM judged") == [(0,)]


def test_a_fixture_that_flakes_is_named_with_its_exact_interval(suite):
    made = suite(every(3), policy="  screen: 8\n")
    made.run("--repeats", "2")
    worst, *others = made.told["flakes"]
    assert (worst["fixture"], worst["kind"]) == ("case-000", "coin flip")
    assert worst["interval"][0] < worst["failed"] / worst["trials"] < worst["interval"][1]
    assert {one["kind"] for one in others} == {"never failed"}


def test_the_advice_has_figures_and_says_what_to_do(suite):
    made = suite(every(3), policy="  screen: 8\n")
    text = " ".join(made.run("--repeats", "2").stdout.split())
    for said in (
        "3 fixtures never fail in",
        "of the calls. Keep those",
        "1 fixture is a coin flip (case-000)",
        "of harmless changes pass",
        "Resampled from these trials, without a call",
    ):
        assert said in text
    assert "`screen: 2` would cost" not in text


def test_another_suite_begins_another_record(suite):
    made = suite()
    made.run("--repeats", "1")
    made.git.commit({"README.md": "Another word.\n"}, "no other suite")
    made.run("--repeats", "1")
    assert made.told["record"]["gates"] == 2
    made.git.commit({"fixtures/new.yaml": project.case(9)}, "another suite")
    made.run("--repeats", "1")
    assert made.told["record"]["gates"] == 1


def test_a_gate_of_a_change_tells_of_the_record(suite):
    made = suite()
    made.run("--repeats", "2")
    made.git("checkout", "-q", "-b", "pr")
    kind = {"prompts/support.jinja": project.prompt(project.GOOD_RULE + " Be kind.")}
    made.git.commit(kind, "kinder")
    report = made.json.with_name("report.json")
    words = ["--base", "main", "--head", "pr", "--store", made.store, "--repository", made.git.path, "--json", report]
    done = program.run("gate", *words, "--no-publish")
    assert json.loads(report.read_text())["calibrated"] == {"gates": 2, "blocked": 0, "flagged": 0}
    assert "2 A/A runs of this suite, 0 blocked." in " ".join(done.stdout.split())


def test_a_revision_that_is_not_on_the_default_branch_is_refused(suite):
    made = suite()
    made.git("checkout", "-q", "-b", "pr")
    made.git.commit({"README.md": "Mine.\n"}, "change")
    done = made.run("--at", "pr")
    assert isinstance(done.exception, UsageError)
    assert made.server.seen == []
