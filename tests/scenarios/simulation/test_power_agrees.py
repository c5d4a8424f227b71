"""What `llmgate power` predicts beside what whole gates do: plan, engine, journal, grades and all (pytest -rP)."""

# ruff: noqa: T201 - what was measured is shown by pytest -rP

import math

import numpy as np
import pytest

from llmgate import compare
from llmgate.compare import Count, Rules
from llmgate.power.rates import Known
from llmgate.power.simulating import ByRates, Procedure
from llmgate.store import Store
from llmgate.trial import Arm
from tests.unit.sampling import fakes

pytestmark = pytest.mark.slow

FIXTURES = 12
NAMES = tuple(f"f{number:02}" for number in range(FIXTURES))
STORED = 8
GATES, PREDICTED = 30, 300

BASE = np.full(FIXTURES, 0.95)
BREAKS = {"one half as often": (np.arange(FIXTURES) == 3, 0.5), "all lose 12 points": (np.ones(FIXTURES, bool), 0.873)}


def head(name):
    chosen, share = BREAKS[name]
    return np.where(chosen, BASE * share, BASE)


def predicted(rates):
    stored = Count(passed=STORED, trials=STORED)
    suite = tuple(Known(fixture=name, stored=stored) for name in NAMES)
    procedure = Procedure(suite=suite, rules=Rules(), screen=2)
    gates = [
        procedure.gate(ByRates(base=BASE, head=rates, generator=np.random.default_rng([1, number])))
        for number in range(PREDICTED)
    ]
    return [gate.blocked for gate in gates], [sum(gate.trials) for gate in gates]


def whole(folder, rates):
    """Run gates as they run, each with a store of its own in which the baseline is."""
    generator = np.random.default_rng(2)
    by_name = {
        f"{name} on {arm}": rate
        for arm, of in (("base", BASE), ("head", rates))
        for name, rate in zip(NAMES, of, strict=True)
    }
    blocked, trials = [], []
    for number in range(GATES):
        with Store.open(folder / f"{number}.sqlite") as store:
            lab = fakes.Lab(store=store)
            lab.client.answer = lambda asked: fakes.GOOD if generator.random() < by_name[asked.text] else fakes.BAD
            plan = fakes.plan(*(fakes.planned(name) for name in NAMES), screen=2)
            for planned in plan.compared:
                fakes.stored(lab, planned, Arm.BASE, [True] * STORED)
            sampled = lab.sample(plan)
            blocked.append(compare.summary(sampled.comparison).blocked)
            trials.append(len(lab.client.asked))
    return blocked, trials


def apart(one, other):
    """How many standard errors two means are apart."""
    error = math.sqrt(np.var(one) / len(one) + np.var(other) / len(other))
    return abs(np.mean(one) - np.mean(other)) / max(error, 1e-9)


@pytest.mark.parametrize("name", BREAKS)
def test_predicted_blocks_and_calls_are_those_of_whole_gates(tmp_path, name):
    rates = head(name)
    told, seen = predicted(rates), whole(tmp_path, rates)
    print(f"{name}: blocks {np.mean(told[0]):.2f} predicted, {np.mean(seen[0]):.2f} seen;", end=" ")
    print(f"trials {np.mean(told[1]):.0f} predicted, {np.mean(seen[1]):.0f} seen")
    assert 0.1 < np.mean(told[0]) < 0.95
    assert apart(told[0], seen[0]) < 3.5
    assert apart(told[1], seen[1]) < 3.5
