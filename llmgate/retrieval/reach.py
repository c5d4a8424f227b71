"""A change of retrieval and the entries of both arms → whether the engine that llmgate runs can show what it does."""

from __future__ import annotations

from llmgate import patterns
from llmgate.config import PATH, RetrievalEntry
from llmgate.engine_options import CommandOptions
from llmgate.retrieval import lock

_UNREAD = ("embedding", "reranker", "index")
"""Settings of a retrieval that are compared and that no engine of llmgate takes up."""
_UNREAD_OUTSIDE = {"http": (*_UNREAD, "corpus", "chunk"), "command": (*_UNREAD, "chunk")}
"""A service has an index of its own; a command gets the files of the corpus and splits them as it likes."""


def shows(unit: str, path: str, base: RetrievalEntry | None, head: RetrievalEntry | None) -> bool:
    """Tell whether a search on both arms shows a change.

    Of `llmgate.yaml` it does where all that differs is what an engine reads; of another file, where a command gets
    it. What the program in production reads besides, such as a reranker's settings, no search here can show.
    """
    if base is None or head is None or path == lock.PATH:
        return False
    if unit.startswith("index:"):
        return "http" not in (base.engine, head.engine)
    if path != PATH:
        return _is_given(path, base) and _is_given(path, head)
    unread = _UNREAD_OUTSIDE.get(head.engine, _UNREAD) if base.engine == head.engine else _UNREAD
    return all(getattr(base, name) == getattr(head, name) for name in unread)


def _is_given(path: str, entry: RetrievalEntry) -> bool:
    if entry.engine != "command":
        return False
    return patterns.matcher(CommandOptions.model_validate(entry.options).files)(path)
