"""A trace and its work → the trace with further answers to the same request, where an assertion compares answers.

They are asked within the trial, which so stays one independent draw: no other trial is served one of them.
"""

from __future__ import annotations

from dataclasses import replace

from llmgate.assertions import stable
from llmgate.errors import CallError
from llmgate.run.conversing import Conversing
from llmgate.run.work import Work, repeat_seed
from llmgate.trial import Repeat, Trace


async def repeated(trace: Trace, work: Work, conversing: Conversing) -> Trace:
    """Ask one after the other, up to the first error. Steps go on behind those of the conversation and of the judge.

    Nothing is asked of a trial that was broken off: it has failed.

    Raises:
        BudgetExhausted: where a call could exceed what is left.
    """
    if trace.broken_off:
        return trace
    repeats: list[Repeat] = []
    step, finished_at = len(trace.calls) + len(trace.rulings), trace.finished_at
    for number in range(1, stable.answers(work.fixture.assertions)):
        seed = repeat_seed(work.seed, work.trial, number)
        try:
            talk = await conversing.talk(work, seed=seed, number=number, first_step=step)
        except CallError as error:
            conversing.calls.failed()
            repeats.append(Repeat(error=error.message))
            break
        step, finished_at = step + len(talk.calls), talk.finished_at
        repeats.append(
            Repeat(
                calls=talk.calls,
                output=talk.output,
                tool_calls=talk.tool_calls,
                miss=talk.miss,
                error=f"the application failed: {talk.fault}" if talk.fault else None,
            )
        )
    return replace(trace, repeats=tuple(repeats), finished_at=max(trace.finished_at, finished_at))
