"""A conversation and its place in the repository → the content of its fixture, as JSON, not yet redacted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import JsonValue

from llmgate.capture.drafts.placement import Placement, Sent
from llmgate.capture.joining import Seen
from llmgate.capture.messages import parts
from llmgate.capture.span import Json
from llmgate.fixture import MAX_SEED


def of(seen: Seen, sent: Sent, placement: Placement, left_out: Sequence[str]) -> dict[str, JsonValue]:
    """Gather it; empty fields are left out. `left_out` are parts that were sent and that no file can be made of."""
    filled: dict[str, JsonValue] = {**dict.fromkeys(placement.lacking, ""), **placement.variables}
    lacks = [*seen.missing, *(f"the value of the variable {name}" for name in placement.lacking)]
    if placement.has_read_back(sent):
        lacks = [each for each in lacks if not each.startswith("document text: ")]
        lacks.append("documents: they were read back out of the text of the prompt")
    return full(
        {
            "input": full(
                {"variables": filled, "messages": _plain(placement.turns), "attached": dict(placement.attached)}
            ),
            "context": full({"documents": _plain(placement.documents), "text": placement.context}),
            "tools": full({"definitions": _plain(sent.tools), "results": _plain(seen.results)}),
            "seed": _seed(seen),
            "observed": _observed(seen, placement),
            "completeness": full(
                {"missing": _listed(lacks), "depends_on": _listed([*_depends_on(seen, sent, placement), *left_out])}
            ),
        }
    )


def _depends_on(seen: Seen, sent: Sent, placement: Placement) -> list[str]:
    """List the state outside: what the source names, and texts that it did not record, unless nothing shows them."""
    unknown = [] if placement.exact else sent.textless
    found = [*seen.depends_on, *(f"the text of the document {name}" for name in unknown)]
    if seen.calls_tools and not sent.tools and not placement.offers_tools:
        found.append("tool definitions that were not recorded")
    return [*found, *([] if sent.messages else ["messages that were not recorded"])]


def full(fields: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}


def _plain(values: Sequence[Json]) -> list[JsonValue]:
    return [_message(value) for value in values]


def _message(value: Json) -> JsonValue:
    """Write a message of one text as `content`, as people do."""
    listed = value.get("parts")
    if (
        isinstance(listed, list)
        and len(listed) == 1
        and isinstance(part := listed[0], dict)
        and part.get("type") == "text"
    ):
        return {"role": value["role"], **full({"name": value.get("name")}), "content": part["content"]}
    return dict(value)


def _listed(texts: Sequence[str]) -> list[JsonValue]:
    return list(dict.fromkeys(texts))


def _seed(seen: Seen) -> JsonValue:
    seed = seen.first.seed
    return seed if seed is not None and abs(seed) <= MAX_SEED else None


def _observed(seen: Seen, placement: Placement) -> dict[str, JsonValue]:
    first, last = seen.first, seen.last
    return full(
        {
            "output": parts.texts(last.output),
            "tool_calls": [part for part in parts.listed(last.output) if part.get("type") == "tool_call"],
            "finish_reason": last.finish_reason,
            "error": last.error,
            "model": full({"provider": first.provider, "requested": first.requested, "served": last.served}),
            "params": dict(first.params),
            "prompt": dict(seen.prompt),
            "rendered": _plain(placement.rendered),
            "expected": seen.expected,
            "feedback": _plain(seen.feedback),
        }
    )
