"""Events of a run → lines on standard error: drawn anew on a terminal, one for each stage in a job's log, else none."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TextIO

from llmgate.cli import screens
from llmgate.cli.progress.log import StageLog
from llmgate.cli.progress.tallying import Tallying
from llmgate.progress import Tell, unheard


@contextmanager
def progressing(stream: TextIO, *, quiet: bool = False, environment: Mapping[str, str] | None = None) -> Iterator[Tell]:
    """Show how far a run is while the context lasts; yield what is told its events."""
    found = os.environ if environment is None else environment
    tallying = Tallying(time.monotonic)
    if quiet:
        yield unheard
    elif screens.is_drawable(stream, found):
        from llmgate.cli.progress import live  # noqa: PLC0415 - what draws is imported where somebody looks

        with live.drawn(tallying, stream, colour=screens.colours(stream, found)):
            yield tallying.tell
    elif screens.is_read(stream, found):
        yield StageLog(stream).tell
    else:
        yield unheard
