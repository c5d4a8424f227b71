import time

import pytest

from tests.unit.assertions.test_bleu import GUIDE, REFERENCES
from tests.unit.assertions.traces import errors, grade, passes

GUIDEBOOK = "It is to insure the troops forever hearing the activity guidebook that party direct"
MAT = "The cat sat on the mat"
WEATHER = "The weather is beautiful today"


@pytest.mark.parametrize(
    ("output", "references", "expected"),
    [
        (GUIDE, REFERENCES, 0.6944444444444445),
        (GUIDE, REFERENCES[:1], 0.6944444444444445),
        (GUIDE, REFERENCES[1:2], 0.625),
        (GUIDE, REFERENCES[2:], 0.5114197530864197),
        (GUIDEBOOK, REFERENCES, 0.3035391371738569),
        ("non matching hypothesis", ["this is a cat"], 0.0),
        (MAT, [MAT], 0.9976851851851852),
        (MAT.upper() + ".", [MAT], 0.9976851851851852),
        ("cat", ["Cat."], 0.5),
        ("", [MAT], 0.0),
        (" \n", [MAT], 0.0),
        ("The feline sat on the rug", [MAT], 0.625),
        ("The cats are sitting on the mats", ["The cat is sitting on the mat"], 0.8412698412698414),
        ("They bought a large automobile", ["They purchased a big car"], 0.20000000000000004),
        ("buy a big car quickly", ["purchase a large auto rapidly"], 0.20000000000000004),
        ("the foot", ["the feet"], 0.25),
        ("the feet", ["the foot"], 0.9375),
        ("the mice ran", ["the mouse ran"], 0.3333333333333333),
        ("the geese flew", ["the goose flew"], 0.3333333333333333),
        ("the goose flew", ["the geese flew"], 0.3333333333333333),
        ("the men went home", ["the man went home"], 0.9921875),
        ("happiness", ["happy"], 0.5),
        ("the student learns", ["a pupil studies"], 0.16666666666666666),
        ("the boy is ill", ["the boy is sick"], 0.9921875),
        ("sick boy", ["ill boy"], 0.9375),
        ("on the mat sat the cat", [MAT], 0.5),
        ("the the the the the the the", [MAT], 0.1639344262295082),
        (
            MAT,
            ["dogs run in the park", "The cat was sitting on the mat.", "There is a cat on the mat."],
            0.8534621578099838,
        ),
        ("Größe der Straße 東京", ["größe der strasse 東京"], 0.6388888888888888),
        ("東京", ["東京"], 0.5),
        ("...", [". x"], 0.2631578947368421),
        ("It's done.", ["It's finished..."], 0.25),
        ("a_b credit_card", ["a_b card"], 0.25),
    ],
)
def test_the_score_is_what_nltk_prints_with_wordnet_3_0(output, references, expected):
    """NLTK 3.10.4: `meteor_score([words(r) for r in references], words(output))`, where `words(text)` is
    `[word.rstrip(".") for word in text.lower().split()]`; the first and the sixth are the examples of its docstring."""
    assert grade({"type": "meteor", "value": references}, output).score == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, 0.7934426229508196),
        ({"alpha": 0.85, "beta": 2.0, "gamma": 0.4}, 0.7609756097560976),
        ({"alpha": 0.0, "beta": 0.0, "gamma": 1.0}, 0.0),
        ({"alpha": 1.0, "beta": 1.0, "gamma": 0.0}, 0.8333333333333333),
    ],
)
def test_parameters_are_nltks(parameters, expected):
    """NLTK 3.10.4, as above with `**parameters`; promptfoo, test/assertions/meteor.test.ts, has the second as 0.76."""
    judged = grade({"type": "meteor", "value": MAT, **parameters}, "The cat is sitting on the mat")
    assert judged.score == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("output", "expected"), [(WEATHER, True), ("The weather is nice today", True), ("It is sunny outside", False)]
)
def test_promptfoos_practical_example(output, expected):
    """promptfoo, deterministic#practical-example; NLTK has no synset with "nice" and "beautiful": four words decide."""
    assert passes({"type": "meteor", "value": WEATHER, "threshold": 0.6}, output) is expected


def test_the_threshold_is_half_by_default_and_may_be_0():
    assert passes({"type": "meteor", "value": "cat"}, "cat")
    assert not passes({"type": "meteor", "value": "cat", "threshold": 0.51}, "cat")
    assert passes({"type": "meteor", "value": MAT, "threshold": 0}, "")


@pytest.mark.parametrize(
    "rest",
    [
        {"value": []},
        {"value": ""},
        {"value": ["x" * 60_000] * 2},
        {"threshold": 1.1},
        {"alpha": 1.1},
        {"alpha": -0.1},
        {"beta": -1.0},
        {"gamma": 1.5},
    ],
)
def test_fields_out_of_range_are_faults(rest):
    assert errors({"type": "meteor", "value": "x", **rest})


def test_a_large_beta_leaves_a_score_between_0_and_1():
    assert grade({"type": "meteor", "value": "a b", "beta": 1e308}, "a b").score == 1.0
    assert grade({"type": "meteor", "value": "a b", "beta": 1e308}, "b").score == pytest.approx(10 / 19 / 2)


def test_an_output_that_is_too_long_cannot_be_judged():
    assert "at most 100000 are compared" in grade({"type": "meteor", "value": "x"}, "x" * 100_001).error


def test_too_many_words_for_so_many_references_cannot_be_judged():
    several = {"type": "meteor", "value": [f"answer {number}" for number in range(1_000)]}
    assert grade(several, "a " * 500).error is None
    assert "501 words to compare with 1000 references" in grade(several, "a " * 501).error


@pytest.mark.parametrize(
    ("output", "references"),
    [
        ("a b " * 25_000, ["b a " * 2_500] * 10),
        ("run set break " * 7_000, ["cut go take make " * 5_800]),
        (" ".join(map(str, range(17_000))), [" ".join(map(str, range(17_000, 33_000)))]),
        ("y" * 100_000, ["y" * 99_999]),
        ("yed " * 25_000, ["ying " * 20_000]),
    ],
)
def test_texts_as_long_as_they_may_be_are_compared_in_two_seconds_of_one_core(output, references):
    start = time.process_time()
    assert grade({"type": "meteor", "value": references}, output).error is None
    assert time.process_time() - start < 2
