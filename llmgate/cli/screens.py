"""A stream and the environment → what can be shown there: colours, lines that are drawn anew, and how wide."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from typing import TextIO

from llmgate.renderers import terminal


def colours(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Tell whether to colour, in the order of CPython: NO_COLOR, FORCE_COLOR, TERM=dumb, then whether it is a terminal.

    https://no-color.org, https://docs.python.org/3/using/cmdline.html#controlling-color
    """
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR"):
        return True
    return is_drawable(stream, environment)


def is_drawable(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Tell whether lines can be drawn anew."""
    return stream.isatty() and not _is_dumb(environment)


def is_read(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Tell whether somebody reads plain lines: a terminal that can do no more, or a job of CI."""
    return stream.isatty() or environment.get("CI", "").lower() not in ("", "0", "false")


def width() -> int:
    """Take COLUMNS where it is set, else the terminal's own width, else that of a log."""
    return shutil.get_terminal_size(fallback=(terminal.PLAIN_WIDTH, 24)).columns


def _is_dumb(environment: Mapping[str, str]) -> bool:
    return environment.get("TERM", "") in ("dumb", "unknown")
