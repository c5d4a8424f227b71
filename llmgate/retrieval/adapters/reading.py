"""What a store holds under one id → a Chunk; all that it gave → as many as it told, or an error."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping

from pydantic import JsonValue

from llmgate.documents import printable
from llmgate.errors import NotEvaluated
from llmgate.retrieval.adapters.options import StoreOptions
from llmgate.retrieval.chunk import Chunk

MAX_ID_CHARS = 1_000
MAX_TEXT_CHARS = 1_000_000

_SHA256 = re.compile(r"[0-9a-fA-F]{64}")


def chunk(point: str, payload: Mapping[str, JsonValue], options: StoreOptions) -> Chunk:
    """Read one chunk by the fields that `options` name; a dotted name reaches into objects.

    Raises:
        NotEvaluated: a field is absent or is not what it should be; the message names the point.
    """
    if not 0 < len(point) <= MAX_ID_CHARS:
        raise NotEvaluated(
            f"the id {_quoted(point)} is empty or longer than {MAX_ID_CHARS} characters",
            id="store-content",
            remedy=_READ,
        )
    return Chunk(id=point, document=_document(point, payload, options), sha256=_hash(point, payload, options))


def counted(chunks: Iterable[Chunk], told: int, index: str) -> Iterator[Chunk]:
    """Pass chunks on and compare their number with what the store told.

    Raises:
        NotEvaluated: there are more or fewer.
    """
    read = 0
    for item in chunks:
        read += 1
        if read > told:
            break
        yield item
    if read != told:
        gave = "more" if read > told else f"only {read}"
        raise NotEvaluated(
            f"{index} tells of {told} chunks and gave {gave}",
            id="store-content",
            remedy="It changed while it was read, or stopped in the middle. Run again while nothing writes to it.",
        )


_READ = "Is this the index that the retriever uses? See docs/retrieval-stores.md."


def _document(point: str, payload: Mapping[str, JsonValue], options: StoreOptions) -> str:
    if options.document is None:
        return point
    found = _at(payload, options.document)
    if isinstance(found, int) and not isinstance(found, bool):
        found = str(found)
    if not isinstance(found, str) or not 0 < len(found) <= MAX_ID_CHARS:
        raise NotEvaluated(
            f"the point {_quoted(point)} names no document in its field {options.document!r}",
            id="store-content",
            remedy="Set options.document to the field that does, or to null where each chunk is a document of its own.",
        )
    return found


def _hash(point: str, payload: Mapping[str, JsonValue], options: StoreOptions) -> str:
    found = _at(payload, options.content)
    if options.sha256 is not None:
        if not isinstance(found, str) or not _SHA256.fullmatch(found):
            raise NotEvaluated(
                f"the point {_quoted(point)} has no SHA-256 of 64 hexadecimal digits in its field {options.sha256!r}",
                id="store-content",
                remedy="Set options.sha256 to the field that has it, or leave it out to hash the text.",
            )
        return found.lower()
    if not isinstance(found, str):
        raise NotEvaluated(
            f"the point {_quoted(point)} has no text in its field {options.text!r}",
            id="store-content",
            remedy="Set options.text to the field with the chunk's text, or options.sha256 to one with its hash.",
        )
    if len(found) > MAX_TEXT_CHARS:
        raise NotEvaluated(
            f"the text of the point {_quoted(point)} is longer than {MAX_TEXT_CHARS} characters", id="store-content"
        )
    return hashlib.sha256(found.encode()).hexdigest()


def _at(payload: Mapping[str, JsonValue], path: str) -> JsonValue:
    if path in payload:
        return payload[path]
    value: JsonValue = dict(payload)
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _quoted(text: str) -> str:
    return repr(printable(text, 100))
