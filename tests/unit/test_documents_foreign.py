"""Other tools' YAML: aliases, merge keys and tags, expanded within bounds."""

import time

import pytest

from llmgate import documents
from llmgate.documents.yaml import MAX_NODES
from llmgate.errors import ConfigurationError


def value(text, path="f.yaml"):
    return documents.foreign(path, text.encode()).value


def refused(text):
    with pytest.raises(ConfigurationError) as caught:
        documents.foreign("f.yaml", text.encode())
    (fault,) = caught.value.faults
    assert fault.message.isprintable()
    assert fault.remedy
    return fault


def test_an_alias_stands_for_the_value_of_its_anchor():
    assert value("a: &x [1, {b: 2}]\nc: *x\nd: [*x, &y z, *y]\n") == {
        "a": [1, {"b": 2}],
        "c": [1, {"b": 2}],
        "d": [[1, {"b": 2}], "z", "z"],
    }


def test_an_anchor_that_is_set_again_counts_from_there():
    assert value("- &x 1\n- *x\n- &x 2\n- *x\n") == [1, 1, 2, 2]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: &x {p: 1, q: 2}\nb: {<<: *x, q: 3}\n", {"p": 1, "q": 3}),
        ("a: &x {p: 1, q: 2}\nb: {q: 3, <<: *x}\n", {"q": 3, "p": 1}),
        ("a: &x {p: 1}\nc: &y {p: 2, r: 4}\nb: {<<: [*x, *y]}\n", {"p": 1, "r": 4}),
        ("b: {<<: {p: 1}, r: 2}\n", {"p": 1, "r": 2}),
        ('b: {"<<": 1}\n', {"<<": 1}),
    ],
)
def test_a_merge_key_brings_the_keys_that_the_mapping_does_not_have(text, expected):
    assert value(text)["b"] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("!!str 12", "12"),
        ("!!int '12'", 12),
        ("!!float 1.5", 1.5),
        ("!!map {a: 1}", {"a": 1}),
        ("! x", "x"),
        ("!File prompts/a.txt", "!File prompts/a.txt"),
        ("!ENV", "!ENV"),
        ("!ENV '${NAME}'", "!ENV ${NAME}"),
        ("!Tool {a: 1}", {"!Tool": {"a": 1}}),
        ("!!python/object/apply:os.system [ls]", {"!!python/object/apply:os.system": ["ls"]}),
        ("!<tag:example.org,2026:x> y", "tag:example.org,2026:x y"),
        ("!!binary aGk=", "!!binary aGk="),
    ],
)
def test_a_tag_that_yaml_does_not_know_stays_in_the_value(text, expected):
    assert value(text) == expected


def test_lines_are_those_that_a_person_sees():
    document = documents.foreign(
        "f.yaml", b"base: &b\n  p:\n    q: 1\n\nuse:\n  <<: *b\n  own: 1\nalias: *b\nlist:\n  - !X\n    y: 1\n"
    )
    assert document.line(("base", "p", "q")) == 3
    assert document.line(("use", "p")) == 6
    assert document.line(("use", "p", "q")) == 6
    assert document.line(("use", "own")) == 7
    assert document.line(("alias", "p")) == 8
    assert document.line(("list", 0)) == 10


def test_json_and_toml_are_read_as_our_own():
    assert value('{"a": "*x"}', "f.json") == {"a": "*x"}
    assert value("a = 1\n", "f.toml") == {"a": 1}


def test_what_has_neither_alias_nor_tag_is_read_as_our_own():
    text = "a: [1, 'x', {b: null}]\nc: |\n  y\n---\n"
    text = text.removesuffix("---\n")
    assert documents.foreign("f.yaml", text.encode()) == documents.read("f.yaml", text.encode())


def laughs(levels):
    rows = ["l0: &l0 [x, x, x, x, x, x, x, x, x, x]"]
    rows += [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, levels)]
    return "\n".join(rows)


@pytest.mark.parametrize(
    ("text", "words", "line"),
    [
        (laughs(9), "more than", 5),
        (
            "a: &a {k: 1}\n"
            + "".join(f"b{n}: &b{n} {{<<: *{'ab'[n > 0]}{n - 1 if n else ''}, k{n}: 1}}\n" for n in range(400)),
            "more than",
            None,
        ),
        ("a: &a " + "x" * 500_000 + "\nb: [*a, *a, *a, *a, *a]\n", "characters once aliases are expanded", 2),
        ("a: &a [*a]\n", "of nothing before it", 1),
        ("a: *b\nb: &b 1\n", "of nothing before it", 1),
        ("a: &a {b: 1, <<: *a}\n", "of nothing before it", 1),
        ("a: &a 1\nb: {<<: *a}\n", "brings no mapping", 2),
        ("a: &a {}\nb: {<<: *a, <<: *a}\n", "repeated", 2),
        ("a: &k x\n? *k\n: 1\n", "a key that is not text", 2),
        ("x: 1\na: !" + "t" * 1_000_000 + " y\n", "of more than", 2),
        ("a: &" + "t" * 1_000_000 + " y\n", "of more than", 1),
        ("a: 1\n---\nb: 2\n", "a second YAML document", 3),
        ("%YAML 1.1\n---\na: 1\n", "a directive", 1),
        ("a: !!int .inf\n", "not a finite number", 1),
    ],
    ids=lambda item: item[:20] if isinstance(item, str) else None,
)
def test_what_could_grow_or_means_nothing_is_refused_with_its_line(text, words, line):
    began = time.monotonic()
    fault = refused(text)
    assert words in fault.message
    assert line in (None, fault.line)
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("text", ["- &a x\n- &a\n  - *a\n", "- &a x\n- &a k: *a\n"], ids=["value", "key"])
def test_an_alias_within_the_new_value_of_its_name_is_not_the_old_one(text):
    with pytest.raises(ConfigurationError, match=r"the alias '\*a' of nothing before it"):
        documents.foreign("f.yaml", text.encode())


def test_aliases_count_against_the_depth():
    rows = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 40)]
    assert "nested deeper" in refused("\n".join(rows)).message


def test_as_many_values_may_come_by_aliases_as_may_be_written():
    text = "a: &a [" + "x, " * 999 + "x]\nb: [" + ", ".join(["*a"] * (MAX_NODES // 1001 - 2)) + "]\n"
    assert len(value(text)["b"]) == MAX_NODES // 1001 - 2


def test_our_own_files_have_none_of_it():
    for text in ("a: &x 1\n", "a: !t 1\n", "b: {<<: {a: 1}}\n"):
        with pytest.raises(ConfigurationError):
            documents.read("f.yaml", text.encode())
