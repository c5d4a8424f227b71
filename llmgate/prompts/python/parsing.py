"""The text of a Python file → its tree, in bounded time, or the line and the reason why it has none."""

from __future__ import annotations

import ast
import re
import sys
import warnings

MAX_WORK = 2_000_000_000

_F_STRING = re.compile(r"""\b[rR]?[fF][rR]?["']""")


class Unparsed(Exception):
    """A file that is no Python, or none that can be read in time."""

    def __init__(self, line: int, message: str, remedy: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message
        self.remedy = remedy


def parse(text: str) -> ast.Module:
    """Parse a module; nothing is executed or imported.

    Raises:
        Unparsed: where it is none.
    """
    if _F_STRING.search(text) and text.count("{") * len(text) > MAX_WORK:
        # The parser of Python 3.11 takes quadratic time over the fields of an f-string.
        raise Unparsed(1, "it has more placeholders than are read", "split the file")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except SyntaxError as error:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        reason = f"not Python {version}: {error.msg}"
        raise Unparsed(
            error.lineno or 1,
            reason,
            "correct it, run llmgate with the Python that it is for, or exclude the file (surface.exclude)",
        ) from error
    except (RecursionError, MemoryError, ValueError) as error:
        reason = str(error) or "it is nested too deeply"
        raise Unparsed(1, f"it cannot be read: {reason}", "split the file, or exclude it from the surface") from error
