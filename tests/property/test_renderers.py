"""Whatever text is in a report, what people see is inert and within its size."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from llmgate.renderers import annotations, fitting, inert, markdown, page, terminal
from llmgate.renderers import json as json_renderer
from tests import runner, tags
from tests.fuzz.foreign import REPORTS, TEXTS, filled
from tests.unit.renderers import oracle, samples

MANY = settings(max_examples=150, deadline=None)


@MANY
@given(REPORTS, st.lists(TEXTS, min_size=1, max_size=5))
def test_a_comment_is_inert(name, texts):
    """No mention, reference, link, image, HTML or control in a comment derives from data."""
    assert oracle.dangers(markdown.comment(filled(name, texts), marker=oracle.MARKER)) == []


@MANY
@given(REPORTS, TEXTS)
def test_the_blocks_of_a_page_do_not_depend_on_the_data(name, text):
    """The page has the same blocks, in the same nesting, for any text as for a word."""
    text = f"word {text} word"
    harmless = markdown.summary(samples.with_text(samples.BY_NAME[name], lambda _: samples.harmless(text)))
    hostile = markdown.summary(samples.with_text(samples.BY_NAME[name], lambda _: text))
    assert oracle.shape(hostile) == oracle.shape(harmless)


@MANY
@given(REPORTS, st.lists(TEXTS, min_size=1, max_size=5), st.integers(8_000, 60_000), st.integers(1, 3_000))
def test_a_comment_fits(name, texts, limit, times):
    """At most `limit` code points and UTF-16 units; the marker comes first and the heading stays."""
    report = filled(name, [text * times for text in texts])
    body = markdown.comment(report, marker=oracle.MARKER, limit=limit)
    assert max(len(body), fitting.utf16(body)) <= limit
    assert body.startswith(f"{oracle.MARKER}\n\n## ")


@MANY
@given(REPORTS, st.lists(TEXTS, min_size=1, max_size=5), st.integers(8_000, 200_000))
def test_a_summary_fits(name, texts, limit):
    """At most `limit` bytes of UTF-8, encodable as such."""
    assert len(markdown.summary(filled(name, [text * 2_000 for text in texts]), limit).encode()) <= limit


@MANY
@given(REPORTS, st.lists(TEXTS, min_size=1, max_size=5), st.integers(20, 160), st.booleans())
def test_a_log_holds_no_command(name, texts, width, colour):
    """The runner finds no command in the terminal's report, at any width."""
    assert runner.log_commands(terminal.render(filled(name, texts), width=width, colour=colour)) == []


@MANY
@given(TEXTS)
def test_log_text_holds_no_command_and_stays_so(text):
    """Making text inert for the log leaves no command, and doing it twice changes nothing more."""
    once = inert.log(text)
    assert runner.log_commands(once) == []
    assert inert.log(once) == once


@MANY
@given(REPORTS, TEXTS)
def test_each_finding_is_one_annotation(name, text):
    """A line for each annotation, and each line is one for the runner."""
    printed = annotations.render(samples.with_text(samples.BY_NAME[name], lambda _: text))
    assert len(runner.log_commands(printed)) == printed.count("\n")


@MANY
@given(REPORTS, TEXTS)
def test_the_json_document_means_the_same(name, text):
    """What is read back is the report, but for lone surrogates, which no JSON can carry in UTF-8."""
    report = samples.with_text(samples.BY_NAME[name], lambda _: text.replace("\ud800", ""))
    printed = json_renderer.render(report)
    assert json.loads(printed) == json.loads(json.dumps(report.model_dump(by_alias=True)))
    printed.encode()


@MANY
@given(TEXTS, st.integers(2, 100))
def test_a_line_is_one_line_within_its_limit(text, limit):
    """One line, no runs of space, at most `limit` characters; done twice it does not change."""
    line = inert.line(text, limit)
    assert len(line) <= limit
    assert "\n" not in line
    assert inert.line(line, limit) == line


@MANY
@given(REPORTS, TEXTS)
def test_the_elements_of_a_page_do_not_depend_on_the_data(name, text):
    """The page has the same tags with the same attributes for any text as for a word, and its data stays data."""
    text = f"word {text} word"
    harmless = page.render(samples.with_text(samples.BY_NAME[name], lambda _: samples.harmless(text)))
    hostile = page.render(samples.with_text(samples.BY_NAME[name], lambda _: text))
    assert tags.Tags(hostile).found == tags.Tags(harmless).found
    json.loads(tags.Tags(hostile).data)
