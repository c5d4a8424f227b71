"""The worktree as a commit: what is in it, and that the workspace does not notice."""

import os

import pygit2
import pytest

from llmgate import git
from llmgate.errors import NotEvaluated, UsageError
from llmgate.git import Kind
from tests import gitserver

FILES = {"prompts/a.md": "one", "prompts/deep/b.md": "two", "run.sh": "#!/bin/sh\n"}


@pytest.fixture
def work(tmp_path):
    return gitserver.init(tmp_path / "work")


@pytest.fixture
def repository(work, tmp_path):
    work.commit(FILES)
    return git.Repository.open(work.path, scratch=tmp_path / "scratch")


def changes(repository):
    found = repository.changed(repository.resolve("HEAD"), repository.snapshot())
    return {change.path: (change.base is not None, change.head is not None) for change in found}


def test_a_clean_worktree_is_a_commit_without_changes_on_top_of_head(repository):
    snapshot = repository.snapshot()
    assert repository.parents(snapshot) == (repository.resolve("HEAD"),)
    assert changes(repository) == {}


def test_edited_new_and_deleted_files_are_seen_staged_or_not(work, repository):
    work.write({"prompts/a.md": "edited", "staged": "staged", "new/file": "new"})
    work("add", "staged")
    (work.path / "run.sh").unlink()
    assert changes(repository) == {
        "new/file": (False, True),
        "prompts/a.md": (True, True),
        "run.sh": (True, False),
        "staged": (False, True),
    }
    assert repository.read(repository.snapshot(), "new/file") == b"new"


def test_the_worktree_counts_and_not_the_index(work, repository):
    work.write({"run.sh": "staged"})
    work("add", "run.sh")
    work.write({"run.sh": "in the worktree"})
    assert repository.read(repository.snapshot(), "run.sh") == b"in the worktree"


def test_a_file_removed_from_the_index_only_is_still_there(work, repository):
    work("rm", "--quiet", "--cached", "run.sh")
    assert changes(repository) == {}


def test_ignored_files_stay_out_unless_they_are_tracked(work, repository):
    work.write({".gitignore": "*.log\n/private/\n", "a.log": "a", "private/key": "k", "kept.log": "kept"})
    work("add", "--force", "kept.log")
    work.write(
        {".git/info/exclude": "excluded\n", "excluded": "e", "prompts/.gitignore": "*.tmp\n", "prompts/x.tmp": "x"}
    )
    assert sorted(changes(repository)) == [".gitignore", "kept.log", "prompts/.gitignore"]


def test_the_executable_bit_is_kept(work, repository):
    (work.path / "run.sh").chmod(0o755)
    assert repository.tree(repository.snapshot())["run.sh"].mode == 0o100755


def test_a_symbolic_link_stays_one(work, repository):
    (work.path / "link").symlink_to("/proc/self/environ")
    (work.path / "run.sh").unlink()
    (work.path / "run.sh").symlink_to("prompts/a.md")
    tree = repository.tree(repository.snapshot())
    assert (tree["link"].kind, tree["run.sh"].kind) == (Kind.SYMLINK, Kind.SYMLINK)


def test_a_folder_replaced_by_a_link_is_not_entered(work, repository, tmp_path):
    (work.path / "prompts").rename(tmp_path / "elsewhere")
    (work.path / "prompts").symlink_to(tmp_path / "elsewhere")
    assert changes(repository) == {
        "prompts": (False, True),
        "prompts/a.md": (True, False),
        "prompts/deep/b.md": (True, False),
    }


def test_line_ends_are_kept_as_git_would_commit_them(work, repository):
    work.write({".gitattributes": "*.txt text eol=crlf\n", "a.txt": "one\r\ntwo\r\n", "b.bin": "one\r\n"})
    snapshot = repository.snapshot()
    assert repository.read(snapshot, "a.txt") == b"one\ntwo\n"
    assert repository.read(snapshot, "b.bin") == b"one\r\n"


def test_the_same_files_give_the_same_commit(work, repository, tmp_path):
    work.write({"new": "new"})
    first = repository.snapshot()
    os.utime(work.path / "new", (1, 1))
    other = git.Repository.open(work.path, scratch=tmp_path / "other")
    assert repository.snapshot() == other.snapshot() == first


def test_the_snapshot_is_what_git_would_commit(work, repository):
    work.write({"prompts/a.md": "edited", "new/file": "new"})
    snapshot = repository.snapshot()
    work.commit()
    assert repository.changed(snapshot, work("rev-parse", "HEAD")) == ()


def test_an_edit_of_the_same_length_in_the_same_tick_of_the_clock_is_seen(work, repository):
    """The index says that the file is unchanged since; only that the index is as old as the file tells otherwise."""
    index = pygit2.Repository(str(work.path)).index
    for number in range(100):
        work.write({"run.sh": f"{number:04}a"})
        index.add("run.sh")
        index.write()
        work.write({"run.sh": f"{number:04}b"})
        assert repository.read(repository.snapshot(), "run.sh") == b"%04db" % number


def test_a_snapshot_follows_the_worktree(work, repository):
    work.write({"new": "1"})
    first = repository.snapshot()
    (work.path / "new").unlink()
    assert "new" in repository.tree(first)
    assert "new" not in repository.tree(repository.snapshot())


def test_neither_index_nor_objects_nor_references_nor_files_change(work, repository):
    work.write({"new": "new", "run.sh": "edited"})
    work("add", "new")
    with gitserver.untouched(work.path):
        repository.snapshot()


def test_a_snapshot_before_the_first_commit_has_no_parent(work, tmp_path):
    work.write(FILES)
    repository = git.Repository.open(work.path, scratch=tmp_path / "scratch")
    snapshot = repository.snapshot()
    assert (repository.parents(snapshot), list(repository.tree(snapshot))) == ((), sorted(FILES))


@pytest.mark.parametrize("options", [["--split-index"], ["--index-version", "4"], ["--untracked-cache"]])
def test_unusual_indexes_are_understood(work, repository, options):
    work("update-index", *options)
    work.write({"run.sh": "edited"})
    with gitserver.untouched(work.path):
        assert changes(repository) == {"run.sh": (True, True)}


def test_files_left_out_by_a_sparse_checkout_are_not_deleted(work, repository):
    work.commit({"other/x": "x", "other/deep/y": "y"})
    work("sparse-checkout", "set", "--cone", "--no-sparse-index", "prompts")
    work.write({"prompts/a.md": "edited"})
    assert not (work.path / "other").exists()
    assert changes(repository) == {"prompts/a.md": (True, True)}


def test_a_file_left_out_by_a_sparse_checkout_but_written_again_counts(work, repository):
    work.commit({"other/x": "x"})
    work("sparse-checkout", "set", "--cone", "--no-sparse-index", "prompts")
    work.write({"other/x": "by hand"})
    assert changes(repository) == {"other/x": (True, True)}


def test_a_sparse_clone_without_the_other_files_objects_is_snapshotted(work, tmp_path):
    work.commit(FILES | {"other/x": "x"})
    clone = gitserver.clone(f"file://{work.path}", tmp_path / "clone", "--filter=blob:none", "--sparse")
    clone("sparse-checkout", "set", "--no-sparse-index", "prompts")
    clone.write({"prompts/a.md": "edited"})
    assert changes(git.Repository.open(clone.path, scratch=tmp_path / "scratch")) == {"prompts/a.md": (True, True)}


def test_a_sparse_index_is_refused_with_the_command_that_expands_it(work, repository):
    work.commit({"other/x": "x"})
    work("sparse-checkout", "set", "--cone", "--sparse-index", "prompts")
    with pytest.raises(NotEvaluated, match="cannot be read") as caught:
        repository.snapshot()
    assert "--no-sparse-index" in caught.value.remedy
    work("sparse-checkout", "reapply", "--no-sparse-index")
    assert changes(repository) == {}


def test_a_missing_index_means_every_file_is_read(work, repository):
    (work.path / ".git" / "index").unlink()
    work.write({"run.sh": "edited"})
    assert changes(repository) == {"run.sh": (True, True)}


def test_a_merge_in_conflict_is_not_evaluated(work, repository):
    work("switch", "--quiet", "--create", "topic")
    work.commit({"run.sh": "topic"})
    work("switch", "--quiet", "main")
    work.commit({"run.sh": "main"})
    with pytest.raises(AssertionError):
        work("merge", "topic")
    with pytest.raises(NotEvaluated, match="conflict"):
        repository.snapshot()


def test_a_linked_worktree_is_snapshotted_by_its_own_index(work, repository, tmp_path):
    work("worktree", "add", "--quiet", tmp_path / "linked")
    linked = gitserver.Checkout(tmp_path / "linked")
    linked.write({"l": "l"})
    with gitserver.untouched(work.path, linked.path):
        assert list(changes(git.Repository.open(linked.path, scratch=tmp_path / "other"))) == ["l"]


def test_a_submodule_stays_at_its_commit_and_its_files_stay_out(work, repository, tmp_path):
    inner = gitserver.init(tmp_path / "inner")
    commit = inner.commit({"i": "i"})
    work("submodule", "--quiet", "add", inner.path, "vendor")
    work.commit()
    work.write({"vendor/untracked": "u"})
    tree = repository.tree(repository.snapshot())
    assert (tree["vendor"].kind, tree["vendor"].oid) == (Kind.SUBMODULE, commit)
    assert "vendor/untracked" not in tree


def test_a_bare_repository_has_no_worktree(work, repository, tmp_path):
    bare = gitserver.clone(work.path, tmp_path / "bare.git", "--bare")
    with pytest.raises(UsageError, match="bare"):
        git.Repository.open(bare.path, scratch=tmp_path / "other").snapshot()


def test_the_users_own_git_configuration_is_not_read(work, tmp_path):
    (tmp_path / ".gitconfig").write_text("[core]\n\tautocrlf = true\n[user\n")
    pygit2.settings.search_path[pygit2.enums.ConfigLevel.GLOBAL] = str(tmp_path)
    work.commit({"a.txt": "one\r\n"})
    repository = git.Repository.open(work.path, scratch=tmp_path / "scratch")
    assert repository.read(repository.snapshot(), "a.txt") == b"one\r\n"
