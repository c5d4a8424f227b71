"""The files that a step writes for the runner → outputs, variables, state and summary (FileCommandManager.cs).

`name=value` or `name<<DELIMITER`; whichever sign comes first in the line decides; later values win.
"""

from collections.abc import Iterator
from pathlib import Path

from tests.runner.log import Log
from tests.runner.masks import Masks

SUMMARY_BYTES = 1024 * 1024
_BLOCKED = "NODE_OPTIONS"


class FileCommandError(Exception):
    """The runner fails the step."""


def file_values(text: str) -> dict[str, str]:
    """The names and values in a file, in order of their names' first mention; the last value wins."""
    return dict(pairs(text))


def pairs(text: str) -> Iterator[tuple[str, str]]:
    """The names and values in a file, one by one: those before a fault count."""
    lines = text.split("\n")
    ended = text.endswith("\n")
    lines = lines[:-1] if ended else lines
    at = 0
    while at < len(lines):
        line, at = lines[at], at + 1
        if not line:
            continue
        equals, heredoc = line.find("="), line.find("<<")
        if equals >= 0 and (heredoc < 0 or equals < heredoc):
            name, _, value = line.partition("=")
        elif heredoc >= 0:
            name, _, delimiter = line.partition("<<")
            if not name or not delimiter:
                raise FileCommandError(f"neither the name nor the delimiter may be empty: {line!r}")
            start = at
            while at < len(lines) and lines[at] != delimiter:
                at += 1
            if at == len(lines):
                raise FileCommandError(f"no matching delimiter {delimiter!r}")
            value, at = "\n".join(lines[start:at]), at + 1
        else:
            raise FileCommandError(f"invalid format {line!r}")
        yield name, value


def summary(data: bytes, masks: Masks | None = None) -> bytes:
    """The step summary that is shown, masked line by line: above 1 MiB, none."""
    if len(data) > SUMMARY_BYTES:
        return b""
    hidden = masks or Masks()
    return "".join(hidden.over(line) for line in data.decode(errors="replace").splitlines(keepends=True)).encode()


def take(path: Path, context: str, log: Log, into: dict[str, str]) -> None:
    """Add what a file has to the step's values; a file that cannot be read fails the step."""
    try:
        for name, value in pairs(path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""):
            if context == "env" and name.upper() == _BLOCKED:
                log.fault(f"Can't store {name} output parameter using '$GITHUB_ENV' command.")
            else:
                into[name] = value
    except (FileCommandError, OSError) as error:
        log.fault(f"Unable to process file command '{context}' successfully.")
        log.fault(str(error))
        log.failed = True


def take_summary(path: Path, log: Log) -> str:
    """The summary that is shown; one that is too large is an annotation, and the step goes on as it was."""
    data = path.read_bytes() if path.is_file() else b""
    if len(data) > SUMMARY_BYTES:
        sizes = f"supports content up to a size of {SUMMARY_BYTES // 1024}k, got {len(data) // 1024}k"
        log.fault(f"$GITHUB_STEP_SUMMARY upload aborted, {sizes}.")
    return summary(data, log.masks).decode()
