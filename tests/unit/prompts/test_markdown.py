"""Markdown: everything is sent, and everything is text."""

import pytest

from llmgate.prompts import Facet
from tests import reading


def parsed(source):
    return reading.one("prompts/a.md", source.encode(), lambda _: None)


def test_a_comment_in_markdown_is_sent_and_so_is_a_change():
    before, after = parsed("# Hi\n<!-- be kind -->\n"), parsed("# Hi\n<!-- be curt -->\n")
    assert before.digests[Facet.TEXT] != after.digests[Facet.TEXT]


@pytest.mark.parametrize("after", ["## Hi\ntext\n", "# Ho\ntext\n", "text\n", "# Hi\n## Sub\ntext\n"])
def test_a_heading_is_text_like_any_other(after):
    before, changed = parsed("# Hi\ntext\n").digests, parsed(after).digests
    assert {facet for facet in before if before[facet] != changed[facet]} == {Facet.TEXT}
