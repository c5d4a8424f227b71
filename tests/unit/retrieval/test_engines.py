"""The embedded engines, side by side: what holds for both."""

import pytest

from llmgate.retrieval.bm25 import Bm25
from llmgate.retrieval.engine import Passage
from llmgate.retrieval.fts5 import Fts5

TEXTS = {
    "docs/returns.md#1": "Returns are free within 14 days.",
    "docs/returns.md#2": "In the EU, returns of shoes are free too.",
    "docs/shipping.md#1": "Shipping takes three days.",
    "docs/zürich.md#1": "In Zürich the shop opens at nine.",
}
HOSTILE = [
    "",
    " \n",
    '"',
    '""" OR text:*',
    "NEAR(returns shipping, 2)",
    "returns AND NOT shipping",
    "text : returns",
    "{text id} : returns",
    "-returns ^returns returns*",
    "'; DROP TABLE passages; --",
    "\0returns\0",
    "returns " * 100_000,
    " ".join(f"word{number}" for number in range(50_000)),
    "(" * 10_000,
    "returns\ud7ff\uffff\U0010ffff",
]


def passages(texts):
    return [Passage(id=name, document=name.partition("#")[0], text=text) for name, text in texts.items()]


@pytest.fixture(params=[Fts5, Bm25])
def made(request):
    return lambda texts=TEXTS, **options: request.param(passages(texts), options)


def ids(hits):
    return [hit.id for hit in hits]


def test_the_passage_with_the_rarer_words_comes_first(made):
    assert ids(made().search("Are returns free in the EU?", 2)) == ["docs/returns.md#2", "docs/returns.md#1"]


def test_a_hit_carries_its_document_its_text_and_a_falling_score(made):
    hits = made().search("returns of shoes", 5)
    assert (hits[0].document, hits[0].text) == ("docs/returns.md", TEXTS["docs/returns.md#2"])
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_no_more_hits_than_asked_for(made):
    assert len(made().search("returns days shop", 2)) == 2


def test_words_that_nothing_has_find_nothing(made):
    assert made().search("xylophone", 5) == ()


def test_an_empty_corpus_finds_nothing(made):
    assert made({}).search("returns", 5) == ()


def test_ties_are_in_the_order_of_their_ids_however_the_corpus_is_ordered(made):
    same = {f"doc-{number}#1": "the same words" for number in (3, 1, 2)}
    backwards = dict(reversed(same.items()))
    assert (
        ids(made(same).search("same", 3)) == ids(made(backwards).search("same", 3)) == ["doc-1#1", "doc-2#1", "doc-3#1"]
    )


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_is_asked_is_words_and_nothing_else(made, words):
    engine = made()
    before = ids(engine.search("shipping", 3))
    assert len(engine.search(words, 3)) <= 3
    assert ids(engine.search("shipping", 3)) == before == ["docs/shipping.md#1"]


def test_an_operator_is_a_word():
    assert ids(Fts5(passages({"a#1": "cats and dogs", "b#1": "birds"}), {}).search("AND", 3)) == ["a#1"]


# SQLite's tokenizers


@pytest.mark.parametrize(
    ("options", "words", "found"),
    [
        ({}, "zurich", ["docs/zürich.md#1"]),
        ({"remove_diacritics": 0}, "zurich", []),
        ({"tokenizer": "ascii"}, "zurich", []),
        ({}, "return", []),
        ({"tokenizer": "porter"}, "shipped", ["docs/shipping.md#1"]),
        ({"tokenizer": "trigram"}, "ipping", ["docs/shipping.md#1"]),
    ],
)
def test_a_tokenizer_decides_what_a_word_is(options, words, found):
    assert ids(Fts5(passages(TEXTS), options).search(words, 5)) == found


# The formula of BM25


def test_the_score_is_that_of_the_formula():
    """Two passages of 2 and 4 words; `a` once in the first: ln(1 + 1.5/1.5) · 2.2 / (1 + 1.2 (0.25 + 0.75 · 2/3))."""
    (hit,) = Bm25(passages({"x#1": "a b", "y#1": "c d e f"}), {}).search("a", 5)
    assert hit.score == pytest.approx(0.6931472 * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 2 / 3)), abs=1e-6)


def test_without_b_a_long_passage_pays_nothing():
    texts = {"x#1": "a b", "y#1": "a c d e f g"}
    scores = {
        options: [hit.score for hit in Bm25(passages(texts), dict(options)).search("a", 2)] for options in [(("b", 0),)]
    }
    assert len(set(scores[("b", 0),])) == 1
