"""The exceptions of both revisions → what the head's would let pass that the base's do not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

from llmgate import config
from llmgate.exceptions.entry import Entry, Kind
from llmgate.exceptions.reading import Listed
from llmgate.suite import Weakening


def loosened(base: Listed, head: Listed, today: dt.date) -> Iterator[Weakening]:
    """Name what the head adds, and what it edits otherwise than to an earlier end: who answers for it is part of it."""
    for name, entry in sorted(head.entries.items()):
        if what := _loss(base.entries.get(name), entry, today):
            yield Weakening(fixture=name, what=what, file=config.EXCEPTIONS, line=entry.line)


def _loss(old: Entry | None, new: Entry, today: dt.date) -> str | None:
    if old is None or old.kind is not new.kind:
        match new.kind:
            case Kind.ACCEPTED:
                return "its regression is accepted"
            case Kind.QUARANTINED:
                return "it is quarantined"
    if new.expires > old.expires:
        return "its exception lasts longer"
    if old.is_too_long(today) and not new.is_too_long(today):
        return "its exception, which lasts too long, is made to hold"
    if replace(old, expires=new.expires, line=new.line) != new:
        return "its exception is edited"
    return None
