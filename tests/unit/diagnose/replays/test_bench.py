from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from llmgate.config import Budget, ModelEntry
from llmgate.diagnose.replays.bench import MAX_LOST, Bench, Case, Probe
from llmgate.diagnose.replays.investigation import Drawn, Tallies
from llmgate.errors import CallLost, CallRefused, ConfigurationError, NotEvaluated, RenderError
from llmgate.store import Store
from llmgate.trial import Outcome
from tests.unit.sampling import fakes


@pytest.fixture
def lab(tmp_path: Path) -> Any:
    with Store.open(tmp_path / "store.sqlite") as store:
        yield fakes.Lab(store=store)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounds:
    """An investigation that wants the same arms for so many rounds."""

    arms: tuple[str, ...]
    left: int
    tallies: Tallies = field(default_factory=Tallies)

    @property
    def wanted(self) -> tuple[str, ...]:
        return self.arms if self.left else ()

    def after(self, drawn: Drawn) -> Rounds:
        return replace(self, left=self.left - 1, tallies=self.tallies.after(drawn))


def probe(text: str, *, name: str = "a", seed: int | None = None, **content: Any) -> Probe:
    return Probe(fixture=fakes.fixture(name, **content), prepared=fakes.prepared(text, seed=seed))


def case(*arms: str, rounds: int = 3, make: Callable[[str], Probe] = probe) -> Case[Rounds]:
    return Case(state=Rounds(arms=arms, left=rounds), probe=make)


def investigated(lab: fakes.Lab, *cases: Case[Rounds]) -> Bench:
    with lab.engine() as engine:
        bench = Bench(engine)
        bench.investigate({str(place): each for place, each in enumerate(cases)})
        return bench


def counts(one: Case[Rounds], name: str) -> tuple[int, int]:
    found = one.state.tallies.of(name)
    return found.passed, found.trials


def test_every_round_draws_one_trial_of_each_arm(lab: fakes.Lab) -> None:
    lab.client.answer = lambda asked: fakes.GOOD if asked.text == "one" else fakes.BAD
    found = case("one", "two")
    investigated(lab, found)
    assert (counts(found, "one"), counts(found, "two")) == ((3, 3), (0, 3))
    assert Counter(lab.texts) == {"one": 3, "two": 3}


def test_investigations_share_the_trials_of_what_is_the_same(lab: fakes.Lab) -> None:
    first, second = case("same", "one"), case("same", "two")
    investigated(lab, first, second)
    assert Counter(lab.texts) == {"same": 3, "one": 3, "two": 3}
    assert counts(first, "same") == counts(second, "same") == (3, 3)


def test_arms_of_other_names_that_send_the_same_bytes_share_them_too(lab: fakes.Lab) -> None:
    found = case("one", "two", make=lambda _: probe("the same"))
    investigated(lab, found)
    assert (len(lab.texts), counts(found, "one"), counts(found, "two")) == (3, (3, 3), (3, 3))


def test_fixtures_do_not_share_trials(lab: fakes.Lab) -> None:
    investigated(lab, case("same"), case("same", make=lambda text: probe(text, name="b")))
    assert len(lab.texts) == 6


def test_no_trial_counts_twice_within_an_arm(lab: fakes.Lab) -> None:
    """The second investigation wants more of an arm than the first had: it goes on where that ended."""
    lab.client.answer = lambda asked: fakes.GOOD if asked.number % 2 else fakes.BAD
    with lab.engine() as engine:
        bench, first, second = Bench(engine), case("same", rounds=2), case("same", rounds=5)
        bench.investigate({"a": first})
        bench.investigate({"a": second})
    assert (len(lab.texts), counts(first, "same")[1], counts(second, "same")[1]) == (5, 2, 5)
    (drawn,) = bench.graded.values()
    assert sorted(drawn) == [1, 2, 3, 4, 5]


def test_every_trial_has_a_seed_of_its_own_and_none_the_recorded_one(lab: fakes.Lab) -> None:
    investigated(lab, case("one", "two", rounds=6, make=lambda text: probe(text, seed=7)))
    seeds = [asked.seed for asked in lab.client.asked]
    assert len(set(seeds)) == len(seeds) == 12
    assert 7 not in seeds
    assert None not in seeds


def test_the_same_trials_of_a_later_run_are_not_paid_for(lab: fakes.Lab) -> None:
    first, again = case("one", "two", make=lambda text: probe(text, seed=7)), case("one", "two")
    again.probe = first.probe
    investigated(lab, first)
    investigated(lab, again)
    assert (len(lab.texts), again.state) == (6, first.state)


@pytest.mark.parametrize("error", [RenderError("no", id="template-failed"), ConfigurationError(())])
def test_an_arm_that_cannot_be_made_says_nothing(lab: fakes.Lab, error: Exception) -> None:
    def make(name: str) -> Probe:
        if name == "two":
            raise error
        return probe(name)

    found = case("one", "two", make=make)
    bench = investigated(lab, found)
    assert (counts(found, "one"), counts(found, "two"), bench.exhausted) == ((3, 3), (0, 0), None)
    assert found.state.tallies.missing == {"two": 3}


def test_an_arm_that_the_provider_refuses_says_nothing(lab: fakes.Lab) -> None:
    lab.client.answer = lambda asked: (
        CallRefused("no such parameter", id="request-refused") if asked.text == "two" else fakes.GOOD
    )
    found = case("one", "two", rounds=40)
    bench = investigated(lab, found)
    assert (counts(found, "one"), counts(found, "two"), bench.exhausted) == ((40, 40), (0, 0), None)


@pytest.mark.parametrize("calls", range(1, 7))
def test_a_budget_that_ends_within_a_round_keeps_what_was_drawn(lab: fakes.Lab, calls: int) -> None:
    lab.budget = Budget(calls=calls)
    found = case("one", "two")
    bench = investigated(lab, found)
    drawn = sum(counts(found, name)[1] for name in ("one", "two"))
    assert (len(lab.texts), drawn) == (calls, calls)
    assert (bench.exhausted is None) == (calls == 6)


def test_dollars_that_could_be_exceeded_are_not_spent(lab: fakes.Lab) -> None:
    lab.budget = Budget(usd=0.25)
    lab.client.ceiling_usd = lab.client.cost_usd = 0.1
    bench = investigated(lab, case("one", "two"))
    assert (len(lab.texts), bench.exhausted) == (2, "the next call could exceed the budget of $0.25")


def test_time_that_is_over_ends_it_though_no_call_is_made(lab: fakes.Lab) -> None:
    lab.budget = Budget(minutes=1)

    def slow(_: str) -> Probe:
        lab.time.pass_by(20)
        raise RenderError("it took too long", id="template-failed")

    found = case(*map(str, range(50)), rounds=1_000, make=slow)
    bench = investigated(lab, found)
    assert (bench.exhausted, len(found.ready)) == ("the budget of 1 minutes is used up", 3)


def test_an_outage_ends_it_and_is_told(lab: fakes.Lab) -> None:
    lab.client.answer = lambda asked: (
        fakes.GOOD if asked.number < 6 else CallLost("the stream broke", id="provider-unreachable")
    )
    found = case("one", "two", rounds=100)
    bench = investigated(lab, found)
    assert bench.exhausted == f"{MAX_LOST} calls in a row had no answer"
    assert counts(found, "one") == counts(found, "two") == (3, 3)
    assert len(lab.texts) == 6 + MAX_LOST


def test_calls_that_are_lost_now_and_then_are_no_outage(lab: fakes.Lab) -> None:
    lab.client.answer = lambda asked: (
        fakes.GOOD if asked.number % 4 == 0 else CallLost("the stream broke", id="provider-unreachable")
    )
    found = case("one", rounds=100)
    assert investigated(lab, found).exhausted is None
    assert counts(found, "one") == (25, 25)


def test_an_error_that_leaves_nothing_to_draw_with_keeps_what_was_drawn(lab: fakes.Lab) -> None:
    def make(name: str) -> Probe:
        if len(lab.texts) >= 4 and name == "late":
            raise NotEvaluated("the rendering process is gone", id="worker-failed")
        return probe(name)

    found, late = case("one", "two", rounds=9, make=make), case("late", rounds=2, make=make)
    with lab.engine() as engine:
        bench = Bench(engine)
        bench.investigate({"a": found})
        bench.investigate({"b": late})
        bench.investigate({"c": case("more")})
    assert (bench.exhausted, counts(found, "one")) == ("the rendering process is gone", (9, 9))
    assert "more" not in lab.texts


def test_nothing_is_drawn_where_nothing_is_wanted(lab: fakes.Lab) -> None:
    assert investigated(lab, case("one", rounds=0)).graded == {}
    assert lab.texts == []


# What fixtures ask for beside the conversation


def test_a_judge_is_asked_of_every_trial(lab: fakes.Lab) -> None:
    lab.judge = ModelEntry(provider="house", model="judge-1")

    def answer(asked: fakes.Asked) -> str:
        return '{"verdict": "yes", "quote": ""}' if asked.request.model == "judge-1" else "Hello."

    lab.client.answer = answer
    rubric = {"type": "llm-rubric", "value": "Is polite."}
    found = case("one", make=lambda text: probe(text, **{"assert": [rubric]}))
    bench = investigated(lab, found)
    assert Counter(asked.request.model for asked in lab.client.asked) == {"m-1": 3, "judge-1": 3}
    graded = [each for drawn in bench.graded.values() for each in drawn.values()]
    assert all(each.trace.rulings for each in graded)


def test_a_fixture_that_wants_a_stable_answer_gets_its_repeats(lab: fakes.Lab) -> None:
    words = iter(["a", "a", "a", "b", "c", "d"])
    lab.client.answer = lambda _: next(words)
    found = case("one", rounds=2, make=lambda text: probe(text, **{"assert": [{"type": "stable", "n": 3}]}))
    bench = investigated(lab, found)
    (drawn,) = bench.graded.values()
    assert [len(each.trace.repeats) for each in drawn.values()] == [2, 2]
    assert [each.outcome for _, each in sorted(drawn.items())] == [Outcome.PASSED, Outcome.FAILED]


def test_an_embedder_is_asked_of_every_trial(lab: fakes.Lab) -> None:
    lab.embedder = ModelEntry(provider="house", model="embed-1")
    lab.client.answer = lambda asked: "the red house" if asked.number % 2 else "something else entirely"
    similar = {"type": "similar", "value": "the red house", "threshold": 0.9}
    found = case("one", rounds=4, make=lambda text: probe(text, **{"assert": [similar]}))
    investigated(lab, found)
    assert counts(found, "one") == (2, 4)
    assert lab.client.embedded
