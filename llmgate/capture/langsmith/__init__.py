"""LangSmith's runs, feedback and examples, of its API, its exports and its SDK → spans and remarks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pydantic import JsonValue

from llmgate.capture import values
from llmgate.capture.langsmith import remarks, run
from llmgate.capture.span import Json, Record, Remark, Span, Unfit

_EXPECTED = "neither a run (id, run_type), nor feedback, nor an example: this is not what LangSmith exports"
_PAGES = ("runs", "items", "data", "results")


def traces(value: JsonValue) -> Iterable[str]:
    """Name the traces that a record says something of.

    Raises:
        Unfit: where the record is not of this dialect.
    """
    found: set[str] = set()
    for entry in _entries(value):
        if "run_type" in entry:
            found.add(run.trace(entry))
        else:
            found.update(remark.trace for remark in remarks.of(entry))
    return sorted(found)


def read(record: Record) -> Iterable[Span | Remark]:
    """Read all that a record says.

    Raises:
        Unfit: where it cannot be read.
    """
    for entry in _entries(record.value):
        if "run_type" in entry:
            yield run.span(entry, record)
        else:
            yield from remarks.of(entry)


def _entries(value: JsonValue) -> Iterator[dict[str, JsonValue]]:
    """Take pages apart, and runs out of their parents.

    Raises:
        Unfit: where an entry is nothing that LangSmith has.
    """
    waiting: list[JsonValue] = [value]
    if isinstance(value, list):
        waiting = value[::-1]
    elif isinstance(value, dict) and "run_type" not in value:
        page = next((inner for key in _PAGES if isinstance(inner := value.get(key), list)), None)
        waiting = page[::-1] if page is not None else waiting
    while waiting:
        entry = waiting.pop()
        if not isinstance(entry, dict) or not _is_known(entry):
            raise Unfit(_EXPECTED)
        yield entry
        waiting += values.items(entry.get("child_runs"))[::-1]


def _is_known(entry: Json) -> bool:
    is_run = isinstance(entry.get("run_type"), str) and run.name(entry) is not None
    is_feedback = "key" in entry and ("run_id" in entry or "trace_id" in entry)
    return is_run or is_feedback or ("dataset_id" in entry and "outputs" in entry)
