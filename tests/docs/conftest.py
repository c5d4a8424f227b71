"""What the tests of the documentation share: a model on loopback, and a repository that asks it."""

import os

import pytest

from tests.docs import sample


@pytest.fixture(autouse=True)
def _outside_a_workflow(monkeypatch):
    """A job of CI has variables that change what commands do."""
    for name in [name for name in os.environ if name.startswith(("GITHUB_", "LLMGATE_", "OTEL_", "INPUT_"))]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """The sample repository, whose model is on loopback as long as the tests of a module run."""
    folder = tmp_path_factory.mktemp("sample") / "shop"
    with sample.SERVE(answer=sample.ANSWERS) as server:
        sample.build(folder, server.url)
        yield folder
