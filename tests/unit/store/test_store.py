import asyncio
import multiprocessing
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from llmgate import message, store
from llmgate.errors import NotEvaluated, UsageError
from llmgate.store import Judged, Sample, Store
from llmgate.trial import Arm, Call, Completion, FinishReason, Trial, Usage

ROOT = Path(__file__).parents[3]
TRIAL = Trial(fixture="a", arm=Arm.HEAD, index=0)


def call(text="answer", *, step=0, cost=0.5):
    completion = Completion(
        message=message.text_message("assistant", text),
        finish_reason=FinishReason.STOP,
        usage=Usage(input_tokens=3, output_tokens=1),
        served_model="m-1",
        logprobs=(-0.5, -1.0),
    )
    return Call(step=step, model="m", completion=completion, cost_usd=cost, latency_s=0.25, attempts=2)


def record(opened, *what):
    return asyncio.run(opened.record(*what))


@pytest.fixture
def opened(tmp_path):
    with Store.open(tmp_path / "deep" / "store.sqlite") as opened:
        yield opened


def test_a_recorded_call_is_found_again_as_it_was_and_marked_as_reused(opened):
    record(opened, "e", TRIAL, "r", call(), 12.5)
    found = opened.finished("e", TRIAL, 0, "r")
    assert found.finished_at == 12.5
    assert found.call.reused
    assert found.call.completion == call().completion
    assert (found.call.cost_usd, found.call.latency_s, found.call.attempts) == (0.5, 0.25, 2)


def test_what_a_provider_sealed_comes_back_with_its_answer(opened):
    thought = message.ReasoningPart(content="Hm.", id="rs_1", seal="sealed")
    answered = message.Message(role="assistant", parts=(thought, message.ToolCallPart(name="now")))
    made = call()
    made = replace(made, completion=replace(made.completion, message=answered))
    record(opened, "e", TRIAL, "r", made, 1.0)
    assert opened.finished("e", TRIAL, 0, "r").call.completion.message == answered


def test_a_call_without_a_known_price_comes_back_without_one(opened):
    record(opened, "e", TRIAL, "r", call(cost=None), 1.0)
    assert opened.finished("e", TRIAL, 0, "r").call.cost_usd is None


@pytest.mark.parametrize(
    ("experiment", "trial", "step", "request_"),
    [
        ("other", TRIAL, 0, "r"),
        ("e", Trial(fixture="b", arm=Arm.HEAD, index=0), 0, "r"),
        ("e", Trial(fixture="a", arm=Arm.BASE, index=0), 0, "r"),
        ("e", Trial(fixture="a", arm=Arm.HEAD, index=1), 0, "r"),
        ("e", TRIAL, 1, "r"),
        ("e", TRIAL, 0, "R"),
    ],
)
def test_no_answer_is_served_to_another_trial_step_or_request(opened, experiment, trial, step, request_):
    record(opened, "e", TRIAL, "r", call(), 1.0)
    assert opened.finished(experiment, trial, step, request_) is None


def test_the_first_record_of_a_call_stays(opened):
    record(opened, "e", TRIAL, "r", call("first"), 1.0)
    record(opened, "e", TRIAL, "r", call("second"), 2.0)
    assert opened.finished("e", TRIAL, 0, "r").call.completion.message.text == "first"


HOSTILE = ["'; DROP TABLE call; --", "ü\N{RIGHT-TO-LEFT OVERRIDE}😀", "a\0b", "\x1b[2J\n", "%_*", "x" * 100_000, ""]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_stored_as_it_is(opened, text):
    trial = Trial(fixture=text, arm=Arm.BASE, index=0)
    record(opened, text, trial, text, call(text), 1.0)
    opened.void(text, text, 3)
    opened.freeze(text, text, {text: text})
    opened.baselines.keep(text, text, trial, Sample(passed=True, commit=text, finished_at=1.0))
    opened.judge(text, text, Judged(head=text, verdict=text, summary=text), 1.0)
    assert opened.finished(text, trial, 0, text).call.completion.message.text == text
    assert opened.voids(text) == {(text, 3)}
    assert opened.ledger(text, text) == {text: text}
    assert [sample.commit for sample in opened.baselines.find(text, besides="other", since=0)] == [text]
    assert opened.earlier(text, besides="other") == (Judged(head=text, verdict=text, summary=text),)


KILLED = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, {tests!r})
import test_store as here
opened = here.Store.open(Path(sys.argv[1]))
for index in range(3):
    here.record(opened, "e", here.Trial(fixture="a", arm=here.Arm.HEAD, index=index), "r", here.call(str(index)), 1.0)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_recorded_call_is_there_after_the_process_is_killed(tmp_path):
    path = tmp_path / "store.sqlite"
    code = KILLED.format(tests=str(Path(__file__).parent))
    done = subprocess.run([sys.executable, "-c", code, str(path)], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    with Store.open(path) as opened:
        found = [opened.finished("e", Trial(fixture="a", arm=Arm.HEAD, index=index), 0, "r") for index in range(3)]
    assert [each.call.completion.message.text for each in found] == ["0", "1", "2"]


def _write(path, arm, start):
    start.wait()
    with Store.open(path) as opened:
        for index in range(50):
            record(opened, "e", Trial(fixture="a", arm=arm, index=index), "r", call(), 1.0)
            sample = Sample(passed=True, commit="c", finished_at=float(index))
            opened.baselines.keep("k", f"by {arm}", Trial(fixture="a", arm=arm, index=index), sample)


def test_two_processes_create_and_write_one_store_at_once(tmp_path):
    path = tmp_path / "store.sqlite"
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(2)
    writers = [context.Process(target=_write, args=(path, arm, start)) for arm in Arm]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0, 0]
    with Store.open(path) as opened:
        for arm in Arm:
            for index in range(50):
                assert opened.finished("e", Trial(fixture="a", arm=arm, index=index), 0, "r") is not None
        assert len(opened.baselines.find("k", besides="", since=0)) == store.SAMPLES_KEPT


def keep(opened, experiment, index, *, key="k", passed=True, at=None, **whose):
    trial = Trial(fixture="a", arm=Arm.BASE, index=index)
    sample = Sample(passed=passed, commit=f"c{index}", finished_at=at or float(index), **whose)
    opened.baselines.keep(key, experiment, trial, sample)


def test_samples_are_the_newest_few_newest_first(opened):
    for index in range(store.SAMPLES_KEPT + 5):
        keep(opened, "old", index)
    kept = opened.baselines.find("k", besides="new", since=0)
    assert [sample.commit for sample in kept] == [f"c{index}" for index in range(24, 4, -1)]


def test_samples_never_go_to_the_experiment_that_made_them(opened):
    keep(opened, "mine", 1)
    keep(opened, "theirs", 2, passed=False)
    assert [sample.passed for sample in opened.baselines.find("k", besides="mine", since=0)] == [False]
    assert opened.baselines.find("other", besides="", since=0) == ()


def test_samples_of_another_key_are_not_dropped(opened):
    keep(opened, "old", 1, key="other")
    for index in range(30):
        keep(opened, "old", index)
    assert len(opened.baselines.find("other", besides="", since=0)) == 1


PULL = {"event": "pull_request", "subject": "acme/shop#7"}


def test_outcomes_that_a_pull_request_drew_are_for_its_own_later_runs_alone(opened):
    keep(opened, "theirs", 1, **PULL)
    keep(opened, "nightly", 2, event="schedule")
    for subject, found in (("", ["c2"]), ("acme/shop#8", ["c2"]), ("acme/shop#7", ["c2", "c1"])):
        samples = opened.baselines.find("k", besides="mine", since=0, subject=subject)
        assert [sample.commit for sample in samples] == found


def test_outcomes_of_a_pull_request_push_none_out_that_are_for_all(opened):
    keep(opened, "nightly", 1, event="schedule")
    for index in range(100, 130):
        keep(opened, "theirs", index, **PULL)
    assert [sample.commit for sample in opened.baselines.find("k", besides="mine", since=0)] == ["c1"]


def test_a_trial_is_sampled_once(opened):
    keep(opened, "old", 1)
    keep(opened, "old", 1, passed=False)
    assert [sample.passed for sample in opened.baselines.find("k", besides="", since=0)] == [True]


def test_samples_older_than_asked_for_are_left_out(opened):
    keep(opened, "old", 1, at=10.0)
    keep(opened, "old", 2, at=20.0)
    assert [sample.finished_at for sample in opened.baselines.find("k", besides="", since=20.0)] == [20.0]


def test_a_ledger_is_frozen_once(opened):
    assert opened.ledger("l", "e") is None
    opened.freeze("l", "e", {"a": 1})
    opened.freeze("l", "e", {"a": 2})
    assert opened.ledger("l", "e") == {"a": 1}


def test_earlier_verdicts_are_those_of_the_other_heads_oldest_first(opened):
    for head, at in (("h2", 2.0), ("h1", 1.0), ("h3", 3.0)):
        opened.judge("pr", "b", Judged(head=head, verdict="passed", summary=head), at)
    opened.judge("pr", "b", Judged(head="h1", verdict="regressed", summary="again"), 1.5)
    opened.judge("other", "b", Judged(head="h9", verdict="passed", summary=""), 1.0)
    assert [(each.head, each.summary) for each in opened.earlier("pr", besides="h3")] == [("h1", "again"), ("h2", "h2")]


def refused(path):
    with pytest.raises(UsageError) as caught:
        Store.open(path)
    assert caught.value.remedy
    assert str(path) in caught.value.message
    return caught.value.message


@pytest.mark.trust("torn-store")
@pytest.mark.parametrize("content", [b"not a database", b"SQLite format 3\0" + b"\xff" * 4_000, b"{}" * 5_000])
def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path, content):
    path = tmp_path / "store.sqlite"
    path.write_bytes(content)
    refused(path)
    assert path.read_bytes() == content


@pytest.mark.parametrize("version", [0, store.SCHEMA_VERSION, 7])
def test_another_programs_database_is_refused_and_left_alone(tmp_path, version):
    path = tmp_path / "places.sqlite"
    foreign = sqlite3.connect(path)
    foreign.execute("CREATE TABLE moz_places (url TEXT)")
    foreign.execute(f"PRAGMA user_version = {version}")
    foreign.commit()
    foreign.close()
    before = path.read_bytes()
    assert "another program" in refused(path)
    assert path.read_bytes() == before


def test_a_store_of_a_newer_format_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "store.sqlite"
    Store.open(path).close()
    newer = sqlite3.connect(path)
    newer.execute("PRAGMA user_version = 99")
    newer.close()
    assert "format 99" in refused(path)
    with sqlite3.connect(path) as looked:
        assert looked.execute("PRAGMA user_version").fetchone() == (99,)
    looked.close()


def test_a_place_that_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    refused(tmp_path / "file" / "store.sqlite")
    refused(tmp_path)
    refused(Path("/proc/no-such-folder/store.sqlite"))


READ_ONLY = """
import os, sys
from pathlib import Path
from llmgate.errors import UsageError
from llmgate.store import Store
if os.geteuid() == 0:
    os.setuid(65534)
for place in (Path(sys.argv[1]), Path(sys.argv[1]).parent / "new.sqlite"):
    try:
        Store.open(place)
    except UsageError as error:
        print(error.remedy)
"""


@pytest.mark.trust("disk")
def test_a_read_only_file_or_folder_is_refused():
    folder = Path(tempfile.mkdtemp(dir="/tmp"))  # where any user may look, unlike pytest's own
    path = folder / "store.sqlite"
    try:
        Store.open(path).close()
        path.chmod(0o444)
        folder.chmod(0o555)
        command = [sys.executable, "-c", READ_ONLY, str(path)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True)
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)
    assert done.stdout.count("--store") == 2


@pytest.mark.trust("torn-store")
def test_a_torn_row_is_forgotten_and_can_be_replaced(tmp_path):
    path = tmp_path / "store.sqlite"
    with Store.open(path) as opened:
        record(opened, "e", TRIAL, "r", call("first"), 1.0)
    with sqlite3.connect(path) as torn:
        torn.execute("UPDATE call SET completion = substr(completion, 1, 30)")
    torn.close()
    with Store.open(path) as opened:
        assert opened.finished("e", TRIAL, 0, "r") is None
        record(opened, "e", TRIAL, "r", call("second"), 2.0)
        assert opened.finished("e", TRIAL, 0, "r").call.completion.message.text == "second"


@pytest.mark.trust("torn-store")
@pytest.mark.parametrize("torn", ["state = '{'", "state = '{\"a\": 2}'", "id = 'm'", "experiment = 'f'", "seal = NULL"])
def test_a_damaged_ledger_means_new_evidence_for_its_change(tmp_path, torn):
    path = tmp_path / "store.sqlite"
    with Store.open(path) as opened:
        for name in ("e", "other"):
            record(opened, name, TRIAL, "r", call(), 1.0)
            opened.void(name, "a", 64)
            opened.freeze(f"l of {name}", name, {"a": 1})
    altered(path, f"UPDATE ledger SET {torn} WHERE id = 'l of e'")
    with Store.open(path) as opened:
        assert opened.ledger("l of e", "e") is None
        assert opened.finished("e", TRIAL, 0, "r") is None
        assert opened.voids("e") == frozenset()
        assert opened.lost == ("the ledger of this change was damaged: its evidence is drawn anew",)
        opened.freeze("l of e", "e", {"a": 3})
        assert opened.ledger("l of e", "e") == {"a": 3}
        assert opened.ledger("l of other", "other") == {"a": 1}
        assert opened.finished("other", TRIAL, 0, "r") is not None


def altered(path, statement):
    with sqlite3.connect(path) as torn:
        torn.execute(statement)
    torn.close()


def full(folder):
    opened = Store.open(folder / "store.sqlite")
    opened._file.journal._connection.execute("PRAGMA max_page_count = 1")
    return opened


@pytest.mark.trust("disk")
def test_a_full_disk_is_told_as_what_it_is(tmp_path):
    opened = full(tmp_path)
    with pytest.raises(NotEvaluated) as caught:
        record(opened, "e", TRIAL, "r", call("x" * 500_000), 1.0)
    assert "full" in caught.value.message
    assert caught.value.remedy


def test_an_outcome_that_could_not_be_kept_is_told_when_the_store_is_closed(tmp_path):
    opened = full(tmp_path)
    keep(opened, "x" * 500_000, 1)
    with pytest.raises(NotEvaluated, match="full"):
        opened.close()


def test_an_experiment_is_named_by_both_commits():
    assert store.experiment("b", "h") != store.experiment("h", "b")
