"""Trials of A/A gates, by set-up: how they are sorted, resampled and described."""

import numpy as np
import pytest

from llmgate.calibrating import answer, resampling
from llmgate.calibrating.answer import Kind
from llmgate.calibrating.trials import Drawn, Setup
from llmgate.compare import Rules
from llmgate.power.rates import Known
from llmgate.power.simulating import Procedure
from llmgate.sampling.state import PAIRS_FROM
from llmgate.trial import Arm, Graded, Outcome, Trace, Trial


def graded(fixture, index, outcome=Outcome.PASSED, *, arm=Arm.HEAD, output="good"):
    error = "lost" if outcome is Outcome.ERROR else None
    trace = Trace(trial=Trial(fixture=fixture, arm=arm, index=index), output=output, error=error, finished_at=0.0)
    return Graded(trace=trace, outcome=outcome, score=1.0)


def drawn(outcomes, *, gate="g"):
    """Trials of a screen: for each fixture, arm by arm, whether each passed."""
    made = Drawn()
    for name, arms in outcomes.items():
        for arm, passed in zip((Arm.BASE, Arm.HEAD), arms, strict=True):
            for index, one in enumerate(passed):
                made.add(gate, graded(name, index, Outcome.PASSED if one else Outcome.FAILED, arm=arm))
    return made


def test_a_screen_is_one_set_up_of_an_arm_and_each_pair_one_of_its_own():
    places = [(Arm.BASE, 0), (Arm.BASE, 1), (Arm.HEAD, 0), (Arm.HEAD, PAIRS_FROM), (Arm.HEAD, PAIRS_FROM + 1)]
    found = [Setup.of("g", Trial(fixture="a", arm=arm, index=index)) for arm, index in places]
    assert found[0] == found[1]
    assert len(set(found)) == 4


def test_a_trial_without_an_answer_is_neither_passed_nor_failed():
    made = Drawn()
    made.add("g", graded("a", 0, Outcome.ERROR))
    assert (made.errors, made.trials) == (1, 0)
    assert list(answer.flakes(made, {})) == []


def test_each_fixture_is_named_by_how_it_fails_the_worst_first():
    made = drawn(
        {
            "sure": ([1] * 8, [1] * 8),
            "never": ([0] * 8, [0] * 8),
            "coin": ([1, 0] * 4, [0, 1] * 4),
            "flaky": ([1] * 8, [1] * 7 + [0]),
        }
    )
    found = {flake.fixture: flake for flake in answer.flakes(made, {})}
    assert list(found) == ["never", "coin", "flaky", "sure"]
    assert [flake.kind for flake in found.values()] == [Kind.HOPELESS, Kind.COIN, Kind.FLAKY, Kind.STEADY]
    assert found["coin"].interval == pytest.approx((0.2465, 0.7535), abs=1e-4)  # R: binom.test(8, 16)


def test_answers_that_are_the_same_word_for_word_are_told_and_others_are_not():
    made = Drawn()
    for index in range(6):
        made.add("g", graded("same", index))
        made.add("g", graded("other", index, output=f"good {index % 2}"))
    assert {flake.fixture: flake.copies for flake in answer.flakes(made, {})} == {"same": True, "other": False}


def test_set_ups_that_differ_are_found_and_the_fixture_is_named():
    made = drawn({"shared": ([1] * 10, [0] * 10), "own": ([1, 0] * 5, [0, 1] * 5), "sure": ([1] * 10, [1] * 10)})
    alike, adjusted = answer.alike(made)
    assert alike.p_value < 0.01
    assert adjusted["shared"] < 0.05 < adjusted["own"]
    assert "sure" not in adjusted


def test_where_nothing_fails_there_is_nothing_to_tell_of_set_ups():
    assert answer.alike(drawn({"sure": ([1] * 4, [1] * 4)})) == (None, {})


def test_a_resampled_set_up_takes_after_one_real_one_in_all_fixtures():
    made = drawn({"a": ([1] * 4, [0] * 4), "b": ([1] * 4, [0] * 4)})
    world = resampling.BySetups(rates=resampling.rates(made, ["a", "b"]), generator=np.random.default_rng(1))
    seen = {tuple(world.trials(0, [4, 4])) for _ in range(50)}
    assert seen == {(4, 4), (0, 0)}


def test_each_fixture_is_drawn_from_its_own_trials_and_not_from_a_pool_of_all():
    made = drawn({"sure": ([1] * 4, [1] * 4), "never": ([0] * 4, [0] * 4)})
    world = resampling.BySetups(rates=resampling.rates(made, ["never", "sure"]), generator=np.random.default_rng(1))
    pairs = [world.pairs([0, 1]) for _ in range(20)]
    assert {one for pair in pairs for one in pair[:1]} == {(False, False)}
    assert {one for pair in pairs for one in pair[1:]} == {(True, True)}


def test_a_fixture_that_a_set_up_does_not_have_takes_all_of_its_trials():
    made = drawn({"a": ([1, 0], [1, 1])})
    made.add("h", graded("b", 0))
    made.add("h", graded("b", 1, Outcome.FAILED))
    rows = resampling.rates(made, ["a", "b"])
    assert rows.tolist() == [[0.5, 0.5], [1.0, 0.5], [0.75, 0.5]]


def test_resampled_gates_of_a_flaky_suite_block_no_more_often_than_alpha():
    names = [f"f{number}" for number in range(12)]
    generator = np.random.default_rng(3)
    made = drawn({name: tuple((generator.random((2, 10)) < 0.7).tolist()) for name in names})
    procedure = Procedure(suite=tuple(Known(fixture=name) for name in names), rules=Rules(), screen="auto")
    found = answer.gates(resampling.gates(procedure, made, repeats=60, over=lambda: False))
    assert found.gates == 60
    assert found.blocked <= 6


def test_the_exit_code_is_1_only_where_the_exact_interval_lies_above_alpha():
    codes = {
        (blocked, gates): answer.exit_code(answer.counted(gates=gates, blocked=blocked, flagged=blocked), 0.05)
        for blocked, gates in ((0, 1), (1, 1), (2, 2), (2, 8), (3, 10), (5, 100), (12, 100))
    }
    assert codes == {(0, 1): 0, (1, 1): 0, (2, 2): 1, (2, 8): 0, (3, 10): 1, (5, 100): 0, (12, 100): 1}
