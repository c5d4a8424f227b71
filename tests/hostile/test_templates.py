"""Templates that attack whoever renders them: each is refused, or killed within its deadline, and leaves nothing."""

import time

import pytest

from llmgate.errors import RenderError
from llmgate.targets.rendering import MAX_KILLS, Renderer
from tests import reading
from tests.attacks import TEMPLATE_ESCAPES as ESCAPES

DEADLINE_S = 0.5

BOMBS = [
    "{{ (10**9)**(10**7) }}",
    "{{ 9**(9**(9**9)) }}",
    "{{ 'a' * 10**9 }}",
    "{{ ['a'] * 10**9 }}",
    "{{ ('a' * 10**8) * 10**8 }}",
    "{{ 'a'|center(10**9) }}",
    "{{ 'a'.ljust(10**9) }}",
    "{{ '1'.zfill(10**10) }}",
    "{{ '%1000000000d'|format(1) }}",
    "{{ '%.1000000000f'|format(1.0) }}",
    "{{ '{:1000000000}'.format(1) }}",
    "{{ 'a'|indent(10**9) }}",
    "{{ ('a' * 10**6)|replace('a', 'b' * 10**6) }}",
    "{{ ('a ' * 10**7)|wordwrap(1) }}",
    "{{ (('a' * 10**7)|list)|join('bbbbbbbbbbbbbbbbbbbb') }}",
    "{{ (('a' * 10**7)|list)|batch(1)|list }}",
    "{{ ('a'|list)|slice(10**9)|list }}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}",
    "{% include 'prompts/a.jinja' %}",
    "{% extends 'prompts/a.jinja' %}",
    "{% import 'prompts/a.jinja' as a %}",
    "{% for a in 'a' * 99999 %}{% for b in 'b' * 99999 %}{% endfor %}{% endfor %}",
    "{% for a in 'a' * 99999 %}{% for b in 'b' * 99999 %}x{% endfor %}{% endfor %}",
    "{% set a %}{% for a in 'a' * 9999 %}{% for b in 'b' * 9999 %}xxxxxxxxxx{% endfor %}{% endfor %}{% endset %}",
    "{% for n in 'a' * 99999999 %}{% if n is filter('x' * n|length) %}{% endif %}{% endfor %}",
    "{{ " + "(" * 40 + "3" + "**9**9)" * 40 + " }}",
    "{{ " + "-" * 50_000 + "1 }}",
    "{{ " + "1+" * 50_000 + "1 }}",
    "{{ [" * 300 + "1" + "] }}" * 300,
    "{{ 1 if " * 30_000 + "1 }}",
    "{{ x" + "|upper" * 20_000 + " }}",
    "{{ x" + ".y" * 20_000 + " }}",
    "{% if x %}" * 10_000,
    "{% for a in x %}" * 100 + "{% endfor %}" * 100,
    "{{ '" + "\\" * 60_001 + "' }}",
]


def parsed(source, path="prompts/a.jinja"):
    return reading.one(path, source.encode(), {path: source.encode()}.get)


@pytest.fixture(scope="module")
def renderer():
    with Renderer(deadline_s=DEADLINE_S) as shared:
        yield shared


@pytest.mark.trust("templates")
@pytest.mark.parametrize("source", ESCAPES)
def test_no_template_gets_out_of_the_sandbox(renderer, source):
    variables = {"x": "text", "v": [1], "d": {"k": 1}}
    with pytest.raises(RenderError) as caught:
        renderer.render(parsed(source), variables)
    assert caught.value.message.isprintable()
    assert "<class" not in caught.value.message
    assert "root:" not in caught.value.message


@pytest.mark.parametrize(
    "source",
    [
        "{{ ['']|map(attribute='__class__')|list }}",
        "{{ ['']|rejectattr('__class__', 'none')|list }}",
        "{{ ['']|groupby('__class__') }}",
    ],
)
def test_a_filter_finds_nothing_under_a_private_name(renderer, source):
    text = renderer.render(parsed(source), {})[0].text
    assert "class" not in text
    assert "str" not in text


@pytest.mark.trust("templates")
@pytest.mark.parametrize("source", BOMBS, ids=range(len(BOMBS)))
def test_no_template_takes_more_than_its_deadline(renderer, source):
    started = time.monotonic()
    with pytest.raises(RenderError):
        renderer.render(parsed(source), {"x": "text"})
    elapsed = time.monotonic() - started
    (after,) = renderer.render(parsed("alive {{ n }}"), {"n": 1})
    assert after.text == "alive 1"
    # The deadline, the reading of a large template, and a margin for a machine with other things to do.
    assert elapsed < DEADLINE_S + 2.5


@pytest.mark.parametrize(
    "path",
    [
        "prompts/{1/0}.jinja",
        "prompts/'+__import__('os').system('touch owned')+'.jinja",
        'prompts/"""}{print(1)}.jinja',
        "prompts/\\\\'.jinja",
        "prompts/{{ 7*7 }}.jinja",
        "prompts/a\nimport os\n.jinja",
    ],
)
@pytest.mark.parametrize(
    "source", ["{{ x | nothing }}", "{% if x is nothing %}{% endif %}", "{% extends y %}{% extends y %}"]
)
def test_a_files_name_is_never_code(renderer, path, source):
    """CVE-2024-56201: names went unquoted into the code that Jinja generates."""
    with pytest.raises(RenderError) as caught:
        renderer.render(parsed(source, path), {"x": 1})
    assert "ZeroDivision" not in str(caught.value)
    assert "49" not in str(caught.value)


def test_a_template_that_keeps_killing_its_process_is_not_tried_again():
    prompt = parsed("{% for a in 'a' * 99999 %}{% for b in 'b' * 99999 %}{% endfor %}{% endfor %}")
    with Renderer(deadline_s=0.1) as renderer:
        for _ in range(MAX_KILLS):
            with pytest.raises(RenderError, match="stopped after"):
                renderer.render(prompt, {})
        started = time.monotonic()
        with pytest.raises(RenderError, match="not tried again"):
            renderer.render(prompt, {})
        assert time.monotonic() - started < 0.05
        assert renderer.render(parsed("ok"), {})[0].text == "ok"


@pytest.mark.parametrize("payload", [*ESCAPES[:6], "{{ q }}", "{% if %}", "{#", "#}", "{{"])
@pytest.mark.parametrize("path", ["prompts/a.jinja", "prompts/a.md"])
def test_what_a_variable_holds_is_never_a_template(renderer, path, payload):
    assert renderer.render(parsed("<{{ q }}>", path), {"q": payload})[0].text == f"<{payload}>"


def test_variables_nested_without_end_are_refused(renderer):
    value = []
    for _ in range(100_000):
        value = [value]
    with pytest.raises(RenderError, match="JSON"):
        renderer.render(parsed("{{ v }}"), {"v": value})
