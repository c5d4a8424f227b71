"""A revision's file of exceptions → its entries by fixture, or what is wrong with it: then nothing is excepted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from pydantic import ValidationError

from llmgate import config, documents
from llmgate.errors import ConfigurationError, Fault
from llmgate.exceptions.entry import Accepted, Entry, Exceptions, Kind, Quarantined

Read = Callable[[str], bytes | None]
"""A file of the revision; None where it has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """The entries of one revision. Where there are faults there are no entries: in doubt every fixture counts."""

    entries: Mapping[str, Entry] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()


def of(read: Read) -> Listed:
    """Read the exceptions of a revision that may have none."""
    try:
        data = read(config.EXCEPTIONS)
        return Listed() if data is None else _listed(documents.read(config.EXCEPTIONS, data))
    except ConfigurationError as error:
        return Listed(faults=error.faults)


def _listed(document: documents.Document) -> Listed:
    try:
        written = Exceptions.model_validate(document.value)
    except ValidationError as error:
        return Listed(faults=tuple(documents.faults(document, error)))
    entries: dict[str, Entry] = {}
    faults: list[Fault] = []
    for entry in _entries(written, document):
        if (first := entries.setdefault(entry.fixture, entry)) is not entry:
            message = f"the fixture {entry.fixture!r} has two exceptions; the first stands in line {first.line}"
            faults.append(documents.fault(document.path, entry.line, message, "keep one of them", id="used-twice"))
    return Listed(faults=tuple(documents.bounded(document, faults))) if faults else Listed(entries=entries)


def _entries(written: Exceptions, document: documents.Document) -> Iterator[Entry]:
    for place, accepted in enumerate(written.accepted):
        yield entry_of(accepted, document.line((Kind.ACCEPTED, place)))
    for place, quarantined in enumerate(written.quarantined):
        yield entry_of(quarantined, document.line((Kind.QUARANTINED, place)))


def entry_of(one: Accepted | Quarantined, line: int) -> Entry:
    """Give both kinds one form."""
    match one:
        case Accepted():
            kind, who = Kind.ACCEPTED, one.by
        case Quarantined():
            kind, who = Kind.QUARANTINED, one.owner
    return Entry(
        kind=kind,
        fixture=one.fixture,
        reason=one.reason,
        who=who,
        expires=one.expires,
        request=one.request if isinstance(one, Accepted) else None,
        line=line,
    )
