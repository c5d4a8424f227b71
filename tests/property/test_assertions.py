import json
import math

from hypothesis import given, settings
from hypothesis import strategies as st

from llmgate.assertions import KINDS, Assertion, Subject, json_text, weighing
from llmgate.message import ToolDefinition
from llmgate.trial import FinishReason, Grade, Miss, MissKind, Outcome, Repeat
from tests.unit.assertions.traces import call, request, trace

UNHURRIED = settings(deadline=None)  # other work may share the machine; tests/hostile holds the time limits

CHECKS = {
    "equals": {"value": {"a": 1}},
    "contains": {"value": "a"},
    "icontains": {"value": "A"},
    "contains-any": {"value": ["a", "b"]},
    "contains-all": {"value": ["a", "b"]},
    "icontains-any": {"value": ["A", "B"]},
    "icontains-all": {"value": ["A", "B"]},
    "starts-with": {"value": "a"},
    "regex": {"value": "(a|b)+$"},
    "word-count": {"value": {"min": 1, "max": 3}},
    "levenshtein": {"value": "ab", "threshold": 2},
    "is-refusal": {},
    "is-json": {"value": {"type": ["object", "array"], "uniqueItems": True}},
    "contains-json": {"value": {"type": "object", "minProperties": 1}},
    "is-valid-openai-tools-call": {},
    "tool-call-f1": {"value": ["a", "b"], "threshold": 0.5},
    "trajectory:tool-used": {"value": "a*"},
    "trajectory:tool-args-match": {"value": {"name": "a", "args": {"x": 1}, "mode": "exact", "ignore": "i*"}},
    "trajectory:tool-sequence": {"value": ["a", "b"]},
    "retrieval:contains-ids": {"value": ["a", "b"], "threshold": 0.5},
    "grounding:citations-exist": {},
    "trajectory:step-count": {"value": {"type": "tool", "pattern": "a*", "max": 1}},
    "tool:no-unknown": {},
    "format:json-schema": {"value": {"type": "object", "minProperties": 1}},
    "retrieval:recall@k": {"value": ["a", "b"], "k": 1, "threshold": 0.5},
    "retrieval:not-dropped": {"value": ["a", "b"]},
    "grounding:no-unsupported-numbers": {"words": True},
    "grounding:supported-ratio": {"threshold": 0.5, "n": 2},
    "latency": {"threshold": 500},
    "cost": {"threshold": 0.001},
    "finish-reason": {"value": "stop"},
    "llm-rubric": {"value": "Is polite."},
    "factuality": {"value": "a"},
    "is-xml": {"value": {"requiredElements": ["a.b"]}},
    "contains-xml": {"value": ["a"]},
    "is-html": {},
    "contains-html": {},
    "is-sql": {"value": {"allowedTables": ["select::null::a+"], "allowedColumns": ["select::a::b"]}},
    "contains-sql": {},
    "rouge-n": {"value": "a b", "n": 2},
    "bleu": {"value": ["a b", "b a"]},
    "gleu": {"value": "a b"},
    "meteor": {"value": ["a b", "b a"]},
    "is-valid-function-call": {},
    "is-valid-openai-function-call": {},
    "perplexity": {"threshold": 2},
    "perplexity-score": {"threshold": 0.4},
    "guardrails": {},
    "stable": {"n": 2, "pick": "(a)"},
    "similar": {"value": ["a", "b"], "threshold": 0.1},
    "similar:cosine": {"value": "a"},
    "similar:dot": {"value": ["a"], "threshold": 2},
    "similar:euclidean": {"value": "a", "threshold": 1},
    "python": {"value": "len(output) < 100", "threshold": 0.5},
    "assert-set": {"assert": [{"type": "contains", "value": "a"}, {"type": "is-json"}], "threshold": 0.5},
}

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
json_like = st.lists(st.sampled_from(['{"a":', "{", "}", "[", "]", '"', ",", ":", "1", "{}", "\\", " ", "a"])).map(
    "".join
)
markup_like = st.lists(
    st.sampled_from(
        ["<a>", "</a>", "<b/>", "<", "<!--", "-->", "<p x='", '"', "'>", "&amp;", "<![CDATA[", "]]>", "<br>", "x"]
    )
).map("".join)
sql_like = st.lists(
    st.sampled_from(
        ["SELECT", "*", "a", "b", "FROM", ",", "(", ")", "WHERE", "=", "INSERT INTO", "VALUES", "'x'", ";", "```\n"]
    )
).map(" ".join)
outputs = (
    markup_like
    | sql_like
    | st.text()
    | st.text(alphabet="ab {}[]\"'`\n\ud800")
    | json_like
    | json_values.map(json_text.canonical)
)
tool_calls = st.lists(st.tuples(st.sampled_from(["a", "A", "b", "c"]), json_values), max_size=4)
calls = st.lists(
    st.builds(
        call,
        cost_usd=st.none() | st.floats(0, 0.01),
        latency_s=st.floats(0, 1),
        finish_reason=st.sampled_from(FinishReason),
        logprobs=st.none() | st.lists(st.floats(), max_size=3).map(tuple),
    ),
    max_size=2,
)
repeats = st.lists(
    st.builds(
        Repeat,
        output=outputs,
        miss=st.none() | st.just(Miss(kind=MissKind.EXHAUSTED, message="a")),
        error=st.none() | st.just("gone"),
    ),
    max_size=2,
).map(tuple)
subjects = st.builds(
    lambda output, tools_called, documents, made, given, repeated: Subject(
        trace=trace(
            output,
            tools_called=tools_called,
            documents=documents,
            calls=made,
            request=request(user="a", system=given),
            repeats=repeated,
        ),
        tools=(ToolDefinition(name="a"), ToolDefinition(name="b")),
    ),
    outputs,
    tool_calls,
    st.lists(st.tuples(st.sampled_from(["a", "b", "1"]), st.text(alphabet="ab 12.,-/\n", max_size=20)), max_size=3),
    calls,
    st.text(alphabet="ab 12.,-/\n"),
    repeats,
)
kinds = st.sampled_from(sorted(KINDS))
grades = st.builds(
    lambda score, weight, failed: Grade(
        assertion="contains",
        passed=score == 1,
        score=0.0 if failed else score,
        reason="r",
        weight=weight,
        metric="m",
        error="e" if failed else None,
    ),
    st.floats(0, 1),
    st.floats(0, 1_000),
    st.booleans(),
)


def read(kind):
    return Assertion.model_validate({"type": kind, **CHECKS[kind.removeprefix("not-")]})


def test_every_kind_is_among_those_checked():
    assert set(CHECKS) == set(KINDS)


@UNHURRIED
@given(kinds, subjects)
def test_a_negation_says_the_opposite(kind, subject):
    """Where a check can judge, its `not-` form passes exactly if it fails, and their scores add up to 1."""
    plain, negated = read(kind).grade(subject), read(f"not-{kind}").grade(subject)
    assert (plain.error is None) is (negated.error is None)
    if plain.error is None:
        assert plain.passed is not negated.passed
        assert math.isclose(plain.score + negated.score, 1)
    else:
        assert not plain.passed
        assert not negated.passed


@UNHURRIED
@given(kinds, subjects)
def test_grading_never_breaks_and_is_bounded(kind, subject):
    """Whatever the model says, a check gives a score in [0, 1] and short printable reasons, and does not crash."""
    grade = read(kind).grade(subject)
    assert 0 <= grade.score <= 1
    assert len(grade.reason) <= 300
    assert grade.reason.isprintable()
    assert "the check broke" not in (grade.error or "")


@UNHURRIED
@given(kinds, subjects)
def test_grading_is_deterministic(kind, subject):
    """The same assertion, read twice, gives the same grade."""
    assert read(kind).grade(subject) == read(kind).grade(subject)


@UNHURRIED
@given(st.lists(grades), st.none() | st.floats(0, 1))
def test_a_weighted_mean_lies_between_its_scores(several, threshold):
    """The score of a case is between the lowest and the highest score that counts."""
    total = weighing.weigh(several, threshold)
    counted = [grade.score for grade in several if grade.weight > 0 and grade.error is None]
    if counted:
        assert min(counted) - 1e-9 <= total.score <= max(counted) + 1e-9
    else:
        assert total.score == 0


@UNHURRIED
@given(st.lists(grades, min_size=1), st.none() | st.floats(0, 1), st.booleans())
def test_an_outcome_that_is_no_error_holds_whatever_the_errors_would_have_been(several, threshold, passes):
    """PASSED and FAILED do not depend on the grades that could not judge."""
    outcome = weighing.weigh(several, threshold).outcome
    known = [
        Grade(assertion="contains", passed=passes, score=float(passes), reason="r", weight=grade.weight)
        if grade.error is not None
        else grade
        for grade in several
    ]
    if outcome is not Outcome.ERROR:
        assert weighing.weigh(known, threshold).outcome is outcome


@UNHURRIED
@given(st.lists(grades), st.none() | st.floats(0, 1), st.randoms(use_true_random=False))
def test_the_order_of_assertions_does_not_matter(several, threshold, random):
    """Outcome, score and metrics are those of the same grades in another order."""
    shuffled = random.sample(several, len(several))
    one, other = weighing.weigh(several, threshold), weighing.weigh(shuffled, threshold)
    assert (one.outcome, one.score) == (other.outcome, other.score)
    assert weighing.metrics(several) == weighing.metrics(shuffled)


@UNHURRIED
@given(json_values, st.text(alphabet="xyz ,.\n"))
def test_json_written_into_text_is_found_again(value, prose):
    """An object in prose is found, and reading it gives the object."""
    text = f"{prose}{json_text.canonical({'v': value})}{prose}"
    found = [json_text.build(part) for part in json_text.embedded(text)]
    assert [json_text.equal(part, {"v": value}) for part in found] == [True]


@UNHURRIED
@given(json_like | outputs)
def test_what_has_no_flaw_is_what_pythons_strict_reader_accepts(text):
    """Validity agrees with the json module, apart from NaN and Infinity, which are not JSON."""
    try:
        json.loads(text, parse_constant=_refuse)
    except ValueError:
        valid = False
    else:
        valid = True
    assert (json_text.flaw(text) is None) is valid


def _refuse(text):
    raise ValueError(text)


@UNHURRIED
@given(json_values, json_values)
def test_canonical_text_is_the_same_only_for_equal_values(one, other):
    """Canonical text read back is equal to what was written; different text means different values."""
    assert json_text.equal(json_text.build(json_text.canonical(one)), one)
    if json_text.canonical(one) != json_text.canonical(other):
        assert one != other or _has_bool_for_number(one, other)


def _has_bool_for_number(one, other):
    """Python holds True == 1, JSON does not."""
    return "true" in json_text.canonical([one, other]) or "false" in json_text.canonical([one, other])


@UNHURRIED
@given(st.text(max_size=60))
def test_any_text_is_a_pattern_or_a_fault(pattern):
    """Reading never breaks on a pattern, and a pattern that was read matches without an error."""
    try:
        assertion = Assertion.model_validate({"type": "regex", "value": pattern})
    except ValueError:
        return
    assert assertion.grade(Subject(trace=trace(pattern))).error is None


@UNHURRIED
@given(st.text(alphabet="0123456789 .,'-/٣ kmay\n") | st.text())
def test_the_numbers_of_a_text_support_themselves(text):
    """An answer that repeats what the model was given has no unsupported number."""
    assertion = Assertion.model_validate({"type": "grounding:no-unsupported-numbers", "words": True})
    assert assertion.grade(Subject(trace=trace(text, request=request(user=text or "q")))).passed
