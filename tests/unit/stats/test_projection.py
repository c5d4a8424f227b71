"""Reference values of statistics.md §12 case 8."""

import pytest

from llmgate.stats.projection import Rates, onto_null


@pytest.mark.parametrize(("base", "head", "margin", "point"), [(0.95, 0.38, 0.1, 0.7355), (0.97, 0.0485, 0.1, 0.5611)])
def test_the_projection_is_the_one_of_the_reference(base, head, margin, point):
    null = onto_null(Rates(base=base, head=head), margin)
    assert (null.base, null.base - null.head) == pytest.approx((point, margin), abs=5e-5)


def test_without_a_margin_the_projection_is_the_middle():
    null = onto_null(Rates(base=0.95, head=0.05), 0.0)
    assert (null.base, null.head) == (0.5, 0.5)


def test_an_alternative_inside_the_null_is_refused():
    with pytest.raises(ValueError, match="not a drop of more than"):
        onto_null(Rates(base=0.9, head=0.85), 0.1)
