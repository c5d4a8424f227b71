import base64
import hashlib

import pytest

from llmgate import retrieval
from llmgate.errors import NotEvaluated, UsageError
from llmgate.retrieval.adapters import chroma
from llmgate.retrieval.chunk import Chunk
from tests import modelserver
from tests.unit.retrieval.adapters import recorded

UUID = "550e8400-e29b-41d4-a716-446655440000"


def sha(text):
    return hashlib.sha256(text.encode()).hexdigest()


def test_a_collection_is_resolved_to_its_uuid_and_all_pages_are_read(play):
    uuid = recorded.exchanges("chroma")[0]["response"]["body"]["id"]
    found, chunks, _ = play("chroma", chroma, index="handbook", page=2)
    assert (found.asked, found.name) == ("handbook", uuid)
    assert chunks == [
        Chunk(id="a#1", document="returns.md", sha256=sha("EU customers: 14 days")),
        Chunk(id="a#2", document="returns.md", sha256=sha("US customers: 30 days")),
        Chunk(id="ü#1", document="größen.md", sha256=sha("Straße – 東京 🎌")),
    ]


def test_the_settings_have_the_graph_and_the_metadata(describe):
    settings = describe("chroma", chroma, index="handbook").settings
    assert (settings["dimension"], settings["metric"]) == (2, "cosine")
    assert settings["configuration"]["hnsw"]["max_neighbors"] == 24
    assert settings["metadata"] == {"owner": "docs"}


def test_a_stored_hash_is_taken_and_the_text_is_not_asked_for(play):
    _, chunks, _ = play("chroma_hash", chroma, index="handbook", sha256="sha")
    assert [chunk.sha256 for chunk in chunks] == ["ab" * 32, "cd" * 32, "ef" * 32]


def test_an_empty_collection_has_no_chunks(play):
    assert play("chroma_empty", chroma, index="empty")[1] == []


def test_a_chunk_without_text_is_named(play):
    with pytest.raises(NotEvaluated, match="'no-text' has no text in its field '#document'"):
        play("chroma_bare", chroma, index="bare")


def test_a_collection_that_is_not_there_is_an_error_with_a_remedy(play):
    with pytest.raises(NotEvaluated, match=r"404: .*Collection \[nope\] does not exist") as raised:
        play("chroma_absent", chroma, index="nope")
    assert "options.index" in raised.value.remedy


def test_tenant_and_database_are_parts_of_the_path():
    with modelserver.serve(plan=[modelserver.json_body({"id": UUID})]) as server:
        chroma.collection({"url": server.url, "index": "a", "tenant": "acme", "database": "prod"}, None)
        assert server.seen[0].path == "/api/v2/tenants/acme/databases/prod/collections/a"


@pytest.mark.parametrize(
    ("page", "message"),
    [
        ({"ids": ["a", "b"], "documents": ["x"], "metadatas": [{}, {}]}, "2 ids, 1 documents and 2 metadatas"),
        ({"ids": ["a"], "documents": None, "metadatas": [{}]}, "1 ids, 0 documents"),
        ({"ids": [], "documents": [], "metadatas": []}, "tells of 1 chunks and gave only 0"),
        ({"ids": ["a"], "documents": [7], "metadatas": [{}]}, r"documents\.0"),
    ],
)
def test_a_page_that_is_not_whole_is_an_error(page, message):
    plan = [modelserver.json_body(body) for body in ({"id": UUID}, 1, page)]
    with modelserver.serve(plan=plan) as server, pytest.raises(NotEvaluated, match=message):
        list(chroma.collection({"url": server.url, "index": "a"}, None).chunks)


@pytest.mark.parametrize(
    ("auth", "header", "shown"),
    [
        ("token", "x-chroma-token", "reader:s3cret"),
        ("bearer", "authorization", "Bearer reader:s3cret"),
        ("basic", "authorization", f"Basic {base64.b64encode(b'reader:s3cret').decode()}"),
    ],
)
def test_the_key_is_shown_as_the_options_say(play, auth, header, shown):
    _, _, played = play("chroma_empty", chroma, index="empty", auth=auth, key="reader:s3cret")
    assert {headers[header] for headers in played.headers} == {shown}


@pytest.mark.parametrize("option", [{"tenant": "../admin"}, {"database": ""}, {"text": "page_content"}])
def test_options_that_cannot_be_are_refused(option):
    with pytest.raises(UsageError, match=rf"options\.{next(iter(option))}"):
        chroma.collection({"url": "http://127.0.0.1:1", "index": "a", **option}, None)


def test_the_adapter_is_found_by_its_engine():
    assert retrieval.store("chroma").ENGINE == "chroma"
