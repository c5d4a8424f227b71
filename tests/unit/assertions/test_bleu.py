import subprocess
import sys

import pytest

from tests.unit.assertions.traces import errors, grade, passes

GUIDE = "It is a guide to action which ensures that the military always obeys the commands of the party"
REFERENCES = [
    "It is a guide to action that ensures that the military will forever heed Party commands",
    "It is the guiding principle which guarantees the military forces always being under the command of the Party",
    "It is the practical guide for the army always to heed the directions of the party",
]
MAT = "The cat sat on the mat."


@pytest.mark.parametrize(
    ("output", "references", "expected"),
    [
        (GUIDE, REFERENCES, 0.5045666840058485),
        (GUIDE, REFERENCES[:1], 0.42085980695240915),
        ("The dog sat on the mat.", [MAT], 0.537284965911771),
        ("a b c d", ["a b c d e f g h"], 0.36787944117144233),
        (MAT, [MAT], 1.0),
        (MAT.upper(), [MAT], 1.0),
        ("Größe der Straße 東京", ["größe der straße 東京"], 1.0),
    ],
)
def test_the_score_is_what_the_reference_implementations_print(output, references, expected):
    """The first is in NLTK's documentation of sentence_bleu, the next three are printed by NLTK 3.10.4, for
    texts in lower case, split at white space; the fourth is the brevity penalty alone, exp(1 - 8/4)."""
    assert grade({"type": "bleu", "value": references}, output).score == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("output", "references", "low", "high"),
    [
        ("Dogs run in the park.", [MAT], 0.0, 0.001),
        (
            "The cat was sitting on the mat.",
            [MAT, "There is a cat on the mat.", "A cat is sitting on the mat."],
            0.25,
            1,
        ),
        ("The cat sat on mat.", ["The cat sat on mat.", "Cat mat.", "A cat is sitting on a mat."], 0.999, 1),
        ("", [MAT], 0.0, 0.0),
        (" \n", [MAT], 0.0, 0.0),
        ("cat", ["cat"], 0.0, 0.001),
    ],
)
def test_edge_cases_are_within_the_bounds_of_promptfoos_tests(output, references, low, high):
    """promptfoo, test/assertions/bleu.test.ts; the single word scores 0.0000056 there."""
    assert low <= grade({"type": "bleu", "value": references}, output).score <= high


def test_the_threshold_is_half_by_default_and_may_be_0():
    """promptfoo, test/assertions/bleu.test.ts: 'should use default threshold of 0.5'."""
    assert passes({"type": "bleu", "value": MAT}, "The dog sat on the mat.")
    assert not passes({"type": "bleu", "value": MAT, "threshold": 0.8}, "The dog sat on the mat.")
    assert passes({"type": "bleu", "value": MAT, "threshold": 0}, "")


@pytest.mark.parametrize("rest", [{"value": []}, {"value": ""}, {"threshold": 1.1}, {"value": ["x" * 60_000] * 2}])
def test_no_references_too_long_ones_and_thresholds_beyond_1_are_faults(rest):
    assert errors({"type": "bleu", "value": "x", **rest})


def test_an_output_that_is_too_long_cannot_be_judged():
    assert "at most 100000 are compared" in grade({"type": "bleu", "value": "x"}, "x" * 100_001).error


@pytest.mark.parametrize(
    ("kind", "package"), [("bleu", "sacrebleu"), ("is-sql", "sqlglot"), ("contains-sql", "sqlglot")]
)
def test_without_the_extra_it_cannot_judge_and_says_what_to_install(kind, package):
    value = "'a'" if kind == "bleu" else "{}"
    program = (
        f"import sys; sys.modules['{package}'] = None; sys.modules['{package}.metrics.bleu'] = None\n"
        "from tests.unit.assertions.traces import grade\n"
        f"for kind in ('{kind}', 'not-{kind}'):\n"
        f"    judged = grade({{'type': kind, 'value': {value}}}, 'a')\n"
        "    print(judged.passed, judged.error)\n"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout == f'False {package} is not installed [extra-missing]; pip install "llmgate[metrics]"\n' * 2
