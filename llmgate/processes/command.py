"""A question → a program's Reply, in a process of its own."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from llmgate.config.applications import INPUT_FILE, CommandEntry
from llmgate.processes import reply, rooms
from llmgate.processes.containment import Limits
from llmgate.processes.order import Order
from llmgate.processes.place import MAX_OUTPUT_BYTES, Place
from llmgate.processes.running import Running
from llmgate.targets.reply import Reply

CPU_PER_SECOND = 4
"""A program may compute on this many processors for all of its time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Once:
    """A program that is run for each question."""

    entry: CommandEntry
    place: Place
    token: str

    async def answer(self, question: Mapping[str, Any], environment: Mapping[str, str]) -> Reply:
        """Run the program. Whatever it does, there is a reply."""
        entry, place, data = self.entry, self.place, json.dumps(question).encode()
        async with place.containment.identity(place.group) as identity, rooms.room(place.scratch, identity) as room:
            words = entry.run
            if any(INPUT_FILE in word for word in words):
                path = str(room.letter(data))
                words, data = tuple(word.replace(INPUT_FILE, path) for word in words), b""
            order = Order(
                command=words,
                environment={**place.environment, **room.environment, **entry.env, **environment},
                folder=place.tree,
                identity=identity,
                limits=Limits(cpu_s=int(entry.timeout_s * CPU_PER_SECOND) + 1),
            )
            async with Running(order, place.containment.command) as running:
                return await _exchanged(running, entry, data)


async def _exchanged(running: Running, entry: CommandEntry, data: bytes) -> Reply:
    writing = asyncio.create_task(running.write(data, last=True))
    try:
        async with asyncio.timeout(entry.timeout_s):
            output = await running.until(MAX_OUTPUT_BYTES)
            ended = None if output is None else await running.ended()
    except TimeoutError:
        late = await running.end()
        return reply.failed(f"it was stopped after {entry.timeout_s:g} s{late.last_line}", timed_out=True)
    finally:
        writing.cancel()
    if output is None or ended is None:
        return reply.failed(f"it printed more than {MAX_OUTPUT_BYTES:,} bytes")
    if ended.fault is not None:
        return reply.failed(ended.fault)
    return reply.of_text(output) if entry.answer == "text" else _read(output, ended.last_line)


def _read(output: bytes, last_line: str) -> Reply:
    found = reply.of_json(output)
    return found if found.fault is None else replace(found, fault=f"{found.fault}{last_line}")
