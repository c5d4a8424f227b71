"""Prompts and variables → turns; Jinja templates in a contained process that is replaced when it misbehaves."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from pydantic import JsonValue

from llmgate import prompts
from llmgate.errors import NotEvaluated, RenderError
from llmgate.prompts import messages, templates
from llmgate.prompts.syntaxes.lookup import LOOKUP_REMEDY
from llmgate.prompts.syntaxes.sandbox import MAX_RENDERED_BYTES, short

DEADLINE_S = 2.0
START_S = 30.0
MAX_REPLY_BYTES = 8 * MAX_RENDERED_BYTES
MAX_KILLS = 3
RENDERS_PER_PROCESS = 5_000

COMMAND = (sys.executable, "-I", "-B", "-m", "llmgate.targets.rendering_worker")


class _Stopped(Exception):
    """The process was stopped, or ended by itself."""


class _Process:
    """One worker: a request goes in, its reply comes out before the deadline, or the whole group is killed."""

    def __init__(self, command: Sequence[str], folder: str) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module, nothing from outside
            command,
            cwd=folder,
            env={},
            start_new_session=True,
            bufsize=0,
            close_fds=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise NotEvaluated("the rendering process has no pipes")
        self._stdin, self._stdout = stdin, stdout
        os.set_blocking(stdin.fileno(), False)
        os.set_blocking(stdout.fileno(), False)
        self.keys: set[str] = set()
        self.renders = 0
        self.ready = False

    def exchange(self, request: bytes, deadline_s: float) -> Any:
        """Send a line and return the next line of the worker as JSON.

        Raises:
            _Stopped: with the reason; the process must then be ended.
        """
        end = time.monotonic() + deadline_s
        pending, received = memoryview(request), bytearray()
        poll = select.poll()
        poll.register(self._stdout, select.POLLIN)
        if request:
            poll.register(self._stdin, select.POLLOUT)
        while not received.endswith(b"\n"):
            left = end - time.monotonic()
            ready = poll.poll(max(left, 0) * 1000)
            if left <= 0 or not ready:
                raise _Stopped(f"it was stopped after {deadline_s:g} s")
            for descriptor, _ in ready:
                if descriptor == self._stdout.fileno():
                    self._receive(received)
                    continue
                pending = self._write(pending)
                if not pending:
                    poll.unregister(self._stdin)
        return _parse(bytes(received))

    def _write(self, pending: memoryview) -> memoryview:
        try:
            return pending[os.write(self._stdin.fileno(), pending) :]
        except BrokenPipeError as error:
            raise _Stopped("it ended the rendering process") from error

    def _receive(self, received: bytearray) -> None:
        chunk = os.read(self._stdout.fileno(), 256 * 1024)
        if not chunk:
            raise _Stopped("it ended the rendering process, most likely at the limit of memory or computing time")
        received += chunk
        if len(received) > MAX_REPLY_BYTES:
            raise _Stopped("it flooded the rendering process's output")

    def end(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._stdin.close()
        self._stdout.close()


def _parse(line: bytes) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _Stopped("it broke the rendering process") from error


class Renderer:
    """Renders prompts, in order and synchronously; use it as a context manager, from one thread.

    One process serves all renders of a Renderer. The arms of a comparison should have one each: what escapes the
    sandbox on the head must not reach the base's prompts.
    """

    def __init__(
        self,
        *,
        deadline_s: float = DEADLINE_S,
        renders_per_process: int = RENDERS_PER_PROCESS,
        command: Sequence[str] = COMMAND,
    ) -> None:
        self._deadline_s = deadline_s
        self._renders_per_process = renders_per_process
        self._command = command
        self._process: _Process | None = None
        self._kills: Counter[str] = Counter()
        self._folder = tempfile.TemporaryDirectory(prefix="llmgate-render-")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()
        self._folder.cleanup()

    def warm(self) -> None:
        """Start the process without waiting for it, so that it is up when the first Jinja prompt comes."""
        if self._process is None:
            self._process = _Process(self._command, self._folder.name)

    def render(self, prompt: prompts.Prompt, variables: Mapping[str, JsonValue]) -> tuple[prompts.Turn, ...]:
        """Render one prompt with a fixture's variables.

        Raises:
            RenderError: with the template's path and line, where it cannot be rendered within the limits.
            NotEvaluated: where the rendering process does not start.
        """
        if prompt.syntax is not prompts.Syntax.JINJA or prompt.unrendered or prompt.fault or prompt.elsewhere:
            return templates.fill(prompt, variables)
        key = prompts.digest_of([prompt.path, prompt.root, dict(prompt.sources)])
        if self._kills[key] >= MAX_KILLS:
            raise RenderError(f"{prompt.path}: it was stopped {MAX_KILLS} times and is not tried again")
        try:
            return messages.of(prompt, self._turns(prompt, key, templates.given(prompt, variables)))
        except _Stopped as stopped:
            self._kills[key] += 1
            self._end()
            raise RenderError(f"{prompt.path}: {stopped}", remedy="Simplify the template.") from stopped

    def _turns(self, prompt: prompts.Prompt, key: str, variables: Mapping[str, JsonValue]) -> Iterator[prompts.Turn]:
        size = 0
        for place, turn in enumerate(prompt.turns):
            text = self._text(prompt, key, prompt.source_of(place), variables)
            size += len(text)
            if size > MAX_RENDERED_BYTES:
                raise RenderError(f"{prompt.path}: the rendered prompt exceeds {MAX_RENDERED_BYTES:,} bytes")
            yield prompts.Turn(turn.role, text)

    def _text(self, prompt: prompts.Prompt, key: str, source: str, variables: Mapping[str, JsonValue]) -> str:
        process = self._running()
        process.renders += 1
        request: dict[str, Any] = {"id": process.renders, "key": key, "path": source, "variables": dict(variables)}
        if key not in process.keys:
            request |= {"sources": dict(prompt.sources), "root": prompt.root}
        line = _line(prompt, request)
        process.keys.add(key)
        reply = process.exchange(line, self._deadline_s)
        return _accepted(prompt, reply, process.renders)

    def _running(self) -> _Process:
        if self._process is not None and self._process.renders >= self._renders_per_process:
            self._end()
        self.warm()
        process = self._process
        if process is None:
            raise NotEvaluated("the rendering process is gone")
        if not process.ready:
            try:
                process.exchange(b"", START_S)
            except _Stopped as stopped:
                self._end()
                raise NotEvaluated(
                    f"the process that renders templates does not start: {stopped}",
                    remedy="Run `llmgate doctor` in the same environment.",
                ) from stopped
            process.ready = True
        return process

    def _end(self) -> None:
        if self._process is not None:
            self._process.end()
            self._process = None


def _line(prompt: prompts.Prompt, request: dict[str, Any]) -> bytes:
    try:
        return json.dumps(request, allow_nan=False).encode() + b"\n"
    except (TypeError, ValueError, RecursionError) as error:
        raise RenderError(f"{prompt.path}: the variables are not plain JSON values: {error}") from error


def _accepted(prompt: prompts.Prompt, reply: Any, expected: int) -> str:
    match reply:
        case {"id": int(number), "text": str(text)} if number == expected:
            return _checked(prompt, text)
        case {"id": int(number), "failure": [str(path), int(line), str(reason), bool(unclear)]} if number == expected:
            where = path if path in prompt.sources else prompt.path
            line += prompt.line - 1 if path == prompt.path else 0
            remedy = LOOKUP_REMEDY if unclear else "Correct the template or the variables."
            raise RenderError(f"{where}:{line}: {short(reason)}", remedy=remedy)
        case _:
            raise _Stopped("it broke the rendering process")


def _checked(prompt: prompts.Prompt, text: str) -> str:
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        raise RenderError(f"{prompt.path}: the rendered prompt is not valid Unicode") from error
    if size > MAX_RENDERED_BYTES:
        raise RenderError(f"{prompt.path}: the rendered prompt exceeds {MAX_RENDERED_BYTES:,} bytes")
    return text
