"""The events of a stream of any API → the answer as the API would have sent it whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pydantic import JsonValue

from llmgate.providers import api

Json = Mapping[str, JsonValue]
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


def events(sent: bytes) -> Iterator[Json]:
    """Yield the events of a stream as it was sent: lines `data: …`, or one JSON list of them, as Gemini writes it."""
    if sent.lstrip()[:1] == b"[":
        yield from _listed(sent)
        return
    for line in sent.splitlines():
        if line.startswith(b"data:") and (event := _decoded(line[len(b"data:") :])) is not None:
            yield event


def _listed(sent: bytes) -> Iterator[Json]:
    try:
        found = api.decode(sent)
    except api.UnreadableError:
        return
    yield from (event for event in (found if isinstance(found, list) else []) if isinstance(event, dict))


def _decoded(data: bytes) -> Json | None:
    try:
        event = api.decode(data.strip())
    except api.UnreadableError:  # as `[DONE]`
        return None
    return event if isinstance(event, dict) else None


def chat(events: Iterable[Json]) -> Whole:
    """Put chunks of Chat Completions together: the first choice."""
    texts, calls, top, finish = _Texts(), dict[int, dict[str, JsonValue]](), dict[str, JsonValue](), None
    for event in events:
        for name in ("id", "model", "system_fingerprint", "error"):
            if event.get(name) is not None:
                top.setdefault(name, event[name])
        if isinstance(usage := event.get("usage"), dict):
            top["usage"] = usage  # each stands for all before it
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
            answer |= {**delta, **_used(answer.get("usage"), event.get("usage"))}
        elif event.get("type") == "error":
            answer["error"] = event.get("error")
        elif isinstance(index, int) and isinstance(block := event.get("content_block"), dict):
            blocks[index] = dict(block)
        elif isinstance(index, int) and isinstance(delta, dict):
            for name, piece in _PIECES:
                texts.add((index, name), delta.get(piece))
    answer["content"] = [_block(index, block, texts) for index, block in sorted(blocks.items())]
    return Whole(answer=answer, is_cut=not answer.get("stop_reason"))


_PIECES = (("text", "text"), ("input", "partial_json"), ("thinking", "thinking"), ("signature", "signature"))


def _used(before: JsonValue, now: JsonValue) -> dict[str, JsonValue]:
    """Tokens are told at the beginning, and again at the end, when more are known."""
    if not isinstance(now, dict):
        return {}
    return {"usage": {**(before if isinstance(before, dict) else {}), **now}}


def _block(index: int, block: dict[str, JsonValue], texts: _Texts) -> JsonValue:
    whole = dict(block)
    for name in ("text", "thinking", "signature"):
        if (piece := texts.told((index, name))) is not None:
            begun = block.get(name)
            whole[name] = (begun if isinstance(begun, str) else "") + piece
    if (given := texts.told((index, "input"))) is not None:
        whole["input"] = api.arguments(given)
    return whole


def gemini(events: Iterable[Json]) -> Whole:
    """Put answers of Gemini together: the parts of the first candidate one after the other, texts of a kind joined."""
    answer: dict[str, JsonValue] = {}
    candidate: dict[str, JsonValue] = {}
    parts: list[_Part] = []
    for event in events:
        answer |= {name: value for name, value in event.items() if name != "candidates"}
        first = _first_choice({"choices": event.get("candidates")})
        candidate |= {name: value for name, value in first.items() if name != "content"}
        content = first.get("content")
        told = content.get("parts") if isinstance(content, dict) else None
        for part in told if isinstance(told, list) else []:
            _join(parts, part)
    if not candidate:
        return Whole(answer=answer, is_cut="promptFeedback" not in answer)
    whole: list[JsonValue] = [part.told() for part in parts]
    content_told: JsonValue = {"role": "model", "parts": whole}
    told_candidate: JsonValue = {**candidate, "content": content_told}
    return Whole(answer={**answer, "candidates": [told_candidate]}, is_cut=not candidate.get("finishReason"))


@dataclass(slots=True)
class _Part:
    """A part of Gemini's: what it is beside its text, and its text in pieces; None where it has none."""

    beside: dict[str, JsonValue]
    texts: list[str] | None

    def told(self) -> JsonValue:
        return self.beside if self.texts is None else {**self.beside, "text": "".join(self.texts)}


def _join(parts: list[_Part], part: JsonValue) -> None:
    """Add a part; a text goes on where the last one of its kind ended."""
    if not isinstance(part, dict):
        return
    text = part.get("text")
    if not isinstance(text, str):
        parts.append(_Part(beside=dict(part), texts=None))
        return
    beside = {name: value for name, value in part.items() if name != "text"}
    if parts and parts[-1].texts is not None and parts[-1].beside == beside:
        parts[-1].texts.append(text)
    else:
        parts.append(_Part(beside=beside, texts=[text]))
