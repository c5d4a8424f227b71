"""The whole gate on changes that change nothing, with a model of flaky answers in this process: how often it blocks."""

# ruff: noqa: T201 - what was measured is shown by pytest -rP

import random
import time

import pytest

from tests.unit.sampling import fakes

SEEDS = 40
NAMES = tuple(f"f{number:02}" for number in range(20))
SAME_SENSE = {"prompts/p.md": "Answer as well: {{ question }}\n"}


def model(seed):
    """Pass each fixture with a probability of its own, the same on both arms, by dice that fall anew for each call."""
    dice = random.Random(seed)
    rates = {name: dice.uniform(0.5, 0.98) for name in NAMES}

    def answer(asked):
        rate = next(rate for name, rate in rates.items() if f"{name}?" in asked.text)
        return fakes.GOOD if dice.random() < rate else fakes.BAD

    return fakes.FakeClient(answer=answer)


@pytest.mark.trust("no-false-block")
@pytest.mark.slow
def test_forty_harmless_gates_of_flaky_fixtures_block_at_most_two_and_a_rerun_changes_nothing(tmp_path):
    blocked, calls, verdicts = 0, 0, []
    start = time.monotonic()
    for seed in range(SEEDS):
        folder = tmp_path / str(seed)
        first = fakes.judged(folder, fakes.files(fixtures=NAMES), SAME_SENSE, model(seed))
        again = fakes.judged(folder, fakes.files(fixtures=NAMES), SAME_SENSE, model(seed + 1_000))
        assert (again.verdict, again.suite, again.calls.made) == (first.verdict, first.suite, 0)
        blocked += first.verdict.value == "regressed"
        calls += first.calls.made
        verdicts.append(first.verdict.value)
    told = ", ".join(f"{verdicts.count(verdict)} {verdict}" for verdict in sorted(set(verdicts)))
    print(f"{blocked} of {SEEDS} blocked ({told}); {calls / SEEDS:.0f} calls each; {time.monotonic() - start:.0f} s")
    assert blocked <= 2
