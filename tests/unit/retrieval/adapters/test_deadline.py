import threading

import pytest

from llmgate.retrieval.adapters.deadline import within


def test_a_result_is_passed_on():
    assert within(5, lambda: 7) == 7


def test_a_failure_is_passed_on():
    with pytest.raises(ZeroDivisionError):
        within(5, lambda: 1 // 0)


def test_what_does_not_end_in_time_is_left_behind():
    ended = threading.Event()
    with pytest.raises(TimeoutError, match=r"no end after 0\.05 s"):
        within(0.05, ended.wait)
    ended.set()
