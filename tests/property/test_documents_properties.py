"""What holds for every document, however it is written."""

import json

from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from llmgate import documents
from llmgate.config import Config
from llmgate.errors import ConfigurationError

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)
hostile = st.text(
    st.sampled_from(list("ab:-?[]{},&*!|>%@`#'\"\\ \n\t\r0.1eE~<=\x00\x1b\u2028\x85\ud800\U0001f600")), max_size=60
)


def pointers(value, at=()):
    yield at, value
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from pointers(item, (*at, key))


@given(plain, st.sampled_from([None, 1]), st.booleans())
def test_json_is_read_as_written_and_every_value_has_a_line(value, indent, ascii_only):
    """Reading what json.dumps writes gives the value back, and each pointer's line holds its key."""
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    document = documents.read("f.json", text.encode())
    assert document.value == value
    rows = text.split("\n")
    for pointer, _ in pointers(value):
        assert pointer in document.lines
        if pointer and isinstance(pointer[-1], str):
            key = json.dumps(pointer[-1], ensure_ascii=ascii_only)
            assert key in rows[document.line(pointer) - 1]


@given(plain)
def test_json_that_is_also_yaml_has_the_same_values_and_lines_in_both(value):
    """The two readers agree on the text that both formats share."""
    text = json.dumps(value, indent=1)
    as_json, as_yaml = (documents.read(name, text.encode()) for name in ("f.json", "f.yaml"))
    assert as_yaml.value == as_json.value
    assert as_yaml.lines == as_json.lines


@given(hostile, st.sampled_from(["f.yaml", "f.json", "f.toml"]))
def test_any_text_is_a_value_or_faults_on_one_printable_line_each(text, path):
    """Nothing but a ConfigurationError comes out of a reader, and its faults are inert and lie in the file."""
    try:
        document = documents.read(path, text.encode("utf-8", "surrogatepass"))
    except ConfigurationError as error:
        for fault in error.faults:
            assert str(fault).isprintable()
            assert fault.remedy
            assert 1 <= fault.line <= text.count("\n") + text.count("\r") + 2
    else:
        json.dumps(document.value, allow_nan=False).encode()
        json.dumps(document.value, ensure_ascii=False).encode()


@given(st.binary(max_size=80), st.sampled_from(["f.yaml", "f.json", "f.toml"]))
def test_any_bytes_are_a_value_or_faults(data, path):
    """A file need not be text."""
    try:
        documents.read(path, data)
    except ConfigurationError as error:
        told = error.faults
        assert told


@given(hostile)
def test_quoted_text_comes_out_of_yaml_as_it_went_in(text):
    """Whatever characters it has, escaped text in double quotes is that text."""
    whole = text.replace("\ud800", "")
    assert documents.read("f.yaml", json.dumps(whole).encode()).value == whole


@given(st.dictionaries(st.sampled_from(list(Config.model_fields)) | texts, plain, max_size=6))
def test_any_mapping_as_a_configuration_gives_faults_with_lines(value):
    """Whatever the model complains of is told at a line of the file, in printable words."""
    document = documents.read("f.json", json.dumps(value, indent=1).encode())
    try:
        Config.model_validate(document.value)
    except ValidationError as error:
        for fault in documents.faults(document, error):
            assert 1 <= fault.line <= len(json.dumps(value, indent=1).split("\n"))
            assert str(fault).isprintable()
            assert fault.remedy


foreign = st.text(st.sampled_from(list("ab: -[]{},&*!<|\n'\"")), max_size=60)


@given(foreign)
def test_any_text_of_another_tool_is_a_value_or_faults(text):
    """Nothing but a ConfigurationError comes out of the reader that expands aliases, and its value is plain JSON."""
    try:
        document = documents.foreign("f.yaml", text.encode())
    except ConfigurationError as error:
        told = error.faults
        assert all(fault.remedy and str(fault).isprintable() for fault in told)
    else:
        json.dumps(document.value, allow_nan=False).encode()


@given(plain)
def test_what_is_written_without_aliases_is_read_alike_by_both_readers(value):
    """A text without anchors, aliases and tags means the same in our own files and in other tools'."""
    text = json.dumps(value, indent=1).encode()
    assert documents.foreign("f.yaml", text) == documents.read("f.yaml", text)
