"""Two revisions and their targets → seats at which questions are answered, each target from its own files alone."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol

from llmgate.config.applications import CommandEntry, PythonEntry
from llmgate.processes import callable_worker, containment, removal, trees
from llmgate.processes.command import Once
from llmgate.processes.containment import Containment
from llmgate.processes.place import SCRIPT, Place
from llmgate.processes.setups import Setups, Wanted
from llmgate.processes.shelf import Shelf
from llmgate.processes.trees import Item, Tree
from llmgate.processes.users import Lease
from llmgate.processes.worker import Worker
from llmgate.targets.reply import Reply
from llmgate.trial import Arm

Entry = CommandEntry | PythonEntry
SEATS = 16


class Seat(Protocol):
    """A place at which one question at a time is answered. `token` is what its program has in place of a key."""

    @property
    def token(self) -> str: ...

    async def answer(self, question: Mapping[str, Any], environment: Mapping[str, str]) -> Reply:
        """Put a question. `environment` is for the process, where one is started for it."""


class Applications:
    """Runs the applications of a run; made once for it, inside its loop. `shelf` keeps what bases' setups make.

    `environment` is what every program has: PATH, and what the policy lets through. `token` makes tokens.
    """

    def __init__(
        self,
        contained: Containment,
        *,
        scratch: Path,
        environment: Mapping[str, str],
        token: Callable[[], str],
        shelf: Path | None = None,
        seats: int = SEATS,
    ) -> None:
        self._containment = contained
        self._folder = _opened(scratch / secrets.token_hex(8), for_others=contained.users is not None)
        self._environment = {"LANG": "C.UTF-8", **environment}
        self._token = token
        self._setups = Setups(
            containment=contained,
            scratch=self._folder,
            shelf=Shelf(shelf) if shelf else None,
            environment=self._environment,
        )
        self._trees: dict[tuple[Arm, str], Tree] = {}
        self._groups: dict[Arm, Lease | None] = {}
        self._idle: dict[tuple[Arm, str], list[Worker]] = {}
        self._round = 0
        self._free = asyncio.Semaphore(seats)
        if contained.users is None:
            containment.shield()

    async def lay(self, arm: Arm, name: str, files: Iterable[Item]) -> None:
        """Write the files of a target where its programs find them: what it shall not depend on is not there.

        Raises:
            ConfigurationError: where they are no tree, or a link leads out of it.
        """
        if arm not in self._groups:
            self._groups[arm] = self._containment.lend_group()
        group, folder = self._groups[arm], self._folder / secrets.token_hex(8)
        laid = await asyncio.to_thread(trees.lay, files, folder, group=group.number if group else None)
        self._trees[arm, name] = laid

    async def prepare(self, arm: Arm, name: str, entry: Entry) -> None:
        """Set a target up in its tree: the base first, so that the head finds what the base has made.

        Raises:
            NotEvaluated: where its setup fails.
        """
        tree, group = self._trees[arm, name], self._groups[arm]
        wanted = Wanted(name=name, entry=entry, tree=tree, group=group, base=arm is Arm.BASE)
        await self._setups.place(wanted)

    @contextlib.asynccontextmanager
    async def seat(self, arm: Arm, name: str, entry: Entry) -> AsyncIterator[Seat]:
        """Wait for a free seat. The token is known before a question is put, and stays that of a worker."""
        async with self._free:
            if isinstance(entry, CommandEntry) and not entry.worker:
                yield Once(entry=entry, place=self._place(arm, name), token=self._token())
                return
            idle = self._idle.setdefault((arm, name), [])
            this_round = self._round
            worker = idle.pop() if idle else Worker(entry=entry, place=self._place(arm, name), token=self._token())
            try:
                yield worker
            finally:
                if worker.usable and this_round == self._round:
                    idle.append(worker)
                else:
                    await worker.close()

    async def afresh(self) -> None:
        """Let nobody be asked again who has been started by now."""
        self._round += 1
        idle = [workers.pop() for workers in self._idle.values() for _ in tuple(workers)]
        await asyncio.gather(*(worker.close() for worker in idle))

    async def aclose(self) -> None:
        """End what runs, and remove what was written."""
        await self.afresh()
        await asyncio.to_thread(removal.remove, self._folder)
        for group in self._groups.values():
            if group is not None:
                group.give_back()
        self._groups.clear()

    def _place(self, arm: Arm, name: str) -> Place:
        return Place(
            containment=self._containment,
            tree=self._trees[arm, name].folder,
            scratch=self._folder,
            group=self._groups[arm],
            environment=self._environment,
        )


def _opened(folder: Path, *, for_others: bool) -> Path:
    """Make the folder that all is in. Others may pass through it, and see nothing of it but what they are told of.

    Raises:
        NotEvaluated: where the programs' users could not get there.
    """
    folder.mkdir(mode=0o700, parents=True)
    if for_others:
        containment.check_reachable(folder)
        folder.chmod(0o711)
    script = folder / SCRIPT
    script.write_bytes(Path(callable_worker.__file__).read_bytes())
    script.chmod(0o444)
    return folder
