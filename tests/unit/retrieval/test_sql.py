import time

import pytest

from llmgate.retrieval import sql

MIGRATION = """-- CREATE INDEX old ON a USING hnsw (b);
CREATE EXTENSION vector;
/* a table;
   of chunks */
CREATE TABLE chunks (
  id bigint PRIMARY KEY,
  embedding vector(1536) NOT NULL
);
CREATE INDEX CONCURRENTLY ix ON chunks
  USING hnsw (embedding vector_cosine_ops) WITH (m = 16, ef_construction = 64);
CREATE INDEX iv ON chunks USING ivfflat (embedding vector_l2_ops) WITH (lists='100');
SET hnsw.ef_search = 100;
"""


def test_columns_indexes_and_session_settings_are_found_with_their_lines():
    found = [(each.line, dict(each.value)) for each in sql.find(MIGRATION)]
    assert found == [
        (5, {"column": "embedding", "type": "vector", "dimension": 1536}),
        (9, {"method": "hnsw", "operators": "vector_cosine_ops", "m": 16, "ef_construction": 64}),
        (11, {"method": "ivfflat", "operators": "vector_l2_ops", "lists": 100}),
        (12, {"hnsw.ef_search": 100}),
    ]
    assert {each.rule for each in sql.find(MIGRATION)} == {"pgvector"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "CREATE INDEX ix ON users USING btree (name);",
        "CREATE INDEX ix ON users (name) WHERE m = 16;",
        "CREATE TABLE t (vector text, size int);",
        "SELECT * FROM chunks ORDER BY embedding <=> '[1,2]' LIMIT 5;",
        "-- USING hnsw",
        "/* CREATE INDEX a ON b USING hnsw (c);",
        "INSERT INTO notes VALUES ('create index using hnsw');",
    ],
)
def test_other_sql_yields_nothing(text):
    assert sql.find(text) == ()


def test_a_column_that_is_added_later_is_found():
    (found,) = sql.find('ALTER TABLE "chunks" ADD COLUMN "v" halfvec(768);')
    assert found.value == {"column": "v", "type": "halfvec", "dimension": 768}


@pytest.mark.parametrize(
    "piece",
    [
        "/*",
        "--\n",
        "create index ",
        "create index using ",
        "create table a (",
        "a " * 50 + ";",
        "-- /* \n",
        "using\t\t",
    ],
)
def test_hostile_sql_is_read_in_time_proportional_to_it(piece):
    text = (piece * (1_000_000 // len(piece)))[:1_000_000]
    start = time.perf_counter()
    sql.find(text)
    assert time.perf_counter() - start < 3
