import hashlib

import pytest

from llmgate import retrieval
from llmgate.errors import NotEvaluated, UsageError
from llmgate.retrieval.adapters import qdrant
from llmgate.retrieval.chunk import Chunk
from tests import modelserver

INFO = {"result": {"config": {"params": {"vectors": {"size": 4, "distance": "Dot"}}, "hnsw_config": {}}}}
POINT = {"id": 1, "payload": {"page_content": "x", "metadata": {"source": "a.md"}}}


def sha(text):
    return hashlib.sha256(text.encode()).hexdigest()


def answers(*bodies):
    return modelserver.serve(plan=[modelserver.json_body(body) for body in bodies])


def test_an_alias_is_resolved_and_all_pages_are_read(play):
    found, chunks, _ = play("qdrant", qdrant, index="production", page=2)
    assert (found.asked, found.name) == ("production", "handbook-2026-11-01")
    assert chunks == [
        Chunk(id="40", document="returns.md", sha256=sha("EU customers: 14 days")),
        Chunk(id="41", document="returns.md", sha256=sha("US customers: 30 days")),
        Chunk(id="550e8400-e29b-41d4-a716-446655440000", document="größen.md", sha256=sha("Straße – 東京 🎌")),
    ]


def test_an_alias_that_is_switched_shows_another_collection(describe):
    assert describe("qdrant_switched", qdrant, index="production").name == "handbook-2026-11-15"


def test_the_settings_are_what_bears_on_retrieval(describe):
    settings = describe("qdrant", qdrant, index="production").settings
    assert (settings["dimension"], settings["metric"]) == (4, "Cosine")
    assert (settings["hnsw"]["m"], settings["hnsw"]["ef_construct"]) == (16, 100)
    assert sorted(settings) == ["dimension", "hnsw", "metric", "vectors"]


def test_several_named_vectors_have_no_one_dimension(describe):
    settings = describe("qdrant_empty", qdrant, index="empty").settings
    assert "dimension" not in settings
    assert settings["vectors"]["title"] == {"size": 8, "distance": "Dot"}


def test_one_named_vector_has_a_dimension(describe):
    assert describe("qdrant_where", qdrant, index="handbook").settings["dimension"] == 4


def test_an_empty_collection_has_no_chunks(play):
    assert play("qdrant_empty", qdrant, index="empty")[1] == []


def test_wanted_values_are_a_filter_of_count_and_scroll(play):
    _, chunks, _ = play("qdrant_where", qdrant, index="handbook", where={"metadata.tenant": "eu"})
    assert [chunk.id for chunk in chunks] == ["40"]


def test_a_point_without_text_is_named(play):
    with pytest.raises(NotEvaluated, match="'41' has no text in its field 'page_content'") as raised:
        play("qdrant_bare", qdrant, index="handbook")
    assert "options.text" in raised.value.remedy


def test_fewer_points_than_the_store_counts_are_an_error(play):
    with pytest.raises(NotEvaluated, match="'handbook' tells of 3 chunks and gave only 2"):
        play("qdrant_short", qdrant, index="handbook")


def test_a_collection_that_is_not_there_is_an_error_with_a_remedy(play):
    with pytest.raises(NotEvaluated, match=r"GET /collections/nope was answered with 404: .*doesn't exist") as raised:
        play("qdrant_absent", qdrant, index="nope")
    assert "options.index" in raised.value.remedy


def test_the_key_travels_in_its_header(play):
    _, _, played = play("qdrant_empty", qdrant, index="empty", key="secret-key-123")
    assert {headers["api-key"] for headers in played.headers} == {"secret-key-123"}


def test_without_a_key_there_is_no_header(play):
    _, _, played = play("qdrant_empty", qdrant, index="empty")
    assert all("api-key" not in headers for headers in played.headers)


def test_aliases_that_lead_in_a_circle_are_an_error():
    pairs = [{"alias_name": "a", "collection_name": "b"}, {"alias_name": "b", "collection_name": "a"}]
    with answers({"result": {"aliases": pairs}}) as server, pytest.raises(NotEvaluated, match="back to itself"):
        qdrant.collection({"url": server.url, "index": "a"}, None)


def test_a_store_that_repeats_its_pages_for_ever_is_an_error():
    page = {"result": {"points": [POINT], "next_page_offset": 1}}
    with answers({"result": {"aliases": []}}, INFO, {"result": {"count": 5}}, *[page] * 20) as server:
        with pytest.raises(NotEvaluated, match="tells of 5 chunks and gave more"):
            list(qdrant.collection({"url": server.url, "index": "a"}, None).chunks)
        assert len(server.seen) == 9


def test_a_store_that_promises_pages_and_gives_empty_ones_is_an_error():
    page = {"result": {"points": [], "next_page_offset": 1}}
    with answers({"result": {"aliases": []}}, INFO, {"result": {"count": 5}}, *[page] * 20) as server:
        with pytest.raises(NotEvaluated, match="tells of 5 chunks and gave only 0"):
            list(qdrant.collection({"url": server.url, "index": "a"}, None).chunks)
        assert len(server.seen) == 4


def test_a_store_that_breaks_off_in_the_middle_is_an_error():
    page = {"result": {"points": [POINT], "next_page_offset": 2}}
    plan = [{"result": {"aliases": []}}, INFO, {"result": {"count": 2}}, page]
    faults = [*(modelserver.json_body(body) for body in plan), modelserver.reset()]
    with modelserver.serve(plan=faults) as server, pytest.raises(NotEvaluated, match="connection broke"):
        list(qdrant.collection({"url": server.url, "index": "a"}, None).chunks)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, r"options\.index: Field required"),
        ({"index": "."}, r"options\.index"),
        ({"index": "a", "page": 0}, r"options\.page"),
        ({"index": "a", "text_field": "body"}, r"options\.text_field: Extra inputs"),
        ({"index": "a", "where": {"k": [1]}}, r"options\.where\.k"),
    ],
)
def test_wrong_options_are_told_with_what_is_known(options, message):
    with pytest.raises(UsageError, match=message) as raised:
        qdrant.collection({"url": "http://127.0.0.1:1", **options}, None)
    assert "document, index, page, sha256, text, timeout_s, url, where" in raised.value.remedy


def test_a_name_is_one_segment_of_the_path():
    plan = [{"result": {"aliases": []}}, INFO]
    with answers(*plan) as server:
        qdrant.collection({"url": f"{server.url}/prefix/", "index": "a/../b?c"}, None)
        assert [asked.path for asked in server.seen] == ["/prefix/aliases", "/prefix/collections/a%2F..%2Fb%3Fc"]


def test_the_adapter_is_found_by_its_engine():
    assert retrieval.store("qdrant").ENGINE == "qdrant"
