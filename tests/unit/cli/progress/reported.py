"""A run's events for tests of who shows them, and a clock that only a test moves."""

from dataclasses import dataclass

from llmgate.config import Budget
from llmgate.progress import Begun, Looked, Opened, Stage, Suspicion
from llmgate.providers.pace import Cause, Waiting
from llmgate.purse import Spent
from llmgate.trial import Arm, Graded, Outcome, Trace, Trial


@dataclass
class Clock:
    seconds: float = 100.0

    def __call__(self):
        return self.seconds


def opened(**changes):
    return Opened(budget=Budget(), spent=Spent(calls=312, usd=0.134), most_trials=1_240, **changes)


def graded(outcome=Outcome.PASSED):
    trace = Trace(trial=Trial(fixture="a", arm=Arm.HEAD, index=0))
    return Graded(trace=trace, outcome=outcome, score=0)


def screen(trials=240):
    return Begun(stage=Stage.SCREEN, trials=trials, fixtures=30)


def confirm(round_=3):
    return Begun(stage=Stage.CONFIRM, trials=4, fixtures=2, round=round_)


def looked(evidence=12.34, *names):
    suspects = tuple(Suspicion(fixture=name, evidence=9.0) for name in names or ("refund-window-eu", "order-lookup"))
    return Looked(evidence=evidence, threshold=20.0, suite=1.5, suspects=suspects)


def waiting(host="api.example", seconds=2.0, cause=Cause.OUTAGE):
    return Waiting(host=host, cause=cause, seconds=seconds)
