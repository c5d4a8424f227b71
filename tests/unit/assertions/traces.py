"""Traces for tests of assertions, and the short way to grade one.

`promptfoo, PAGE#SECTION` in a docstring is https://www.promptfoo.dev/docs/configuration/expected-outputs/PAGE/#SECTION.
"""

from __future__ import annotations

from pydantic import ValidationError

from llmgate.assertions import Assertion, Subject
from llmgate.message import Message, TextPart, ToolCallPart, text_message
from llmgate.trial import Arm, Call, Completion, FinishReason, Request, Retrieved, Trace, Trial, Usage


def call(*, cost_usd=0.001, latency_s=0.1, finish_reason=FinishReason.STOP, logprobs=None):
    completion = Completion(
        message=Message(role="assistant", parts=(TextPart(content=""),)),
        finish_reason=finish_reason,
        usage=Usage(),
        logprobs=logprobs,
    )
    return Call(step=0, model="m", completion=completion, cost_usd=cost_usd, latency_s=latency_s, attempts=1)


def request(*messages, system="", user="", **rest):
    spoken = [text_message(role, text) for role, text in (("system", system), ("user", user)) if text]
    return Request(provider="p", model="m", messages=(*spoken, *messages), **rest)


def trace(output="", *, calls=(), tools_called=(), documents=(), **rest):
    """`tools_called` are names or (name, arguments); `documents` are ids or (id, text)."""
    wanted = [(item, {}) if isinstance(item, str) else item for item in tools_called]
    found = [(item, "") if isinstance(item, str) else item for item in documents]
    return Trace(
        trial=Trial(fixture="f", arm=Arm.HEAD, index=0),
        output=output,
        calls=tuple(calls),
        tool_calls=tuple(ToolCallPart(name=name, arguments=arguments) for name, arguments in wanted),
        documents=tuple(Retrieved(id=name, text=text) for name, text in found),
        **rest,
    )


def grade(written, output="", *, tools=(), gold=(), **seen):
    """Grade a trace by the assertion as a fixture writes it."""
    subject = Subject(trace=trace(output, **seen), tools=tuple(tools), gold=tuple(gold))
    return Assertion.model_validate(written).grade(subject)


def passes(written, output="", **seen):
    """Whether it passes, and that its negation says the opposite; neither may be unable to judge."""
    grades = [grade({**written, "type": prefix + written["type"]}, output, **seen) for prefix in ("", "not-")]
    assert [one.error for one in grades] == [None, None]
    assert grades[0].passed is not grades[1].passed
    assert abs(grades[0].score + grades[1].score - 1) < 1e-12
    return grades[0].passed


def errors(written):
    """The complaints about an assertion as (place, message)."""
    try:
        Assertion.model_validate(written)
    except ValidationError as error:
        return [(item["loc"], item["msg"]) for item in error.errors()]
    return []
