"""`llmgate gate` in a pseudo-terminal: what is drawn while it runs, what stays, and `--watch` for authors."""

import os
import re

import pytest

from llmgate.renderers import watched
from tests import gitserver, modelserver, project, terminals

WORSE = project.prompt("Answer at once.")
LATENCY_S = 0.15
ENVIRONMENT = {"HOUSE_KEY": project.KEY}


@pytest.fixture(scope="module")
def model():
    with modelserver.serve(project.obedient, latency_s=LATENCY_S) as server:
        yield server


@pytest.fixture(scope="module")
def regression(tmp_path_factory, model):
    """A repository with a pull request that breaks every fixture."""
    shop = project.Project.create(tmp_path_factory.mktemp("regression") / "shop", project.files(model.url, fixtures=4))
    shop.pull({"prompts/support.jinja": WORSE})
    return shop.origin


def gate(repository, folder, *arguments, **settings):
    words = ["gate", "--base", "main", "--head", f"pr-{project.NUMBER}", "--store", folder / "store.sqlite"]
    environment = {**ENVIRONMENT, **settings.pop("environment", {})}
    return terminals.running(*words, *arguments, cwd=repository.path, environment=environment, **settings)


@pytest.mark.parametrize(("columns", "environment"), [(40, {}), (80, {"NO_COLOR": "1"})])
def test_stage_evidence_and_money_are_drawn_as_wide_as_the_screen_and_gone_at_the_end(
    regression, tmp_path, columns, environment
):
    with gate(regression, tmp_path, columns=columns, environment=environment) as terminal:
        assert terminal.ended() == 1
    drawn = terminals.plain(terminal.written)
    for words in ("reading both revisions", "Screen: 4 fixtures", "Confirm, round", "evidence ", " of $5.00"):
        assert words in drawn
    shown = "\n".join(terminal.shown)
    assert shown.startswith("✗ llmgate: 4 fixtures broke")
    assert "Screen: 4 fixtures" not in shown
    assert terminals.widest(terminal.written.split("Reproduce:")[0]) <= columns
    assert bool(re.search(r"\x1b\[[0-9;]*(3[0-9]|9[0-9])m", terminal.written)) is not bool(environment)


@pytest.fixture(scope="module")
def paid(regression, tmp_path_factory):
    """A folder whose store has all that the gate asks, so that it is quick."""
    folder = tmp_path_factory.mktemp("paid")
    assert piped(regression, folder).stderr == ""
    return folder


def piped(repository, folder, *arguments, **environment):
    words = ["--base", "main", "--head", f"pr-{project.NUMBER}", "--store", folder / "store.sqlite", *arguments]
    ended = project.command("gate", *words, cwd=repository.path, environment={**ENVIRONMENT, **environment})
    assert ended.code == 1
    return ended


def test_a_dumb_terminal_has_lines_and_no_escape_codes(regression, paid):
    with gate(regression, paid, environment={"TERM": "dumb"}) as terminal:
        terminal.ended()
    assert "\x1b" not in terminal.written
    assert "llmgate: screen: 80 trials of 4 fixtures" in terminal.written


def test_a_job_has_one_line_for_each_stage_and_no_escape_code(regression, paid):
    ended = piped(regression, paid, CI="true")
    assert "\x1b" not in ended.stdout + ended.stderr
    assert ended.stderr == "llmgate: screen: 80 trials of 4 fixtures\nllmgate: confirm: 8 trials of 4 fixtures\n"


def test_colours_can_be_forced_in_a_pipe_and_quiet_leaves_one_line(regression, paid):
    ended = piped(regression, paid, "--quiet", CI="true", FORCE_COLOR="1")
    assert ended.stderr == ""
    assert terminals.plain(ended.stdout).splitlines() == ["✗ llmgate: 4 fixtures broke, merge blocked"]
    assert "\x1b[1;31m" in ended.stdout


def test_ctrl_c_ends_a_run_with_130_and_leaves_nothing_drawn(regression, tmp_path):
    with gate(regression, tmp_path) as terminal:
        terminal.wait_for("Screen: 4 fixtures")
        terminal.type("\x03")
        assert terminal.ended() == 130
    assert not any("Screen" in line for line in terminal.shown)
    assert "interrupted; finished calls are kept" in terminal.written


class Shop:
    """A repository whose two targets have a prompt of their own, with an author who saves files in it."""

    def __init__(self, folder, origin, policy=""):
        extra = "targets:\n  support: {kind: prompt, prompt: prompts/support.jinja, model: answerer}\n"
        extra += "  returns: {kind: prompt, prompt: prompts/returns.jinja, model: answerer}\n"
        config = project.config(origin, policy=policy)
        start, end = config.index("targets:"), config.index("suite:")
        files = {
            "llmgate.yaml": config[:start] + extra + config[end:],
            "prompts/support.jinja": project.prompt(),
            "prompts/returns.jinja": project.prompt(),
            "fixtures/case-000.yaml": project.case(0),
            "fixtures/case-001.yaml": project.case(1).replace("target: support", "target: returns"),
        }
        self.git = gitserver.init(folder / "shop")
        self.git.commit(files, "base")
        self.store = folder / "store.sqlite"

    def watch(self, *arguments, **settings):
        words = ["gate", "--watch", "--base", "main", "--store", self.store, *arguments]
        environment = {**ENVIRONMENT, "NO_COLOR": "1"}
        return terminals.running(*words, cwd=self.git.path, environment=environment, **settings)

    def save(self, path, text):
        (self.git.path / path).write_text(text)


def test_a_watch_reruns_what_a_save_affects_and_nothing_else(tmp_path, model):
    """One session, in the order in which an author works; each step waits for what it is told."""
    shop = Shop(tmp_path, model.url)
    asked = len(model.seen)
    with shop.watch() as terminal:
        at = terminal.wait_for("no fixture is affected")
        at = terminal.wait_for("waiting for a save", after=at)

        shop.save("prompts/support.jinja", WORSE)
        at = terminal.wait_for("saved prompts/support.jinja", after=at)
        at = terminal.wait_for("case-000  passes on the base → fails", after=at)
        at = terminal.wait_for("Within [-14 days [returns.md#1]-]{+30 days, I believe+}.", after=at)
        at = terminal.wait_for("2 calls", after=at)
        at = terminal.wait_for(watched.NO_VERDICT, after=at)

        shop.save("fixtures/case-001.yaml", "id: case-001\nassert: [\n")
        at = terminal.wait_for("fixtures/case-001.yaml:3: not YAML", after=at)
        mended = project.case(1).replace("target: support", "target: returns")
        shop.save("fixtures/case-001.yaml", mended)
        at = terminal.wait_for("saved fixtures/case-001.yaml", after=at)
        at = terminal.wait_for("still fail, with the same answer: case-000", after=at)
        at = terminal.wait_for("0 calls, 1 answer reused", after=at)

        shop.save("prompts/support.jinja", project.prompt())
        at = terminal.wait_for("case-000  fails → passes", after=at)
        at = terminal.wait_for("0 calls, 1 answer reused", after=at)
        shop.save("prompts/support.jinja", project.prompt("Answer slowly."))
        at = terminal.wait_for("case-000  passes → fails", after=at)
        at = terminal.wait_for("1 call,", after=at)
        terminal.wait_for(watched.NO_VERDICT, after=at)

        terminal.type("\x03")
        assert terminal.ended() == 0
    assert "nothing that it showed is a verdict" in terminal.written
    assert "case-001  " not in terminal.written
    assert not re.search(r"no regression|merge blocked", terminal.written)
    assert len(model.seen) - asked == 3


def test_a_watch_of_one_fixture_shows_that_one(tmp_path, model):
    shop = Shop(tmp_path, model.url)
    with shop.watch("--fixture", "case-001") as terminal:
        at = terminal.wait_for("case-001  passes")
        shop.save("prompts/support.jinja", WORSE)
        terminal.wait_for("no fixture is affected", after=at)
    assert "case-000" not in terminal.written


@pytest.mark.parametrize(
    ("answer", "ends"), [("n\r", "the budget of this session is used up"), ("\x03", "the watch ended"), ("y\r", "")]
)
def test_the_budget_holds_over_a_watch_and_is_asked_anew(tmp_path, model, answer, ends):
    shop = Shop(tmp_path, model.url, policy="  budget: {calls: 2}\n")
    with shop.watch() as terminal:
        at = terminal.wait_for("no fixture is affected")
        shop.save("prompts/support.jinja", WORSE)
        at = terminal.wait_for(watched.NO_VERDICT, after=at)
        shop.save("prompts/support.jinja", project.prompt("Answer slowly."))
        at = terminal.wait_for("Allow as much again? [y/N]: ", after=at)
        terminal.type(answer)
        if ends:
            assert terminal.ended() == 0
            terminal.wait_for(f"{ends}; nothing that it showed is a verdict", after=at)
        else:
            terminal.wait_for("1 of 2 calls", after=at)


def test_a_watch_without_a_key_is_not_evaluated(tmp_path):
    shop = Shop(tmp_path, "https://model.example")
    config = (shop.git.path / "llmgate.yaml").read_text()
    shop.git.commit({"llmgate.yaml": config.replace('host: "https', 'key: NO_SUCH_KEY, host: "https')}, "key")
    shop.save("prompts/support.jinja", WORSE)
    ended = project.command("gate", "--watch", "--base", "main", cwd=shop.git.path, environment={})
    assert ended.code == 3
    assert "NO_SUCH_KEY" in ended.stderr


def test_the_demo_shows_the_report_on_a_terminal(tmp_path):
    with terminals.running("demo", "--head", "harmless", "--store", tmp_path / "s", cwd=tmp_path) as terminal:
        assert terminal.ended() == 0
    assert "Screen: 24 fixtures" in terminal.written
    shown = [line for line in terminal.shown if line.strip()]
    assert shown[0].startswith("✓ llmgate: no regression")
    assert os.linesep.join(shown).count("## ") == 0
