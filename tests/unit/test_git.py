"""Revisions, trees, files and differences, read from repositories that the git CLI made."""

import itertools
import sys
import time

import pytest

from llmgate import git
from llmgate.errors import ConfigurationError, NotEvaluated, UsageError
from llmgate.git import Kind
from tests import gitserver

FILES = {"prompts/a.md": "one", "prompts/deep/b.md": "two", "run.sh": "#!/bin/sh\n", "é.txt": "three"}


@pytest.fixture
def work(tmp_path):
    return gitserver.init(tmp_path / "work")


@pytest.fixture
def opened(work, tmp_path):
    numbers = itertools.count()

    def reopened(path=work.path):
        return git.Repository.open(path, scratch=tmp_path / f"scratch{next(numbers)}")

    return reopened


def changes(found):
    return {change.path: (change.base is not None, change.head is not None) for change in found}


def test_every_way_to_name_a_commit_resolves_as_in_git(work, opened):
    first = work.commit(FILES)
    work("tag", "light")
    work("tag", "--annotate", "heavy", "--message", "heavy")
    work("switch", "--quiet", "--create", "topic/x")
    second = work.commit({"a": "a"})
    work("switch", "--quiet", "main")
    third = work.commit({"b": "b"})
    work("merge", "--quiet", "--no-ff", "--message", "merge", "topic/x")
    names = ["HEAD", "@", "main", "topic/x", "refs/heads/main", "heads/main", "light", "heavy", "heavy^{commit}"]
    names += [
        "heavy^{}",
        "tags/heavy",
        "HEAD~1",
        "HEAD^",
        "HEAD^2",
        "HEAD^2~1",
        "HEAD~",
        "HEAD~2",
        "HEAD^0",
        "HEAD~0^2",
    ]
    names += [first, first[:7], second[:4], third, f"{third[:12]}^"]
    for name in names:
        assert opened().resolve(name) == work("rev-parse", "--verify", f"{name}^{{commit}}"), name


def test_references_resolve_whether_loose_or_packed(work, opened):
    commit = work.commit(FILES)
    work("tag", "v1")
    loose = opened().resolve("v1")
    work("pack-refs", "--all")
    assert (loose, opened().resolve("v1"), opened().resolve("HEAD")) == (commit, commit, commit)


def test_a_branch_called_like_an_abbreviation_wins_over_it(work, opened):
    first = work.commit(FILES)
    second = work.commit({"a": "a"})
    work("branch", first[:7], second)
    assert opened().resolve(first[:7]) == second


@pytest.mark.parametrize(
    "revision",
    [
        "",
        "nope",
        "HEAD~99",
        "HEAD^3",
        "HEAD^{tree}",
        "HEAD:run.sh",
        ":/change",
        "HEAD^{/change}",
        "main@{0}",
        "main..main",
    ],
)
def test_what_names_no_single_commit_is_a_usage_error_with_a_remedy(work, opened, revision):
    work.commit(FILES)
    with pytest.raises(UsageError, match="no commit of this repository") as caught:
        opened().resolve(revision)
    assert caught.value.remedy


def test_an_abbreviation_of_two_objects_is_a_usage_error(work, opened):
    work.commit(FILES)
    by_prefix = {}
    for number in itertools.count():
        oid = work.blob(b"%d" % number)
        if oid[:4] in by_prefix:
            break
        by_prefix[oid[:4]] = oid
    with pytest.raises(UsageError, match="no commit"):
        opened().resolve(oid[:4])


def test_a_tag_of_a_file_is_no_commit(work, opened):
    work.commit(FILES)
    work("tag", "content", work.blob(b"content"))
    with pytest.raises(UsageError, match="no commit"):
        opened().resolve("content")


def test_parents_are_listed_in_order(work, opened):
    first = work.commit(FILES)
    second = work.commit({"a": "a"})
    merge = work.commit_raw(work("rev-parse", "HEAD^{tree}"), second, first)
    assert opened().parents(merge) == (second, first)
    assert opened().parents(first) == ()


def test_a_parent_line_in_the_message_is_no_parent(work, opened):
    commit = work.commit(FILES, message=f"x\n\nparent {'0' * 40}\n")
    assert opened().parents(commit) == ()


def test_has_knows_commits_and_refuses_nonsense(work, opened):
    commit = work.commit(FILES)
    repository = opened()
    assert repository.has(commit)
    assert not repository.has("0" * 40)
    assert not repository.has("HEAD")
    assert not repository.has(commit[:10])


def test_the_tree_maps_every_path_to_its_entry_sorted(work, opened):
    commit = work.commit(FILES)
    tree = opened().tree(commit)
    assert list(tree) == sorted(FILES)
    assert tree["prompts/a.md"] == git.Entry(path="prompts/a.md", mode=0o100644, oid=work.blob(b"one"))
    assert opened().paths(commit) == tuple(sorted(FILES))


def test_the_tree_cannot_be_changed_by_its_reader(work, opened):
    with pytest.raises(TypeError):
        opened().tree(work.commit(FILES))["x"] = None


def test_size_is_known_without_reading(work, opened):
    commit = work.commit({"big": b"x" * 5000})
    repository = opened()
    assert repository.size(repository.tree(commit)["big"]) == 5000


def test_changed_lists_added_deleted_and_modified_paths_with_both_sides(work, opened):
    base = work.commit(FILES | {"gone": "gone"})
    (work.path / "gone").unlink()
    head = work.commit({"prompts/deep/b.md": "changed", "new/x": "x"})
    found = opened().changed(base, head)
    assert changes(found) == {"gone": (True, False), "new/x": (False, True), "prompts/deep/b.md": (True, True)}
    assert found[2].base.oid == work.blob(b"two")
    assert found[2].head.oid == work.blob(b"changed")


def test_a_rename_is_one_path_deleted_and_one_added(work, opened):
    base = work.commit(FILES)
    work("mv", "run.sh", "go.sh")
    assert changes(opened().changed(base, work.commit())) == {"go.sh": (False, True), "run.sh": (True, False)}


def test_a_changed_mode_alone_is_a_change(work, opened):
    base = work.commit(FILES)
    (work.path / "run.sh").chmod(0o755)
    (change,) = opened().changed(base, work.commit())
    assert (change.base.mode, change.head.mode) == (0o100644, 0o100755)


def test_a_file_that_becomes_a_folder_is_deleted_and_its_files_added(work, opened):
    base = work.commit({"thing": "file"})
    (work.path / "thing").unlink()
    head = work.commit({"thing/one": "1", "thing/two": "2"})
    forward = {"thing": (True, False), "thing/one": (False, True), "thing/two": (False, True)}
    assert changes(opened().changed(base, head)) == forward
    assert changes(opened().changed(head, base)) == {path: sides[::-1] for path, sides in forward.items()}


def test_changed_agrees_with_git_on_a_long_random_walk(work, opened):
    content = {f"d{i % 3}/e{i % 5}/f{i}": str(i) for i in range(60)}
    commits = [work.commit(content)]
    for step in range(6):
        (work.path / f"d{step % 3}/e{step % 5}/f{step}").unlink()
        commits.append(work.commit({f"d{step % 3}/e{step % 5}/f{step + 30}": f"edit {step}", f"n{step}/x": "x"}))
    repository = opened()
    for base, head in itertools.combinations(commits, 2):
        expected = work("diff-tree", "-r", "-z", "--name-only", "--no-renames", base, head).split("\0")
        assert sorted(changes(repository.changed(base, head))) == sorted(filter(None, expected))


def test_identical_subtrees_are_not_opened(work, opened):
    base = work.commit({"same/a": "a", "other/b": "b"})
    head = work.commit({"other/b": "c"})
    subtree = work("rev-parse", f"{head}:same")
    (work.path / ".git" / "objects" / subtree[:2] / subtree[2:]).unlink()
    assert changes(opened().changed(base, head)) == {"other/b": (True, True)}


def test_read_returns_the_bytes_as_committed(work, opened):
    content = b"\x00\xff\r\nbytes"
    commit = work.commit({"prompts/x.bin": content})
    work.write({"prompts/x.bin": "later"})
    assert opened().read(commit, "prompts/x.bin") == content


def test_read_takes_executable_files_too(work, opened):
    work.write({"run.sh": "#!/bin/sh\n"})
    (work.path / "run.sh").chmod(0o755)
    assert opened().read(work.commit(), "run.sh") == b"#!/bin/sh\n"


@pytest.mark.parametrize(("size", "fits"), [(99, True), (100, True), (101, False)])
def test_the_size_limit_is_inclusive(work, opened, size, fits):
    commit = work.commit({"x": b"x" * size})
    if fits:
        assert len(opened().read(commit, "x", max_bytes=100)) == size
    else:
        with pytest.raises(ConfigurationError, match="x:1: has more than 100 bytes"):
            opened().read(commit, "x", max_bytes=100)


@pytest.mark.parametrize(
    "path", ["nope", "prompts", "prompts/", "/prompts/a.md", "../other/run.sh", "prompts/../run.sh", ""]
)
def test_only_the_exact_path_of_a_file_can_be_read(work, opened, path):
    with pytest.raises(ConfigurationError, match="does not exist"):
        opened().read(work.commit(FILES), path)


@pytest.mark.trust("git-files")
def test_a_large_file_pointer_is_refused_by_name(work, opened):
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0" * 64 + "\nsize 12\n"
    with pytest.raises(ConfigurationError, match=r"fixtures/a\.yaml:1: is a Git LFS pointer"):
        opened().read(work.commit({"fixtures/a.yaml": pointer}), "fixtures/a.yaml")


def test_the_merge_base_is_gits(work, opened):
    fork = work.commit(FILES)
    main = work.commit({"m": "m"})
    work("switch", "--quiet", "--create", "topic", fork)
    topic = work.commit({"t": "t"})
    assert opened().merge_base(main, topic) == fork
    assert opened().merge_base(main, fork) == fork


def test_unrelated_histories_have_no_merge_base(work, opened):
    first = work.commit(FILES)
    work("switch", "--quiet", "--orphan", "other")
    assert opened().merge_base(first, work.commit({"o": "o"})) is None


def test_a_cut_off_history_gives_no_doubtful_merge_base(work, opened, tmp_path):
    """main: 1-2-3-4, topic leaves main at 2 and merges 3: the best base is 3, but a clone that cuts there shows 2."""
    work.commit(FILES)
    second = work.commit({"a": "2"})
    third = work.commit({"a": "3"})
    main = work.commit({"a": "4"})
    tree = work("rev-parse", f"{third}^{{tree}}")
    # Git cuts a history off below the commits listed here, as if they had no parents.
    middle = work.commit_raw(tree, third)
    topic = work.commit_raw(tree, second, middle)
    repository = opened()
    assert repository.merge_base(main, topic) == third
    (work.path / ".git" / "shallow").write_text(f"{middle}\n")
    assert opened().merge_base(main, topic) is None


def test_a_cut_below_the_merge_base_does_not_matter(work, opened, tmp_path):
    work.commit(FILES)
    fork = work.commit({"a": "2"})
    main = work.commit({"m": "m"})
    work("switch", "--quiet", "--create", "topic", fork)
    topic = work.commit({"t": "t"})
    (work.path / ".git" / "shallow").write_text(f"{fork}\n")
    assert opened().merge_base(main, topic) == fork


def test_the_default_branch_is_origins_head_then_main_then_master(work, opened, tmp_path):
    assert opened().default_branch() is None
    commit = work.commit(FILES)
    assert opened().default_branch() == "refs/heads/main"
    work("update-ref", "refs/remotes/origin/master", commit)
    assert opened().default_branch() == "refs/remotes/origin/master"
    work("update-ref", "refs/remotes/origin/trunk", commit)
    work("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk")
    assert opened().default_branch() == "refs/remotes/origin/trunk"
    assert opened().resolve(opened().default_branch()) == commit


def test_a_repository_is_found_from_a_folder_inside_it(work, opened):
    commit = work.commit(FILES)
    repository = opened(work.path / "prompts" / "deep")
    assert (repository.root, repository.resolve("HEAD")) == (work.path, commit)


def test_a_linked_worktree_has_its_own_head_and_the_shared_branches(work, opened, tmp_path):
    first = work.commit(FILES)
    work("worktree", "add", "--quiet", "--detach", tmp_path / "linked")
    second = gitserver.Checkout(tmp_path / "linked").commit({"l": "l"})
    repository = opened(tmp_path / "linked")
    assert (repository.resolve("HEAD"), repository.resolve("main")) == (second, first)
    assert "l" in repository.tree(second)


def test_a_submodules_git_file_is_followed(work, opened, tmp_path):
    inner = gitserver.init(tmp_path / "inner")
    commit = inner.commit({"i": "i"})
    work.commit(FILES)
    work("submodule", "--quiet", "add", inner.path, "vendor/inner")
    assert opened(work.path / "vendor" / "inner").resolve("HEAD") == commit


def test_borrowed_objects_are_found_through_two_clones(work, opened, tmp_path):
    commit = work.commit(FILES)
    gitserver.clone(work.path, tmp_path / "one", "--shared")
    gitserver.clone(tmp_path / "one", tmp_path / "two", "--shared")
    assert opened(tmp_path / "two").read(commit, "run.sh") == b"#!/bin/sh\n"


def test_a_bare_repository_is_read_too(work, opened, tmp_path):
    commit = work.commit(FILES)
    bare = gitserver.clone(work.path, tmp_path / "bare.git", "--bare")
    assert opened(bare.path).resolve("main") == commit


def test_a_packed_repository_reads_like_a_loose_one(work, opened):
    base = work.commit(FILES)
    head = work.commit({"run.sh": "changed"})
    loose = opened().changed(base, head)
    work("gc", "--quiet")
    work("multi-pack-index", "write")
    work("commit-graph", "write")
    assert opened().changed(base, head) == loose


def test_a_repository_without_commits_opens_and_resolves_nothing(opened):
    with pytest.raises(UsageError, match="'HEAD' is no commit"):
        opened().resolve("HEAD")


def test_a_folder_outside_of_any_repository_is_a_usage_error(opened, tmp_path):
    with pytest.raises(UsageError, match="is not inside a git repository"):
        opened(tmp_path)


def test_sha256_repositories_are_refused_in_words(opened, tmp_path):
    other = gitserver.init(tmp_path / "sha256", "--object-format=sha256")
    other.commit(FILES)
    with pytest.raises(NotEvaluated, match="SHA-256"):
        opened(other.path)


def test_the_reftable_format_is_refused_in_words(work, opened):
    work.commit(FILES)
    (work.path / ".git" / "reftable").mkdir()
    with pytest.raises(NotEvaluated, match="reftable"):
        opened()


def test_an_object_that_is_gone_is_not_evaluated_with_a_remedy(work, opened):
    commit = work.commit(FILES)
    oid = work.blob(b"one")
    (work.path / ".git" / "objects" / oid[:2] / oid[2:]).unlink()
    with pytest.raises(NotEvaluated, match="not in this clone") as caught:
        opened().read(commit, "prompts/a.md")
    assert "filter:" in caught.value.remedy


def test_a_damaged_object_is_not_evaluated(work, opened):
    commit = work.commit(FILES)
    oid, other = work.blob(b"one"), work.blob(b"two")
    folder = work.path / ".git" / "objects"
    (folder / oid[:2] / oid[2:]).chmod(0o644)
    (folder / oid[:2] / oid[2:]).write_bytes((folder / other[:2] / other[2:]).read_bytes())
    with pytest.raises(NotEvaluated, match="damaged"):
        opened().read(commit, "prompts/a.md")


def test_reading_leaves_no_trace_in_the_workspace(work, opened):
    base = work.commit(FILES)
    head = work.commit({"run.sh": "changed"})
    with gitserver.untouched(work.path):
        repository = opened()
        repository.resolve("HEAD~1")
        repository.changed(base, head)
        repository.read(head, "run.sh")
        repository.merge_base(base, head)
        repository.default_branch()


def test_a_scratch_folder_can_be_used_again(work, tmp_path):
    commit = work.commit(FILES)
    for _ in range(2):
        assert git.Repository.open(work.path, scratch=tmp_path / "again").resolve("HEAD") == commit


def test_kinds_are_told_apart(work, opened):
    oid = work.blob(b"x")
    modes = [("100644", b"file"), ("120000", b"link"), ("160000", b"module"), ("100664", b"old"), ("100755", b"run")]
    tree = opened().tree(work.commit_tree([(mode, name, oid) for mode, name in modes]))
    assert [entry.kind for entry in tree.values()] == [Kind.FILE, Kind.SYMLINK, Kind.SUBMODULE, Kind.OTHER, Kind.FILE]


@pytest.mark.slow
def test_ten_thousand_files_are_read_and_compared(work, opened, capsys):
    lines = [b"commit refs/heads/main\ncommitter A <a@example.com> 1 +0000\ndata 1\nx\n"]
    lines += [b"M 100644 inline d%d/e%d/f%d\ndata 3\nabc\n" % (i // 1000, i // 50, i) for i in range(10_000)]
    lines += [b"commit refs/heads/main\ncommitter A <a@example.com> 2 +0000\ndata 1\nx\n"]
    lines += [b"M 100644 inline d3/e61/f3050\ndata 3\nxyz\n"]
    work("fast-import", "--quiet", stdin=b"".join(lines))
    started = time.perf_counter()
    repository = opened()
    base, head = repository.resolve("main~1"), repository.resolve("main")
    found = repository.changed(base, head)
    compared = time.perf_counter()
    count = len(repository.tree(head))
    listed = time.perf_counter()
    with capsys.disabled():
        sys.stdout.write(
            f"\n10,000 files: open and compare {compared - started:.3f} s, list {listed - compared:.3f} s\n"
        )
    assert (changes(found), count) == ({"d3/e61/f3050": (True, True)}, 10_000)


def test_what_is_stored_at_a_link_is_where_it_leads_and_at_a_file_its_content(work, opened):
    work.write({"a.txt": "one"})
    (work.path / "link").symlink_to("a.txt")
    commit = work.commit({})
    repository = opened()
    assert [repository.stored(commit, path) for path in ("a.txt", "link")] == [b"one", b"a.txt"]
    with pytest.raises(ConfigurationError, match="has more than 2 bytes"):
        repository.stored(commit, "a.txt", max_bytes=2)
    with pytest.raises(ConfigurationError, match="does not exist"):
        repository.stored(commit, "none")
