"""The comment and the summary: of foreign text comes no link, image, mention or HTML, as a Markdown parser has it."""

from hypothesis import strategies as st

from llmgate.renderers import markdown
from tests.fuzz import foreign
from tests.fuzz.surface import Surface
from tests.unit.renderers import oracle, samples

CASES = st.tuples(foreign.REPORTS, st.lists(foreign.HOSTILE, min_size=1, max_size=5))


def check(case):
    """Both pages are inert, and the summary has the blocks that it would have for words."""
    name, texts = case
    report = foreign.filled(name, texts)
    assert oracle.dangers(markdown.comment(report, marker=oracle.MARKER)) == []
    assert oracle.dangers(markdown.summary(report)) == []
    text = f"word {texts[0]} word"
    harmless, hostile = (
        samples.with_text(samples.BY_NAME[name], to) for to in (lambda _: samples.harmless(text), lambda _: text)
    )
    assert oracle.shape(markdown.summary(hostile)) == oracle.shape(markdown.summary(harmless))


SURFACE = Surface(name="markdown", about="the comment and the summary", cases=CASES, check=check)
