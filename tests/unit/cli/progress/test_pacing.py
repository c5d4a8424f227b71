"""How long the rest takes."""

import pytest

from llmgate.cli.progress.pacing import Left, Pacing


def paced(*looks):
    pacing = Pacing()
    for at, ended in looks:
        pacing.look(at, ended)
    return pacing


@pytest.mark.parametrize("looks", [(), ((0, 0),), ((0, 0), (10, 7)), ((0, 0), (0.5, 100))])
def test_nothing_is_said_after_few_trials_or_little_time(looks):
    assert paced(*looks).left(stage=10, whole=100, budget_s=1_800) is None


def test_the_stage_bounds_it_from_below_and_all_that_can_be_needed_from_above():
    assert paced((0, 0), (10, 20)).left(stage=30, whole=300, budget_s=1_800) == Left(least_s=15, most_s=150)


def test_no_run_outlasts_its_budget():
    assert paced((0, 0), (10, 20)).left(stage=30, whole=300, budget_s=12) == Left(least_s=12, most_s=12)


def test_only_the_last_half_minute_counts():
    slow_then_fast = paced((0, 0), (100, 10), (110, 110), (135, 360))
    assert slow_then_fast.left(stage=10, whole=10, budget_s=1_800) == Left(least_s=1, most_s=1)
