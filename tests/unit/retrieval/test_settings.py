"""Configuration of common frameworks and stores, and of things that only look like it."""

import pytest

from llmgate import documents
from llmgate.retrieval import settings

FOUND = {
    "langchain retriever": (
        "rag.yaml",
        "retriever:\n  search_type: mmr\n  search_kwargs: {k: 5, fetch_k: 20}",
        {"k": 5},
    ),
    "langchain threshold": ("rag.yaml", "search_kwargs: {score_threshold: 0.7, k: 3}", {"score_threshold": 0.7}),
    "langchain vectorstore": ("app.toml", '[vectorstore]\ncollection_name = "docs"\n', {"collection_name": "docs"}),
    "splitter": ("a.yaml", "text_splitter: {type: recursive, chunk_size: 800}", {"chunk_size": 800}),
    "overlap": ("a.json", '{"ingest": {"chunkSize": 512, "chunkOverlap": 64}}', {"chunkSize": 512, "chunkOverlap": 64}),
    "llama-index": ("a.yaml", "query_engine: {similarity_top_k: 4, similarity_cutoff: 0.7}", {"similarity_top_k": 4}),
    "llama-index mode": ("a.yaml", "vector_store_query_mode: hybrid\nalpha: 0.5", {"alpha": 0.5}),
    "embedding model key": (
        "s.toml",
        'EMBEDDING_MODEL = "my-org/embedder-3"',
        {"EMBEDDING_MODEL": "my-org/embedder-3"},
    ),
    "embedding model value": ("m.yaml", "index:\n  model: text-embedding-3-small", {"model": "text-embedding-3-small"}),
    "hugging face": ("m.yaml", "encoder: {model_name: BAAI/bge-m3, normalize: true}", {"model_name": "BAAI/bge-m3"}),
    "minilm": ("m.yaml", "embeddings: sentence-transformers/all-MiniLM-L6-v2", {}),
    "bedrock": ("m.yaml", "embedder: {model_id: amazon.titan-embed-text-v2:0}", {}),
    "section": ("m.yaml", "embedding:\n  model: house/encoder-7\n  dimensions: 768", {"dimensions": 768}),
    "reranker section": ("m.yaml", "reranker: {model: house-ranker, top_n: 3}", {"top_n": 3}),
    "reranker value": ("m.yaml", "steps: [{reranker: cohere/rerank-v3.5}]", {"reranker": "cohere/rerank-v3.5"}),
    "hybrid": ("m.yaml", "search: {hybrid_alpha: 0.6, top_k: 8}", {"top_k": 8}),
    "rrf": ("m.yaml", "fusion: {rrf_k: 60}", {"rrf_k": 60}),
    "retrieval section": ("m.yaml", "retrieval: {top_k: 6, timeout: 3}", {"top_k": 6}),
    "haystack retriever": (
        "pipeline.yml",
        "components:\n  r:\n    type: haystack.retrievers.InMemoryBM25Retriever\n    init_parameters: {top_k: 10}",
        {"init_parameters": {"top_k": 10}},
    ),
    "haystack embedder": (
        "p.yml",
        "components:\n  e: {type: haystack.components.embedders.OpenAITextEmbedder, init_parameters: {model: m}}",
        {},
    ),
    "haystack splitter": (
        "p.yml",
        "components:\n  s: {type: haystack.components.DocumentSplitter, init_parameters: {split_length: 9}}",
        {},
    ),
    "qdrant vectors": ("c.json", '{"vectors_config": {"size": 768, "distance": "Cosine"}}', {"distance": "Cosine"}),
    "qdrant rest": ("c.json", '{"vectors": {"size": 384, "distance": "Dot"}}', {"size": 384}),
    "qdrant hnsw": ("c.yaml", "hnsw_config: {m: 16, ef_construct: 100}", {"m": 16}),
    "qdrant quantisation": ("c.yaml", "quantization_config: {scalar: {type: int8}}", {"scalar": {"type": "int8"}}),
    "elasticsearch": (
        "mapping.json",
        '{"mappings": {"properties": {"v": {"type": "dense_vector", "dims": 384, "similarity": "cosine"}}}}',
        {"dims": 384},
    ),
    "opensearch": (
        "index.json",
        '{"mappings": {"properties": {"v": {"type": "knn_vector", "dimension": 3, "method": {"name": "hnsw"}}}}}',
        {"dimension": 3},
    ),
    "azure": ("i.json", '{"algorithms": [{"hnswParameters": {"m": 4, "efConstruction": 400}}]}', {"m": 4}),
    "weaviate": ("s.json", '{"class": "Doc", "vectorizer": "text2vec-openai"}', {"vectorizer": "text2vec-openai"}),
    "weaviate index": ("s.json", '{"vectorIndexConfig": {"ef": 100}}', {"ef": 100}),
    "milvus": ("m.yaml", "index: {index_type: HNSW, metric_type: IP}", {"metric_type": "IP"}),
    "faiss": ("f.yaml", "faiss: {nlist: 100, nprobe: 10}", {"nprobe": 10}),
    "chroma": ("c.json", '{"metadata": {"hnsw:space": "cosine"}}', {"hnsw:space": "cosine"}),
    "dvc file": ("data/docs.dvc", "outs:\n- md5: 3b0c9fab.dir\n  size: 9\n  path: docs\n", {"path": "docs"}),
    "dvc lock": (
        "dvc.lock",
        "schema: '2.0'\nstages:\n  ingest:\n    cmd: x\n    outs:\n    - {path: corpus, hash: md5, md5: 0a1b.dir}\n",
        {"md5": "0a1b.dir"},
    ),
}

NOTHING = {
    "kubernetes deployment": (
        "d.yaml",
        "kind: Deployment\nmetadata: {name: retriever, labels: {app: embeddings}}\nspec: {replicas: 2, image: 'x:1'}",
    ),
    "kubernetes service": ("s.yaml", "kind: Service\nmetadata: {name: vectordb}\nspec: {ports: [{port: 6333}]}"),
    "helm values": ("values.yaml", "retriever: {replicas: 2, image: {tag: v1}}\nembeddings: {enabled: true}"),
    "compose": ("compose.yaml", "services:\n  qdrant: {image: 'qdrant/qdrant:v1.9', ports: ['6333:6333']}"),
    "webpack": ("webpack.json", '{"optimization": {"splitChunks": {"chunks": "all", "minSize": 20000}}}'),
    "vite": ("vite.json", '{"build": {"chunkSizeWarningLimit": 600, "chunk_size": 4}}'),
    "sampling": ("models.yaml", "writer: {model: gpt-4.1-2025-04-14, top_k: 40, temperature: 0.2}"),
    "ollama": ("m.yaml", "options: {top_k: 40, top_p: 0.9, num_ctx: 8192}"),
    "upload": ("u.yaml", "upload: {chunk_size: 5242880, threshold: 0.5}"),
    "backup": ("b.toml", "[chunker]\nsize = 1024\noverlap = 0\n"),
    "training": ("t.yaml", "model: {embedding_dim: 512, heads: 8, dims: 64}\nbatch_size: 32"),
    "transformer": ("config.json", '{"model_type": "bert", "hidden_size": 768, "quantization_config": {"bits": 4}}'),
    "xeon": ("hardware.yaml", "cpu: {model: E5-2670}"),
    "translation": (
        "en.json",
        '{"embedding_model": "Embedding model", "chunk_overlap": "Chunk overlap", "top_k": "K"}',
    ),
    "json schema": (
        "schema.json",
        '{"$schema": "x", "properties": {"embedding_model": {"type": "string"}, "embedding": {"default": "bge-m3"}}}',
    ),
    "openapi": ("api.yaml", "openapi: 3.1.0\ncomponents: {schemas: {Search: {properties: {top_k: {type: integer}}}}}"),
    "properties without a schema": ("p.yaml", "properties: {similarity_top_k: {type: integer, default: 4}}"),
    "elasticsearch settings": ("i.json", '{"settings": {"index": {"number_of_shards": 3}, "alias": "logs"}}'),
    "elasticsearch text": ("m.json", '{"mappings": {"properties": {"t": {"type": "text", "similarity": "BM25"}}}}'),
    "prometheus": ("p.yaml", "rules: [{alert: High, expr: 'up == 0', labels: {index: a, metric: up}}]"),
    "grafana": ("g.json", '{"panels": [{"targets": [{"alias": "cpu", "metric": "usage", "index": "logs"}]}]}'),
    "workflow": ("ci.yml", "on: push\njobs: {embeddings: {runs-on: ubuntu-latest, steps: [{run: make index}]}}"),
    "package": ("package.json", '{"dependencies": {"@langchain/core": "^0.3.0", "chromadb": "1.9"}}'),
    "pyproject": ("pyproject.toml", '[project]\ndependencies = ["sentence-transformers", "qdrant-client"]\n'),
    "tsconfig": ("tsconfig.json", '{"compilerOptions": {"target": "es2022", "strict": true}}'),
    "nearby": ("geo.yaml", "search: {distance: 5, size: 10, k: 3}"),
    "shop": ("shop.yaml", "collection: {name: Spring, index: 3, size: 40}\nalias: spring"),
    "physics": ("sim.yaml", "alpha: 0.5\nk: 12\nm: 4\ndistance: 3.0"),
    "terraform": ("main.json", '{"resource": {"aws_s3_bucket": {"docs": {"bucket": "docs", "index_document": "a"}}}}'),
    "database": ("db.yaml", "index: {type: btree, name: ix_users}\ntable_name: users"),
    "audio": ("asr.yaml", "chunking: {chunk_length_s: 30, stride: 5}"),
    "haystack generator": (
        "p.yml",
        "components:\n  g: {type: haystack.components.generators.OpenAIGenerator, init_parameters: {top_k: 3}}",
    ),
    "a class without parameters": ("p.yml", "type: com.acme.DocumentRetriever\nname: x"),
    "dvc without a hash": ("x.dvc", "outs:\n- path: docs\n"),
    "another lock": ("poetry.lock", "stages: {a: {outs: [{path: x, md5: y}]}}"),
    "nothing": ("empty.yaml", ""),
    "a list": ("list.json", "[1, 2, [3]]"),
}


def find(path, text):
    return settings.find(documents.read(path, text.encode()))


@pytest.mark.parametrize("case", FOUND)
def test_a_setting_of_retrieval_is_found(case):
    path, text, expected = FOUND[case]
    found = find(path, text)
    assert found
    assert any(expected.items() <= each.value.items() for each in found)


@pytest.mark.parametrize("case", NOTHING)
def test_what_is_about_something_else_yields_nothing(case):
    assert find(*NOTHING[case]) == ()


def test_a_setting_has_its_key_path_its_line_and_its_rule():
    text = "# settings\nname: bot\nrag:\n  embedder:\n    model: text-embedding-3-small\n  retriever: {top_k: 4}\n"
    found = [(each.name, each.line, each.rule) for each in find("conf/app.yaml", text)]
    assert found == [("rag.embedder", 4, "vocabulary"), ("rag.retriever", 6, "section")]


def test_settings_at_the_top_of_a_file_are_named_by_the_file():
    (found,) = find("conf/rag.yaml", "chunk_overlap: 50\nchunk_size: 400\n")
    assert found.name == "rag"


def test_only_what_is_about_retrieval_is_in_the_value():
    (found,) = find("a.yaml", "similarity_top_k: 4\ntemperature: 0.2\nlog: {level: debug}\n")
    assert found.value == {"similarity_top_k": 4}


def test_the_store_that_a_form_belongs_to_is_its_rule():
    rules = {case: find(*FOUND[case][:2])[0].rule for case in FOUND}
    assert rules["haystack retriever"] == "haystack"
    assert rules["qdrant vectors"] == rules["qdrant rest"] == "qdrant"
    assert rules["elasticsearch"] == rules["opensearch"] == "elasticsearch"
    assert rules["dvc file"] == rules["dvc lock"] == "dvc"


def test_a_setting_that_changes_gives_another_value():
    before, after = (find("a.yaml", f"retriever: {{top_k: {number}}}")[0].value for number in (4, 9))
    assert before != after
