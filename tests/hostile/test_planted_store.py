"""A store that somebody else wrote or replaced, as a workflow can that has the cache but not the secret."""

import fcntl
import os
import shutil
import sqlite3

import pytest

from llmgate.errors import UsageError
from llmgate.store import Drawer, Seals, Store, ruins
from tests.unit.sampling import fakes
from tests.unit.sampling.fakes import FakeClient, FakeClock, judged

MANY = tuple(f"f{number:02}" for number in range(12))
FILES = fakes.files(fixtures=MANY, policy="  diagnose: {budget: {calls: 0}}\n")
WORSE = {"prompts/p.md": "Answer worse: {{ question }}\n"}
OURS = Seals.of("our secret " * 4, "1")
FORGERS = {"without a key": Seals(), "with another": Seals.of("their secret " * 4, "1")}


def breaks(asked):
    return fakes.BAD if "worse" in asked.text else fakes.GOOD


def run(folder, *, seals=OURS, client=None, **things):
    """Gate the change that breaks everything, on the folder's store."""
    made = {"store": lambda: Store.open(folder / "store.sqlite", seals), **things}
    asked = client or FakeClient(answer=breaks)
    return judged(folder, FILES, WORSE, asked, time=FakeClock(), things=made)


def forge(folder, seals, table, change, where="1"):
    """Change rows of a table and seal them as well as one can; return how many."""
    with sqlite3.connect(folder / "store.sqlite") as store:
        changed = store.execute(f"UPDATE {table} SET {change} WHERE {where}").rowcount
        kept = store.execute(f"SELECT name, type, pk FROM pragma_table_info('{table}')").fetchall()
        columns = [
            name for name, kind, key in kept if name != "seal" and not (key and name == "id" and kind == "INTEGER")
        ]
        store.create_function("seal", -1, lambda *values: seals.seal(table, *values))
        store.execute(f"UPDATE {table} SET seal = seal({', '.join(columns)}) WHERE {where}")
    store.close()
    return changed


def told(report):
    return [finding.message for finding in report.findings if finding.rule == "store"]


FORGED_ANSWERS = ("call", f"completion = replace(completion, '{fakes.BAD}', '{fakes.GOOD}')")


@pytest.mark.trust("planted-store")
@pytest.mark.parametrize("forger", FORGERS.values(), ids=FORGERS)
def test_forged_answers_that_say_the_head_passes_are_asked_for_again(tmp_path, forger):
    first = run(tmp_path)
    forged = forge(tmp_path, forger, *FORGED_ANSWERS, where="arm = 'head'")
    again = run(tmp_path)
    assert (again.verdict, again.fixtures) == (first.verdict, first.fixtures)
    assert (first.verdict.value, again.calls.made) == ("regressed", forged)
    assert told(again) == ["calls were damaged: they are made anew"]


def test_without_a_key_who_can_write_the_store_can_write_the_answers(tmp_path):
    run(tmp_path, seals=Seals())
    forge(tmp_path, Seals(), *FORGED_ANSWERS, where="arm = 'head'")
    assert run(tmp_path, seals=Seals()).verdict.value != "regressed"


@pytest.mark.trust("planted-store")
@pytest.mark.parametrize("forger", FORGERS.values(), ids=FORGERS)
@pytest.mark.parametrize("passed", ["0", "id % 5 > 0"])
def test_forged_outcomes_that_say_the_base_failed_are_left_out(tmp_path, forger, passed):
    clean = run(tmp_path)
    forge(tmp_path, forger, "sample", f"passed = {passed}, experiment = 'nightly'", where="trial LIKE '%/base/%'")
    client = FakeClient(answer=breaks)
    change = {**WORSE, "README.md": "another head"}
    again = judged(
        tmp_path,
        FILES,
        change,
        client,
        time=FakeClock(),
        things={"store": lambda: Store.open(tmp_path / "store.sqlite", OURS)},
        head_sha="another",
    )
    assert again.verdict is clean.verdict
    assert any("worse" not in asked.text for asked in client.asked), "the base is drawn again"
    assert told(again) == ["samples of baselines were damaged: they are left out"]


@pytest.mark.trust("planted-store")
@pytest.mark.parametrize("forger", FORGERS.values(), ids=FORGERS)
def test_a_forged_ledger_means_new_evidence(tmp_path, forger):
    first = run(tmp_path)
    forge(tmp_path, forger, "ledger", "state = replace(state, '\"head\": [', '\"head\": [60, ')")
    again = run(tmp_path)
    assert (again.verdict, again.calls.made) == (first.verdict, first.calls.made)
    assert told(again) == ["the ledger of this change was damaged: its evidence is drawn anew"]


@pytest.mark.trust("planted-store")
def test_no_true_answer_can_be_moved_to_another_place(tmp_path):
    first = run(tmp_path)
    with sqlite3.connect(tmp_path / "store.sqlite") as store:
        moved = store.execute(
            "UPDATE call SET (completion, seal) = (SELECT completion, seal FROM call AS base WHERE base.arm = 'base'"
            " AND (base.fixture, base.trial) = (call.fixture, call.trial)) WHERE arm = 'head'"
            " AND EXISTS (SELECT 1 FROM call AS base WHERE base.arm = 'base'"
            " AND (base.fixture, base.trial) = (call.fixture, call.trial))"
        ).rowcount
    store.close()
    again = run(tmp_path)
    assert (again.verdict, again.calls.made) == (first.verdict, moved)
    assert moved > 0


@pytest.mark.trust("planted-store")
@pytest.mark.parametrize(
    "theirs",
    [Seals(), Seals.of("their secret " * 4, "1"), Seals.of("our secret " * 4, "2")],
    ids=["none", "another key", "another repository"],
)
def test_a_store_that_was_not_sealed_here_is_set_aside_and_told(tmp_path, theirs):
    planted = run(tmp_path, seals=theirs, client=FakeClient())
    assert planted.verdict.value != "regressed"
    ours = run(tmp_path)
    assert (ours.verdict.value, ours.calls.reused) == ("regressed", 0)
    (said,) = told(ours)
    assert "was not sealed with the key of this run" in said
    assert "set aside as store.sqlite.damaged-1" in said
    assert told(run(tmp_path)) == []


@pytest.mark.trust("planted-store")
def test_a_store_of_somebody_else_that_says_it_has_our_key_is_not_believed(tmp_path):
    run(tmp_path)
    with sqlite3.connect(tmp_path / "store.sqlite") as store:
        ((name,),) = store.execute("SELECT name FROM sealed").fetchall()
    store.close()
    (tmp_path / "store.sqlite").unlink()
    run(tmp_path, seals=FORGERS["with another"], client=FakeClient())
    with sqlite3.connect(tmp_path / "store.sqlite") as store:
        store.execute("UPDATE sealed SET name = ?", (name,))
    store.close()
    ours = run(tmp_path)
    assert (ours.verdict.value, ours.calls.reused) == ("regressed", 0)


TRIGGER = "CREATE TRIGGER sqlite_t AFTER INSERT ON call BEGIN DELETE FROM call WHERE trial = NEW.trial; END"


@pytest.mark.trust("planted-store")
@pytest.mark.parametrize(
    "planted",
    [
        f"INSERT INTO sqlite_master VALUES ('trigger', 'sqlite_t', 'call', 0, '{TRIGGER}')",
        "CREATE TRIGGER t AFTER INSERT ON call BEGIN DELETE FROM call WHERE trial = NEW.trial; END",
        "CREATE VIEW v AS SELECT * FROM call",
        "CREATE UNIQUE INDEX i ON void (experiment)",
        "ALTER TABLE judged ADD COLUMN more TEXT CHECK (verdict != 'regressed')",
    ],
)
def test_a_store_with_more_in_it_than_a_store_has_is_set_aside(tmp_path, planted):
    run(tmp_path)
    with sqlite3.connect(tmp_path / "store.sqlite") as store:
        store.execute("DELETE FROM judged")
        store.execute("PRAGMA writable_schema = ON")
        store.execute(planted)
    store.close()
    (said,) = told(run(tmp_path))
    assert "its tables are not those of a store" in said


@pytest.mark.trust("planted-store")
def test_an_older_store_costs_the_calls_that_it_lacks_and_comes_to_the_same_verdict(tmp_path):
    kept = tmp_path / "kept"
    kept.mkdir()
    calls = []

    def answer(asked):
        calls.append(asked)
        if len(calls) == 30:
            raise KeyboardInterrupt
        return breaks(asked)

    with pytest.raises(KeyboardInterrupt):
        run(tmp_path, client=FakeClient(answer=answer))
    shutil.copy(tmp_path / "store.sqlite", kept)
    whole = run(tmp_path)
    restored = run(kept)
    assert (restored.verdict, restored.fixtures) == (whole.verdict, whole.fixtures)
    assert restored.calls.made == whole.calls.made > 0
    assert told(restored) == []


# Who drew what


PULL = Drawer(event="pull_request", subject="acme/shop#7")


def base_calls(folder, head, drawer, **question):
    """Gate another head in the name of `drawer`; count how often the base is asked in the screen."""
    client = FakeClient()
    judged(
        folder,
        FILES,
        {"prompts/p.md": f"Answer as well: {head} {{{{ question }}}}\n"},
        client,
        time=FakeClock(),
        things={"drawer": drawer},
        head_sha=head,
        **question,
    )
    return sum("Answer well" in asked.text for asked in client.asked)


@pytest.mark.trust("planted-store")
def test_what_a_pull_request_drew_of_the_base_screens_its_next_push_and_no_other_change(tmp_path):
    assert base_calls(tmp_path, "h1", PULL) > 0
    assert base_calls(tmp_path, "h2", PULL) == 0
    assert base_calls(tmp_path, "h3", Drawer(event="pull_request", subject="acme/shop#8")) > 0
    assert base_calls(tmp_path, "h4", Drawer()) > 0


def test_what_the_default_branch_drew_screens_every_change(tmp_path):
    assert base_calls(tmp_path, "h1", Drawer(event="merge_group")) > 0
    assert base_calls(tmp_path, "h2", PULL) == 0


def test_what_a_fork_drew_screens_nothing_not_even_its_own(tmp_path):
    assert base_calls(tmp_path, "h1", PULL, stranger=True) > 0
    assert base_calls(tmp_path, "h2", PULL, stranger=True) > 0


@pytest.mark.trust("planted-store")
@pytest.mark.parametrize("ending", ["", "-journal", "-wal", "-shm"])
def test_a_pipe_in_the_place_of_a_store_is_refused_before_it_is_waited_for(tmp_path, ending):
    path = tmp_path / "store.sqlite"
    if ending:
        Store.open(path).close()
    os.mkfifo(tmp_path / f"store.sqlite{ending}")
    with pytest.raises(UsageError, match=f"store.sqlite{ending} is no regular file"):
        Store.open(path)


def test_who_keeps_the_folder_of_a_store_is_not_waited_for_without_end(tmp_path):
    descriptor = os.open(tmp_path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        with pytest.raises(TimeoutError, match="another process keeps its folder"), ruins.alone(tmp_path, wait_s=0.05):
            pass
    finally:
        os.close(descriptor)
