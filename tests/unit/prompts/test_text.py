"""Plain text and its placeholders."""

import time

import pytest

from llmgate.errors import RenderError
from llmgate.prompts import Facet, Turn, syntaxes, templates
from tests import reading


def parsed(source, path="prompts/a.txt"):
    return reading.one(path, source.encode(), lambda _: None)


def test_placeholders_are_the_variables_in_order_of_their_names():
    assert parsed("{{ zeta }} {{alpha}} {{ zeta }}").variables == ("alpha", "zeta")


@pytest.mark.parametrize(
    ("before", "after", "facet"),
    [
        ("Hi {{ name }}", "Hi {{ customer }}", Facet.VARIABLES),
        ("{{ a }} and {{ b }}", "{{ b }} and {{ a }}", Facet.VARIABLES),
        ("{{ a }} and {{ b }}", "{{ a }} or {{ b }}", Facet.TEXT),
        ("{{ a }} and", "and {{ a }}", Facet.TEXT),
    ],
)
def test_names_are_variables_and_what_stands_around_them_is_text(before, after, facet):
    old, new = parsed(before).digests, parsed(after).digests
    assert {each for each in old if old[each] != new[each]} == {facet}


def test_text_becomes_one_turn_without_a_role():
    assert templates.fill(parsed("Hi {{ name }}!\n"), {"name": "Ada"}) == (Turn(None, "Hi Ada!\n"),)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("x", "x"),
        (1, "1"),
        (1.5, "1.5"),
        (True, "true"),
        (None, "null"),
        (["é", 1], '["é", 1]'),
        ({"a": 1}, '{"a": 1}'),
    ],
)
def test_text_is_inserted_as_it_is_and_other_values_as_json(value, expected):
    assert templates.fill(parsed("{{ v }}"), {"v": value})[0].text == expected


def test_a_value_is_never_expanded_again():
    assert templates.fill(parsed("{{ a }}{{ b }}"), {"a": "{{ b }}", "b": "secret"})[0].text == "{{ b }}secret"


def test_a_missing_variable_is_an_error_with_its_name_and_line():
    with pytest.raises(RenderError, match=r"prompts/a\.txt:3: the variable 'name' has no value"):
        templates.fill(parsed("one\ntwo\n{{ name }}"), {"nome": "x"})


@pytest.mark.parametrize("literal", ["{ name }", "{{ }}", "{{ 1x }}", "{{ a b }}", "${name}", "{{name}", "{% of %}"])
def test_anything_else_in_braces_is_text(literal):
    assert templates.fill(parsed(literal), {})[0].text == literal


def test_names_may_hold_dots_and_dashes():
    assert templates.fill(parsed("{{ user.name }} {{a-b}}"), {"user.name": "Ada", "a-b": "B"})[0].text == "Ada B"


def test_values_that_multiply_are_refused_before_they_are_joined():
    with pytest.raises(RenderError, match="exceeds"):
        templates.fill(parsed("{{v}}" * 10_000), {"v": "x" * 1_000_000})


def test_values_that_multiply_are_refused_before_they_are_written():
    started = time.process_time()
    with pytest.raises(RenderError, match="exceeds"):
        templates.fill(parsed("{{v}}" * 10_000), {"v": list(range(200_000))})
    assert time.process_time() - started < 2.0


def test_several_messages_share_one_limit():
    source = "messages:\n- {role: system, content: '{{v}}'}\n- {role: user, content: '{{v}}'}\n"
    with pytest.raises(RenderError, match="exceeds"):
        templates.fill(parsed(source, "a.prompt.yml"), {"v": "x" * (syntaxes.MAX_RENDERED_CHARS // 2 + 1)})


def test_a_prompt_of_the_largest_size_is_rendered():
    filled = templates.fill(parsed("{{v}}{{v}}"), {"v": "x" * (syntaxes.MAX_RENDERED_CHARS // 2)})
    assert len(filled[0].text) == syntaxes.MAX_RENDERED_CHARS


@pytest.mark.parametrize("path", ["a.txt", "a.jinja"])
def test_a_prompt_with_a_fault_is_never_rendered_as_nothing(path):
    broken = reading.one(path, b"{% if \xff", lambda _: None)
    with pytest.raises(RenderError, match="UTF-8"):
        templates.fill(broken, {})


def test_a_jinja_template_is_never_rendered_here():
    with pytest.raises(ValueError, match="Jinja"):
        templates.fill(parsed("{{ a }}", "a.jinja"), {"a": "x"})
