"""A program in a pseudo-terminal: what it wrote, and what a person would see of it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rich.cells import cell_len

PROGRAM = Path(sys.executable).with_name("llmgate")
PATIENCE_S = 30.0
_CONTROLLED = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"
)
"""Ctrl-C reaches who has the terminal as its controlling one."""
_STEP = re.compile(r"\x1b\[([0-9;?]*)([A-Za-z])|([\r\n])|([^\x1b\r\n]+)")


@dataclass(kw_only=True)
class Terminal:
    """A running program. `written` is all that came of it, escape sequences included."""

    process: subprocess.Popen[bytes]
    screen: int
    raw: bytearray = field(default_factory=bytearray)

    @property
    def written(self) -> str:
        return bytes(self.raw).decode("utf-8", "replace")

    @property
    def shown(self) -> list[str]:
        """The lines that are on the screen now, from the first to the last."""
        return shown(self.written)

    def wait_for(self, words: str, *, after: int = 0, patience_s: float = PATIENCE_S) -> int:
        """Wait until it has written the words, somewhere after so many characters; return where they end."""
        until = time.monotonic() + patience_s
        while (at := self.written.find(words, after)) < 0:
            if time.monotonic() > until or self.process.poll() is not None:
                time.sleep(0.2)
                assert words in self.written[after:], self.written[after:][-2_000:]
            time.sleep(0.02)
        return at + len(words)

    def type(self, text: str) -> None:
        os.write(self.screen, text.encode())

    def ended(self) -> int:
        code = self.process.wait(timeout=PATIENCE_S)
        time.sleep(0.1)
        return code


@contextlib.contextmanager
def running(
    *arguments: str | Path,
    cwd: Path,
    environment: Mapping[str, str] | None = None,
    columns: int = 80,
) -> Iterator[Terminal]:
    """Run `llmgate` with a terminal for all of its streams."""
    screen, inner = pty.openpty()
    fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    plain = {"PATH": os.environ["PATH"], "HOME": str(cwd), "XDG_CACHE_HOME": str(cwd.parent / "cache"), "TERM": "xterm"}
    process = subprocess.Popen(
        [sys.executable, "-c", _CONTROLLED, PROGRAM, *arguments],
        cwd=cwd,
        env={**plain, **(environment or {})},
        stdin=inner,
        stdout=inner,
        stderr=inner,
        start_new_session=True,
    )
    os.close(inner)
    terminal = Terminal(process=process, screen=screen)
    reader = threading.Thread(target=_read, args=(terminal,), daemon=True)
    reader.start()
    try:
        yield terminal
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=10)
        reader.join(timeout=10)
        os.close(screen)


def _read(terminal: Terminal) -> None:
    with contextlib.suppress(OSError):  # the other side is closed
        while data := os.read(terminal.screen, 65_536):
            terminal.raw += data


def shown(written: str) -> list[str]:
    """Draw as a terminal does, as far as rich asks it to: lines, colours, the cursor up, and a line emptied."""
    lines, row = [""], 0
    column = 0
    for numbers, command, control, text in _STEP.findall(written):
        match command or control:
            case "A":
                row = max(0, row - int(numbers or 1))
            case "K":
                lines[row] = ""
            case "\r":
                column = 0
            case "\n":
                row += 1
                lines += [""] * (row + 1 - len(lines))
            case _ if text:
                lines[row] = lines[row][:column].ljust(column) + text + lines[row][column + len(text) :]
                column += len(text)
    return lines


def plain(written: str) -> str:
    """Leave the escape sequences out."""
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", written)


def widest(written: str) -> int:
    """How many cells the widest line takes that was ever written."""
    return max(cell_len(line) for line in re.split(r"[\r\n]+", plain(written)))
