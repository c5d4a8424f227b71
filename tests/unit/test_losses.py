"""Which lines of a fixture differ, and every way in which it asks less."""

import pytest

from llmgate import losses, suite

BASE = """\
id: a
target: support
title: first
critical: true
input: {variables: {question: why}}
context: {documents: [{id: d1, text: one}, {id: d2, text: two}]}
assert:
- {type: contains, value: x}
- {type: contains, value: y}
"""


def fixture(text):
    return suite.load(["f.yaml"], lambda _: text.encode()).fixtures["a"].fixture


def between(before, after, text=BASE):
    assert before in text
    return fixture(text), fixture(text.replace(before, after, 1))


def lines(*forms):
    return [f"{line.sign} {line.text}" for line in losses.lines(*forms)]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("critical: true\n", "", ["- critical: true"]),
        ("title: first", "title: second", []),
        (
            "value: x",
            "value: z",
            ['- assert: {"type": "contains", "value": "x"}', '+ assert: {"type": "contains", "value": "z"}'],
        ),
        ("question: why", "question: how", ['- input.variables.question: "why"', '+ input.variables.question: "how"']),
    ],
)
def test_what_only_one_form_has_is_a_line(before, after, told):
    assert lines(*between(before, after)) == told


def test_a_document_that_is_put_before_others_alters_no_other_line():
    forms = between("[{id: d1", "[{id: d0, text: none}, {id: d1")
    (line,) = lines(*forms)
    assert line.startswith("+ context.documents: ")
    assert '"id": "d0"' in line


def test_of_a_fixture_that_is_removed_all_lines_go():
    found = lines(fixture(BASE), None)
    assert all(line.startswith("- ") for line in found)
    assert any("assert" in line for line in found)
    assert list(losses.between(fixture(BASE), None, frozenset())) == ["it is removed"]


def test_every_loss_is_told():
    old, new = (
        fixture(BASE),
        fixture(BASE.replace("critical: true\n", "").replace("- {type: contains, value: y}\n", "")),
    )
    assert list(losses.between(old, new, frozenset())) == [
        "it is no longer critical",
        "an assertion is removed or changed",
    ]


def test_long_and_many_lines_are_cut():
    many = "".join(f"- {{type: contains, value: v{number}}}\n" for number in range(200))
    found = losses.lines(fixture(BASE + many), fixture(BASE.replace("question: why", f"question: {'w' * 9_000}")))
    assert len(found) == losses.MOST_LINES
    assert max(len(line.text) for line in found) <= losses.MAX_LINE_CHARS + 1
