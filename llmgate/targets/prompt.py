"""The `prompt` target: a fixture and one arm's template → a request, and the conversation that answers it.

Replay freezes everything but the model: documents, earlier turns and tool results come from the fixture.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import JsonValue, ValidationError

from llmgate.config import ModelEntry, PromptEntry
from llmgate.errors import RenderError
from llmgate.fixture import ContextDocument, Fixture, Input
from llmgate.fixture.state import Attached, ToolResult
from llmgate.message import Message, TextPart, ToolCallPart, ToolDefinition, ToolResponsePart
from llmgate.prompts import Prompt, in_order
from llmgate.targets.replaying import Replay
from llmgate.trial import Call, Miss, MissKind, Request

DOCUMENTS, CONTEXT = "documents", "context"
Rendered = Sequence[tuple[Literal["system", "developer", "user", "assistant", "history"] | None, str]]
Ask = Callable[[Request, int], Awaitable[Call]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """What came of a request: every call, the last text, the tool calls in order, and the miss that ended it.

    `request` is the last one that was sent.
    """

    calls: tuple[Call, ...]
    output: str
    tool_calls: tuple[ToolCallPart, ...]
    request: Request
    miss: Miss | None = None


def variables(fixture: Fixture) -> dict[str, JsonValue]:
    """List what a template may use: the fixture's variables, `documents` as data and `context` as text."""
    found = fixture.context.documents
    joined = "\n\n".join(f"[{document.id}] {document.text}" for document in found)
    context = joined if fixture.context.text is None else fixture.context.text
    data: list[JsonValue] = [told(item) for item in found]
    return {DOCUMENTS: data, CONTEXT: context, **fixture.input.variables}


def told(document: ContextDocument) -> dict[str, JsonValue]:
    """Write a document as templates and applications get it."""
    data: dict[str, JsonValue] = {"id": document.id, "text": document.text, "score": document.score}
    return {**data, "metadata": document.metadata} if document.metadata else data


def request(
    fixture: Fixture, target: PromptEntry, entry: ModelEntry, rendered: Rendered, *, source: Prompt | None = None
) -> Request:
    """Build the request of one arm.

    The fixture's earlier turns stand where the prompt says, else behind a prompt of several messages; one text
    becomes a message of the target's `role`, after the turns for `user`, before them for `system`. Tools and the
    format of the answer that stand in the prompt's file, `source`, are sent as each arm has them; tools of the
    fixture where the file has none.

    Raises:
        RenderError: where the conversation would not end with something for the model to answer, or the file's tools
            are none.
    """
    messages = _messages(rendered, target.role, fixture.input)
    if not messages or messages[-1].role not in ("user", "tool"):
        raise RenderError(
            f"fixture {fixture.id!r} leaves the model nothing to answer: the last message is not a user's",
            id="nothing-to-answer",
            remedy="add the user's turn to input.messages, or give the target `role: user`",
        )
    return Request(
        provider=entry.provider,
        model=entry.model,
        messages=messages,
        tools=(_tools(source) if source else ()) or fixture.tools.definitions,
        params={
            **(_answer_format(source) if source else {}),
            **{name: value for name, value in entry.params.items() if name != "seed"},
        },
    )


def _spoken(rendered: Rendered, one: Literal["user", "system"], attached: Attached) -> list[Message | None]:
    """Make the prompt's messages, None where the turns stand; what is attached goes with the user's last one."""
    spoken = [None if role == "history" else _message(role or one, text) for role, text in rendered]
    if not attached.parts:
        return spoken
    for place, message in reversed(list(enumerate(spoken))):
        if message is not None and message.role == "user":
            spoken[place] = Message(role="user", parts=(*attached.before, *message.parts, *attached.after))
            return spoken
    raise RenderError(
        "input.attached has no message to go with: the prompt makes none of the user's",
        id="nothing-to-answer",
        remedy="put the files into the user's message in input.messages",
    )


def _messages(rendered: Rendered, one: Literal["user", "system"], given: Input) -> tuple[Message, ...]:
    turns = given.messages
    placed = any(role == "history" for role, _ in rendered)
    behind = len(rendered) != 1 or rendered[0][0] is not None or one != "user"
    found: list[Message] = [] if placed or behind else [*turns]
    for message in _spoken(rendered, one, given.attached):
        found += turns if message is None else [message]
    return tuple(found) if placed or not behind else (*found, *turns)


def _tools(source: Prompt) -> tuple[ToolDefinition, ...]:
    if not isinstance(source.tools, list):
        return ()
    try:
        return tuple(ToolDefinition.model_validate(tool) for tool in source.tools)
    except ValidationError as error:
        raise RenderError(f"{source.path}: `tools` has an entry that is no tool", id="prompt-malformed") from error


def _answer_format(source: Prompt) -> dict[str, JsonValue]:
    """Write `responseFormat` and `jsonSchema` as the parameter that Chat Completions knows."""
    if not isinstance(source.schema, dict):
        return {}
    kind, schema = source.schema.get("responseFormat"), source.schema.get("jsonSchema")
    if isinstance(schema, dict):
        return {"response_format": {"type": "json_schema", "json_schema": schema}}
    return {"response_format": {"type": kind}} if isinstance(kind, str) and kind != "text" else {}


def _message(role: Literal["system", "developer", "user", "assistant"], text: str) -> Message:
    return Message(role=role, parts=(TextPart(content=text),))


def opening(first: Request) -> Request:
    """Return the request with which a conversation begins, as it is sent."""
    return dataclasses.replace(first, params={**first.params, **first.once}, once={})


async def converse(fixture: Fixture, first: Request, *, max_steps: int, ask: Ask) -> Conversation:
    """Ask, answer the model's tool calls from the recorded results, and ask again, until it has its say.

    A call of a tool that has no recorded result ends the conversation as a miss; it is never served live.
    """
    calls: list[Call] = []
    wanted: list[ToolCallPart] = []
    current = opening(first)
    sent, miss = current, None
    replay = Replay(fixture.tools.results, first.tools)
    while len(calls) < max_steps:
        call = await ask(current, len(calls))
        calls.append(call)
        sent = current
        message = call.completion.message
        wanted += message.tool_calls
        if not message.tool_calls:
            break
        served = replay.answers(message.tool_calls)
        if isinstance(served, Miss):
            miss = served
            break
        answers = map(_answer, message.tool_calls, served)
        current = dataclasses.replace(current, params=first.params, messages=(*current.messages, message, *answers))
    else:
        miss = Miss(kind=MissKind.TOO_MANY_CALLS, message=f"the model still called tools after {max_steps} steps")
    output = calls[-1].completion.message.text if calls else ""
    return Conversation(calls=tuple(calls), output=output, tool_calls=tuple(wanted), request=sent, miss=miss)


def _answer(part: ToolCallPart, served: ToolResult) -> Message:
    response = ToolResponsePart(id=part.id, response=served.result, is_error=served.error)
    return Message(role="tool", parts=(response,), name=part.name)


def canonical(value: Any) -> str:
    """Write a JSON value so that equal values have equal text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def tools(request: Request) -> list[dict[str, JsonValue]]:
    """Return the tools of a request as JSON."""
    return [tool.model_dump(mode="json") for tool in request.tools]


def as_sent(value: Any) -> str:
    """Write a part of a request so that what a model can tell apart has another text."""
    return canonical(in_order(value))


def digest(request: Request, *, seed: int | None) -> str:
    """`sha256:` over what is sent: equal requests have equal digests whichever arm builds them."""
    content = {
        "provider": request.provider,
        "model": request.model,
        "messages": [message.model_dump(mode="json") for message in request.messages],
        "tools": tools(request),
        "params": dict(request.params),
        "seed": seed,
        **({"once": dict(request.once)} if request.once else {}),
    }
    return "sha256:" + hashlib.sha256(as_sent(content).encode()).hexdigest()
