"""Which failing trials are named by kind, and where they are counted."""

from dataclasses import dataclass, field

import pytest

from llmgate.errors import CallLost
from llmgate.sampling import screening
from llmgate.trial import Arm
from tests.unit.sampling import fakes

FEW = tuple(f"f{number}" for number in range(4))


def suite(names=FEW):
    return [fakes.planned(name) for name in names]


@dataclass
class Counting:
    """Names a failure by its answer, and remembers which it was asked of."""

    asked: list = field(default_factory=list)

    def __call__(self, planned, graded):
        self.asked.append((planned.id, graded.trial.arm))
        return graded.trace.output


def test_failures_of_a_screen_that_draws_both_arms_are_counted_by_kind(lab):
    lab.client.answer = lambda asked: "json" if "on head" in asked.text else "good"
    sampled = lab.sample(fakes.plan(*suite(), screen=3))
    assert sampled.sorted_out == frozenset(FEW)
    assert {sampled.tallies[name, Arm.HEAD].categories["json"] for name in FEW} == {3}
    assert {sampled.tallies[name, Arm.BASE].screened for name in FEW} == {3}
    assert not any(sampled.tallies[name, Arm.BASE].categories for name in FEW)


def test_pairs_are_counted_apart_from_the_screen(lab):
    lab.client.answer = lambda asked: "json" if "on head" in asked.text else "good"
    sampled = lab.sample(fakes.plan(*suite(), screen=3))
    assert sampled.paired.pairs == sampled.paired.worse("json") > 0
    assert sampled.paired.base == {}


def test_against_a_stored_baseline_only_pairs_are_named(lab):
    lab.category = Counting()
    cases = suite()
    for planned in cases:
        fakes.stored(lab, planned, Arm.BASE, [True] * 10)
    lab.client.answer = fakes.worse
    sampled = lab.sample(fakes.plan(*cases, screen=3))
    assert sampled.sorted_out == frozenset()
    assert len(lab.category.asked) == sampled.paired.pairs


def test_trials_that_passed_and_new_fixtures_are_not_named(lab):
    lab.category = Counting()
    lab.client.answer = lambda asked: "bad" if "new" in asked.text else "good"
    lab.sample(fakes.plan(*suite(), new=[fakes.planned("new", new=True)], screen=3))
    assert lab.category.asked == []


def test_a_pair_that_lacks_a_half_is_not_counted(lab):
    screen = 2 * 3 * len(FEW)
    lab.client.answer = lambda asked: (
        CallLost("lost", id="provider-unreachable") if asked.number in range(screen, screen + 3) else fakes.worse(asked)
    )
    sampled = lab.sample(fakes.plan(*suite(), screen=3))
    tallies = [suspect.tally for suspect in sampled.comparison.suspects]
    assert sum(tally.missed for tally in tallies) >= 2
    assert sampled.paired.pairs == sampled.paired.worse(fakes.BAD) == sum(tally.pairs for tally in tallies)


@pytest.mark.parametrize(("stored", "counted"), [(2, 2), (3, 0)])
def test_where_most_of_the_base_is_stored_the_screen_is_not_counted(lab, stored, counted):
    cases = suite()
    for planned in cases[:stored]:
        fakes.stored(lab, planned, Arm.BASE, [True] * 10)
    assert len(lab.sample(fakes.plan(*cases, screen=3)).sorted_out) == counted


def test_of_a_suite_too_large_to_name_all_a_part_is_drawn_by_lot_and_stays_the_same(lab):
    names = [f"case-{place:04d}" for place in range(200)]
    what = fakes.plan(*suite(names), screen=50)
    sampled = lab.sample(fakes.plan(*suite(), screen=1))
    for planned in what.compared:
        sampled.screening[planned.id] = sampled.screening[FEW[0]]
    chosen = screening.sorted_out(what, sampled)
    assert len(chosen) == screening.MOST_SORTED // 100
    assert chosen == screening.sorted_out(fakes.plan(*suite(names[::-1]), screen=50), sampled)
    assert chosen != frozenset(names[: len(chosen)])


def test_a_second_run_of_the_same_head_counts_the_same(lab):
    lab.client.answer = lambda asked: "json" if "on head" in asked.text else "good"
    once, again = (lab.sample(fakes.plan(*suite(), screen=3)) for _ in range(2))
    assert again.paired == once.paired
    assert {key: tally.categories for key, tally in again.tallies.items()} == {
        key: tally.categories for key, tally in once.tallies.items()
    }
