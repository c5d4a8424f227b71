"""A checked-out folder → where its objects and references lie; reads only, and never its configuration.

Whatever can run a program (hooks, fsmonitor, filters, aliases, `core.sshCommand`) or can stop a reader (owner checks,
unknown extensions) hangs on the repository's configuration, so nothing here or after it opens that file.
"""

from __future__ import annotations

import re
import stat
from dataclasses import dataclass
from pathlib import Path

from llmgate.errors import NotEvaluated, UsageError
from llmgate.git.trees import text

MAX_REFERENCE_BYTES = 4096
MAX_SYMBOLIC_STEPS = 5
SHA256_CHARS = 64

_REFERENCE = re.compile(r"[^\x00-\x20\x7f~^:?*\[\\]+")
_OBJECT_ID = re.compile(r"[0-9a-f]{64}|[0-9a-f]{40}")
# https://git-scm.com/docs/gitrevisions: the order in which git tries a short name
_SHORT_NAMES = ("{}", "refs/{}", "refs/tags/{}", "refs/heads/{}", "refs/remotes/{}", "refs/remotes/{}/HEAD")
_DEFAULT_BRANCHES = (
    "refs/remotes/origin/HEAD",
    "refs/remotes/origin/main",
    "refs/remotes/origin/master",
    "refs/heads/main",
    "refs/heads/master",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """`root` is the worktree (the git folder itself when bare), `git` its own git folder, `common` the shared one."""

    root: Path
    git: Path
    common: Path

    @property
    def objects(self) -> Path:
        return self.common / "objects"

    def oid(self, name: str) -> str | None:
        """The object id that a full or short reference name leads to, in git's own order of trying."""
        found = (self._follow(pattern.format(name)) for pattern in _SHORT_NAMES)
        return next((oid for _, oid in filter(None, found)), None)

    def default_branch(self) -> str | None:
        """The full name of the branch that pull requests go to, as far as the clone knows."""
        found = (self._follow(name) for name in _DEFAULT_BRANCHES)
        return next((name for name, _ in filter(None, found)), None)

    def is_partial(self) -> bool:
        """Whether the clone left out blobs or trees, to be fetched when they are needed."""
        return any((self.objects / "pack").glob("*.promisor"))

    def _follow(self, name: str) -> tuple[str, str] | None:
        for _ in range(MAX_SYMBOLIC_STEPS):
            value = self._value(name)
            if _OBJECT_ID.fullmatch(value):
                return name, value
            if not value.startswith("ref: "):
                return None
            name = value.removeprefix("ref: ").strip()
        return None

    def _value(self, name: str) -> str:
        """The content of one reference: an object id, `ref: <name>`, or nothing."""
        if not _is_reference(name):
            return ""
        loose = _content(self.git / name, MAX_REFERENCE_BYTES) or _content(self.common / name, MAX_REFERENCE_BYTES)
        return loose.split("\n", 1)[0].strip() or self._packed(name)

    def _packed(self, name: str) -> str:
        line = re.search(rf"^([0-9a-f]+) {re.escape(name)}$", _content(self.common / "packed-refs"), re.MULTILINE)
        return line[1] if line else ""


def find(path: Path) -> Workspace:
    """Find the repository that `path` lies in, as `git` does: the folder itself or the nearest one above it."""
    start = path.resolve()
    for folder in (start, *start.parents):
        git = _git_folder(folder)
        if git:
            return _checked(Workspace(root=folder, git=git, common=_linked(git, git / "commondir", "")))
    raise UsageError(
        f"{str(path)!r} is not inside a git repository",
        id="no-repository",
        remedy="Run llmgate inside one, or begin one with `git init`; in a workflow, put actions/checkout before it.",
    )


def shallow(git: Path) -> frozenset[str]:
    """The commits whose parents are left out of the repository whose shared git folder is `git`."""
    return frozenset(_OBJECT_ID.findall(_content(git / "shallow")))


def _git_folder(folder: Path) -> Path | None:
    dot_git = folder / ".git"
    git = _linked(folder, dot_git, "gitdir: ") if dot_git.is_file() else dot_git
    return next((place for place in (git, folder) if (place / "HEAD").is_file() and _has_objects(place)), None)


def _has_objects(git: Path) -> bool:
    return (git / "objects").is_dir() or (git / "commondir").is_file()


def _linked(folder: Path, link: Path, prefix: str) -> Path:
    """The folder that a one-line file names, relative to `folder`; without such a file, `folder` itself."""
    target = _content(link, MAX_REFERENCE_BYTES).removeprefix(prefix).rstrip("\n")
    return (folder / target).resolve()


def _checked(workspace: Workspace) -> Workspace:
    if (workspace.common / "reftable").is_dir():
        raise NotEvaluated(
            "the repository keeps its references in the reftable format, which llmgate cannot read",
            id="unreadable-repository",
            remedy="Convert the clone with `git refs migrate --ref-format=files`.",
        )
    if len(workspace.oid("HEAD") or "") == SHA256_CHARS:
        raise NotEvaluated(
            "the repository names its objects by SHA-256, which llmgate cannot read",
            id="unreadable-repository",
            remedy="Use a repository with SHA-1 object names, as GitHub hosts them.",
        )
    return workspace


def _is_reference(name: str) -> bool:
    return bool(_REFERENCE.fullmatch(name)) and not name.startswith(("/", "-")) and ".." not in name


def _content(path: Path, limit: int = -1) -> str:
    """The text of a regular file; nothing when there is none."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return ""
        with path.open("rb") as file:
            return text(file.read(limit))
    except (OSError, ValueError):
        return ""
