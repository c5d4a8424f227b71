import pytest

from tests.unit.assertions.test_bleu import GUIDE, REFERENCES
from tests.unit.assertions.traces import grade, passes

GUIDEBOOK = "It is to insure the troops forever hearing the activity guidebook that party direct"
MAT = "The cat sat on the mat"


@pytest.mark.parametrize(
    ("output", "reference", "expected"),
    [
        (GUIDE, REFERENCES[0], 0.454545),
        (GUIDE, REFERENCES[1], 0.227273),
        (GUIDE, REFERENCES[2], 0.212121),
        (GUIDEBOOK, REFERENCES[0], 0.137931),
        (GUIDEBOOK, REFERENCES[1], 0.090909),
        (GUIDEBOOK, REFERENCES[2], 0.12069),
        ("the the the the the the the", MAT, 0.0909091),
        (MAT, MAT, 1.0),
        ("cat", "Cat.", 1.0),
        ("東京", "東京", 1.0),
        ("", MAT, 0.0),
        (" ", MAT, 0.0),
    ],
)
def test_the_score_is_what_the_reference_implementation_prints(output, reference, expected):
    """NLTK 3.10.4, sentence_gleu, for its own examples in lower case; promptfoo, test/assertions/gleu.test.ts."""
    assert grade({"type": "gleu", "value": reference}, output).score == pytest.approx(expected, abs=1e-6)


def test_the_best_of_several_references_counts():
    """promptfoo, src/assertions/gleu.ts: "return the maximum score"."""
    assert grade({"type": "gleu", "value": REFERENCES}, GUIDE).score == pytest.approx(0.454545, abs=1e-6)


def test_the_threshold_is_half_by_default_and_may_be_0():
    assert not passes({"type": "gleu", "value": REFERENCES}, GUIDE)
    assert passes({"type": "gleu", "value": REFERENCES, "threshold": 0.45}, GUIDE)
    assert passes({"type": "gleu", "value": MAT, "threshold": 0}, "")
