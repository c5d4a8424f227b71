import pytest

from llmgate.stats.kappa import Agreement, cohen


@pytest.mark.parametrize(
    ("counts", "kappa"),
    [
        # https://en.wikipedia.org/wiki/Cohen%27s_kappa, "Simple example" and the two of "Same percentages, ..."
        ((20, 5, 15, 10), 0.4),
        ((45, 15, 15, 25), 0.1304),
        ((25, 35, 35, 5), 0.2593),
        ((30, 0, 20, 0), 1.0),
        ((0, 30, 0, 20), -0.9231),  # (0 - 0.48) / (1 - 0.48): each says the opposite of the other
    ],
)
def test_kappa_is_the_published_value(counts, kappa):
    names = ("pass_agreed", "pass_denied", "fail_agreed", "fail_denied")
    assert Agreement(**dict(zip(names, counts, strict=True))).kappa == pytest.approx(kappa, abs=5e-5)


@pytest.mark.parametrize("counts", [(0, 0, 0, 0), (50, 0, 0, 0), (0, 0, 50, 0)])
def test_kappa_is_none_where_chance_explains_everything(counts):
    passed, failed = counts[0], counts[2]
    assert Agreement(pass_agreed=passed, pass_denied=0, fail_agreed=failed, fail_denied=0).kappa is None


def test_the_rates_are_those_of_each_label():
    agreement = Agreement(pass_agreed=8, pass_denied=2, fail_agreed=3, fail_denied=1)
    assert (agreement.true_positive_rate, agreement.true_negative_rate) == (0.8, 0.75)


def test_the_rate_of_a_label_that_nobody_gave_is_none():
    agreement = Agreement(pass_agreed=8, pass_denied=2, fail_agreed=0, fail_denied=0)
    assert (agreement.true_positive_rate, agreement.true_negative_rate) == (0.8, None)


def table(*rows):
    return {(str(one), str(other)): count for one, row in enumerate(rows) for other, count in enumerate(row)}


def test_four_labels_give_the_kappa_and_the_limits_of_sas():
    # SAS/STAT, PROC FREQ, "Cohen's Kappa Coefficient": two dermatologists, 88 patients; kappa, ASE 0.0724, limits
    found = cohen(table((10, 4, 1, 0), (5, 10, 12, 2), (2, 4, 12, 5), (0, 2, 6, 13)))
    assert found.value == pytest.approx(0.3449, abs=5e-5)
    assert (found.interval.low, found.interval.high) == pytest.approx((0.2030, 0.4868), abs=5e-5)


def test_perfect_agreement_is_one_without_width():
    found = cohen(table((5, 0), (0, 7)))
    assert (found.value, found.interval.low, found.interval.high) == (1.0, 1.0, 1.0)


@pytest.mark.parametrize("counts", [{}, {("a", "a"): 0}, {("a", "a"): 9}])
def test_one_label_alone_has_no_kappa(counts):
    assert cohen(counts) is None
