import numpy as np
import pytest

from llmgate.power.breaks import Break, broken

BASE = np.array([1.0, 0.95, 0.99, 0.5, 0.01, *[0.97] * 15])

FALLS = {
    Break.NOTHING: (0, 0.0),
    Break.ONE: (1, 0.0),
    Break.HALF: (1, 0.5),
    Break.THREE: (3, 0.0),
    Break.TENTH: (2, 0.5),
}


@pytest.mark.parametrize("kind", FALLS)
def test_a_break_lowers_so_many_steady_fixtures_and_names_them(kind):
    count, share = FALLS[kind]
    found = broken(kind, BASE, np.random.default_rng(1))
    assert np.flatnonzero(found.rates != BASE).tolist() == sorted(found.places)
    assert len(found.places) == count
    assert all(BASE[place] > 0.9 and found.rates[place] == BASE[place] * share for place in found.places)


@pytest.mark.parametrize(("kind", "points"), [(Break.TWO_POINTS, 2), (Break.FIVE_POINTS, 5), (Break.TEN_POINTS, 10)])
def test_a_broad_drop_stops_at_zero(kind, points):
    found = broken(kind, BASE, np.random.default_rng(1))
    assert found.rates == pytest.approx(np.maximum(BASE - points / 100, 0))


def test_where_too_few_are_steady_others_break():
    found = broken(Break.THREE, np.array([0.5, 0.5]), np.random.default_rng(1))
    assert found.rates.tolist() == [0.0, 0.0]
