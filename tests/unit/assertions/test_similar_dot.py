import pytest

from tests.unit.assertions.traces import passes
from tests.unit.assertions.vectors import SEEN, judged


@pytest.mark.parametrize(("output", "product"), [("east", 1), ("far east", 3), ("between", 0.6), ("west", -1)])
def test_it_is_the_dot_product_and_the_score_stays_between_0_and_1(output, product):
    found = judged("similar:dot", "east", output, threshold=product)
    assert found.passed
    assert found.score == pytest.approx(min(max(product, 0), 1))
    assert f"the dot product is {product:.4f}" in found.reason


def test_the_threshold_may_be_any_number():
    assert passes({"type": "similar:dot", "value": "far east", "threshold": 9}, "far east", **SEEN)
    assert not passes({"type": "similar:dot", "value": "far east", "threshold": 9.1}, "far east", **SEEN)
    assert passes({"type": "similar:dot", "value": "east", "threshold": -2}, "west", **SEEN)


def test_a_vector_of_zeros_has_a_product():
    assert judged("similar:dot", "east", "zero").score == 0
