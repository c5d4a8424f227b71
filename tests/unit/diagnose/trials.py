"""A fixture and what a model does with it → the graded trial, as the gate would have it."""

import json

from llmgate import diagnose, grade
from llmgate.fixture import Fixture
from llmgate.message import Message, TextPart, ToolCallPart, ToolResponsePart, text_message
from llmgate.targets.replaying import Replay
from llmgate.trial import Arm, Call, Completion, FinishReason, Miss, Request, Retrieved, Trace, Trial, Usage

SYSTEM = "You are the support assistant of a shop. Answer from the documents and cite them."
RETURNS = {"id": "returns.md#3", "text": "Customers in the EU can return any item within 14 days of delivery."}
GENERAL = {"id": "returns.md#1", "text": "Outside of the EU an item can be returned within 30 days of purchase."}
SHIPPING = {"id": "shipping.md#2", "text": "Express delivery costs 12 euros. We do not deliver on Saturdays."}
LOOKUP = {
    "name": "lookup_order",
    "parameters": {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]},
}
CANCEL = {
    "name": "cancel_order",
    "parameters": {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]},
}
STATUS = {"name": "lookup_order", "arguments": {"id": "A17"}, "result": {"status": "shipped", "arrives": "12 March"}}
OTHER_STATUS = {"name": "lookup_order", "arguments": {"id": "A71"}, "result": {"status": "held", "arrives": "3 April"}}
ORDERS = {"definitions": [LOOKUP, CANCEL], "results": [STATUS]}


def fixture(question="Can I return this? I live in Berlin.", *, documents=(), gold=(), asserts=(), **content):
    return Fixture.model_validate(
        {
            "id": "a",
            "target": "t",
            "input": {"variables": {"question": question}},
            "context": {"documents": list(documents), "gold": list(gold)},
            "assert": list(asserts) or [{"type": "contains", "value": "14 days"}],
            **content,
        }
    )


def prompt(case, documents, *, system=SYSTEM, shown=None):
    """The messages of a request: instructions with the documents, earlier turns, and the question."""
    listed = documents if shown is None else shown
    context = "\n".join(f"[{one['id']}] {one['text']}" for one in listed)
    turns = case.input.messages
    question = case.input.variables.get("question")
    asked = (
        [text_message("user", question)]
        if isinstance(question, str)
        else [text_message("user", json.dumps(case.input.variables))]
    )
    return (text_message("system", f"{system}\n{context}"), *turns, *asked)


def call(message, finish, step=0):
    completion = Completion(message=message, finish_reason=finish, usage=Usage())
    return Call(step=step, model="m", completion=completion, cost_usd=None, latency_s=0.1, attempts=1)


def trace(
    case,
    output="",
    *,
    documents=None,
    shown=None,
    calls=(),
    finish=None,
    error=None,
    system=SYSTEM,
    params=None,
    tools=None,
):
    """Play a trial: `calls` are (name, arguments), each in an answer of its own, answered by what is recorded."""
    found = [one.model_dump() for one in case.context.documents] if documents is None else list(documents)
    retrieved = tuple(Retrieved(id=one["id"], text=one["text"]) for one in found)
    messages = prompt(case, found, system=system, shown=shown)
    offered = case.tools.definitions if tools is None else tools
    trial = Trial(fixture=case.id, arm=Arm.HEAD, index=0)
    request = Request(provider="p", model="m", messages=messages, tools=offered, params=params or {})
    if error is not None:
        return Trace(trial=trial, documents=retrieved, request=request, error=error)
    made, wanted, miss, replay = [], [], None, Replay(case.tools.results, offered)
    for name, arguments in calls:
        part = ToolCallPart(id=f"c{len(wanted)}", name=name, arguments=arguments)
        message = Message(role="assistant", parts=(part,))
        made.append(call(message, FinishReason.TOOL_CALL, len(made)))
        wanted.append(part)
        served = replay.answers((part,))
        if isinstance(served, Miss):
            miss = served
            break
        answer = ToolResponsePart(id=part.id, response=served[0].result, is_error=served[0].error)
        messages = (*messages, message, Message(role="tool", parts=(answer,), name=name))
        request = Request(provider="p", model="m", messages=messages, tools=offered, params=params or {})
    if miss is None:
        last = Message(role="assistant", parts=(TextPart(content=output),))
        made.append(call(last, finish or FinishReason.STOP, len(made)))
    return Trace(
        trial=trial,
        calls=tuple(made),
        output="" if miss else output,
        tool_calls=tuple(wanted),
        documents=retrieved,
        request=request,
        miss=miss,
    )


def graded(case, output="", **played):
    return grade.grade(trace(case, output, **played), case)


def diagnosed(case, output="", *, index=None, taxonomy=None, **played):
    known = {} if taxonomy is None else {"taxonomy": taxonomy}
    return diagnose.classify(graded(case, output, **played), case, index=index, **known)


def label(case, output="", **played):
    found = diagnosed(case, output, **played).primary
    return f"{found.category}.{found.code}" if found.code else found.category
