"""Mustache and Handlebars files: their syntax, their partials, and where they are taken for prompts."""

import pytest

from llmgate.errors import RenderError
from llmgate.prompts import Facet, Format, Syntax, Turn, collection, discovery, templates
from tests import reading


def with_files(source, files, path="prompts/a.mustache", **settings):
    return reading.one(path, source.encode(), {name: text.encode() for name, text in files.items()}.get, **settings)


@pytest.mark.parametrize(
    ("path", "syntax"),
    [
        ("prompts/a.mustache", Syntax.MUSTACHE),
        ("prompts/a.hbs", Syntax.HANDLEBARS),
        ("prompts/A.Handlebars", Syntax.HANDLEBARS),
    ],
)
def test_the_ending_tells_the_syntax(path, syntax):
    prompt = with_files("Hi {{name}}", {}, path)
    assert (prompt.format, prompt.syntax) == (Format.MUSTACHE, syntax)


@pytest.mark.parametrize("path", ["prompts/a.mustache", "prompts/a.hbs"])
def test_the_file_becomes_one_text_without_a_role_and_without_escapes(path):
    prompt = with_files("Hi {{name}} & all", {}, path)
    assert templates.fill(prompt, {"name": "<Ada>"}) == (Turn(None, "Hi <Ada> & all"),)


@pytest.mark.parametrize(
    ("path", "existing"),
    [
        ("prompts/eu/a.mustache", "prompts/eu/tone.mustache"),
        ("prompts/eu/a.mustache", "prompts/tone.mustache"),
        ("prompts/eu/a.mustache", "tone"),
        ("prompts/eu/a.hbs", "prompts/eu/tone.hbs"),
        ("prompts/eu/a.hbs", "prompts/tone.handlebars"),
    ],
)
def test_a_partial_is_the_nearest_file_of_its_name(path, existing):
    prompt = with_files("{{> tone}} {{q}}", {existing: "Be {{mood}}."}, path)
    assert (prompt.dependencies, prompt.variables) == ((existing,), ("mood", "q"))
    assert templates.fill(prompt, {"mood": "kind", "q": "?"})[0].text == "Be kind. ?"


def test_with_a_template_root_a_partial_starts_there():
    files = {"lib/tone.mustache": "L", "prompts/tone.mustache": "P"}
    assert with_files("{{> tone}}", files, root="lib").dependencies == ("lib/tone.mustache",)


def test_a_partial_that_can_be_two_files_is_a_fault_that_names_both():
    fault = with_files("\n{{> tone}}", {"prompts/tone.mustache": "", "tone.mustache": ""}).fault
    assert fault is not None
    assert (fault.line, "prompts/tone.mustache or tone.mustache" in fault.message) == (2, True)


def test_an_edit_of_a_partial_changes_the_dependencies_and_its_comments_do_not():
    before, after, noted = (with_files("{{> t}}", {"prompts/t.mustache": t}) for t in ("a", "b", "{{! x }}a"))
    assert before.digests[Facet.DEPENDENCIES] != after.digests[Facet.DEPENDENCIES]
    assert before.digests == noted.digests


@pytest.mark.parametrize("ending", ["mustache", "hbs"])
def test_partials_in_an_unconditional_circle_are_a_fault_that_names_them(ending):
    files = {f"prompts/b.{ending}": "\n{{> c}}", f"prompts/c.{ending}": "{{> b}}"}
    prompt = with_files("{{> b}}", files, f"prompts/a.{ending}")
    assert prompt.fault is not None
    assert f"prompts/b.{ending} → prompts/c.{ending} → prompts/b.{ending}" in prompt.fault.message
    with pytest.raises(RenderError, match="without end"):
        templates.fill(prompt, {})


def test_a_file_that_includes_itself_is_such_a_circle():
    source = "one\n{{> a}}"
    fault = with_files(source, {"prompts/a.mustache": source}).fault
    assert fault is not None
    assert (fault.file, fault.line) == ("prompts/a.mustache", 2)


def test_a_circle_behind_a_condition_is_no_fault():
    files = {"prompts/b.mustache": "{{id}}{{#next}}{{> b}}{{/next}}"}
    prompt = with_files("{{> b}}", files)
    assert prompt.fault is None
    assert templates.fill(prompt, {"id": 1, "next": {"id": 2, "next": None}})[0].text == "12"


def test_a_circle_counts_as_changed_when_one_of_its_files_is():
    before, after = (with_files("{{> b}}", {"prompts/b.mustache": "{{> b}}" + text}) for text in ("x", "y"))
    assert before.digests != after.digests


def test_a_template_that_cannot_be_read_has_a_fault_with_its_line():
    first, second = with_files("a\n{{#b}}", {}), with_files("a\n{{#b}}c", {})
    assert first.fault is not None
    assert (first.fault.line, first.digest == second.digest) == (2, False)


def test_what_a_template_includes_is_read_in_its_syntax():
    files = {"p/a.mustache": b"{{> b.txt}}", "p/b.txt": b"{{! note }}b", "p/c.jinja": b"{% include 'd.prompt' %}"}
    files["p/d.prompt"] = b"{# note #}d"
    wanted = collection.Wanted(declared=frozenset({"p/a.mustache", "p/b.txt", "p/c.jinja"}))
    found = collection.collect(wanted, files.get, lambda _: None)
    assert (found["p/b.txt"].syntax, found["p/d.prompt"].syntax) == (Syntax.MUSTACHE, Syntax.JINJA)


@pytest.mark.parametrize("path", ["prompts/a.mustache", "src/support_prompt.hbs", "system_prompt.handlebars"])
def test_a_template_is_taken_where_its_name_says_that_it_is_a_prompt(path):
    assert discovery.read(path, b"Hi {{name}}", lambda _: None)[0].format is Format.MUSTACHE


def test_a_template_is_taken_where_it_begins_by_telling_a_model_who_it_is():
    assert discovery.read("src/a.hbs", b"You are a helpful assistant. {{q}}", lambda _: None) != ()


@pytest.mark.parametrize(
    "path",
    [
        "views/index.hbs",
        "views/layouts/main.handlebars",
        "templates/email.mustache",
        "codegen/model.mustache",
        "plop-templates/component.hbs",
        "node_modules/x/prompts/a.hbs",
        "tests/prompts/a.mustache",
        "generators/promptly/index.hbs",
        "docs/theme/partials/head.hbs",
    ],
)
def test_a_template_of_anything_else_is_not_taken(path):
    assert discovery.read(path, b"<html>{{title}}</html>", lambda _: None) == ()
