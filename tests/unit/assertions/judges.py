"""What a judge may answer, and the short way to grade an output by it."""

import json

from llmgate.assertions import Assertion, Subject, asking
from llmgate.message import Message, TextPart
from llmgate.trial import Call, Completion, FinishReason, Ruling, Usage
from tests.unit.assertions.traces import trace

OUTPUT = "Returns are free within\n14 days."


def answer(inquiry, **changes):
    """A well-formed answer; a change to None leaves the key out."""
    whole = {"id": inquiry.id, "quote": "within 14 days", "reason": "It says so.", "verdict": "pass", **changes}
    return json.dumps({key: value for key, value in whole.items() if value is not None})


def ruling(text, finish_reason=FinishReason.STOP):
    message = Message(role="assistant", parts=(TextPart(content=text),))
    completion = Completion(message=message, finish_reason=finish_reason, usage=Usage())
    return Ruling(call=Call(step=1, model="j", completion=completion, cost_usd=None, latency_s=0.1, attempts=1))


def asked(written, output=OUTPUT, *, documents=(), **seen):
    """What the judge is asked by an assertion."""
    subject = Subject(trace=trace(output, documents=documents), **seen)
    return Assertion.model_validate(written).check.inquiry(subject)


def decided(written, reply, output=OUTPUT):
    """Grade with a judge that answers by a function of the inquiry: text, a Ruling, or None for no ruling at all."""
    assertion = Assertion.model_validate(written)
    inquiry = assertion.check.inquiry(Subject(trace=trace(output)))
    said = reply(inquiry)
    given = ruling(said) if isinstance(said, str) else said
    rulings = {} if given is None else {inquiry.digest: given}
    return assertion.grade(Subject(trace=trace(output, rulings=rulings)))


def rubric(criterion="Names the time limit.", **fields):
    return {"type": "llm-rubric", "value": criterion, **fields}


def labelled(number, label, *, criterion="Is polite."):
    return {"rubric": criterion, "output": f"Answer {number}", "label": label}


INQUIRY = asking.Inquiry(criterion="Names the time limit.", output=OUTPUT)
