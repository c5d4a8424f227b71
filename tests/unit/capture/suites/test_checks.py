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
        ({"type": "latency", "threshold": "500"}, {"type": "latency", "threshold": 500.0}),
        (
            {"type": "levenshtein", "value": "a", "threshold": "3"},
            {"type": "levenshtein", "value": "a", "threshold": 3},
        ),
        ({"type": "contains", "value": "a", "weight": 0}, {"type": "contains", "value": "a", "weight": 0.0}),
        ({"type": "contains", "value": "a", "threshold": 0.5}, {"type": "contains", "value": "a"}),
        ({"type": "contains", "value": "{{ o.k[0] }}"}, {"type": "contains", "value": "x"}),
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


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"assert-set"}))
def test_every_kind_of_llmgate_is_known_by_its_name(kind):
    found = taken({"type": kind})
    assert found.made is not None or "no such check" not in found.lost[0].what
