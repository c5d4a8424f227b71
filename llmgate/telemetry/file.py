"""Spans → a file with a line of OTLP JSON for each trial."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import FileIO
from pathlib import Path

from llmgate.telemetry import lines
from llmgate.telemetry.span import Span


class File:
    """Written as trials end, so that a run of any length takes no memory for it. A file that fails is given up."""

    def __init__(self, path: Path, resource: Mapping[str, str], version: str) -> None:
        self._resource, self._version = resource, version
        self._failure = ""
        self._file: FileIO | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("wb", buffering=0)
        except OSError as error:
            self._fail(error)

    def write(self, spans: Sequence[Span]) -> None:
        if self._file is None:
            return
        left = memoryview(lines.line(spans, self._resource, self._version).encode("ascii"))
        try:
            while left:
                left = left[self._file.write(left) :]
        except OSError as error:
            self._fail(error)

    def close(self) -> tuple[str, ...]:
        if self._file is not None:
            self._file.close()
        return (self._failure,) if self._failure else ()

    def _fail(self, error: OSError) -> None:
        self._failure = f"the traces could not be written: {error.strerror}"
        if self._file is not None:
            self._file.close()
        self._file = None
