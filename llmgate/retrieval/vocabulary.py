"""Keys and values of configuration files → whether they are about retrieval, by the words that frameworks share.

`STRONG` keys mean retrieval wherever they stand, if their value is of the right kind; `WEAK` ones mean something else
as often (`top_k` is a sampling parameter, `chunk_size` that of an upload), so they count only beside a strong one or
in a section that is about retrieval. A translation's or a schema's key has words or a mapping where a setting has a
name or a number: the kind of the value tells them apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

_NAME = re.compile(r"[\w./:@+-]{2,200}")
_CAMEL = re.compile(r"(?<=[a-z0-9])([A-Z])")
# Families of embedding models, as their makers name them.
_EMBEDDING_MODEL = re.compile(
    r"(?:[\w.-]{1,60}[/:]){0,3}(?:text-embedding-|textembedding-|text-multilingual-embedding|gemini-embedding|bge-(?:small|base|large|m3|en|multilingual|code)|e5-(?:small|base|large|mistral)"
    r"|gte-(?:small|base|large|multilingual|qwen|modernbert)|multilingual-e5|all-minilm-|all-mpnet-|paraphrase-multilingual-|voyage-(?:[2-4]|code|law|finance|multilingual)|jina-embeddings-|nomic-embed"
    r"|mxbai-embed|snowflake-arctic-embed|embed-(?:english|multilingual|v[0-9])|titan-embed|amazon\.titan-embed"
    r"|cohere\.embed|qwen3-embedding)[\w.:-]{0,80}",
    re.IGNORECASE,
)
_RERANKER = re.compile(
    r"(?:[\w.-]{1,60}[/:]){0,3}(?:rerank-|bge-reranker-|jina-reranker-|ms-marco-|mxbai-rerank-)[\w.:-]{0,80}",
    re.IGNORECASE,
)
_METRICS = frozenset(
    {"cosine", "dot", "dotproduct", "dot_product", "euclid", "euclidean", "l2", "ip", "inner_product", "manhattan"}
)
_ANN_TYPES = re.compile(r"(?:HNSW|IVF_(?:FLAT|SQ8|PQ)|DISKANN|SCANN|AUTOINDEX)(?:_\w{1,20})?")
_SEARCH_TYPES = frozenset({"mmr", "similarity", "similarity_score_threshold"})

Test = Callable[[Any], bool]


def number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def name(value: Any) -> bool:
    return isinstance(value, str) and bool(_NAME.fullmatch(value))


def scalar(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float | bool)


def embedding_model(value: Any) -> bool:
    return isinstance(value, str) and bool(_EMBEDDING_MODEL.fullmatch(value))


def reranker(value: Any) -> bool:
    return isinstance(value, str) and bool(_RERANKER.fullmatch(value))


def metric(value: Any) -> bool:
    return isinstance(value, str) and value.lower() in _METRICS


def ann_type(value: Any) -> bool:
    return isinstance(value, str) and bool(_ANN_TYPES.fullmatch(value))


def vectorizer(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(("text2vec-", "multi2vec-", "ref2vec-"))


def search_type(value: Any) -> bool:
    return value in _SEARCH_TYPES if isinstance(value, str) else False


def _each(keys: str, test: Test) -> dict[str, Test]:
    return dict.fromkeys(keys.split(), test)


STRONG: Mapping[str, Test] = {
    **_each("embedding_model embed_model embeddings_model embedding_model_name embedding_model_id", name),
    **_each("reranker_model rerank_model rerank_model_name reranking_model cross_encoder_model", name),
    **_each("chunk_overlap similarity_top_k retrieval_top_k retriever_top_k retriever_k vector_top_k", number),
    **_each("rerank_top_n rerank_top_k reranker_top_n rrf_k mmr_lambda lambda_mult hybrid_alpha", number),
    **_each("similarity_cutoff retrieval_score_threshold", number),
    **_each("ef_construction ef_search ef_construct hnsw_m hnsw_ef_construction hnsw_ef_search nprobe", number),
    **_each("vector_store_query_mode vector_index_type", name),
    "vectorizer": vectorizer,
    "search_type": search_type,
    "index_type": ann_type,
    "model": embedding_model,
    "model_name": embedding_model,
    "model_id": embedding_model,
    "embedding": embedding_model,
    "embeddings": embedding_model,
    "embedder": embedding_model,
    "reranker": reranker,
}

WEAK: Mapping[str, Test] = {
    **_each(
        "chunk_size chunk_overlap top_k top_n fetch_k k size overlap score_threshold similarity_threshold alpha m",
        number,
    ),
    **_each("embedding_dim embedding_dimension embedding_dimensions dimension dimensions dims dim", number),
    **_each("nlist lists probes ef max_tokens_per_chunk context_token_budget", number),
    **_each("model model_name model_id revision provider engine splitter tokenizer separator strategy", name),
    **_each("collection collection_name index index_name alias namespace class_name table_name vector_store", name),
    **_each("query_prefix document_prefix query_instruction", scalar),
    **_each("normalize normalize_embeddings hybrid mmr rerank", scalar),
    **_each("metric distance distance_metric metric_type similarity", metric),
}

_SECTIONS = (
    (
        "retriever retrieval search_kwargs retriever_kwargs",
        "k top_k fetch_k score_threshold lambda_mult alpha mmr hybrid",
    ),
    (
        "vectorstore vector_store vector_db vectordb",
        "collection collection_name index index_name alias namespace metric",
    ),
    ("vectorstore vector_store vector_db vectordb", "distance metric_type"),
    ("embedding embeddings embedder", "model model_name model_id dimension dimensions dims"),
    ("reranker rerank ranker", "model model_name top_n top_k"),
    ("text_splitter document_splitter node_parser", "chunk_size chunk_overlap"),
)
"""What a mapping is about by its own key, and which of the weak keys show that it is."""


def snake(key: str) -> str:
    """Spell a key as `chunk_overlap`, whether it is written `chunkOverlap`, `chunk-overlap` or `CHUNK_OVERLAP`."""
    plain = key if key.isupper() else _CAMEL.sub(lambda match: f"_{match[1]}", key)
    return plain.replace("-", "_").lower()


def known(key: str, value: Any) -> bool:
    """Tell whether a key with such a value belongs to the settings around a strong one."""
    plain = snake(key)
    tests = (STRONG.get(plain), WEAK.get(plain))
    return key.startswith("hnsw:") or any(test(value) for test in tests if test)


def strong(key: str, value: Any) -> bool:
    """Tell whether a key with such a value means retrieval by itself; `hnsw:` is how Chroma spells a collection's."""
    test = STRONG.get(snake(key))
    return (key.startswith("hnsw:") and scalar(value)) or bool(test and test(value))


def in_section(section: str, value: Mapping[str, Any]) -> bool:
    """Tell whether a mapping below a key such as `retriever` has a setting of what that key names."""
    plain = snake(section)
    telling = {key for sections, keys in _SECTIONS if plain in sections.split() for key in keys.split()}
    return any(snake(key) in telling and known(key, item) for key, item in value.items())
