"""How a pull request's pushes ended ↔ the few words in which the store and the comment keep it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict

from llmgate.verdict import Verdict

MOST_NAMED = 3
_ID = "[A-Za-z0-9][A-Za-z0-9._/-]{0,59}"  # a longer name is only counted
_BROKE = re.compile(rf"(\d{{1,6}}) broke(?:: ({_ID}(?:, {_ID}){{0,{MOST_NAMED - 1}}}))?")
_HEAD = re.compile(r"[0-9a-f]{7,64}")


class PushEntry(BaseModel):
    """One push and its verdict; `fixtures` are some of those that broke."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    head: str
    verdict: Verdict
    broken: int = 0
    fixtures: tuple[str, ...] = ()


def summary(broken: int, names: Iterable[str], verdict: Verdict) -> str:
    """Say in a few words how a push ended; `read` takes them apart again. Of the names only plain ones are kept."""
    if not broken:
        return verdict.value.replace("_", " ")
    named = [name for name in names if re.fullmatch(_ID, name)][:MOST_NAMED]
    return f"{broken} broke" + (f": {', '.join(named)}" if named else "")


def read(head: str, verdict: str, words: str) -> PushEntry | None:
    """Take an entry that somebody kept; None for a commit or a verdict that cannot be one."""
    if not _HEAD.fullmatch(head) or verdict not in list(Verdict):
        return None
    broke = _BROKE.fullmatch(words)
    if broke is None:
        return PushEntry(head=head, verdict=Verdict(verdict))
    named = tuple(broke[2].split(", ")) if broke[2] else ()
    return PushEntry(head=head, verdict=Verdict(verdict), broken=int(broke[1]), fixtures=named)
