"""Words, a folder and an environment → a contained program, for those who wait for it in a thread of their own."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from llmgate.errors import NotEvaluated
from llmgate.processes.containment import Identity, Limits
from llmgate.processes.ending import PIECE_BYTES, Ended, told
from llmgate.processes.order import Order

END_S = 20.0


@dataclass(slots=True, kw_only=True)
class Program:
    """A program that runs behind its supervisor."""

    stdin: IO[bytes]
    stdout: IO[bytes]
    _supervisor: subprocess.Popen[bytes]
    _control: socket.socket
    _ended: Ended | None = None

    def wait(self, timeout_s: float) -> str | None:
        """Wait until it has ended, and all that it started with it; return what it did wrong.

        Raises:
            TimeoutError: where it does not end in time.
        """
        if self._ended is None:
            self._control.settimeout(max(timeout_s, 0.001))
            line = bytearray()
            while piece := self._control.recv(PIECE_BYTES):
                line += piece
            self._ended = told(bytes(line), b"")
            self._supervisor.wait()
        return self._ended.fault

    def end(self) -> None:
        """End it now, with all that it started."""
        with contextlib.suppress(OSError):
            self._control.shutdown(socket.SHUT_WR)
        try:
            self.wait(END_S)
        except TimeoutError as error:
            raise NotEvaluated("the process that supervises a program does not end", id="worker-failed") from error
        finally:
            self._control.close()
            for pipe in (self.stdin, self.stdout):
                with contextlib.suppress(OSError):
                    pipe.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Launcher:
    """Starts programs with one identity. `supervisor` is the command that supervises."""

    supervisor: tuple[str, ...]
    identity: Identity | None
    limits: Limits = field(default_factory=lambda: Limits(cpu_s=3_600))

    def __call__(self, words: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Program:
        order = Order(
            command=tuple(words),
            environment=environment,
            folder=folder,
            identity=self.identity,
            limits=self.limits,
        )
        control, theirs = socket.socketpair()
        with theirs:
            process = self._started(theirs.fileno())
        control.sendall(order.line())
        if process.stdin is None or process.stdout is None:
            raise NotEvaluated("a supervised program has no pipes", id="worker-failed")
        return Program(stdin=process.stdin, stdout=process.stdout, _supervisor=process, _control=control)

    def _started(self, descriptor: int) -> subprocess.Popen[bytes]:
        try:
            return subprocess.Popen(  # noqa: S603 - our own interpreter and script
                [*self.supervisor, str(descriptor)],
                pass_fds=(descriptor,),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={},
                cwd=os.sep,
                start_new_session=True,
                bufsize=0,
            )
        except OSError as error:
            raise NotEvaluated(
                f"the process that supervises programs cannot be started: {error.strerror}",
                id="worker-failed",
                remedy="see how many processes and open files this machine allows",
            ) from error
