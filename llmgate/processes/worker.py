"""Questions → Replies of a program that lives on: a line of JSON in, a line of JSON out, one at a time."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any, Self

from llmgate.config.applications import CommandEntry, PythonEntry
from llmgate.processes import reply, rooms
from llmgate.processes.containment import Limits
from llmgate.processes.order import Order
from llmgate.processes.place import MAX_OUTPUT_BYTES, Place
from llmgate.processes.running import Running
from llmgate.targets.reply import Reply

CPU_S = 4 * 3_600
QUESTIONS_PER_PROCESS = 1_000


class _Broken(Exception):
    """The worker did what ends it."""


@dataclass(slots=True, kw_only=True)
class Worker:
    """One process, started with its first question. `usable` tells whether it may be asked another."""

    entry: CommandEntry | PythonEntry
    place: Place
    token: str
    usable: bool = True
    _asked: int = 0
    _running: Running | None = None
    _lines: _Lines | None = None
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def answer(self, question: Mapping[str, Any], environment: Mapping[str, str]) -> Reply:
        """Ask. Whatever it does, there is a reply; one that did wrong is not asked again.

        `environment` counts where this starts the process.
        """
        self._asked += 1
        self.usable = False
        running, lines = await self._started(environment)
        try:
            async with asyncio.timeout(self.entry.timeout_s):
                line = await lines.exchange(json.dumps(question).encode() + b"\n")
        except TimeoutError:
            await lines.stop()
            late = await running.end()
            return reply.failed(f"it was stopped after {self.entry.timeout_s:g} s{late.last_line}", timed_out=True)
        except _Broken as broken:
            await lines.stop()
            ended = await running.end()
            return reply.failed(ended.fault or f"{broken}{ended.last_line}")
        self.usable = self._asked < QUESTIONS_PER_PROCESS
        return reply.of_json(line) if isinstance(self.entry, CommandEntry) else reply.of_callable(line)

    async def close(self) -> None:
        """End the process, and all that it started."""
        self.usable = False
        await self._stack.aclose()

    async def _started(self, environment: Mapping[str, str]) -> tuple[Running, _Lines]:
        if self._running is None or self._lines is None:
            place, enter = self.place, self._stack.enter_async_context
            identity = await enter(place.containment.identity(place.group))
            room = await enter(rooms.room(place.scratch, identity))
            order = Order(
                command=self._words(),
                environment={**place.environment, **room.environment, **self.entry.env, **environment},
                folder=place.tree,
                identity=identity,
                limits=Limits(cpu_s=CPU_S),
            )
            self._running = await enter(Running(order, place.containment.command))
            self._lines = await enter(_Lines(self._running))
        return self._running, self._lines

    def _words(self) -> tuple[str, ...]:
        entry = self.entry
        if isinstance(entry, CommandEntry):
            return entry.run
        return (entry.python, str(self.place.script), entry.call, *entry.path)


class _Lines:
    """What a worker prints, line by line. It is read all the time, so that it can be told from what was asked for."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._received = bytearray()
        self._news = asyncio.Event()
        self._over = False

    async def __aenter__(self) -> Self:
        self._reading = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def stop(self) -> None:
        """Stop reading, so that another may."""
        self._reading.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._reading

    async def exchange(self, question: bytes) -> bytes:
        """Write a line, and return the one line that answers it.

        Raises:
            _Broken: where there is none, or more than that.
        """
        if self._received:
            raise _Broken("it wrote a line that nobody asked for")
        await self._running.write(question)
        seen = 0
        while (end := self._received.find(b"\n", seen)) < 0:
            seen = len(self._received)
            if self._over:
                raise _Broken(await self._why())
            self._news.clear()
            await self._news.wait()
        line = bytes(self._received[: end + 1])
        del self._received[: end + 1]
        await asyncio.sleep(0)
        if self._received:
            raise _Broken("it wrote more than one line")
        return line

    async def _read(self) -> None:
        while len(self._received) <= MAX_OUTPUT_BYTES and (piece := await self._running.read()):
            self._received += piece
            self._news.set()
        self._over = True
        self._news.set()

    async def _why(self) -> str:
        if len(self._received) > MAX_OUTPUT_BYTES:
            return f"it wrote more than {MAX_OUTPUT_BYTES:,} bytes"
        return (await self._running.ended()).fault or "it ended without an answer"
