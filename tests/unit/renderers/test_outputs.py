"""The outputs of the step, as the runner reads them."""

import itertools

import pytest

from llmgate.renderers import outputs
from tests import runner
from tests.unit.renderers import samples


def written(report, path="/tmp/llmgate/report.json"):
    numbers = itertools.count()
    return outputs.render(report, files={"report": path}, delimiter=lambda: f"{next(numbers):032x}")


@pytest.mark.trust("outputs")
def test_the_runner_reads_what_was_meant():
    assert runner.file_values(written(samples.REGRESSED)) == {
        "report": "/tmp/llmgate/report.json",
        "broken": "2",
        "findings": "1",
        "calls": "46",
        "exit_code": "1",
        "verdict": "regressed",
    }


def test_the_verdict_is_last_and_the_file_ends_with_a_newline():
    text = written(samples.PASSED)
    assert list(runner.file_values(text))[-1] == "verdict"
    assert text.endswith("\n")


def test_each_value_has_its_own_delimiter():
    delimiters = [line.partition("<<")[2] for line in written(samples.PASSED).split("\n") if "<<" in line]
    assert len(set(delimiters)) == len(delimiters) == 6


def test_without_a_report_file_the_path_is_empty():
    assert runner.file_values(written(samples.PASSED, path=""))["report"] == ""
