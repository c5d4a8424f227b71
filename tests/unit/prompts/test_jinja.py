"""Jinja: what counts as a change, which variables are read, and the closure of includes."""

import pytest

from llmgate.errors import NotEvaluated
from llmgate.prompts import Facet, Format, closure
from llmgate.prompts.syntaxes import jinja
from tests import reading


def parsed(source, path="prompts/a.jinja", **files):
    loaded = {name.replace("__", "/").replace("_dot_", "."): text.encode() for name, text in files.items()}
    return reading.one(path, source.encode(), loaded.get)


def with_files(source, files, path="prompts/a.jinja"):
    return reading.one(path, source.encode(), {name: text.encode() for name, text in files.items()}.get)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Hello world", "Hello {# a note #}world"),
        ("Hello {# one #}world", "Hello {# two #}world"),
        ("Hello world", "Hello{# c #} world"),
        ("Helloworld", "Hello {#- c -#} world"),
        ("{{ name }}", "{{name}}"),
        ("{{ name }}", "{{ name }}{# trailing #}"),
        ("{% if a %}x{% endif %}", "{%if a%}x{%endif%}"),
        ("{{ 'a' }}", '{{ "a" }}'),
        ("a\n", "a"),
        ("a\n{%- if b %}c{% endif %}", "a{%- if b %}c{% endif %}"),
        ("{% raw %}{{ x }}{% endraw %}", "{% raw %}{{ x }}{% endraw %}{# c #}"),
    ],
)
def test_what_renders_the_same_is_no_change(before, after):
    assert parsed(before).digest == parsed(after).digest


@pytest.mark.parametrize(
    ("before", "after", "facet"),
    [
        ("Hello  world", "Hello {# c -#} world", Facet.TEXT),
        ("a {#- c #}b", "a {# c #}b", Facet.TEXT),
        ("Hello world", "Hello  world", Facet.TEXT),
        ("{{ 'kind' }}", "{{ 'curt' }}", Facet.TEXT),
        ("{{ a }}", "{{ b }}", Facet.VARIABLES),
        ("{{ a }}", "{{ a }} ", Facet.TEXT),
        ("{% if a %}x{% endif %}", "{% if not a %}x{% endif %}", Facet.STRUCTURE),
        ("{{ a | upper }}", "{{ a | lower }}", Facet.STRUCTURE),
        ("{% include 'a' %}", "{% include 'b' %}", Facet.STRUCTURE),
        ("{{ 1 }}", "{{ '1' }}", Facet.STRUCTURE),
        ("{% raw %}{{ x }}{% endraw %}", "{{ x }}", Facet.TEXT),
        ("a{{ x }}b", "ab{{ x }}", Facet.TEXT),
    ],
)
def test_what_renders_otherwise_is_a_change_of_that_facet(before, after, facet):
    assert parsed(before).digests[facet] != parsed(after).digests[facet]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ a }} {{ b.c }} {{ d[e] }}", ("a", "b", "d", "e")),
        ("{% for item in items %}{{ item }} {{ loop.index }}{% endfor %}", ("items",)),
        ("{% set x = y %}{{ x }}", ("y",)),
        ("{% set q = q | default('') %}{{ q }}", ("q",)),
        ("{{ x }}{% set x = 1 %}", ("x",)),
        ("{% if a %}{% set x = 1 %}{% else %}{{ x }}{% endif %}", ("a", "x")),
        ("{% if a %}{% set x = 1 %}{% endif %}{{ x }}", ("a", "x")),
        ("{% for i in a %}{{ i }}{% else %}{{ i }}{% endfor %}", ("a", "i")),
        ("{% for i in a %}{% endfor %}{{ i }}{{ loop }}", ("a", "i", "loop")),
        ("{% for i in a if i.b and c %}{{ i }}{% endfor %}", ("a", "c")),
        ("{% for k, v in a.items() %}{{ k }}{{ v }}{% endfor %}", ("a",)),
        ("{% set x %}{{ x }}{{ y }}{% endset %}{{ x }}", ("x", "y")),
        ("{% with x = x %}{{ x }}{% endwith %}", ("x",)),
        ("{% macro m(p=d) %}{{ m(p) }}{% endmacro %}", ("d",)),
        ("{% call(u) m() %}{{ u }}{% endcall %}", ("m",)),
        ("{% filter upper %}{{ x }}{% endfilter %}{% block b %}{{ y }}{% endblock %}", ("x", "y")),
        ("{% include name %}", ("name",)),
        ("{% macro m(p) %}{{ p }}{{ q }}{% endmacro %}{{ m(r) }}", ("q", "r")),
        ("{{ text | default('none') }}", ("text",)),
        ("{# {{ hidden }} #}{% raw %}{{ shown }}{% endraw %}", ()),
        ("{% import 'm' as m %}{{ m.f() }}{% from 'm' import g as h, i %}{{ h() }}{{ i() }}", ()),
    ],
)
def test_the_variables_are_the_names_that_are_read_and_not_set(source, expected):
    assert parsed(source).variables == expected


def test_variables_of_included_files_are_variables_of_the_prompt():
    prompt = with_files("{{ a }}{% include 'b.j2' %}", {"prompts/b.j2": "{{ c }}"})
    assert prompt.variables == ("a", "c")
    assert prompt.digests[Facet.VARIABLES] == parsed("{{ a }}").digests[Facet.VARIABLES]


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("{% include 'tone.j2' %}", "tone.j2"),
        ("{% extends 'tone.j2' %}", "tone.j2"),
        ("{% import 'tone.j2' as t %}", "tone.j2"),
        ("{% from 'tone.j2' import t %}", "tone.j2"),
        ("{% include ['absent.j2', 'tone.j2'] %}", "tone.j2"),
        ("{% include ('tone.j2',) %}", "tone.j2"),
        ("{% include 'tone.j2' if a else 'tone.j2' %}", "tone.j2"),
        ("{% if never %}{% include 'tone.j2' %}{% endif %}", "tone.j2"),
        ("{% include './tone.j2' %}", "tone.j2"),
    ],
)
def test_every_way_to_include_is_a_dependency(statement, name):
    prompt = with_files(statement, {f"prompts/{name}": "be kind"})
    assert prompt.dependencies == (f"prompts/{name}",)
    assert prompt.sources == {"prompts/a.jinja": statement, f"prompts/{name}": "be kind"}
    assert not prompt.opaque


@pytest.mark.parametrize(
    ("name", "existing", "expected"),
    [
        ("tone.j2", ["prompts/eu/tone.j2"], "prompts/eu/tone.j2"),
        ("tone.j2", ["prompts/tone.j2"], "prompts/tone.j2"),
        ("tone.j2", ["tone.j2"], "tone.j2"),
        ("./tone.j2", ["prompts/eu/tone.j2", "tone.j2"], "prompts/eu/tone.j2"),
        ("shared/tone.j2", ["shared/tone.j2"], "shared/tone.j2"),
        ("prompts/tone.j2", ["prompts/tone.j2"], "prompts/tone.j2"),
        ("../tone.j2", ["prompts/tone.j2", "tone.j2"], "prompts/tone.j2"),
        ("/tone.j2", ["tone.j2"], "tone.j2"),
    ],
)
def test_a_name_means_the_nearest_file_on_the_way_up_to_the_root(name, existing, expected):
    files = dict.fromkeys(existing, "be kind")
    assert with_files(f"{{% include '{name}' %}}", files, "prompts/eu/a.jinja").dependencies == (expected,)


@pytest.mark.parametrize("existing", [["prompts/eu/tone.j2", "tone.j2"], ["prompts/tone.j2", "tone.j2"]])
def test_a_name_that_can_be_two_files_is_a_fault_that_names_both(existing):
    files = dict.fromkeys(existing, "be kind")
    fault = with_files("\n{% include 'tone.j2' %}", files, "prompts/eu/a.jinja").fault
    assert (fault.file, fault.line) == ("prompts/eu/a.jinja", 2)
    assert all(path in fault.message for path in existing)
    assert "surface.template_root" in fault.remedy


@pytest.mark.parametrize(
    ("name", "root", "expected"),
    [
        ("tone.j2", "prompts", ("prompts/tone.j2",)),
        ("./tone.j2", "prompts", ("prompts/tone.j2",)),
        ("/tone.j2", "prompts", ("prompts/tone.j2",)),
        ("eu/tone.j2", "prompts", ("prompts/eu/tone.j2",)),
        ("tone.j2", ".", ("tone.j2",)),
        ("../tone.j2", "prompts", ()),
        ("tone.j2", "lib", ()),
    ],
)
def test_with_a_template_root_a_name_starts_there_and_nowhere_else(name, root, expected):
    files = dict.fromkeys(["prompts/eu/tone.j2", "prompts/tone.j2", "tone.j2"], b"be kind")
    source = f"{{% include '{name}' %}}".encode()
    prompt = reading.one("prompts/eu/a.jinja", source, files.get, root=root)
    assert (prompt.dependencies, prompt.fault, prompt.root) == (expected, None, root)


def test_an_included_file_that_is_not_text_is_a_fault():
    files = {"prompts/b.j2": b"\xff"}
    fault = reading.one("prompts/a.jinja", b"{% include 'b.j2' %}", files.get).fault
    assert (fault.file, "UTF-8" in fault.message) == ("prompts/b.j2", True)


def test_an_included_file_that_cannot_be_read_is_a_fault():
    def load(path):
        if path == "prompts/b.j2":
            raise NotEvaluated("prompts/b.j2 is a symbolic link", id="worker-failed")

    prompt = reading.one("prompts/a.jinja", b"{% include 'b.j2' %}", load)
    assert prompt.dependencies == ("prompts/b.j2",)
    assert (prompt.fault.file, "a symbolic link" in prompt.fault.message) == ("prompts/b.j2", True)


def test_the_dependencies_of_a_folder_that_moves_as_a_whole_are_the_same():
    digests = []
    for folder in ("prompts", "templates/v2"):
        files = {f"{folder}/b.j2": b"{% include 'c.j2' %}", f"{folder}/c.j2": b"C"}
        prompt = reading.one(f"{folder}/a.jinja", b"{% include 'b.j2' %}{% include 'c.j2' %}", files.get)
        digests.append(prompt.digests[Facet.DEPENDENCIES])
    assert digests[0] == digests[1]


@pytest.mark.parametrize("name", ["../../../etc/passwd", "/etc/passwd", "..", ".", ""])
def test_a_name_never_leaves_the_repository(name):
    asked = []

    def load(path):
        asked.append(path)

    reading.one("prompts/a.jinja", f"{{% include '{name}' %}}".encode(), load)
    assert all(not path.startswith(("/", "..")) for path in asked)


def test_a_missing_include_is_recorded_and_no_error():
    prompt = parsed("{% include 'nowhere.j2' ignore missing %}")
    assert prompt.missing == ("nowhere.j2",)
    assert prompt.fault is None


def test_an_include_that_appears_changes_the_dependencies():
    source = "{% include 'tone.j2' ignore missing %}"
    absent, present = parsed(source), with_files(source, {"prompts/tone.j2": "x"})
    assert absent.digests[Facet.DEPENDENCIES] != present.digests[Facet.DEPENDENCIES]


def test_the_closure_is_transitive_and_survives_cycles():
    files = {"prompts/b.j2": "{% include 'c.j2' %}", "prompts/c.j2": "{% include 'a.jinja' %}{% include 'b.j2' %}"}
    files["prompts/a.jinja"] = "{% include 'b.j2' %}{% include 'a.jinja' %}"
    prompt = with_files(files["prompts/a.jinja"], files)
    assert prompt.dependencies == ("prompts/b.j2", "prompts/c.j2")


def test_templates_that_include_one_another_count_as_changed_when_one_does():
    source, digests = "{% include 'b.j2' %}", []
    for text in ("x", "y"):
        prompt = with_files(source, {"prompts/b.j2": "{% include 'a.jinja' %}" + text, "prompts/a.jinja": source})
        assert prompt.fault is None
        digests.append(prompt.digests)
    assert digests[0][Facet.DEPENDENCIES] != digests[1][Facet.DEPENDENCIES]


def test_a_comment_in_an_included_file_is_no_change():
    source = "{% include 'tone.j2' %}"
    before = with_files(source, {"prompts/tone.j2": "be kind"})
    after = with_files(source, {"prompts/tone.j2": "be {# very #}kind"})
    assert before.digests == after.digests


@pytest.mark.parametrize("name", ["name", "'a' ~ b", "names[0]", "'a' if b"])
def test_a_computed_include_makes_the_prompt_opaque(name):
    assert "computed" in parsed(f"{{% include {name} %}}").opaque


def test_a_computed_include_in_an_included_file_makes_the_prompt_opaque_too():
    assert "prompts/b.j2" in with_files("{% include 'b.j2' %}", {"prompts/b.j2": "{% include x %}"}).opaque


def test_a_closure_without_end_makes_the_prompt_opaque():
    def load(path):
        name = path.removeprefix("prompts/")
        return f"{{% include '{int(name) + 1}' %}}".encode() if path.startswith("prompts/") else None

    prompt = reading.one("prompts/a.jinja", b"{% include '1' %}", load)
    assert "more than" in prompt.opaque
    assert len(prompt.dependencies) <= closure.MAX_FILES + 1


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("fine\n{% if %}", 2),
        ("{{ a", 1),
        ("\n\n{% endif %}", 3),
        ("{% do x %}", 1),
        ("{% break %}", 1),
        ("{{ " + "(" * 5000 + " }}", 1),
        ("{{ " + "9" * 5000 + " }}", 1),
        ("{{ '\\ud8zz' }}", 1),
        ("x" * (jinja.MAX_SOURCE_CHARS + 1), 1),
    ],
)
def test_a_template_that_cannot_be_read_has_a_fault_and_differs_by_bytes(source, line):
    first, second = parsed(source), parsed(source + "!")
    assert first.fault is not None
    assert (first.fault.file, first.fault.line) == ("prompts/a.jinja", line)
    assert first.format is Format.JINJA
    assert first.digest != second.digest


def test_reading_a_template_computes_nothing_of_it():
    assert parsed("{{ (10**9)**(10**7) }}{{ 'a' * 10**12 }}{{ 'a' | center(10**12) }}").fault is None


def test_an_included_file_that_is_not_text_is_a_dependency_by_its_bytes():
    source = b"{% include 'tone.j2' %}"
    before = reading.one("a.j2", source, {"tone.j2": b"\xff"}.get)
    after = reading.one("a.j2", source, {"tone.j2": b"\xfe"}.get)
    assert before.dependencies == ("tone.j2",)
    assert before.digests != after.digests


def test_comments_are_taken_out_of_what_a_person_compares_but_lines_stay():
    assert jinja.without_comments("a{# one\ntwo #}b\nc") == "a\nb\nc"
