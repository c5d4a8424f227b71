"""Mappings that a framework or a store has a fixed form for → the rule that they are read by."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from llmgate.retrieval import vocabulary

# The last part of a Haystack component's type, such as haystack.components.retrievers.…InMemoryBM25Retriever.
_COMPONENT = re.compile(r"[\w.]{0,200}(?:Retriever|Embedder|DocumentSplitter|Ranker|DocumentStore|DocumentJoiner)")
_QDRANT_DISTANCES = frozenset({"Cosine", "Euclid", "Dot", "Manhattan"})
_VECTOR_FIELDS = {"dense_vector": "dims", "knn_vector": "dimension", "sparse_vector": "", "semantic_text": ""}
_WHOLE_KEYS = {
    "vectors_config": "qdrant",
    "sparse_vectors_config": "qdrant",
    "hnsw_config": "qdrant",
    "quantization_config": "qdrant",
    "vector_index_config": "weaviate",
    "hnsw_parameters": "azure-search",
}
_QUANTISATIONS = frozenset({"scalar", "product", "binary"})


def rule_of(key: str, value: Mapping[str, Any]) -> str:
    """Name the rule that takes a whole mapping, or "" where none does."""
    kind = value.get("type")
    if isinstance(kind, str):
        if "init_parameters" in value and _COMPONENT.fullmatch(kind):
            return "haystack"
        if kind in _VECTOR_FIELDS and _is_vector_field(kind, value):
            return "elasticsearch"
    if vocabulary.number(value.get("size")) and value.get("distance") in _QDRANT_DISTANCES:
        return "qdrant"
    return _by_key(key, value)


def _is_vector_field(kind: str, value: Mapping[str, Any]) -> bool:
    needed = _VECTOR_FIELDS[kind]
    return vocabulary.number(value.get(needed)) or kind != "knn_vector"


def _by_key(key: str, value: Mapping[str, Any]) -> str:
    rule = _WHOLE_KEYS.get(vocabulary.snake(key), "")
    match vocabulary.snake(key):
        case "hnsw_config" if not value.keys() & {"m", "ef_construct", "full_scan_threshold", "on_disk"}:
            return ""
        case "quantization_config" if not value.keys() & _QUANTISATIONS:  # a model's weights have one too
            return ""
        case "vectors_config" | "sparse_vectors_config" | "vector_index_config" | "hnsw_parameters" if not value:
            return ""
    return rule


def dvc(path: str, value: Any) -> list[tuple[tuple[str | int, ...], dict[str, Any]]]:
    """List the data that a `.dvc` file or `dvc.lock` pins: where it stands, and its path with its hash."""
    if not isinstance(value, Mapping):
        return []
    if path.endswith(".dvc"):
        return list(_outputs(value, ()))
    if path.rpartition("/")[2] != "dvc.lock" or not isinstance(stages := value.get("stages"), Mapping):
        return []
    found = []
    for name, stage in stages.items():
        if isinstance(stage, Mapping):
            found += _outputs(stage, ("stages", name))
    return found


def _outputs(
    value: Mapping[str, Any], pointer: tuple[str | int, ...]
) -> list[tuple[tuple[str | int, ...], dict[str, Any]]]:
    outputs = value.get("outs")
    found = []
    for place, item in enumerate(outputs if isinstance(outputs, list) else ()):
        if not isinstance(item, Mapping) or not isinstance(item.get("path"), str):
            continue
        hashes = {key: item[key] for key in ("md5", "etag", "checksum", "version_id") if isinstance(item.get(key), str)}
        if hashes:
            found.append(((*pointer, "outs", place), {"path": item["path"], **hashes}))
    return found
