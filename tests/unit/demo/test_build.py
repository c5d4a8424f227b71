import subprocess

import pytest

from llmgate import demo
from llmgate.errors import UsageError
from llmgate.git import Repository
from llmgate.verdict import Verdict

FILES = {
    "harmless": {"prompts/support.jinja", "prompts/partials/tone.jinja"},
    "regression": {"prompts/support.jinja"},
    "model": {"llmgate.yaml"},
}


def git(directory, *arguments):
    done = subprocess.run(["git", *arguments], cwd=directory, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    return tmp_path_factory.mktemp("demo") / "repository"


@pytest.fixture(scope="module")
def built(directory):
    return demo.build(directory)


def test_building_twice_gives_the_same_commits_whichever_head_is_checked_out(built, tmp_path):
    assert demo.build(tmp_path / "again") == built
    assert demo.build(tmp_path / "other", head="model") == built


def test_git_finds_nothing_wrong_and_nothing_changed(built, directory):
    assert git(directory, "fsck", "--strict") == ""
    assert git(directory, "status", "--porcelain") == ""


def test_the_asked_for_head_is_checked_out(built, directory, tmp_path):
    assert git(directory, "rev-parse", "--abbrev-ref", "HEAD") == "regression"
    demo.build(tmp_path / "model", head="model")
    assert "2026-06-01" in (tmp_path / "model" / "llmgate.yaml").read_text()


@pytest.mark.parametrize("name", demo.HEADS)
def test_a_head_is_one_commit_on_the_base_that_differs_in_the_files_meant(name, built, directory, tmp_path):
    history = Repository.open(directory, scratch=tmp_path / "scratch")
    assert history.parents(built.heads[name]) == (built.base,)
    assert {change.path for change in history.changed(built.base, built.heads[name])} == FILES[name]


def test_the_branches_are_main_and_the_heads(built, directory):
    branches = dict(
        line.split() for line in git(directory, "branch", "--format", "%(refname:short) %(objectname)").split("\n")
    )
    assert branches == {"main": built.base, **built.heads}


def test_a_head_says_what_it_does_and_what_to_expect():
    assert demo.HEADS["harmless"].verdict is Verdict.PASSED
    assert demo.HEADS["regression"].verdict is Verdict.REGRESSED
    assert demo.HEADS["regression"].broken == {"order-lookup", "refund-window-eu"}
    assert all(head.summary and "\n" not in head.summary for head in demo.HEADS.values())


def test_nothing_is_built_over_something_else(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match="not an empty folder"):
        demo.build(tmp_path)
