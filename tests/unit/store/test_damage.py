"""Stores that are torn or have flipped bits: told, set aside, begun anew, and never believed."""

import asyncio
import multiprocessing
import shutil

import pytest

from llmgate.errors import NotEvaluated, UsageError
from llmgate.store import Exchange, Kept, Occurrence, Sample, Store
from llmgate.trial import Arm, Trial
from tests.unit.store import test_store
from tests.unit.store.test_store import call, record

EXPERIMENT, LEDGER, KEY = "base..head", "ledger", "key"
INDICES = range(6)


def trial(index):
    return Trial(fixture="a", arm=Arm.HEAD, index=index)


def occurrence(index):
    return Occurrence(experiment=EXPERIMENT, trial=trial(index), request="sha256:r", number=0)


def fill(path):
    """Write a few of everything, so that each table has its pages."""
    with Store.open(path) as opened:
        for index in INDICES:
            record(opened, EXPERIMENT, trial(index), "r", call(f"answer {index}"), float(index))
            made = Exchange(status=200, content_type="t", body=b"body %d" % index, call=call(), finished_at=1.0)
            asyncio.run(opened.exchanges.keep(occurrence(index), made))
            opened.baselines.keep(KEY, "older", trial(index), Sample(passed=True, commit="c", finished_at=float(index)))
        asyncio.run(opened.vectors.keep([("v", Kept(vector=(0.5, 0.25), served_model="m"))]))
        opened.void(EXPERIMENT, "a", 64)
        opened.freeze(LEDGER, EXPERIMENT, {"a": {"trials": [1, 2, 3]}})


def believed(path):
    """What a run would go by: everything that is read must be what was written, or be absent."""
    with Store.open(path) as opened:
        for index in INDICES:
            found = opened.finished(EXPERIMENT, trial(index), 0, "r")
            assert found is None or found.call.completion.message.text == f"answer {index}"
            assert found is None or (found.finished_at, found.call.cost_usd) == (float(index), 0.5)
            exchanged = opened.exchanges.find(occurrence(index), 0)
            assert exchanged is None or (exchanged.body, exchanged.status) == (b"body %d" % index, 200)
        samples = [sample.finished_at for sample in opened.baselines.find(KEY, besides=EXPERIMENT, since=0)]
        assert len(set(samples)) == len(samples)
        assert set(samples) <= {float(index) for index in INDICES}
        assert opened.vectors.find("v") in (None, Kept(vector=(0.5, 0.25), served_model="m"))
        assert opened.voids(EXPERIMENT) <= {("a", 64)}
        assert opened.ledger(LEDGER, EXPERIMENT) in (None, {"a": {"trials": [1, 2, 3]}})
        return opened.lost


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    path = tmp_path_factory.mktemp("whole") / "store.sqlite"
    fill(path)
    return path.read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("part", range(8))
def test_a_flipped_bit_is_never_believed_wherever_it_is(tmp_path, whole, part):
    refused, told, silent = 0, 0, 0
    path = tmp_path / "store.sqlite"
    for at in range(part * 29, len(whole), 8 * 29):
        for left in tmp_path.iterdir():
            left.unlink()
        content = bytearray(whole)
        content[at] ^= 1 << (at % 8)
        path.write_bytes(content)
        try:
            lost = believed(path)
        except (UsageError, NotEvaluated):
            refused += 1
        else:
            told, silent = told + bool(lost), silent + (not lost)
    assert told > 0
    assert refused <= 8, "the header's few bytes aside, a damaged store is begun anew"


@pytest.mark.parametrize("size", [15, 16, 60, 99, 100, 511, 4096, 4097, 20_000])
def test_a_torn_store_is_set_aside_and_begun_anew(tmp_path, whole, size):
    path = tmp_path / "store.sqlite"
    path.write_bytes(whole[:size])
    with Store.open(path) as opened:
        assert opened.finished(EXPERIMENT, trial(0), 0, "r") is None
        assert "it is set aside as store.sqlite.damaged-1, and a new one begun" in opened.lost[0]
    assert (tmp_path / "store.sqlite.damaged-1").read_bytes() == whole[:size]
    fill(path)
    assert believed(path) == ()


def test_a_store_whose_first_page_is_blank_is_set_aside(tmp_path, whole):
    path = tmp_path / "store.sqlite"
    path.write_bytes(bytes(4096) + whole[4096:])
    assert believed(path)


def test_each_damaged_store_keeps_a_name_of_its_own_with_what_belongs_to_it(tmp_path, whole):
    path = tmp_path / "store.sqlite"
    for number in (1, 2, 3):
        path.write_bytes(whole[:5000] + bytes([number]))
        path.with_name("store.sqlite-wal").write_bytes(b"log %d" % number)
        believed(path)
    asides = [tmp_path / f"store.sqlite.damaged-{number}" for number in (1, 2, 3)]
    assert [aside.read_bytes()[-1] for aside in asides] == [1, 2, 3]
    assert believed(path) == ()


@pytest.mark.parametrize(
    "statement", ["DROP TABLE exchange", "ALTER TABLE sample RENAME COLUMN passed TO passes", "PRAGMA user_version = 2"]
)
def test_a_store_without_its_tables_is_set_aside(tmp_path, whole, statement):
    path = tmp_path / "store.sqlite"
    path.write_bytes(whole)
    test_store.altered(path, statement)
    assert "damaged" in believed(path)[0]


def test_a_store_with_another_id_but_its_own_tables_is_set_aside(tmp_path, whole):
    path = tmp_path / "store.sqlite"
    path.write_bytes(whole)
    test_store.altered(path, "PRAGMA application_id = 7")
    assert "application id" in believed(path)[0]


@pytest.mark.parametrize(
    ("statement", "lost"),
    [
        ("UPDATE call SET trial = 9 WHERE trial = 0", None),
        ("UPDATE call SET finished_at = finished_at + 1", "calls were damaged"),
        ("UPDATE call SET completion = replace(completion, 'answer', 'anzwer')", "calls were damaged"),
        ("UPDATE sample SET passed = 0", "samples of baselines were damaged"),
        ("UPDATE sample SET finished_at = 1e10", "samples of baselines were damaged"),
        ("UPDATE vector SET served = NULL", "vectors were damaged"),
        ("UPDATE exchange SET status = 500", "calls of applications were damaged"),
        ("UPDATE void SET trial = 65", None),
        ("UPDATE call SET model = CAST(x'ff' AS TEXT)", "calls were damaged"),
    ],
)
def test_a_row_that_is_not_what_was_written_is_left_out_and_told(tmp_path, whole, statement, lost):
    path = tmp_path / "store.sqlite"
    path.write_bytes(whole)
    test_store.altered(path, statement)
    told = believed(path)
    assert (told == ()) if lost is None else told[0].startswith(lost)


def test_a_torn_log_costs_what_was_last_written_and_nothing_else(tmp_path):
    path, copy = tmp_path / "store.sqlite", tmp_path / "copy"
    with Store.open(path) as opened:
        for index in INDICES:
            record(opened, EXPERIMENT, trial(index), "r", call(f"answer {index}"), float(index))
        copy.mkdir()
        for name in ("store.sqlite", "store.sqlite-wal"):
            shutil.copy(tmp_path / name, copy / name)
    log = copy / "store.sqlite-wal"
    log.write_bytes(log.read_bytes()[:-100])
    with Store.open(copy / "store.sqlite") as opened:
        found = [opened.finished(EXPERIMENT, trial(index), 0, "r") is not None for index in INDICES]
    assert found == [True] * 5 + [False]


def _write_on(path, opened, moved):
    with Store.open(path) as store:
        record(store, EXPERIMENT, trial(50), "r", call(), 1.0)
        opened.set()
        moved.wait(30)
        for index in range(100, 150):
            record(store, EXPERIMENT, trial(index), "r", call("x" * 5000), 1.0)


def test_a_process_that_has_a_store_open_while_it_is_set_aside_harms_the_new_one_in_nothing(tmp_path, whole):
    path = tmp_path / "store.sqlite"
    path.write_bytes(whole)
    context = multiprocessing.get_context("spawn")
    opened, moved = context.Event(), context.Event()
    writer = context.Process(target=_write_on, args=(path, opened, moved))
    writer.start()
    assert opened.wait(30)
    with path.open("r+b") as file:
        file.seek(2 * 4096)  # pages that the log does not have
        file.write(b"\xff" * (len(whole) - 2 * 4096))
    with Store.open(path) as second:
        assert second.lost
        record(second, EXPERIMENT, trial(51), "r", call("kept"), 1.0)
        moved.set()
        writer.join(30)
        record(second, EXPERIMENT, trial(52), "r", call("kept too"), 1.0)
    with Store.open(path) as third:
        assert third.lost == ()
        found = [third.finished(EXPERIMENT, trial(index), 0, "r") for index in (51, 52)]
    assert [each.call.completion.message.text for each in found] == ["kept", "kept too"]
