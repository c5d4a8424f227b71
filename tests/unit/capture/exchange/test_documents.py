from llmgate.capture.exchange import documents


def test_documents_without_an_id_are_named_by_their_place():
    assert documents.logged(["a", {"page_content": "b", "metadata": {"page": 3}}]) == (
        {"id": "1", "text": "a"},
        {"id": "2", "text": "b", "metadata": {"page": 3}},
    )


def test_a_document_without_text_has_none():
    assert documents.logged([{"id": 7, "score": 0.5}]) == ({"id": "7", "score": 0.5},)


def test_ids_that_occur_again_are_numbered():
    assert [each["id"] for each in documents.distinct([{"id": "a"}, {"id": "b"}, {"id": "a"}, {"id": "a"}])] == [
        "a",
        "b",
        "a#2",
        "a#3",
    ]


def test_searches_without_results_give_no_documents():
    assert documents.searched([{"type": "file_search_call", "results": None}, "x", {"type": "message"}]) == ()
