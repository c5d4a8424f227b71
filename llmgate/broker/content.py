"""The bytes of a request → its JSON, read as every server reads it, and staying with the model that it names."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import JsonValue

from llmgate.broker.refused import Refused
from llmgate.providers import api

MAX_PIECES = 1_000_000
"""Values in a request at most: each takes a hundred times its byte when it is read."""

ELSEWHERE = frozenset(
    {"models", "fallbacks", "fallback", "fallback_models", "context_window_fallbacks", "content_policy_fallbacks"}
    | {"preset", "model_list", "background", "api_base", "base_url", "api_key"}
)
"""Names under which servers and gateways take other models, other hosts, or answer later and elsewhere."""
_NAMED_ONCE = frozenset({"model", "stream", *ELSEWHERE})


def read(data: bytes) -> Mapping[str, JsonValue]:
    """Read a request.

    Raises:
        Refused: it is not one JSON object, could be read in two ways, or may be answered by another model.
    """
    if data.count(b",") + data.count(b"[") + data.count(b"{") > MAX_PIECES:
        raise Refused(413, f"the request has more than {MAX_PIECES} values")
    try:
        content = api.decode(data, unique=True)
    except api.UnreadableError as error:
        raise Refused(400, f"the request is not readable JSON: {error}") from None
    if not isinstance(content, dict):
        raise Refused(400, "the request is not a JSON object")
    _see_that_it_stays(content)
    return content


def _see_that_it_stays(content: Mapping[str, JsonValue]) -> None:
    for name, value in content.items():
        if name.casefold() in _NAMED_ONCE and name not in _NAMED_ONCE:
            raise Refused(400, f"{name!r} is written otherwise than it is spelled, which some servers take for it")
        if name in ELSEWHERE and value:
            raise Refused(
                403, f"{name!r} could have the request answered by another model or elsewhere, past what is pinned"
            )
    _see_that_its_tools_stay(content.get("tools"))


def _see_that_its_tools_stay(tools: JsonValue) -> None:
    """Refuse tools of a server that ask another model, as one that advises.

    Reference: https://platform.claude.com/docs/en/agents-and-tools/tool-use/advisor-tool.
    """
    for tool in tools if isinstance(tools, list) else ():
        for part in (tool, tool.get("parameters")) if isinstance(tool, dict) else ():
            if isinstance(part, dict) and any(key.casefold() == "model" and part[key] for key in part):
                raise Refused(403, "a tool with a `model` of its own would ask another one, past what is pinned")
