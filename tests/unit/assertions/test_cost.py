import pytest

from tests.unit.assertions.traces import call, errors, grade, passes


def test_the_cost_may_be_at_the_threshold():
    """promptfoo, deterministic#cost: "at or below a specified threshold"."""
    assert passes({"type": "cost", "threshold": 0.002}, calls=[call(cost_usd=0.001), call(cost_usd=0.001)])
    assert not passes({"type": "cost", "threshold": 0.001}, calls=[call(cost_usd=0.001), call(cost_usd=0.001)])


@pytest.mark.parametrize("kind", ["cost", "not-cost"])
@pytest.mark.parametrize("calls", [[call(), call(cost_usd=None)], []])
def test_an_unknown_cost_cannot_be_judged_and_never_passes(kind, calls):
    """promptfoo, deterministic#cost: "an unknown cost cannot be checked"."""
    judged = grade({"type": kind, "threshold": 1}, calls=calls)
    assert not judged.passed
    assert "unknown" in judged.error


def test_the_threshold_is_required():
    assert errors({"type": "cost"}) == [(("threshold",), "Field required")]
