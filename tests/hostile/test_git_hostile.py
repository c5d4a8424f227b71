"""Repositories that attack their reader: planted programs, forged trees, links, odd names, foreign owners."""

import hashlib
import os
import stat
import threading
import zlib
from functools import partial

import pytest

from llmgate import behind, config, git
from llmgate.errors import ConfigurationError, LlmgateError, NotEvaluated, UsageError
from llmgate.git import Kind
from llmgate.trial import Arm
from tests import gitserver

ODD_NAMES = [
    b"-leading-dash",
    b"--upload-pack=touch x",
    b"new\nline",
    b'tab\tquote"back\\slash',
    b"not-\xff\xfe-utf8",
    "\u202egnp.exe".encode(),
    b"::set-output name=verdict::passed",
    b"case",
    b"CASE",
    b"C:\\windows",
    b"...",
    b" ",
    b"a" * 255,
]


@pytest.fixture
def work(tmp_path):
    return gitserver.init(tmp_path / "work")


@pytest.fixture
def opened(work, tmp_path):
    return lambda: git.Repository.open(work.path, scratch=tmp_path / "scratch")


@pytest.fixture
def canary(tmp_path):
    """A program that leaves a file, and that file's path."""
    trace = tmp_path / "canary"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\necho ran >> {trace}\ncat 2>/dev/null\n")
    program.chmod(0o755)
    return program, trace


@pytest.mark.trust("git-files")
@pytest.mark.parametrize("path", ["fixtures/a.yaml", "prompts/x"])
@pytest.mark.parametrize("target", ["/proc/self/environ", "../../../etc/passwd", "real"])
def test_a_committed_link_is_refused_by_name_and_kind(work, opened, path, target):
    work.write({"fixtures/real": "real", "prompts/real": "real"})
    (work.path / path).symlink_to(target)
    with pytest.raises(ConfigurationError, match=f"{path}:1: is a symbolic link, not a regular file"):
        opened().read(work.commit(), path)


def test_a_file_below_a_committed_link_does_not_exist(work, opened):
    (work.path / "etc").symlink_to("/etc")
    with pytest.raises(ConfigurationError, match="etc/passwd:1: does not exist"):
        opened().read(work.commit(), "etc/passwd")


@pytest.mark.trust("links")
def test_an_edit_behind_a_committed_link_and_a_submodule_that_moves_are_named(work, opened):
    work.write({"lib/a.md": "old"})
    (work.path / "prompts").symlink_to("lib")
    work("add", "-A")
    commits = []
    for text, inner in (("old", "1" * 40), ("new", "2" * 40)):
        work("update-index", "--add", "--cacheinfo", f"160000,{inner},vendor/shared")
        (work.path / "vendor" / "shared").mkdir(parents=True, exist_ok=True)
        commits.append(work.commit({"lib/a.md": text}))
    repository = opened()
    settings = config.read(b"version: 1\nsurface: {prompts: ['prompts/**', 'vendor/shared/*.md']}\n")
    seen = {
        arm: behind.Seen.of(repository.tree(commit), partial(repository.stored, commit), settings)
        for arm, commit in zip(Arm, commits, strict=True)
    }
    differing = frozenset(change.path for change in repository.changed(*commits))
    told = [finding.message for finding in behind.differing(seen, differing, settings)]
    assert told[0].startswith("'prompts' is a symbolic link to what differs, 'lib/a.md'")
    assert told[1].startswith("the submodule 'vendor/shared' differs, and patterns reach into it")


def test_a_link_in_the_worktree_is_never_followed(work, opened):
    work.commit({"a": "a"})
    (work.path / "prompt.md").symlink_to("/proc/self/environ")
    repository = opened()
    with pytest.raises(ConfigurationError, match=r"prompt\.md:1: is a symbolic link"):
        repository.read(repository.snapshot(), "prompt.md")


@pytest.mark.trust("git-files")
def test_a_submodule_is_refused_by_name_and_kind(work, opened):
    commit = work.commit_tree([("160000", b"vendor", "1" * 40)])
    with pytest.raises(ConfigurationError, match="vendor:1: is a submodule"):
        opened().read(commit, "vendor")


def test_a_huge_file_is_refused_before_it_is_read(work, opened):
    commit = work.commit({"huge": b"\0" * (git.MAX_FILE_BYTES + 1)})
    with pytest.raises(ConfigurationError, match="huge:1: has more than 1,048,576 bytes"):
        opened().read(commit, "huge")


def test_odd_names_are_kept_byte_for_byte(work, opened):
    base = work.commit({"a": "a"})
    oid = work.blob(b"content")
    head = work.commit_tree(sorted(("100644", name, oid) for name in ODD_NAMES))
    repository = opened()
    assert {path.encode("utf-8", "surrogateescape") for path in repository.tree(head)} == set(ODD_NAMES)
    for path in repository.tree(head):
        assert repository.read(head, path) == b"content"
    assert len(repository.changed(base, head)) == len(ODD_NAMES) + 1


def test_odd_names_in_the_worktree_are_snapshotted(work, opened):
    work.commit({"a": "a"})
    names = [name for name in ODD_NAMES if name != b"C:\\windows"]
    for name in names:
        (work.path / os.fsdecode(name)).write_bytes(b"content")
    repository = opened()
    tree = repository.tree(repository.snapshot())
    assert {path.encode("utf-8", "surrogateescape") for path in tree} == {b"a", *names}


@pytest.mark.trust("git-files")
@pytest.mark.parametrize(
    "entries",
    [
        [("100644", b"..")],
        [("100644", b".")],
        [("40000", b".git")],
        [("100644", b"a/b")],
        [("100644", b"../../etc/passwd")],
        [("100644", b"/etc/passwd")],
        [("100644", b"")],
        [("100644", b"same"), ("100755", b"same")],
        [("777777777", b"mode")],
        [("10064x", b"mode")],
    ],
)
def test_a_forged_tree_is_not_evaluated(work, opened, entries):
    oid = work.blob(b"content")
    base = work.commit({"a": "a"})
    head = work.commit_tree([(mode, name, oid) for mode, name in entries])
    for act in (lambda: opened().tree(head), lambda: opened().changed(base, head), lambda: opened().read(head, "..")):
        with pytest.raises(NotEvaluated, match="damaged in git"):
            act()


def test_a_truncated_tree_is_not_evaluated(work, opened):
    tree = work("hash-object", "-t", "tree", "-w", "--stdin", "--literally", stdin=b"100644 a\0short")
    with pytest.raises(NotEvaluated, match="damaged in git"):
        opened().tree(work.commit_raw(tree))


@pytest.mark.slow
def test_a_tree_that_unfolds_to_billions_of_files_is_refused(work, opened):
    entries = [("100644", b"f%d" % number, work.blob(b"x")) for number in range(10)]
    commit = work.commit_tree(entries)
    for _ in range(9):
        tree = work("rev-parse", f"{commit}^{{tree}}")
        commit = work.commit_tree([("40000", b"d%d" % number, tree) for number in range(10)])
    empty = work.commit_tree([])
    with pytest.raises(NotEvaluated, match="more than 500,000 entries"):
        opened().tree(commit)
    with pytest.raises(NotEvaluated, match="more than 500,000 entries"):
        opened().changed(empty, commit)


def test_a_tree_nested_without_end_is_refused(work, opened):
    commit = work.commit_tree([("100644", b"f", work.blob(b"x"))])
    tree = work("rev-parse", f"{commit}^{{tree}}")
    listing = [tree]
    for _ in range(2100):
        raw = b"40000 d\0" + bytes.fromhex(listing[-1])
        listing.append(_write_loose(work, b"tree", raw))
    commit = work.commit_raw(listing[-1])
    with pytest.raises(NotEvaluated, match="path longer than 4,096 bytes"):
        opened().tree(commit)


def test_a_commit_that_names_itself_a_tree_or_a_file_is_refused(work, opened):
    blob = work.blob(b"x")
    forged = [work.commit_raw(blob), blob, work.commit_raw("0" * 40), work("write-tree")]
    for oid in forged:
        with pytest.raises(LlmgateError):
            opened().tree(oid)


@pytest.mark.parametrize("header", [b"", b"tree", b"tree \xff\xff", b"parent " + b"1" * 40, b"tree " + b"g" * 40])
def test_a_commit_with_a_forged_header_is_not_evaluated(work, opened, header):
    commit = work("hash-object", "-t", "commit", "-w", "--stdin", "--literally", stdin=header + b"\n\nforged\n")
    for act in (opened().parents, opened().tree):
        with pytest.raises(NotEvaluated, match="damaged"):
            act(commit)


def test_parents_outside_of_their_place_in_the_header_do_not_count(work, opened):
    tree, parent = work("write-tree"), "1" * 40
    header = f"tree {tree}\nauthor A <a> 1 +0000\nparent {parent}\ngpgsig x\n parent {parent}\n\nparent {parent}\n"
    commit = work("hash-object", "-t", "commit", "-w", "--stdin", "--literally", stdin=header.encode())
    assert opened().parents(commit) == ()


@pytest.mark.parametrize(
    "revision",
    [
        "--all",
        "-n1",
        "--output=/tmp/x",
        "HEAD --",
        "../../../../etc/passwd",
        "refs/../../config",
        "refs/heads/../../config",
        "/etc/passwd",
        ".git/HEAD",
        "config",
        "index",
        "objects",
        "hooks/x",
        "HEAD\n",
        "HEAD\0",
        "main.lock",
        "$(touch x)",
        "\ud800",
        "x" * 100_000,
        "HEAD" + "~1" * 1_000,
        "HEAD~999999",
        "HEAD~" + "9" * 10_000,
        "@{-1}",
        "*",
    ],
)
def test_hostile_revisions_are_usage_errors(work, opened, revision):
    work.commit({"a": "a"})
    (work.path / ".git" / "index").write_bytes(b"DIRC" + b"0" * 40)
    with pytest.raises(UsageError) as caught:
        opened().resolve(revision)
    assert len(str(caught.value)) < 2_000
    assert "\n" not in caught.value.message
    assert "\0" not in caught.value.message


def test_symbolic_references_in_a_circle_end(work, opened):
    work.commit({"a": "a"})
    for name, target in (("one", "two"), ("two", "one")):
        (work.path / ".git" / "refs" / "heads" / name).write_text(f"ref: refs/heads/{target}\n")
    with pytest.raises(UsageError):
        opened().resolve("one")


def test_a_reference_that_is_a_pipe_does_not_block(work, opened):
    work.commit({"a": "a"})
    os.mkfifo(work.path / ".git" / "refs" / "heads" / "pipe")
    with pytest.raises(UsageError):
        opened().resolve("pipe")


def test_the_canary_sings_when_git_itself_looks(work, canary):
    """What the next test plants does run for a reader that takes the workspace at its word."""
    program, trace = canary
    work.commit({"a.txt": "a", ".gitattributes": "* filter=evil\n"})
    for key in ("core.fsmonitor", "filter.evil.clean"):
        trace.unlink(missing_ok=True)
        work("config", key, str(program))
        work.write({"a.txt": f"edited for {key}"})
        work("status")
        work("add", "a.txt")
        assert trace.exists(), key
        work("config", "--unset", key)


@pytest.mark.trust("planted-module")
def test_planted_programs_in_the_workspace_never_run(work, opened, canary):
    program, trace = canary
    base = work.commit({"a.txt": "a"})
    work.commit({".gitattributes": "* filter=evil diff=evil merge=evil text ident\n", "b.txt": "b"})
    hooks = work.path / ".git" / "hooks"
    for hook in ("post-checkout", "pre-commit", "post-index-change", "reference-transaction", "fsmonitor-watchman"):
        (hooks / hook).write_text(program.read_text())
        (hooks / hook).chmod(0o755)
    planted = {
        "core.fsmonitor": program,
        "core.hooksPath": hooks,
        "core.sshCommand": program,
        "core.gitProxy": program,
        "core.askPass": program,
        "core.pager": program,
        "core.editor": program,
        "core.alternateRefsCommand": program,
        "core.worktree": "/",
        "core.attributesFile": "/dev/zero",
        "credential.helper": f"!{program}",
        "diff.external": program,
        "diff.evil.textconv": program,
        "diff.evil.command": program,
        "filter.evil.clean": program,
        "filter.evil.smudge": program,
        "filter.evil.process": program,
        "filter.evil.required": "true",
        "merge.evil.driver": program,
        "alias.status": f"!{program}",
        "alias.rev-parse": f"!{program}",
        "gpg.program": program,
        "remote.origin.uploadpack": program,
        "remote.origin.promisor": "true",
        "uploadpack.packObjectsHook": program,
        "extensions.partialClone": "origin",
        "extensions.unknownThing": "1",
        "core.repositoryFormatVersion": "99",
        "include.path": "/dev/zero",
    }
    with (work.path / ".git" / "config").open("a") as config:
        for key, value in planted.items():
            section, _, name = key.rpartition(".")
            head, _, sub = section.partition(".")
            config.write(f'[{head} "{sub}"]\n' if sub else f"[{head}]\n")
            config.write(f'\t{name} = "{value}"\n')
    (work.path / "a.txt").write_text("edited")
    (work.path / "new.txt").write_text("new")
    with gitserver.untouched(work.path):
        repository = opened()
        head = repository.resolve("main")
        repository.resolve("HEAD~1")
        snapshot = repository.snapshot()
        assert repository.merge_base(base, head) == base
        assert [change.path for change in repository.changed(head, snapshot)] == ["a.txt", "new.txt"]
        assert repository.read(snapshot, "a.txt") == b"edited"
    assert not trace.exists()


def test_a_nested_repository_in_the_worktree_cannot_run_programs_either(work, opened, canary):
    program, trace = canary
    work.commit({"a": "a"})
    inner = gitserver.init(work.path / "inner")
    inner.commit({"i": "i"})
    inner("config", "core.fsmonitor", str(program))
    inner("config", "core.hooksPath", str(inner.path))
    inner("config", "include.path", "/dev/null")
    repository = opened()
    snapshot = repository.snapshot()
    assert not trace.exists()
    assert not any(entry.kind is Kind.FILE for path, entry in repository.tree(snapshot).items() if path != "a")


@pytest.mark.trust("git-files")
def test_pipes_and_sockets_in_the_worktree_are_left_out(work, opened):
    work.commit({"a": "a"})
    os.mkfifo(work.path / "pipe")
    repository = opened()
    found = []
    thread = threading.Thread(target=lambda: found.append(repository.snapshot()), daemon=True)
    thread.start()
    thread.join(10)
    assert found
    assert list(repository.tree(found[0])) == ["a"]


def test_a_tracked_file_replaced_by_a_pipe_is_deleted(work, opened):
    work.commit({"a": "a", "b": "b"})
    (work.path / "a").unlink()
    os.mkfifo(work.path / "a")
    repository = opened()
    assert list(repository.tree(repository.snapshot())) == ["b"]


@pytest.mark.trust("owner")
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_a_repository_of_another_user_is_read_and_stays_theirs(work, opened, tmp_path):
    base = work.commit({"a": "a"})
    head = work.commit({"a": "b"})
    for path in (work.path, *work.path.rglob("*")):
        os.chown(path, 1001, 1001, follow_symlinks=False)
    home = tmp_path / "home"
    home.mkdir()
    (work.path / "new").write_text("new")
    with gitserver.untouched(work.path, home):
        repository = opened()
        assert [change.path for change in repository.changed(base, head)] == ["a"]
        assert "new" in repository.tree(repository.snapshot())
    assert {path.stat().st_uid for path in (work.path / ".git").rglob("*")} == {1001}


@pytest.mark.trust("owner")
def test_a_read_only_workspace_is_enough(work, opened):
    base = work.commit({"a": "a"})
    head = work.commit({"a": "b"})
    folders = [path for path in (work.path, *work.path.rglob("*")) if path.is_dir()]
    for folder in folders:
        folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        repository = opened()
        assert [change.path for change in repository.changed(base, head)] == ["a"]
        assert repository.changed(head, repository.snapshot()) == ()
    finally:
        for folder in folders:
            folder.chmod(0o755)


def _write_loose(work, kind, raw):
    """A loose object without a process of its own."""
    content = kind + b" %d\0" % len(raw) + raw
    oid = hashlib.sha1(content).hexdigest()
    target = work.path / ".git" / "objects" / oid[:2] / oid[2:]
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(zlib.compress(content))
    return oid
