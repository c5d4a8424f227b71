"""Which format a file is, and what becomes of files that nobody can understand."""

import re
from pathlib import Path

import pytest

from llmgate import prompts
from llmgate.prompts import Facet, Format, Syntax, catalogue, templates
from tests import reading

ROOT = Path(__file__).parents[3]


def nothing(path):
    return None


@pytest.mark.parametrize(
    ("path", "head", "expected"),
    [
        ("prompts/a.txt", "Hello {{ name }}", Format.TEXT),
        ("prompts/SYSTEM", "Hello", Format.TEXT),
        ("prompts/a.md", "# Hello", Format.MARKDOWN),
        ("prompts/A.MD", "# Hello", Format.MARKDOWN),
        ("prompts/a.jinja", "Hello", Format.JINJA),
        ("prompts/a.j2", "Hello", Format.JINJA),
        ("prompts/a.jinja2.md", "Hello", Format.JINJA),
        ("prompts/a.md", "{% if vip %}Hello{% endif %}", Format.JINJA),
        ("prompts/a.txt", "{%- include 'tone.txt' %}", Format.JINJA),
        ("prompts/a.txt", "50 {% of all }", Format.TEXT),
        ("prompts/a.prompt.yml", "", Format.PROMPT_YML),
        ("prompts/a.prompt.yaml", "", Format.PROMPT_YML),
        ("prompts/a.yaml", "model: x\nmessages:\n  - role: user\n", Format.PROMPT_YML),
        ("prompts/a.yaml", "text: the messages: of today\n", Format.TEXT),
    ],
)
def test_a_format_is_recognised_by_name_and_content(path, head, expected):
    assert catalogue.recognise(path, head)[0] is expected


@pytest.mark.parametrize("path", ["a.txt", "a.md", "a.jinja", "a.prompt.yml"])
def test_a_file_that_is_not_utf8_has_a_fault_with_its_line_and_differs_by_bytes(path):
    first = reading.one(path, b"one\ntwo \xff", nothing)
    second = reading.one(path, b"one\ntwo \xfe", nothing)
    assert first.fault is not None
    assert first.fault.line == 2
    assert set(first.digests) == {Facet.BYTES}
    assert first.digest != second.digest


def test_a_file_over_the_limit_has_a_fault_and_differs_by_bytes():
    first = reading.one("a.txt", b"a" * (prompts.MAX_BYTES + 1), nothing)
    second = reading.one("a.txt", b"a" * prompts.MAX_BYTES + b"b", nothing)
    assert first.fault is not None
    assert "at most" in first.fault.message
    assert first.digest != second.digest


def test_a_file_at_the_limit_is_read():
    assert reading.one("a.txt", b"a" * prompts.MAX_BYTES, nothing).fault is None


@pytest.mark.parametrize("path", ["a.txt", "a.md", "a.jinja"])
@pytest.mark.parametrize(
    ("one", "other"),
    [(b"a\nb\n", b"a\r\nb\r\n"), (b"a\nb\n", b"a\rb\r"), (b"caf\xc3\xa9", b"cafe\xcc\x81"), (b"a", b"\xef\xbb\xbfa")],
)
def test_line_ends_composition_and_byte_order_marks_are_no_difference(path, one, other):
    assert reading.one(path, one, nothing).digests == reading.one(path, other, nothing).digests


@pytest.mark.parametrize("path", ["a.txt", "a.md", "a.jinja"])
@pytest.mark.parametrize(
    ("one", "other"), [(b"a b", b"a  b"), (b"a\nb", b"a\n\nb"), (b"a b", b"A b"), (b"a", b"a "), (b"a b", b"a\tb")]
)
def test_every_other_difference_of_the_text_is_one(path, one, other):
    before, after = reading.one(path, one, nothing), reading.one(path, other, nothing)
    assert before.digests[Facet.TEXT] != after.digests[Facet.TEXT]


def test_the_digest_of_the_file_itself_leaves_out_what_it_includes():
    def one(path):
        return {"tone.j2": b"be kind"}.get(path)

    def other(path):
        return {"tone.j2": b"be curt"}.get(path)

    source = b"{% include 'tone.j2' %}"
    before, after = reading.one("a.j2", source, one), reading.one("a.j2", source, other)
    assert before.digest == after.digest
    assert before.digests[Facet.DEPENDENCIES] != after.digests[Facet.DEPENDENCIES]


def test_every_format_has_its_row_and_its_section_in_the_documentation():
    sections = set(re.findall(r"^## (\w+)$", (ROOT / "docs" / "prompt-formats.md").read_text(), re.MULTILINE))
    rows = set(re.findall(r"^\| `(\w+)`", catalogue.__doc__, re.MULTILINE))
    formats = {form.value for form in Format}
    assert (rows, sections) == (formats, formats)


def test_every_format_has_its_module_and_every_syntax_too():
    assert {module.FORMAT for module in catalogue.CATALOGUE} == set(Format)
    for syntax in Syntax:
        assert templates.scan(syntax, "plain").pieces == ("plain",)
