"""What the tests of the REST stores share: a recording, played to an adapter."""

import pytest

from tests.unit.retrieval.adapters import recorded


@pytest.fixture
def play():
    """Return a function: recording, adapter, options → the Collection, its chunks as a list, and what was played."""

    def run(name, adapter, *, key=None, **options):
        with recorded.serve(recorded.exchanges(name)) as played:
            try:
                found = adapter.collection({"url": played.url, **options}, key)
                return found, list(found.chunks), played
            finally:
                assert played.left == []

    return run


@pytest.fixture
def describe():
    """The same without reading the chunks."""

    def run(name, adapter, **options):
        with recorded.serve(recorded.exchanges(name)) as played:
            return adapter.collection({"url": played.url, **options}, None)

    return run
