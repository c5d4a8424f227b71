import os
import subprocess
import sys

import pytest

from llmgate.errors import NotEvaluated
from llmgate.processes.users import NUMBERS, Users


def in_order(numbers):
    return sorted(numbers, reverse=True)


def test_no_id_is_lent_twice_at_one_time_by_two_gates(tmp_path):
    first, second = (Users(in_order, tmp_path) for _ in range(2))
    leases = [users.lend() for users in (first, second, first, second)]
    assert [lease.number for lease in leases] == list(NUMBERS[:4])
    for lease in leases:
        lease.give_back()


def test_an_id_that_was_given_back_is_lent_again(tmp_path):
    users = Users(lambda _: [61_000], tmp_path)
    first = users.lend()
    with pytest.raises(NotEvaluated, match="no user id"):
        users.lend()
    first.give_back()
    again = users.lend()
    assert again.number == 61_000
    again.give_back()


def test_an_id_with_an_account_is_not_lent(tmp_path):
    with pytest.raises(NotEvaluated, match="no user id"):
        Users(lambda _: [0, 1], tmp_path).lend()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can start a process as another user")
def test_an_id_that_a_process_has_is_not_lent(tmp_path):
    words = [sys.executable, "-c", "import os; os.setuid(64321); print(flush=True); input()"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        try:
            with pytest.raises(NotEvaluated, match="no user id"):
                Users(lambda _: [64_321], tmp_path).lend()
        finally:
            process.communicate(b"\n")
