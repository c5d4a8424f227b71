"""A commit's corpus files → passages, and with the settings around them the index that they make."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from pydantic import JsonValue

from llmgate import documents, patterns, retrieval
from llmgate.config import PATH, RetrievalEntry
from llmgate.errors import ConfigurationError
from llmgate.retrieval import chunking
from llmgate.retrieval.chunk import Chunk
from llmgate.retrieval.engine import Passage
from llmgate.retrieval.lock import Built
from llmgate.retrieval.manifest import Header, Manifest, Row

Read = Callable[[str], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The most that is read of a corpus."""

    chars: int = 64 * 1024 * 1024
    chunks: int = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """A corpus, split: what is searched, and what is locked."""

    passages: tuple[Passage, ...]
    built: Built


def index(entry: RetrievalEntry, paths: Iterable[str], read: Read, limits: Limits = Limits()) -> Corpus:
    """Read and split the files that match `entry.corpus`, in the order of their names.

    A document's id is its path, a chunk's the path, `#`, and its number from 1.

    Raises:
        ConfigurationError: for files that are no text, and for more than `limits` allow.
    """
    matches = patterns.matcher(entry.corpus)
    passages = tuple(_passages(entry, sorted(filter(matches, paths)), read, limits))
    rows = (_row(passage) for passage in passages)
    return Corpus(passages=passages, built=Built(engine=entry.engine, manifest=Manifest.of(header(entry), rows)))


def header(entry: RetrievalEntry) -> Header:
    """Say what the configuration alone tells of an index."""
    metric = entry.options.get("metric", (entry.embedding or {}).get("metric"))
    return Header(
        embedding=entry.embedding or {}, metric=metric if isinstance(metric, str) else None, splitter=_splitter(entry)
    )


def _splitter(entry: RetrievalEntry) -> dict[str, JsonValue]:
    """Name the splitter: ours for files; a store's chunks were made by another, of which the configuration may tell."""
    stored = entry.engine in retrieval.STORES
    if entry.chunk is None:
        return {} if stored else {"name": "none"}
    name: dict[str, JsonValue] = {} if stored else {"name": chunking.SPLITTER}
    return {**name, "size": entry.chunk.size, "overlap": entry.chunk.overlap}


def _passages(entry: RetrievalEntry, paths: Iterable[str], read: Read, limits: Limits) -> Iterator[Passage]:
    chars = chunks = 0
    for path in paths:
        text = _text(path, read)
        if (chars := chars + len(text)) > limits.chars:
            raise _too_much(f"the corpus has more than {limits.chars:,} characters")
        for number, chunk in enumerate(_chunks(entry, text), 1):
            if (chunks := chunks + 1) > limits.chunks:
                raise _too_much(f"the corpus has more than {limits.chunks:,} chunks")
            yield Passage(id=f"{path}#{number}", document=path, text=chunk)


def _chunks(entry: RetrievalEntry, text: str) -> Iterator[str]:
    if entry.chunk is not None:
        return chunking.split(text, size=entry.chunk.size, overlap=entry.chunk.overlap)
    whole = text.strip()
    return iter((whole,) if whole else ())


def _text(path: str, read: Read) -> str:
    if not documents.is_unicode(path):
        raise _unfit(path, "the name of the file is not UTF-8")
    try:
        return chunking.text_of(read(path))
    except UnicodeDecodeError as error:
        raise _unfit(path, "the file of the corpus is not UTF-8 text") from error


def _row(passage: Passage) -> Row:
    sha256 = hashlib.sha256(passage.text.encode()).hexdigest()
    return Row(chunk=Chunk(id=passage.id, document=passage.document, sha256=sha256), chars=len(passage.text))


def _unfit(path: str, message: str) -> ConfigurationError:
    remedy = "narrow the patterns of `corpus` in llmgate.yaml, as in docs/**/*.md, or save it as UTF-8"
    return ConfigurationError([documents.fault(path, 1, message, remedy, id="not-utf8")])


def _too_much(message: str) -> ConfigurationError:
    return ConfigurationError(
        [documents.fault(PATH, 1, message, "narrow the patterns of `corpus`, or raise the size", id="too-large")]
    )
