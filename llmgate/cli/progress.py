"""A line on the terminal that tells how far a run is; nothing where nobody looks."""

from __future__ import annotations

from types import TracebackType
from typing import Self, TextIO

from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from llmgate.trial import Graded, Outcome


class Progress:
    """Counts trials. The total is the most that can be needed, so a run usually ends before it is full."""

    def __init__(self, stream: TextIO) -> None:
        console = Console(file=stream)
        columns = (BarColumn(bar_width=20), TextColumn("{task.description}"), TimeElapsedColumn())
        self._bar = Bar(*columns, console=console, transient=True, disable=not stream.isatty())
        self._task = self._bar.add_task("trials", total=None)
        self._done = 0
        self._failed = 0
        self._errors = 0

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def __call__(self, graded: Graded, planned: int) -> None:
        self._done += 1
        self._failed += graded.outcome is Outcome.FAILED
        self._errors += graded.outcome is Outcome.ERROR
        errors = f", {self._errors} without an answer" if self._errors else ""
        words = f"{self._done:,} of at most {planned:,} trials, {self._failed:,} failed{errors}"
        self._bar.update(self._task, advance=1, total=planned, description=words)
