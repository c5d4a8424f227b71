"""An index as it is and as `llmgate.lock` says → what differs, and which documents it is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pydantic import JsonValue

from llmgate import documents, retrieval
from llmgate.config import RetrievalEntry
from llmgate.retrieval import corpus
from llmgate.retrieval.lock import Built, Locked
from llmgate.retrieval.manifest import Difference, canonical, difference

MOST_NAMED = 3
REMEDY = "run `llmgate index lock` and commit llmgate.lock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """How an index differs from its lock.

    `settings` are sentences on what it is made with, `documents` what became of its documents, `unnamed` a sentence
    for a difference that no document can be named for.
    """

    index: str
    settings: tuple[str, ...] = ()
    documents: Difference = field(default_factory=Difference)
    unnamed: str = ""

    @property
    def summary(self) -> str:
        """Say it in one sentence, with the first documents of each kind."""
        more = len(self.settings) - MOST_NAMED
        settings = (*self.settings[:MOST_NAMED], *([f"and {more} more settings"] if more > 0 else []))
        parts = [*settings, *_summed(self.documents), *filter(None, [self.unnamed])]
        return f"the index {documents.quoted(self.index)} differs from llmgate.lock: {'; '.join(parts)}"

    def lines(self) -> Iterator[str]:
        """Say it in full, a line for each setting and document."""
        index = documents.printable(self.index, documents.MAX_NUMBER_CHARS)
        yield from (f"{index}: {sentence}" for sentence in (*self.settings, *filter(None, [self.unnamed])))
        for kind, names in _kinds(self.documents):
            yield from (f"{index}: {kind} {name}" for name in names)


def between(name: str, entry: RetrievalEntry | None, locked: Locked | None, built: Built | None) -> Drift | None:
    """Hold an index against its lock; None where nothing differs.

    `built` is None where the index cannot be read here, as a store's offline: then the configuration alone is held
    against the lock.
    """
    if entry is None:
        return Drift(index=name, settings=("it is locked, and llmgate.yaml has no such retrieval",))
    if locked is None:
        return Drift(index=name, settings=("it has no entry there",))
    if not is_lockable(entry):
        return Drift(index=name, settings=("it is locked, and llmgate.yaml gives it no corpus",))
    settings = (*_names(entry, locked, built), *_headers(entry, locked, built))
    if built is None or built.manifest.digest == locked.digest:
        return Drift(index=name, settings=settings) if settings else None
    if locked.documents is None:
        return Drift(index=name, settings=settings, unnamed=_counts(locked, built))
    found = difference(locked.documents, built.manifest.roots)
    unnamed = "" if found or settings else "its digest is another, though no document differs"
    return Drift(index=name, settings=settings, documents=found, unnamed=unnamed)


def is_lockable(entry: RetrievalEntry) -> bool:
    """Tell whether there is an index to fingerprint: files of a corpus, or a store that can be read."""
    return bool(entry.corpus) or entry.engine in retrieval.STORES


def _names(entry: RetrievalEntry, locked: Locked, built: Built | None) -> Iterator[str]:
    stored = entry.engine in retrieval.STORES
    if entry.engine != locked.engine and (stored or locked.engine in retrieval.STORES):
        yield f"its engine is {documents.quoted(entry.engine)} and was {documents.quoted(locked.engine)}"
    if stored and entry.index != locked.asked:
        yield f"llmgate.yaml asks for {_shown(entry.index)}, and it was made for {_shown(locked.asked)}"
    elif built is not None and built.name != locked.name:
        yield f"{_shown(locked.asked)} means {_shown(built.name)} and meant {_shown(locked.name)}"


def _headers(entry: RetrievalEntry, locked: Locked, built: Built | None) -> Iterator[str]:
    """Compare what the index is made with; what only a store tells, where the store was read."""
    now = (built.manifest.header if built else corpus.header(entry)).value()
    before = locked.header.header().value()
    for section in sorted(now):
        if section != "store" or built is not None:
            yield from _section(section, before[section], now[section])


def _section(name: str, before: JsonValue, now: JsonValue) -> Iterator[str]:
    if not isinstance(before, Mapping) or not isinstance(now, Mapping):
        before, now, prefix = {name: before}, {name: now}, ""
    else:
        prefix = f"{name}."
    for key in sorted(before.keys() | now.keys()):
        old, new = _shown(before.get(key)), _shown(now.get(key))
        if old != new:
            yield f"{documents.printable(prefix + key, documents.MAX_NUMBER_CHARS)} is {new} and was {old}"


def _shown(value: JsonValue) -> str:
    if value is None:
        return "nothing"
    return documents.quoted(value) if isinstance(value, str) else documents.printable(canonical({"": value})[4:-1], 80)


def _counts(locked: Locked, built: Built) -> str:
    return (
        f"{locked.document_count:,} documents in {locked.chunk_count:,} chunks were locked, "
        f"{len(built.manifest.roots):,} in {len(built.manifest.rows):,} are there; they are too many for the lock to"
        " name those that differ"
    )


def _summed(found: Difference) -> Iterator[str]:
    for kind, names in _kinds(found):
        listed = list(names)
        more = f" and {len(listed) - MOST_NAMED} more" if len(listed) > MOST_NAMED else ""
        yield f"{kind} {', '.join(listed[:MOST_NAMED])}{more}" if listed else ""


def _kinds(found: Difference) -> Iterator[tuple[str, Iterable[str]]]:
    """Yield the kinds of difference that there are, each with its documents."""
    moved = [f"{old} to {new}" for old, new in found.moved]
    for kind, names in (
        ("changed", found.changed),
        ("moved", moved),
        ("added", found.added),
        ("removed", found.removed),
    ):
        if names:
            yield kind, (documents.printable(name, documents.MAX_NUMBER_CHARS) for name in names)
