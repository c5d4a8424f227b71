"""Requests as lines → replies as lines, from a process that may run hostile code and is killed when it misbehaves."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Any

from llmgate.errors import NotEvaluated

START_S = 30.0


class Stopped(Exception):
    """The process was stopped, or ended by itself."""


def command(module: str) -> tuple[str, ...]:
    """Run a module of ours in an interpreter that takes nothing from the environment or the current folder."""
    return (sys.executable, "-I", "-B", "-m", module)


class Process:
    """One worker: a request goes in, its reply comes out before the deadline, or the whole group is killed.

    `name` says in messages which process it is. `known` is for the caller, who may tell a worker something only once.
    """

    def __init__(self, command: Sequence[str], folder: str, *, name: str, max_reply_bytes: int) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module, nothing from outside
            command,
            cwd=folder,
            env={},
            start_new_session=True,
            bufsize=0,
            close_fds=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise NotEvaluated(f"the {name} has no pipes", id="worker-failed")
        self._stdin, self._stdout = stdin, stdout
        self._name = name
        self._max_reply_bytes = max_reply_bytes
        os.set_blocking(stdin.fileno(), False)
        os.set_blocking(stdout.fileno(), False)
        self._ready = False
        self.known: set[str] = set()
        self.requests = 0

    def wait_ready(self) -> None:
        """Wait for the line that says that the worker is up.

        Raises:
            Stopped: where it does not start.
        """
        if not self._ready:
            self.exchange(b"", START_S)
            self._ready = True

    def exchange(self, request: bytes, deadline_s: float) -> Any:
        """Send a line and return the next line of the worker as JSON.

        Raises:
            Stopped: with the reason; the process must then be ended.
        """
        end = time.monotonic() + deadline_s
        pending, received = memoryview(request), bytearray()
        poll = select.poll()
        poll.register(self._stdout, select.POLLIN)
        if request:
            poll.register(self._stdin, select.POLLOUT)
        while not received.endswith(b"\n"):
            left = end - time.monotonic()
            ready = poll.poll(max(left, 0) * 1000)
            if left <= 0 or not ready:
                raise Stopped(f"it was stopped after {deadline_s:g} s")
            for descriptor, _ in ready:
                if descriptor == self._stdout.fileno():
                    self._receive(received)
                    continue
                pending = self._write(pending)
                if not pending:
                    poll.unregister(self._stdin)
        return self._parsed(bytes(received))

    def _write(self, pending: memoryview) -> memoryview:
        try:
            return pending[os.write(self._stdin.fileno(), pending) :]
        except BrokenPipeError as error:
            raise Stopped(f"it ended the {self._name}") from error

    def _receive(self, received: bytearray) -> None:
        chunk = os.read(self._stdout.fileno(), 256 * 1024)
        if not chunk:
            raise Stopped(f"it ended the {self._name}, most likely at the limit of memory or computing time")
        received += chunk
        if len(received) > self._max_reply_bytes:
            raise Stopped(f"it flooded the {self._name}'s output")

    def _parsed(self, line: bytes) -> Any:
        try:
            return json.loads(line)
        except (ValueError, RecursionError) as error:
            raise Stopped(f"it broke the {self._name}") from error

    def end(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._stdin.close()
        self._stdout.close()
