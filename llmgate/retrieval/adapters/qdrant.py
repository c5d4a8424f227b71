"""A Qdrant collection → its chunks, through the REST API: aliases, collection, count, scroll."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import quote

from pydantic import Field, JsonValue

from llmgate.errors import NotEvaluated
from llmgate.retrieval.adapters import reading, rest
from llmgate.retrieval.adapters.options import FieldPath, Scalar, checked
from llmgate.retrieval.chunk import Chunk, Collection

ENGINE = "qdrant"


class QdrantOptions(rest.RestOptions):
    """The defaults are the fields that LangChain writes. `where` keeps the points whose payload has these values."""

    text: FieldPath = "page_content"
    document: FieldPath | None = "metadata.source"
    where: dict[FieldPath, Scalar] = Field(default_factory=dict)


class _Alias(rest.Answer):
    alias_name: str
    collection_name: str


class _AliasList(rest.Answer):
    aliases: list[_Alias]


class _Aliases(rest.Answer):
    result: _AliasList


class _Params(rest.Answer):
    vectors: dict[str, JsonValue] | None = None
    sparse_vectors: dict[str, JsonValue] | None = None


class _Config(rest.Answer):
    params: _Params
    hnsw_config: dict[str, JsonValue]
    quantization_config: dict[str, JsonValue] | None = None


class _Described(rest.Answer):
    config: _Config


class _Description(rest.Answer):
    result: _Described


class _Number(rest.Answer):
    count: int = Field(ge=0)


class _Count(rest.Answer):
    result: _Number


class _Point(rest.Answer):
    id: int | str
    payload: dict[str, JsonValue] | None = None


class _Points(rest.Answer):
    points: list[_Point]
    next_page_offset: int | str | None = None


class _Page(rest.Answer):
    result: _Points


def collection(options: Mapping[str, JsonValue], key: str | None) -> Collection:
    """Resolve the alias and read the collection's settings; its points are read when `chunks` is.

    Raises:
        UsageError: the options or the key cannot be used.
        NotEvaluated: the store does not answer, or answers something else. `chunks` raises it too.
    """
    asked = checked(QdrantOptions, options, ENGINE)
    with _store(asked, key) as store:
        listed = store.ask(_Aliases, "GET", "/aliases").result.aliases
        name = _concrete({alias.alias_name: alias.collection_name for alias in listed}, asked.index)
        config = store.ask(_Description, "GET", _path(name)).result.config
    return Collection(name=name, asked=asked.index, settings=_settings(config), chunks=_chunks(asked, key, name))


def _store(asked: QdrantOptions, key: str | None) -> rest.Store:
    secret = rest.checked_key(key, ENGINE)
    return rest.Store(ENGINE, asked, {} if secret is None else {"api-key": secret}, secret)


def _path(name: str) -> str:
    return f"/collections/{quote(name, safe='')}"


def _concrete(aliases: Mapping[str, str], name: str) -> str:
    concrete = name
    for _ in range(len(aliases) + 1):
        if concrete not in aliases:
            return concrete
        concrete = aliases[concrete]
    raise NotEvaluated(
        f"{ENGINE}: the alias {name!r} leads back to itself", id="no-such-index", remedy="Point it to a collection."
    )


def _settings(config: _Config) -> dict[str, JsonValue]:
    vectors = config.params.vectors or {}
    only = vectors if "size" in vectors else next(iter(vectors.values())) if len(vectors) == 1 else {}
    told = {
        **({"dimension": only.get("size"), "metric": only.get("distance")} if isinstance(only, dict) else {}),
        "vectors": vectors,
        "sparse_vectors": config.params.sparse_vectors,
        "hnsw": config.hnsw_config,
        "quantization": config.quantization_config,
    }
    return {name: value for name, value in told.items() if value is not None}


def _chunks(asked: QdrantOptions, key: str | None, name: str) -> Iterator[Chunk]:
    with _store(asked, key) as store:
        wanted: dict[str, JsonValue] = {"filter": _filter(asked.where)} if asked.where else {}
        told = store.ask(_Count, "POST", f"{_path(name)}/points/count", {"exact": True, **wanted}).result.count
        points = _points(store, name, asked, wanted)
        found = (reading.chunk(str(point.id), point.payload or {}, asked) for point in points)
        yield from reading.counted(found, told, f"{ENGINE}: the collection {name!r}")


def _filter(where: Mapping[str, Scalar]) -> JsonValue:
    return {"must": [{"key": name, "match": {"value": value}} for name, value in sorted(where.items())]}


def _points(store: rest.Store, name: str, asked: QdrantOptions, wanted: Mapping[str, JsonValue]) -> Iterator[_Point]:
    fields: list[JsonValue] = [*asked.fields]
    body: dict[str, JsonValue] = {"limit": asked.page, "with_payload": fields, "with_vector": False, **wanted}
    while True:
        page = store.ask(_Page, "POST", f"{_path(name)}/points/scroll", body).result
        yield from page.points
        if page.next_page_offset is None or not page.points:
            return
        body = {**body, "offset": page.next_page_offset}
