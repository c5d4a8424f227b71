"""Clocks that are set while a run is under way or between runs: nothing waits, nothing ends early, nothing differs."""

import itertools

from llmgate import compare, run
from llmgate.trial import Arm
from tests.unit.sampling import fakes
from tests.unit.sampling.fakes import DAY_S, FakeClock, Lab

NAMES = tuple(f"f{number:02}" for number in range(12))


class Jumping(FakeClock):
    """A machine whose time is set by days, back and forth, each time that it is asked."""

    def __init__(self):
        super().__init__()
        self.jumps = itertools.cycle([0.0, 3 * DAY_S, -5 * DAY_S, 400 * DAY_S, -2 * DAY_S])

    @property
    def clock(self):
        return run.Clock(now=lambda: self.seconds + next(self.jumps), monotonic=lambda: self.seconds).steady


def suite():
    return fakes.plan(*(fakes.planned(name) for name in NAMES))


def test_a_clock_that_jumps_by_days_between_the_calls_changes_no_verdict(tmp_path):
    found = []
    for number, time in enumerate((FakeClock(), Jumping())):
        with fakes.Store.open(tmp_path / f"{number}.sqlite") as store:
            lab = Lab(store=store, time=time)
            lab.client.answer = fakes.worse
            sampled = lab.sample(suite())
            found.append((compare.summary(sampled.comparison), sampled.stopped, len(lab.client.asked)))
    assert found[0] == found[1]
    assert found[0][0].blocked


def test_outcomes_from_the_future_are_no_baseline_and_go(lab):
    one = fakes.planned("a")
    fakes.stored(lab, one, Arm.BASE, [True] * 20, age_s=-30 * DAY_S)
    sampled = lab.sample(fakes.plan(one))
    assert sampled.screening["a"].stored == ()
    lab.experiment = "the next one"
    assert len(lab.sample(fakes.plan(one)).screening["a"].stored) >= 10


def test_a_clock_that_was_set_back_between_two_runs_keeps_the_journal(lab):
    lab.client.answer = fakes.worse
    first = lab.sample(suite())
    asked = len(lab.client.asked)
    lab.time.pass_by(-40 * DAY_S)
    second = lab.sample(suite())
    assert len(lab.client.asked) == asked
    assert compare.summary(second.comparison) == compare.summary(first.comparison)
