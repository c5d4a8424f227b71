import pytest

from llmgate.errors import NotEvaluated
from llmgate.store import Batch, Item, Stage, Store
from llmgate.trial import Arm, Trial


@pytest.fixture
def opened(tmp_path):
    with Store.open(tmp_path / "store.sqlite") as opened:
        yield opened


def batch(token="t", **changes):
    return Batch(**{"token": token, "provider": "openai", "model": "m-1", **changes})


def items(count=2):
    return [
        Item(experiment="e", trial=Trial(fixture="a", arm=Arm.BASE, index=index), request=f"sha256:{index}")
        for index in range(count)
    ]


def test_a_batch_is_found_again_with_what_is_in_it(tmp_path):
    with Store.open(tmp_path / "store.sqlite") as first:
        first.batches.make(batch(), items())
    with Store.open(tmp_path / "store.sqlite") as second:
        assert second.batches.open() == (batch(),)
        assert second.batches.items(batch()) == dict(enumerate(items()))


def test_a_batch_is_written_whole_or_not_at_all(tmp_path):
    path = tmp_path / "store.sqlite"

    def twice():
        with Store.open(path) as store:
            store.batches.make(batch(), items())
            store.batches.make(batch(), items(5))

    with pytest.raises(NotEvaluated, match="UNIQUE"):
        twice()
    with Store.open(path) as store:
        assert len(store.batches.items(batch())) == 2


def test_what_is_over_is_not_open_and_stays_known(opened):
    opened.batches.make(batch(), items())
    known = opened.batches.note(batch(), stage=Stage.KNOWN, remote="batch_1")
    assert opened.batches.open() == (known,)
    opened.batches.note(known, stage=Stage.OVER)
    assert (opened.batches.open(), opened.batches.remotes()) == ((), frozenset({"batch_1"}))


def test_a_batch_that_another_run_has_forgotten_is_not_sent(opened):
    opened.batches.make(batch(), items())
    opened.batches.note(batch(), stage=Stage.OVER)
    assert opened.batches.send(batch(), file=None, at=1.0) is None


def test_a_batch_is_marked_as_sent_once(opened):
    opened.batches.make(batch(), items())
    assert opened.batches.send(batch(), file="f", at=1.0) == batch(stage=Stage.SENT, file="f", sent_at=1.0)
    assert opened.batches.send(batch(), file="f", at=2.0) is None
