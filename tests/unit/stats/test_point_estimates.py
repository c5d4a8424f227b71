"""The difference that each interval is of: what it closes in on as its level falls to nothing (published estimates)."""

import pytest

from llmgate.stats import newcombe, tango

NOTHING = 1e-9
CASES = {
    "Tango, Cavo 2012: -.0621": (lambda: tango.interval(6, 16, 161, level=NOTHING), -0.0621),
    "Newcombe paired, Cavo 2012: -.0621": (lambda: newcombe.paired(59, 6, 16, 80, level=NOTHING), -0.0621),
    "Newcombe paired, (1,0,0,1): 0": (lambda: newcombe.paired(1, 0, 0, 1, level=NOTHING), 0.0),
    "Newcombe independent, 7/34 and 1/34: .1765": (lambda: newcombe.independent(7, 34, 1, 34, level=NOTHING), 0.1765),
    "Newcombe 1998, 56/70 and 48/80: .2": (lambda: newcombe.independent(56, 70, 48, 80, level=NOTHING), 0.2),
}


@pytest.mark.parametrize("name", CASES)
def test_an_interval_closes_in_on_the_published_estimate(name):
    made, expected = CASES[name]
    found = made()
    assert found.low == pytest.approx(expected, abs=5e-5)
    assert found.high == pytest.approx(expected, abs=5e-5)
