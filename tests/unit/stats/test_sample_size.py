"""Published values: the worked example of Miller 2024 (arXiv 2411.00640), recomputed."""

import pytest

from llmgate.stats import sample_size


def test_many_samples_per_question_need_969_questions_to_see_three_points():
    assert sample_size.questions(drop=0.03, between=1 / 9) == pytest.approx(969.0, abs=0.05)


def test_one_sample_per_question_needs_four_times_as_many():
    needed = sample_size.questions(drop=0.03, between=1 / 9, within_base=1 / 6, within_head=1 / 6)
    assert needed == pytest.approx(3876, abs=0.5)


def test_more_samples_per_question_remove_only_the_noise_within():
    needed = sample_size.questions(
        drop=0.03, between=1 / 9, within_base=1 / 6, within_head=1 / 6, base_samples=10**6, head_samples=10**6
    )
    assert needed == pytest.approx(969.0, abs=0.1)
