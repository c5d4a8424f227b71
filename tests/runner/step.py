"""A container action's step: its program is started as the runner starts it → what the runner makes of how it ended."""

import enum
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.runner import files, timetable
from tests.runner.commands import Command
from tests.runner.container import RUNTIME_TOKEN, Container, environment
from tests.runner.log import Log
from tests.runner.manifest import Manifest, of_action
from tests.runner.masks import Masks
from tests.runner.streams import Streams
from tests.runner.timetable import Stage, Timetable

UNSHARED = ("unshare", "--user", "--map-root-user", "--pid", "--fork")
"""Makes the program process 1 of a tree of its own, as a container does; the client beside it hands the signals on."""


class Outcome(enum.Enum):
    SUCCESS = "success"
    FAILURE = "failure"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How a step ended. `stdout`, `stderr` and `written` are as the program made them; the rest is as it is shown."""

    code: int
    outcome: Outcome
    stdout: str
    stderr: str
    log: str
    annotations: Mapping[str, Sequence[Command]]
    commands: Sequence[Command]
    summary: str
    written: str
    outputs: Mapping[str, str]
    state: Mapping[str, str]
    exported: Mapping[str, str]
    path: Sequence[str]


@dataclass(slots=True, kw_only=True)
class Running:
    """A step that was started."""

    process: subprocess.Popen[str]
    streams: Streams
    files: Mapping[str, Path]
    masks: Masks
    first: bool
    cancelled: bool = False

    @property
    def pid(self) -> int:
        """The first process of the container."""
        return timetable.children(self.process.pid)[0] if self.first else self.process.pid

    def cancel(self, times: Timetable | None = None) -> Stage:
        """Do what the runner does when somebody cancels the run; say what ended the step."""
        self.cancelled = True
        return timetable.cancel(self.process, self.pid, times or Timetable())

    def ended(self, timeout_s: float = 120) -> Result:
        """Wait for the end, and read the streams and the files as the runner does."""
        code = self.process.wait(timeout_s)
        timetable.kill(self.process)
        self.streams.end()
        log = Log(masks=self.masks)
        for line in self.streams.lines:
            log.read(line.text.rstrip("\r\n"))
        return self._result(code, log)

    def _result(self, code: int, log: Log) -> Result:
        exported: dict[str, str] = {}
        path = self.files["path"].read_text() if self.files["path"].is_file() else ""
        files.take(self.files["env"], "env", log, exported)
        summary = files.take_summary(self.files["step_summary"], log)
        files.take(self.files["state"], "state", log, log.state)
        files.take(self.files["output"], "output", log, log.outputs)
        written = self.files["step_summary"].read_text(errors="replace") if self.files["step_summary"].is_file() else ""
        return Result(
            code=code,
            outcome=self._outcome(failed=code != 0 or log.failed),
            stdout=self.streams.text("stdout"),
            stderr=self.streams.text("stderr"),
            log="\n".join(log.shown),
            annotations=log.annotations,
            commands=log.carried,
            summary=summary,
            written=written,
            outputs=log.outputs,
            state=log.state,
            exported=exported,
            path=[line for line in path.splitlines() if line],
        )

    def _outcome(self, *, failed: bool) -> Outcome:
        if self.cancelled:
            return Outcome.CANCELLED
        return Outcome.FAILURE if failed else Outcome.SUCCESS


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """`uses:` of an action, with what its workflow gives it.

    `first` makes its program process 1; `limits` are words before it, such as `prlimit --fsize=0`.
    """

    container: Container
    manifest: Manifest = field(default_factory=of_action)
    event: Mapping[str, object] = field(default_factory=dict)
    github: Mapping[str, str] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict)
    secrets: Sequence[str] = ()
    id_token: bool = False
    first: bool = False
    limits: Sequence[str] = ()

    @contextmanager
    def start(self) -> Iterator[Running]:
        """Start the program in the workspace; whatever is left of it ends with the block."""
        before = [*(UNSHARED if self.first else ()), *self.limits]
        # in a user namespace, what belongs to a user outside of it can be written to by nobody
        made = self.container.prepared(self.event, owned="--user" not in before)
        github = self.container.context(self.github, made)
        inputs = self.manifest.inputs(self.inputs, github)
        variables = environment(self.container, github=github, inputs=inputs, env=self.env, id_token=self.id_token)
        process = subprocess.Popen(
            [*before, *self.manifest.program],
            cwd=self.container.workspace,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
        streams = Streams(process)
        streams.begin()
        masks = Masks.of((github["token"], RUNTIME_TOKEN, *self.secrets))
        try:
            yield Running(process=process, streams=streams, files=made, masks=masks, first=self.first)
        finally:
            timetable.kill(process)
            streams.end()

    def run(self, timeout_s: float = 120) -> Result:
        """Start the program and wait for its end."""
        with self.start() as running:
            return running.ended(timeout_s)
