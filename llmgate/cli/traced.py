"""A question and the environment → what writes the run down as a trace, where that is asked for."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from llmgate import __version__, redaction
from llmgate.cli import outside
from llmgate.question import Question

if TYPE_CHECKING:
    from llmgate.telemetry import Recording


@contextmanager
def traced(
    question: Question, environment: Mapping[str, str], path: Path | None, tell: Callable[[str], None]
) -> Iterator[Recording | None]:
    """Open the recorder, and end it within a few seconds; `tell` hears of what could not be written or sent."""
    if path is None and not any(name.startswith("OTEL_") for name in environment):
        yield None
        return
    from llmgate import telemetry  # noqa: PLC0415 - it takes time to load, and most runs are not traced

    recorder = telemetry.opened(
        environment,
        run=(question.base, question.head_sha, *question.only),
        path=path,
        clock=outside.clock(),
        redact=redaction.of(environment).text,
        version=__version__,
        nonce=secrets.token_hex(16),
    )
    try:
        yield recorder
    finally:
        for note in recorder.close() if recorder else ():
            tell(note)
