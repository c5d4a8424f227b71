import pytest

from tests.unit.assertions.traces import errors, grade, passes

WRITTEN = {"type": "grounding:supported-ratio"}
DOCUMENTS = [("a", "Customers in the EU may return goods within 14 days."), ("b", "Shipping is free over 50 EUR.")]


def score(answer, documents=DOCUMENTS, **fields):
    return grade({**WRITTEN, **fields}, answer, documents=documents).score


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("Customers may return goods. Shipping is free!", 1),
        ("CUSTOMERS MAY RETURN GOODS", 1),
        ("Customers may return goods. Elephants never forget.", 0.5),
        ("Elephants never forget\nDolphins sing\nShipping is free", 1 / 3),
        ("Customers may return goods [b#9].", 1),
        ("You may. Shipping is free.", 1),
        ("Elephants never forget.", 0),
        ("", 0),
        ("!?", 0),
    ],
)
def test_the_score_is_the_share_of_supported_sentences(answer, expected):
    assert score(answer) == pytest.approx(expected)


def test_a_sentence_needs_the_overlap():
    """Of customers, return, gifts: two of three stand in the documents."""
    assert score("Customers return gifts.", overlap=0.66) == 1
    assert score("Customers return gifts.", overlap=0.67) == 0


def test_longer_grams_ask_for_the_same_order_within_one_document():
    assert score("Goods return customers.", n=1) == 1
    assert score("Goods return customers.", n=2) == 0
    assert score("Return goods 14 days.", n=2) == 1
    assert score("Days shipping.", n=2) == 0
    assert score("Shipping.", n=3) == 1


def test_the_threshold_is_enough():
    answer = "Customers may return goods. Elephants never forget."
    assert passes({**WRITTEN, "threshold": 0.5}, answer, documents=DOCUMENTS)
    assert not passes({**WRITTEN, "threshold": 0.51}, answer, documents=DOCUMENTS)


def test_the_reason_quotes_what_is_not_supported():
    reason = grade(WRITTEN, "Shipping is free. Elephants never forget.", documents=DOCUMENTS).reason
    assert reason == '1 of 2 sentences are supported; not: "Elephants never forget."'


def test_without_documents_it_cannot_judge():
    assert "no documents" in grade(WRITTEN, "Anything.").error


@pytest.mark.parametrize("fields", [{"overlap": 0}, {"overlap": 1.1}, {"n": 0}, {"n": 5}, {"threshold": 2}])
def test_shares_and_sizes_have_bounds(fields):
    assert errors({**WRITTEN, **fields})
