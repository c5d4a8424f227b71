"""What Elasticsearch or OpenSearch tells of an alias → the settings of the indices behind it, vector fields first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import Field, JsonValue

from llmgate.retrieval.adapters import rest

VECTORS = frozenset({"dense_vector", "knn_vector", "semantic_text", "sparse_vector", "rank_features"})
RANKING = ("analysis", "similarity", "knn")  # settings of an index that change what a query finds

_TOLD = ("type", "index_options", "method", "inference_id", "model_id", "element_type", "data_type")


class IndexSettings(rest.Answer):
    index: dict[str, JsonValue]


class Index(rest.Answer):
    """One concrete index, as `GET /<name>` tells of it."""

    settings: IndexSettings
    mappings: dict[str, JsonValue] = Field(default_factory=dict)
    aliases: dict[str, JsonValue] = Field(default_factory=dict)


def uuids(indices: Mapping[str, Index]) -> dict[str, JsonValue]:
    return {name: index.settings.index.get("uuid") for name, index in sorted(indices.items())}


def settings(indices: Mapping[str, Index], asked: str) -> dict[str, JsonValue]:
    """Collect what bears on retrieval; `dimension` and `metric` stand at the top where there is one answer."""
    told: dict[str, JsonValue] = {"indices": {name: _settings(index) for name, index in sorted(indices.items())}}
    vectors = [field for index in indices.values() for field in vector_fields(index.mappings).values()]
    for name in ("dimension", "metric"):
        values = {str(field[name]): field[name] for field in vectors if name in field}
        if len(values) == 1:
            told[name] = next(iter(values.values()))
    aliases = {name: index.aliases[asked] for name, index in sorted(indices.items()) if asked in index.aliases}
    return told | ({"alias": aliases} if aliases else {})


def vector_fields(mappings: Mapping[str, JsonValue]) -> dict[str, dict[str, JsonValue]]:
    """Return the vector fields by their dotted names, `dimension` and `metric` under these names in both dialects."""
    return {name: _told(field) for name, field in sorted(_fields(mappings)) if field.get("type") in VECTORS}


def _settings(index: Index) -> JsonValue:
    given = index.settings.index
    vectors: dict[str, JsonValue] = {**vector_fields(index.mappings)}
    return {"uuid": given.get("uuid"), "vectors": vectors, **{name: given[name] for name in RANKING if name in given}}


def _fields(mappings: Mapping[str, JsonValue]) -> Iterator[tuple[str, dict[str, JsonValue]]]:
    waiting: list[tuple[str, Mapping[str, JsonValue]]] = [("", mappings)]
    while waiting:
        prefix, parent = waiting.pop()
        children = parent.get("properties")
        for name, field in children.items() if isinstance(children, dict) else ():
            if isinstance(field, dict):
                yield prefix + name, field
                waiting.append((f"{prefix}{name}.", field))


def _told(field: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    method = field.get("method")
    inner = method if isinstance(method, dict) else {}
    metric = field.get("similarity", field.get("space_type", inner.get("space_type")))
    named = {"dimension": field.get("dims", field.get("dimension")), "metric": metric}
    told = {name: field.get(name) for name in _TOLD} | named
    return {name: value for name, value in told.items() if value is not None}
