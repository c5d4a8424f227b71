"""Semantic Kernel's own syntax: variables, values and calls."""

import pytest

from llmgate.errors import RenderError
from llmgate.prompts.syntaxes import semantic_kernel


def filled(text, variables=None, limit=1000):
    return semantic_kernel.fill("p/skprompt.txt", text, variables or {}, limit)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hi {{$name}}!", "Hi Ada!"),
        ("{{ $name }} {{$n}} {{$l}}", 'Ada 3 ["x"]'),
        ("{{'text'}} {{\"more\"}} {{ 'it\\'s' }}", "text more it's"),
        ("{{'}} {{'}}", "}} {{"),
        ("{{}} {{ }} { $name } {{$", "{{}} {{ }} { $name } {{$"),
        ("{{ {{$name}}", "{{ Ada"),
        ("{{{$name}}}", "{Ada}"),
        ('say "{{$name}}"', 'say "Ada"'),
        ("{{'unclosed {{$name}}", "{{'unclosed {{$name}}"),
    ],
)
def test_variables_and_values_are_put_in(text, expected):
    assert filled(text, {"name": "Ada", "n": 3, "l": ["x"]}) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a\n{{$name}}", r"p/skprompt\.txt:2: the variable 'name' has no value"),
        ("{{time.now}}", r"p/skprompt\.txt:1: \{\{time\.now\}\} calls a function"),
        ("\n{{summarise $input style='short'}}", r"p/skprompt\.txt:2: .* calls a function"),
    ],
)
def test_what_the_program_computes_is_an_error_with_its_line(text, message):
    with pytest.raises(RenderError, match=message):
        filled(text)


def test_what_exceeds_the_limit_is_refused():
    with pytest.raises(RenderError, match="exceeds"):
        filled("{{$a}}" * 20, {"a": "x" * 100})


def test_a_value_is_never_a_template():
    assert filled("{{$a}}", {"a": "{{$b}}", "b": "secret"}) == "{{$b}}"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Hi {{$a}}", "Hi {{ $a }}"),
        ("a{{'b'}}c", "abc"),
        ("{{p.f x=$a}}", "{{ p.f  x = $a }}"),
    ],
)
def test_what_fills_to_the_same_is_the_same(before, after):
    assert semantic_kernel.scan(before) == semantic_kernel.scan(after)


@pytest.mark.parametrize(
    ("before", "after", "part"),
    [
        ("Be kind {{$a}}", "Be curt {{$a}}", "pieces"),
        ("{{'kind'}}", "{{'curt'}}", "pieces"),
        ("{{$a}}", "{{$b}}", "names"),
        ("{{p.f $a}}", "{{p.f $b}}", "names"),
        ("{{p.f $a}}", "{{p.g $a}}", "logic"),
        ("{{p.f x='1'}}", "{{p.f x='2'}}", "logic"),
    ],
)
def test_what_fills_otherwise_differs_in_that_part(before, after, part):
    assert getattr(semantic_kernel.scan(before), part) != getattr(semantic_kernel.scan(after), part)


def test_variables_are_also_those_that_are_passed_to_functions():
    found = semantic_kernel.scan("{{$a}} {{p.f $b}} {{g x=$c y='$d'}}").variables
    assert found == {"a", "b", "c"}


@pytest.mark.parametrize("block", ["{{#if a}}", "{{a.b.c}}", "{{f $}}", "{{f a}}", "{{-}}"])
def test_a_block_that_is_none_is_refused_at_its_line(block):
    refusal = semantic_kernel.scan(f"one\n{block}").refusal
    assert refusal is not None
    assert (refusal.line, "is no block" in refusal.reason) == (2, True)
