"""A pull request's commits and an event → the job of a workflow: a checkout of depth 1, and the action on it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests import gitserver, runner
from tests.project import NUMBER, REPOSITORY, Pull


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How the action ended; `report` is what is at the path that its output names, as a later step reads it."""

    step: runner.Result
    report: dict[str, object] = field(default_factory=dict)

    @classmethod
    def of(cls, step: runner.Result) -> Ended:
        path = step.outputs.get("report")
        return cls(step=step, report=json.loads(Path(path).read_text()) if path and Path(path).exists() else {})

    @property
    def code(self) -> int:
        return self.step.code

    @property
    def outputs(self) -> Mapping[str, str]:
        return self.step.outputs

    @property
    def summary(self) -> str:
        return self.step.summary

    @property
    def stdout(self) -> str:
        return self.step.stdout

    @property
    def printed(self) -> tuple[str, ...]:
        """All that the program itself wrote for people, before the runner masks anything of it."""
        return (self.step.stdout, self.step.stderr, self.step.written)


@dataclass(frozen=True, kw_only=True)
class Job:
    """Jobs of one repository on one runner, which share the store."""

    folder: Path
    git_url: str
    api_url: str

    def container(self, run_id: int = 1) -> runner.Container:
        return runner.Container(self.folder / f"run-{run_id}" / "github")

    def run(self, pull: Pull, payload: Mapping[str, object], **settings: object) -> Ended:
        """Run the action to its end; `settings` are those of `start`."""
        with self.start(pull, payload, **settings) as running:
            return Ended.of(running.ended())

    @contextmanager
    def start(
        self,
        pull: Pull,
        payload: Mapping[str, object],
        *,
        run_id: int = 1,
        github: Mapping[str, str] | None = None,
        inputs: Mapping[str, str] | None = None,
        env: Mapping[str, str] | None = None,
        secrets: Sequence[str] = (),
        first: bool = False,
        limits: Sequence[str] = (),
        before: Callable[[Path], None] = lambda _: None,
    ) -> Iterator[runner.Running]:
        """Check the merge commit out, as actions/checkout does by default, and start the action there."""
        container = self.container(run_id)
        self._check_out(pull, container)
        before(container.workspace)
        step = runner.Step(
            container=container,
            event=payload,
            github=self._context(pull, run_id) | dict(github or {}),
            inputs={"store": str(self.folder / "store.sqlite"), **(inputs or {})},
            env=env or {},
            secrets=secrets,
            first=first,
            limits=limits,
        )
        with step.start() as running:
            yield running

    def _check_out(self, pull: Pull, container: runner.Container) -> None:
        workspace = gitserver.init(container.workspace)
        workspace("remote", "add", "origin", f"{self.git_url}/{REPOSITORY}")
        workspace("fetch", "-q", "--depth=1", "origin", pull.merge)
        workspace("checkout", "-q", "--detach", pull.merge)

    def _context(self, pull: Pull, run_id: int) -> dict[str, str]:
        return {
            "api_url": self.api_url,
            "base_ref": "main",
            "event_name": "pull_request",
            "head_ref": f"pr-{NUMBER}",
            "ref": f"refs/pull/{NUMBER}/merge",
            "ref_name": f"{NUMBER}/merge",
            "repository": REPOSITORY,
            "repository_id": "1",
            "repository_owner": REPOSITORY.partition("/")[0],
            "run_id": str(run_id),
            "server_url": self.git_url,
            "sha": pull.merge,
        }
