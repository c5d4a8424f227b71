"""What an edit of TypeScript changes, whatever the texts in it are."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from llmgate.prompts import Facet, discovery, templates

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\r", exclude_categories=["Cs"]), max_size=40)
QUOTES = st.sampled_from(['"', "'", "`"])
OPTIONS = ("model: openai('gpt-4o')", "temperature: 0.5", "topP: 1")


def literal(text, quote):
    """Write a text as JavaScript, in one of its three ways."""
    inner = json.dumps(text)[1:-1].replace('\\"', '"')
    escaped = inner.replace(quote, "\\" + quote)
    return quote + (escaped.replace("${", "\\${") if quote == "`" else escaped) + quote


def read(system, options=OPTIONS, around=""):
    parts = [f"system: {system}", "prompt: `Q: ${question}`", *options]
    source = f"// generateText\n{around}export const f = (question) =>\n  generateText({{ {', '.join(parts)} }});\n"
    (prompt,) = discovery.read("a.ts", source.encode(), lambda _: None)
    return prompt


@given(TEXTS, QUOTES, QUOTES, st.permutations(OPTIONS), st.sampled_from(["", "/* a */ ", "const x = 1;\n"]))
@settings(max_examples=60)
def test_quotes_order_and_comments_change_no_digest(text, one, other, options, around):
    """The same text in another notation, beside options in another order, is the same prompt."""
    assert read(literal(text, one)).digests == read(literal(text, other), options, around).digests


@given(TEXTS, TEXTS, QUOTES)
@settings(max_examples=60)
def test_an_edit_of_the_text_changes_the_text_alone(before, after, quote):
    """Another text is a change of the text, and of nothing else."""
    old, new = (read(literal("Be kind. " + text, quote)) for text in (before, after))
    changed = {facet for facet in Facet if old.digests.get(facet) != new.digests.get(facet)}
    assert changed == ({Facet.TEXT} if old.turns[0] != new.turns[0] else set())


@given(TEXTS, TEXTS, QUOTES)
@settings(max_examples=60)
def test_what_is_rendered_is_what_javascript_would_make(text, question, quote):
    """A literal is sent as JavaScript reads it, and a value as it is."""
    source = literal("Be kind. " + text, quote)
    system, user = templates.fill(read(source), {"question": question})
    assert user.text == "Q: " + question
    assert system.text == "Be kind. " + text or not text.isascii()
