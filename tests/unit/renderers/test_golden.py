"""The comment in every situation, as it was reviewed, and what holds for all of them."""

import re

import pytest

from llmgate.renderers import fitting, markdown
from llmgate.verdict import Verdict
from scripts import golden
from tests import situations
from tests.unit.renderers import oracle

MADE = golden.comments()


@pytest.mark.parametrize("name", MADE)
def test_the_comment_of_each_situation_is_the_reviewed_one(name):
    assert MADE[name] == (golden.GOLDEN / name).read_text(encoding="utf-8"), "python -m scripts.golden; then read it"


def test_no_reviewed_comment_is_left_over():
    assert {path.name for path in golden.GOLDEN.iterdir()} == set(MADE)


def test_every_verdict_is_among_the_situations_and_there_are_many():
    assert {report.verdict for report in situations.BY_NAME.values()} == set(Verdict)
    assert len(situations.BY_NAME) >= 20


@pytest.mark.parametrize("name", MADE)
def test_nothing_in_it_is_dangerous_and_it_links_to_ours_and_the_run_alone(name):
    assert oracle.dangers(MADE[name], ours=oracle.OURS | {golden.RUN}) == []


@pytest.mark.parametrize("name", MADE)
def test_the_marker_is_first_the_heading_next_and_all_of_it_within_the_limit(name):
    text = MADE[name]
    assert text.startswith(f"{oracle.MARKER}\n\n## ")
    assert fitting.utf16(text) <= markdown.COMMENT_LIMIT


@pytest.mark.parametrize("name", situations.BY_NAME)
def test_the_command_stands_in_a_block_of_its_own(name):
    command = situations.BY_NAME[name].reproduce
    blocks = [token.content for token in oracle.parsed(MADE[f"{name}.md"]) if token.type == "fence"]
    assert (f"{command}\n" in blocks) is bool(command)


@pytest.mark.parametrize("name", MADE)
def test_each_row_of_a_table_has_a_cell_for_each_column(name):
    tokens = oracle.parsed(MADE[name])
    written = [line for line in MADE[name].split("\n") if line.startswith("| ")]
    assert sum(token.type == "tr_open" for token in tokens) == len(written)
    for line in written:
        assert len(re.findall(r"(?<!\\)\|", line)) in {4, 5, 6, 7}


@pytest.mark.parametrize("name", MADE)
def test_what_is_folded_is_closed_again(name):
    blocks = [token.content for token in oracle.parsed(MADE[name]) if token.type == "html_block"]
    tags = [tag for block in blocks for tag in re.findall(r"</?details>", block)]
    assert tags == ["<details>", "</details>"] * (len(tags) // 2)


@pytest.mark.parametrize("name", MADE)
def test_a_line_of_code_fits_the_width_of_a_comment(name):
    fences = [token for token in oracle.parsed(MADE[name]) if token.type == "fence" and token.info == "diff"]
    lines = [line for fence in fences for line in fence.content.split("\n")]
    assert max((len(line) for line in lines), default=0) <= 100 or "edit" in MADE[name]
