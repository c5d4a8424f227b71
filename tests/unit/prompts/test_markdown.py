"""Markdown: everything is sent, and headings are the structure."""

import pytest

from llmgate import prompts
from llmgate.prompts import Facet


def parsed(source):
    return prompts.parse("prompts/a.md", source.encode(), lambda _: None)


def test_a_comment_in_markdown_is_sent_and_so_is_a_change():
    before, after = parsed("# Hi\n<!-- be kind -->\n"), parsed("# Hi\n<!-- be curt -->\n")
    assert before.digests[Facet.TEXT] != after.digests[Facet.TEXT]


def test_an_edit_of_a_sentence_leaves_the_structure():
    before, after = parsed("# Hi\nbe kind\n"), parsed("# Hi\nbe curt\n")
    assert before.digests[Facet.STRUCTURE] == after.digests[Facet.STRUCTURE]


@pytest.mark.parametrize("after", ["## Hi\ntext\n", "# Ho\ntext\n", "text\n", "# Hi\n## Sub\ntext\n"])
def test_an_edit_of_a_heading_changes_the_structure(after):
    assert parsed("# Hi\ntext\n").digests[Facet.STRUCTURE] != parsed(after).digests[Facet.STRUCTURE]


@pytest.mark.parametrize("fence", ["```", "~~~~", "````python"])
def test_a_hash_inside_a_code_fence_is_no_heading(fence):
    close = fence.rstrip("python")
    before, after = parsed(f"# Hi\n{fence}\n# one\n{close}\n"), parsed(f"# Hi\n{fence}\n# two\n{close}\n")
    assert before.digests[Facet.STRUCTURE] == after.digests[Facet.STRUCTURE]


def test_a_heading_after_a_closed_fence_counts_again():
    before, after = parsed("```\nx\n```\n# one\n"), parsed("```\nx\n```\n# two\n")
    assert before.digests[Facet.STRUCTURE] != after.digests[Facet.STRUCTURE]
