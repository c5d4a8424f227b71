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


def evaluated(evaluator, data="{input: q, expected: 'A \"b\" {{x}}'}"):
    """Import one evaluator of a prompt; return its checks and what is told."""
    found = reading.suite("prompt-yml", "p.prompt.yml", f"{PROMPT}testData: [{data}]\nevaluators:\n  - {evaluator}\n")
    return list(found.cases[0].checks), reading.told(found)


def llm(choices, prompt="'Is {{completion}} right for {{input}}?'", system=""):
    return f"{{name: e, llm: {{modelId: openai/gpt-4o, prompt: {prompt}, choices: [{choices}]{system}}}}}"


YES_NO = "{choice: 'yes', score: 1}, {choice: 'no', score: 0}"


def test_a_judge_with_choices_is_a_criterion_for_the_policys_judge_and_a_person_sees_to_it():
    (check,), told = evaluated(
        llm("{choice: 1}, {choice: 2, score: 0.5}, {choice: 3, score: 1}", system=", systemPrompt: Be strict.")
    )
    assert (check["type"], check["metric"]) == ("llm-rubric", "e")
    assert check["value"] == (
        'Of the answers "1" or "2" or "3" to the question below about `output`, the right one is "2" or "3". '
        "The question:\n\nBe strict.\n\nIs `output` right for q?"
    )
    (line,) = told
    assert line.startswith(
        "p.prompt.yml:5: the judge of the evaluator 'e', openai/gpt-4o, and its prompt: policy.judge"
    )


@pytest.mark.parametrize(
    ("evaluator", "reason"),
    [
        (llm(""), "1 to 50 `choices`"),
        (llm("{choice: 'yes', score: 1}"), "all of its choices pass"),
        (llm("{choice: 'yes'}, {choice: 'no', score: 0}"), "none of its choices has a score above 0"),
        (llm("{choice: correct, score: 1}, {choice: Incorrect, score: 0}"), "'correct' is part of 'Incorrect'"),
        (llm("{choice: '', score: 1}, {choice: 'no', score: 0}"), "a short `choice` and a `score`"),
        (llm(f"{{choice: {'x' * 201}, score: 1}}, {{choice: 'no'}}"), "a short `choice` and a `score`"),
        (llm("yes, no"), "a short `choice` and a `score`"),
        (llm(YES_NO, prompt="'Is it right?'"), "its prompt does not show the answer, {{completion}}"),
        (llm(YES_NO, prompt="'{{completion}} {{gone}}'"), "its prompt names 'gone', which the case does not have"),
        (llm(YES_NO, prompt="'{{completion}} {{input | upper}}'"), "more than names in braces"),
        (llm(YES_NO, prompt=f"'{{{{completion}}}} {'x' * 10_000}'"), "a criterion has at most 10000"),
        ("{name: e, uses: github/other}", "'e': github/other"),
        ("{name: e, uses: other/fluency}", "'e': other/fluency"),
        ("{name: e}", "no kind that is known"),
    ],
)
def test_a_judge_that_no_criterion_means_is_told_with_its_line(evaluator, reason):
    made, (line,) = evaluated(evaluator)
    assert made == []
    assert line.startswith("p.prompt.yml:5: ")
    assert reason in line


def test_a_choice_that_is_part_of_a_later_one_with_the_same_outcome_is_no_matter():
    (check,), _ = evaluated(llm("{choice: good, score: 0.5}, {choice: very good, score: 1}, {choice: bad}"))
    assert 'the right one is "good" or "very good"' in check["value"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("similarity", 'the same as this correct answer to the question in `input`: "A \\"b\\" {{x}}"'),
        ("coherence", "not wholly incoherent"),
        ("fluency", "more than a minimal command"),
        ("relevance", "not unrelated to the question"),
        ("groundedness", 'relates to the question in `input` or to this context: "A \\"b\\" {{x}}"'),
    ],
)
def test_githubs_own_evaluators_are_criteria_that_all_but_the_worst_meet_and_a_person_sees_to_it(name, words):
    (check,), (line,) = evaluated(f"{{name: e, uses: github/{name}}}")
    assert (check["type"], check["metric"]) == ("llm-rubric", "e")
    assert words in check["value"]
    assert "the judge of the evaluator 'e', openai/gpt-4o, and its prompt: policy.judge decides" in line


@pytest.mark.parametrize("name", ["similarity", "groundedness"])
@pytest.mark.parametrize("data", ["{input: q}", "{input: q, expected: ' '}", "{input: q, expected: [a]}"])
def test_an_evaluator_that_compares_needs_what_is_expected(name, data):
    made, (line,) = evaluated(f"{{name: e, uses: github/{name}}}", data)
    assert (made, "compares with `expected`" in line) == ([], True)


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
        ("LLMJudge: '{{x}} is polite'", [{"type": "llm-rubric", "value": "{{x}} is polite"}]),
        (
            "LLMJudge: {rubric: a, include_input: true, score: false, assertion: {evaluation_name: n}}",
            [{"type": "llm-rubric", "value": "a", "metric": "n"}],
        ),
        (
            "LLMJudge: {rubric: Agrees with it., include_input: true, include_expected_output: true}",
            [{"type": "llm-rubric", "value": 'Agrees with it.\n\nThe expected output: "It is \\"é\\"."'}],
        ),
        ("{name: LLMJudge, arguments: [a]}", [{"type": "llm-rubric", "value": "a"}]),
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
    text = f"cases: [{{name: n, inputs: q, expected_output: 'It is \"é\".'}}]\nevaluators:\n  - {evaluator}\n"
    found = reading.suite("pydantic-evals", "cases.yaml", text)
    assert not reading.told(found)
    assert list(found.cases[0].checks) == expected


@pytest.mark.parametrize(
    ("argument", "name"),
    [
        ("model: openai:gpt-5.2", "model"),
        ("model_settings: {temperature: 0}", "model_settings"),
        ("score: {evaluation_name: s}", "score"),
    ],
)
def test_what_another_judge_is_and_says_beside_its_verdict_is_lost_and_the_check_stays(argument, name):
    text = f"cases: [{{name: n, inputs: q}}]\nevaluators:\n  - LLMJudge: {{rubric: a, {argument}}}\n"
    found = reading.suite("pydantic-evals", "cases.yaml", text)
    assert list(found.cases[0].checks) == [{"type": "llm-rubric", "value": "a"}]
    assert reading.told(found) == [f"cases.yaml:3: `{name}` of the evaluator 'LLMJudge': policy.judge gives a verdict"]


def test_a_judge_is_not_told_of_what_the_case_does_not_expect():
    text = "cases: [{name: n, inputs: q}]\nevaluators: [LLMJudge: {rubric: a, include_expected_output: true}]\n"
    found = reading.suite("pydantic-evals", "cases.yaml", text)
    assert [check["value"] for check in found.cases[0].checks] == ["a"]


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
        ("GEval: {criteria: a, evaluation_steps: [b]}", "'GEval': it gives a score and no verdict"),
        ("LLMJudge: {rubric: a, score: {}, assertion: false}", "'LLMJudge': it gives a score and no verdict"),
        ("LLMJudge: {rubric: a, other: 1}", "the argument 'other'"),
        ("LLMJudge: {model: a}", "`rubric` is missing"),
        ("LLMJudge: [a]", "`rubric` is no text"),
        ("Faithfulness", "'Faithfulness': llmgate has no such check"),
        ("AnswerRelevance: {}", "'AnswerRelevance': llmgate has no such check"),
    ],
)
def test_an_evaluator_without_a_like_is_told_with_its_line(evaluator, reason):
    text = f"cases: [{{name: n, inputs: q}}]\nevaluators:\n  - {evaluator}\n"
    (line,) = reading.told(reading.suite("pydantic-evals", "cases.yaml", text))
    assert line.startswith("cases.yaml:3: ")
    assert reason in line


def test_parameters_that_gh_models_does_not_know_are_told_of():
    text = """model: openai/gpt-4o
modelParameters: {maxTokens: 5, temperature: 0, maxCompletionTokens: 7, presencePenalty: 1}
messages: [{role: user, content: a}]
"""
    found = reading.suite("prompt-yml", "a.prompt.yml", text)
    assert found.senders[0].model["params"] == {"max_tokens": 5, "temperature": 0, "max_completion_tokens": 7}
    there = "`gh models` does not know it"
    assert reading.told(found) == [
        f"a.prompt.yml:2: `modelParameters.maxCompletionTokens`: {there}; see whether max_completion_tokens is meant",
        f"a.prompt.yml:2: `modelParameters.presencePenalty`: {there}",
    ]
