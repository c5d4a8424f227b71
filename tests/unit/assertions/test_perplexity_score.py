import math

import pytest

from tests.unit.assertions.traces import call, errors, grade, passes


@pytest.mark.parametrize(
    ("logprobs", "score"), [([0.0], 0.5), ([math.log(1 / 4)] * 3, 0.2), ([math.log(1 / 3)], 0.25), ([-9_999.0], 0.0)]
)
def test_the_score_is_one_by_one_plus_perplexity(logprobs, score):
    """promptfoo, src/assertions/perplexity.ts: `1 / (1 + perplexity)`."""
    judged = grade({"type": "perplexity-score"}, calls=[call(logprobs=tuple(logprobs))])
    assert judged.score == pytest.approx(score)
    assert judged.passed


def test_the_score_may_be_the_threshold_and_0_passes_all():
    assert passes({"type": "perplexity-score", "threshold": 0.5}, calls=[call(logprobs=(0.0,))])
    assert not passes({"type": "perplexity-score", "threshold": 0.51}, calls=[call(logprobs=(0.0,))])
    assert passes({"type": "perplexity-score", "threshold": 0}, calls=[call(logprobs=(-9_999.0,))])


def test_thresholds_beyond_1_are_faults():
    assert errors({"type": "perplexity-score", "threshold": 1.5})
