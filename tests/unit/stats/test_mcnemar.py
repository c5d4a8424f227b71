"""Published values: Bentur 2009 (Fagerland, Lydersen & Laake 2013), Cavo 2012 (R contingencytables test-ch8.R), and
the tests of statsmodels, which take theirs from vassarstats.net."""

import pytest

from llmgate.stats import mcnemar


@pytest.mark.parametrize(
    ("procedure", "p"),
    [
        (mcnemar.exact, 0.070312),
        (mcnemar.mid_p, 0.039063),
        (mcnemar.asymptotic, 0.033895),
        (mcnemar.corrected, 0.077100),
    ],
)
def test_one_against_seven_gives_the_published_values_of_bentur_2009(procedure, p):
    assert procedure(1, 7) == pytest.approx(p, abs=6e-7)


@pytest.mark.parametrize(
    ("procedure", "p"),
    [
        (mcnemar.exact, 0.052479),
        (mcnemar.mid_p, 0.034690),
        (mcnemar.asymptotic, 0.033006),
        (mcnemar.corrected, 0.055009),
    ],
)
def test_six_against_sixteen_gives_the_published_values_of_cavo_2012(procedure, p):
    assert procedure(6, 16) == pytest.approx(p, abs=6e-7)


@pytest.mark.parametrize(("first", "second", "p"), [(80, 59, 0.089452), (10, 30, 0.002221)])
def test_the_exact_value_is_that_of_vassarstats_in_the_tests_of_statsmodels(first, second, p):
    assert mcnemar.exact(first, second) == pytest.approx(p, abs=6e-7)


def test_the_one_sided_value_counts_pairs_that_got_worse():
    # statistics.md §12 case 8: 18 worse, 6 better
    assert mcnemar.exact_worse(18, 6) == pytest.approx(0.011328, abs=6e-7)


@pytest.mark.parametrize("procedure", [mcnemar.exact, mcnemar.mid_p, mcnemar.asymptotic, mcnemar.corrected])
def test_no_discordant_pair_gives_p_one(procedure):
    assert procedure(0, 0) == 1.0


def test_no_discordant_pair_gives_one_sided_p_one():
    assert mcnemar.exact_worse(0, 0) == 1.0


def test_equal_numbers_give_the_mid_p_of_fagerland_and_not_one():
    # 1 - P(Bin(4, 1/2) = 2) / 2
    assert mcnemar.mid_p(2, 2) == pytest.approx(1 - 0.375 / 2)


def test_equal_numbers_give_a_corrected_p_of_one():
    assert mcnemar.corrected(3, 3) == 1.0
