"""A trial that is over → the trial as a page shows it: redacted, and cut to a size."""

from __future__ import annotations

from typing import Any

from llmgate.report import FixtureEntry
from llmgate.report.shown import ShownTrial
from llmgate.run import Tried
from llmgate.showing import parts, waterfall
from llmgate.showing.cutting import Cut
from llmgate.trial import Trace

MAX_SHOWN_CHARS = 10_000_000
"""Of all trials of a page together, as JSON."""
ANSWER_CHARS = 20_000
REASON_CHARS = 2_000
_TIERS = ("confirmed", "likely", "suspected", "new", "clear")


def shown(tried: Tried, cut: Cut) -> ShownTrial:
    """Write down a trial; every text in it goes through `cut`."""
    graded = tried.graded
    trace = graded.trace
    return ShownTrial(
        **_answered(trace, cut),
        stage=tried.stage.value,
        outcome=graded.outcome.value,
        reason=cut(graded.reason, REASON_CHARS),
        messages=tuple(parts.messages(tried.work, trace, cut)),
        documents=tuple(parts.documents(trace, cut)),
        tools=tuple(parts.tools(tried.work, trace, cut)),
        grades=tuple(parts.grades(graded.grades, cut)),
    )


def ungraded(trace: Trace, cut: Cut) -> ShownTrial:
    """Write down a trial of which only the calls are known."""
    return ShownTrial(**_answered(trace, cut))


def _answered(trace: Trace, cut: Cut) -> dict[str, Any]:
    """Write what the calls alone tell."""
    models = (call.completion.served_model or call.model for call in trace.turns[::-1])
    return {
        "fixture": trace.trial.fixture,
        "arm": trace.trial.arm.value,
        "index": trace.trial.index,
        "answer": cut(parts.answer(trace), ANSWER_CHARS),
        "steps": tuple(waterfall.steps(trace, cut)),
        "model": cut(next(models, ""), 200),
        "input_tokens": sum(call.completion.usage.input_tokens for call in trace.calls),
        "output_tokens": sum(call.completion.usage.output_tokens for call in trace.calls),
        "usd": None if trace.cost_usd is None else round(trace.cost_usd, 6),
        "seconds": round(trace.latency_s, 3),
        "reused": bool(trace.calls) and all(call.reused for call in trace.calls),
    }


def first(fixture: FixtureEntry) -> tuple[int, bool, str]:
    """Order fixtures by how much their trials are worth a look."""
    return _TIERS.index(fixture.tier), fixture.head.passed == fixture.head.trials, fixture.id
