"""A Chroma collection → its chunks, through version 2 of the REST API: collection, count, get."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal
from urllib.parse import quote

from pydantic import Field, JsonValue

from llmgate.errors import NotEvaluated
from llmgate.retrieval.adapters import reading, rest
from llmgate.retrieval.adapters.options import checked
from llmgate.retrieval.chunk import Chunk, Collection

ENGINE = "chroma"

MetadataKey = Annotated[str, Field(min_length=1, max_length=200)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=200)]


class ChromaOptions(rest.RestOptions):
    """The text is what Chroma calls the document, here `#document`; `document` and `sha256` are keys of the metadata.

    `auth` tells what the key is: a `token` for `x-chroma-token`, a `bearer` token, or `basic` a `user:password`.
    """

    text: Literal["#document"] = "#document"
    document: MetadataKey | None = "source"
    sha256: MetadataKey | None = None
    tenant: Name = "default_tenant"
    database: Name = "default_database"
    auth: Literal["token", "bearer", "basic"] = "token"


class _Description(rest.Answer):
    id: str = Field(pattern=r"^[0-9a-fA-F-]{36}$")
    dimension: int | None = None
    configuration_json: dict[str, JsonValue] = Field(default_factory=dict)
    metadata: dict[str, JsonValue] | None = None


class _Page(rest.Answer):
    ids: list[str]
    documents: list[str | None] | None = None
    metadatas: list[dict[str, JsonValue] | None]


def collection(options: Mapping[str, JsonValue], key: str | None) -> Collection:
    """Resolve the collection's name to its UUID and read its settings; its chunks are read when `chunks` is.

    Raises:
        UsageError: the options or the key cannot be used.
        NotEvaluated: the store does not answer, or answers something else. `chunks` raises it too.
    """
    asked = checked(ChromaOptions, options, ENGINE)
    with _store(asked, key) as store:
        found = store.ask(_Description, "GET", _path(asked, asked.index))
    return Collection(
        name=found.id, asked=asked.index, settings=_settings(asked, found), chunks=_chunks(asked, key, found.id)
    )


def _store(asked: ChromaOptions, key: str | None) -> rest.Store:
    secret = rest.checked_key(key, ENGINE)
    if asked.auth == "token":
        headers = {} if secret is None else {"x-chroma-token": secret}
    else:
        headers = rest.authorization(asked.auth, secret)
    return rest.Store(ENGINE, asked, headers, secret)


def _path(asked: ChromaOptions, which: str) -> str:
    return f"/api/v2/tenants/{asked.tenant}/databases/{asked.database}/collections/{quote(which, safe='')}"


def _settings(asked: ChromaOptions, found: _Description) -> dict[str, JsonValue]:
    graphs = [graph for name in ("hnsw", "spann") if isinstance(graph := found.configuration_json.get(name), dict)]
    told = {
        "dimension": found.dimension,
        "metric": graphs[0].get("space") if graphs else None,
        "configuration": found.configuration_json,
        "metadata": found.metadata,
        "tenant": asked.tenant,
        "database": asked.database,
    }
    return {name: value for name, value in told.items() if value is not None}


def _chunks(asked: ChromaOptions, key: str | None, uuid: str) -> Iterator[Chunk]:
    with _store(asked, key) as store:
        told = store.ask(int, "GET", f"{_path(asked, uuid)}/count")
        found = (chunk for page in _pages(store, asked, uuid) for chunk in _page_chunks(page, asked))
        yield from reading.counted(found, told, f"{ENGINE}: the collection {asked.index!r}")


def _pages(store: rest.Store, asked: ChromaOptions, uuid: str) -> Iterator[_Page]:
    include: list[JsonValue] = ["metadatas"] if asked.sha256 else ["documents", "metadatas"]
    offset = 0
    while True:
        body: dict[str, JsonValue] = {"limit": asked.page, "offset": offset, "include": include}
        page = store.ask(_Page, "POST", f"{_path(asked, uuid)}/get", body)
        if not page.ids:
            return
        yield page
        offset += len(page.ids)


def _page_chunks(page: _Page, asked: ChromaOptions) -> Iterator[Chunk]:
    documents = [None] * len(page.ids) if asked.sha256 else page.documents or []
    if not len(page.ids) == len(documents) == len(page.metadatas):
        raise NotEvaluated(
            f"{ENGINE}: a page has {len(page.ids)} ids, {len(documents)} documents and {len(page.metadatas)} metadatas",
            id="store-content",
            remedy="Is options.url Chroma's own address, and its version one that docs/retrieval-stores.md names?",
        )
    for identity, text, metadata in zip(page.ids, documents, page.metadatas, strict=True):
        yield reading.chunk(identity, {**(metadata or {}), asked.text: text}, asked)
