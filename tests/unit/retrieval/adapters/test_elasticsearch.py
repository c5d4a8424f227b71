import base64
import hashlib

import pytest

from llmgate import retrieval
from llmgate.errors import NotEvaluated, UsageError
from llmgate.retrieval.adapters import elasticsearch
from llmgate.retrieval.chunk import Chunk
from tests import modelserver


def sha(text):
    return hashlib.sha256(text.encode()).hexdigest()


def test_an_alias_is_resolved_and_all_pages_are_read_and_the_scroll_is_ended(play):
    found, chunks, _ = play("elasticsearch", elasticsearch, index="production", page=2)
    assert (found.asked, found.name) == ("production", "handbook-000007")
    assert chunks == [
        Chunk(id="a#1", document="returns.md", sha256=sha("EU customers: 14 days")),
        Chunk(id="a#2", document="returns.md", sha256=sha("US customers: 30 days")),
        Chunk(id="ü#1", document="größen.md", sha256=sha("Straße – 東京 🎌")),
    ]


def test_an_alias_that_is_switched_shows_another_index(describe):
    assert describe("elasticsearch_switched", elasticsearch, index="production").name == "handbook-000008"


def test_the_settings_have_the_uuid_the_vectors_and_the_analysis(describe):
    settings = describe("elasticsearch", elasticsearch, index="production").settings
    assert (settings["dimension"], settings["metric"]) == (3, "cosine")
    index = settings["indices"]["handbook-000007"]
    assert index["uuid"] == "xCEhwsp8Tey0-FLNFYVwSg"
    assert index["vectors"]["vector"]["index_options"] == {"type": "hnsw", "m": 16, "ef_construction": 100}
    assert index["analysis"] == {"analyzer": {"default": {"type": "german"}}}


def test_opensearch_is_read_in_its_own_words(play):
    found, chunks, _ = play("opensearch", elasticsearch, index="handbook")
    assert (found.name, len(chunks)) == ("handbook-v1", 1)
    assert (found.settings["dimension"], found.settings["metric"]) == (3, "l2")
    assert found.settings["indices"]["handbook-v1"]["knn"] == "true"


def test_a_data_stream_names_all_its_indices_and_they_may_share_ids(play):
    found, chunks, _ = play("elasticsearch_stream", elasticsearch, index="my-data-stream")
    assert found.name == ".ds-my-data-stream-2099.03.07-000001,.ds-my-data-stream-2099.03.08-000002"
    assert [chunk.id for chunk in chunks] == [
        ".ds-my-data-stream-2099.03.07-000001/1",
        ".ds-my-data-stream-2099.03.08-000002/1",
    ]


def test_the_filter_of_an_alias_is_told_and_wanted_values_are_terms(play):
    found, chunks, _ = play("elasticsearch_where", elasticsearch, index="eu", where={"metadata.tenant": "eu"})
    assert found.settings["alias"] == {"handbook-000007": {"filter": {"term": {"metadata.region": "eu"}}}}
    assert [chunk.id for chunk in chunks] == ["a#1"]


def test_an_empty_index_has_no_chunks(play):
    assert play("elasticsearch_empty", elasticsearch, index="empty")[1] == []


def test_a_document_without_text_is_named_and_the_scroll_is_ended(play):
    with pytest.raises(NotEvaluated, match="'a#2' has no text in its field 'text'"):
        play("elasticsearch_bare", elasticsearch, index="production")


def test_fewer_documents_than_the_store_counts_are_an_error(play):
    with pytest.raises(NotEvaluated, match="'production' tells of 3 chunks and gave only 2"):
        play("elasticsearch_short", elasticsearch, index="production")


def test_an_alias_that_moves_while_it_is_read_is_an_error(play):
    with pytest.raises(NotEvaluated, match="'production' was moved to another index"):
        play("elasticsearch_moved", elasticsearch, index="production")


def test_a_shard_that_fails_is_an_error(play):
    with pytest.raises(NotEvaluated, match="1 of the index's shards failed"):
        play("elasticsearch_failed_shard", elasticsearch, index="production")


def test_a_scroll_that_expires_is_an_error(play):
    with pytest.raises(NotEvaluated, match=r"POST /_search/scroll was answered with 404: .*No search context found"):
        play("elasticsearch_expired", elasticsearch, index="production", page=2)


def test_an_index_that_is_not_there_is_an_error_with_a_remedy(play):
    with pytest.raises(NotEvaluated, match=r"GET /nope was answered with 404: .*no such index \[nope\]") as raised:
        play("elasticsearch_absent", elasticsearch, index="nope")
    assert "options.index" in raised.value.remedy


def test_an_empty_answer_is_no_index():
    plan = [modelserver.json_body({})]
    with modelserver.serve(plan=plan) as server, pytest.raises(NotEvaluated, match="leads to no index"):
        elasticsearch.collection({"url": server.url, "index": "a"}, None)


@pytest.mark.parametrize(
    ("auth", "key", "shown"),
    [
        ("apikey", "VnVhQ2ZHY0JDZGJrUW==", "ApiKey VnVhQ2ZHY0JDZGJrUW=="),
        ("bearer", "token-123", "Bearer token-123"),
        ("basic", "reader:s3cret", f"Basic {base64.b64encode(b'reader:s3cret').decode()}"),
    ],
)
def test_the_key_is_shown_as_the_options_say(play, auth, key, shown):
    _, _, played = play("elasticsearch_empty", elasticsearch, index="empty", auth=auth, key=key)
    assert {headers["authorization"] for headers in played.headers} == {shown}


def test_without_a_key_there_is_no_header(play):
    _, _, played = play("elasticsearch_empty", elasticsearch, index="empty")
    assert all("authorization" not in headers for headers in played.headers)


@pytest.mark.parametrize(
    "name", ["_all", "logs-*", "a,b", "-a", "<logs-{now/d}>", "cluster:index", "a/_delete_by_query"]
)
def test_a_name_that_is_more_than_one_index_is_refused(name):
    with pytest.raises(UsageError, match=r"options\.index"):
        elasticsearch.collection({"url": "http://127.0.0.1:1", "index": name}, None)


@pytest.mark.parametrize("engine", ["elasticsearch", "opensearch"])
def test_the_adapter_is_found_by_both_engines(engine):
    assert retrieval.store(engine).ENGINE == "elasticsearch"
