"""A `retrieval: live` fixture and one revision's indexes → the documents that its engine finds now."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from llmgate import retrieval
from llmgate.config import RetrievalEntry
from llmgate.engine_options import OPTIONS
from llmgate.errors import RenderError
from llmgate.fixture import ContextDocument, Fixture
from llmgate.retrieval import drift
from llmgate.retrieval.bm25 import Bm25
from llmgate.retrieval.engine import Engine
from llmgate.retrieval.fts5 import Fts5
from llmgate.retrieval.indexes import Indexes

DEFAULT_TOP_K = 5
DEFAULT_QUERY = "question"
MAX_QUERY_CHARS = 10_000
MAX_FAILURES = 3
"""After as many an engine is not tried again: each may take as long as it is let."""

OutsideEngine = Callable[[RetrievalEntry, Indexes], Engine]


def no_outside(entry: RetrievalEntry, _: Indexes) -> Engine:
    """Refuse an engine that needs the network or a process, where neither is to be used."""
    raise RenderError(
        f"the engine {entry.engine!r} is not run here", id="unknown-engine", remedy="`llmgate gate` runs it"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search gave, and for how many documents it was asked."""

    documents: tuple[ContextDocument, ...]
    k: int


class Live:
    """Searches the indexes of one revision. Engines are made once, and the same question is asked once."""

    def __init__(self, indexes: Indexes, outside: OutsideEngine = no_outside) -> None:
        self.indexes = indexes
        self._outside = outside
        self._engines: dict[str, Engine] = {}
        self._failures: defaultdict[str, list[RenderError]] = defaultdict(list)
        self._found: dict[tuple[str, str], Found] = {}

    def search(self, fixture: Fixture) -> Found:
        """Find the documents that take the place of the fixture's own.

        Raises:
            RenderError: where there is nothing to search with, or the index is not the one that is locked.
            NotEvaluated: where a service is out of reach.
            ConfigurationError: where the lock or the corpus cannot be read.
        """
        name, entry = self._entry(fixture)
        question = query(fixture, entry)
        if (name, question) not in self._found:
            self._found[name, question] = self._asked(name, entry, question)
        return self._found[name, question]

    def question(self, fixture: Fixture) -> str:
        """Return what would be searched for.

        Raises:
            RenderError: where there is no such text, or nothing to search in.
        """
        return query(fixture, self._entry(fixture)[1])

    def _asked(self, name: str, entry: RetrievalEntry, question: str) -> Found:
        failures = self._failures[name]
        if len(failures) >= MAX_FAILURES:
            raise failures[-1]
        k, least = entry.top_k or DEFAULT_TOP_K, entry.score_threshold
        try:
            hits = self._engine(name, entry).search(question, k)
        except RenderError as error:
            failures.append(error)
            raise
        near = (hit for hit in hits if least is None or hit.score is None or hit.score >= least)
        return Found(documents=tuple(ContextDocument(id=hit.id, text=hit.text, score=hit.score) for hit in near), k=k)

    def entry(self, target: str) -> RetrievalEntry | None:
        """Return the settings of a target's retrieval, or None where it has none."""
        found = self.indexes.config.targets.get(target)
        return self.indexes.config.retrieval.get(found.retrieval) if found and found.retrieval else None

    def _entry(self, fixture: Fixture) -> tuple[str, RetrievalEntry]:
        target, entry = self.indexes.config.targets.get(fixture.target), self.entry(fixture.target)
        if target is None or target.retrieval is None or entry is None:
            raise RenderError(
                f"fixture {fixture.id!r} has `retrieval: live`, and its target {fixture.target!r} has no retrieval",
                id="nothing-to-search",
                remedy="name one in llmgate.yaml, under the target's `retrieval`",
            )
        return target.retrieval, entry

    def _engine(self, name: str, entry: RetrievalEntry) -> Engine:
        if name not in self._engines:
            _searchable(name, entry)
            self._hold(name, entry)
            self._engines[name] = self._made(name, entry)
        return self._engines[name]

    def _hold(self, name: str, entry: RetrievalEntry) -> None:
        """Refuse an index that is not the one of the lock: what it finds could not be found again."""
        if not drift.is_lockable(entry):
            return
        if self.indexes.lock is None:
            raise RenderError(f"the index {name!r} is not locked", id="index-not-locked", remedy=drift.REMEDY)
        if self.indexes.drift(name):
            raise RenderError(
                f"the index {name!r} is not the one of llmgate.lock", id="index-not-locked", remedy=drift.REMEDY
            )

    def _made(self, name: str, entry: RetrievalEntry) -> Engine:
        if entry.engine in retrieval.OUTSIDE:
            return self._outside(entry, self.indexes)
        passages = self.indexes.corpus(name).passages
        return Bm25(passages, entry.options) if entry.engine == "bm25" else Fts5(passages, entry.options)


def _searchable(name: str, entry: RetrievalEntry) -> None:
    """Refuse what no engine of llmgate can search."""
    if entry.engine not in OPTIONS:
        raise RenderError(
            f"llmgate cannot search with the engine {entry.engine!r} of {name!r}",
            id="unknown-engine",
            remedy=f"reach it through the engine `http` or `command`; known: {', '.join(OPTIONS)}",
        )
    if entry.engine in retrieval.EMBEDDED and not entry.corpus:
        raise RenderError(
            f"the retrieval {name!r} has no corpus to search",
            id="nothing-to-search",
            remedy="name its files under `corpus`",
        )


def query(fixture: Fixture, entry: RetrievalEntry) -> str:
    """Choose what is searched for: the variable that `query` names, else `question`, else the last user's message.

    Raises:
        RenderError: where there is no such text.
    """
    named = fixture.input.variables.get(entry.query or DEFAULT_QUERY)
    said = [message.text for message in fixture.input.messages if message.role == "user" and message.text]
    text = named if isinstance(named, str) else said[-1] if said and entry.query is None else ""
    if not text.strip():
        raise RenderError(
            f"fixture {fixture.id!r} has nothing to search for",
            id="nothing-to-search",
            remedy=f"give it the variable {entry.query or DEFAULT_QUERY!r}, or name another in the retrieval's `query`",
        )
    return text[:MAX_QUERY_CHARS]


def replayed(fixture: Fixture, found: Found) -> Fixture:
    """Put what was found in the place of the documents that the fixture recorded."""
    context = fixture.context.model_copy(update={"documents": found.documents, "text": None})
    return fixture.model_copy(update={"context": context})


def digest(found: Found) -> str:
    """Name what was found: the same documents in the same order have the same digest."""
    whole = hashlib.sha256()
    for document in found.documents:
        for text in (document.id, document.text):
            whole.update(hashlib.sha256(text.encode()).digest())
    return whole.hexdigest()
