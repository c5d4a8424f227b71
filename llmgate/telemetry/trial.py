"""A trial that is over → its spans: the trial, what was searched, each call of a model, and each tool that ran."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from llmgate import run
from llmgate.conventions import attributes as names
from llmgate.conventions import spelling
from llmgate.conventions.spelling import Attributes
from llmgate.run import Stage, Tried
from llmgate.telemetry import conversation, evaluations, messages, timeline
from llmgate.telemetry.conversation import Answered, Exchange
from llmgate.telemetry.place import Place
from llmgate.telemetry.span import Link, Side, Span
from llmgate.telemetry.subject import Subject
from llmgate.telemetry.timeline import Timed, Timeline
from llmgate.trial import Call, Outcome

HEX = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """A trial as it is told: where its spans stand, and what is behind it."""

    tried: Tried
    place: Place
    subject: Subject
    content: bool
    timeline: Timeline

    @classmethod
    def of(cls, tried: Tried, *, place: Place, subject: Subject, content: bool, now: float) -> Telling:
        """Tell a trial; what is reused stands at the time at which it was read, `now`, in seconds since 1970."""
        laid = timeline.of(tried.graded.trace, now=now if _is_reused(tried) else None)
        return cls(tried=tried, place=place, subject=subject, content=content, timeline=laid)

    @property
    def reused(self) -> bool:
        """Whether an earlier run paid for all of it."""
        return _is_reused(self.tried)

    @property
    def name(self) -> str:
        trial = self.tried.graded.trial
        return f"{trial.fixture}/{trial.arm}/{trial.index}"

    @property
    def id(self) -> str:
        return self.place.trial(self.tried.graded.trial)

    @property
    def purpose(self) -> str:
        return "diagnosis" if self.tried.stage is Stage.DIAGNOSIS else "trial"

    def common(self) -> Attributes:
        """Say on every span of the trial which one it is: not every backend can ask for a span's parent."""
        trial = self.tried.graded.trial
        return {
            names.TRIAL: self.name,
            names.FIXTURE: self.tried.work.fixture.id,
            names.ARM: trial.arm.value,
            names.INDEX: trial.index,
            names.STAGE: self.tried.stage.value,
        }

    def child(self, name: str, *place: object, at: tuple[int, int], attributes: Mapping[str, spelling.Value]) -> Span:
        return Span(
            trace=self.place.trace,
            id=self.place.span("trial", self.name, *place),
            parent=self.id,
            name=name,
            side=Side.CLIENT,
            started_ns=at[0],
            ended_ns=at[1],
            attributes={**attributes, **self.common()},
        )


def _is_reused(tried: Tried) -> bool:
    calls = tried.graded.trace.calls
    return bool(calls) and all(call.reused for call in calls)


def spans(telling: Telling) -> Iterator[Span]:
    """Tell a trial, its own span last, as it ends last."""
    yield from _retrieval(telling)
    trace, work = telling.tried.graded.trace, telling.tried.work
    told = conversation.exchanges(trace.calls, work.request, trace.request)
    for timed, exchange in zip(telling.timeline.own, told, strict=True):
        yield _chat(telling, timed, exchange)
        for number, answered in enumerate(exchange.tools):
            yield _tool(telling, timed, number, answered)
    if not trace.calls and trace.error is not None:
        yield _unanswered(telling)
    for timed in telling.timeline.judge:
        yield _own(telling, timed, "judge")
    for number, repeat in enumerate(telling.timeline.repeats, start=1):
        seed = run.repeat_seed(work.seed, work.trial, number)
        yield from (_own(telling, timed, "repeat", {names.SEED: seed} if seed is not None else {}) for timed in repeat)
    yield _trial(telling)


def _trial(telling: Telling) -> Span:
    tried, moment = telling.tried, telling.timeline
    graded, fixture = tried.graded, tried.work.fixture
    told: dict[str, spelling.Value | None] = {
        names.CASE: fixture.id,
        names.CASE_STATUS: _STATUS.get(graded.outcome),
        names.OUTCOME: graded.outcome.value,
        names.TRIAL_SCORE: graded.score,
        names.FIXTURE_DIGEST: fixture.digest,
        names.CATEGORY: fixture.category,
        names.COMMIT: telling.subject.commit,
        names.PROBE: tried.probe,
        names.MISS: graded.trace.miss.kind.value if graded.trace.miss else None,
        names.COST: graded.trace.cost_usd if graded.trace.calls else None,
        names.REUSED: True if telling.reused else None,
        names.FINISHED: _iso(graded.trace.finished_at) if telling.reused else None,
        names.ERROR: "no_answer" if graded.outcome is Outcome.ERROR else None,
    }
    return Span(
        trace=telling.place.trace,
        id=telling.id,
        parent=telling.place.root,
        name=f"trial {fixture.id}",
        started_ns=moment.started_ns,
        ended_ns=moment.ended_ns,
        attributes={**{key: value for key, value in told.items() if value not in (None, "")}, **telling.common()},
        events=tuple(evaluations.events(graded, moment.ended_ns, content=telling.content)),
        links=tuple(_origin(telling)),
        failed=graded.outcome is Outcome.ERROR,
        message=graded.reason if telling.content and graded.outcome is Outcome.ERROR else "",
    )


_STATUS = {Outcome.PASSED: "pass", Outcome.FAILED: "fail"}


def _origin(telling: Telling) -> Iterator[Link]:
    """Link to the production trace that the fixture came from, where its ids are those of tracing."""
    origin = telling.tried.work.fixture.origin
    trace, span = (origin.trace or "").lower(), (origin.span or "").lower()
    if (len(trace), len(span)) == (32, 16) and HEX.issuperset(trace + span) and trace.strip("0") and span.strip("0"):
        yield Link(trace=trace, span=span, attributes={names.FIXTURE: telling.tried.work.fixture.id})


def _iso(seconds: float) -> str:
    return dt.datetime.fromtimestamp(seconds, tz=dt.UTC).isoformat(timespec="milliseconds")


def _retrieval(telling: Telling) -> Iterator[Span]:
    work = telling.tried.work
    if not work.documents:
        return
    metadata = {document.id: document.metadata for document in work.fixture.context.documents}
    found = [
        {"id": each.id, "score": each.score, "content": each.text, "metadata": metadata.get(each.id) or None}
        for each in work.documents
    ]
    frozen, index = work.fixture.retrieval == "frozen", work.fixture.context.index
    source = (index.name if index and frozen else "") or telling.subject.index
    told = spelling.found(found, source=source, content=telling.content)
    told[names.MODE] = work.fixture.retrieval
    if index and index.digest and frozen:
        told[names.INDEX_DIGEST] = index.digest
    start = telling.timeline.started_ns
    yield telling.child(f"retrieval {source}".rstrip(), "retrieval", at=(start, start), attributes=told)


def _chat(telling: Telling, timed: Timed, exchange: Exchange) -> Span:
    work, call = telling.tried.work, timed.call
    told = {
        **spelling.asked(provider=call.provider, model=call.model, params=exchange.params, seed=work.seed),
        **spelling.prompt(telling.subject.prompt, telling.subject.version),
        **_ended(call),
        names.PURPOSE: telling.purpose,
    }
    if telling.content:
        told |= _given(telling, exchange) | _said(call)
    at = timed.started_ns, timed.ended_ns
    return telling.child(f"chat {call.model}", "chat", call.step, at=at, attributes=told)


def _given(telling: Telling, exchange: Exchange) -> Attributes:
    work = telling.tried.work
    context = work.fixture.context.text
    variables = {**work.fixture.input.variables, **({} if context is None else {"context": context})}
    return spelling.given(
        messages.written(exchange.messages, work.request.blobs),
        tools=messages.tools(work.request.tools),
        variables=variables,
    )


def _said(call: Call) -> Attributes:
    completion = call.completion
    return spelling.said(messages.parts(completion.message, {}), completion.finish_reason.value)


def _ended(call: Call) -> Attributes:
    completion = call.completion
    told: dict[str, spelling.Value | None] = {
        names.STEP: call.step,
        names.ATTEMPTS: call.attempts,
        names.COST: call.cost_usd,
        names.REUSED: True if call.reused else None,
    }
    return {
        **spelling.answered(
            model=completion.served_model,
            finish_reason=completion.finish_reason.value,
            fingerprint=completion.fingerprint,
            input_tokens=completion.usage.input_tokens,
            output_tokens=completion.usage.output_tokens,
            cached_tokens=completion.usage.cached_tokens,
        ),
        **spelling.confidence(completion.logprobs),
        **{key: value for key, value in told.items() if value is not None},
    }


def _own(telling: Telling, timed: Timed, purpose: str, more: Mapping[str, spelling.Value] | None = None) -> Span:
    """Tell a call that is no part of the conversation; what it was asked is not kept."""
    call = timed.call
    told = {**spelling.asked(provider=call.provider, model=call.model, params={}), **_ended(call), **(more or {})}
    told[names.PURPOSE] = purpose
    if telling.content:
        told |= _said(call)
    at = timed.started_ns, timed.ended_ns
    return telling.child(f"chat {call.model}", "chat", call.step, at=at, attributes=told)


def _unanswered(telling: Telling) -> Span:
    """Tell a call without an answer."""
    work, end = telling.tried.work, telling.timeline.ended_ns
    request, params = work.request, {**work.request.params, **work.request.once}
    told = {
        **spelling.asked(provider=request.provider, model=request.model, params=params, seed=work.seed),
        **spelling.prompt(telling.subject.prompt, telling.subject.version),
        names.PURPOSE: telling.purpose,
        names.ERROR: "no_answer",
    }
    if telling.content:
        told |= _given(telling, Exchange(messages=request.messages, params=params))
    return telling.child(f"chat {request.model}", "chat", 0, at=(end, end), attributes=told)


def _tool(telling: Telling, timed: Timed, number: int, answered: Answered) -> Span:
    call = answered.call
    told = spelling.tool(call.name, call.id)
    if telling.content:
        told |= spelling.ran(arguments=call.arguments, result=answered.result)
    if answered.failed:
        told[names.ERROR] = "tool_error"
    at = timed.ended_ns, timed.ended_ns
    return telling.child(f"execute_tool {call.name}", "tool", timed.call.step, number, at=at, attributes=told)
