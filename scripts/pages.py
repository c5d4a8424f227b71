"""A page that is made from the code → its file, or an exit code that says whether the file is that page."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path


def main(path: Path, page: Callable[[], str]) -> int:
    """Write the page, or with `--check` compare it."""
    if "--check" in sys.argv[1:]:
        return 0 if path.read_text(encoding="utf-8") == page() else 1
    path.write_text(page(), encoding="utf-8")
    return 0
