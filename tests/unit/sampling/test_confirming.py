import dataclasses
from collections import Counter

import pytest

from llmgate import compare
from llmgate.config import Budget
from llmgate.errors import CallLost
from llmgate.message import ToolDefinition
from llmgate.sampling import confirming, drawing, most_calls, most_trials
from llmgate.trial import Arm
from tests.unit.sampling import fakes
from tests.unit.sampling.test_screening import NAMES, flaky, seeded, suite


def one():
    return fakes.plan(fakes.planned("a"))


def summary(sampled):
    return compare.summary(sampled.comparison)


def voids(lab):
    return sorted(lab.store.voids(lab.experiment))


class Pairs:
    """Answers the screen (20 calls of one fixture) with a broken head, and then each pair as told."""

    def __init__(self, lab, *rounds):
        self.lab, self.rounds = lab, dict(enumerate(rounds))
        self.screened = 20
        self.asked = Counter()

    def __call__(self, asked):
        if asked.number < self.screened:
            return fakes.worse(asked)
        arm = "head" if "on head" in asked.text else "base"
        position = self.asked[arm]
        self.asked[arm] += 1
        told = self.rounds.get(position, {})
        if "wait_s" in told and self.asked.total() % 2 == 0:
            self.lab.time.pass_by(told["wait_s"])
        return told.get(arm, fakes.worse(asked))


def test_a_broken_head_is_blocked_and_named(lab):
    lab.client.answer = fakes.worse
    found = summary(lab.sample(one()))
    assert found.blocked
    assert found.fixtures[0].tier is compare.Tier.CONFIRMED


def test_nothing_is_confirmed_where_the_screen_suspects_nothing(lab):
    lab.sample(suite())
    assert len(lab.client.asked) == 240


def test_both_halves_of_a_pair_are_asked_together(lab):
    lab.client.answer = fakes.worse
    lab.concurrency = 2
    lab.sample(one())
    after = lab.texts[20:]
    assert all({first, second} == {"a on base", "a on head"} for first, second in zip(*[iter(after)] * 2, strict=True))


def test_neither_arm_always_goes_first():
    first = Counter(confirming._order(name, index)[0] for name in "abcdefghij" for index in range(64, 114))
    assert 200 < first[Arm.BASE] < 300


def test_a_pair_with_an_error_is_void_for_good_and_the_next_one_has_the_next_index(lab):
    lab.client.answer = Pairs(lab, {"head": CallLost("gone", id="provider-unreachable")})
    found = summary(lab.sample(one()))
    assert voids(lab) == [("a", 64)]
    indices = lab.store._file.execute(
        "SELECT DISTINCT trial FROM call WHERE trial >= 64 AND arm = 'head' ORDER BY trial"
    )
    assert [index for (index,) in indices] == list(range(65, 65 + found.fixtures[0].pairs))


def test_halves_too_far_apart_are_void(lab):
    lab.concurrency = 1
    lab.client.answer = Pairs(lab, {"wait_s": confirming.PAIR_WINDOW_S + 1})
    assert summary(lab.sample(one())).blocked
    assert voids(lab) == [("a", 64)]


def test_halves_within_the_window_are_a_pair(lab):
    lab.concurrency = 1
    lab.client.answer = Pairs(lab, {"wait_s": confirming.PAIR_WINDOW_S - 1})
    lab.sample(one())
    assert voids(lab) == []


def test_void_pairs_bring_no_evidence(lab):
    lost = [{"head": CallLost("gone", id="provider-unreachable")}, {}] * 4
    lab.client.answer = Pairs(lab, *lost)
    found = summary(lab.sample(one()))
    assert found.fixtures[0].pairs == found.fixtures[0].paired_base.trials
    assert len(voids(lab)) >= 2


class Dying:
    """Dies after so many calls, until it is revived."""

    def __init__(self, after, answer=fakes.worse):
        self.after, self.answer = after, answer

    def __call__(self, asked):
        return (
            CallLost("gone", id="provider-unreachable")
            if self.after is not None and asked.number >= self.after
            else self.answer(asked)
        )


def test_a_provider_that_dies_during_confirmation_ends_it_soon_and_never_passes(lab):
    lab.client.answer = Dying(22, flaky_start)
    sampled = lab.sample(one())
    assert sampled.stopped == "the provider stopped answering while suspects were confirmed"
    assert len(lab.client.asked) <= 22 + 2 * confirming.MAX_LOST_ROUNDS
    assert not summary(sampled).passed
    assert not summary(sampled).finished


def flaky_start(asked):
    return "bad" if asked.number in range(6) and "on head" in asked.text else "good"


def test_a_run_after_an_outage_goes_on_with_new_pairs_and_nothing_lost(lab):
    lab.client.answer = dying = Dying(26)
    first = lab.sample(one())
    assert first.stopped
    dying.after = None
    before = len(lab.client.asked)
    second = lab.sample(one())
    assert summary(second).blocked
    assert second.stopped is None
    assert summary(second).fixtures[0].pairs > summary(first).fixtures[0].pairs >= 3
    assert len(lab.client.asked) - before == 2 * (summary(second).fixtures[0].pairs - summary(first).fixtures[0].pairs)


def test_an_outage_however_often_repeated_gives_no_suspect_up(lab):
    lab.client.answer = dying = Dying(20)
    for _ in range(5):
        assert lab.sample(one()).stopped
    dying.after = None
    assert summary(lab.sample(one())).blocked


def lossy(asked):
    """Lose every ninth call once the screen of 12 fixtures is done, and be flaky otherwise."""
    return (
        CallLost("gone", id="provider-unreachable") if asked.number >= 240 and asked.number % 9 == 0 else flaky(asked)
    )


def test_a_rerun_with_void_pairs_takes_the_same_looks_and_asks_nobody(lab):
    lab.client.answer = lossy
    first = lab.sample(suite())
    asked = len(lab.client.asked)
    assert voids(lab)
    assert any(suspect.tally.missed for suspect in first.comparison.suspects)
    second = lab.sample(suite())
    assert len(lab.client.asked) == asked
    assert second.comparison == first.comparison


@pytest.mark.parametrize("budget", range(245, 300, 5))
def test_a_run_that_was_cut_short_anywhere_ends_as_one_that_was_not(lab, tmp_path, budget):
    def answer(asked):
        text = f"{asked.text} {asked.seed}"
        return "bad" if sum(text.encode()) % (5 if "on head" in text else 50) == 0 else "good"

    plan = fakes.plan(*(seeded(name) for name in NAMES))
    lab.client.answer = answer
    lab.budget = Budget(calls=budget)
    cut = lab.sample(plan)
    lab.budget = Budget()
    after = lab.sample(plan)
    with fakes.Store.open(tmp_path / "other.sqlite") as store:
        whole = fakes.Lab(store=store, client=fakes.FakeClient(answer=answer))
        expected = whole.sample(plan)
    assert cut.stopped
    assert not summary(cut).passed
    assert after.comparison == expected.comparison
    assert len(lab.client.asked) == len(whole.client.asked)


def test_half_a_pair_that_was_paid_for_long_ago_is_void(lab):
    lab.concurrency = 1
    lab.client.answer = fakes.worse
    lab.budget = Budget(calls=21)
    lab.sample(one())
    lab.budget = Budget()
    lab.time.pass_by(confirming.PAIR_WINDOW_S + 1)
    assert summary(lab.sample(one())).blocked
    assert voids(lab) == [("a", 64)]


def test_half_a_pair_that_was_paid_for_just_now_is_completed(lab):
    lab.concurrency = 1
    lab.client.answer = fakes.worse
    lab.budget = Budget(calls=21)
    lab.sample(one())
    lab.budget = Budget()
    lab.time.pass_by(10)
    lab.sample(one())
    assert voids(lab) == []


def test_a_budget_that_ends_after_the_screen_stops_without_a_pass(lab):
    lab.client.answer = flaky_start
    lab.budget = Budget(calls=22)
    sampled = lab.sample(one())
    assert sampled.problem is None
    assert sampled.stopped == "the budget of 22 calls is used up, before every suspect was settled"
    assert not summary(sampled).passed


def test_a_suspect_whose_head_never_answers_is_unresolved_and_never_passes(lab):
    def answer(asked):
        if asked.number >= 240 and asked.text.startswith("f00 on head"):
            return CallLost("gone", id="provider-unreachable")
        return "bad" if asked.number < 240 and asked.text in ("f00 on head", "f01 on head") else "good"

    lab.client.answer = answer
    sampled = lab.sample(suite())
    assert not summary(sampled).passed


# Bounds


def test_the_bound_on_trials_holds_for_a_head_that_breaks_everything(lab):
    lab.client.answer = fakes.worse
    lab.sample(suite())
    assert len(lab.client.asked) <= most_trials(suite(), lab.rules) == most_calls(suite(), lab.rules)


def test_the_bound_on_calls_counts_the_answers_that_are_compared(lab):
    asserted = [{"type": "stable", "n": 3}, {"type": "assert-set", "assert": [{"type": "stable", "n": 2}]}]
    plan = suite(**{"assert": asserted})
    lab.client.answer = lambda asked: f"answer {asked.number}" if "on head" in asked.text else "good"
    sampled = lab.sample(plan)
    trials = sum(tally.valid for tally in sampled.tallies.values())
    assert len(lab.client.asked) == 3 * trials
    assert 3 * trials <= most_calls(plan, lab.rules) == 3 * most_trials(plan, lab.rules)


def test_the_bound_on_calls_counts_the_steps_of_fixtures_with_tools():
    tool = ToolDefinition(name="look")
    plain = fakes.planned("a")
    offered = {arm: fakes.prepared(f"a on {arm}", tools=(tool,), max_steps=4) for arm in Arm}
    plan = fakes.plan(type(plain)(case=plain.case, base=offered[Arm.BASE], head=offered[Arm.HEAD]))
    assert most_calls(plan, compare.Rules()) == 4 * most_trials(plan, compare.Rules())


def test_requests_for_vectors_are_among_the_most_calls():
    values = [f"value {number}" for number in range(33)]
    one = fakes.planned("a", **{"assert": [{"type": "similar", "value": values}]})
    asking = dataclasses.replace(one, case=dataclasses.replace(one.case, embedder="sha256:e"))
    trials = most_trials(fakes.plan(one), compare.Rules())
    assert most_calls(fakes.plan(one), compare.Rules()) == max(one.head.steps, one.base.steps) * trials
    assert most_calls(fakes.plan(asking), compare.Rules()) == (max(one.head.steps, one.base.steps) + 3) * trials


@pytest.mark.parametrize("kind", ["judge", "checkers", "embedder"])
def test_who_grades_is_in_the_name_of_a_baseline(kind):
    one = fakes.planned("a")
    other = dataclasses.replace(one, case=dataclasses.replace(one.case, **{kind: "sha256:e"}))
    assert drawing.key(one, one.head, {}) != drawing.key(other, other.head, {})
