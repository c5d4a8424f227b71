"""Gates simulated for each break: the same for the same suite, for as long as there is time, by the real rules."""

import itertools

import numpy as np
import pytest

from llmgate import compare
from llmgate.compare import Count, Rules
from llmgate.power import answer, seeing
from llmgate.power.breaks import Break
from llmgate.power.rates import Known
from llmgate.power.seeing import Cell
from llmgate.power.simulating import ByRates, Procedure
from llmgate.renderers import power

STORED = Count(passed=8, trials=8)


def procedure(count=20, *, stored=STORED, screen="auto", critical=()):
    suite = tuple(Known(fixture=f"f{number:03}", stored=stored, critical=number in critical) for number in range(count))
    return Procedure(suite=suite, rules=Rules(), screen=screen)


def never():
    return False


def world(rate, count=20, head=None):
    rates = np.full(count, rate)
    return ByRates(base=rates, head=rates if head is None else head, generator=np.random.default_rng(1))


def test_the_same_suite_is_seen_in_the_same_way_and_what_is_simulated_beside_it_does_not_matter():
    wanted = (Cell(kind=Break.NOTHING, screen=2), Cell(kind=Break.HALF, screen=2))
    first, again = (seeing.seen(procedure(), wanted, repeats=5, over=never) for _ in range(2))
    alone = seeing.seen(procedure(), wanted[:1], repeats=5, over=never)
    told = [[(seen.blocked, seen.caught, seen.trials.tolist()) for seen in found.values()] for found in (first, again)]
    assert told[0] == told[1]
    assert alone[wanted[0]].trials.tolist() == told[0][0][2]


def test_when_the_time_is_over_every_kind_has_the_same_number_and_at_least_one():
    times = itertools.count()
    wanted = seeing.cells("auto")
    found = seeing.seen(procedure(5), wanted, repeats=50, over=lambda: next(times) >= len(wanted))
    assert {seen.repeats for seen in found.values()} == {2}


def test_what_the_time_does_not_reach_is_left_out_and_the_rest_is_told():
    made, times = procedure(5), itertools.count()
    wanted = seeing.cells("auto")
    found = seeing.seen(made, wanted, repeats=50, over=lambda: next(times) >= 2)
    assert list(found) == list(wanted[:3])
    told = answer.answer(made, found, calls={known.fixture: 1 for known in made.suite}, usd=None)
    assert (len(told.rows), told.screens) == (3, ())
    assert "What the screen changes" not in power.render(told, width=100, colour=False)


def test_the_policy_s_own_screen_has_every_break_and_none_is_simulated_twice():
    for screen in ("auto", 2):
        found = seeing.cells(screen)
        assert {cell.kind for cell in found if cell.screen == screen} == set(Break)
        assert len(set(found)) == len(found)


def test_a_gate_of_a_suite_that_always_passes_takes_its_screen_and_no_more():
    gated = procedure().gate(world(1.0))
    assert (gated.blocked, gated.flagged, gated.passed) == (False, False, True)
    assert sum(gated.trials) == gated.screening == 20 * 10


@pytest.mark.parametrize("stored", [Count(passed=0, trials=0), Count(passed=4, trials=4), Count(passed=3, trials=8)])
def test_where_the_baseline_is_missing_small_or_low_the_base_is_screened_too(stored):
    assert procedure(stored=stored).gate(world(1.0)).screening == 2 * 20 * 10


def test_a_critical_fixture_is_screened_as_often_as_in_a_gate():
    assert procedure(screen=1, critical={3}).sizes == [compare.CRITICAL_SAMPLES if n == 3 else 1 for n in range(20)]


def test_a_fixture_that_breaks_is_caught_and_blocks():
    head = np.ones(20)
    head[4] = 0.0
    gated = procedure().gate(world(1.0, head=head))
    assert (gated.blocked, gated.suspects) == (True, {4})


def answered(found_procedure, repeats=1, usd=0.002):
    found = seeing.seen(found_procedure, seeing.cells(found_procedure.screen), repeats=repeats, over=never)
    calls = {known.fixture: 2 for known in found_procedure.suite}
    return answer.answer(found_procedure, found, calls=calls, usd=usd)


def test_the_answer_counts_calls_and_dollars_by_what_a_trial_takes():
    told = answered(procedure())
    nothing = told.rows[0]
    assert nothing.kind is Break.NOTHING
    assert nothing.calls >= 2 * 200
    assert nothing.usd == pytest.approx(0.002 * nothing.calls)
    assert (told.known, told.outcomes, told.repeats, told.samples) == (20, 160, 1, 10)
    assert [one.screen for one in told.screens] == [1, 2, 3, 5]


def test_a_price_that_is_not_known_is_not_told():
    assert {row.usd for row in answered(procedure(8), usd=None).rows} == {None}


def test_the_smallest_drop_of_a_fixture_falls_with_the_screen():
    drops = [one.fixture_drop for one in answered(procedure(8)).screens]
    assert drops == sorted(drops, reverse=True)
    assert len(set(drops)) > 1


def test_more_fixtures_see_smaller_drops_and_too_small_a_drop_is_seen_by_none():
    rules = Rules()
    drops = (0.02, 0.03, 0.05, 0.1)
    wanted = [answer.fixtures_for(drop, 0.3, rules) for drop in drops]
    assert wanted == sorted(wanted, reverse=True)
    assert all(answer.suite_drop(0.3, count, rules) <= drop for count, drop in zip(wanted, drops, strict=True))
    assert answer.fixtures_for(0.0001, 0.3, rules) is None


def test_the_formula_of_a_broad_drop_is_that_of_a_report():
    # statistics: N = 200, R = 8, sigma_D = .29 is a drop of 3.7 points
    assert answer.suite_drop(0.29, 200, Rules()) == pytest.approx(0.037, abs=0.002)
