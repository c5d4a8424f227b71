"""CODEOWNERS as it is and the files of the gate → the lines that it lacks, and who might answer for them.

An edit of these files changes what is gated, so that somebody has to approve it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from llmgate import config
from llmgate.doctor import codeowners, ownership
from llmgate.init import workflow
from llmgate.retrieval import lock

_COMMENT = "# What llmgate's gate hangs on.\n"
_SPACE = re.compile(r"[\s#\\]")
_REMOTE = re.compile(
    r"(?:https://(?:[^/@\s]{1,200}@)?|ssh://git@|git@)[A-Za-z0-9.-]{1,253}[:/]([A-Za-z0-9-]{1,39})/\S{1,200}"
)
_OWNER = re.compile(r"@[A-Za-z0-9-]{1,39}(?:/[A-Za-z0-9_.-]{1,100})?|[^@\s#]{1,100}@[^@\s#]{1,200}")


def is_one(owner: str) -> bool:
    """Tell whether GitHub takes this for an owner: `@login`, `@organisation/team` or an address."""
    return _OWNER.fullmatch(owner) is not None


def likely(text: str, remote: str) -> str:
    """Guess who answers for the repository: whoever CODEOWNERS gives everything to, else who has the repository."""
    lines = [entry for entry in codeowners.read(text) if isinstance(entry, codeowners.Line) and entry.owners]
    if (everything := next((line for line in reversed(lines) if line.pattern == "*"), None)) is not None:
        return everything.owners[0]
    found = _REMOTE.fullmatch(remote)
    return f"@{found[1]}" if found else ""


def added(text: str, owner: str, *, place: str, fixtures: str) -> str:
    """Return CODEOWNERS with the lines that it lacks; as it is where nothing is lacking.

    `place` is the file itself, `fixtures` the folder of the fixtures.
    """
    lines = list(_lacking(text, place, fixtures))
    if not lines:
        return text
    gap = "" if not text else "\n" if text.endswith("\n") else "\n\n"
    return text + gap + _COMMENT + "".join(f"{line} {owner}\n" for line in lines)


def _lacking(text: str, place: str, fixtures: str) -> Iterator[str]:
    """List the lines of which some path has no owner yet."""
    folder = _SPACE.sub(r"\\\g<0>", fixtures)
    wanted = {
        "/llmgate.*": (config.PATH, lock.PATH, config.EXCEPTIONS),
        f"/{folder}/": (f"{fixtures}/x.yaml", f"{fixtures}/captured/x.yaml"),
        f"/{workflow.PATH}": (workflow.PATH,),
        f"/{place}": (place,),
    }
    return (line for line, paths in wanted.items() if not ownership.covers(text, paths))
