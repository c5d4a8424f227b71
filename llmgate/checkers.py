"""A repository's own code and trials → Remarks, from contained processes that are replaced after a fault.

Each class has a process of its own, and so has each text in which functions stand; all code that stands in fixtures
shares one. They are made when they are first asked. What they answer is JSON that nobody has looked at yet.
"""

from __future__ import annotations

import json
import tempfile
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self

from pydantic import JsonValue

from llmgate import contained
from llmgate.assertions.coded import Coded
from llmgate.assertions.subject import Subject
from llmgate.config import Checker, Form
from llmgate.contained import Process, Stopped
from llmgate.errors import NotEvaluated
from llmgate.trial import Remark

DEADLINE_S = 5.0
MAX_REPLY_BYTES = 64 * 1024
MAX_KILLS = 3
MAX_PROCESSES = 16
REQUESTS_PER_PROCESS = 5_000
COMMAND: Final = contained.command("llmgate.checker_worker")


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """What went wrong in the code, and on which line of its text."""

    line: int
    message: str


class Checkers:
    """Runs the code; use it as a context manager. Threads take turns."""

    def __init__(
        self, checkers: Mapping[str, Checker], *, deadline_s: float = DEADLINE_S, command: Sequence[str] = COMMAND
    ) -> None:
        self._checkers = checkers
        self._deadline_s = deadline_s
        self._command = command
        self._processes: dict[str, Process] = {}
        self._kills: Counter[str] = Counter()
        self._folder = tempfile.TemporaryDirectory(prefix="llmgate-check-")
        self._turn = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for room in tuple(self._processes):
            self._end(room)
        self._folder.cleanup()

    def knows(self, check: Coded) -> bool:
        return check.code in self._checkers

    def remark(self, check: Coded, subject: Subject) -> Remark:
        """Ask about a trial. Whatever the code does, there is a remark.

        Raises:
            CannotJudge: where the output is too long to be graded.
            NotEvaluated: where its process does not start.
        """
        found = self._asked(check.code, check.asked(subject))
        if isinstance(found, Failure):
            where = f"{self._checkers[check.code].path}:{found.line}"
            return Remark(error=f"{where}: {found.message}")
        return Remark(result=found)

    def fault(self, name: str, given: Mapping[str, JsonValue] | None = None) -> Failure | None:
        """Load the code, and make a class with these fields; say what keeps it from that."""
        found = self._asked(name, {} if given is None else {"fields": dict(given)})
        return found if isinstance(found, Failure) else None

    def _asked(self, name: str, what: dict[str, Any]) -> JsonValue | Failure:
        with self._turn:
            if self._kills[name] >= MAX_KILLS:
                return Failure(line=1, message=f"it was stopped {MAX_KILLS} times and is not tried again")
            try:
                return self._exchanged(name, what)
            except Stopped as stopped:
                self._kills[name] += 1
                self._end(self._room(name))
                return Failure(line=1, message=str(stopped))

    def _exchanged(self, name: str, what: dict[str, Any]) -> JsonValue | Failure:
        process, checker = self._running(name), self._checkers[name]
        process.requests += 1
        told = {"code": name, "path": checker.path, "form": checker.form, "named": checker.named}
        request = {"id": process.requests, **told, **what}
        if name not in process.known:
            request["source"] = checker.source
        reply = process.exchange(json.dumps(request).encode() + b"\n", self._deadline_s)
        match reply:
            case {"id": int(number), "result": result} if number == process.requests:
                process.known.add(name)
                said: JsonValue = result
                return said
            case {"id": int(number), "failure": [int(line), str(message)]} if number == process.requests:
                return Failure(line=max(line - checker.before, 1), message=message)
            case _:
                raise Stopped("it broke the checking process")

    def _room(self, name: str) -> str:
        """Name the process that some code runs in."""
        checker = self._checkers[name]
        return name if checker.form is Form.CLASS else f"{checker.form}:{checker.path}"

    def _running(self, name: str) -> Process:
        process = self._process(self._room(name))
        try:
            process.wait_ready()
        except Stopped as stopped:
            self._end(self._room(name))
            raise NotEvaluated(
                f"the process of the assertion {name!r} does not start: {stopped}",
                id="worker-failed",
                remedy="Run `llmgate check` in the same environment.",
            ) from stopped
        return process

    def _process(self, room: str) -> Process:
        """Find the process of that name, or start one; of too many, the one goes that was not asked for longest."""
        if room in self._processes and self._processes[room].requests >= REQUESTS_PER_PROCESS:
            self._end(room)
        if room in self._processes:
            self._processes[room] = self._processes.pop(room)
            return self._processes[room]
        if len(self._processes) >= MAX_PROCESSES:
            self._end(next(iter(self._processes)))
        self._processes[room] = Process(
            self._command, self._folder.name, name="checking process", max_reply_bytes=MAX_REPLY_BYTES
        )
        return self._processes[room]

    def _end(self, room: str) -> None:
        self._processes.pop(room).end()
