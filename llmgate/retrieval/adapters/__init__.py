"""Running vector stores → the ids, documents and hashes of the chunks in one of their indexes: one file per store.

| engine | file | speaks |
|---|---|---|
| `qdrant` | `qdrant.py` | Qdrant's REST API |
| `pgvector` | `pgvector.py` | PostgreSQL's protocol, through psycopg (extra `pgvector`) |
| `elasticsearch`, `opensearch` | `elasticsearch.py` | the REST API that both have in common |
| `chroma` | `chroma.py` | Chroma's REST API, version 2 |

`options.py` checks what `llmgate.yaml` says, `rest.py` is the HTTP, `deadline.py` the time limit, `reading.py` turns
what a store holds into chunks and counts them; `mapping.py` is a part of Elasticsearch's adapter, `dsn.py`,
`catalogue.py` and `queries.py` of pgvector's. Every adapter only reads, sends a key to the configured host alone, and
ends in an error, never in a short list, when a store stops in the middle.
"""
