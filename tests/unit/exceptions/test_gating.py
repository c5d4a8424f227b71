"""What an exception does to a gate, and what it cannot do."""

import datetime as dt

import pytest

from llmgate import approval, config
from llmgate.approval import Approvals, Label
from llmgate.trial import Arm
from tests.unit.exceptions import listing
from tests.unit.sampling import fakes

EDIT = {"prompts/p.md": "Answer better: {{ question }}\n"}
TODAY = dt.datetime.fromtimestamp(fakes.FakeClock().seconds, tz=dt.UTC).date()
SOON = str(TODAY + dt.timedelta(days=30))
LABEL = Approvals(labels=(Label(name=config.Policy().approval_label, by="grace"),))


def breaking(*names):
    """A head that breaks these fixtures."""
    return fakes.FakeClient(
        answer=lambda asked: (
            fakes.BAD if "better" in asked.text and any(f"case {name}?" in asked.text for name in names) else fakes.GOOD
        )
    )


def quarantined(*names, expires=SOON):
    entries = [listing.quarantined(name, expires=expires) for name in names]
    return {config.EXCEPTIONS: listing.text(quarantined=entries)}


def request(name, head=EDIT):
    plan = fakes.inspected(fakes.files(), head).plan
    return next(planned.head.digest for planned in plan.compared if planned.id == name)


def accepted(name, head=EDIT):
    entry = listing.accepted(name, expires=SOON, request=request(name, head))
    return {config.EXCEPTIONS: listing.text(accepted=[entry])}


def judged(folder, base, head, client=None, **asked):
    return fakes.judged(folder, fakes.files() | base, {**EDIT, **head}, client or breaking("a"), **asked)


def entry(report, name="a"):
    return next(each for each in report.fixtures if each.id == name)


def test_without_an_exception_the_broken_fixture_blocks(tmp_path):
    assert judged(tmp_path, {}, {}).verdict == "regressed"


@pytest.mark.parametrize("base", [quarantined("a"), accepted("a")])
def test_an_excepted_fixture_runs_is_shown_and_counts_for_nothing(tmp_path, base):
    report = judged(tmp_path, base, base)
    assert report.verdict != "regressed"
    assert (entry(report).tier, entry(report).evidence, entry(report).head.passed) == ("excepted", None, 0)
    assert (report.suite.compared, report.suite.head_rate, report.suite.total_evidence) == (2, 1.0, 1.0)
    assert [(each.fixture, each.state) for each in report.exceptions] == [("a", "holds")]


def test_an_excepted_fixture_that_passes_makes_a_pass_no_easier(tmp_path):
    names = [f"f{number:02}" for number in range(12)]
    base = fakes.files(fixtures=names) | quarantined(*names[1:])
    report = fakes.judged(tmp_path, base, EDIT, fakes.FakeClient())
    alone = fakes.judged(tmp_path / "alone", fakes.files(fixtures=names[:1]), EDIT, fakes.FakeClient())
    assert report.suite == alone.suite
    assert report.verdict == alone.verdict


def test_an_excepted_fixture_takes_one_trial_of_each_arm(tmp_path):
    client = breaking("a")
    judged(tmp_path, quarantined("a"), {}, client)
    assert sum("case a?" in text for text in (asked.text for asked in client.asked)) == len(Arm)


@pytest.mark.trust("exception")
def test_an_accepted_fixture_counts_again_with_another_request(tmp_path):
    base = accepted("a")
    report = judged(tmp_path, base, {"prompts/p.md": "Answer even better: {{ question }}\n"})
    assert report.verdict == "regressed"
    assert [each.state for each in report.exceptions] == ["other_request"]


def test_an_accepted_fixture_of_which_the_base_has_the_request_is_held_against_nothing(tmp_path):
    report = fakes.judged(tmp_path, fakes.files() | EDIT | accepted("a"), {"README.md": "x"}, breaking("a"))
    assert (report.verdict, report.findings) == ("not_applicable", ())


@pytest.mark.trust("exception")
def test_an_expired_exception_counts_for_nothing_and_is_told(tmp_path):
    base = quarantined("a", expires=str(TODAY - dt.timedelta(days=1)))
    report = judged(tmp_path, base, {})
    assert report.verdict == "regressed"
    assert [(each.rule, each.severity) for each in report.findings] == [("exceptions", "warn")]
    assert [each.state for each in report.exceptions] == ["expired"]


def test_the_clock_of_the_gate_says_what_is_expired(tmp_path):
    later = fakes.FakeClock()
    later.pass_by(31 * fakes.DAY_S)
    assert judged(tmp_path, quarantined("a"), {}, time=later).verdict == "regressed"


@pytest.mark.trust("uncovered")
def test_where_all_fixtures_of_a_change_are_excepted_it_is_covered_by_nothing(tmp_path):
    report = judged(tmp_path, quarantined("a", "b", "c"), {})
    assert (report.verdict, report.exit_code) == ("not_evaluated", 3)
    assert (
        report.reasons[0].message == "no fixture ran but those that are excepted, so nothing was tested [nothing-ran]"
    )
    (finding,) = report.findings
    assert (finding.rule, finding.severity) == ("coverage", "block")
    assert finding.message.endswith("prompts/p.md but those that are excepted: 'a', 'b', 'c'")
    assert report.changes[0].fixtures == ()


@pytest.mark.trust("tamper")
@pytest.mark.parametrize("head", [quarantined("a"), accepted("a")])
def test_an_exception_of_the_head_alone_is_a_weakened_suite_and_holds_for_nothing(tmp_path, head):
    report = judged(tmp_path, {}, head)
    assert report.verdict == "regressed"
    assert [(each.rule, each.severity, each.file) for each in report.findings] == [
        ("suite_changes", "block", config.EXCEPTIONS)
    ]
    assert report.exceptions == ()


@pytest.mark.parametrize("head", [quarantined("a"), accepted("a")])
def test_an_exception_of_the_head_holds_with_an_approvers_label(tmp_path, head):
    report = judged(tmp_path, {}, head, approvals=LABEL)
    assert (entry(report).tier, report.findings) == ("excepted", ())


def test_an_exception_that_the_head_takes_out_still_holds_for_this_change(tmp_path):
    report = judged(tmp_path, quarantined("a"), {config.EXCEPTIONS: None})
    assert (entry(report).tier, report.findings) == ("excepted", ())


def test_faults_of_the_heads_exceptions_are_told_with_those_of_its_fixtures(tmp_path):
    head = {config.EXCEPTIONS: "version: 2\n", "fixtures/a.yaml": "id: a\n"}
    report = judged(tmp_path, {}, head)
    assert report.exit_code == 2
    assert {finding.file for finding in report.findings} == {config.EXCEPTIONS, "fixtures/a.yaml"}


def test_faults_of_the_bases_exceptions_are_told_and_nothing_is_excepted(tmp_path):
    broken = {config.EXCEPTIONS: quarantined("a")[config.EXCEPTIONS].replace('owner: "team-a", ', "")}
    report = judged(tmp_path, broken, {config.EXCEPTIONS: None})
    assert report.verdict == "regressed"
    assert [(each.rule, each.message) for each in report.findings] == [
        ("exceptions", "'quarantined.0.owner' is missing [missing-key]")
    ]


def test_a_fixture_that_is_asked_for_by_name_is_looked_at_whatever_is_excepted(tmp_path):
    report = judged(tmp_path, accepted("a"), {}, only=("a",))
    assert (report.verdict, report.exceptions) == ("regressed", ())


@pytest.mark.parametrize(("approvals", "verdict"), [(approval.NONE, "rejected"), (LABEL, "not_applicable")])
def test_a_change_of_the_exceptions_alone_needs_an_approvers_label(tmp_path, approvals, verdict):
    report = fakes.judged(tmp_path, fakes.files(), quarantined("a"), approvals=approvals)
    assert report.verdict == verdict


def test_an_exception_that_ends_between_two_runs_begins_the_evidence_anew(tmp_path):
    time = fakes.FakeClock()
    assert entry(judged(tmp_path, quarantined("a"), {}, time=time)).tier == "excepted"
    time.pass_by(31 * fakes.DAY_S)
    report = judged(tmp_path, quarantined("a"), {}, time=time)
    assert (entry(report).tier, report.suite.compared) == ("confirmed", 3)


def test_the_file_of_exceptions_is_no_part_of_an_application():
    base = fakes.files()
    base["llmgate.yaml"] = fakes.config(extra="  app: {kind: command, run: [x], files: ['**'], models: [answerer]}\n")
    material = fakes.inspected(base, quarantined("a"))
    assert material.changes == ()
