import pytest

from llmgate.stats import holm

# Holm 1979's procedure by hand, as R's p.adjust(p, "holm") has it: ascending, times m, m - 1, ..., and never falling
CASES = {
    "evenly spaced": ((0.01, 0.02, 0.03, 0.04, 0.05), (0.05, 0.08, 0.09, 0.09, 0.09)),
    "in any order": ((0.01, 0.04, 0.03, 0.005), (0.03, 0.06, 0.06, 0.02)),
    "never above one": ((0.5, 0.9), (1.0, 1.0)),
    "alone": ((0.03,), (0.03,)),
    "ties": ((0.02, 0.02), (0.04, 0.04)),
    "none": ((), ()),
}


@pytest.mark.parametrize("name", CASES)
def test_the_adjusted_values_are_those_of_r(name):
    given, expected = CASES[name]
    assert holm.adjusted(given) == pytest.approx(expected)
