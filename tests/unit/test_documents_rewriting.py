"""An entry is put into a file that people wrote, and no other line of it changes."""

import difflib

import pytest

from llmgate import documents
from llmgate.documents import rewriting

VALUE = {
    "separates": True,
    "p_value": 0.011507,
    "fails_at": {"revision": "1234567e10", "passed": 0, "trials": 8},
    "date": "2026-11-26",
}
BLOCK = [
    "proven:",
    "  separates: true",
    "  p_value: 0.011507",
    '  fails_at: {revision: "1234567e10", passed: 0, trials: 8}',
    '  date: "2026-11-26"',
]
FLOW = 'proven: {separates: true, p_value: 0.011507, fails_at: {revision: "1234567e10", passed: 0, trials: 8}, '
FLOW += 'date: "2026-11-26"}'

AWKWARD = """\
%s# A case,   with a comment of more than eighty characters, so that whoever writes files anew would fold this line
id:    a     # aligned by hand
title: "say \\"hi\\""
target:    'support'
input:
    variables: {question: "May I?", list: [1,2 ,  3]}   # four spaces, and odd commas
context:
  documents:
  - id: one        # a list that is not indented
    text: |
      # no comment, but text
      Returns  are free.

    score: 1.0
  -   id: two
      text: >-
        folded
        text
assert:
    - {type: contains, value: "14 days"}
    - type: not-contains   # the last one
      value: yes
"""


def edit(path="f.yaml", pointer=(), value=VALUE):
    return rewriting.Edit(path=path, pointer=pointer, key="proven", value=value)


def applied(text, path="f.yaml", pointer=()):
    made = rewriting.applied(edit(path, pointer), text.encode())
    assert made is not None
    mapping = documents.read(path, made).value
    for step in pointer:
        mapping = mapping[step]
    assert mapping["proven"] == VALUE
    return made.decode()


def differing(before, after):
    """The lines that went and the lines that came."""
    lines = list(difflib.ndiff(before.splitlines(keepends=True), after.splitlines(keepends=True)))
    return tuple([line[2:].rstrip("\r\n") for line in lines if line.startswith(sign)] for sign in ("- ", "+ "))


def test_comments_quotes_order_and_indentation_stay_as_they_were():
    assert differing(AWKWARD % "", applied(AWKWARD % "")) == ([], BLOCK)


def test_the_entry_stands_behind_the_last_line_and_before_comments_at_the_end():
    text = AWKWARD % "" + "\n\n# The end\n"
    made = applied(text)
    assert differing(text, made) == ([], BLOCK)
    assert made.endswith('  date: "2026-11-26"\n\n\n# The end\n')


def test_a_file_of_the_other_line_ends_keeps_them():
    text = (AWKWARD % "").replace("\n", "\r\n")
    made = applied(text)
    assert differing(text, made) == ([], BLOCK)
    assert made.count("\n") == made.count("\r\n")


def test_a_byte_order_mark_stays():
    text = "\ufeffid: a\n"
    assert applied(text).startswith("\ufeffid: a\nproven:\n")


def test_a_file_without_a_last_newline_gets_none():
    made = applied("id: a\nassert: [1]")
    assert made == "id: a\nassert: [1]\n" + "\n".join(BLOCK)


def test_an_old_entry_is_replaced_where_it_stands():
    old = 'proven:\n  separates: false\n  date: "2020-01-01"   # old\n'
    text = AWKWARD.replace("assert:", old + "assert:") % ""
    gone, came = differing(text, applied(text))
    assert [line.strip() for line in gone] == ["separates: false", 'date: "2020-01-01"   # old']
    assert came == [*BLOCK[1:-1], f"{BLOCK[-1]}   # old"]


def test_an_entry_that_is_there_already_changes_no_byte():
    once = applied(AWKWARD % "")
    assert applied(once) == once


def test_an_old_entry_in_braces_is_replaced_too():
    made = applied("id: a\nproven: {separates: false}   # by a program\nassert: [1]\n")
    expected = ["id: a", *BLOCK[:-1], f"{BLOCK[-1]}   # by a program", "assert: [1]"]
    assert made.splitlines() == expected


LIST = """\
# several
- id: a
  assert:
  - {type: contains, value: x}

# about b
- id: b   # the second
  proven: null
  text: |
    kept

- {id: c, assert: [{type: contains, value: x}]}  # in braces
-   id: d
    assert: [{type: contains, value: x}]
"""


@pytest.mark.parametrize(
    ("place", "gone", "came"),
    [
        (0, [], [f"  {line}" for line in BLOCK]),
        (1, ["  proven: null"], [f"  {line}" for line in BLOCK]),
        (
            2,
            ["- {id: c, assert: [{type: contains, value: x}]}  # in braces"],
            [f"- {{id: c, assert: [{{type: contains, value: x}}], {FLOW}}}  # in braces"],
        ),
        (3, [], [f"    {line}" for line in BLOCK]),
    ],
)
def test_one_fixture_of_a_list_gets_it_and_the_others_stay(place, gone, came):
    assert differing(LIST, applied(LIST, pointer=(place,))) == (gone, came)


def test_a_mapping_in_braces_over_several_lines_keeps_its_comma():
    text = "{\n  id: a,\n  assert: [1],  # last\n}\n"
    gone, came = differing(text, applied(text))
    assert (gone, came) == (["  assert: [1],  # last"], [f"  assert: [1], {FLOW},  # last"])


def test_text_in_a_block_at_the_end_keeps_its_last_lines():
    text = "id: a\nassert: [1]\nobserved:\n  output: |+\n    said\n\n"
    assert applied(text) == text + "\n".join(BLOCK) + "\n"


def test_text_that_a_newline_would_alter_is_left_and_the_entry_goes_behind_the_first_key():
    text = "id: a   # first\nassert: [1]\noutput: |\n  said"
    assert applied(text).splitlines() == ["id: a   # first", *BLOCK, *text.splitlines()[1:]]


def test_json_keeps_its_indentation():
    text = '[\n    {\n        "id": "a",\n        "assert": [1, {"}": "]"}]\n    }\n]\n'
    gone, came = differing(text, applied(text, "f.json", (0,)))
    assert gone == ['        "assert": [1, {"}": "]"}]']
    assert came[:3] == ['        "assert": [1, {"}": "]"}],', '        "proven": {', '          "separates": true,']


def test_json_on_one_line_stays_on_one_line():
    made = applied('{"id": "a", "assert": [1]}', "f.json")
    assert made.startswith('{"id": "a", "assert": [1], "proven": {"separates": true, ')
    assert "\n" not in made


def test_an_old_entry_of_json_is_replaced():
    made = applied('{\n\t"id": "a",\n\t"proven": {"separates": false},\n\t"assert": [1]\n}', "f.json")
    assert made.count("proven") == 1
    assert made.endswith('\n\t},\n\t"assert": [1]\n}')


def test_what_cannot_be_put_in_alone_is_not_put_in():
    assert rewriting.applied(edit(), b"text: |\n  said") is None


def test_toml_is_left():
    assert rewriting.applied(edit("f.toml"), b'id = "a"\n') is None


@pytest.mark.parametrize(("path", "start"), [("f.yaml", "proven:\n  separates: true\n"), ("f.json", '"proven": {"')])
def test_an_entry_can_be_shown_to_be_put_in_by_hand(path, start):
    assert rewriting.entry(edit(path)).startswith(start)
