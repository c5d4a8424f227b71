"""What a watch refuses, and when it sees a save."""

import pytest

from llmgate import git
from llmgate.cli import watching
from llmgate.errors import UsageError
from tests import gitserver


@pytest.mark.parametrize("name", ["head", "json_path", "sarif_path", "traces", "base_url"])
def test_what_a_watch_has_no_use_for_is_refused(name):
    option = name.removesuffix("_path").replace("_", "-")
    with pytest.raises(UsageError, match=f"--watch does not go with --{option}:"):
        watching.refuse(**{"head": None, "base_url": (), name: "given"})


def test_nothing_is_refused_that_was_not_given():
    watching.refuse(head=None, json_path=None, base_url=())


class Author:
    """Somebody who does one thing in each pause between two looks."""

    def __init__(self, folder, *steps):
        self.git = gitserver.init(folder / "work")
        self.git.commit({"a.md": "1", "b.md": "1"})
        self.steps = iter(steps)
        self.pauses = 0
        history = git.Repository.open(self.git.path, scratch=folder / "side")
        self.saves = watching.Saves(history, sleep=self.pause)
        self.saves.wait()

    def pause(self, _):
        self.pauses += 1
        if step := next(self.steps):
            step(self.git.path)


def writes(path, text):
    return lambda folder: (folder / path).write_text(text)


def test_at_first_the_worktree_is_taken_as_it_is(tmp_path):
    author = Author(tmp_path)
    assert (author.pauses, author.saves.paths) == (0, ())


def test_a_save_is_seen_once_nothing_changes_any_more(tmp_path):
    half, whole, other = writes("a.md", "2"), writes("a.md", "22"), writes("b.md", "333")
    author = Author(tmp_path, None, half, whole, other, None, None)
    author.saves.wait()
    assert (author.pauses, author.saves.paths) == (5, ("a.md", "b.md"))


def test_a_new_file_is_a_save_and_so_is_a_removed_one(tmp_path):
    author = Author(tmp_path, writes("c.md", "1"), None, lambda folder: (folder / "b.md").unlink(), None)
    author.saves.wait()
    assert author.saves.paths == ("c.md",)
    author.saves.wait()
    assert author.saves.paths == ("b.md",)


def test_what_was_undone_before_it_was_settled_is_no_save(tmp_path):
    author = Author(tmp_path, writes("a.md", "22"), writes("a.md", "1"), None, writes("b.md", "22"), None)
    author.saves.wait()
    assert author.saves.paths == ("b.md",)


def test_a_worktree_that_cannot_be_read_is_told_once_and_looked_at_again(tmp_path, capsys):
    def hide(folder):
        (folder / ".git/index").rename(folder / ".git/kept")
        (folder / ".git/index").write_bytes(b"DIRC sdir broken")

    def mend(folder):
        (folder / ".git/kept").rename(folder / ".git/index")

    author = Author(tmp_path, hide, None, mend, writes("a.md", "22"), None)
    author.saves.wait()
    assert author.saves.paths == ("a.md",)
    assert capsys.readouterr().err.count("the worktree cannot be read") == 1
