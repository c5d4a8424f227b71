import pytest

from tests.unit.assertions.traces import call, errors, grade, passes


def test_the_threshold_is_in_milliseconds_and_may_be_reached():
    """promptfoo, deterministic#latency: "Duration is specified in milliseconds"; promptfoo passes at the threshold."""
    assert passes({"type": "latency", "threshold": 500}, calls=[call(latency_s=0.5)])
    assert not passes({"type": "latency", "threshold": 499}, calls=[call(latency_s=0.5)])


def test_all_calls_of_the_trial_count():
    assert not passes({"type": "latency", "threshold": 500}, calls=[call(latency_s=0.3), call(latency_s=0.3)])


@pytest.mark.parametrize("kind", ["latency", "not-latency"])
def test_a_trial_without_calls_cannot_be_judged(kind):
    judged = grade({"type": kind, "threshold": 500})
    assert not judged.passed
    assert "no timed model call" in judged.error


@pytest.mark.parametrize("threshold", [float("inf"), float("nan"), -1, "500", True, None])
def test_a_threshold_that_is_no_finite_number_is_a_fault_at_its_key(threshold):
    [(place, _)] = errors({"type": "latency", "threshold": threshold})
    assert place == ("threshold",)


def test_the_threshold_is_required():
    """promptfoo records a bare latency as a metric; a score outside of [0, 1] is none here."""
    assert errors({"type": "latency", "metric": "speed"}) == [(("threshold",), "Field required")]
