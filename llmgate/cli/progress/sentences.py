"""How far a run is → short sentences, each in several lengths where a narrow screen needs a shorter one."""

from __future__ import annotations

from llmgate.cli.progress.pacing import Left
from llmgate.config import Budget
from llmgate.progress import Begun, Looked, Stage, Waiting
from llmgate.purse import Spent
from llmgate.renderers import figures, inert

NAMES = {
    Stage.SCREEN: "Screen",
    Stage.CONFIRM: "Confirm",
    Stage.DIAGNOSIS: "Diagnosis",
    Stage.BASELINE: "Baseline",
    Stage.PROOF: "Proof",
    Stage.WATCH: "Watch",
}
MOST_SUSPECTS = 3
NAME_CHARS = 24


def begun(event: Begun) -> str:
    """What begins, for a log: `screen: 240 trials of 30 fixtures`."""
    fixtures = figures.count(event.fixtures, "fixture")
    return f"{event.stage}: " + (f"{figures.count(event.trials, 'trial')} of {fixtures}" if event.trials else fixtures)


def stage(event: Begun) -> str:
    """`Confirm, round 3: 2 suspects`, or `Screen: 30 fixtures`."""
    noun = "suspect" if event.stage is Stage.CONFIRM else "fixture"
    number = f", round {event.round}" if event.round else ""
    return f"{NAMES[event.stage]}{number}: {figures.count(event.fixtures, noun)}"


def waiting(event: Waiting) -> str:
    return f"waiting for {inert.line(event.host, 60)}, which {event.cause}"


def evidence(looked: Looked) -> list[str]:
    """What the evidence is, in parts; the first matter most."""
    odds = figures.odds(looked.evidence).removesuffix(" : 1")
    threshold = f"{looked.threshold:.0f}"
    parts = [f"evidence {odds} (blocks at {threshold})" if looked.evidence < looked.threshold else f"blocks: {odds}"]
    parts += [
        f"{inert.line(one.fixture, NAME_CHARS)} {figures.odds(one.evidence)}" for one in looked.suspects[:MOST_SUSPECTS]
    ]
    return [*parts, *([f"suite {figures.odds(looked.suite)}"] if looked.suite > 1 else [])]


def money(spent: Spent, budget: Budget) -> str:
    return f"{figures.money(spent.usd)} of {figures.money(budget.usd)}"


def calls(spent: Spent, budget: Budget) -> str:
    return f"{spent.calls:,} of {budget.calls:,} calls"


def minutes(seconds: float, budget: Budget) -> str:
    return f"{_clock(seconds)} of {round(budget.minutes, 1):g} min"


def left(found: Left | None) -> str:
    """`20 s to 3 min left`, or nothing where that is not known yet."""
    if found is None:
        return ""
    least, most = _about(found.least_s), _about(found.most_s)
    return f"{least} left" if least == most else f"{least} to {most} left"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02d}"


def _about(seconds: float) -> str:
    """Round to what an estimate can tell."""
    if seconds < 10:
        return f"{max(1, round(seconds))} s"
    if seconds < 100:
        return f"{round(seconds / 10) * 10} s"
    return f"{max(2, round(seconds / 60))} min"
