"""An Order → a running program behind its supervisor: bytes in and out, bounded, and how it ended."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
from asyncio.subprocess import PIPE
from asyncio.subprocess import Process as Supervisor
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from llmgate import documents
from llmgate.errors import NotEvaluated
from llmgate.processes.containment import Identity, Limits

PIECE_BYTES = 64 * 1024
MAX_TAIL_BYTES = 4096
MAX_LINE_CHARS = 200
END_S = 20.0
"""The supervisor kills for ten seconds before it gives up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A program to run. Its environment is exactly this one."""

    command: tuple[str, ...]
    environment: Mapping[str, str]
    folder: Path
    identity: Identity | None
    limits: Limits
    umask: int = 0o077

    def line(self) -> bytes:
        who = self.identity
        fields = {
            "command": self.command,
            "environment": dict(self.environment),
            "folder": str(self.folder),
            "user": who and who.user,
            "group": who and who.group,
            "warden": who and who.warden,
            "limits": self.limits.resources(own_user=who is not None),
            "umask": self.umask,
        }
        return json.dumps(fields).encode() + b"\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a program ended: its exit code, minus a signal's number, or None where it was stopped or never ran."""

    code: int | None
    failed: str | None
    errors: bytes

    @property
    def fault(self) -> str | None:
        """Say in one line what went wrong, with the last line of its errors; None where nothing did."""
        if self.failed is not None:
            return f"it cannot be started: {documents.printable(self.failed, MAX_LINE_CHARS)}"
        if not self.code:
            return None
        told = f"it ended with the code {self.code}" if self.code > 0 else _killed(-self.code)
        return f"{told}{self.last_line}"

    @property
    def last_line(self) -> str:
        """The last line of its errors behind a colon: hostile text, made harmless."""
        lines = [line for line in self.errors.decode(errors="replace").splitlines() if line.strip()]
        return f": {documents.printable(lines[-1].strip(), MAX_LINE_CHARS)}" if lines else ""


def _killed(number: int) -> str:
    match number:
        case signal.SIGXCPU:
            return "it used up its computing time (SIGXCPU)"
        case signal.SIGXFSZ:
            return "it wrote a file that is too large (SIGXFSZ)"
        case signal.SIGKILL:
            return "it was killed (SIGKILL), most likely at the limit of memory or computing time"
        case _ if number in set(signal.Signals):
            return f"it was ended by {signal.Signals(number).name}"
        case _:
            return f"it was ended by the signal {number}"


class Running:
    """A program that runs. Use it as a context manager: when that is left, nothing that it started is there."""

    def __init__(self, order: Order, supervisor: Sequence[str]) -> None:
        self._order = order
        self._words = supervisor
        self._errors = bytearray()
        self._ended: Ended | None = None

    async def __aenter__(self) -> Self:
        self._control, theirs = socket.socketpair()
        self._control.setblocking(False)  # noqa: FBT003 - the standard library's
        with theirs:
            self._process = await _supervised([*self._words, str(theirs.fileno())], theirs.fileno())
        self._tail = asyncio.create_task(self._keep_errors())
        try:
            await asyncio.get_running_loop().sock_sendall(self._control, self._order.line())
        except BaseException:
            await self.end()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.end()

    async def write(self, data: bytes, *, last: bool = False) -> None:
        """Write what the program reads; one that does not read its input loses the rest of it."""
        stdin = self._process.stdin
        if stdin is None:
            raise NotEvaluated("a supervised program has no standard input")
        with contextlib.suppress(ConnectionError):
            stdin.write(data)
            await stdin.drain()
        if last:
            stdin.close()

    async def read(self) -> bytes:
        """Return what comes next on its standard output; nothing once it has ended."""
        if (stdout := self._process.stdout) is None:
            raise NotEvaluated("a supervised program has no standard output")
        return await stdout.read(PIECE_BYTES)

    async def until(self, most: int) -> bytes | None:
        """Return all that it prints until it ends; None where that is more than `most` bytes."""
        found = bytearray()
        while piece := await self.read():
            found += piece
            if len(found) > most:
                return None
        return bytes(found)

    async def ended(self) -> Ended:
        """Wait until it has ended by itself, and all that it started with it."""
        if self._ended is None:
            told = await self._told()
            await self._process.wait()
            await self._tail
            self._close()
            self._ended = Ended(code=told.get("status"), failed=told.get("failed"), errors=bytes(self._errors))
            if not told.get("clean"):
                raise NotEvaluated(
                    "what an application started cannot be ended",
                    remedy="look for its processes on this machine, and for a file system that does not answer",
                )
        return self._ended

    async def end(self) -> Ended:
        """End it now, with all that it started."""
        if self._ended is None:
            self._control.shutdown(socket.SHUT_WR)
            try:
                async with asyncio.timeout(END_S):
                    while await self.read():
                        pass  # a pipe that is full would keep the supervisor's end from being seen
                    return await self.ended()
            except TimeoutError as error:
                raise NotEvaluated("the process that supervises an application does not end") from error
            finally:
                self._close()
        return self._ended

    async def _told(self) -> dict[str, Any]:
        loop, line = asyncio.get_running_loop(), bytearray()
        with contextlib.suppress(ConnectionError):
            while piece := await loop.sock_recv(self._control, PIECE_BYTES):
                line += piece
        try:
            told: dict[str, Any] = json.loads(line)
        except ValueError as error:
            raise NotEvaluated(
                "the process that supervises an application was killed",
                remedy="give the job more memory, or run it as root: then an application cannot kill it",
            ) from error
        return told

    async def _keep_errors(self) -> None:
        if (stderr := self._process.stderr) is None:
            return
        while piece := await stderr.read(PIECE_BYTES):
            self._errors += piece
            del self._errors[:-MAX_TAIL_BYTES]

    def _close(self) -> None:
        """Let go of what is open. Without the socket, the supervisor kills and ends."""
        self._control.close()
        self._tail.cancel()
        if (stdin := self._process.stdin) is not None:
            stdin.close()


async def _supervised(words: Sequence[str], descriptor: int) -> Supervisor:
    try:
        return await asyncio.create_subprocess_exec(
            *words,
            pass_fds=(descriptor,),
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            env={},
            cwd=os.sep,
            start_new_session=True,
        )
    except OSError as error:
        raise NotEvaluated(
            f"the process that supervises applications cannot be started: {error.strerror}",
            remedy="see how many processes and open files this machine allows",
        ) from error
