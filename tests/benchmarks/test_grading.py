"""How long 100,000 deterministic grades of answers of 2 kB take on one core, process time."""

import time

import pytest

from llmgate.assertions import Assertion, Subject
from llmgate.message import ToolDefinition
from tests.unit.assertions.traces import call, request, trace

GRADES = 100_000
MAX_SECONDS = 20
OUTPUT_CHARS = 2_000

SENTENCE = "Customers in the EU may return goods within {} days of delivery [returns.md#3]; shipping costs €{}.50. "
PROSE = "".join(SENTENCE.format(number, number) for number in range(30))[:OUTPUT_CHARS]
ANSWER = "Buyers in the EU can send goods back within 30 days of receipt; they pay for the shipping. " * 20
JSON = '{"answers": [' + ", ".join(f'{{"city": "Berlin", "days": {number}}}' for number in range(56)) + "]}"
SCHEMA = {
    "type": "object",
    "required": ["answers"],
    "properties": {
        "answers": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["city", "days"],
                "properties": {"city": {"type": "string"}, "days": {"type": "integer", "minimum": 0}},
            },
        }
    },
}
TEXT_CHECKS = [
    {"type": "equals", "value": PROSE},
    {"type": "contains", "value": "14 days"},
    {"type": "not-icontains", "value": "NOT ELIGIBLE"},
    {"type": "contains-any", "value": ["two weeks", "14 days"]},
    {"type": "contains-all", "value": ["return", "shipping"]},
    {"type": "icontains-any", "value": ["TWO WEEKS", "14 DAYS"]},
    {"type": "starts-with", "value": "Customers"},
    {"type": "regex", "value": r"(?i)\b14 (calendar )?days\b"},
    {"type": "word-count", "value": {"min": 20, "max": 400}},
    {"type": "levenshtein", "value": PROSE, "threshold": 5},
    {"type": "meteor", "value": ANSWER},
    {"type": "not-is-refusal"},
    {"type": "grounding:citations-exist"},
    {"type": "grounding:no-unsupported-numbers"},
    {"type": "grounding:supported-ratio", "threshold": 0.5},
    {"type": "retrieval:contains-ids"},
    {"type": "retrieval:recall@k", "k": 3},
    {"type": "retrieval:not-dropped"},
    {"type": "is-valid-openai-tools-call"},
    {"type": "tool-call-f1", "value": ["lookup"]},
    {"type": "trajectory:tool-used", "value": "lookup"},
    {"type": "trajectory:tool-args-match", "value": {"name": "lookup", "args": {"id": "A1"}}},
    {"type": "trajectory:tool-sequence", "value": ["lookup"]},
    {"type": "trajectory:step-count", "value": {"max": 3}},
    {"type": "tool:no-unknown"},
    {"type": "latency", "threshold": 5000},
    {"type": "cost", "threshold": 0.01},
    {"type": "finish-reason", "value": "stop"},
    {
        "type": "assert-set",
        "threshold": 0.5,
        "assert": [{"type": "contains", "value": "return"}, {"type": "contains", "value": "exchange"}],
    },
]
JSON_CHECKS = [
    {"type": "is-json"},
    {"type": "contains-json"},
    {"type": "is-json", "value": SCHEMA},
    {"type": "format:json-schema", "value": SCHEMA},
]


def subject(output):
    documents = [(f"returns.md#{number}", f"{SENTENCE.format(number, number)} {number}") for number in range(10)]
    return Subject(
        trace=trace(
            output,
            calls=[call()],
            tools_called=[("lookup", {"id": "A1"})],
            documents=documents,
            request=request(system="\n".join(text for _, text in documents), user="May I return this?"),
        ),
        tools=(ToolDefinition(name="lookup"),),
        gold=("returns.md#3",),
    )


@pytest.mark.slow
def test_a_hundred_thousand_grades_of_mixed_types_take_less_than_twenty_seconds(capsys):
    work = [(Assertion.model_validate(check), subject(PROSE)) for check in TEXT_CHECKS]
    work += [(Assertion.model_validate(check), subject(JSON)) for check in JSON_CHECKS]
    took = {assertion.type: 0.0 for assertion, _ in work}
    rounds = -(-GRADES // len(work))
    for assertion, seen in work:
        assert assertion.grade(seen).error is None
        start = time.process_time()
        for _ in range(rounds):
            assertion.grade(seen)
        took[assertion.type] += time.process_time() - start
    total = sum(took.values())
    slowest = sorted(took.items(), key=lambda item: -item[1])[:5]
    shown = "".join(f"\n  {kind}: {seconds / rounds * 1e6:,.0f} µs" for kind, seconds in slowest)
    count = rounds * len(work)
    with capsys.disabled():
        print(f"\n{count:,} grades in {total:.1f} s of one core: {count / total:,.0f} a second{shown}")  # noqa: T201 - a measurement
    assert total < MAX_SECONDS
