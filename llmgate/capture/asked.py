"""What a model was asked, as SDKs log it → messages, tools and parameters.

SDKs log the keyword arguments of the call (`messages`, or `input` and `instructions`, or `system` and `messages`, with
`tools` and parameters beside them), a bare list of messages, or a text.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from pydantic import JsonValue

from llmgate.capture import messages, values
from llmgate.capture.messages import Conversation
from llmgate.capture.span import Json, Unfit

UNRECORDED = "messages that were not recorded"
UNREAD = "messages that could not be read"

PARAMETERS = frozenset(
    {"frequency_penalty", "function_call", "logit_bias", "logprobs", "max_completion_tokens", "max_output_tokens"}
    | {"max_tokens", "min_p", "modalities", "n", "parallel_tool_calls", "prediction", "presence_penalty", "reasoning"}
    | {"reasoning_effort", "repetition_penalty", "response_format", "service_tier", "stop", "stop_sequences"}
    | {"temperature", "text", "thinking", "tool_choice", "top_k", "top_logprobs", "top_p", "truncation", "verbosity"}
)
_STATES = {
    "previous_response_id": "a conversation that the provider stores (previous_response_id)",
    "conversation": "a conversation that the provider stores (conversation)",
    "container": "a container of the provider (container)",
    "mcp_servers": "servers that the provider asks (mcp_servers)",
    "web_search_options": "the provider's own tool (web_search)",
}
_BODIES = frozenset({"messages", "input", "prompt", "prompts", "instructions", "system"})
_OTHERS = frozenset({"model", "tools", "functions", "seed", "stream", "stream_options", "store", "metadata", "user"})
_REQUEST = PARAMETERS | _STATES.keys() | _BODIES | _OTHERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request, in the parts of a `Span`; `variables` where it holds a template's values in place of messages."""

    messages: tuple[Json, ...] = ()
    tools: tuple[Json, ...] = ()
    params: Json = field(default_factory=dict)
    seed: int | None = None
    model: str | None = None
    prompt: Json = field(default_factory=dict)
    variables: Json | None = None
    missing: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()


def of(value: JsonValue) -> Asked:
    """Read a request of any shape; what cannot be read is noted, not raised."""
    value = messages.parse(value)
    if value in (None, "", [], {}):
        return Asked(missing=("messages",), depends_on=(UNRECORDED,))
    if isinstance(value, list):
        return _listed(value)
    if not isinstance(value, dict) or "role" in value or "parts" in value or ("kwargs" in value and "lc" in value):
        return _told(conversation(value))
    kwargs = value.get("kwargs")
    return _keyed(kwargs if isinstance(kwargs, dict) and _BODIES & kwargs.keys() else value)


def conversation(value: JsonValue, *, role: str = "user") -> Conversation:
    """Read messages as `messages.read`, and note it where one is none."""
    try:
        return messages.read(value, role=role)
    except Unfit as unfit:
        return Conversation(missing=(f"messages: {unfit}",), depends_on=(UNREAD,))


def definitions(value: JsonValue) -> Conversation:
    return messages.definitions(value) if isinstance(messages.parse(value), list | dict) else Conversation()


def parameters(value: JsonValue) -> tuple[Json, int | None]:
    """Return the parameters among a request's keys, as the API names them, and the seed."""
    given = values.mapping(value)
    chosen = {key: item for key, item in given.items() if key in PARAMETERS and item not in (None, "Infinity", "inf")}
    return chosen, values.whole(given.get("seed"))


def with_tools(asked: Asked, tools: Conversation) -> Asked:
    """Offer the tools that stand elsewhere, where the request has none of its own."""
    if asked.tools or not (tools.messages or tools.missing or tools.depends_on):
        return asked
    return replace(
        asked,
        tools=tools.messages,
        missing=(*asked.missing, *tools.missing),
        depends_on=(*asked.depends_on, *tools.depends_on),
    )


def _told(said: Conversation) -> Asked:
    return Asked(messages=said.messages, missing=said.missing, depends_on=said.depends_on)


def _listed(entries: list[JsonValue]) -> Asked:
    """Read messages; Langfuse's handler for LangChain lists the tools after them, as if tools had spoken."""
    offered = [entry["content"] for entry in entries if isinstance(entry, dict) and _is_offer(entry)]
    spoken: list[JsonValue] = [entry for entry in entries if not (isinstance(entry, dict) and _is_offer(entry))]
    asked = _told(conversation(spoken))
    return with_tools(asked, definitions(offered)) if offered else asked


def _is_offer(entry: dict[str, JsonValue]) -> bool:
    content = entry.get("content")
    return entry.get("role") == "tool" and isinstance(content, dict) and isinstance(content.get("function"), dict)


def _keyed(request: dict[str, JsonValue]) -> Asked:
    """Read the keyword arguments of a call, or else the variables of a template."""
    body = next((key for key in ("messages", "input", "prompts", "prompt") if request.get(key) is not None), None)
    is_request = "messages" in request or (request.keys() <= _REQUEST and bool(_BODIES & request.keys()))
    if not is_request:
        return Asked(variables=request, missing=("messages: the input is an object without messages",))
    stored = request.get("prompt") if isinstance(request.get("prompt"), dict) else None
    if stored is not None and body == "prompt":
        body = None
    asked = _listed([*_system(request), *_body(request, body)])
    params, seed = parameters(request)
    states = tuple(state for key, state in _STATES.items() if request.get(key))
    asked = replace(
        asked,
        params=params,
        seed=seed,
        model=values.text(request.get("model")),
        depends_on=tuple(sorted({*asked.depends_on, *states})),
    )
    asked = with_tools(asked, definitions(request.get("tools") or request.get("functions")))
    return _from_a_stored_prompt(asked, stored) if isinstance(stored, dict) else _whole(asked, request, body)


def _whole(asked: Asked, request: dict[str, JsonValue], body: str | None) -> Asked:
    if body == "prompts" and len(values.items(request["prompts"])) > 1:
        return replace(asked, missing=(*asked.missing, "prompts: all but the first of one call"))
    if not asked.messages and not asked.depends_on:
        return replace(asked, missing=(*asked.missing, "messages"), depends_on=(UNRECORDED,))
    return asked


def _from_a_stored_prompt(asked: Asked, stored: dict[str, JsonValue]) -> Asked:
    prompt: dict[str, JsonValue] = {
        "name": values.text(stored.get("id")),
        "version": values.name(stored.get("version")),
    }
    return replace(
        asked,
        prompt={key: item for key, item in prompt.items() if item is not None},
        variables=values.mapping(stored.get("variables")) or None,
        depends_on=tuple(sorted({*asked.depends_on, "a prompt that the provider stores"})),
    )


def _system(request: dict[str, JsonValue]) -> list[JsonValue]:
    """Put what APIs keep beside the messages before them; each block is a message of its own."""
    told = request.get("system") or request.get("instructions")
    blocks = told if isinstance(told, list) else [told] if told else []
    return [
        {"role": "system", "content": block if isinstance(block, str) else [block]}
        for block in blocks
        if isinstance(block, str | dict)
    ]


def _body(request: dict[str, JsonValue], body: str | None) -> list[JsonValue]:
    if body is None:
        return []
    told = messages.parse(request[body])
    entries: list[JsonValue] = told if isinstance(told, list) else [told]
    if body == "prompts":
        return entries[:1]
    inner = entries[0] if len(entries) == 1 else None  # LangChain hands over a list of conversations
    return inner if isinstance(inner, list) else entries
