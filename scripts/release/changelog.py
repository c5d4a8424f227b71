"""The changelog → its sections, and the notes of one release on standard output.

$ python -m scripts.release.changelog 1.2.3
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

UNRELEASED = "Unreleased"
_HEADING = re.compile(r"^## \[([^\]\n]+)\].*$", re.MULTILINE)


def sections(log: str) -> dict[str, str]:
    """Return the text under each heading `## [name]`, newest first."""
    parts = _HEADING.split(log)[1:]
    return dict(zip(parts[::2], (text.strip() for text in parts[1::2]), strict=True))


def main(version: str) -> int:
    log = (Path(__file__).parents[2] / "CHANGELOG.md").read_text()
    if not (notes := sections(log).get(version)):
        sys.stderr.write(f"CHANGELOG.md: there is no section [{version}] with changes: write one\n")
        return 1
    sys.stdout.write(f"{notes}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
