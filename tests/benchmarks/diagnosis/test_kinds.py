"""How often the kind of failure is right, of faults that the classifier cannot know."""

from __future__ import annotations

import pytest

from tests.benchmarks.diagnosis import faults, harness, kinds
from tests.benchmarks.diagnosis.experiment import Asking, laboratory
from tests.benchmarks.diagnosis.seeds import FIVE, Collection, Truth


@pytest.fixture(scope="module", params=Collection)
def collection(request):
    return request.param


@pytest.fixture(scope="module")
def lab(collection, tmp_path_factory):
    with laboratory(tmp_path_factory.mktemp("laboratory"), collection) as running:
        yield running


@pytest.fixture(scope="module")
def answered(lab):
    return lab.ask(Asking(seed=seed) for seed in faults.seeds(lab.collection))


def shown(capsys, collection, matrix):
    with capsys.disabled():
        print(f"\n{collection} set\n{harness.table(matrix)}")  # noqa: T201 - a measurement


def test_the_trace_alone_tells_the_kind_three_times_in_four(collection, answered, capsys):
    matrix = harness.matrix(harness.labelled(answered, kinds.by_signs))
    shown(capsys, collection, matrix)
    assert matrix.accuracy(*FIVE) >= 0.75
    assert matrix.accuracy() >= 0.75


@pytest.mark.parametrize("collection", [Collection.FIRST], indirect=True)  # the held-out set's are below it
def test_the_trace_alone_tells_format_tools_and_retrieval_nine_times_in_ten(answered):
    matrix = harness.matrix(harness.labelled(answered, kinds.by_signs))
    for truth in (Truth.OUTPUT_FORMAT, Truth.TOOL_USE, Truth.RETRIEVAL):
        assert matrix.accuracy(truth) >= 0.90, truth


def test_what_cures_it_tells_the_kind_nine_times_in_ten(collection, lab, answered, capsys):
    found = kinds.by_cure(lab, answered)
    matrix = harness.matrix(found.labelled)
    shown(capsys, collection, matrix)
    assert matrix.accuracy(*FIVE) >= 0.90
    assert matrix.accuracy() >= 0.90
    assert found.calls <= 40 * found.treated
