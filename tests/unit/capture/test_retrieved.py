"""Documents in the shapes of several frameworks."""

from __future__ import annotations

import pytest

from llmgate.capture import retrieved


@pytest.mark.parametrize(
    "value",
    [
        [{"id": "a", "text": "T", "score": 0.5}],
        {"documents": [{"document_id": "a", "content": "T", "score": 0.5}]},
        {"results": [{"id": "a", "page_content": "T", "similarity": 0.5}]},
        [[{"lc": 1, "type": "constructor", "id": ["D"], "kwargs": {"id": "a", "page_content": "T"}}, 0.5]],
        [{"node": {"id_": "a", "text": "T", "metadata": {}}, "score": 0.5}],
        '[{"id": "a", "text": "T", "score": 0.5}]',
        {"id": "a", "text": "T", "score": 0.5},
    ],
)
def test_a_document_is_found_in_every_shape(value):
    assert retrieved.of(value).documents == ({"id": "a", "text": "T", "score": 0.5},)


def test_a_document_without_an_id_has_its_place_and_that_is_noted():
    found = retrieved.of(["T"])

    assert found.documents == ({"id": "document-1", "text": "T"},)
    assert found.missing == ("document ids",)


def test_a_document_without_a_text_is_noted():
    assert retrieved.of([{"id": "a"}]).missing == ("document text: a",)


def test_what_else_is_known_of_a_document_is_its_metadata():
    (document,) = retrieved.of([{"id": "a", "text": "T", "title": "Terms", "metadata": {"page": 3}}]).documents

    assert document["metadata"] == {"title": "Terms", "page": 3}


@pytest.mark.parametrize("value", [None, "", "text", 4, {"answer": 1}])
def test_what_holds_no_documents_has_none(value):
    assert retrieved.of(value) == retrieved.Retrieved()
