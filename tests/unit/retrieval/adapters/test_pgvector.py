import hashlib
import resource
import tracemalloc
from pathlib import Path

import psycopg
import pytest

from llmgate import retrieval
from llmgate.errors import NotEvaluated, UsageError
from llmgate.retrieval.adapters import pgvector
from llmgate.retrieval.chunk import Chunk
from tests.unit.retrieval.adapters import postgres

TABLE = "CREATE TABLE {} (id text, content text, metadata jsonb, embedding vector(3), sha text)"


@pytest.fixture(scope="module")
def server():
    with postgres.serve() as running:
        running.run("CREATE EXTENSION vector")
        yield running


@pytest.fixture
def handbook(server):
    server.run(
        "DROP SCHEMA IF EXISTS rag CASCADE",
        "CREATE SCHEMA rag",
        TABLE.format("rag.handbook"),
        """INSERT INTO rag.handbook VALUES
           ('a#1', 'EU customers: 14 days', '{"source": "returns.md", "tenant": "eu"}', '[1,0,0]', NULL),
           ('ü#1', 'Straße – 東京 🎌', '{"source": "größen.md", "tenant": "us"}', '[0,1,0]', NULL)""",
        "CREATE INDEX by_cosine ON rag.handbook USING hnsw (embedding vector_cosine_ops)"
        " WITH (m = 24, ef_construction = 120)",
    )
    return server


def read(server, key=postgres.PASSWORD, **options):
    asked = {"url": server.url, "index": "handbook", "schema": "rag", **options}
    return pgvector.collection({name: value for name, value in asked.items() if value is not ...}, key)


def sha(text):
    return hashlib.sha256(text.encode()).hexdigest()


def test_chunks_come_with_ids_documents_and_hashes_of_their_unicode_texts(handbook):
    found = sorted(read(handbook).chunks, key=lambda chunk: chunk.id)
    assert found == [
        Chunk(id="a#1", document="returns.md", sha256=sha("EU customers: 14 days")),
        Chunk(id="ü#1", document="größen.md", sha256=sha("Straße – 東京 🎌")),
    ]


def test_the_catalogue_tells_dimension_metric_and_the_parameters_of_the_graph(handbook):
    settings = read(handbook).settings
    assert (settings["dimension"], settings["metric"]) == (3, "cosine")
    assert settings["columns"] == {"rag.handbook.embedding": "vector(3)"}
    (index,) = settings["indexes"]
    assert (index["method"], index["m"], index["ef_construction"]) == ("hnsw", "24", "120")
    assert index["definition"].startswith("CREATE INDEX by_cosine ON rag.handbook USING hnsw")


def test_a_table_is_its_own_concrete_name(handbook):
    found = read(handbook)
    assert (found.asked, found.name) == ("handbook", "rag.handbook")


def test_a_table_is_found_on_the_search_path_where_no_schema_is_given(handbook):
    handbook.run("DROP TABLE IF EXISTS plain", TABLE.format("plain"))
    found = read(handbook, index="plain", schema=...)
    assert (found.name, list(found.chunks)) == ("public.plain", [])


def test_a_view_of_a_view_is_resolved_to_its_table_and_keeps_its_own_rows(handbook):
    handbook.run(
        "CREATE VIEW rag.eu AS SELECT * FROM rag.handbook WHERE metadata->>'tenant' = 'eu'",
        "CREATE VIEW rag.current AS SELECT * FROM rag.eu",
    )
    found = read(handbook, index="current")
    assert (found.asked, found.name) == ("current", "rag.handbook")
    assert found.settings["dimension"] == 3
    assert [chunk.id for chunk in found.chunks] == ["a#1"]


def test_a_view_that_is_switched_shows_another_table(handbook):
    handbook.run("CREATE VIEW rag.current AS SELECT * FROM rag.handbook", TABLE.format("rag.handbook_v2"))
    before = read(handbook, index="current").name
    handbook.run("CREATE OR REPLACE VIEW rag.current AS SELECT * FROM rag.handbook_v2")
    assert (before, read(handbook, index="current").name) == ("rag.handbook", "rag.handbook_v2")


def test_a_view_over_two_tables_names_both(handbook):
    handbook.run(
        TABLE.format('rag."Zusätze"'),
        """CREATE VIEW rag.everything AS SELECT * FROM rag.handbook UNION ALL SELECT * FROM rag."Zusätze" """,
    )
    assert read(handbook, index="everything").name == 'rag."Zusätze",rag.handbook'


def test_a_materialised_view_is_concrete(handbook):
    handbook.run("CREATE MATERIALIZED VIEW rag.frozen AS SELECT * FROM rag.handbook")
    found = read(handbook, index="frozen")
    assert (found.name, len(list(found.chunks))) == ("rag.frozen", 2)


def test_an_empty_table_has_no_chunks(handbook):
    handbook.run("TRUNCATE rag.handbook")
    assert list(read(handbook).chunks) == []


def test_wanted_values_select_rows_and_are_never_sql(handbook):
    kept = read(handbook, where={"metadata.tenant": "us"})
    assert [chunk.id for chunk in kept.chunks] == ["ü#1"]
    hostile = read(handbook, where={"metadata.tenant": "us' OR pg_sleep(60) IS NULL; DROP TABLE rag.handbook; --"})
    assert list(hostile.chunks) == []
    assert len(list(read(handbook).chunks)) == 2


@pytest.mark.parametrize("field", ['content" FROM pg_shadow; --', "content); DROP TABLE rag.handbook; --", "a..b", ""])
def test_a_field_that_is_no_name_is_refused_before_anything_is_sent(handbook, field):
    with pytest.raises(UsageError, match=r"options\.text"):
        read(handbook, text=field)


def test_a_name_with_quotes_in_it_is_quoted(handbook):
    handbook.run(TABLE.format('rag."odd""; DROP TABLE x"'))
    assert read(handbook, index='odd"; DROP TABLE x').name == 'rag."odd""; DROP TABLE x"'


def test_percent_signs_in_names_and_values_mean_themselves(handbook):
    handbook.run(TABLE.format('rag."100%s"'), """INSERT INTO rag."100%s" VALUES ('1', 't', '{"source": "50%"}')""")
    found = read(handbook, index="100%s", where={"metadata.source": "50%"})
    assert [chunk.document for chunk in found.chunks] == ["50%"]


def test_a_row_without_text_is_named(handbook):
    handbook.run("UPDATE rag.handbook SET content = NULL WHERE id = 'ü#1'")
    with pytest.raises(NotEvaluated, match=r"'ü#1' has no text in its field 'content'"):
        list(read(handbook).chunks)


def test_a_row_without_a_document_is_named(handbook):
    handbook.run("UPDATE rag.handbook SET metadata = '{}' WHERE id = 'a#1'")
    with pytest.raises(NotEvaluated, match=r"'a#1' names no document in its field 'metadata\.source'"):
        list(read(handbook).chunks)


def test_each_chunk_is_a_document_where_the_field_is_null(handbook):
    handbook.run("UPDATE rag.handbook SET metadata = NULL")
    assert {chunk.document for chunk in read(handbook, document=None).chunks} == {"a#1", "ü#1"}


def test_a_stored_hash_is_taken_and_the_text_is_not_read(handbook):
    handbook.run("UPDATE rag.handbook SET content = NULL, sha = upper(repeat('ab', 32))")
    assert {chunk.sha256 for chunk in read(handbook, sha256="sha").chunks} == {"ab" * 32}


def test_a_stored_hash_that_is_none_is_named(handbook):
    handbook.run("UPDATE rag.handbook SET sha = 'md5:1'")
    with pytest.raises(NotEvaluated, match=r"has no SHA-256 .* in its field 'sha'"):
        list(read(handbook, sha256="sha").chunks)


def test_a_text_beyond_all_chunks_is_refused(handbook):
    handbook.run("UPDATE rag.handbook SET content = repeat('x', 1000001) WHERE id = 'a#1'")
    with pytest.raises(NotEvaluated, match="'a#1' is longer than 1000000 characters"):
        list(read(handbook).chunks)


def test_a_column_that_is_not_there_is_an_error_with_a_remedy(handbook):
    with pytest.raises(NotEvaluated, match='column "body" does not exist') as raised:
        list(read(handbook, text="body").chunks)
    assert "options.text" in raised.value.remedy


def test_a_table_that_is_not_there_is_an_error_with_a_remedy(handbook):
    with pytest.raises(NotEvaluated, match=r'there is no table or view "rag"\."nope"') as raised:
        read(handbook, index="nope")
    assert "options.index" in raised.value.remedy


def test_a_wrong_key_is_an_error_that_does_not_show_it(handbook):
    with pytest.raises(NotEvaluated, match="password authentication failed") as raised:
        read(handbook, key="wrong-key-0815")
    assert "wrong-key" not in str(raised.value)


def test_the_session_cannot_write(handbook):
    handbook.run(
        "CREATE FUNCTION rag.spy() RETURNS text LANGUAGE sql VOLATILE AS $$"
        " INSERT INTO rag.handbook (id) VALUES ('planted') RETURNING id $$",
        "CREATE VIEW rag.trap AS SELECT id, rag.spy() AS content, metadata FROM rag.handbook",
    )
    with pytest.raises(NotEvaluated, match="read-only transaction"):
        list(read(handbook, index="trap").chunks)


def test_rows_that_are_written_meanwhile_are_not_seen(handbook):
    chunks = read(handbook, page=1).chunks
    first = next(chunks)
    handbook.run("DELETE FROM rag.handbook")
    assert len([first, *chunks]) == 2


def test_a_query_that_takes_too_long_is_an_error(handbook):
    handbook.run("CREATE VIEW rag.slow AS SELECT * FROM rag.handbook WHERE pg_sleep(30) IS NOT NULL")
    with pytest.raises(NotEvaluated, match=r"no answer within 0\.3 s"):
        list(read(handbook, index="slow", timeout_s=0.3).chunks)


def test_a_server_that_hangs_in_the_middle_is_an_error(handbook):
    chunks = read(handbook, page=1, timeout_s=0.5).chunks
    next(chunks)
    with handbook.hanging(), pytest.raises(NotEvaluated, match=r"no answer within 0\.5 s"):
        list(chunks)


def test_a_session_that_is_ended_in_the_middle_is_an_error(handbook):
    chunks = read(handbook, page=1).chunks
    next(chunks)
    handbook.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'llmgate'")
    with pytest.raises(NotEvaluated, match=r"pgvector at 127\.0\.0\.1"):
        list(chunks)


def test_sessions_end_with_the_reading(handbook):
    chunks = read(handbook, page=1).chunks
    next(chunks)
    chunks.close()
    list(read(handbook).chunks)
    count = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'llmgate'"
    with psycopg.connect(handbook.url, password=postgres.PASSWORD, autocommit=True) as connection:
        for _ in range(100):
            if connection.execute(count).fetchone() == (0,):
                return
            connection.execute("SELECT pg_sleep(0.05)")
    pytest.fail("sessions are left open")


def test_25_000_chunks_come_in_pages_and_memory_stays_flat(handbook):
    handbook.run(
        "TRUNCATE rag.handbook",
        """INSERT INTO rag.handbook
           SELECT n::text, repeat(n::text || ' ', 400), jsonb_build_object('source', n / 100 || '.md')
           FROM generate_series(1, 25000) n""",
    )
    chunks = read(handbook).chunks
    next(chunks)
    tracemalloc.start()
    try:
        number = sum(1 for _ in chunks)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert number == 24_999
    assert peak < 8_000_000  # the texts are 55 MB; a page of 256 is 0.6 MB


def resident_bytes():
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def test_25_000_chunks_do_not_pile_up_in_the_driver(handbook):
    """`tracemalloc` does not see what libpq holds; the process's resident memory shows it."""
    handbook.run(
        "TRUNCATE rag.handbook",
        """INSERT INTO rag.handbook SELECT n::text, repeat('x', 8000), '{"source": "a"}'
           FROM generate_series(1, 25000) n""",
    )
    chunks = read(handbook).chunks
    samples = [resident_bytes() for number, _ in enumerate(chunks) if number % 1_000 == 999]
    assert len(samples) == 25
    assert max(samples) - samples[0] < 40_000_000  # the texts are 200 MB


def test_an_address_that_is_not_plain_is_refused(server):
    with pytest.raises(UsageError, match=r"options\.url: .*expected postgresql://user@host"):
        read(server, url="postgresql://llmgate:secret@db.example.com/rag")


def test_the_adapter_is_found_by_its_engine():
    assert retrieval.store("pgvector").ENGINE == "pgvector"
