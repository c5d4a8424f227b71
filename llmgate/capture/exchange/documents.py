"""What an API itself retrieved, or was given as blocks → documents `{id, text?, score?, metadata?}`, best first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pydantic import JsonValue

from llmgate.capture import values
from llmgate.capture.span import Json

WITHIN = "documents within a message, in their place: they are among the retrieved documents"
PARTED = "how the text of a document was parted"


def searched(items: JsonValue) -> tuple[Json, ...]:
    """Read what the Responses API's file searches found, where the answer was asked to include it."""
    found: list[Json] = []
    for item in items if isinstance(items, list) else []:
        if isinstance(item, dict) and item.get("type") == "file_search_call":
            found += (_searched(entry, place) for place, entry in enumerate(values.items(item.get("results")), start=1))
    return distinct(found)


def distinct(documents: Iterable[Json]) -> tuple[Json, ...]:
    """Number the ids that occur again, as several parts of one file do."""
    seen: dict[str, int] = {}
    told: list[Json] = []
    for document in documents:
        name = str(document["id"])
        seen[name] = seen.get(name, 0) + 1
        told.append(document if seen[name] == 1 else {**document, "id": f"{name}#{seen[name]}"})
    return tuple(told)


def spelled(entries: JsonValue) -> JsonValue:
    """Put the text of search results and documents made of blocks into the place of the blocks, as a model reads it."""
    if not isinstance(entries, list):
        return entries
    return [
        {**entry, "content": [_spelled(block) for block in content]}
        if isinstance(entry, dict) and isinstance(content := entry.get("content"), list)
        else entry
        for entry in entries
    ]


def _spelled(block: JsonValue) -> JsonValue:
    texts = _texts(block) if isinstance(block, dict) else None
    return block if texts is None else {"type": "text", "text": "\n".join(texts)}


@dataclass(slots=True)
class Taken:
    """What Anthropic's messages say, without the documents that stand in them as blocks, and these."""

    found: list[Json] = field(default_factory=list)
    missing: set[str] = field(default_factory=set)

    def without(self, entries: JsonValue) -> JsonValue:
        """Take search results and documents made of blocks out of messages; results of tools keep theirs."""
        if not isinstance(entries, list):
            return entries
        return [self._rest(entry) for entry in entries]

    def _rest(self, entry: JsonValue) -> JsonValue:
        if not isinstance(entry, dict) or not isinstance(content := entry.get("content"), list):
            return entry
        return {**entry, "content": [block for block in content if not self._takes(block)]}

    def _takes(self, block: JsonValue) -> bool:
        if not isinstance(block, dict):
            return False
        texts = _texts(block)
        if texts is None:
            return False
        title, source = block.get("title"), block.get("source")
        known = next((name for name in (source, title) if isinstance(name, str) and name), None)
        metadata = {name: block[name] for name in ("title", "context") if isinstance(block.get(name), str)}
        told: dict[str, JsonValue] = {"id": known or f"document-{len(self.found) + 1}", "text": "\n".join(texts)}
        self.found.append({**told, "metadata": metadata} if metadata else told)
        self.missing |= {WITHIN, PARTED} if len(texts) > 1 else {WITHIN}
        return True


def _texts(block: dict[str, JsonValue]) -> list[str] | None:
    """Return the texts of a block that is a document; None for a block of any other kind."""
    source = block.get("source")
    if block.get("type") == "search_result":
        return list(_plain(block.get("content")))
    if block.get("type") != "document" or not isinstance(source, dict):
        return None
    return list(_plain(source.get("content"))) if source.get("type") == "content" else None


def _plain(content: JsonValue) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    for part in content if isinstance(content, list) else []:
        if isinstance(part, dict) and isinstance(text := part.get("text"), str):
            yield text


def _searched(entry: JsonValue, place: int) -> Json:
    result = values.mapping(entry)
    told: dict[str, JsonValue] = {"id": values.text(result.get("file_id")) or f"document-{place}"}
    if isinstance(text := result.get("text"), str):
        told["text"] = text
    if (score := values.number(result.get("score"))) is not None:
        told["score"] = score
    metadata = values.mapping(result.get("attributes"))
    if (name := values.text(result.get("filename"))) is not None:
        metadata = {**metadata, "filename": name}
    return {**told, "metadata": metadata} if metadata else told
