"""The model calls of a conversation and the spans of its tools → what each tool answered, as a fixture records it."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence

from pydantic import JsonValue

from llmgate.capture.messages import parts
from llmgate.capture.span import Json, Span, ToolRun


def of(chain: Sequence[Span], ran: Sequence[Json]) -> tuple[Json, ...]:
    """List the tools' answers in the order of the calls: as the model read them, else what `ran` in the trace."""
    begun = len(chain[0].messages)
    return tuple(map(_result, _answers(chain[-1].messages[begun:] if len(chain) > 1 else ()))) or tuple(ran)


def ran(spans: Iterable[Span]) -> tuple[Json, ...]:
    """List what the tools' own spans say, in the order in which they began."""
    return tuple(_result(span.tool) for span in sorted(spans, key=_begin) if span.tool is not None)


def _begin(span: Span) -> int:
    return span.started_ns


def _answers(messages: Sequence[Json]) -> Iterator[ToolRun]:
    """Pair the calls of a conversation with their results, by id, else by their order."""
    open_calls = _Open()
    for part in parts.listed(messages):
        if part.get("type") == "tool_call":
            open_calls.add(part)
        elif part.get("type") == "tool_call_response" and (call := open_calls.take(part.get("id"))) is not None:
            yield ToolRun(
                name=str(call["name"]),
                arguments=call.get("arguments"),
                result=part.get("response"),
                error=part.get("is_error") is True,
            )


class _Open:
    """Calls, each to be taken once; in constant time, as there may be any number of them."""

    def __init__(self) -> None:
        self._calls: list[dict[str, JsonValue]] = []
        self._in_order: deque[int] = deque()
        self._by_id: defaultdict[str, deque[int]] = defaultdict(deque)
        self._taken: set[int] = set()

    def add(self, call: dict[str, JsonValue]) -> None:
        self._in_order.append(len(self._calls))
        self._by_id[str(call.get("id"))].append(len(self._calls))
        self._calls.append(call)

    def take(self, known: JsonValue) -> dict[str, JsonValue] | None:
        """Take the first call with an id, or the first of all where none has it."""
        return self._first(self._by_id[str(known)]) or self._first(self._in_order)

    def _first(self, places: deque[int]) -> dict[str, JsonValue] | None:
        while places:
            place = places.popleft()
            if place not in self._taken:
                self._taken.add(place)
                return self._calls[place]
        return None


def _result(run: ToolRun) -> Json:
    told: dict[str, JsonValue] = {"name": run.name, "arguments": parts.parsed(run.arguments), "result": run.result}
    if told["arguments"] is None:
        told["arguments"] = {}
    return {**told, "error": True} if run.error else told
