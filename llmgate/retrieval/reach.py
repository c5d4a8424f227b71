"""A change of retrieval and the entries of both arms → whether the engine that llmgate runs can show what it does."""

from __future__ import annotations

from llmgate import patterns
from llmgate.config import PATH, RetrievalEntry
from llmgate.engine_options import CommandOptions
from llmgate.retrieval import lock

_UNREAD = ("embedding", "reranker", "index")
"""Settings of a retrieval that are compared and that no engine of llmgate takes up."""


def shows(unit: str, path: str, base: RetrievalEntry | None, head: RetrievalEntry | None) -> bool:
    """Tell whether a search on both arms shows a change.

    Of `llmgate.yaml` it does where all that differs is what an engine reads; of another file, where a command gets
    it. What the program in production reads besides, such as a reranker's settings, no search here can show.
    """
    if base is None or head is None or path == lock.PATH:
        return False
    if unit.startswith("index:"):
        return True
    if path != PATH:
        return _is_given(path, base) and _is_given(path, head)
    return all(getattr(base, name) == getattr(head, name) for name in _UNREAD)


def _is_given(path: str, entry: RetrievalEntry) -> bool:
    if entry.engine != "command":
        return False
    return patterns.matcher(CommandOptions.model_validate(entry.options).files)(path)
