"""A path for the page → what keeps the trials for it while the gate runs, and the file afterwards."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from llmgate import redaction
from llmgate.errors import UsageError
from llmgate.report import Report

if TYPE_CHECKING:
    from llmgate.report.shown import Shown
    from llmgate.showing.keeping import Keeping


@contextmanager
def keeping(path: Path | None, environment: Mapping[str, str]) -> Iterator[Keeping | None]:
    """Open what keeps trials in a file of its own that has no name; None where no page is asked for."""
    if path is None:
        yield None
        return
    from llmgate.showing.keeping import Keeping  # noqa: PLC0415 - it takes time to load, and most runs have no page

    with tempfile.TemporaryFile() as file:
        yield Keeping(file, redaction.of(environment).text)


def write(path: Path | None, report: Report, shown: Shown | None = None) -> None:
    """Write the page, where it is asked for.

    Raises:
        UsageError: where it cannot be.
    """
    if path is None:
        return
    from llmgate.renderers import page  # noqa: PLC0415 - as above
    from llmgate.report.shown import NOTHING  # noqa: PLC0415 - as above

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page.render(report, shown or NOTHING), encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written: {error.strerror}", id="not-writable", remedy="name another file"
        ) from error
