import math

import pytest

from tests.unit.assertions.traces import call, errors, grade, passes


def answered(*logprobs):
    return {"calls": [call(logprobs=logprobs)]}


@pytest.mark.parametrize(
    ("logprobs", "perplexity"),
    [
        ([math.log(1 / 4)] * 3, 4),
        ([0.0], 1),
        ([math.log(0.5), math.log(0.125)], 4),
        ([math.log(0.2), math.log(0.5), math.log(0.1)], 10 ** (2 / 3)),
    ],
)
def test_perplexity_is_the_inverse_geometric_mean_of_the_probabilities(logprobs, perplexity):
    """Jurafsky and Martin, Speech and Language Processing, 3.3: the inverse probability, normalised by length."""
    assert passes({"type": "perplexity", "threshold": perplexity + 1e-9}, **answered(*logprobs))
    assert not passes({"type": "perplexity", "threshold": perplexity - 1e-9}, **answered(*logprobs))


def test_the_perplexity_may_be_the_threshold():
    """promptfoo, src/assertions/perplexity.ts: `perplexity <= assertion.threshold`."""
    assert passes({"type": "perplexity", "threshold": 1}, **answered(0.0))


def test_a_threshold_of_0_is_a_threshold_and_none_passes_all():
    """promptfoo, src/assertions/perplexity.ts: `threshold === undefined ? true`."""
    assert not passes({"type": "perplexity", "threshold": 0}, **answered(0.0))
    assert passes({"type": "perplexity"}, **answered(-50.0))


@pytest.mark.parametrize("logprobs", [[-9_999.0], [-math.inf], [-1e308, -1e308]])
def test_tokens_that_were_all_but_impossible_make_it_infinite(logprobs):
    assert grade({"type": "perplexity", "threshold": 1e300}, **answered(*logprobs)).reason.startswith(
        "the perplexity is inf"
    )


def test_only_the_last_answer_counts():
    calls = [call(logprobs=(-50.0,)), call(logprobs=(0.0,))]
    assert passes({"type": "perplexity", "threshold": 1.5}, calls=calls)


@pytest.mark.parametrize("calls", [[], [call()], [call(logprobs=())], [call(logprobs=(-1.0,)), call()]])
@pytest.mark.parametrize("kind", ["perplexity", "perplexity-score", "not-perplexity"])
def test_without_log_probabilities_it_cannot_be_judged(kind, calls):
    """promptfoo, src/assertions/perplexity.ts: it throws."""
    assert "`logprobs: true`" in grade({"type": kind, "threshold": 0.5}, calls=calls).error


def test_log_probabilities_that_are_no_numbers_cannot_be_judged():
    assert "no numbers" in grade({"type": "perplexity", "threshold": 2}, **answered(math.nan)).error


def test_negative_thresholds_are_faults():
    assert errors({"type": "perplexity", "threshold": -1})
