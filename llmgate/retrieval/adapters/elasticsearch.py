"""An Elasticsearch or OpenSearch index, alias or data stream → its chunks, by a scroll over what both APIs share."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Generator, Iterator, Mapping
from typing import Annotated, Literal
from urllib.parse import quote

from pydantic import AfterValidator, Field, JsonValue

from llmgate.errors import NotEvaluated
from llmgate.retrieval.adapters import mapping, reading, rest
from llmgate.retrieval.adapters.options import FieldPath, Scalar, checked
from llmgate.retrieval.chunk import Chunk, Collection

ENGINE = "elasticsearch"
KEEP_ALIVE = "2m"


def _one_name(name: str) -> str:
    if set('*?,<>"|\\/ #:') & set(name) or name[0] in "_-+":
        raise ValueError("expected the name of one index, alias or data stream, without wildcards")
    return name


class ElasticsearchOptions(rest.RestOptions):
    """The defaults are the fields that LangChain writes. `where` keeps the documents with these exact terms.

    `auth` tells what the key is: `apikey` the encoded API key, `bearer` a token, `basic` a `user:password`.
    """

    index: Annotated[str, Field(min_length=1, max_length=255), AfterValidator(_one_name)]
    text: FieldPath = "text"
    document: FieldPath | None = "metadata.source"
    auth: Literal["apikey", "bearer", "basic"] = "apikey"
    where: dict[FieldPath, Scalar] = Field(default_factory=dict)


class _Shards(rest.Answer):
    failed: int


class _Total(rest.Answer):
    value: int = Field(ge=0)
    relation: Literal["eq"]


class _Hit(rest.Answer):
    index: str = Field(alias="_index")
    id: str = Field(alias="_id")
    source: dict[str, JsonValue] = Field(alias="_source", default_factory=dict)


class _Hits(rest.Answer):
    total: _Total
    hits: list[_Hit]


class _Page(rest.Answer):
    scroll_id: str = Field(alias="_scroll_id")
    timed_out: Literal[False]
    shards: _Shards = Field(alias="_shards")
    hits: _Hits


def collection(options: Mapping[str, JsonValue], key: str | None) -> Collection:
    """Resolve the name to its concrete indices and read their settings; documents are read when `chunks` is.

    Raises:
        UsageError: the options or the key cannot be used.
        NotEvaluated: the store does not answer, or answers something else. `chunks` raises it too.
    """
    asked = checked(ElasticsearchOptions, options, ENGINE)
    with _store(asked, key) as store:
        found = _indices(store, asked.index)
    return Collection(
        name=",".join(sorted(found)),
        asked=asked.index,
        settings=mapping.settings(found, asked.index),
        chunks=_chunks(asked, key, mapping.uuids(found)),
    )


def _store(asked: ElasticsearchOptions, key: str | None) -> rest.Store:
    secret = rest.checked_key(key, ENGINE)
    return rest.Store(ENGINE, asked, rest.authorization(asked.auth, secret), secret)


def _indices(store: rest.Store, name: str) -> dict[str, mapping.Index]:
    found = store.ask(dict[str, mapping.Index], "GET", f"/{quote(name, safe='')}")
    if not found:
        raise NotEvaluated(f"{ENGINE}: {name!r} leads to no index", id="no-such-index", remedy="Check options.index.")
    return found


def _chunks(asked: ElasticsearchOptions, key: str | None, uuids: Mapping[str, JsonValue]) -> Iterator[Chunk]:
    with _store(asked, key) as store, contextlib.closing(_pages(store, asked)) as pages:
        first = next(pages)
        hits = (hit for page in itertools.chain([first], pages) for hit in page.hits.hits)
        found = (reading.chunk(_id(hit, uuids, asked.index), hit.source, asked) for hit in hits)
        yield from reading.counted(found, first.hits.total.value, f"{ENGINE}: the index {asked.index!r}")
        if mapping.uuids(_indices(store, asked.index)) != uuids:
            raise _moved(asked.index)


def _id(hit: _Hit, uuids: Mapping[str, JsonValue], asked: str) -> str:
    """Documents of several indices may share an id, so that there the index is a part of it."""
    if hit.index not in uuids:
        raise _moved(asked)
    return hit.id if len(uuids) == 1 else f"{hit.index}/{hit.id}"


def _moved(asked: str) -> NotEvaluated:
    return NotEvaluated(
        f"{ENGINE}: {asked!r} was moved to another index while it was read", id="store-failed", remedy="Run again."
    )


def _pages(store: rest.Store, asked: ElasticsearchOptions) -> Generator[_Page, None, None]:
    """Scroll in the order of the shards, which is a snapshot and needs no field that every document has."""
    body: dict[str, JsonValue] = {"size": asked.page, "sort": ["_doc"], "track_total_hits": True}
    terms: list[JsonValue] = [{"term": {name: {"value": value}}} for name, value in sorted(asked.where.items())]
    query: dict[str, JsonValue] = {"query": {"bool": {"filter": terms}}} if terms else {}
    path = f"/{quote(asked.index, safe='')}/_search?scroll={KEEP_ALIVE}"
    page = store.ask(_Page, "POST", path, {**body, "_source": [*asked.fields], **query})
    try:
        while page.hits.hits:
            yield _whole(page)
            page = store.ask(_Page, "POST", "/_search/scroll", {"scroll": KEEP_ALIVE, "scroll_id": page.scroll_id})
        yield _whole(page)
    finally:
        with contextlib.suppress(NotEvaluated):  # it expires by itself; what was read is no worse for it
            store.ask(dict[str, JsonValue], "DELETE", "/_search/scroll", {"scroll_id": page.scroll_id})


def _whole(page: _Page) -> _Page:
    if page.shards.failed:
        raise NotEvaluated(
            f"{ENGINE}: {page.shards.failed} of the index's shards failed",
            id="store-failed",
            remedy="Run again when the cluster is well.",
        )
    return page
