"""Fixtures that never pass: what they are told to be, and that they cover nothing."""

from __future__ import annotations

from tests.unit.sampling import fakes

EDIT = {"prompts/p.md": "Answer better: {{ question }}\n"}


def judged(folder, answer):
    return fakes.judged(folder, fakes.files(), EDIT, fakes.FakeClient(answer=answer))


def told(report):
    return {finding.rule: finding for finding in report.findings}


def test_a_fixture_that_never_passes_is_named_with_its_first_failed_assertion(tmp_path):
    report = judged(tmp_path, lambda asked: "bad" if "case a" in asked.text else "good")
    found = told(report)["headroom"]
    assert found.message.startswith(
        "1 fixture never passes, so that nothing can be seen to break there: 'a'; the first: "
    )
    assert (found.severity.value, found.file, found.line) == ("warn", "fixtures/a.yaml", 1)
    assert "coverage" not in told(report)


def test_a_change_that_only_such_fixtures_exercise_is_not_covered(tmp_path):
    report = judged(tmp_path, lambda _: "bad")
    assert told(report)["coverage"].message.endswith("only by fixtures that never pass: 'a', 'b', 'c'")
    assert report.verdict.value == "rejected"


def test_fixtures_that_the_head_mends_are_no_matter(tmp_path):
    report = judged(tmp_path, lambda asked: "good" if "better" in asked.text else "bad")
    assert told(report) == {}
    assert report.verdict.value in ("improved", "inconclusive")
