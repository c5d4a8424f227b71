"""`llmgate demo` as a person runs it: three pull requests, no key, no network, and nothing paid for twice."""

import json
import shutil

import pytest

from tests import gitserver, project

ENDS = {
    "harmless": ("passed", 0, set()),
    "regression": ("regressed", 1, {"order-lookup", "refund-window-eu"}),
    "model": (
        "regressed",
        1,
        {f"triage-{case}" for case in ("billing", "damage", "delivery", "lawyer", "praise", "two-topics")},
    ),
}


def demo(folder, head, *arguments, store="store.sqlite"):
    path = folder / f"{head}.json"
    ended = project.command("demo", "--head", head, "--json", path, "--store", folder / store, *arguments, cwd=folder)
    return ended, json.loads(path.read_text())


def broken(report):
    return {fixture["id"] for fixture in report["fixtures"] if fixture["tier"] == "confirmed"}


@pytest.fixture(scope="module")
def regression(tmp_path_factory):
    """The first run of the default head: its folder, how it ended, and its report."""
    folder = tmp_path_factory.mktemp("regression")
    return folder, *demo(folder, "regression")


def first(head, folder, regression):
    """Run a head for the first time; the folder, too, has what it paid for."""
    if head == "regression":
        paid, ended, report = regression
        shutil.copy(paid / "store.sqlite", folder)
        return ended, report
    return demo(folder, head)


@pytest.mark.parametrize("head", ENDS)
def test_each_head_ends_as_promised_and_a_second_run_makes_no_call(tmp_path, regression, head):
    verdict, code, names = ENDS[head]
    ended, report = first(head, tmp_path, regression)
    assert (report["verdict"], ended.code, broken(report)) == (verdict, code, names)
    again, replayed = demo(tmp_path, head)
    assert (replayed["calls"]["made"], replayed["calls"]["reused"]) == (0, report["calls"]["made"])
    assert (again.code, replayed["fixtures"], replayed["suite"]) == (code, report["fixtures"], report["suite"])


def test_the_heads_end_the_same_when_they_share_what_was_paid_for(tmp_path, regression):
    for head in ("regression", "model", "harmless"):
        ended, report = first(head, tmp_path, regression)
        assert (report["verdict"], ended.code, broken(report)) == ENDS[head]


def test_regression_is_the_default_and_the_comment_is_printed(tmp_path):
    ended = project.command("demo", "--store", tmp_path / "store.sqlite", cwd=tmp_path)
    assert ended.code == 1
    assert "2 fixtures broke, merge blocked" in ended.stdout
    assert all(name in ended.stdout for name in ENDS["regression"][2])


def test_every_line_with_a_result_says_that_the_model_is_simulated(regression):
    _, ended, _ = regression
    telling = ("## ", "**Suite", "| fixture", "617 calls", " calls to")
    lines = [line for line in ended.stdout.splitlines() if any(mark in line for mark in telling)]
    assert len(lines) >= 4
    assert all("simulated" in line for line in lines)


def test_the_kinds_that_became_more_frequent_are_those_of_the_broken_fixtures(regression):
    _, _, report = regression
    found = {row["category"]: row["adjusted_p_value"] for row in report["categories"]}
    significant = {category for category, p in found.items() if p is not None and p <= 0.05}
    named = {fixture["failure"]["category"] for fixture in report["fixtures"] if fixture["tier"] == "confirmed"}
    assert significant == named == {"grounding", "tool_use"}


def test_the_kept_repository_is_a_real_one_that_gate_refuses_to_judge(tmp_path):
    ended, _ = demo(tmp_path, "regression", "--keep", tmp_path / "kept")
    assert ended.code == 1
    git = gitserver.Checkout(tmp_path / "kept")
    assert git("fsck", "--strict") == ""
    assert git("status", "--porcelain") == ""
    refused = project.command("gate", "--base", "main", "--head", "regression", cwd=tmp_path / "kept")
    assert refused.code == 2
    assert "answers only in `llmgate demo`" in refused.stderr
