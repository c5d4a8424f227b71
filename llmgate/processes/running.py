"""An Order → a running program behind its supervisor: bytes in and out, bounded, and how it ended."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from asyncio.subprocess import PIPE
from asyncio.subprocess import Process as Supervisor
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from llmgate.errors import NotEvaluated
from llmgate.processes.ending import PIECE_BYTES, Ended, told
from llmgate.processes.order import Order

MAX_TAIL_BYTES = 4096
END_S = 20.0
"""The supervisor kills for ten seconds before it gives up."""


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
            raise NotEvaluated("a supervised program has no standard input", id="worker-failed")
        with contextlib.suppress(ConnectionError):
            stdin.write(data)
            await stdin.drain()
        if last:
            stdin.close()

    async def read(self) -> bytes:
        """Return what comes next on its standard output; nothing once it has ended."""
        if (stdout := self._process.stdout) is None:
            raise NotEvaluated("a supervised program has no standard output", id="worker-failed")
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
            line = await self._told()
            await self._process.wait()
            await self._tail
            self._close()
            self._ended = told(line, bytes(self._errors))
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
                raise NotEvaluated(
                    "the process that supervises an application does not end", id="worker-failed"
                ) from error
            finally:
                self._close()
        return self._ended

    async def _told(self) -> bytes:
        loop, line = asyncio.get_running_loop(), bytearray()
        with contextlib.suppress(ConnectionError):
            while piece := await loop.sock_recv(self._control, PIECE_BYTES):
                line += piece
        return bytes(line)

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
            id="worker-failed",
            remedy="see how many processes and open files this machine allows",
        ) from error
