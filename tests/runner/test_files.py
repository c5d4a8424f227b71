"""The files that a step writes for the runner. How values of outputs are read has tests in tests/hostile."""

import pytest

from tests import runner
from tests.runner import files


def taken(path, text, context="output"):
    path.write_text(text)
    log, into = runner.Log(), {}
    files.take(path, context, log, into)
    return log, into


def test_the_values_before_a_fault_count_and_the_step_fails(tmp_path):
    log, into = taken(tmp_path / "output", "a=1\nb<<END\n2\n")
    assert (into, log.failed, len(log.annotations["error"])) == ({"a": "1"}, True, 2)


def test_a_variable_that_makes_node_run_code_is_not_exported(tmp_path):
    log, into = taken(tmp_path / "env", "node_options=--require=x\nA=b\n", "env")
    assert (into, log.failed, len(log.annotations["error"])) == ({"A": "b"}, False, 1)


@pytest.mark.parametrize(("size", "shown"), [(2**20 - 1, 2**20 - 1), (2**20, 2**20), (2**20 + 1, 0)])
def test_a_summary_over_a_mebibyte_is_dropped_whole_and_told(tmp_path, size, shown):
    path, log = tmp_path / "summary", runner.Log()
    path.write_bytes(b"x" * size)
    assert len(files.take_summary(path, log)) == shown
    assert (bool(log.annotations["error"]), log.failed) == (shown == 0, False)


def test_a_secret_is_masked_in_the_summary(tmp_path):
    path = tmp_path / "summary"
    path.write_text("# hush\nhush")
    assert files.take_summary(path, runner.Log(masks=runner.Masks.of(["hush"]))) == "# ***\n***"
