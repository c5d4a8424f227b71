import json

import pytest

from llmgate.retrieval import answers
from llmgate.retrieval.answers import Shape, Unusable

DOCUMENTS = [
    {"id": "a.md#1", "text": "one", "score": 0.5},
    {"id": "b", "text": "two", "document": "B", "score": "high"},
]


def hits(value, k=5, **shape):
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return answers.hits(data, k, Shape(**shape))


def test_documents_are_read_in_their_order():
    found = hits({"documents": DOCUMENTS})
    assert [(hit.id, hit.document, hit.text, hit.score) for hit in found] == [
        ("a.md#1", "a.md", "one", 0.5),
        ("b", "B", "two", None),
    ]


def test_names_of_fields_and_the_place_of_the_list_can_be_others():
    value = {"data": {"hits": [{"key": "a", "body": "one"}]}}
    assert hits(value, results="data.hits", id="key", text="body")[0].text == "one"
    assert hits(DOCUMENTS, results="")[0].id == "a.md#1"


def test_no_more_than_asked_for_and_each_id_once():
    assert [hit.id for hit in hits({"documents": [*DOCUMENTS, DOCUMENTS[0]]})] == ["a.md#1", "b"]
    assert len(hits({"documents": DOCUMENTS}, k=1)) == 1


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"\xff",
        b"[" * 100_000,
        b'{"documents": [], "documents": []}',
        {"documents": {}},
        {"results": []},
        {"documents": ["a"]},
        {"documents": [{"id": "a"}]},
        {"documents": [{"id": "", "text": "x"}]},
        {"documents": [{"id": 7, "text": "x"}]},
        b'{"documents": [{"id": "a", "text": "x", "score": NaN}]}',
        b'{"documents": [{"id": "a", "text": "\\ud800"}]}',
        b'{"documents": "' + b"x" * 2_000_000 + b'"}',
    ],
)
def test_what_is_no_list_of_documents_is_refused_with_a_reason(value):
    with pytest.raises(Unusable, match=r"\w"):
        hits(value)
