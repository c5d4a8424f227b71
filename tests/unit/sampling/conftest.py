import pytest

from llmgate.store import Store
from tests.unit.sampling.fakes import Lab


@pytest.fixture
def lab(tmp_path):
    with Store.open(tmp_path / "store.sqlite") as store:
        yield Lab(store=store)
