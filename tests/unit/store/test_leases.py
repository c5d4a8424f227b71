import multiprocessing
import os
import signal
import threading
import time

import pytest

from llmgate.errors import NotEvaluated
from llmgate.store import Store
from llmgate.store.leases import leased


@pytest.fixture
def path(tmp_path):
    return tmp_path / "store.sqlite"


def test_an_experiment_is_one_runs_at_a_time_and_leaves_no_file(path):
    order = []

    def second():
        with leased(path, "e", wait_s=30):
            order.append("second")

    with leased(path, "e", wait_s=0):
        other = threading.Thread(target=second)
        other.start()
        time.sleep(0.2)
        order.append("first")
    other.join(30)
    assert order == ["first", "second"]
    assert list(path.parent.iterdir()) == []


def test_runs_of_other_experiments_wait_for_nobody(path):
    with leased(path, "e", wait_s=0), leased(path, "f", wait_s=0):
        assert len(list(path.parent.iterdir())) == 2


def test_who_waits_in_vain_is_told_what_to_do(path):
    with leased(path, "e", wait_s=0), pytest.raises(NotEvaluated) as caught, leased(path, "e", wait_s=0.1):
        pass
    assert "another run of this change has been using the store" in caught.value.message
    assert "--store" in caught.value.remedy


def _hold(path, held):
    with leased(path, "e", wait_s=0):
        held.set()
        time.sleep(60)


def test_the_lease_of_a_killed_process_is_void(path):
    context = multiprocessing.get_context("spawn")
    held = context.Event()
    holder = context.Process(target=_hold, args=(path, held))
    holder.start()
    assert held.wait(30)
    os.kill(holder.pid, signal.SIGKILL)
    holder.join(30)
    with leased(path, "e", wait_s=5):
        pass
    assert list(path.parent.iterdir()) == []


def test_a_link_in_the_place_of_the_file_is_not_followed(path):
    with leased(path, "e", wait_s=0):
        (name,) = path.parent.iterdir()
    name.symlink_to(path.parent / "elsewhere")
    with leased(path, "e", wait_s=0):
        assert not (path.parent / "elsewhere").exists()


def test_a_store_leases_by_its_own_path(path):
    with Store.open(path) as opened, opened.leased("e", wait_s=0), pytest.raises(NotEvaluated):
        opened.leased("e", wait_s=0).__enter__()
