"""What the environment says of the store's key, and of the event that a run is for."""

from pathlib import Path

import pytest

from llmgate.cli import outside
from llmgate.errors import UsageError
from llmgate.redaction import MARK, of
from llmgate.store import Drawer, Seals

SECRET, OTHER = "5f" * 32, "6f" * 32
JOB = {"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "acme/shop", "GITHUB_REPOSITORY_ID": "1"}


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [
        ({}, Seals()),
        ({"LLMGATE_STORE_KEY": ""}, Seals()),
        ({"LLMGATE_STORE_KEY": f" {SECRET}\n"}, Seals.of(SECRET)),
        ({"INPUT_STORE-KEY": SECRET, "LLMGATE_STORE_KEY": OTHER}, Seals.of(SECRET)),
        ({**JOB, "LLMGATE_STORE_KEY": SECRET}, Seals.of(SECRET, "1")),
    ],
)
def test_the_store_is_sealed_with_the_secret_of_the_input_or_the_variable(environment, wanted):
    assert outside.seals(environment) == wanted


def test_a_short_secret_is_wrong_usage():
    with pytest.raises(UsageError, match="fewer than 32 characters"):
        outside.seals({"LLMGATE_STORE_KEY": "shop"})


@pytest.mark.parametrize("name", [outside.STORE_KEY, outside.STORE_KEY_INPUT])
def test_the_secret_is_redacted(name):
    assert of({name: SECRET}).text(f"it is {SECRET}") == f"it is {MARK}"


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [
        ({}, Drawer()),
        ({"GITHUB_EVENT_NAME": "pull_request"}, Drawer()),
        (
            {**JOB, "GITHUB_EVENT_NAME": "pull_request", "GITHUB_REF": "refs/pull/7/merge"},
            Drawer(event="pull_request", subject="acme/shop#7"),
        ),
        ({**JOB, "GITHUB_EVENT_NAME": "push", "GITHUB_REF": "refs/heads/main"}, Drawer(event="push")),
        ({**JOB, "GITHUB_EVENT_NAME": "pull_request", "GITHUB_REF": "refs/heads/main"}, Drawer(event="pull_request")),
        (JOB, Drawer(event="")),
    ],
)
def test_the_runner_says_who_draws(environment, wanted):
    assert outside.drawer(environment) == wanted


def test_a_folder_in_which_nothing_can_be_written_is_told_before_anything_runs():
    with pytest.raises(UsageError, match=r"/proc/page.html cannot be written"):
        outside.writable(Path("/proc/page.html"))


def test_a_file_that_is_there_is_written_over(tmp_path):
    (tmp_path / "page.html").write_text("before")
    outside.writable(tmp_path / "page.html")
    assert (tmp_path / "page.html").read_text() == "before"
