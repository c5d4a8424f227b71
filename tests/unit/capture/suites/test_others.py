"""GitHub Models' and pydantic-evals' suites: which evaluators have a like, and which are told."""

import pytest

from tests.unit.capture.suites import reading

PROMPT = "model: openai/gpt-4o\nmessages: [{role: user, content: '{{input}}'}]\n"


@pytest.mark.parametrize(
    ("evaluator", "check"),
    [
        ("{equals: 'a {{expected}}'}", {"type": "equals", "value": "a B{{x}}.", "metric": "e"}),
        ("{contains: '{{expected}}'}", {"type": "icontains", "value": "B{{x}}.", "metric": "e"}),
        ("{startsWith: 'a.'}", {"type": "regex", "value": r"\A(?i:a\.)", "metric": "e"}),
        ("{endsWith: 'a'}", {"type": "regex", "value": r"(?i:a)\z", "metric": "e"}),
    ],
)
def test_a_string_evaluator_has_a_like_and_its_value_is_filled_once(evaluator, check):
    data = "testData: [{input: q, expected: 'B{{x}}.'}]\n"
    text = f"{PROMPT}{data}evaluators: [{{name: e, string: {evaluator}}}]\n"
    found = reading.suite("prompt-yml", "p.prompt.yml", text)
    assert [case.checks for case in found.cases] == [(check,)]
    assert not reading.told(found)


@pytest.mark.parametrize(
    ("evaluator", "expected"),
    [
        ("Equals: 3.0", [{"type": "equals", "value": "3"}]),
        ("Equals: {value: {a: 1}}", [{"type": "equals", "value": {"a": 1}}]),
        ("Contains: '{{x}}'", [{"type": "contains", "value": "{{x}}"}]),
        (
            "Contains: {value: A, case_sensitive: false, evaluation_name: n}",
            [{"type": "icontains", "value": "A", "metric": "n"}],
        ),
        ("MaxDuration: 2", [{"type": "latency", "threshold": 2000.0}]),
        ("IsInstance: str", []),
        (
            "ToolCorrectness: {expected_tools: [a, b], allow_extra: true}",
            [{"type": "trajectory:tool-used", "value": ["a", "b"]}],
        ),
        (
            "TrajectoryMatch: {expected_trajectory: [a], order: exact}",
            [{"type": "trajectory:tool-sequence", "value": {"steps": ["a"], "mode": "exact"}}],
        ),
    ],
)
def test_an_evaluator_has_a_like(evaluator, expected):
    text = f"cases: [{{name: n, inputs: q}}]\nevaluators:\n  - {evaluator}\n"
    found = reading.suite("pydantic-evals", "cases.yaml", text)
    assert not reading.told(found)
    assert list(found.cases[0].checks) == expected


@pytest.mark.parametrize(
    ("evaluator", "reason"),
    [
        ("Own", "'Own': llmgate has no such check"),
        ("Contains: [1]", "the output is text"),
        ("IsInstance: Answer", "llmgate has no such check"),
        ("ToolCorrectness: [a]", "only with `allow_extra`"),
        ("TrajectoryMatch: [a]", "only with `order: exact`"),
        ("Contains: {value: a, other: 1}", "the argument 'other'"),
        ("{a: 1, b: 2}", "a name, or a name with its arguments"),
        ("MaxDuration: soon", "no number"),
    ],
)
def test_an_evaluator_without_a_like_is_told_with_its_line(evaluator, reason):
    text = f"cases: [{{name: n, inputs: q}}]\nevaluators:\n  - {evaluator}\n"
    (line,) = reading.told(reading.suite("pydantic-evals", "cases.yaml", text))
    assert line.startswith("cases.yaml:3: ")
    assert reason in line
