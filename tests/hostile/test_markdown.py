"""Text from a pull request, a model or a provider cannot do anything in the comment or the summary."""

import pytest

from llmgate.renderers import inert, markdown
from tests.attacks import MARKDOWN as ATTACKS
from tests.unit.renderers import oracle, samples

REPORTS = ("regressed", "rejected", "not_evaluated", "simulated", "inconclusive", "not_applicable")


@pytest.mark.trust("markdown")
@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_leaves_nothing_dangerous_in_the_comment(name, attack):
    report = samples.with_text(samples.BY_NAME[name], lambda _: ATTACKS[attack])
    assert oracle.dangers(markdown.comment(report, marker=oracle.MARKER)) == []


@pytest.mark.trust("markdown")
@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_leaves_nothing_dangerous_in_the_summary(attack):
    report = samples.with_text(samples.REGRESSED, lambda _: ATTACKS[attack])
    assert oracle.dangers(markdown.summary(report)) == []


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_does_not_change_the_blocks_of_the_page(name, attack):
    text = f"word {ATTACKS[attack]} word"
    harmless = samples.with_text(samples.BY_NAME[name], lambda _: samples.harmless(text))
    hostile = samples.with_text(samples.BY_NAME[name], lambda _: text)
    pages = [markdown.summary(report) for report in (harmless, hostile)]
    assert oracle.shape(pages[1]) == oracle.shape(pages[0])


@pytest.mark.trust("markdown")
@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_does_not_move_the_marker_or_the_heading(attack):
    report = samples.with_text(samples.REGRESSED, lambda _: ATTACKS[attack])
    body = markdown.comment(report, marker=oracle.MARKER)
    assert body.split("\n")[:3] == [oracle.MARKER, "", "## ✗ llmgate: 2 fixtures broke, merge blocked"]
    assert body.count(oracle.MARKER) == 1 or attack == "marker"


STRUCTURAL = {"heading", "rule", "quote", "indented code", "nested code", "mermaid", "list", "list with a number first"}
HARMLESS = {
    "long word",
    "only backticks",
    "many backticks",
    "emphasis",
    "colour",
    "workflow command",
    "marker",
    "quoted code",
}


@pytest.mark.parametrize("attack", sorted(set(ATTACKS) - STRUCTURAL - HARMLESS - {"math with a code word"}))
def test_the_oracle_sees_the_attack_where_it_is_printed_raw_or_naively_quoted(attack):
    text = ATTACKS[attack]
    naive = [f"{oracle.MARKER}\n\n## heading\n\n{quoted}\n" for quoted in (text, f"x `{text}` x", f"```\n{text}\n```")]
    assert any(oracle.dangers(body) for body in naive)


@pytest.mark.parametrize("attack", sorted(STRUCTURAL))
def test_the_oracle_sees_the_attack_on_the_structure_where_it_is_printed_raw(attack):
    assert oracle.shape(f"a\n\n{ATTACKS[attack]}\n") != oracle.shape("a\n\nword\n")


@pytest.mark.parametrize("text", ["14 days", "It is “fine” (really), isn't it?", "80.5% at 12:30 — well-known → done."])
def test_plain_words_stay_plain(text):
    assert inert.prose(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ask @octocat about #12 now", "ask `@octocat` about `#12` now"),
        ("`gpt-4.1` is a floating name", "`gpt-4.1` is a floating name"),
        ("see (`a|b`), then go", "see (`a|b`), then go"),
        ("a ``b` c", "a ``` ``b` ``` c"),
        ("1. first", "`1.` first"),
        ("deadbeef is a commit", "`deadbeef` is a commit"),
        ("effects of facades", "effects of facades"),
    ],
)
def test_words_that_can_do_something_become_code(text, expected):
    assert inert.prose(text) == expected


def test_a_code_span_is_longer_than_the_backticks_in_it():
    assert inert.code("a``b") == "```a``b```"
    assert inert.code("`") == "`` ` ``"


def test_a_pipe_in_a_cell_is_escaped_and_elsewhere_it_is_not():
    assert inert.code("a|b", cell=True) == r"`a\|b`"
    assert inert.code("a|b") == "`a|b`"


def test_a_fence_is_longer_than_the_backticks_in_it():
    assert inert.fence("a\n````\nb", "diff").startswith("`````diff\n")


def test_text_is_cut_to_its_limit_even_if_most_of_it_is_unseen():
    assert len(inert.line("\u200b" * 1_000_000 + "a" * 1_000, 50)) <= 50
    assert inert.line("a" * 51, 50) == "a" * 49 + "…"
