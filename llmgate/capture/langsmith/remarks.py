"""LangSmith's feedback and examples → remarks on a run."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import JsonValue

from llmgate.capture import feedback, values
from llmgate.capture.platforms import answered
from llmgate.capture.span import Json, Remark, by_span


def of(entry: dict[str, JsonValue]) -> Iterator[Remark]:
    """Read feedback on a run, or an example that was made of one."""
    if "key" not in entry:
        source, right = values.name(entry.get("source_run_id")), answered.text(entry.get("outputs"))
        if source is not None and right is not None:
            yield Remark(trace=by_span(source), span=source, expected=right)
        return
    run = values.name(entry.get("run_id"))
    trace = values.name(entry.get("trace_id")) or (by_span(run) if run is not None else None)
    if trace is not None:
        yield Remark(
            trace=trace, span=run, feedback=(_judgement(entry),), expected=answered.text(entry.get("correction"))
        )


def _judgement(entry: Json) -> Json:
    value = entry.get("value")
    score = entry.get("score")
    if score is None and not isinstance(value, str):
        score = value
    return feedback.of(entry.get("key"), score=score, label=value, comment=entry.get("comment"))
