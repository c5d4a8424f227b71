"""Spans → a file with a line of OTLP JSON for each trial."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TextIO

from llmgate.telemetry import lines
from llmgate.telemetry.span import Span


class File:
    """Written as trials end, so that a run of any length takes no memory for it. A file that fails is given up."""

    def __init__(self, path: Path, resource: Mapping[str, str], version: str) -> None:
        self._resource, self._version = resource, version
        self._failure = ""
        self._stream: TextIO | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._stream = path.open("w", encoding="utf-8", errors="replace", newline="\n")
        except OSError as error:
            self._fail(error)

    def write(self, spans: Sequence[Span]) -> None:
        if self._stream is None:
            return
        try:
            self._stream.write(lines.line(spans, self._resource, self._version))
        except OSError as error:
            self._fail(error)

    def close(self) -> tuple[str, ...]:
        stream, self._stream = self._stream, None
        try:
            if stream is not None:
                stream.close()
        except OSError as error:
            self._fail(error)
        return (self._failure,) if self._failure else ()

    def _fail(self, error: OSError) -> None:
        self._failure = f"the traces could not be written: {error.strerror}"
        self._stream = None
