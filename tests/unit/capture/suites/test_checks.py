"""Checks of promptfoo in llmgate's words: names pass through, values get the form that the kind has them in."""

import pytest

from llmgate.assertions import KINDS
from llmgate.capture.suites import checks
from tests.unit.capture.suites import reading

FILES = {
    "evals/c.yaml": "",
    "evals/text.txt": " 14 days\n",
    "evals/list.json": '["a", 2]',
    "evals/s.json": '{"type": "object"}',
    "evals/checks/tone.py": "",
    "tone.py": "",
    "evals/code.txt": "len(output) < 9\n",
}


def taken(check, **variables):
    place = checks.Place(file="c.yaml", line=3, folder=reading.opened("evals/c.yaml", FILES), variables=variables)
    return checks.taken(check, place)


def made(check, **variables):
    found = taken(check, **variables)
    assert not found.lost
    return found.made


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a, b,c", ["a", "b", "c"]),
        ('"a, b", c', ["a, b", "c"]),
        ('"say ""hi""", "back\\\\slash \\"q\\""', ['say "hi"', 'back\\slash "q"']),
        ([1, 2.5, "{{ name }}"], ["1", "2.5", "Ada"]),
        ("file://list.json", ["a", "2"]),
        (",, a ,,b,", ["a", "b"]),
    ],
)
@pytest.mark.parametrize("kind", ["contains-any", "contains-all", "icontains-any", "icontains-all", "not-contains-any"])
def test_a_list_may_be_a_text_with_commas_or_a_file(kind, value, expected):
    assert made({"type": kind, "value": value}, name="Ada") == {"type": kind, "value": expected}


@pytest.mark.parametrize(
    ("check", "expected"),
    [
        ({"type": "contains", "value": 1.0}, {"type": "contains", "value": "1"}),
        ({"type": "equals", "value": 2.5}, {"type": "equals", "value": "2.5"}),
        ({"type": "equals", "value": {"a": 1}}, {"type": "equals", "value": {"a": 1}}),
        ({"type": "contains", "value": "file://text.txt"}, {"type": "contains", "value": "14 days"}),
        ({"type": "is-json", "value": "file://s.json"}, {"type": "is-json", "value": {"type": "object"}}),
        ({"type": "is-json", "value": "type: object"}, {"type": "is-json", "value": {"type": "object"}}),
        ({"type": "word-count", "value": "12"}, {"type": "word-count", "value": 12}),
        ({"type": "similar", "value": "a, b"}, {"type": "similar", "value": ["a, b"]}),
        (
            {"type": "not-similar", "value": ["a", "file://text.txt"], "threshold": "0.8"},
            {"type": "not-similar", "value": ["a", "14 days"], "threshold": 0.8},
        ),
        (
            {"type": "similar:euclidean", "value": "{{ o.k[0] }}", "threshold": 0.5},
            {"type": "similar:euclidean", "value": ["x"], "threshold": 0.5},
        ),
        ({"type": "latency", "threshold": "500"}, {"type": "latency", "threshold": 500.0}),
        (
            {"type": "levenshtein", "value": "a", "threshold": "3"},
            {"type": "levenshtein", "value": "a", "threshold": 3},
        ),
        ({"type": "contains", "value": "a", "weight": 0}, {"type": "contains", "value": "a", "weight": 0.0}),
        ({"type": "contains", "value": "a", "threshold": 0.5}, {"type": "contains", "value": "a"}),
        ({"type": "contains", "value": "{{ o.k[0] }}"}, {"type": "contains", "value": "x"}),
        ({"type": "llm-rubric", "value": "Says {{ o.k[0] }}."}, {"type": "llm-rubric", "value": "Says x."}),
        ({"type": "llm-rubric", "value": {"a": ["é", 1]}}, {"type": "llm-rubric", "value": '{"a":["é",1]}'}),
        ({"type": "not-llm-rubric", "value": "Is rude."}, {"type": "not-llm-rubric", "value": "Is rude."}),
        ({"type": "factuality", "value": "{{ o.k[0] }}"}, {"type": "factuality", "value": "x"}),
        ({"type": "model-graded-factuality", "value": "x"}, {"type": "factuality", "value": "x"}),
        ({"type": "not-model-graded-factuality", "value": "x"}, {"type": "not-factuality", "value": "x"}),
        ({"type": "factuality", "value": "x", "threshold": 0.5}, {"type": "factuality", "value": "x"}),
        ({"type": "model-graded-closedqa", "value": "Is {{ o.k[0] }}."}, {"type": "llm-rubric", "value": "Is x."}),
        ({"type": "not-model-graded-closedqa", "value": "x"}, {"type": "not-llm-rubric", "value": "x"}),
        ({"type": "model-graded-closedqa", "value": "x", "threshold": 1}, {"type": "llm-rubric", "value": "x"}),
        (
            {"type": "contains", "value": "a", "metric": "m {{ o.k[0] }}"},
            {"type": "contains", "value": "a", "metric": "m x"},
        ),
    ],
)
def test_a_value_gets_the_form_of_its_kind(check, expected):
    assert made(check, o={"k": ["x"]}) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("file://checks/tone.py", "file://evals/checks/tone.py"),
        ("file://./checks/tone.py:polite", "file://evals/checks/tone.py:polite"),
        ("file://checks/../../tone.py:A.b", "file://tone.py:A.b"),
        ("file://code.txt", "len(output) < 9"),
        ("'{{ name }}' in output", "'Ada' in output"),
        ("if '{{ name }}' in output:\n  return True\nreturn 0\n", "if 'Ada' in output:\n  return True\nreturn 0\n"),
    ],
)
@pytest.mark.parametrize("kind", ["python", "not-python"])
def test_code_in_python_is_filled_and_a_file_is_named_from_the_root_of_the_repository(kind, value, expected):
    written = {"type": kind, "value": value, "threshold": "2.5", "config": {"text": "{{ name }}"}}
    assert made(written, name="Ada") == {**written, "value": expected, "threshold": 2.5}


@pytest.mark.parametrize(
    ("check", "reason"),
    [
        ({"type": "python", "value": "file://checks/gone.py"}, "no file of the repository"),
        ({"type": "python", "value": "file://checks/gone.py:f"}, "no file of the repository"),
        ({"type": "python", "value": "file://../../tone.py"}, "outside of the repository"),
        ({"type": "python", "value": "file:///tone.py"}, "outside of the repository"),
        ({"type": "python", "value": "file://checks/tone.py:a b"}, "no file of the repository"),
        ({"type": "python", "value": "{{ name | upper }}"}, "more than names in braces"),
        ({"type": "python", "value": 1}, "value"),
        ({"type": "python", "value": "1", "config": "file://c.json"}, "config"),
        ({"type": "ruby", "value": "file://a.rb"}, "assertion ruby: llmgate has no such check"),
        ({"type": "webhook", "value": "https://x"}, "assertion webhook: llmgate has no such check"),
        ({"type": "javascript", "value": "1"}, "assertion javascript: llmgate has no such check"),
        *(
            ({"type": kind, "value": "x"}, f"assertion {kind}: llmgate has no such check")
            for kind in (
                *("g-eval", "answer-relevance", "context-faithfulness", "context-recall", "context-relevance"),
                *(
                    "conversation-relevance",
                    "trajectory:goal-success",
                    "search-rubric",
                    "select-best",
                    "max-score",
                    "pi",
                ),
                *("moderation", "classifier", "agent-rubric", "not-g-eval"),
            )
        ),
        ({"type": "llm-rubric"}, "value: Field required"),
        ({"type": "llm-rubric", "value": "{{ x | upper }}"}, "more than names in braces"),
        ({"type": "llm-rubric", "value": "x" * 10_001}, "at most 10000"),
        ({"type": "contains", "value": "a", "weight": -1}, "greater than or equal to 0"),
        ({"type": "contains", "value": ""}, "value"),
        ({"type": "contains", "value": "{{ x | upper }}"}, "more than names in braces"),
        ({"type": "contains", "value": "{% if x %}"}, "more than names in braces"),
        ({"type": "contains", "value": "{{ env.KEY }}"}, "reads the environment"),
        ({"type": "contains", "value": "file://check.js"}, "the program"),
        ({"type": "contains", "value": "file://../../etc/passwd"}, "outside of the repository"),
        ({"type": "contains", "value": "file:///etc/passwd"}, "outside of the repository"),
        ({"type": "contains", "value": "file://gone.txt"}, "no file of the repository"),
        ({"type": "contains", "value": "a", "transform": "x"}, "`transform` is a program"),
        ({"type": "regex", "value": "(?<=a)b"}, "value"),
        ({"type": "is-json", "value": "{a: [}"}, "its schema cannot be read"),
        ({"type": "contains-any", "value": '"open'}, "no end"),
        ({"value": "a"}, "without a type"),
        ("text", "without a type"),
        ({"type": "latency", "threshold": "soon"}, "is no number"),
    ],
)
def test_what_cannot_be_taken_over_is_told_with_its_line(check, reason):
    found = taken(check)
    assert found.made is None
    assert [(lost.file, lost.line) for lost in found.lost] == [("c.yaml", 3)]
    assert reason in found.lost[0].what


@pytest.mark.parametrize(
    ("field", "kinds"),
    [
        ({"provider": "openai:gpt-4o"}, ("llm-rubric", "factuality", "model-graded-closedqa")),
        ({"rubricPrompt": "Grade {{ output }}"}, ("llm-rubric", "factuality", "model-graded-closedqa")),
        ({"threshold": 0.8}, ("llm-rubric", "not-llm-rubric")),
    ],
)
def test_what_a_judge_is_told_elsewhere_is_lost_and_the_check_stays(field, kinds):
    (name,) = field
    for kind in kinds:
        found = taken({"type": kind, "value": "x", **field})
        assert found.made["value"] == "x"
        assert not field.keys() & found.made.keys()
        assert [(lost.line, lost.what.partition(" of ")[0]) for lost in found.lost] == [(3, f"`{name}`")]


def test_guardrails_of_a_red_team_ask_the_opposite_and_a_person_sees_to_it():
    found = taken({"type": "guardrails", "config": {"purpose": "redteam"}})
    assert found.made == {"type": "not-guardrails"}
    (lost,) = found.lost
    assert lost.what.startswith("`config` of the assertion guardrails: `purpose: redteam` is taken as not-guardrails;")


@pytest.mark.parametrize("config", [{"purpose": "other"}, "redteam", None])
def test_guardrails_of_any_other_purpose_ask_what_they_say(config):
    assert taken({"type": "guardrails", "config": config}).made == {"type": "guardrails"}


def test_a_set_keeps_what_can_be_taken_and_tells_the_rest():
    inner = {"type": "assert-set", "threshold": 0.5, "assert": [{"type": "contains", "value": "a"}, {"type": "ruby"}]}
    found = taken({"type": "assert-set", "weight": 2, "assert": [inner, {"type": "equals", "value": "b"}]})
    assert found.made == {
        "type": "assert-set",
        "weight": 2.0,
        "assert": [
            {"type": "assert-set", "threshold": 0.5, "assert": [{"type": "contains", "value": "a"}]},
            {"type": "equals", "value": "b"},
        ],
    }
    assert [lost.what for lost in found.lost] == ["assertion ruby: llmgate has no such check"]


def test_an_embedder_of_ones_own_is_lost_and_told():
    found = taken({"type": "similar", "value": "a", "provider": "openai:embedding:text-embedding-3-large"})
    assert found.made == {"type": "similar", "value": ["a"]}
    assert [(lost.line, lost.what) for lost in found.lost] == [(3, "`provider` of the assertion similar")]


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"assert-set"}))
def test_every_kind_of_llmgate_is_known_by_its_name(kind):
    found = taken({"type": kind})
    assert found.made is not None or "no such check" not in found.lost[0].what


@pytest.mark.parametrize(
    "check",
    [
        {"type": "contains", "value": "{{ name }}{{ gone }}"},
        {"type": "contains-any", "value": ["a", "{{ gone.key }}"]},
        {"type": "icontains-all", "value": "{{ gone }}"},
    ],
)
def test_a_variable_without_which_nothing_is_left_of_a_value_is_named(check):
    (lost,) = taken(check, name="").lost
    assert lost.what == f"assertion {check['type']}: its value is empty, as the case has no variable 'gone'"
