"""A repository's own classes and trials → Remarks; each class in a contained process that is replaced after a fault.

The processes are made when they are first asked. What they answer is JSON that nobody has looked at yet.
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
from llmgate.assertions import custom
from llmgate.assertions.custom import Custom
from llmgate.assertions.subject import Subject
from llmgate.config import Checker
from llmgate.contained import Process, Stopped
from llmgate.errors import NotEvaluated
from llmgate.trial import Remark

DEADLINE_S = 5.0
MAX_REPLY_BYTES = 64 * 1024
MAX_KILLS = 3
REQUESTS_PER_PROCESS = 5_000
COMMAND: Final = contained.command("llmgate.checker_worker")


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """What went wrong in a class, and on which line of its file."""

    line: int
    message: str


class Checkers:
    """Runs the classes; use it as a context manager. Threads take turns."""

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
        for name in tuple(self._processes):
            self._end(name)
        self._folder.cleanup()

    def knows(self, check: Custom) -> bool:
        return check.checker in self._checkers

    def remark(self, check: Custom, subject: Subject) -> Remark:
        """Ask a class about a trial. Whatever the class does, there is a remark.

        Raises:
            CannotJudge: where the output is too long to be graded.
            NotEvaluated: where its process does not start.
        """
        asked = {"fields": check.given, "output": subject.output, "context": custom.context(subject)}
        found = self._asked(check.checker, asked)
        if isinstance(found, Failure):
            where = f"{self._checkers[check.checker].path}:{found.line}"
            return Remark(error=f"{where}: {found.message}")
        return Remark(result=found)

    def fault(self, name: str, given: Mapping[str, JsonValue] | None = None) -> Failure | None:
        """Load a class, and make one with these fields; say what keeps it from that."""
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
                self._end(name)
                return Failure(line=1, message=str(stopped))

    def _exchanged(self, name: str, what: dict[str, Any]) -> JsonValue | Failure:
        process, checker = self._running(name), self._checkers[name]
        process.requests += 1
        request = {"id": process.requests, "path": checker.path, "class": checker.named, **what}
        if name not in process.known:
            request["source"] = checker.source
        reply = process.exchange(json.dumps(request).encode() + b"\n", self._deadline_s)
        match reply:
            case {"id": int(number), "result": result} if number == process.requests:
                process.known.add(name)
                said: JsonValue = result
                return said
            case {"id": int(number), "failure": [int(line), str(message)]} if number == process.requests:
                return Failure(line=line, message=message)
            case _:
                raise Stopped("it broke the checking process")

    def _running(self, name: str) -> Process:
        if name in self._processes and self._processes[name].requests >= REQUESTS_PER_PROCESS:
            self._end(name)
        if name not in self._processes:
            self._processes[name] = Process(
                self._command, self._folder.name, name="checking process", max_reply_bytes=MAX_REPLY_BYTES
            )
        process = self._processes[name]
        try:
            process.wait_ready()
        except Stopped as stopped:
            self._end(name)
            raise NotEvaluated(
                f"the process of the assertion {name!r} does not start: {stopped}",
                remedy="Run `llmgate check` in the same environment.",
            ) from stopped
        return process

    def _end(self, name: str) -> None:
        self._processes.pop(name).end()
