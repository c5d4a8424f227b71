"""OTLP JSON lines of a support bot that answers from documents, as many traces as are asked for."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator

WORDS = ("refund", "order", "return", "window", "days", "policy", "shipping", "customer", "delivery", "warranty")
PROMPT = (
    "Answer from the documents.\n{% for document in documents %}[{{ document.id }}] {{ document.text }}\n{% endfor %}"
    "Question: {{ question }}"
)
SPANS_A_LINE = 64


def attributes(values: dict) -> list:
    return [{"key": key, "value": {"stringValue": value}} for key, value in values.items()]


def trace(number: int, text) -> list[dict]:
    """Make the five spans of a question: the chain, its search, two steps without content, and the model's call."""
    trace_id, began = f"{number + 1:032x}", 1_790_000_000 * 10**9 + number * 10**9
    documents = [(f"doc-{place}.md#{number % 50}", text(60)) for place in range(3)]
    question = f"{text(20)} number {number}? mail ada{number}@shop.org"
    shown = "".join(f"[{name}] {content}\n" for name, content in documents)
    search = {"openinference.span.kind": "RETRIEVER", "input.value": question}
    for place, (name, content) in enumerate(documents):
        search |= {f"retrieval.documents.{place}.document.id": name}
        search |= {f"retrieval.documents.{place}.document.content": content}
    call = {
        "openinference.span.kind": "LLM",
        "llm.model_name": "gpt-4.1",
        "llm.invocation_parameters": json.dumps({"temperature": 0.2, "seed": 7}),
        "llm.input_messages.0.message.role": "user",
        "llm.input_messages.0.message.content": f"Answer from the documents.\n{shown}Question: {question}",
        "llm.output_messages.0.message.role": "assistant",
        "llm.output_messages.0.message.content": text(40),
    }
    kinds = [{"openinference.span.kind": kind} for kind in ("CHAIN", "GUARDRAIL", "AGENT")]
    return [
        {
            "traceId": trace_id,
            "spanId": f"{number * 8 + place + 1:016x}",
            **({"parentSpanId": f"{number * 8 + 1:016x}"} if place else {}),
            "name": f"step {place}",
            "kind": 3,
            "startTimeUnixNano": str(began + place),
            "endTimeUnixNano": str(began + 10**9),
            "attributes": attributes(held),
        }
        for place, held in enumerate([kinds[0], search, kinds[1], kinds[2], call])
    ]


def lines(traces: int, *, spans_a_line: int = SPANS_A_LINE) -> Iterator[str]:
    chance = random.Random(1)

    def text(count: int) -> str:
        return " ".join(chance.choices(WORDS, k=count))

    spans: list[dict] = []
    for number in range(traces):
        spans += trace(number, text)
        if len(spans) >= spans_a_line or number == traces - 1:
            yield json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]}) + "\n"
            spans = []
