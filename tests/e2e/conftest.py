"""GitHub and its jobs, for the stories of the action."""

import pytest

from tests import fakehub, gitserver, jobs


@pytest.fixture
def hub():
    with fakehub.serve() as hub:
        yield hub


@pytest.fixture
def job(tmp_path, hub):
    with gitserver.serving(tmp_path / "git") as git:
        (tmp_path / "jobs").mkdir()
        yield jobs.Job(folder=tmp_path / "jobs", git_url=git.origin(), api_url=hub.url)
