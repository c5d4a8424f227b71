"""`llmgate changes` counts in words that fit the number."""

import re

import pytest

from tests import gitserver, project
from tests.unit.cli import program


@pytest.fixture
def told(tmp_path):
    def changes(changed):
        shop = project.Project.create(tmp_path / "repository", project.files("http://127.0.0.1:9", fixtures=1))
        shop.pull(changed)
        done = program.run("changes", "--repository", shop.origin.path, "--base", "main", "--head", "pr-7")
        assert done.exit_code == 0
        return done.output

    return changes


def test_one_place_is_a_place(told):
    assert "  1 place, +" in told({"prompts/support.jinja": project.prompt("Be brief.")})


def test_one_file_differs(told):
    assert "Of 4 files, 1 differs; it does not matter to a model." in told({"README.md": "A better shop.\n"})


def test_what_was_compared_is_told(told):
    said = told({"README.md": "A better shop.\n"}).splitlines()[-1]
    assert re.fullmatch(r"Compared: [0-9a-f]{12} with [0-9a-f]{12}\.", said)


def test_two_files_differ(told):
    changed = {"README.md": "A better shop.\n", "LICENSE": "MIT\n"}
    assert "Of 5 files, 2 differ; none of them matters to a model." in told(changed)


def test_a_path_that_a_pattern_covers_is_not_looked_for_twice(told):
    text = told({"README.md": "A better shop.\n"})
    assert "Looked for: fixtures/**/*.yaml, llmgate.yaml, prompts/**; models, retrieval are found by name" in text


@pytest.mark.parametrize("name", ["changes", "check", "gate"])
def test_the_help_tells_the_defaults_and_what_the_repository_is(name):
    text = " ".join(program.run(name, "--help").output.split())
    assert "A folder of the repository (default: the current one)." in text
    assert "(default: the worktree as it is)" in text
    assert name == "check" or "(default: the merge base with the default branch)" in text


def test_the_help_of_the_gate_tells_the_exit_codes():
    text = program.run("gate", "--help").output
    assert all(f"{code} " in text.partition("Exit codes:")[2] for code in (0, 1, 2, 3, 130))


def test_a_clone_whose_default_branch_has_another_name_is_told_to_name_the_base(tmp_path):
    repository = gitserver.init(tmp_path / "repository")
    repository.commit({"README.md": "A shop.\n"}, "base")
    repository("branch", "-m", "develop")
    done = program.run("changes", "--repository", repository.path)
    assert "the default branch is not known" in done.exception.message
    assert "--base" in done.exception.remedy
