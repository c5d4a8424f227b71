"""One trial's work and a seed → what was said, of which every call is the journal's or paid and journaled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from llmgate.run.calls import Calls
from llmgate.run.talk import Talk
from llmgate.run.work import Work
from llmgate.targets import prompt
from llmgate.trial import Call, Request

if TYPE_CHECKING:
    from llmgate.run.visiting import Visits


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversing:
    """Has the conversations of trials: with a model, or with an application that has them with models."""

    calls: Calls
    visits: Visits | None = None

    async def talk(self, work: Work, *, seed: int | None, number: int = 0, first_step: int = 0) -> Talk:
        """Return what was said. `number` counts the answers of one trial from 0, `first_step` its calls.

        Raises:
            CallError: where a call has no answer.
            BudgetExhausted: where one could exceed what is left.
        """
        if work.application is not None and self.visits is not None:
            return await self.visits.talk(work, work.application, seed=seed, number=number)
        finished_at = 0.0

        async def ask(request: Request, step: int) -> Call:
            nonlocal finished_at
            call, finished_at = await self.calls.make(work.trial, request, first_step + step, seed=seed)
            return call

        talk = await prompt.converse(work.fixture, work.request, max_steps=work.max_steps, ask=ask)
        return Talk(
            calls=talk.calls,
            output=talk.output,
            tool_calls=talk.tool_calls,
            request=talk.request,
            finished_at=finished_at,
            miss=talk.miss,
        )
