"""The version in the code, the newest section of the changelog and a tag → what of them disagrees.

$ python -m scripts.release.agreement              # of a commit between releases
$ python -m scripts.release.agreement build/v1.2.3 # of a commit that is to be released
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from scripts.release import changelog

ROOT = Path(__file__).parents[2]
PREFIX = "build/v"
_VERSION = re.compile(r'^__version__ = "([^"]+)"$', re.MULTILINE)
_RELEASABLE = re.compile(r"(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(rc[1-9][0-9]*)?")


def version(source: str) -> str:
    """Read the version in `llmgate/__init__.py`."""
    found = _VERSION.findall(source)
    return found[0] if len(found) == 1 else ""


def faults(source: str, log: str, tag: str = "") -> Iterator[str]:
    """Yield what disagrees; without a tag, changes may be unreleased."""
    coded, sections = version(source), changelog.sections(log)
    newest = next((name for name in sections if name != changelog.UNRELEASED), "")
    if not _RELEASABLE.fullmatch(coded):
        yield f"llmgate/__init__.py: {coded or 'no version'} is no version such as 1.2.3: write one"
    if newest and newest != coded:
        yield f"CHANGELOG.md: its newest release is {newest}, and llmgate/__init__.py says {coded}: make them one"
    if not newest and not sections.get(changelog.UNRELEASED, "").strip():
        yield "CHANGELOG.md: it tells of no change: write one under [Unreleased]"
    if tag:
        yield from _of_tag(tag, coded, sections)


def _of_tag(tag: str, coded: str, sections: dict[str, str]) -> Iterator[str]:
    if tag != f"{PREFIX}{coded}":
        yield f"the tag {tag} is not {PREFIX}{coded}: tag the commit whose llmgate/__init__.py has the version"
    if not sections.get(coded, "").strip():
        yield f"CHANGELOG.md: there is no section [{coded}] with changes: move those of [Unreleased] into one"
    if sections.get(changelog.UNRELEASED, "").strip():
        yield "CHANGELOG.md: [Unreleased] still has changes: they are part of this release"


def main(tag: str = "") -> int:
    source, log = ((ROOT / path).read_text() for path in ("llmgate/__init__.py", "CHANGELOG.md"))
    found = list(faults(source, log, tag))
    sys.stderr.write("".join(f"{fault}\n" for fault in found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
