"""Small corpora and the indexes that they make."""

import hashlib

from llmgate import config
from llmgate.config import RetrievalEntry
from llmgate.retrieval import lock
from llmgate.retrieval.chunk import Chunk
from llmgate.retrieval.indexes import Indexes
from llmgate.retrieval.manifest import Header, Manifest, Row

DOCS = {
    "docs/returns.md": "Returns are free within 14 days.\n\nAfter that we take nothing back.\n",
    "docs/shipping.md": "Shipping takes three days.\n",
}
CONFIG = """version: 1
retrieval:
  handbook: {engine: fts5, corpus: ["docs/**/*.md"], chunk: {size: 40}, top_k: 2}
models: {m: {provider: openai, model: m-2026-01-15}}
targets: {support: {kind: prompt, prompt: p.jinja, model: m, retrieval: handbook}}
"""


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


def row(name, text="text", document=None):
    chunk = Chunk(id=name, document=document or name.partition("#")[0], sha256=sha256(text))
    return Row(chunk=chunk, chars=len(text))


def manifest(*rows, **header):
    return Manifest.of(Header(**header), rows)


def entry(**settings):
    return RetrievalEntry.model_validate({"engine": "fts5", "corpus": ["docs/**/*.md"], **settings})


def read(files=DOCS, written=CONFIG, lock_of=None):
    """The indexes of a revision with these files; `lock_of` is another whose state is locked."""
    content = {path: text if isinstance(text, bytes) else text.encode() for path, text in files.items()}
    if lock_of is not None:
        content[lock.PATH] = locked(lock_of)
    return Indexes(config.read(written.encode()), content, content.__getitem__)


def locked(indexes):
    return lock.write({name: lock.locked(indexes.corpus(name).built) for name in indexes.config.retrieval})
