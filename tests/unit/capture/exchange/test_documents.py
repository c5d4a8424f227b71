from llmgate.capture.exchange import documents


def test_ids_that_occur_again_are_numbered():
    assert [each["id"] for each in documents.distinct([{"id": "a"}, {"id": "b"}, {"id": "a"}, {"id": "a"}])] == [
        "a",
        "b",
        "a#2",
        "a#3",
    ]


def test_searches_without_results_give_no_documents():
    assert documents.searched([{"type": "file_search_call", "results": None}, "x", {"type": "message"}]) == ()


def test_a_file_without_a_name_is_named_by_its_place():
    found = [{"type": "file_search_call", "results": [{"text": "a", "score": 0.5}, 3]}]

    assert documents.searched(found) == ({"id": "document-1", "text": "a", "score": 0.5}, {"id": "document-2"})
