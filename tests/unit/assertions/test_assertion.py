import json

import jsonschema
import pytest
from pydantic import BaseModel

from llmgate import documents
from llmgate.assertions import KINDS, Assertion, Subject
from llmgate.errors import ConfigurationError
from llmgate.fixture import Fixture, parse
from tests.unit.assertions.traces import errors, grade, trace

# One assertion of every kind, as a fixture writes it, with something besides the defaults where there is something.
WRITTEN = [
    {"type": "equals", "value": None},
    {"type": "contains", "value": "x", "weight": 2.5, "metric": "m", "category": "grounding"},
    {"type": "icontains", "value": "x"},
    {"type": "contains-any", "value": ["x", "y"]},
    {"type": "contains-all", "value": ["x"]},
    {"type": "icontains-any", "value": ["x"]},
    {"type": "icontains-all", "value": ["x"]},
    {"type": "starts-with", "value": "x"},
    {"type": "regex", "value": "x+"},
    {"type": "word-count", "value": {"min": 3}},
    {"type": "levenshtein", "value": "x", "threshold": 0},
    {"type": "is-refusal"},
    {"type": "is-json", "value": {"type": "object", "properties": {"a": {"enum": [None, 1.5]}}}},
    {"type": "contains-json", "value": False},
    {"type": "is-valid-openai-tools-call"},
    {"type": "tool-call-f1", "value": ["a"], "threshold": 0.5},
    {"type": "trajectory:tool-used", "value": {"name": "a", "max": 3}},
    {"type": "trajectory:tool-args-match", "value": {"pattern": "a*", "args": {"b": [1]}, "ignore": ["c"]}},
    {"type": "trajectory:tool-sequence", "value": {"steps": ["a", {"name": "b"}], "mode": "exact"}},
    {"type": "retrieval:contains-ids", "value": ["a"], "threshold": 0.5},
    {"type": "grounding:citations-exist", "required": False},
    {"type": "trajectory:step-count", "value": {"type": ["tool"], "pattern": "a*", "max": 3}},
    {"type": "tool:no-unknown"},
    {"type": "format:json-schema", "value": {"type": "object"}},
    {"type": "retrieval:recall@k", "value": ["a"], "k": 3, "threshold": 0.5},
    {"type": "retrieval:not-dropped", "value": ["a"]},
    {"type": "grounding:no-unsupported-numbers", "allow": ["24"], "words": True},
    {"type": "grounding:supported-ratio", "threshold": 0.5, "overlap": 0.5, "n": 2},
    {"type": "latency", "threshold": 1.5},
    {"type": "cost", "threshold": 0.001},
    {"type": "finish-reason", "value": "length"},
    {"type": "llm-rubric", "value": "Is polite.", "documents": True},
    {"type": "factuality", "value": "Returns are free."},
    {"type": "is-xml", "value": ["a.b", "c"]},
    {"type": "contains-xml"},
    {"type": "is-html"},
    {"type": "contains-html"},
    {"type": "is-sql", "value": {"databaseType": "sqlite", "allowedTables": ["select::null::a"]}},
    {"type": "contains-sql", "value": {"allowedColumns": ["select::a::b"]}},
    {"type": "rouge-n", "value": "x", "threshold": 0.5, "n": 2},
    {"type": "bleu", "value": ["x", "y"], "threshold": 0},
    {"type": "gleu", "value": ["x"]},
    {"type": "meteor", "value": ["x"], "threshold": 0.75, "alpha": 0.85, "beta": 2.0, "gamma": 0.4},
    {"type": "is-valid-function-call"},
    {"type": "is-valid-openai-function-call"},
    {"type": "perplexity", "threshold": 1.5},
    {"type": "perplexity-score", "threshold": 0.4},
    {"type": "guardrails"},
    {"type": "stable", "n": 5, "threshold": 0.5, "compare": "json", "pick": "(x+)"},
    {"type": "similar", "value": ["x"], "threshold": -0.5},
    {"type": "similar:cosine", "value": ["x", "y"]},
    {"type": "similar:dot", "value": ["x"], "threshold": 7.0},
    {"type": "similar:euclidean", "value": ["x"], "threshold": 0.0},
    {"type": "python", "value": "file://checks/tone.py:polite", "threshold": 2.5, "config": {"words": ["please"]}},
    {"type": "assert-set", "threshold": 0.5, "assert": [{"type": "not-contains", "value": "x"}, {"type": "is-json"}]},
]


class Holder(BaseModel):
    assertion: Assertion


SCHEMA = jsonschema.Draft202012Validator(Holder.model_json_schema())


def faults(text):
    """The faults of a fixture's YAML as (line, message)."""
    return [(fault.line, fault.message) for fault in parse(documents.read("f.yaml", text.encode()))[1]]


def test_every_kind_is_written_once_above():
    assert [written["type"] for written in WRITTEN] == list(KINDS)


@pytest.mark.parametrize("negated", ["", "not-"])
@pytest.mark.parametrize("written", WRITTEN, ids=lambda written: written["type"])
def test_what_is_read_is_written_back_as_it_was(written, negated):
    mapping = {**written, "type": negated + written["type"]}
    assertion = Assertion.model_validate(mapping)
    assert assertion.model_dump(mode="json") == mapping
    assert json.loads(assertion.model_dump_json()) == mapping
    assert Assertion.model_validate(assertion.model_dump()) == assertion


@pytest.mark.parametrize("written", WRITTEN, ids=lambda written: written["type"])
def test_every_kind_and_its_negation_fit_the_json_schema_and_a_stray_key_does_not(written):
    for negated in ("", "not-"):
        SCHEMA.validate({"assertion": {**written, "type": negated + written["type"]}})
    assert not SCHEMA.is_valid({"assertion": {**written, "stray": 1}})


def test_the_json_schema_is_strict_within_sets_too():
    inner = {"type": "assert-set", "assert": [{"type": "contains"}]}
    assert not SCHEMA.is_valid({"assertion": inner})


def test_the_json_schema_describes_each_kind_with_its_fields():
    kinds = {kind["title"]: kind for kind in Holder.model_json_schema()["$defs"]["Assertion"]["oneOf"]}
    assert list(kinds) == [*KINDS, "custom:NAME"]
    assert kinds["latency"]["properties"]["type"]["enum"] == ["latency", "not-latency"]
    assert "milliseconds" in kinds["latency"]["properties"]["threshold"]["description"]
    assert set(kinds["latency"]["properties"]) == {"type", "threshold", "weight", "metric", "category"}


def test_what_is_at_its_default_is_left_out_so_that_digests_do_not_depend_on_it():
    plain = {"type": "levenshtein", "value": "x"}
    spelled = {**plain, "threshold": 5, "weight": 1, "metric": None}
    assert Assertion.model_validate(spelled).model_dump(mode="json") == plain


def test_the_digest_of_a_fixture_follows_its_assertions():
    def digest(assertion):
        return Fixture.model_validate({"id": "a", "target": "t", "assert": [assertion]}).digest

    assert digest({"type": "contains", "value": "x"}) == digest({"value": "x", "type": "contains", "weight": 1.0})
    assert digest({"type": "contains", "value": "x"}) != digest({"type": "not-contains", "value": "x"})


def test_all_complaints_come_at_once_each_at_its_key():
    written = {"type": "latency", "threshold": "fast", "weight": -1, "metrics": "m"}
    assert sorted(place for place, _ in errors(written)) == [("metrics",), ("threshold",), ("weight",)]


@pytest.mark.parametrize(
    ("written", "advice"),
    [
        ("contians", "did you mean 'contains'"),
        ("not-contians", "did you mean 'not-contains'"),
        ("not-not-contains", "did you mean 'not-contains'"),
        ("levenstein", "did you mean 'levenshtein'"),
        ("classifier", "docs/assertions.md"),
        ("", "docs/assertions.md"),
        ("x" * 10_000, "docs/assertions.md"),
    ],
)
def test_an_unknown_kind_lists_close_matches(written, advice):
    [(place, message)] = errors({"type": written, "value": "x"})
    assert place == ("type",)
    assert message.startswith("unknown kind of assertion")
    assert advice in message
    assert len(message) < 300


@pytest.mark.parametrize("written", [{}, {"type": None}, {"type": 3}, {"type": ["contains"]}, {"value": "x"}])
def test_a_type_that_is_missing_or_no_text_is_one_complaint(written):
    assert [place for place, _ in errors(written)] == [("type",)]


@pytest.mark.parametrize("written", [None, "contains", 3, [], ["contains"]])
def test_what_is_no_mapping_is_no_assertion(written):
    assert [place for place, _ in errors(written)] == [()]


FIXTURE = """\
id: a
target: t
assert:
  - type: contains
    value: x
  - {assertion}
"""


@pytest.mark.parametrize(
    ("lines", "line", "word"),
    [
        (["type: latency", "threshold: 5", "tresholds: 6"], 8, "unknown key 'assert.1.tresholds'"),
        (["value: x", "type: contians"], 7, "did you mean 'contains'"),
        (["type: latency", "weight: 1", "threshold: '.inf'"], 8, "'assert.1.threshold'"),
        (["type: regex", "value: (?=a)"], 7, "look-around"),
        (["type: word-count", "value:", "  min: 1", "  max: x"], 9, "'assert.1.value.max'"),
        (["type: is-json", "value:", "  type: object", "  requierd: [a]"], 9, "did you mean 'required'"),
        (["type: trajectory:tool-used", "value:", "  - a", "  - 3"], 9, "'assert.1.value.1'"),
        (["type: assert-set", "assert:", "  - type: cost", "    threshold: -1"], 9, "'assert.1.assert.0.threshold'"),
        (["type: latency"], 6, "'assert.1.threshold' is missing"),
        (["weight: 2", "value: x"], 6, "'assert.1.type' is missing"),
    ],
)
def test_a_fault_has_the_line_of_its_key(lines, line, word):
    [(found, message)] = faults(FIXTURE.format(assertion="\n    ".join(lines)))
    assert word in message
    assert found == line


def test_a_threshold_of_infinity_has_its_line():
    with pytest.raises(ConfigurationError) as caught:
        faults(FIXTURE.format(assertion="type: latency\n    threshold: .inf"))
    assert [(fault.line, fault.message) for fault in caught.value.faults] == [(7, ".inf is not a finite number")]


def test_the_negation_inverts_passed_and_score():
    """promptfoo, deterministic: "Every test type can be negated by prepending not-"."""
    seen = {"tools_called": ["a", "b", "c"]}
    plain = grade({"type": "tool-call-f1", "value": ["a"], "threshold": 0.4}, **seen)
    negated = grade({"type": "not-tool-call-f1", "value": ["a"], "threshold": 0.4}, **seen)
    assert (plain.passed, plain.score) == (True, 0.5)
    assert (negated.passed, negated.score) == (False, 0.5)
    assert negated.reason == plain.reason


def test_the_grade_carries_what_the_assertion_says_about_itself():
    judged = grade({"type": "not-contains", "value": "x", "weight": 2, "metric": "m", "category": "c"}, "x")
    assert (judged.assertion, judged.weight, judged.metric, judged.category) == ("not-contains", 2, "m", "c")


def test_an_assertion_of_weight_0_is_measured_and_cannot_fail():
    """promptfoo's runAssertion: "If weight is 0, treat this as a metric-only assertion that can't fail"."""
    judged = grade({"type": "contains", "value": "x", "weight": 0}, "y")
    assert judged.passed
    assert judged.score == 0
    assert judged.reason == 'the output lacks "x"'


class Breaking:
    def grade(self, subject):
        raise ZeroDivisionError("secret\n" + "x" * 1_000)


@pytest.mark.parametrize("kind", ["contains", "not-contains"])
@pytest.mark.parametrize("weight", [0, 1])
def test_a_check_that_breaks_is_an_error_and_neither_passes_nor_is_inverted(kind, weight):
    written = Assertion.model_validate({"type": kind, "value": "x", "weight": weight})
    judged = written.model_copy(update={"check": Breaking()}).grade(Subject(trace=trace("x")))
    assert not judged.passed
    assert judged.score == 0
    assert judged.error.startswith("the check broke: ZeroDivisionError: secret\N{REPLACEMENT CHARACTER}xxx")
    assert len(judged.error) == 300


@pytest.mark.parametrize("kind", ["contains", "not-contains"])
def test_an_output_that_is_too_long_cannot_be_judged(kind):
    judged = grade({"type": kind, "value": "x"}, "y" * 500_001)
    assert not judged.passed
    assert "500001 characters" in judged.error
    assert grade({"type": "not-contains", "value": "x"}, "y" * 500_000).passed
