"""Requests → OpenAI's Responses, and its answers → Completions.

Reference: https://platform.openai.com/docs/api-reference/responses and …/guides/conversation-state. Nothing is stored
with the provider: each request holds the whole conversation, with the reasoning items that it handed out, sealed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

from pydantic import JsonValue

from llmgate.errors import CallLost, CallRefused
from llmgate.media import BlobPart, Modality, UriPart
from llmgate.message import Message, Part, ReasoningPart, TextPart, ToolCallPart, ToolDefinition, ToolResponsePart
from llmgate.providers import api, conversation, media, openai_chat
from llmgate.trial import Completion, FinishReason, Request, Usage

INCOMPLETE_REASONS = {
    "max_output_tokens": FinishReason.LENGTH,
    "content_filter": FinishReason.CONTENT_FILTER,
}
_TAKEN = "images, PDF and addresses of both"

CAPABILITIES = api.Capabilities(seed=False, logprobs=True, batch=True)


@dataclass(frozen=True, slots=True)
class OpenAIResponses:
    """The Responses API, without its memory. It has no seed, so none is sent."""

    def capabilities(self, _model: str) -> api.Capabilities:
        return CAPABILITIES

    def place(self, _model: str) -> api.Place:
        return api.Place(path="/v1/responses")

    def headers(self, key: str | None) -> dict[str, str]:
        return {} if key is None else {"authorization": f"Bearer {key}"}

    def body(self, request: Request, seed: int | None) -> dict[str, JsonValue]:  # noqa: ARG002 - the API has no seed
        messages = conversation.with_ids(request.messages)
        body: dict[str, JsonValue] = {
            name: request.params[name] for name in sorted(request.params) if name != "response_format"
        }
        if (wanted := _format(request.params.get("response_format"))) is not None:
            text = request.params.get("text")
            body["text"] = {"format": wanted, **(text if isinstance(text, dict) else {})}
        body["model"] = request.model
        body["store"] = False
        body["input"] = [item for message in messages for item in _items(message, request.blobs)]
        if request.tools:
            body["tools"] = [_tool(tool) for tool in request.tools]
        return body

    def parse(self, body: JsonValue) -> Completion:
        answer = api.mapping(body, "the body")
        items = [api.mapping(item, "an item") for item in api.sequence(answer.get("output"), "output")]
        parts = tuple(part for item in items for part in _parts(item))
        if not any(isinstance(part, TextPart | ToolCallPart) for part in parts):
            parts = (*parts, TextPart(content=""))
        message = Message(role="assistant", parts=parts)
        return Completion(
            message=message,
            finish_reason=_finish_reason(answer, message),
            usage=_usage(answer.get("usage")),
            served_model=api.short_name(answer.get("model"), "model"),
            logprobs=_logprobs(items),
        )


def _format(asked: JsonValue) -> JsonValue:
    """Write `response_format` as Chat Completions knows it in the form of `text.format`, which is flat."""
    if not isinstance(asked, dict):
        return None
    named = asked.get("json_schema")
    return {"type": asked.get("type"), **named} if isinstance(named, dict) else asked


def _items(message: Message, blobs: media.Blobs) -> Iterator[JsonValue]:
    """Write a message as items in the order of its parts; a user's texts and files stay together."""
    shown: list[JsonValue] = []
    for part in message.parts:
        match part:
            case ToolResponsePart():
                yield {"type": "function_call_output", "call_id": part.id, "output": _output(message, part, blobs)}
            case ToolCallPart():
                arguments = openai_chat.written_arguments(part.arguments)
                yield {"type": "function_call", "call_id": part.id, "name": part.name, "arguments": arguments}
            case ReasoningPart():
                yield from _reasoning(part)
            case TextPart() if message.role == "assistant":
                yield {"role": "assistant", "content": part.content}
            case _:
                shown += [] if message.role == "tool" else [_shown(part, blobs)]
    if shown:
        yield {"role": message.role, "content": _plain(shown)}


def _plain(shown: list[JsonValue]) -> JsonValue:
    """Write a lone text as text."""
    match shown:
        case [{"type": "input_text", "text": str(text)}]:
            return text
        case _:
            return shown


def _reasoning(part: ReasoningPart) -> Iterator[JsonValue]:
    """Hand back what was sealed; without the seal the provider would look for it in a store that it does not have."""
    if part.id is None or part.seal is None:
        return
    thoughts: list[JsonValue] = [{"type": "summary_text", "text": part.content}] if part.content else []
    yield {"type": "reasoning", "id": part.id, "summary": thoughts, "encrypted_content": part.seal}


def _output(message: Message, result: ToolResponsePart, blobs: media.Blobs) -> JsonValue:
    """Write what a tool answered; the API has no word for a failure, and takes files beside the text."""
    text = conversation.as_text(result.response)
    after = message.parts[message.parts.index(result) + 1 :]
    files = [_shown(part, blobs) for part in takewhile(lambda part: isinstance(part, BlobPart | UriPart), after)]
    return [{"type": "input_text", "text": text}, *files] if files else text


def _shown(part: Part, blobs: media.Blobs) -> dict[str, JsonValue]:
    match part:
        case TextPart():
            return {"type": "input_text", "text": part.content}
        case UriPart() if part.modality is Modality.IMAGE:
            return {"type": "input_image", "image_url": part.uri, "detail": "auto"}
        case BlobPart() if part.modality is Modality.IMAGE:
            return {"type": "input_image", "image_url": media.data_url(part, blobs), "detail": "auto"}
        case UriPart() if part.modality is Modality.DOCUMENT:
            return {"type": "input_file", "file_url": part.uri}
        case BlobPart() if part.mime_type == "application/pdf":
            name = part.path.rpartition("/")[2]
            return {"type": "input_file", "filename": name, "file_data": media.data_url(part, blobs)}
        case BlobPart() | UriPart():
            raise media.refusal(part, "Responses", _TAKEN)
        case _:
            raise CallRefused("a call, a result or reasoning stands where only text and files can", id="request-unfit")


def _tool(tool: ToolDefinition) -> JsonValue:
    """Write a tool. Where nothing is said of it, this API holds a model to the schema; Chat Completions does not."""
    definition: dict[str, JsonValue] = {"type": "function", "name": tool.name}
    if tool.description:
        definition["description"] = tool.description
    return {**definition, "parameters": tool.parameters, "strict": bool(tool.strict)}


def _parts(item: dict[str, JsonValue]) -> Iterator[Part]:
    """Read messages, calls and reasoning; what the provider's own tools did is no part of an answer."""
    match item.get("type"):
        case "message":
            for block in api.sequence(item.get("content"), "content"):
                yield from _text(api.mapping(block, "a part of the content"))
        case "function_call":
            yield ToolCallPart(
                id=api.short_name(item.get("call_id"), "a call's id"),
                name=api.string(item.get("name"), "a called function's name"),
                arguments=openai_chat.parsed_arguments(api.string(item.get("arguments"), "a call's arguments")),
            )
        case "reasoning":
            seal = item.get("encrypted_content")
            yield ReasoningPart(
                content=_summary(item.get("summary")),
                id=api.short_name(item.get("id"), "the reasoning's id"),
                seal=None if seal is None else api.string(seal, "encrypted_content"),
            )
        case _:
            pass


def _text(block: dict[str, JsonValue]) -> Iterator[TextPart]:
    match block.get("type"):
        case "output_text":
            yield TextPart(content=api.string(block.get("text"), "text"))
        case "refusal":
            yield TextPart(content=api.string(block.get("refusal"), "refusal"))
        case _:
            pass


def _summary(value: JsonValue) -> str:
    if value is None:
        return ""
    thoughts = [api.mapping(part, "a part of the summary") for part in api.sequence(value, "summary")]
    return "\n\n".join(api.string(part.get("text"), "text") for part in thoughts)


def _finish_reason(answer: dict[str, JsonValue], message: Message) -> FinishReason:
    match api.string(answer.get("status"), "status"):
        case "completed":
            return FinishReason.TOOL_CALL if message.tool_calls else FinishReason.STOP
        case "incomplete":
            details = api.mapping(answer.get("incomplete_details"), "incomplete_details")
            reason = api.string(details.get("reason"), "the reason")
            return INCOMPLETE_REASONS.get(reason, FinishReason.ERROR)
        case "failed":
            raise CallLost("the provider says that its answer failed", id="provider-error")
        case _:
            return FinishReason.ERROR


def _usage(value: JsonValue) -> Usage:
    if value is None:
        return Usage()
    usage = api.mapping(value, "usage")
    details = usage.get("input_tokens_details")
    cached = None if details is None else api.mapping(details, "input_tokens_details").get("cached_tokens")
    return Usage(
        input_tokens=api.count(usage.get("input_tokens"), "input_tokens"),
        output_tokens=api.count(usage.get("output_tokens"), "output_tokens"),
        cached_tokens=api.count(cached, "cached_tokens"),
    )


def _logprobs(items: list[dict[str, JsonValue]]) -> tuple[float, ...] | None:
    """Read those of the texts, where the parameters ask for them; an empty list is what comes unasked."""
    blocks = [block for item in items if item.get("type") == "message" for block in _blocks(item)]
    found = [token for block in blocks for token in _tokens(block.get("logprobs"))]
    return tuple(openai_chat.logprob(token.get("logprob")) for token in found) or None


def _blocks(item: dict[str, JsonValue]) -> Iterator[dict[str, JsonValue]]:
    for block in api.sequence(item.get("content"), "content"):
        yield api.mapping(block, "a part of the content")


def _tokens(value: JsonValue) -> Iterator[dict[str, JsonValue]]:
    for token in [] if value is None else api.sequence(value, "logprobs"):
        yield api.mapping(token, "a token of logprobs")
