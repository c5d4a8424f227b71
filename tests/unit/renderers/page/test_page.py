"""The page as it is written, before any script runs."""

import json
import re

import pytest

from llmgate.renderers import page
from llmgate.renderers.page import plots
from llmgate.report.shown import Shown
from llmgate.verdict import Verdict
from tests import pages
from tests.unit.renderers import samples


def data(written):
    return json.loads(re.search('<script type="application/json" id="data">(.*?)</script>', written, re.DOTALL)[1])


def plain(written):
    """The words that stand there without a script."""
    body = re.sub(r"<(script|style)\b.*?</\1>", "", written, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", body))


@pytest.mark.parametrize("name", samples.BY_NAME)
def test_each_verdict_has_a_page_with_its_heading_and_its_reasons(name):
    report = samples.BY_NAME[name]
    words = plain(page.render(report))
    assert report.verdict.value.replace("_", " ") in words
    if report.verdict is Verdict.NOT_EVALUATED:
        assert report.reasons[0].message.split("\n")[0].split("`")[0] in words


def test_the_same_report_and_trials_give_the_same_bytes():
    assert page.render(pages.REPORT, pages.SHOWN) == page.render(pages.REPORT, pages.SHOWN)


def test_the_page_names_no_other_place_and_has_no_style_of_an_element():
    written = re.sub(r"<(script|style)\b.*?</\1>", "", page.render(pages.REPORT, pages.SHOWN), flags=re.DOTALL)
    named = re.findall(r'\s(src|href|action|style|on[a-z]+)="([^"]*)"', written)
    assert {name for name, _ in named} == {"href"}
    assert all(value.startswith("#") for _, value in named)


def test_what_broke_points_to_its_fixture_in_the_list():
    assert 'href="#fixture=refund-window-eu"' in page.render(pages.REPORT)


def test_a_report_without_trials_shows_its_examples():
    first = data(page.render(pages.REPORT))["fixtures"][0]
    assert (first["id"], first["pairs"][0]["head"]["outcome"]) == ("refund-window-eu", "failed")


def test_a_failing_head_stands_beside_a_passing_base():
    trials = (
        pages.trial("order-lookup", "base", 0, outcome="failed"),
        pages.trial("order-lookup", "base", 5),
        pages.trial("order-lookup", "head", 0, outcome="passed"),
        pages.trial("order-lookup", "head", 7),
    )
    found = {each["id"]: each for each in data(page.render(pages.REPORT, Shown(trials=trials)))["fixtures"]}
    pair = found["order-lookup"]["pairs"][0]
    assert (pair["base"]["index"], pair["head"]["index"]) == (5, 7)


def test_what_was_sent_is_compared_turn_by_turn_where_both_arms_were_sent_something():
    found = {each["id"]: each for each in data(page.render(pages.REPORT, pages.SHOWN))["fixtures"]}
    both, alone = found["refund-window-eu"]["sent"], found["refund-window-uk"]["sent"]
    assert [fate for fate, _ in both[0]["diff"]] == [0, -1, 1, 0]
    assert [fate for turn in alone for fate, _ in turn["diff"]] == [0, 0]


def test_documents_are_listed_once_with_their_rank_on_each_arm():
    base, head = pages.pair("order-lookup")
    moved = head.model_copy(update={"documents": (pages.ShownDocument(id="new", text="x"), *base.documents)})
    found = data(page.render(pages.REPORT, Shown(trials=(base, moved))))["fixtures"]
    documents = next(each["documents"] for each in found if each["id"] == "order-lookup")
    assert [(each["id"], each["base"], each["head"]) for each in documents] == [
        ("new", None, 1),
        ("returns.md#3", 1, 2),
    ]


def test_what_found_no_room_is_said():
    assert "The trials of 3 fixtures found no room in this file." in page.render(pages.REPORT, Shown(left_out=3))


def test_the_plots_have_their_numbers_in_tables():
    words = plain(page.render(pages.REPORT))
    for said in (
        "Evidence over rounds",
        "4 rounds",
        "Pass rates by category",
        "90.0 % → 10.0 %",
        "−100.0 (−100.0 to −69.0)",
    ):
        assert said in words


def test_of_many_fixtures_those_that_differ_most_are_drawn():
    report, _ = pages.many(3_000)
    words = plain(page.render(report))
    assert f"The {plots.MOST_FIXTURES} of 3,000 fixtures that differ most" in words
    assert len(re.findall("#fixture=", page.render(report))) < 100


@pytest.mark.parametrize("looks", [(1e-9, 0.0), (1e300,), (25.0,) * 3])
def test_evidence_of_any_size_stays_within_its_picture(looks):
    report = pages.REPORT.model_copy(update={"suite": samples.SUITE.model_copy(update={"looks": looks})})
    (path,) = re.findall('<path d="([^"]*)"', page.render(report))
    heights = [float(point.split()[1]) for point in re.split("[ML]", path)[1:]]
    assert all(0 <= height <= 220 for height in heights)


def test_a_run_without_fixtures_says_so():
    assert "No fixture ran." in page.render(samples.NOT_APPLICABLE)
