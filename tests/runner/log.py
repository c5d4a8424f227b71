"""The lines of both streams, as they come → what the runner does and shows (ActionCommandManager.cs)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.runner.commands import ANNOTATIONS, COMMANDS, Command, parsed
from tests.runner.masks import Masks

MOST_ANNOTATIONS = 10
MESSAGE_CHARS = 4_096
_DISABLED = "The `{}` command is disabled."
_MASKED_TOKEN_OVER = 6


@dataclass(slots=True, kw_only=True)
class Log:
    """What a step has told so far; a command that cannot be carried out fails the step, whatever its exit code."""

    masks: Masks = field(default_factory=Masks)
    shown: list[str] = field(default_factory=list)
    carried: list[Command] = field(default_factory=list)
    annotations: dict[str, list[Command]] = field(default_factory=lambda: {kind: [] for kind in ANNOTATIONS})
    outputs: dict[str, str] = field(default_factory=dict)
    state: dict[str, str] = field(default_factory=dict)
    failed: bool = False
    _token: str | None = None
    _echoes: bool = False

    def read(self, line: str) -> None:
        """Take the next line of either stream."""
        command = parsed(line, COMMANDS | ({self._token} if self._token else set()))
        if command is None or (self._token and command.name.lower() != self._token.lower()):
            self._show(line)
        elif self._token:
            self._token = None
            self._show(line)
        else:
            self.carried.append(command)
            self._carry_out(command, line)

    def fault(self, message: str) -> None:
        """Tell an error of the runner's own, which counts among the annotations."""
        self._annotate(Command(name="error", data=message))

    def _carry_out(self, command: Command, line: str) -> None:
        match command.name.lower():
            case "error" | "warning" | "notice":
                self._annotate(command)
            case "add-mask":
                self._mask(command.data)
            case "set-output":
                self._set(self.outputs, command, line)
            case "save-state":
                self._set(self.state, command, line)
            case "set-env" | "add-path":
                self._refuse(line, _DISABLED.format(command.name))
            case "stop-commands":
                self._stop(command.data, line)
            case "echo":
                self._echoes = command.data.strip().lower() == "on"
            case "group" | "endgroup":
                self._show(f"##[{command.name.lower()}]{command.data}")
            case _:
                self._echo(line)

    def _annotate(self, command: Command) -> None:
        """Cut the message and count the kind (ExecutionContext.AddIssue); the log shows every one of them."""
        kind = command.name.lower()
        message = self.masks.over(command.data)[:MESSAGE_CHARS]
        if len(self.annotations[kind]) < MOST_ANNOTATIONS:
            self.annotations[kind].append(Command(name=kind, data=message, properties=command.properties))
        self._show(f"##[{kind}]{message}")

    def _mask(self, secret: str) -> None:
        if not secret.strip():
            self._annotate(Command(name="warning", data="Can't add secret mask for empty string"))
        self.masks.add(secret)

    def _set(self, values: dict[str, str], command: Command, line: str) -> None:
        if name := command.properties.get("name"):
            values[name] = command.data
            self._echo(line)
        else:
            self._refuse(line, f"Required field 'name' is missing in ##[{command.name}] command.")

    def _stop(self, token: str, line: str) -> None:
        if not token or token.lower() in {*COMMANDS, "pause-logging"}:
            self._refuse(line, "You cannot use a endToken that is empty or another workflow command.")
            return
        self._token = token
        if len(token) > _MASKED_TOKEN_OVER:
            self.masks.add(token)
        self._show(line)

    def _refuse(self, line: str, reason: str) -> None:
        self.fault(f"Unable to process command '{line}' successfully.")
        self.fault(reason)
        self.failed = True

    def _echo(self, line: str) -> None:
        if self._echoes:
            self._show(line)

    def _show(self, line: str) -> None:
        self.shown.append(self.masks.over(line))


def read(text: str) -> Log:
    """The log of a step that prints `text` and nothing else."""
    log = Log()
    for line in re.split(r"\r\n|\r|\n", text):
        log.read(line)
    return log


def log_commands(text: str) -> list[Command]:
    """The commands that the runner carries out while a step prints `text`."""
    return read(text).carried


def annotations(text: str) -> Mapping[str, list[Command]]:
    """The annotations that are shown for a step: ten of a kind."""
    return read(text).annotations
