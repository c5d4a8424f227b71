"""Two revisions with targets that are applications → what runs or asks them, on each arm its own."""

from __future__ import annotations

import asyncio
import contextlib
import random
import secrets
import ssl
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from pathlib import Path

from pydantic import JsonValue

from llmgate import patterns, run
from llmgate.capture import received
from llmgate.cli.services import Services
from llmgate.config import EXCEPTIONS, ApplicationEntry, HttpEntry, ProcessEntry
from llmgate.gate import Ground
from llmgate.processes import containment
from llmgate.processes.applications import Applications
from llmgate.processes.trees import Item
from llmgate.providers import transport
from llmgate.targets.reply import Reply
from llmgate.targets.service import Service
from llmgate.telemetry import place as places
from llmgate.telemetry.place import Place
from llmgate.trial import Arm, Trial

MAX_FILE_BYTES = 128 * 1024 * 1024
Program = tuple[Arm, str, ProcessEntry]
DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin"


class Asked:
    """A seat at a service: it answers as many questions as it likes at once."""

    def __init__(self, service: Service, token: str) -> None:
        self._service = service
        self.token = token

    async def answer(self, question: Mapping[str, JsonValue], _environment: Mapping[str, str]) -> Reply:
        return await self._service.ask(question)


class Seats:
    """Runs programs in their own trees and asks services at their addresses. It is opened at the first question."""

    def __init__(
        self, ground: Ground, services: Services, *, scratch: Path, shelf: Path, environment: Mapping[str, str]
    ) -> None:
        self._ground = ground
        self._services = services
        self._scratch, self._shelf = scratch, shelf
        self._environment = environment
        self._programs: Applications | None = None
        self._asked: dict[tuple[Arm, str], Service] = {}
        self.lacking: tuple[str, ...] = ()

    async def open(self) -> None:
        """Lay the revisions' files and set their programs up, the base's first.

        Raises:
            NotEvaluated: where a setup fails, or a program cannot be run here.
            ConfigurationError: where the files are no tree.
        """
        for arm in self._ground.sides:
            services = {name: entry for name, entry in self._entries(arm) if isinstance(entry, HttpEntry)}
            for name, entry in services.items():
                self._asked[arm, name] = Service(entry, self._services.at(arm, name), tls=_tls())
        programs = [
            (arm, name, entry)
            for arm in self._ground.sides
            for name, entry in self._entries(arm)
            if not isinstance(entry, HttpEntry)
        ]
        if programs:
            await self._run(programs)

    async def _run(self, programs: Sequence[Program]) -> None:
        contained = await asyncio.to_thread(containment.detect)
        self.lacking = contained.lacking
        self._programs = Applications(
            contained,
            scratch=self._scratch,
            environment=self._environment,
            token=secrets.token_urlsafe,
            shelf=self._shelf,
            seats=self._ground.policy.concurrency,
        )
        for arm, name, entry in in_any_order(programs):
            await self._programs.lay(arm, name, self._files(arm, entry))
        for arm, name, entry in programs:
            await self._programs.prepare(arm, name, entry)

    def _entries(self, arm: Arm) -> list[tuple[str, ApplicationEntry]]:
        known = self._ground.sides[arm].config.applications
        return [(name, known[name]) for name in sorted(self._ground.targets & known.keys())]

    def _files(self, arm: Arm, entry: ProcessEntry) -> Iterator[Item]:
        """Take what the entry names, and nothing else: what an application is made of is what it is compared by.

        The base's fixtures are never among it: they say what passes. Nor are the exceptions, which name them.
        """
        commit, history = self._ground.question.commit(arm), self._ground.history
        named = patterns.matcher(entry.made_of)
        is_fixture = patterns.matcher(self._ground.sides[Arm.BASE].config.suite.fixtures)
        for path, file in history.tree(commit).items():
            if named(path) and path != EXCEPTIONS and not is_fixture(path):
                yield Item(path=path, data=history.stored(commit, path, max_bytes=MAX_FILE_BYTES), mode=file.mode)

    @contextlib.asynccontextmanager
    async def seat(self, arm: Arm, name: str, entry: ApplicationEntry) -> AsyncIterator[run.Seat]:
        if isinstance(entry, HttpEntry):
            yield Asked(self._asked[arm, name], secrets.token_urlsafe())
            return
        if self._programs is None:
            raise RuntimeError("a program is asked before its seats are opened")
        async with self._programs.seat(arm, name, entry) as seat:
            yield seat

    async def afresh(self) -> None:
        if self._programs is not None:
            await self._programs.afresh()

    async def aclose(self) -> None:
        if self._programs is not None:
            await self._programs.aclose()
        for service in self._asked.values():
            await service.aclose()


def in_any_order(programs: Sequence[Program]) -> list[Program]:
    """Shuffle programs: the times and numbers of the files that are written first would tell which arm's they are."""
    return random.SystemRandom().sample(programs, len(programs))


def _place() -> Place:
    nonce = secrets.token_hex(16)
    return places.of({}, nonce, nonce=nonce)


def _traceparent(place: Place) -> Callable[[Trial], str]:
    """Name the span of a trial as the record of the run does."""
    return lambda trial: f"00-{place.trace}-{place.trial(trial)}-01"


def _tls() -> ssl.SSLContext:
    return transport.trusted_authorities()


@contextlib.contextmanager
def hosting(
    ground: Ground, services: Services, *, store: Path, environment: Mapping[str, str], place: Place | None
) -> Iterator[run.Hosting]:
    """Make what runs the applications of both revisions; what it wrote is removed afterwards."""
    allowed = ("PATH", *ground.policy.applications.environment)
    given = {name: environment[name] for name in allowed if name in environment}
    with tempfile.TemporaryDirectory(prefix="llmgate-applications-") as scratch:
        Path(scratch).chmod(0o711)
        seats = Seats(
            ground,
            services,
            scratch=Path(scratch),
            shelf=store.parent / "setups",
            environment={"PATH": DEFAULT_PATH, **given},
        )
        yield run.Hosting(
            seats=seats,
            token=secrets.token_urlsafe,
            traceparent=_traceparent(place or _place()),
            told=lambda payloads, trace: received.seen(payloads, trace=trace.split("-")[1]),
            request=lambda dialect, model, body: received.request(dialect, model, body, provider=""),
            port=services.port,
        )
