"""A trace and its fixture → the trace with what a judge, an embedder and the repository's own code say of it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from llmgate import grade, remarks
from llmgate import judge as judging
from llmgate.assertions import coded, model_graded
from llmgate.assertions.asking import Inquiry
from llmgate.config import ModelEntry
from llmgate.errors import CallError
from llmgate.fixture import Fixture
from llmgate.remarks import Checkers
from llmgate.run.calls import Calls
from llmgate.run.vectors import Vectors
from llmgate.trial import Ruling, Trace, Trial


@dataclass(frozen=True, slots=True, kw_only=True)
class Graders:
    """Whom grading asks: the policy's judge and embedder, and the repository's own code.

    `origin` names whom the embedder's requests reach.
    """

    judge: ModelEntry | None = None
    embedder: ModelEntry | None = None
    origin: str = ""
    checkers: Checkers | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinions:
    """Who is asked at the end of a trial that was not broken off; what they say is read when the trial is graded."""

    calls: Calls
    graders: Graders
    vectors: Vectors | None = None

    async def on(self, trace: Trace, fixture: Fixture) -> Trace:
        if trace.broken_off:
            return trace
        judged = await self._judged(trace, fixture)
        embedded = await self.vectors.on(judged, fixture) if self.vectors else judged
        return await self._remarked(embedded, fixture)

    async def _judged(self, trace: Trace, fixture: Fixture) -> Trace:
        """Ask the judge what the fixture's assertions need."""
        if self.graders.judge is None:
            return trace
        rulings: dict[str, Ruling] = {}
        for inquiry in model_graded.inquiries(fixture.assertions, grade.subject(trace, fixture)):
            step = len(trace.calls) + len(rulings)
            rulings[inquiry.digest] = await self.ruling(trace.trial, inquiry, self.graders.judge, step=step)
        return replace(trace, rulings=rulings) if rulings else trace

    async def _remarked(self, trace: Trace, fixture: Fixture) -> Trace:
        """Ask the repository's own code in a thread: it takes its time, and other calls are in flight."""
        if self.graders.checkers is None or not any(coded.among(fixture.assertions)):
            return trace
        return await asyncio.to_thread(remarks.remarked, trace, fixture, self.graders.checkers)

    async def ruling(self, trial: Trial, inquiry: Inquiry, judge: ModelEntry, *, step: int) -> Ruling:
        try:
            request, seed = judging.request(inquiry, judge), judging.seed(judge)
            call, _ = await self.calls.make(trial, request, step, seed=seed, share=self.calls.spent.judge)
        except CallError as error:
            self.calls.failed()
            return Ruling(error=error.message)
        return Ruling(call=call)
