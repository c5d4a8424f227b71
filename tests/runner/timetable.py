"""A step that is cancelled → what ended it: SIGINT, 7.5 s, SIGTERM, 2.5 s, SIGKILL (ProcessInvoker.cs)."""

import enum
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


class Stage(enum.Enum):
    """What ended the step."""

    INTERRUPTED = "SIGINT"
    TERMINATED = "SIGTERM"
    KILLED = "SIGKILL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """How long the runner waits after each signal."""

    interrupted_s: float = 7.5
    terminated_s: float = 2.5


def cancel(process: subprocess.Popen[str], pid: int, timetable: Timetable) -> Stage:
    """Send the signals to `pid`, the container's first process, until `process`, the client beside it, has ended."""
    stages = (
        (Stage.INTERRUPTED, signal.SIGINT, timetable.interrupted_s),
        (Stage.TERMINATED, signal.SIGTERM, timetable.terminated_s),
    )
    for stage, sent, wait_s in stages:
        with suppress(ProcessLookupError):
            os.kill(pid, sent)
        with suppress(subprocess.TimeoutExpired):
            process.wait(wait_s)
            return stage
    kill(process)
    return Stage.KILLED


def kill(process: subprocess.Popen[str]) -> None:
    """End a process, all that descend from it and all of its session, as the end of its container does."""
    for pid in [*descendants(process.pid), process.pid]:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def descendants(pid: int) -> Iterator[int]:
    """The processes below one, the deepest first."""
    for child in children(pid):
        yield from descendants(child)
        yield child


def children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found += map(int, task.read_text().split())
    return found
