import pytest

from llmgate import config
from llmgate.diagnose.reading import indexed
from llmgate.retrieval.indexes import Indexes
from tests.unit.sampling import fakes

FILES = {"docs/returns.md": b"Within 14 days."}


def indexes(files=FILES, **settings):
    return Indexes(config.read(fakes.config(**settings).encode()), files, files.__getitem__)


def test_a_fixture_that_searches_has_the_ids_of_its_targets_index():
    assert list(indexed.hashes(fakes.fixture(retrieval="live"), indexes())) == ["docs/returns.md#1"]


def test_a_fixture_that_names_its_index_has_its_ids():
    named = fakes.fixture(context={"index": {"name": "handbook"}})
    assert indexed.hashes(named, indexes()) == indexed.hashes(fakes.fixture(retrieval="live"), indexes())


@pytest.mark.parametrize(
    ("fixture", "known"),
    [
        (fakes.fixture(), indexes()),
        (fakes.fixture(context={"index": {"name": "elsewhere"}}), indexes()),
        (fakes.fixture(retrieval="live", target="gone"), indexes()),
        (fakes.fixture(retrieval="live"), None),
        (fakes.fixture(retrieval="live"), indexes({"docs/returns.md": b"\xff"})),
    ],
)
def test_where_documents_may_come_from_elsewhere_or_cannot_be_read_nothing_is_known(fixture, known):
    assert indexed.hashes(fixture, known) is None
