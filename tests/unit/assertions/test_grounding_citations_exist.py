import pytest

from tests.unit.assertions.traces import errors, grade, passes

KIND = {"type": "grounding:citations-exist"}
DOCUMENTS = ["returns.md#3", "1", "Terms, page 2"]


@pytest.mark.parametrize(
    "output",
    [
        "14 days [returns.md#3].",
        "14 days[1]",
        "[1, returns.md#3; 1]",
        "as [Terms, page 2] says",
        "[sic] [1] [the customer] [...] [e.g.] [ ] [x]",
        "[1] and `[nine-9]`",
        "[1]\n```\na[99]\n```\n",
        "[1] [see 9](https://example.org)\n[ref-9]: https://example.org\n[^9]",
        "[1][returns.md#3] per [1]: so",
    ],
)
def test_every_citation_is_a_document(output):
    assert passes(KIND, output, documents=DOCUMENTS)


@pytest.mark.parametrize(
    "output",
    [
        "14 days [returns.md#4].",
        "[1] [2]",
        "[1, 2]",
        "[9; 1]",
        "[RETURNS.md#3]",
        "[a_b]",
        "[x-ray]",
        "[1][7]",
        "by [7]: no",
    ],
)
def test_a_citation_of_no_document_fails(output):
    assert not passes(KIND, output, documents=DOCUMENTS)


def test_the_reason_names_what_was_made_up():
    assert grade(KIND, "[1] [doc-9] [doc-9]", documents=DOCUMENTS).reason == 'no such document: "doc-9"'


@pytest.mark.parametrize("output", ["", "14 days", "[sic]"])
def test_an_answer_that_cites_nothing_fails_unless_that_is_allowed(output):
    assert not passes(KIND, output, documents=DOCUMENTS)
    assert passes({**KIND, "required": False}, output, documents=DOCUMENTS)
    assert not passes({**KIND, "required": False}, output + " [doc-9]", documents=DOCUMENTS)


def test_plain_words_are_citations_where_the_ids_are_plain_words():
    assert not passes(KIND, "[returns] [refunds]", documents=["returns"])
    assert passes(KIND, "[1] [refunds]", documents=["1"])


def test_without_documents_every_citation_is_made_up():
    assert not passes(KIND, "[1]")


def test_required_is_a_boolean():
    assert errors({**KIND, "required": "no"})[0][0] == ("required",)
