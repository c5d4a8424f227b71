"""`llmgate prove`: what it runs, under whose policy, and what it refuses before any call."""

import pytest

from llmgate import documents, fixture
from llmgate.errors import NotEvaluated, UsageError
from tests import gitserver, modelserver, project
from tests.unit.cli import program

FILE = "fixtures/case-000.yaml"
CASE = project.case(0, extra="origin: {kind: production}\nhypothesis: {statement: it guesses}\n")
GUESSING = {"prompts/support.jinja": project.prompt("Be brief.")}


@pytest.fixture
def served():
    with modelserver.serve(project.obedient) as server:
        yield server


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """Make a repository whose first commit guesses and whose second has the rule, and stand in it."""

    def make(server, **settings):
        made = gitserver.init(tmp_path / "repository")
        files = {**project.files(server.url, fixtures=1, **settings), FILE: CASE}
        made.commit({**files, **GUESSING}, "guesses")
        made("tag", "before")
        made.commit(files, "answers")
        monkeypatch.chdir(made.path)
        return made

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return make


def prove(*arguments, fails_at="before", passes_at="main", named=FILE):
    return program.run("prove", named, "--fails-at", fails_at, "--passes-at", passes_at, *arguments)


def proven(made):
    (found,), _ = fixture.parse(documents.read(FILE, (made.path / FILE).read_bytes()))
    return found.proven


def test_no_record_writes_nothing(shop, served):
    made = shop(served)
    assert prove("--no-record").exit_code == 0
    assert made("status", "--porcelain") == ""


def test_the_worktrees_form_of_the_fixture_runs_on_both_revisions(shop, served):
    shop(served).write({FILE: CASE.replace("order 0?", "a lamp?")})
    assert prove(named="case-000").exit_code == 0
    assert {"a lamp?" in asked.prompt for asked in served.seen} == {True}


def test_the_base_can_be_named(shop, served):
    with modelserver.serve(project.obedient) as older:
        shop(older).commit({"llmgate.yaml": project.config(served.url)})
        assert prove("--base", "main~1").exit_code == 0
    assert (len(older.seen), len(served.seen)) == (16, 0)


def test_alpha_is_that_of_the_base(shop, served):
    made = shop(served, policy="  alpha: 0.001\n")
    made.write({"llmgate.yaml": project.config(served.url)})
    done = prove()
    assert "alpha 0.001" in done.output
    assert len(served.seen) == 18  # at worst 1/10 against 9/10: p = 0.00055


def test_a_revision_from_before_there_was_a_configuration_is_read_by_the_bases(shop, served):
    made = shop(served)
    made("checkout", "-q", "before")
    made("rm", "-q", "llmgate.yaml")
    older = made.commit({}, "as it was then")
    made("checkout", "-q", "main")
    done = prove(fails_at=older)
    assert done.exit_code == 0
    assert f"note: there is no llmgate.yaml at {older[:12]}" in done.output


def test_a_base_without_a_configuration_is_not_evaluated(shop, served):
    made = shop(served)
    made("rm", "-q", "llmgate.yaml")
    bare = made.commit({}, "without")
    made.commit({"llmgate.yaml": project.config(served.url)})
    done = prove("--base", bare)
    assert isinstance(done.exception, NotEvaluated)
    assert "there is no llmgate.yaml on the base" in done.exception.message
    assert served.seen == []


def test_revisions_that_send_the_same_bytes_cost_no_call(shop, served):
    made = shop(served)
    made.commit({"README.md": "Another.\n"})
    done = prove(fails_at="main~1")
    assert (done.exit_code, served.seen) == (1, [])
    assert "send the model the same bytes" in done.output
    assert proven(made) is None


@pytest.mark.parametrize(
    ("changed", "arguments", "message"),
    [
        ({}, ["--repeats", "2"], "2 repeats on each revision prove nothing"),
        ({}, ["--passes-at", "nowhere"], "'nowhere' is no commit of this repository"),
        ({FILE: CASE.split("assert:", maxsplit=1)[0] + "draft: true\nassert: []\n"}, [], "has no assertion"),
        ({FILE: CASE.split("assert:", maxsplit=1)[0]}, [], "fixtures/case-000.yaml:1: 'assert'"),
        ({FILE: CASE + "completeness: {depends_on: [memory]}\n"}, [], "is incomplete, and so never runs: it depends"),
        ({FILE: CASE.replace("question:", "words:")}, [], "does not fit before"),
        ({FILE: CASE.replace("target: support", "target: none")}, [], "there is no target 'none'"),
    ],
)
def test_what_cannot_be_proven_is_a_usage_error_that_costs_no_call(shop, served, changed, arguments, message):
    shop(served).write(changed)
    done = prove(*arguments)
    assert isinstance(done.exception, UsageError)
    assert message in str(done.exception)
    assert served.seen == []


@pytest.mark.parametrize("repeats", ["1", "201"])
def test_repeats_have_bounds(shop, served, repeats):
    shop(served)
    assert f"{repeats} is not in the range 2<=x<=200" in str(prove("--repeats", repeats).exception)


def test_a_provider_that_is_down_is_not_evaluated_and_not_recorded(shop):
    with modelserver.serve(plan=lambda _asked: modelserver.status(400)) as server:
        made = shop(server)
        done = prove()
    assert isinstance(done.exception, NotEvaluated)
    assert "trials gave no usable answer; at most 1 of 10 on a revision may be" in done.exception.message
    assert proven(made) is None


def test_a_missing_key_is_not_evaluated(shop, served):
    shop(served, key="HOUSE_KEY")
    done = prove()
    assert isinstance(done.exception, NotEvaluated)
    assert "HOUSE_KEY is not set" in done.exception.message
    assert served.seen == []
