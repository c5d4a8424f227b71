"""`llmgate power`: what it tells of a suite and from where, its files, and that it asks nobody."""

import json
from xml.etree import ElementTree as ET

import pytest

from llmgate.errors import NotEvaluated
from tests import gitserver, modelserver, project
from tests.unit.cli import program

FIXTURES = 6
KIND = {"prompts/support.jinja": project.prompt(project.GOOD_RULE + " Be kind.")}


@pytest.fixture
def server():
    with modelserver.serve(project.obedient) as server:
        yield server


@pytest.fixture
def git(tmp_path, server):
    made = gitserver.init(tmp_path / "repository")
    made.commit(project.files(server.url, fixtures=FIXTURES, policy="  baseline: {samples: 5}\n"), "base")
    return made


def power(git, *arguments, environment=None):
    words = ["--store", git.path.parent / "store.sqlite", "--repository", git.path, "--repeats", "1", *arguments]
    return program.run("power", *words, environment={"COLUMNS": "100", **(environment or {})})


def test_without_outcomes_it_says_that_rates_are_assumed_and_asks_nobody(git, server, tmp_path):
    done = power(git, "--json", tmp_path / "p.json")
    assert done.exit_code == 0, done.exception
    assert "Pass rates are assumed, as nothing is stored" in " ".join(done.stdout.split())
    assert json.loads((tmp_path / "p.json").read_text())["known"] == 0
    assert server.connections == 0


def test_stored_outcomes_are_what_it_goes_by(git, tmp_path):
    stocked = program.run("baseline", "--store", tmp_path / "store.sqlite", "--repository", git.path)
    assert stocked.exit_code == 0
    done = power(git, "--json", tmp_path / "p.json")
    assert "Pass rates from 30 stored outcomes" in done.stdout
    told = json.loads((tmp_path / "p.json").read_text())
    assert (told["schema"], told["known"], told["outcomes"]) == ("llmgate.power/1", FIXTURES, 30)
    assert told["mean_rate"] > 0.95


def test_the_same_suite_is_told_in_the_same_bytes(git, tmp_path):
    for name in ("one", "other"):
        power(git, "--json", tmp_path / name, "--svg", tmp_path / f"{name}.svg")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "other.svg").read_bytes()


def test_the_worktree_is_looked_at_and_another_revision_where_it_is_named(git, tmp_path):
    (git.path / "fixtures" / "more.yaml").write_text(project.case(99))
    power(git, "--json", tmp_path / "tree.json")
    power(git, "--head", "main", "--json", tmp_path / "main.json")
    counts = [json.loads((tmp_path / name).read_text())["fixtures"] for name in ("tree.json", "main.json")]
    assert counts == [FIXTURES + 1, FIXTURES]


def test_with_a_base_only_what_the_change_replays_counts(git, tmp_path):
    git.commit(KIND, "kinder")
    done = power(git, "--base", "main~1", "--head", "main", "--json", tmp_path / "p.json")
    assert (done.exit_code, json.loads((tmp_path / "p.json").read_text())["fixtures"]) == (0, FIXTURES)
    nothing = power(git, "--base", "main", "--head", "main")
    assert isinstance(nothing.exception, NotEvaluated)
    assert "no fixture would be compared" in nothing.exception.message


def test_the_picture_is_well_formed_and_has_a_bar_for_each_break(git, tmp_path):
    power(git, "--svg", tmp_path / "p.svg")
    root = ET.fromstring((tmp_path / "p.svg").read_text())
    bars = [each for each in root.iter() if each.get("class") in ("b", "n")]
    assert len(bars) == 8
    assert "script" not in {each.tag.rpartition("}")[2] for each in root.iter()}


@pytest.mark.parametrize("width", [60, 100, 160])
def test_no_line_is_wider_than_the_screen_and_no_colour_is_written_to_a_file(git, width):
    done = power(git, environment={"COLUMNS": str(width), "NO_COLOR": "1"})
    assert max(map(len, done.stdout.splitlines())) <= max(width, 60)
    assert "\x1b" not in done.stdout
