"""The engine `command`: a program of the repository gets the question as JSON and prints the documents as JSON.

It runs without a shell, in a folder that has this revision's files, with PATH, LANG and the place of the run in a trace
alone for an environment, in a session of its own that ends with it, within limits of time and output.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

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


class Command:
    """Runs the command once for each search, in `folder`."""

    def __init__(
        self, options: Mapping[str, JsonValue], folder: Path, *, path: str, carried: Mapping[str, str] | None = None
    ) -> None:
        self._options = CommandOptions.model_validate(dict(options))
        self._folder = folder
        self._left_s = ALLOWANCE_S
        self._environment = {"PATH": path, "LANG": "C.UTF-8", **(carried or {})}

    def search(self, query: str, k: int) -> tuple[Hit, ...]:
        if self._left_s <= 0:
            raise NotEvaluated(
                f"the searches of the retrieval command took more than {ALLOWANCE_S:g} s together",
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
        try:
            process = subprocess.Popen(  # noqa: S603 - a list of words that the base's policy has, and no shell
                self._options.command,
                cwd=self._folder,
                env=self._environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                bufsize=0,
            )
        except OSError as error:
            raise self._failed(f"it cannot be started: {error.strerror}") from error
        try:
            output = self._exchange(process, question)
        finally:
            _end(process)
        return output

    def _exchange(self, process: subprocess.Popen[bytes], question: bytes) -> bytes:
        """Write and read at the same time, so that neither side waits for the other, until the output ends."""
        end = time.monotonic() + self._options.timeout_s
        received, pending = bytearray(), memoryview(question)
        source, sink = process.stdout, process.stdin
        if source is None or sink is None:
            raise self._failed("it has no pipes")
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
                    return self._ended(process, bytes(received), end)

    def _ended(self, process: subprocess.Popen[bytes], output: bytes, end: float) -> bytes:
        try:
            code = process.wait(max(end - time.monotonic(), 0.0))
        except subprocess.TimeoutExpired as error:
            raise self._failed(f"it was stopped after {self._options.timeout_s:g} s") from error
        if code:
            raise self._failed(f"it ended with the code {code}")
        return output

    def _failed(self, reason: str) -> RenderError:
        return RenderError(f"the retrieval command {self._options.command[0][:80]!r}: {reason}", remedy=REMEDY)


def _write(descriptor: int, pending: memoryview) -> memoryview:
    """Write what fits; a program that does not read its input loses the rest of it."""
    try:
        return pending[os.write(descriptor, pending) :]
    except BlockingIOError:
        return pending
    except BrokenPipeError:
        return memoryview(b"")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the whole session, also what the command left behind in it."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
