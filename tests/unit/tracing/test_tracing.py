"""What production code writes with the library is what capture reads."""

import json
import subprocess
import sys

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from llmgate import tracing
from llmgate.capture.span import Span
from llmgate.conventions import Kind
from tests import otlp

QUESTION = {"role": "user", "content": "May I return order A1?"}
RULES = {"role": "system", "content": "Be kind."}
CALL = {"id": "c1", "type": "function", "function": {"name": "lookup", "arguments": '{"id": "A1"}'}}
TOOL = {
    "type": "function",
    "function": {"name": "lookup", "description": "Finds", "parameters": {"type": "object", "properties": {}}},
}
PROMPT = tracing.Prompt(name="prompts/support.jinja", version="7", variables={"question": QUESTION["content"]})


@pytest.fixture(scope="module")
def memory():
    """Set up an SDK, as a program does once."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    return exporter


@pytest.fixture(autouse=True)
def spans(memory):
    memory.clear()
    return memory


def written(memory):
    """Write what the SDK has as OTLP JSON, and read it."""
    found = []
    for span in memory.get_finished_spans():
        told = otlp.span(
            {key: list(value) if isinstance(value, tuple) else value for key, value in span.attributes.items()},
            identity=f"{span.context.span_id:016x}",
            trace=f"{span.context.trace_id:032x}",
            events=[(event.name, dict(event.attributes)) for event in span.events],
            parentSpanId=f"{span.parent.span_id:016x}" if span.parent else "",
            status={"code": 2} if not span.status.is_ok else {},
        )
        found += otlp.read(otlp.spans({**told, "name": span.name}))
    return found


def conversation():
    """A program's turn: it searches, asks, runs a tool and asks again."""
    asked = {"provider": "openai", "model": "gpt-4.1-2025-04-14", "tools": [TOOL], "seed": 7, "content": True}
    messages = [RULES, QUESTION]
    with tracing.retrieval("handbook", query="return", content=True) as search:
        search.found([{"id": "returns.md#1", "content": "14 days", "score": 0.5}])
    with tracing.llm_call(
        messages=messages, params={"temperature": 0.3, "stop": "END"}, prompt=PROMPT, **asked
    ) as call:
        call.answered(tool_calls=[CALL], finish_reason="tool_calls", response_id="r1", model="gpt-4.1-2025-04-14")
    with tracing.tool_call("lookup", arguments={"id": "A1"}, call_id="c1", content=True) as ran:
        ran.returned({"days": 9})
    messages = [
        *messages,
        {"role": "assistant", "content": None, "tool_calls": [CALL]},
        {"role": "tool", "tool_call_id": "c1", "content": '{"days": 9}'},
    ]
    with tracing.llm_call(messages=messages, prompt=PROMPT, **asked) as call:
        call.answered(text="Yes.", finish_reason="stop", input_tokens=9, output_tokens=2, logprobs=[-0.1, -2.0])
        tracing.feedback("helpful", label="thumbs_down", comment="too short", content=True)


def test_capture_reads_all_that_the_library_writes(memory):
    conversation()
    search, first, tool, second = written(memory)
    assert [span.kind for span in (search, first, tool, second)] == [
        Kind.RETRIEVAL,
        Kind.MODEL,
        Kind.TOOL,
        Kind.MODEL,
    ]
    assert search.documents == ({"id": "returns.md#1", "text": "14 days", "score": 0.5},)
    assert [message["role"] for message in second.messages] == ["system", "user", "assistant", "tool"]
    assert first.output[0]["parts"] == [{"type": "tool_call", "id": "c1", "name": "lookup", "arguments": {"id": "A1"}}]
    assert second.messages[2:] == (
        {"role": "assistant", "parts": first.output[0]["parts"]},
        {"role": "tool", "parts": [{"type": "tool_call_response", "id": "c1", "response": '{"days": 9}'}]},
    )
    assert first.tools == (TOOL["function"],)
    assert (first.seed, first.params, first.response) == (7, {"temperature": 0.3, "stop": "END"}, "r1")
    assert first.prompt == {"name": "prompts/support.jinja", "version": "7"}
    assert first.variables == PROMPT.variables
    assert (tool.tool.arguments, tool.tool.result) == ('{"id":"A1"}', '{"days":9}')
    assert second.feedback == ({"name": "helpful", "label": "thumbs_down", "comment": "too short", "negative": True},)
    assert (second.missing, second.depends_on) == ((), ())


def test_without_the_switch_nothing_that_was_said_is_written(memory, monkeypatch):
    monkeypatch.delenv(tracing.SWITCH, raising=False)
    with tracing.llm_call(provider="p", model="m", messages=[QUESTION], tools=[TOOL], prompt=PROMPT) as call:
        call.answered(text="A1 it is", tool_calls=[CALL])
        tracing.feedback("helpful", comment="A1")
    with tracing.retrieval("handbook", query="A1") as search:
        search.found([{"id": "x", "content": "A1"}])
    with tracing.tool_call("lookup", arguments={"id": "A1"}) as ran:
        ran.returned("A1", failed=True)
    for span in memory.get_finished_spans():
        assert "A1" not in json.dumps([dict(span.attributes), [dict(event.attributes) for event in span.events]])


@pytest.mark.parametrize(("value", "on"), [("SPAN_ONLY", True), ("true", True), ("EVENT_ONLY", False), ("", False)])
def test_the_switch_is_opentelemetrys(memory, monkeypatch, value, on):
    monkeypatch.setenv(tracing.SWITCH, value)
    with tracing.llm_call(provider="p", model="m", messages=[QUESTION]):
        pass
    (span,) = memory.get_finished_spans()
    assert ("gen_ai.input.messages" in span.attributes) is on


def test_an_error_is_told_by_its_kind_and_raised_on(memory):
    with (
        pytest.raises(TimeoutError, match="A1"),
        tracing.llm_call(provider="p", model="m", messages=[QUESTION], content=False),
    ):
        raise TimeoutError("A1")
    (told,) = written(memory)
    assert isinstance(told, Span)
    assert told.error == "TimeoutError"
    assert "A1" not in str([span.to_json() for span in memory.get_finished_spans()])


@pytest.mark.parametrize(
    "odd", [float("nan"), object(), {1: {2}}, b"\xff", "\ud800", 2**70, None, [[]]], ids=lambda odd: type(odd).__name__
)
def test_whatever_a_program_hands_over_is_written(memory, odd):
    with tracing.llm_call(
        provider="p", model="m", messages=[odd, {"role": "user", "content": odd}], params={"x": odd}, content=True
    ) as call:
        call.answered(text="t", tool_calls=[{"name": "f", "arguments": odd}, odd])
    with tracing.tool_call("f", arguments=odd, content=True) as ran:
        ran.returned(odd)
    assert len(memory.get_finished_spans()) == 2


def test_the_library_is_light_and_does_nothing_without_an_sdk():
    program = """
import sys
from llmgate import tracing
with tracing.llm_call(provider="p", model="m", messages=[], content=True) as call:
    call.answered(text="t")
heavy = {"pydantic", "httpx", "requests", "numpy", "scipy", "opentelemetry.sdk", "llmgate.trial", "llmgate.capture"}
print(sorted(heavy & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
