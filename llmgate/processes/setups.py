"""A `setup` and a tree → the folder that it makes, in the tree: made once for equal inputs, from the base's files."""

from __future__ import annotations

import asyncio
import hashlib
import json
import platform
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from llmgate import documents, patterns
from llmgate.config.applications import Process, Setup
from llmgate.errors import NotEvaluated
from llmgate.processes import outputs, removal, rooms, trees
from llmgate.processes.containment import Containment, Identity, Limits
from llmgate.processes.ending import Ended
from llmgate.processes.order import Order
from llmgate.processes.outputs import Output
from llmgate.processes.running import MAX_TAIL_BYTES, Running
from llmgate.processes.shelf import Shelf
from llmgate.processes.trees import Tree
from llmgate.processes.users import Lease

FORMAT = "llmgate.setup/1"
SYSTEM = Path("/etc/os-release")
LIMITS = Limits(cpu_s=7_200, file_bytes=4 * 1024**3, open_files=16_384, processes=1024)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What one target of an arm needs set up, and who may enter the arm's tree."""

    name: str
    entry: Process
    tree: Tree
    group: Lease | None
    base: bool


@dataclass(slots=True, kw_only=True)
class Setups:
    """Makes what setups make. `shelf` has what bases made, and no more: a head's is for that head and this run."""

    containment: Containment
    scratch: Path
    shelf: Shelf | None
    environment: Mapping[str, str]
    _made: dict[tuple[str, bool], Output] = field(default_factory=dict)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def place(self, wanted: Wanted) -> None:
        """Put the output into the tree; base first, so that nothing is made from the head that the base has too.

        Raises:
            NotEvaluated: where the setup fails, or what it leaves cannot be used.
        """
        if (setup := wanted.entry.setup) is None:
            return
        async with self._turn:
            output = await self._output(setup, wanted, _key(setup, wanted))
            shared = self.containment.users is not None
            await asyncio.to_thread(outputs.place, output, wanted.tree.folder, setup.output, shared=shared)

    async def _output(self, setup: Setup, wanted: Wanted, key: str) -> Output:
        of_base = self._made.get((key, True)) or (self.shelf and self.shelf.find(key))
        if of_base:
            return of_base
        if wanted.base or (key, False) not in self._made:
            found = await self._make(setup, wanted)
            if wanted.base and self.shelf is not None:
                found = await asyncio.to_thread(self.shelf.put, key, found)
            self._made[key, wanted.base] = found
        return self._made[key, wanted.base]

    async def _make(self, setup: Setup, wanted: Wanted) -> Output:
        folder, target = (self.scratch / secrets.token_hex(8) for _ in range(2))
        async with self.containment.identity(wanted.group) as identity:
            try:
                await asyncio.to_thread(trees.copy, wanted.tree, folder, identity)
                await self._run(setup, wanted, folder, identity)
                return await asyncio.to_thread(outputs.take, folder, setup.output, target, identity)
            finally:
                await asyncio.to_thread(removal.remove, folder)

    async def _run(self, setup: Setup, wanted: Wanted, folder: Path, identity: Identity | None) -> None:
        async with rooms.room(self.scratch, identity) as room:
            order = Order(
                command=setup.run,
                environment={**self.environment, **room.environment, **wanted.entry.env},
                folder=folder,
                identity=identity,
                limits=LIMITS,
                umask=0o022,
            )
            async with Running(order, self.containment.command) as running:
                try:
                    async with asyncio.timeout(setup.timeout_s):
                        printed = await _tail(running)
                        ended = await running.ended()
                except TimeoutError as error:
                    raise _failed(wanted, setup, f"was stopped after {setup.timeout_s:g} s", b"") from error
        if ended.fault is not None:
            raise _failed(wanted, setup, _how(ended), printed + ended.errors)


def _key(setup: Setup, wanted: Wanted) -> str:
    """Digest all that the outcome depends on: the command, its environment, the inputs, and this system.

    A file that the command names is one of its inputs: a head's own script is not passed over for what the base's made.
    """
    files = wanted.tree.files
    inputs = sorted(filter(patterns.matcher(setup.inputs), files))
    named = sorted(path for word in setup.run if (path := word.removeprefix("./")) in files)
    if not inputs:
        raise NotEvaluated(
            f"targets.{wanted.name}.setup.inputs match none of the application's files",
            id="setup-failed",
            remedy="name the files that the setup depends on, such as a lock file: without them it is never made again",
        )
    system = SYSTEM.read_text(errors="replace") if SYSTEM.is_file() else ""
    parts = [FORMAT, platform.machine(), system, setup.run, setup.output, sorted(wanted.entry.env.items())]
    parts.append([(path, files[path]) for path in (*inputs, *named)])
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


async def _tail(running: Running) -> bytes:
    await running.write(b"", last=True)
    kept = bytearray()
    while piece := await running.read():
        kept += piece
        del kept[:-MAX_TAIL_BYTES]
    return bytes(kept)


def _how(ended: Ended) -> str:
    return ended.fault.removeprefix("it ") if ended.fault else ""


def _failed(wanted: Wanted, setup: Setup, reason: str, printed: bytes) -> NotEvaluated:
    lines = printed.decode(errors="replace").splitlines()
    told = "".join(f"\n    {documents.printable(line, 300)}" for line in lines[-20:])
    return NotEvaluated(
        f"the setup of targets.{wanted.name} {reason}{told}",
        id="setup-failed",
        remedy=f"run {documents.quoted(' '.join(setup.run))} in a fresh copy of the application's `files`",
    )
