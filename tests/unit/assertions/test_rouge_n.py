import pytest

from tests.unit.assertions.test_bleu import GUIDE, REFERENCES
from tests.unit.assertions.traces import errors, grade, passes


def scores(output, value):
    return [grade({"type": "rouge-n", "value": value, "n": n}, output).score for n in (1, 2)]


@pytest.mark.parametrize(
    ("output", "value", "unigrams", "bigrams"),
    [
        ("police kill the gunman", "police killed the gunman", 0.75, 0.333333),
        ("the gunman kill police", "police killed the gunman", 0.75, 0.333333),
        ("testing", "testing one two", 0.5, 0.0),
        (GUIDE, REFERENCES[0], 0.705882, 0.5),
    ],
)
def test_the_score_is_what_the_reference_implementation_prints(output, value, unigrams, bigrams):
    """rouge-score 0.1.2, fmeasure of rouge1 and rouge2; the first two are the example of Lin 2004, section 3, which
    ROUGE-2 cannot tell apart; the third is in rouge-score's own tests."""
    assert scores(output, value) == pytest.approx([unigrams, bigrams], abs=1e-6)


@pytest.mark.parametrize(
    ("output", "value", "unigrams", "bigrams"),
    [
        ("The cat sat.", "the dog sat", 0.571429, 0),
        ("the the the the", "the cat", 0.333333, 0),
        ("I can't do it, won't I?", "I cannot do it.", 0.375, 0.142857),
        ('He said "yes" to me...', "He said yes to me", 0.769231, 0.363636),
        ("Paris, France (3.5 km) costs $5", "paris france 3.5 km costs 5", 0.75, 0.142857),
        ("It's John's; they'll go", "it is john they will go", 0.571429, 0),
        ("Ünïcode — Straße", "straße ünïcode", 0.8, 0),
        ("日本 語", "日本", 0.666667, 0),
        ("a", "b", 0, 0),
        ("gonna go, d'ye? 'tis", "go", 0.2, 0),
        ("End of it. Really.", "end of it. really", 0.888889, 0.857143),
        ("a--b [c] {d} <e>", "a b c d e", 0.588235, 0),
        ("U.S. is big.", "the U.S. is big.", 0.888889, 0.857143),
        ("x: 1,000 y:2", "x 1,000 y 2", 0.5, 0),
    ],
)
def test_words_are_promptfoos(output, value, unigrams, bigrams):
    """js-rouge 3.2.3, treeBankTokenize and fMeasure, as promptfoo's src/assertions/rouge.ts puts them together."""
    assert scores(output, value) == pytest.approx([unigrams, bigrams], abs=1e-6)


@pytest.mark.parametrize("output", ["", " ", "\n\x85"])
def test_a_blank_output_scores_0(output):
    """promptfoo, src/assertions/rouge.ts: "blank text, including NEXT LINE"."""
    assert scores(output, "a b") == [0, 0]


def test_the_threshold_is_three_quarters_by_default_and_may_be_0():
    assert passes({"type": "rouge-n", "value": "police killed the gunman"}, "police kill the gunman")
    assert not passes({"type": "rouge-n", "value": "police killed the gunman"}, "police shot a gunman")
    assert passes({"type": "rouge-n", "value": "x", "threshold": 0}, "")


@pytest.mark.parametrize("rest", [{"n": 0}, {"n": 10}, {"threshold": -0.1}, {"value": ["x"]}])
def test_run_lengths_and_thresholds_out_of_range_are_faults(rest):
    assert errors({"type": "rouge-n", "value": "x", **rest})
