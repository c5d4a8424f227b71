"""Prompts and variables → turns; Jinja templates in a contained process that is replaced when it misbehaves."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from pydantic import JsonValue

from llmgate import contained, prompts
from llmgate.catalogue import Id
from llmgate.contained import Process, Stopped
from llmgate.errors import NotEvaluated, RenderError
from llmgate.prompts import messages, templates
from llmgate.prompts.syntaxes.lookup import LOOKUP_REMEDY
from llmgate.prompts.syntaxes.sandbox import MAX_RENDERED_BYTES, short

DEADLINE_S = 2.0
MAX_REPLY_BYTES = 8 * MAX_RENDERED_BYTES
MAX_KILLS = 3
RENDERS_PER_PROCESS = 5_000

COMMAND = contained.command("llmgate.targets.rendering_worker")


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
        self._process: Process | None = None
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
            self._process = Process(
                self._command, self._folder.name, name="rendering process", max_reply_bytes=MAX_REPLY_BYTES
            )

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
            raise RenderError(
                f"{prompt.path}: it was stopped {MAX_KILLS} times and is not tried again", id="render-too-large"
            )
        try:
            return messages.of(prompt, self._turns(prompt, key, templates.given(prompt, variables)))
        except Stopped as stopped:
            self._kills[key] += 1
            self._end()
            raise RenderError(
                f"{prompt.path}: {stopped}", id="render-too-large", remedy="Simplify the template."
            ) from stopped

    def _turns(self, prompt: prompts.Prompt, key: str, variables: Mapping[str, JsonValue]) -> Iterator[prompts.Turn]:
        size = 0
        for place, turn in enumerate(prompt.turns):
            text = self._text(prompt, key, prompt.source_of(place), variables)
            size += len(text)
            if size > MAX_RENDERED_BYTES:
                raise RenderError(
                    f"{prompt.path}: the rendered prompt exceeds {MAX_RENDERED_BYTES:,} bytes", id="render-too-large"
                )
            yield prompts.Turn(turn.role, text)

    def _text(self, prompt: prompts.Prompt, key: str, source: str, variables: Mapping[str, JsonValue]) -> str:
        process = self._running()
        process.requests += 1
        request: dict[str, Any] = {"id": process.requests, "key": key, "path": source, "variables": dict(variables)}
        if key not in process.known:
            request |= {"sources": dict(prompt.sources), "root": prompt.root}
        line = _line(prompt, request)
        process.known.add(key)
        reply = process.exchange(line, self._deadline_s)
        return _accepted(prompt, reply, process.requests)

    def _running(self) -> Process:
        if self._process is not None and self._process.requests >= self._renders_per_process:
            self._end()
        self.warm()
        process = self._process
        if process is None:
            raise NotEvaluated("the rendering process is gone", id="worker-failed")
        try:
            process.wait_ready()
        except Stopped as stopped:
            self._end()
            raise NotEvaluated(
                f"the process that renders templates does not start: {stopped}",
                id="worker-failed",
                remedy="Run `llmgate check` in the same environment: it renders every fixture.",
            ) from stopped
        return process

    def _end(self) -> None:
        if self._process is not None:
            self._process.end()
            self._process = None


def _line(prompt: prompts.Prompt, request: dict[str, Any]) -> bytes:
    try:
        return json.dumps(request, allow_nan=False).encode() + b"\n"
    except (TypeError, ValueError, RecursionError) as error:
        raise RenderError(
            f"{prompt.path}: the variables are not plain JSON values: {error}", id="template-failed"
        ) from error


def _accepted(prompt: prompts.Prompt, reply: Any, expected: int) -> str:
    match reply:
        case {"id": int(number), "text": str(text)} if number == expected:
            return _checked(prompt, text)
        case {"id": int(number), "failure": [str(path), int(line), str(reason), bool(unclear)]} if number == expected:
            where = path if path in prompt.sources else prompt.path
            line += prompt.line - 1 if path == prompt.path else 0
            remedy = LOOKUP_REMEDY if unclear else "Correct the template or the variables."
            id: Id = "no-value" if reason.endswith(" is undefined") else "template-failed"
            raise RenderError(f"{where}:{line}: {short(reason)}", id=id, remedy=remedy)
        case _:
            raise Stopped("it broke the rendering process")


def _checked(prompt: prompts.Prompt, text: str) -> str:
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        raise RenderError(f"{prompt.path}: the rendered prompt is not valid Unicode", id="template-failed") from error
    if size > MAX_RENDERED_BYTES:
        raise RenderError(
            f"{prompt.path}: the rendered prompt exceeds {MAX_RENDERED_BYTES:,} bytes", id="render-too-large"
        )
    return text
