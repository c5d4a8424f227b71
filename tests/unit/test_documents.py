import json

import pytest
from pydantic import BaseModel, ConfigDict, Field

from llmgate import documents
from llmgate.errors import ConfigurationError
from llmgate.message import Message


def refused(text, path="f.yaml"):
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    with pytest.raises(ConfigurationError) as caught:
        documents.read(path, data)
    (fault,) = caught.value.faults
    assert fault.file == path
    assert fault.message.isprintable()
    assert fault.remedy
    return fault


def value(text, path="f.yaml"):
    return documents.read(path, text.encode()).value


NESTED = """\
# a comment
models:
  answerer:
    provider: openai
    params: {temperature: 0.3,
             seed: 7}
steps:
  - name: first
    text: |
      one
      two
  -
    name: second
last: "x
  y"
end: 1
"""


@pytest.mark.parametrize(
    ("pointer", "line"),
    [
        (("models",), 2),
        (("models", "answerer", "provider"), 4),
        (("models", "answerer", "params", "temperature"), 5),
        (("models", "answerer", "params", "seed"), 6),
        (("steps", 0), 8),
        (("steps", 0, "text"), 9),
        (("steps", 1), 13),
        (("steps", 1, "name"), 13),
        (("last",), 14),
        (("end",), 16),
        (("steps", 0, "absent", 3), 8),
        (("nothing",), 2),
    ],
)
def test_every_yaml_value_knows_the_line_of_its_key_or_item(pointer, line):
    assert documents.read("f.yaml", NESTED.encode()).line(pointer) == line


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_windows_line_ends_and_a_byte_order_mark_change_neither_values_nor_lines(ends):
    document = documents.read("f.yaml", b"\xef\xbb\xbf" + NESTED.replace("\n", ends).encode())
    assert document.value == value(NESTED)
    assert document.line(("end",)) == 16


JSON = """\
[
  {"id": "a\\"[",
   "input": {"list": [1,
      {"x": null}, [], {}], "e": 1e2}},

  {"id": "b", "text": "\\n{",
   "assert": []}
]
"""


@pytest.mark.parametrize(
    ("pointer", "line"),
    [
        ((), 1),
        ((0,), 2),
        ((0, "input", "list"), 3),
        ((0, "input", "list", 1), 4),
        ((0, "input", "list", 1, "x"), 4),
        ((0, "input", "list", 3), 4),
        ((0, "input", "e"), 4),
        ((1,), 6),
        ((1, "assert"), 7),
        ((1, "gone"), 6),
    ],
)
def test_every_json_value_knows_its_line(pointer, line):
    assert documents.read("f.json", JSON.encode()).line(pointer) == line


def test_json_is_read_as_the_standard_library_reads_it():
    assert value(JSON, "f.json") == json.loads(JSON)


TOML = """\
title = "x"   # not [a] header
[model]
name = "m"
day = 2026-10-03
[model.params]
temperature = 0.3
"odd key" = [
  1,
]
[[case]]
id = "a"
[[case]]
id = "b"
[case.input]
q.r = 1
"""


@pytest.mark.parametrize(
    ("pointer", "line"),
    [
        (("title",), 1),
        (("model", "name"), 3),
        (("model", "params", "temperature"), 6),
        (("model", "params", "odd key"), 7),
        (("model", "params", "odd key", 0), 7),
        (("case", 0, "id"), 11),
        (("case", 1), 12),
        (("case", 1, "id"), 13),
        (("case", 1, "input", "q", "r"), 15),
    ],
)
def test_toml_keys_and_tables_know_their_lines(pointer, line):
    assert documents.read("f.toml", TOML.encode()).line(pointer) == line


def test_toml_dates_become_text():
    assert value(TOML, "f.toml")["model"]["day"] == "2026-10-03"


@pytest.mark.parametrize(
    "text",
    [
        "no",
        "on",
        "yes",
        "off",
        "y",
        "2026-10-03",
        "2026-10-03T10:00:00Z",
        "1:30",
        "010",
        "0o17",
        "0x1f",
        "1_000",
        "nan",
        "inf",
        "Infinity",
        "1.2.3",
        "+",
        "0b1",
        "=",
        "00.5",
        "TrUe",
    ],
)
def test_what_yaml_1_1_would_turn_into_something_else_stays_text(text):
    assert value(f"a: {text}") == {"a": text}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", 1),
        ("-0", 0),
        ("+7", 7),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("true", True),
        ("FALSE", False),
        ("~", None),
        ("", None),
        ("null", None),
        ('"1"', "1"),
        ("'true'", "true"),
        ('"~"', "~"),
    ],
)
def test_plain_scalars_follow_the_core_schema_and_quoted_ones_are_text(text, expected):
    read = value(f"a: {text}")["a"]
    assert read == expected
    assert type(read) is type(expected)


def test_keys_are_text_as_written():
    assert value("1: a\nno: b\nnull: c\n2026-10-03: d") == {"1": "a", "no": "b", "null": "c", "2026-10-03": "d"}


@pytest.mark.parametrize("text", ["", "\n\n", "# only\n# comments\n", "---\n"])
def test_an_empty_yaml_file_is_null(text):
    assert value(text) is None


def test_an_escaped_character_outside_the_first_plane_is_joined_as_in_json():
    assert value('a: "\\ud83d\\ude00"')["a"] == value('{"a": "\\ud83d\\ude00"}', "f.json")["a"] == "😀"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\nb: 2\na: 3", 3, "repeated"),
        ("x: {a: 1,\n a: 2}", 2, "repeated"),
        ("a: 1\n---\nb: 2", 3, "second YAML document"),
        ("a: 1\n[b]: 2", 2, "key that is not text"),
        ("a: 1\nb: [1, 2", 2, "not YAML"),
        ("a: 1\n\tb: 2", 2, "not YAML"),
        ("a: 1\nb: .nan", 2, "finite"),
        ("a: 1\nb: -.INF", 2, "finite"),
        ("a: 1\nb: 1e999", 2, "too large"),
        ('a: 1\nb: "\\ud800"', 2, "half a character"),
        ('a: 1\nb: "\\U00110000"', 2, "not YAML"),
    ],
)
def test_what_is_wrong_in_yaml_is_told_with_its_line(text, line, words):
    fault = refused(text)
    assert (fault.line, words in fault.message) == (line, True), fault


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "not JSON"),
        ('{"a": 1,\n "a": 2}', 2, "repeated"),
        ('{"a": [\n{"b": 1,\n "\\u0062": 2}]}', 3, "repeated"),
        ("[1,\nNaN]", 2, "NaN"),
        ("[1,\n-Infinity]", 2, "-Infinity"),
        ("[1,\n1e999]", 2, "too large"),
        ("[1,\n" + "9" * 5_000 + "]", 2, "5000 characters"),
        ("[1,\n2", 2, "not JSON"),
        ('[1,\n"\\ud800"]', 2, "half a character"),
        ('[1,\n{"\\udc00": 1}]', 2, "half a character"),
        ("[\n" + "[" * 40 + "]" * 40 + "]", 2, "nested deeper"),
        ("// no\n1", 1, "not JSON"),
        ("{}\n{}", 2, "not JSON"),
    ],
)
def test_what_is_wrong_in_json_is_told_with_its_line(text, line, words):
    fault = refused(text, "f.json")
    assert (fault.line, words in fault.message) == (line, True), fault


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a = 1\na = 2", 2, "not TOML"),
        ("a = 1\nb = ", 2, "not TOML"),
        ("a = 1\nb = nan", 2, "finite"),
        ("a = 1\n[t]\nb = -inf", 3, "finite"),
        ("a = 1\nb = 1e999", 2, "finite"),
        ("a = 1\nb = 0x" + "f" * 5_000, 2, "digits"),
        ("a = 1\n" + ".".join("b" * 50) + " = 1", 2, "parts"),
        ("a = 1\nb = " + "[" * 40 + "]" * 40, 2, "nested deeper"),
    ],
)
def test_what_is_wrong_in_toml_is_told_with_its_line(text, line, words):
    fault = refused(text, "f.toml")
    assert (fault.line, words in fault.message) == (line, True), fault


@pytest.mark.parametrize("path", ["f.yaml", "f.json", "f.toml"])
def test_text_that_is_not_utf_8_is_refused_at_its_line(path):
    assert refused(b"a\n\xff\xfe", path).line == 2
    assert "UTF-8" in refused("a: 1".encode("utf-16"), path).message


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid")
    size: int = Field(gt=0)


class Outer(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str
    inner: dict[str, Inner] = {}
    messages: tuple[Message, ...] = ()
    mode: int | bool = 1


def complaints(text, path="f.yaml", *, model=None):
    document = documents.read(path, text.encode())
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - pydantic's; its contents are looked at below
        Outer.model_validate(document.value)
    return list(documents.faults(document, caught.value, model=model))


def test_all_faults_are_told_at_once_each_with_line_expectation_and_remedy():
    found = complaints("inner:\n  a: {size: 0}\n  b:\n    sise: 1\nextra: 1\n")
    assert sorted((fault.line, fault.message) for fault in found) == [
        (1, "'name' is missing"),
        (2, "'inner.a.size': Input should be greater than 0"),
        (3, "'inner.b.size' is missing"),
        (4, "unknown key 'inner.b.sise'"),
        (5, "unknown key 'extra'"),
    ]
    assert all(fault.remedy for fault in found)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("name: a\nmod: 2\n", "mode"),
        ("name: a\ninner:\n  b: {size: 1, sise: 1}\n", "size"),
        ("name: a\nmessages: [{parts: [{type: text, content: a, contnt: b}]}]\n", "content"),
    ],
)
def test_an_unknown_key_is_told_with_the_one_that_was_likely_meant(text, meant):
    remedies = [fault.remedy for fault in complaints(text, model=Outer) if "unknown key" in fault.message]
    assert remedies == [f"did you mean {meant!r}? else remove it"]


@pytest.mark.parametrize("key", ["extra", "size", "name" * 20])
def test_a_key_like_none_of_its_own_mapping_is_told_without_a_guess(key):
    (found,) = complaints(f"name: a\n{key}: 1\n", model=Outer)
    assert found.remedy == "remove it, or correct its spelling"


def test_a_document_that_is_no_mapping_is_one_fault():
    (fault,) = complaints("- 1")
    assert (fault.line, fault.message) == (1, "the document: expected a mapping")


MESSAGE = """\
name: n
messages:
  - role: user
    parts:
      - type: text
        %s
"""


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("text: x", {"'messages.0.parts.0.content' is missing", "unknown key 'messages.0.parts.0.text'"}),
        ("content: 5", {"'messages.0.parts.0.content': Input should be a valid string"}),
        ("content: 5\n        text: x", {"'messages.0.parts.0.content': Input should be a valid string"}),
    ],
)
def test_the_name_of_a_union_branch_is_not_taken_for_a_key(line, message):
    found = {fault.message: fault.line for fault in complaints(MESSAGE % line)}
    assert message <= set(found)
    assert found.get("unknown key 'messages.0.parts.0.text'", 6) in (6, 7)
    assert found.get("'messages.0.parts.0.content': Input should be a valid string", 6) == 6


def test_an_unknown_branch_is_told_at_the_item():
    (fault,) = complaints(MESSAGE.replace("type: text", "type: sound") % "content: x")
    assert fault.line == 5
    assert "sound" in fault.message


def test_plain_content_of_the_wrong_type_is_told_at_content():
    (fault,) = complaints("name: n\nmessages:\n- role: user\n  content: 5\n")
    assert (fault.line, "'messages.0.content'" in fault.message) == (4, True)


HOSTILE_KEY = "\\x1b]8;;http://evil\\x07\\n::error::\\u202e" + "k" * 900


def test_a_hostile_key_reaches_a_fault_escaped_and_cut():
    (fault,) = complaints(f'name: n\n"{HOSTILE_KEY}": 1\n')
    assert fault.message.isprintable()
    assert len(fault.message) <= 500
    assert "\\x1b" in fault.message
    assert fault.line == 2


def test_a_hostile_value_that_the_model_repeats_is_escaped_and_cut():
    tag = '"\\x1b[2J\\n::error::' + "k" * 5_000 + '"'
    (fault,) = complaints(MESSAGE.replace("type: text", f"type: {tag}") % "content: x")
    assert "x1b" in fault.message
    assert fault.message.isprintable()
    assert len(fault.message) <= 520


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("f.yaml", f'"{HOSTILE_KEY}": 1\n"{HOSTILE_KEY}": 2\n'),
        ("f.json", json.dumps({"a": 1})[:-1] + f', "{HOSTILE_KEY}": 1, "{HOSTILE_KEY}": 2}}'.replace("\\x", "\\u00")),
        ("f.yaml", "a: b: \u202e\N{ZERO WIDTH SPACE}c\n"),
        ("f\x1b[2J\n::error::.yaml", "a: [\n"),
    ],
)
def test_no_fault_carries_control_characters_or_endless_text(path, text):
    with pytest.raises(ConfigurationError) as caught:
        documents.read(path, text.encode())
    (fault,) = caught.value.faults
    assert str(fault).isprintable()
    assert len(str(fault)) < 2_000


def test_more_faults_than_anyone_reads_are_counted():
    found = complaints("name: n\n" + "".join(f"k{number}: 1\n" for number in range(1_000)))
    assert len(found) == documents.MAX_FAULTS + 1
    assert found[-1].message == "and 900 more faults in this file"


def test_the_lock_is_json_and_the_locks_of_others_are_not():
    assert value('{"a": 1}', "llmgate.lock") == {"a": 1}
    assert "not JSON" in refused("a: 1", "llmgate.lock").message
    assert value("a: 1", "dvc.lock") == {"a": 1}


@pytest.mark.parametrize(("text", "is_one"), [("größe 🎌", True), ("", True), ("a\ud800", False), ("\udcff", False)])
def test_half_a_character_is_no_unicode(text, is_one):
    assert documents.is_unicode(text) is is_one


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("a:\n\t- b\n", "indent with spaces: a tab cannot stand there"),
        ('a: 1\nb: "x\nc: d\n', "close the quote that line 2 opens"),
        ("a: 1\nb: [1,\n  2\nc: 3\n", "close the bracket that line 2 opens, or put a comma"),
        ("a: {b: 1\n", "close the bracket that line 1 opens, or put a comma"),
        ("a: b: c\n", "correct it"),
    ],
)
def test_yaml_that_is_none_is_told_with_what_mends_it(text, remedy):
    with pytest.raises(ConfigurationError) as refused:
        documents.read("a.yaml", text.encode())
    assert refused.value.faults[0].remedy == remedy
