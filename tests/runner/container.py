"""A step's contexts, inputs and variables → the folders and the environment of its container.

Folders of its own stand for the mounts (ContainerActionHandler.cs); they belong to the runner's user, and the container
runs as root, where the tests do.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

RUNNER_UID = 1001
IMAGE = {"PATH": "/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin", "HOSTNAME": "0123456789ab"}
TOKEN = "job-token"
RUNTIME_TOKEN = "runtime-token-0123456789"
CONTEXT = frozenset(
    [
        "action",
        "action_path",
        "action_ref",
        "action_repository",
        "actor",
        "actor_id",
        "api_url",
        "artifacts",
        "artifacts_list",
        "base_ref",
        "env",
        "event_name",
        "event_path",
        "graphql_url",
        "head_ref",
        "job",
        "output",
        "path",
        "ref",
        "ref_name",
        "ref_protected",
        "ref_type",
        "repository",
        "repository_id",
        "repository_owner",
        "repository_owner_id",
        "retention_days",
        "run_attempt",
        "run_id",
        "run_number",
        "server_url",
        "sha",
        "state",
        "step_summary",
        "triggering_actor",
        "workflow",
        "workflow_ref",
        "workflow_sha",
        "workspace",
    ]
)
"""What of the `github` context becomes a variable (GitHubContext.cs): not its token, not its event."""
HIDDEN = frozenset({"token", "event"})
FILES = {
    "output": "set_output",
    "env": "set_env",
    "path": "add_path",
    "state": "save_state",
    "step_summary": "step_summary",
}
ACTIONS = {
    "ACTIONS_RUNTIME_URL": "http://127.0.0.1:9/runtime/",
    "ACTIONS_RUNTIME_TOKEN": RUNTIME_TOKEN,
    "ACTIONS_RESULTS_URL": "http://127.0.0.1:9/results/",
    "ACTIONS_CACHE_URL": "http://127.0.0.1:9/cache/",
    "ACTIONS_CACHE_MODE": "readonly",
}
IDENTITY = {
    "ACTIONS_ID_TOKEN_REQUEST_URL": "http://127.0.0.1:9/identity/",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN": RUNTIME_TOKEN,
}
_DEFAULTS = {
    "action": "__llmgate_llmgate",
    "action_ref": "v1",
    "action_repository": "llmgate/llmgate",
    "actor": "ada",
    "actor_id": "1",
    "graphql_url": "http://127.0.0.1:9/graphql",
    "job": "gate",
    "ref_protected": "false",
    "ref_type": "branch",
    "retention_days": "90",
    "run_attempt": "1",
    "run_id": "1",
    "run_number": "1",
    "token": TOKEN,
    "triggering_actor": "ada",
    "workflow": "llmgate",
}


@dataclass(frozen=True, slots=True)
class Container:
    """The folders of one step."""

    root: Path

    @property
    def workspace(self) -> Path:
        return self.root / "workspace"

    @property
    def home(self) -> Path:
        return self.root / "home"

    @property
    def temp(self) -> Path:
        return self.root / "runner_temp"

    @property
    def event(self) -> Path:
        return self.root / "workflow" / "event.json"

    def prepared(self, event: Mapping[str, object], *, owned: bool = True) -> dict[str, Path]:
        """Make the folders, the event and the files for the runner; a workspace that is there stays.

        `owned` gives them to the runner's user.
        """
        commands = self.root / "file_commands"
        for folder in (self.workspace, self.home, self.temp, self.event.parent, commands):
            folder.mkdir(parents=True, exist_ok=True)
        self.event.write_text(json.dumps(event))
        suffix = uuid4()
        files = {context: commands / f"{prefix}_{suffix}" for context, prefix in FILES.items()}
        for path in files.values():
            path.touch()
        if owned:
            self.own()
        return files

    def own(self) -> None:
        """Give everything to the runner's user, where that can be done."""
        if os.geteuid() != 0:
            return
        os.chown(self.root, RUNNER_UID, RUNNER_UID)
        for path in self.root.rglob("*"):
            os.chown(path, RUNNER_UID, RUNNER_UID, follow_symlinks=False)

    def context(self, given: Mapping[str, str], files: Mapping[str, Path]) -> dict[str, str]:
        """The `github` context of the step.

        Raises:
            ValueError: a name that the runner does not have.
        """
        if unknown := sorted(set(given) - CONTEXT - HIDDEN):
            raise ValueError(f"the github context has no {', '.join(unknown)}")
        paths = {"event_path": self.event, "workspace": self.workspace, **files}
        return {**_DEFAULTS, **{name: str(path) for name, path in paths.items()}, **given}

    def runner(self) -> dict[str, str]:
        """The `runner` context as variables."""
        told = {"os": "Linux", "arch": "X64", "name": "GitHub Actions 1", "environment": "github-hosted"}
        outside = self.workspace.parent / "of-the-host"  # a container is told of folders that only the host has
        folders = {"temp": str(self.temp), "tool_cache": str(outside / "tools"), "workspace": str(outside / "shop")}
        return {f"RUNNER_{name.upper()}": value for name, value in (told | folders).items()}


def environment(
    container: Container,
    *,
    github: Mapping[str, str],
    inputs: Mapping[str, str],
    env: Mapping[str, str],
    id_token: bool,
) -> dict[str, str]:
    """The variables of the first process, the later ones over the earlier: a workflow sets none of the runner's own."""
    return {
        **IMAGE,
        **env,
        **{f"INPUT_{name.replace(' ', '_').upper()}": value for name, value in inputs.items()},
        "HOME": str(container.home),
        **{f"GITHUB_{name.upper()}": value for name, value in github.items() if name in CONTEXT},
        **container.runner(),
        **ACTIONS,
        **(IDENTITY if id_token else {}),
        "GITHUB_ACTIONS": "true",
        "CI": "true",
    }
