"""How often the gate is wrong, on suites whose truth is known. Each test prints what it measured (pytest -rP)."""

# ruff: noqa: T201 - what was measured is shown by pytest -rP

import time

import numpy as np
import pytest

from llmgate.compare import Count, Rules, Screened, Tier, screen, summary
from tests.scenarios.simulation import world

pytestmark = pytest.mark.slow


def gates(seed, fixtures, runs, change, **options):
    """Run gates on fresh suites; `change` maps (generator, base rates) to (head rates, names of the broken)."""
    generator = np.random.default_rng(seed)
    results = []
    for _ in range(runs):
        base = world.rates(generator, fixtures)
        head, names = change(generator, base)
        results.append((world.gate(generator, base, head, **options), names))
    return results


def nothing(_generator, base):
    return base, set()


def breaking(count, to=0.02):
    return lambda generator, base: world.broken(generator, base, count, to=to)


def blocked(results):
    return sum(gate.summary.blocked for gate, _ in results)


def confirmed(gate):
    return {row.fixture for row in gate.summary.fixtures if row.tier is Tier.CONFIRMED}


def mean_calls(results):
    return float(np.mean([gate.calls for gate, _ in results]))


def report(label, results):
    passed = sum(gate.summary.passed for gate, _ in results)
    print(f"{label}: {blocked(results)} blocked, {passed} passed of {len(results)}, {mean_calls(results):.0f} calls")


@pytest.mark.trust("no-false-block")
def test_four_hundred_harmless_gates_block_at_most_one_in_twenty():
    results = gates(1, 50, 400, nothing)
    report("A/A, 50 fixtures", results)
    assert blocked(results) <= 0.05 * 400
    assert sum(gate.summary.passed for gate, _ in results) >= 0.80 * 400


@pytest.mark.parametrize("fixtures", [1, 5, 200])
def test_harmless_gates_of_other_sizes_block_at_most_one_in_twenty(fixtures):
    results = gates(2, fixtures, 200, nothing)
    report(f"A/A, {fixtures} fixtures", results)
    assert blocked(results) <= 0.05 * 200


def test_one_broken_fixture_of_two_hundred_is_found_and_named():
    results = gates(3, 200, 200, breaking(1, to=0.0))
    report("1 of 200 broken", results)
    found = sum(gate.summary.blocked and names <= confirmed(gate) for gate, names in results)
    false_names = sum(len(confirmed(gate) - names) for gate, names in results)
    print(f"found and named {found} of 200, {false_names} false names")
    assert found >= 0.95 * 200
    assert false_names <= 0.05 * 200


def test_a_harmless_change_of_two_hundred_fixtures_is_cheap():
    assert mean_calls(gates(4, 200, 100, nothing)) < 800


@pytest.mark.trust("bad-day")
@pytest.mark.parametrize("fixtures", [50, 200])
def test_a_provider_that_drifted_since_the_baseline_does_not_block(fixtures):
    generator = np.random.default_rng(5)
    results = []
    for _ in range(200):
        stored = world.rates(generator, fixtures)
        now = np.clip(stored - 0.03, 0, 1)
        results.append((world.gate(generator, now, now, stored=stored), set()))
    report(f"drift of 3 points, {fixtures} fixtures", results)
    assert blocked(results) <= 0.05 * 200


def test_an_unlucky_baseline_reused_by_every_pull_request_does_not_block():
    generator = np.random.default_rng(6)
    base = world.rates(generator, 200)
    lucky = np.clip(base + 0.05, 0, 1)
    results = [(world.gate(generator, base, base, stored=lucky), set()) for _ in range(100)]
    report("baseline 5 points too good", results)
    assert blocked(results) <= 0.05 * 100


def test_five_broken_and_as_much_improved_is_blocked_although_the_mean_stands():
    def change(generator, base):
        head, names = world.broken(generator, base, 5)
        room = np.where(head == base, 1 - head, 0)
        return head + room * (base.sum() - head.sum()) / room.sum(), names

    results = gates(7, 200, 100, change)
    report("5 broken, mean unchanged", results)
    assert blocked(results) >= 0.95 * 100
    assert np.mean([len(names & confirmed(gate)) for gate, names in results]) >= 4.5


def test_a_broad_drop_of_five_points_is_mostly_blocked():
    results = gates(8, 200, 100, lambda _, base: (np.clip(base - 0.05, 0, 1), set()))
    report("broad drop of 5 points, 200 fixtures", results)
    assert blocked(results) >= 0.85 * 100  # statistics.md §7.1: .94


def test_a_first_run_without_a_store_finds_breaks_and_blocks_nothing_harmless():
    size = 5  # of the screen at 50 fixtures, here of both arms
    harmless = gates(9, 50, 200, nothing, samples=size)
    broken = gates(10, 50, 100, breaking(3), samples=size)
    report("first run, harmless", harmless)
    report("first run, 3 broken", broken)
    assert blocked(harmless) <= 0.05 * 200
    assert blocked(broken) >= 0.95 * 100


def test_half_worse_by_the_fixture_margin_and_half_better_stays_below_the_bound():
    def change(_generator, base):
        return base + np.where(np.arange(len(base)) % 2, 0.1, -0.1), set()

    generator = np.random.default_rng(11)
    results = []
    for _ in range(200):
        base = np.full(50, 0.8)
        results.append((world.gate(generator, base, change(generator, base)[0], stored=np.full(50, 0.99)), set()))
    report("at the edge of the null", results)
    assert blocked(results) <= 0.05 * 200


def test_a_drop_of_just_the_margin_seldom_passes():
    generator = np.random.default_rng(12)
    results = []
    for _ in range(400):
        base = world.rates(generator, 20)
        head = np.clip(base - 0.055, 0, 1)
        rules = Rules(margin=float((base - head).mean()))
        results.append((world.gate(generator, base, head, rules=rules), set()))
    report("true drop = margin, 20 fixtures", results)
    assert sum(gate.summary.passed for gate, _ in results) <= 0.11 * 400  # nominally .05 + .025, measured .07


def test_ten_thousand_fixtures_are_screened_and_summed_up_in_a_second():
    generator = np.random.default_rng(13)
    base = world.rates(generator, 10_000)
    entries = [
        Screened(
            fixture=world.fixture(index),
            base=Count(passed=int(stored), trials=10),
            head=Count(passed=int(passed), trials=1),
        )
        for index, (stored, passed) in enumerate(
            zip(generator.binomial(10, base), generator.binomial(1, base), strict=True)
        )
    ]
    started = time.perf_counter()
    comparison = screen(entries, Rules())
    screened = time.perf_counter()
    summary(comparison)
    finished = time.perf_counter()
    print(f"10,000 fixtures: screen {screened - started:.2f} s, summary {finished - screened:.2f} s")
    assert screened - started < 1
    assert finished - screened < 1
