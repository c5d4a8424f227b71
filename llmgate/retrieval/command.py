"""The engine `command`: a program of the repository gets the question as JSON and prints the documents as JSON.

It runs without a shell, in a folder that has this revision's files, with PATH, LANG and the place of the run in a trace
alone for an environment, contained, within limits of time and output.
"""

from __future__ import annotations

import json
import os
import select
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Protocol

from pydantic import JsonValue

from llmgate.engine_options import CommandOptions
from llmgate.errors import NotEvaluated, RenderError
from llmgate.retrieval import answers
from llmgate.retrieval.answers import MAX_ANSWER_BYTES, Shape, Unusable
from llmgate.retrieval.engine import Hit

PIECE_BYTES = 64 * 1024
ALLOWANCE_S = 600.0
"""All searches of one index together: many that are slow would hold the gate up for hours."""
REMEDY = "run the same command in the repository, with the question as JSON on its standard input"


class Launched(Protocol):
    """A program that runs, with all that it starts."""

    @property
    def stdin(self) -> IO[bytes]: ...
    @property
    def stdout(self) -> IO[bytes]: ...
    def wait(self, timeout_s: float) -> str | None:
        """Wait until it has ended; return what it did wrong. A TimeoutError says that it does not end."""

    def end(self) -> None:
        """End it now; it may have ended before."""


Launch = Callable[[Sequence[str], Path, Mapping[str, str]], Launched]
"""Starts a program's words in a folder, with an environment."""


class Command:
    """Runs the command once for each search, in `folder`."""

    def __init__(
        self,
        options: Mapping[str, JsonValue],
        folder: Path,
        launch: Launch,
        *,
        path: str,
        carried: Mapping[str, str] | None = None,
    ) -> None:
        self._options = CommandOptions.model_validate(dict(options))
        self._folder = folder
        self._launch = launch
        self._left_s = ALLOWANCE_S
        self._environment = {"PATH": path, "LANG": "C.UTF-8", **(carried or {})}

    def search(self, query: str, k: int) -> tuple[Hit, ...]:
        if self._left_s <= 0:
            raise NotEvaluated(
                f"the searches of the retrieval command took more than {ALLOWANCE_S:g} s together",
                id="search-failed",
                remedy="make it quicker, or let fewer fixtures have `retrieval: live`",
            )
        start = time.monotonic()
        output = self._run(json.dumps({"query": query, "k": k}).encode())
        self._left_s -= time.monotonic() - start
        try:
            return answers.hits(output, k, Shape())
        except Unusable as error:
            raise self._failed(f"its output cannot be used: {error}") from error

    def _run(self, question: bytes) -> bytes:
        program = self._launch(self._options.command, self._folder, self._environment)
        try:
            return self._exchange(program, question)
        finally:
            program.end()

    def _exchange(self, program: Launched, question: bytes) -> bytes:
        """Write and read at the same time, so that neither side waits for the other, until the output ends."""
        end = time.monotonic() + self._options.timeout_s
        received, pending = bytearray(), memoryview(question)
        source, sink = program.stdout, program.stdin
        os.set_blocking(sink.fileno(), False)
        while True:
            left = end - time.monotonic()
            waiting = [sink] if pending else []
            readable, writable, _ = select.select([source], waiting, [], max(left, 0.0))
            if left <= 0:
                raise self._failed(f"it was stopped after {self._options.timeout_s:g} s")
            if writable:
                pending = _write(sink.fileno(), pending)
                if not pending:
                    sink.close()
            if readable:
                piece = os.read(source.fileno(), PIECE_BYTES)
                received += piece
                if len(received) > MAX_ANSWER_BYTES:
                    raise self._failed(f"it printed more than {MAX_ANSWER_BYTES:,} bytes")
                if not piece:
                    return self._ended(program, bytes(received), end)

    def _ended(self, program: Launched, output: bytes, end: float) -> bytes:
        try:
            fault = program.wait(end - time.monotonic())
        except TimeoutError as error:
            raise self._failed(f"it was stopped after {self._options.timeout_s:g} s") from error
        if fault is not None:
            raise self._failed(fault)
        return output

    def _failed(self, reason: str) -> RenderError:
        return RenderError(
            f"the retrieval command {self._options.command[0][:80]!r}: {reason}", id="search-failed", remedy=REMEDY
        )


def _write(descriptor: int, pending: memoryview) -> memoryview:
    """Write what fits; a program that does not read its input loses the rest of it."""
    try:
        return pending[os.write(descriptor, pending) :]
    except BlockingIOError:
        return pending
    except BrokenPipeError:
        return memoryview(b"")
