"""A workspace → a bare repository on the side that borrows its objects and takes everything that has to be written."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pygit2
from pygit2.enums import ConfigLevel

from llmgate.git.workspace import Workspace, shallow

CONNECT_TIMEOUT_S = 10
IDLE_TIMEOUT_S = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """`git` is the side repository's folder, `objects` the workspace's object folder, with its own alternates."""

    git: Path
    objects: Path

    def opened(self) -> pygit2.Repository:
        """A new handle; one must not be shared between threads."""
        repository = pygit2.Repository(str(self.git))
        repository.odb.add_disk_alternate(str(self.objects))
        return repository


def create(scratch: Path, workspace: Workspace) -> Side:
    """Make the side repository anew below `scratch`; it knows where the workspace's history is cut off."""
    _isolate()
    git = scratch / "side.git"
    shutil.rmtree(git, ignore_errors=True)
    repository = pygit2.init_repository(str(git), bare=True)
    # To the same host only: https://github.com/libgit2/libgit2/blob/v1.9.7/src/util/net.c, git_net_url_apply_redirect
    repository.config["http.followRedirects"] = False
    cut = shallow(workspace.common)
    if cut:
        (git / "shallow").write_text("".join(f"{commit}\n" for commit in sorted(cut)), encoding="ascii")
    return Side(git=git, objects=workspace.objects)


def _isolate() -> None:
    """Cut libgit2 off from the user's and the machine's configuration: `url.*.insteadOf` could send a token away.

    For the whole process, like the owner check, which guards what is never used here: a foreign repository's
    configuration and hooks.
    """
    settings = pygit2.settings
    settings.owner_validation = False
    settings.server_connect_timeout = CONNECT_TIMEOUT_S * 1000
    settings.server_timeout = IDLE_TIMEOUT_S * 1000
    for level in (ConfigLevel.PROGRAMDATA, ConfigLevel.SYSTEM, ConfigLevel.XDG, ConfigLevel.GLOBAL):
        settings.search_path[level] = ""
