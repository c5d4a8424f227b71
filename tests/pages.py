"""Reports with trials for the tests of the page, small and large."""

from llmgate.report import Counts, FixtureEntry
from llmgate.report.plotted import GuardedEntry, SkippedEntry
from llmgate.report.shown import (
    Shown,
    ShownDocument,
    ShownGrade,
    ShownMessage,
    ShownStep,
    ShownTool,
    ShownTrial,
)
from tests.unit.renderers import samples

BASE_ANSWER = "You can return it within 14 days, because EU rules apply to Berlin."
HEAD_ANSWER = "You can return any item within 30 days of delivery."
SENT = {"base": "Take the regional rule.", "head": "Take the generous rule."}


def trial(fixture, arm, index=0, **fields):
    passed = arm == "base"
    told = {
        "stage": "screen",
        "outcome": "passed" if passed else "failed",
        "reason": "" if passed else "contains failed",
        "messages": (ShownMessage(role="system", text=SENT[arm]), ShownMessage(role="user", text="Can I return this?")),
        "documents": (ShownDocument(id="returns.md#3", text="In the EU, 14 days.", score=0.83),),
        "tools": (ShownTool(name="lookup_order", arguments='{"id": "A1"}', result="shipped"),),
        "answer": BASE_ANSWER if passed else HEAD_ANSWER,
        "grades": (
            ShownGrade(assertion="contains", outcome="passed" if passed else "failed", score=1.0, reason="14 days"),
        ),
        "steps": (
            ShownStep(kind="model", name="chat gpt-4.1", start_ms=0, ms=420, note="200 → 30 tokens"),
            ShownStep(kind="tool", name="lookup_order", start_ms=420, ms=0),
        ),
        "model": "gpt-4.1-2025-04-14",
        "input_tokens": 200,
        "output_tokens": 30,
        "seconds": 0.42,
    }
    return ShownTrial(fixture=fixture, arm=arm, index=index, **(told | fields))


def pair(fixture, **fields):
    return (trial(fixture, "base", **fields), trial(fixture, "head", **fields))


def drawn(entry):
    return entry.model_copy(update={"difference": -1.0, "interval": (-1.0, -0.69), "guards": "grounding"})


SKIPPED = (SkippedEntry(id="same-as-before", title="nothing new", guards="tool_use"),)
GUARDED = (
    GuardedEntry(category="grounding", name="grounding", fixtures=2, base_rate=1.0, head_rate=0.5),
    GuardedEntry(category="tool_use", name="tool use", fixtures=1, base_rate=0.9, head_rate=0.1),
)
LOOKS = (2.1, 4.4, 9.3, 25.1)
REPORT = samples.DIAGNOSED.model_copy(
    update={
        "fixtures": (*map(drawn, (*samples.DIAGNOSED.fixtures, samples.TONE)), samples.NEW),
        "skipped": SKIPPED,
        "guarded": GUARDED,
        "suite": samples.SUITE.model_copy(update={"looks": LOOKS}),
        "findings": (samples.FLOATING, samples.LOOSENED),
    }
)
SHOWN = Shown(
    trials=(
        *pair("refund-window-eu"),
        trial("refund-window-eu", "head", 3, answer="Thirty days."),
        *pair("order-lookup", answer="The same on both arms."),
        trial("refund-window-uk", "head", outcome="passed"),
    )
)


def many(count):
    """A report of so many fixtures, a few of them worse, the first 4,000 with a trial on both arms."""
    fixtures = tuple(
        FixtureEntry(
            id=f"fixture-{number:05}",
            title=f"Customer {number} asks about the delivery of an order",
            guards="grounding" if number % 2 else "tool_use",
            base=Counts(passed=10, trials=10),
            head=Counts(passed=0 if number % 1000 == 0 else 10, trials=10),
            evidence=60.0 if number % 1000 == 0 else None,
            tier="confirmed" if number % 1000 == 0 else "clear",
            difference=-1.0 if number % 1000 == 0 else 0.0,
            interval=(-1.0, -0.69) if number % 1000 == 0 else (-0.27, 0.27),
        )
        for number in range(count)
    )
    shown = Shown(trials=tuple(each for entry in fixtures[:4000] for each in pair(entry.id)))
    return REPORT.model_copy(update={"fixtures": fixtures}), shown
