"""Laws of prompts in Python code: what only formats the code changes nothing, and a text is a text."""

import ast
import string

from hypothesis import given, settings
from hypothesis import strategies as st

from llmgate.prompts import Facet, discovery, templates

letters = st.text(string.ascii_letters + " .,", min_size=1, max_size=20)
texts = st.text(string.ascii_letters + " .,{}'\"\\%\n", max_size=30)


def only(source):
    (prompt,) = discovery.read("app/bot.py", source.encode(), lambda _: None)
    return prompt


def call(system, user):
    return (
        "from openai import OpenAI\n"
        f"OpenAI().chat.completions.create(model='gpt-4o', temperature=0.5, messages=["
        f"{{'role': 'system', 'content': {system}}}, {{'role': 'user', 'content': {user}}}])\n"
    )


def quoted(text, style):
    """Write a literal: on one line, or in two pieces, or as a sum."""
    half = len(text) // 2
    match style:
        case 0:
            return repr(text)
        case 1:
            return f"(\n    # a comment\n    {text[:half]!r}\n    {text[half:]!r}\n)"
        case _:
            return f"{text[:half]!r} + {text[half:]!r}"


@settings(max_examples=60)
@given(texts, texts, st.integers(0, 2), st.integers(0, 2))
def test_how_a_literal_is_written_changes_no_digest(system, user, one, other):
    """Quotes, comments, pieces and sums are the same text."""
    before = only(call(repr(system), repr(user)))
    after = only(call(quoted(system, one), quoted(user, other)))
    assert before.digests == after.digests


@settings(max_examples=60)
@given(texts, texts)
def test_the_parsers_own_formatting_changes_no_digest(system, user):
    """`ast.unparse` writes the same code: digests know only the tree."""
    source = call(repr(system), repr(user))
    assert only(source).digests == only(ast.unparse(ast.parse(source))).digests


@settings(max_examples=60)
@given(letters, letters, letters)
def test_an_edit_of_a_literal_piece_changes_the_text_alone(system, user, extra):
    """A word more is a word more, whatever stands around it."""
    before = only(call(repr(system), f"f'{user} {{question}}'"))
    after = only(call(repr(system + extra), f"f'{user} {{question}}'"))
    assert {facet for facet in Facet if before.digests.get(facet) != after.digests.get(facet)} == {Facet.TEXT}


@settings(max_examples=60)
@given(texts, texts, texts)
def test_what_is_rendered_is_what_python_would_make(before, after, value):
    """An f-string with a placeholder renders to the text that Python makes of it, braces and all."""
    text = before.replace("{", "{{").replace("}", "}}"), after.replace("{", "{{").replace("}", "}}")
    literal = repr(text[0] + "\0" + text[1]).replace("\\x00", "{question}")
    expected = before + value + after
    prompt = only(call("'Answer.'", f"f{literal}"))
    assert templates.fill(prompt, {"question": value})[1].text == expected
