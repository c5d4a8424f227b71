"""Capture at the size of production: 10,000 spans are quick and small, and a file may be larger than memory."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import project

WORDS = ("refund", "order", "return", "window", "days", "policy", "shipping", "customer", "delivery", "warranty")
PROMPT = (
    "Answer from the documents.\n{% for document in documents %}[{{ document.id }}] {{ document.text }}\n{% endfor %}"
    "Question: {{ question }}"
)
SPANS_A_LINE = 64
MEASURED = """
import json, resource, subprocess, sys, time
started = time.monotonic()
done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, text=True)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
measured = {"seconds": time.monotonic() - started, "megabytes": peak / 1024, "code": done.returncode}
print(json.dumps({**measured, "lines": done.stdout.splitlines()[-3:]}))
"""


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


def lines(traces: int) -> Iterator[str]:
    chance = random.Random(1)

    def text(count: int) -> str:
        return " ".join(chance.choices(WORDS, k=count))

    spans: list[dict] = []
    for number in range(traces):
        spans += trace(number, text)
        if len(spans) >= SPANS_A_LINE or number == traces - 1:
            yield json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]}) + "\n"
            spans = []


@pytest.fixture
def shop(tmp_path):
    files = {**project.files("http://127.0.0.1:9", fixtures=1), "prompts/support.jinja": PROMPT}
    return project.Project.create(tmp_path / "repository", files)


def measured(shop, path, *options) -> dict:
    program = Path(sys.executable).with_name("llmgate")
    command = [program, "capture", "otlp", path, "--out", shop.origin.path / "fixtures" / "captured", *options]
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *map(str, command)],
        cwd=shop.origin.path,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


@pytest.mark.slow
def test_ten_thousand_spans_are_captured_in_20_seconds_and_300_megabytes(shop, tmp_path):
    path = tmp_path / "traces.jsonl"
    path.write_text("".join(lines(2_000)))

    found = measured(shop, path)

    assert found["lines"] == [found["lines"][0], "2,000 drafts", "redacted: 2000 email"], found
    assert found["seconds"] < 20, found
    assert found["megabytes"] < 300, found


@pytest.mark.slow
def test_a_file_of_a_gigabyte_streams(shop, tmp_path):
    path = tmp_path / "traces.jsonl"
    block = "".join(lines(2_000))
    with path.open("w") as file:
        for number in range(84):  # other traces each time: their ids begin with the number of the block
            file.write(block.replace('"traceId": "00', f'"traceId": "{number + 16:02x}'))
    assert path.stat().st_size > 10**9

    found = measured(shop, path, "--limit", "5")
    path.unlink()

    assert found["lines"][-2] == "5 drafts", found
    assert found["megabytes"] < 300, found
