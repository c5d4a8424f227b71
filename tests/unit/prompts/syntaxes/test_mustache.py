"""Mustache: the rules of https://github.com/mustache/spec, in cases of our own, and what a change of a template is."""

import pytest

from llmgate.errors import RenderError
from llmgate.prompts.syntaxes import mustache
from llmgate.prompts.syntaxes.filling import MAX_STEPS, Template
from llmgate.prompts.syntaxes.tree import MAX_DEPTH


def filled(text, variables=None, *, limit=10_000, escaped=False, **partials):
    sources = {f"p/{name}.mustache": source for name, source in partials.items()}
    template = Template(path="p/a.mustache", text=text, limit=limit, sources=sources, escaped=escaped)
    return mustache.fill(template, variables or {})


@pytest.mark.parametrize(
    ("text", "variables", "expected"),
    [
        ("no tags { } {a}", {}, "no tags { } {a}"),
        ("Hi {{name}}!", {"name": "Ada"}, "Hi Ada!"),
        ("{{ name }}|{{name}}|{{{name}}}|{{&name}}", {"name": "a<b"}, "a<b|a<b|a<b|a<b"),
        ("{{n}} {{f}} {{t}} {{no}}", {"n": 85, "f": 1.21, "t": True, "no": None}, "85 1.21 true "),
        ("{{a.b.c}}", {"a": {"b": {"c": "deep"}}}, "deep"),
        ("{{l.1}}", {"l": ["x", "y"]}, "y"),
        ("{{#on}}yes{{/on}}{{^on}}no{{/on}}", {"on": True}, "yes"),
        ("{{#on}}yes{{/on}}{{^on}}no{{/on}}", {"on": False}, "no"),
        ("{{#on}}yes{{/on}}{{^on}}no{{/on}}", {}, "no"),
        ("{{#on}}yes{{/on}}{{^on}}no{{/on}}", {"on": []}, "no"),
        ("{{#on}}yes{{/on}}{{^on}}no{{/on}}", {"on": ""}, "no"),
        ("{{#on}}yes{{/on}}{{^on}}no{{/on}}", {"on": 0}, "no"),
        ("{{#items}}[{{.}}]{{/items}}", {"items": ["a", 1]}, "[a][1]"),
        ("{{#docs}}{{id}}:{{text}};{{/docs}}", {"docs": [{"id": 1, "text": "x"}], "text": "outer"}, "1:x;"),
        ("{{#docs}}{{id}}:{{text}};{{/docs}}", {"docs": [{"id": 1}], "text": "outer"}, "1:outer;"),
        ("{{#a}}{{b.c}}{{/a}}", {"a": {"b": {"c": 1}}, "b": {"c": 2}}, "1"),
        ("{{#a}}{{#b}}{{x}}{{y}}{{/b}}{{/a}}", {"a": {"x": 1}, "b": {"y": 2}}, "12"),
        ("{{! note }}a{{!b\nc}}d", {}, "ad"),
        ("{{=<% %>=}}<% name %> {{name}}<%={{ }}=%>{{name}}", {"name": "x"}, "x {{name}}x"),
        ("{{=| |=}}|#on|y|/on|", {"on": 1}, "y"),
    ],
)
def test_values_are_put_in_as_the_specification_says(text, variables, expected):
    assert filled(text, variables) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\n{{#on}}\nb\n{{/on}}\nc\n", "a\nb\nc\n"),
        ("a\n  {{#on}}  \nb\n\t{{/on}}\nc", "a\nb\nc"),
        ("a {{#on}}\nb{{/on}}\nc", "a \nb\nc"),
        ("{{#on}}\nb\n{{/on}}", "b\n"),
        ("a\n  {{! alone }}\nb", "a\nb"),
        ("a {{! not alone }}\nb", "a \nb"),
        ("  {{#on}}{{/on}}\nb", "  \nb"),
        ("a\n{{=| |=}}\nb", "a\nb"),
        ("a\n  {{on}}\nb", "a\n  x\nb"),
        ("{{^off}}\n\n{{/off}}\n", "\n"),
    ],
)
def test_a_line_with_nothing_but_a_tag_that_prints_nothing_goes(text, expected):
    assert filled(text, {"on": "x"}) == expected


def test_a_partial_is_filled_in_the_context_of_its_place():
    assert filled("{{#docs}}{{> doc}}{{/docs}}", {"docs": [{"id": 1}, {"id": 2}]}, doc="<{{id}}>") == "<1><2>"


def test_a_partial_that_stands_alone_indents_its_lines_but_not_the_values_in_them():
    assert filled(">\n  {{> doc}}\n<", {"text": "x\ny"}, doc="|\n{{{text}}}\n\n|\n") == ">\n  |\n  x\ny\n\n  |\n<"


def test_a_partial_inside_a_line_leaves_the_white_space_around_it():
    assert filled("a {{> doc}}\nb", {}, doc=">\n>") == "a >\n>\nb"


def test_a_partial_may_include_itself_as_deep_as_the_values_go():
    node = "{{id}}<{{#next}}{{> node}}{{/next}}>"
    assert filled("{{> node}}", {"id": 1, "next": {"id": 2, "next": False}}, node=node) == "1<2<>>"


def test_html_is_escaped_where_the_program_does_so():
    assert filled("{{v}} {{{v}}} {{&v}}", {"v": "<&\">'"}, escaped=True) == "&lt;&amp;&quot;&gt;' <&\">' <&\">'"


def test_a_value_is_never_a_template():
    assert filled("{{a}}", {"a": "{{b}}", "b": "secret"}) == "{{b}}"


@pytest.mark.parametrize(
    ("text", "variables", "message"),
    [
        ("one\n{{name}}", {}, r"p/a\.mustache:2: the variable 'name' has no value"),
        ("{{a.b}}", {"a": {}}, r"p/a\.mustache:1: the variable 'a\.b' has no value"),
        ("{{v}}", {"v": [1]}, "'v' is a list or a mapping"),
        ("{{v}}", {"v": {"a": 1}}, "'v' is a list or a mapping"),
        ("\n\n{{> gone}}", {}, r"p/a\.mustache:3: the partial 'gone' is not found"),
        ("{{#v}}", {}, "is not closed"),
    ],
)
def test_what_cannot_be_filled_is_an_error_with_its_line(text, variables, message):
    with pytest.raises(RenderError, match=message):
        filled(text, variables)


def test_an_error_in_a_partial_is_told_of_the_partial():
    with pytest.raises(RenderError, match=r"p/doc\.mustache:2: the variable 'x'"):
        filled("{{> doc}}", {}, doc="one\n{{x}}")


def test_a_partial_without_end_is_refused_with_the_files_in_the_circle():
    with pytest.raises(RenderError, match=rf"deeper than {MAX_DEPTH} levels: p/a\.mustache → p/x\.mustache → p/y"):
        filled("{{> x}}", {"on": True}, x="{{#on}}{{> y}}{{/on}}", y="{{> x}}")


def test_loops_in_loops_that_print_nothing_end():
    deep = "{{#a}}" * 10 + "{{/a}}" * 10
    with pytest.raises(RenderError, match=f"more than {MAX_STEPS:,} steps"):
        filled(deep, {"a": list(range(1, 100))})


def test_what_exceeds_the_limit_is_refused():
    with pytest.raises(RenderError, match="exceeds"):
        filled("{{#a}}{{b}}{{/a}}", {"a": [1] * 100, "b": "x" * 200}, limit=1000)


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("\n{{#a}}", 2, "{{#a}} is not closed"),
        ("{{/a}}", 1, "closes nothing"),
        ("{{#a}}\n{{/b}}", 2, "closes nothing; {{#a}} of line 1 is open"),
        ("{{a", 1, "a tag is not closed"),
        ("{{{a}}", 1, "a tag is not closed"),
        ("\n{{=a=}}", 2, "two of them"),
        ("{{}}", 1, "names nothing"),
        ("{{<layout}}{{/layout}}", 1, "optional part"),
        ("{{>*name}}", 1, "optional part"),
        ("{{#a}}" * (MAX_DEPTH + 1) + "{{/a}}" * (MAX_DEPTH + 1), 1, "nest deeper"),
    ],
)
def test_what_is_no_template_is_refused_at_its_line(text, line, reason):
    refusal = mustache.scan(text).refusal
    assert refusal is not None
    assert (refusal.line, reason in refusal.reason) == (line, True), refusal


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Hi {{name}}", "Hi {{ name }}"),
        ("Hi {{name}}", "Hi {{! note }}{{name}}"),
        ("a\nb", "a\n{{! alone }}\nb"),
        ("{{#on}}x{{/on}}", "{{# on }}x{{/ on }}"),
        ("{{{v}}}", "{{&v}}"),
        ("{{v}}", "{{=| |=}}|v|"),
    ],
)
def test_what_fills_to_the_same_is_the_same(before, after):
    assert mustache.scan(before) == mustache.scan(after)


@pytest.mark.parametrize(
    ("before", "after", "part"),
    [
        ("Be kind {{name}}", "Be curt {{name}}", "pieces"),
        ("a {{x}}b", "a{{x}} b", "pieces"),
        ("{{a}}", "{{b}}", "names"),
        ("{{a}}{{b}}", "{{b}}{{a}}", "names"),
        ("{{#a}}x{{/a}}", "{{^a}}x{{/a}}", "logic"),
        ("{{#a}}x{{/a}}", "{{#b}}x{{/b}}", "logic"),
        ("{{#a}}x{{/a}}y", "{{#a}}x{{b}}{{/a}}y", "logic"),
        ("{{#a}}{{x}}{{/a}}{{y}}", "{{#a}}{{x}}{{y}}{{/a}}", "logic"),
        ("{{> a}}", "{{> b}}", "logic"),
        ("{{v}}", "{{{v}}}", "logic"),
    ],
)
def test_what_fills_otherwise_differs_in_that_part(before, after, part):
    assert getattr(mustache.scan(before), part) != getattr(mustache.scan(after), part)


def test_names_of_sections_and_placeholders_are_variables():
    scanned = mustache.scan("{{a.b}}{{#docs}}{{.}}{{id}}{{/docs}}{{^none}}{{/none}}")
    assert scanned.variables == {"a", "docs", "id", "none"}


def test_partials_are_references_and_those_outside_sections_are_always_included():
    scanned = mustache.scan("{{> a}}\n{{#on}}{{> b}}{{/on}}")
    assert [(each.names, each.line, each.always) for each in scanned.references] == [
        (("a",), 1, True),
        (("b",), 2, False),
    ]
