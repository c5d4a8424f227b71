import pytest

from llmgate import embedding, run
from llmgate.config import Budget, ModelEntry
from llmgate.errors import CallLost, CallRefused
from llmgate.store import Store
from llmgate.trial import Arm, Served, Trial
from tests.unit.sampling import fakes

EMBEDDER = ModelEntry(provider="house", model="embed-1")
SIMILAR = {"type": "similar", "value": ["red", "blue"]}


@pytest.fixture
def lab(tmp_path):
    with Store.open(tmp_path / "store.sqlite") as store:
        yield fakes.Lab(store=store, embedder=EMBEDDER)


def work(index=0, *, name="a", arm=Arm.HEAD, asserted=(SIMILAR,)):
    return run.Work(
        trial=Trial(fixture=name, arm=arm, index=index),
        fixture=fakes.fixture(name, **{"assert": asserted}),
        request=fakes.request(f"{name} on {arm} {index}"),
        max_steps=8,
        seed=None,
    )


def traces(lab, *items):
    found = []
    with lab.engine() as engine:
        engine.run(items, found.append, stop=lambda: False)
    return found, engine


def test_output_and_values_are_embedded_after_the_conversation(lab):
    (trace,), engine = traces(lab, work())
    assert {text: one.vector for text, one in trace.vectors.items()} == {
        text: pytest.approx(fakes.vector(text)) for text in ("red", "blue", fakes.GOOD)
    }
    assert lab.client.embedded == [("red", "blue"), (fakes.GOOD,)]
    assert (engine.spent.calls, engine.spent.errors) == (3, 0)


def test_each_text_is_embedded_once_for_all_trials_arms_and_fixtures(lab):
    lab.client.answer = lambda asked: f"answer {asked.number % 3}"
    items = [work(index, name=name, arm=arm) for name in "ab" for arm in Arm for index in range(5)]
    found, engine = traces(lab, *items)
    asked = [text for texts in lab.client.embedded for text in texts]
    assert sorted(asked) == ["answer 0", "answer 1", "answer 2", "blue", "red"]
    assert engine.spent.calls == len(items) + 4
    assert all(len(trace.vectors) == 3 for trace in found)


def test_a_later_run_of_another_experiment_pays_for_no_vector(lab):
    traces(lab, work())
    lab.experiment = "other"
    _, engine = traces(lab, work())
    assert (len(lab.client.embedded), engine.spent.calls, engine.spent.reused) == (2, 1, 1)


def test_another_embedder_is_asked_anew(lab):
    traces(lab, work())
    lab.embedder = EMBEDDER.model_copy(update={"params": {"dimensions": 8}})
    traces(lab, work())
    assert len(lab.client.embedded) == 4


def test_many_values_are_asked_in_batches(lab):
    values = [f"value {number}" for number in range(2 * embedding.BATCH + 1)]
    traces(lab, work(asserted=({"type": "similar", "value": values},)))
    assert [len(texts) for texts in lab.client.embedded] == [embedding.BATCH, embedding.BATCH, 1, 1]


@pytest.mark.parametrize("asserted", [({"type": "contains", "value": "x"},), ({"type": "custom:x", "compared": "y"},)])
def test_a_fixture_that_compares_nothing_costs_no_vector(lab, asserted):
    (trace,), engine = traces(lab, work(asserted=asserted))
    assert (trace.vectors, lab.client.embedded, engine.spent.calls) == ({}, [], 1)


def test_assertions_in_sets_are_among_those_that_compare(lab):
    (trace,), _ = traces(lab, work(asserted=({"type": "assert-set", "assert": [SIMILAR]},)))
    assert set(trace.vectors) == {"red", "blue", fakes.GOOD}


@pytest.mark.parametrize("output", ["", "  \n", "x" * 100_001])
def test_an_output_that_cannot_be_embedded_costs_nothing(lab, output):
    lab.client.answer = lambda _: output
    (trace,), _ = traces(lab, work())
    assert (trace.vectors, lab.client.embedded) == ({}, [])


def test_without_an_embedder_nothing_is_asked(lab):
    lab.embedder = None
    (trace,), _ = traces(lab, work())
    assert (trace.vectors, lab.client.embedded) == ({}, [])


@pytest.mark.parametrize(
    "error", [CallLost("503", id="provider-unreachable"), CallRefused("400", id="request-refused")]
)
def test_an_error_is_missing_data_that_is_not_journaled(lab, error):
    lab.client.embedding = lambda text: error if text == fakes.GOOD else fakes.vector(text)
    (trace,), engine = traces(lab, work())
    assert (trace.output, trace.error, engine.spent.errors) == (fakes.GOOD, None, 1)
    assert (trace.vectors[fakes.GOOD].vector, trace.vectors[fakes.GOOD].error) == (None, error.message)
    lab.client.embedding = fakes.vector
    (trace,), _ = traces(lab, work())
    assert lab.client.embedded == [("red", "blue"), (fakes.GOOD,), (fakes.GOOD,)]
    assert trace.vectors[fakes.GOOD].vector == pytest.approx(fakes.vector(fakes.GOOD))


def test_trials_that_wait_for_one_request_share_its_error(lab):
    lab.client.embedding = lambda _: CallLost("503", id="provider-unreachable")
    lab.client.embedding_s = 0.1
    found, engine = traces(lab, *(work(index) for index in range(4)))
    assert all(one.error == "503" for trace in found for one in trace.vectors.values())
    assert engine.spent.errors == len(lab.client.embedded) == 2


def test_the_budget_counts_requests_for_vectors(lab):
    lab.budget = Budget(calls=2)
    found, engine = traces(lab, work(0), work(1))
    assert (found, engine.spent.calls) == ([], 2)
    assert "budget of 2 calls" in engine.exhausted


def test_dollars_are_set_aside_before_and_paid_after(lab):
    lab.client.cost_usd = 0.5
    _, engine = traces(lab, work())
    assert engine.spent.usd == pytest.approx(1.5)
    lab.client.ceiling_usd, lab.budget, lab.experiment = 2.0, Budget(usd=1.0), "other"
    _, engine = traces(lab, work(1))
    assert "could exceed the budget" in engine.exhausted


def test_the_name_under_which_the_model_answered_is_kept_with_the_vector(lab):
    lab.client.served = "embed-1-b"
    for _ in range(2):
        (trace,), _ = traces(lab, work())
        served = {one.served for one in trace.vectors.values()}
        assert served == {Served(provider="house", asked="embed-1", answered="embed-1-b")}
