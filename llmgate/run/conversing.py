"""One trial's work and a seed → a conversation, of which every call is the journal's or paid and journaled."""

from __future__ import annotations

from llmgate.run.calls import Calls
from llmgate.run.work import Work
from llmgate.targets import prompt
from llmgate.targets.prompt import Conversation
from llmgate.trial import Call, Request


async def converse(work: Work, calls: Calls, *, seed: int | None, first_step: int = 0) -> tuple[Conversation, float]:
    """Return the conversation and when it ended, in seconds since 1970; its calls count from `first_step`.

    Raises:
        CallError: where a call has no answer.
        BudgetExhausted: where one could exceed what is left.
    """
    finished_at = 0.0

    async def ask(request: Request, step: int) -> Call:
        nonlocal finished_at
        call, finished_at = await calls.make(work.trial, request, first_step + step, seed=seed)
        return call

    talk = await prompt.converse(work.fixture, work.request, max_steps=work.max_steps, ask=ask)
    return talk, finished_at
