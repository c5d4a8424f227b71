"""A Report → what a later step of the workflow may read of it: enums, numbers and paths of ours."""

import re
from collections.abc import Callable, Mapping

from llmgate.errors import PublishError
from llmgate.report import Report

_DELIMITER = re.compile(r"[A-Za-z0-9_-]{22,}")  # 128 bits in base64 without padding
_PATH = re.compile(r"[A-Za-z0-9._/@+~ -]*")


def render(report: Report, *, files: Mapping[str, str], delimiter: Callable[[], str]) -> str:
    """Render the text to append to `GITHUB_OUTPUT` in one write; the verdict is last, because the last one wins.

    `delimiter` gives 128 random bits as letters and digits, anew for each value. Raises PublishError for a value that
    contains its delimiter or that is not an enum, a number or a plain path.
    """
    values = {
        **files,
        "broken": str(len(report.broken)),
        "findings": str(len(report.findings)),
        "calls": str(report.calls.made),
        "exit_code": str(report.exit_code),
        "verdict": report.verdict.value,
    }
    return written(values, delimiter=delimiter)


def written(values: Mapping[str, str], *, delimiter: Callable[[], str]) -> str:
    """Render values that are enums, numbers or plain paths; raises PublishError for others, as `render` does."""
    return "".join(_heredoc(name, value, delimiter()) for name, value in values.items())


def _heredoc(name: str, value: str, delimiter: str) -> str:
    if not _DELIMITER.fullmatch(delimiter):
        raise PublishError(
            "the delimiter of the outputs is not random enough", id="not-writable", remedy="give 128 random bits"
        )
    if delimiter in value or not _PATH.fullmatch(value):
        raise PublishError(
            f"the output {name} has a value that cannot be written",
            id="not-writable",
            remedy="write it to a plain path",
        )
    return f"{name}<<{delimiter}\n{value}\n{delimiter}\n"
