"""`llmgate calibrate-judge` asks what has no verdict yet, and writes only into its own file."""

import json

import pytest

from llmgate import calibration
from llmgate.errors import ConfigurationError, UsageError
from tests import gitserver, judging, modelserver
from tests.unit.cli import program

VERDICTS = judging.LABELS + calibration.SUFFIX


@pytest.fixture
def repository(tmp_path):
    return gitserver.init(tmp_path / "repository")


@pytest.fixture
def calibrated(repository, tmp_path):
    def calibrate(content):
        repository.commit(content, "base")
        store = tmp_path / "store.sqlite"
        return program.run("calibrate-judge", "--base", "HEAD", "--store", store, "--repository", repository.path)

    return calibrate


def content(server, written=None, **settings):
    written = judging.examples() if written is None else written
    return judging.files(server.url, fixtures=1, judged={judging.LABELS: json.dumps(written)}, **settings)


@pytest.mark.parametrize("policy", ["", judging.POLICY.replace(", calibration: judge/labels.json", "")])
def test_without_a_judge_and_labels_there_is_nothing_to_calibrate(calibrated, policy):
    with modelserver.serve() as server:
        done = calibrated(content(server, policy=policy))
    assert isinstance(done.exception, UsageError)
    assert "names no policy.judge with a `calibration`" in str(done.exception)


def test_labels_that_are_not_there_are_named(calibrated):
    with modelserver.serve() as server:
        done = calibrated(judging.files(server.url, fixtures=1, judged={}))
    assert isinstance(done.exception, UsageError)
    assert "there is no judge/labels.json" in str(done.exception)


def test_faults_of_the_labels_are_told_before_anybody_is_asked(calibrated):
    with modelserver.serve() as server:
        done = calibrated(content(server, [{"label": "pass"}]))
    assert isinstance(done.exception, ConfigurationError)
    assert server.seen == []


def test_a_judge_that_agrees_too_little_is_told_so(calibrated, repository):
    with modelserver.serve(lambda asked: judging.verdict(asked, verdict="pass")) as server:
        done = calibrated(content(server))
    assert done.exit_code == 1
    assert "60 labels; kappa 0.00; it passes what people pass: 100.0 %; it fails what people fail: 0.0 %" in done.output
    assert "The judge only measures: its kappa with the labels is 0.00" in done.output
    assert set(json.loads((repository.path / VERDICTS).read_text())["verdicts"].values()) == {"pass"}


def test_what_cannot_be_taken_for_an_answer_is_kept_as_an_error(calibrated, repository):
    with modelserver.serve(lambda _: "Fine.") as server:
        done = calibrated(content(server))
    assert done.exit_code == 1
    assert set(json.loads((repository.path / VERDICTS).read_text())["verdicts"].values()) == {"error"}


def test_examples_without_an_answer_have_no_verdict_and_are_asked_again(calibrated, repository):
    refused = iter([True] * 4)
    plan = lambda _: modelserver.status(400) if next(refused, False) else modelserver.OK  # noqa: E731 - a plan
    with modelserver.serve(judging.verdict, plan=plan) as server:
        first = calibrated(content(server))
        assert "note: 4 examples got no answer: " in first.output
        assert "4 of 60 examples have no verdict" in first.output
        asked = len(server.seen)
        second = calibrated({})
    assert (first.exit_code, second.exit_code, len(server.seen) - asked) == (1, 0, 4)
    assert len(json.loads((repository.path / VERDICTS).read_text())["verdicts"]) == 60


def test_a_link_in_the_place_of_the_verdicts_is_not_followed(calibrated, repository, tmp_path):
    outside = tmp_path / "outside"
    outside.write_text("mine")
    link = repository.path / VERDICTS
    link.parent.mkdir(parents=True)
    link.symlink_to(outside)
    with modelserver.serve(judging.verdict) as server:
        done = calibrated(content(server))
    assert isinstance(done.exception, UsageError)
    assert (outside.read_text(), server.seen) == ("mine", [])


def test_hosts_are_those_of_the_base(repository, tmp_path):
    with modelserver.serve(judging.verdict) as ours, modelserver.serve(judging.verdict) as theirs:
        repository.commit(content(ours), "base")
        base = repository("rev-parse", "HEAD")
        repository.commit(content(theirs), "a pull request")
        options = ("--base", base, "--store", tmp_path / "store.sqlite", "--repository", repository.path)
        done = program.run("calibrate-judge", *options)
    assert (done.exit_code, len(ours.seen), len(theirs.seen)) == (0, 60, 0)
