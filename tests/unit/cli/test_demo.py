"""What `llmgate demo` prints can be run as it stands."""

import re
import shlex

import pytest

from llmgate.errors import UsageError
from tests.unit.cli import program


@pytest.fixture
def demo(tmp_path):
    def run(*arguments):
        return program.run("demo", "--head", "harmless", "--store", tmp_path / "store.sqlite", *arguments)

    return run


def test_the_command_in_its_comment_runs_and_says_the_same(demo, tmp_path):
    first = demo()
    (block,) = re.findall(r"```sh\n(.*?)\n```", first.stdout, re.DOTALL)
    name, command, *arguments = shlex.split(block)
    again = program.run(command, *arguments, environment={"XDG_CACHE_HOME": str(tmp_path / "cache")})
    assert name == "llmgate"
    assert (again.exit_code, again.stdout.splitlines()[2]) == (first.exit_code, first.stdout.splitlines()[2])


def test_what_it_says_of_the_kept_repository_is_so(demo, tmp_path):
    folder = tmp_path / "kept" / "here"
    done = demo("--keep", folder)
    assert "`llmgate check` and `llmgate changes --base main` do" in done.stderr
    assert program.run("check", "--repository", folder).exit_code == 0
    changes = program.run("changes", "--repository", folder, "--base", "main")
    assert (changes.exit_code, "prompts/support.jinja" in changes.output) == (0, True)


@pytest.mark.parametrize("place", ["file/folder", "/proc/folder", "full"])
def test_a_folder_that_cannot_be_had_is_wrong_usage(demo, tmp_path, place):
    (tmp_path / "file").write_text("")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_text("")
    done = demo("--keep", tmp_path / place)
    assert isinstance(done.exception, UsageError)
    assert "folder" in str(done.exception)


def test_the_page_of_the_demo_shows_its_trials_and_the_report_of_it_too(demo, tmp_path):
    files = ("--json", tmp_path / "report.json", "--html", tmp_path / "page.html")
    demo(*files)
    program.run(
        "report", tmp_path / "report.json", "--store", tmp_path / "store.sqlite", "--html", tmp_path / "again.html"
    )
    for name in ("page.html", "again.html"):
        written = (tmp_path / name).read_text(encoding="utf-8")
        assert '"id":"refund-window-eu"' in written
        assert "within 14 days" in written
