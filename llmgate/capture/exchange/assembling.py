"""The events of a stream of any API → the answer as the API would have sent it whole."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from pydantic import JsonValue

from llmgate.capture import messages
from llmgate.capture.span import Json

Key = str | tuple[int, str]

_ENDS = ("response.completed", "response.incomplete", "response.failed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """An answer, and whether its stream ended before it did."""

    answer: Json
    is_cut: bool


@dataclass(slots=True)
class _Texts:
    """Texts that come in pieces, each under its key."""

    pieces: dict[Key, list[str]] = field(default_factory=dict)

    def add(self, key: Key, piece: JsonValue) -> None:
        if isinstance(piece, str) and piece:
            self.pieces.setdefault(key, []).append(piece)

    def told(self, key: Key) -> str | None:
        return "".join(self.pieces[key]) if key in self.pieces else None


def chat(events: Iterable[Json]) -> Whole:
    """Put chunks of Chat Completions together: the first choice."""
    texts, calls, top, finish = _Texts(), dict[int, dict[str, JsonValue]](), dict[str, JsonValue](), None
    for event in events:
        for name in ("id", "model", "system_fingerprint", "error"):
            if event.get(name) is not None:
                top.setdefault(name, event[name])
        choice = _first_choice(event)
        finish = choice.get("finish_reason") or finish
        delta = choice.get("delta") or choice.get("message")
        if isinstance(delta, dict):
            _add(delta, texts, calls)
    said: dict[str, JsonValue] = {
        "role": "assistant",
        "content": texts.told("content"),
        "refusal": texts.told("refusal"),
    }
    if (called := texts.told("name")) is not None:
        said["function_call"] = {"name": called, "arguments": texts.told("arguments") or ""}
    if calls:
        said["tool_calls"] = [_call(index, call, texts) for index, call in sorted(calls.items())]
    if (transcript := texts.told("transcript")) is not None:
        said["audio"] = {"transcript": transcript}
    told: dict[str, JsonValue] = {"message": said, "finish_reason": finish}
    return Whole(answer={**top, "choices": [told]}, is_cut=not finish)


def _first_choice(event: Json) -> Json:
    choices = event.get("choices")
    for choice in choices if isinstance(choices, list) else []:
        if isinstance(choice, dict) and choice.get("index", 0) == 0:
            return choice
    return {}


def _add(delta: Json, texts: _Texts, calls: dict[int, dict[str, JsonValue]]) -> None:
    texts.add("content", delta.get("content"))
    texts.add("refusal", delta.get("refusal"))
    if isinstance(audio := delta.get("audio"), dict):
        texts.add("transcript", audio.get("transcript"))
    if isinstance(single := delta.get("function_call"), dict):
        texts.add("name", single.get("name"))
        texts.add("arguments", single.get("arguments"))
    pieces = delta.get("tool_calls")
    for place, piece in enumerate(pieces if isinstance(pieces, list) else []):
        if isinstance(piece, dict):
            index = piece.get("index")
            _add_call(piece, index if isinstance(index, int) else place, texts, calls)


def _add_call(piece: Json, index: int, texts: _Texts, calls: dict[int, dict[str, JsonValue]]) -> None:
    call = calls.setdefault(index, {})
    for name in ("id", "type"):
        if piece.get(name):
            call[name] = piece[name]
    for kind in ("function", "custom"):
        if isinstance(inner := piece.get(kind), dict):
            call.setdefault("kind", kind)
            texts.add((index, "name"), inner.get("name"))
            texts.add((index, "arguments"), inner.get("arguments", inner.get("input")))


def _call(index: int, call: dict[str, JsonValue], texts: _Texts) -> JsonValue:
    named: dict[str, JsonValue] = {
        "name": texts.told((index, "name")) or "",
        "arguments": texts.told((index, "arguments")) or "",
    }
    return {**{key: call[key] for key in ("id", "type") if key in call}, str(call.get("kind", "function")): named}


def responses(events: Iterable[Json]) -> Whole:
    """Take the whole answer out of the last event; of a stream that was cut off, what was done until then."""
    begun: Json = {}
    items: list[JsonValue] = []
    texts = _Texts()
    for event in events:
        answer = event.get("response")
        if event.get("type") in _ENDS and isinstance(answer, dict):
            return Whole(answer=answer, is_cut=False)
        if isinstance(answer, dict):
            begun = answer
        elif event.get("type") == "response.output_item.done":
            items.append(event.get("item"))
            texts = _Texts()
        elif event.get("type") == "response.output_text.delta":
            texts.add("text", event.get("delta"))
        elif event.get("type") == "error":
            return Whole(answer={**begun, "error": dict(event), "output": []}, is_cut=False)
    if (text := texts.told("text")) is not None:
        items.append({"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": text}]})
    return Whole(answer={**begun, "object": "response", "output": items, "status": None}, is_cut=True)


def anthropic(events: Iterable[Json]) -> Whole:
    """Put events of Anthropic's Messages together: blocks by their index, of texts and of calls' inputs."""
    answer: dict[str, JsonValue] = {"type": "message"}
    blocks: dict[int, dict[str, JsonValue]] = {}
    texts = _Texts()
    for event in events:
        index, delta = event.get("index"), event.get("delta")
        if event.get("type") == "message_start" and isinstance(begun := event.get("message"), dict):
            answer |= begun
        elif event.get("type") == "message_delta" and isinstance(delta, dict):
            answer |= delta
        elif event.get("type") == "error":
            answer["error"] = event.get("error")
        elif isinstance(index, int) and isinstance(block := event.get("content_block"), dict):
            blocks[index] = dict(block)
        elif isinstance(index, int) and isinstance(delta, dict):
            texts.add((index, "text"), delta.get("text"))
            texts.add((index, "input"), delta.get("partial_json"))
    answer["content"] = [_block(index, block, texts) for index, block in sorted(blocks.items())]
    return Whole(answer=answer, is_cut=not answer.get("stop_reason"))


def _block(index: int, block: dict[str, JsonValue], texts: _Texts) -> JsonValue:
    if (text := texts.told((index, "text"))) is not None:
        begun = block.get("text")
        return {**block, "text": (begun if isinstance(begun, str) else "") + text}
    if (given := texts.told((index, "input"))) is not None:
        return {**block, "input": messages.parse(given)}
    return block
