"""A trial that is over → the trial as a page shows it: redacted, and cut to a size."""

from __future__ import annotations

from llmgate.report.shown import ShownTrial
from llmgate.run import Tried
from llmgate.showing import parts, waterfall
from llmgate.showing.cutting import Cut

ANSWER_CHARS = 20_000
REASON_CHARS = 2_000


def shown(tried: Tried, cut: Cut) -> ShownTrial:
    """Write down a trial; every text in it goes through `cut`."""
    graded = tried.graded
    trace, trial = graded.trace, graded.trial
    return ShownTrial(
        fixture=trial.fixture,
        arm=trial.arm.value,
        index=trial.index,
        stage=tried.stage.value,
        outcome=graded.outcome.value,
        reason=cut(graded.reason, REASON_CHARS),
        messages=tuple(parts.messages(tried.work, trace, cut)),
        documents=tuple(parts.documents(trace, cut)),
        tools=tuple(parts.tools(tried.work, trace, cut)),
        answer=cut(parts.answer(trace), ANSWER_CHARS),
        grades=tuple(parts.grades(graded.grades, cut)),
        steps=tuple(waterfall.steps(trace, cut)),
        model=cut(next((call.completion.served_model or call.model for call in trace.turns[::-1]), ""), 200),
        input_tokens=sum(call.completion.usage.input_tokens for call in trace.calls),
        output_tokens=sum(call.completion.usage.output_tokens for call in trace.calls),
        usd=None if trace.cost_usd is None else round(trace.cost_usd, 6),
        seconds=round(trace.latency_s, 3),
        reused=bool(trace.calls) and all(call.reused for call in trace.calls),
    )
