"""`push`, `schedule` and `workflow_dispatch` → the commit of the default branch, and no other."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from llmgate import event, git
from llmgate.errors import NotEvaluated, UsageError
from llmgate.event import Event, Revisions, Trigger
from tests import gitserver

PAYLOADS = Path(__file__).parents[2] / "data" / "events"
TIP = "6113728f27ae82c7b1a177c8d03f9e96e0adf246"
FILES = {"push": "push.branch", "schedule": "schedule", "workflow_dispatch": "workflow_dispatch"}


def payload(name):
    return json.loads((PAYLOADS / f"{name}.json").read_text())


def environment(branch="master", **changed):
    return {
        "GITHUB_SHA": TIP,
        "GITHUB_REF": f"refs/heads/{branch}",
        "GITHUB_REPOSITORY": "Codertocat/Hello-World",
        "GITHUB_RUN_ID": "12",
        **changed,
    }


@pytest.mark.parametrize(("name", "branch"), [("push", "master"), ("schedule", "trunk"), ("workflow_dispatch", "main")])
def test_the_tip_of_the_default_branch_is_read(name, branch):
    read = event.parse(name, payload(FILES[name]), environment(branch))
    assert read == Event(
        trigger=Trigger(name),
        repository="Codertocat/Hello-World",
        base_ref=branch,
        base=TIP,
        head=TIP,
        head_sha=TIP,
        run_id=12,
    )
    assert read.is_of_default_branch


def test_a_pull_request_is_not_of_the_default_branch():
    assert not event.local(base=None, head=None).is_of_default_branch


@pytest.mark.parametrize("name", ["push", "workflow_dispatch"])
def test_another_branch_is_not_evaluated_and_the_remedy_names_the_default_branch(name):
    document = payload(FILES[name]) | {"ref": "refs/heads/topic"}
    with pytest.raises(NotEvaluated, match="'refs/heads/topic', and a baseline is drawn of the default") as caught:
        event.parse(name, document, environment("topic"))
    assert f"`branches: [{document['repository']['default_branch']}]`" in caught.value.remedy


def test_a_schedule_whose_payload_names_another_default_branch_is_not_evaluated():
    document = payload("schedule") | {"repository": {"id": 1, "default_branch": "main"}}
    with pytest.raises(NotEvaluated, match="refs/heads/topic"):
        event.parse("schedule", document, environment("topic"))


def test_a_tag_is_not_evaluated_though_it_is_called_as_the_default_branch():
    document = payload("push.tag") | {"ref": "refs/tags/master"}
    with pytest.raises(NotEvaluated, match="'refs/tags/master'"):
        event.parse("push", document, environment(GITHUB_REF="refs/tags/master"))


def test_a_branch_that_was_deleted_is_no_branch_to_draw_of():
    document = payload("push.deleted") | {"ref": "refs/heads/master"}
    with pytest.raises(UsageError, match="the event's after is not the commit of GITHUB_SHA"):
        event.parse("push", document, environment())


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"GITHUB_REF": "refs/heads/main"}, "the event's ref is not that of GITHUB_REF"),
        ({"GITHUB_REF": ""}, "the event's GITHUB_REF is not the full name"),
        ({"GITHUB_REF": "master"}, "the event's GITHUB_REF is not the full name"),
        ({"GITHUB_SHA": "1" * 40}, "the event's after is not the commit of GITHUB_SHA"),
        ({"GITHUB_SHA": ""}, "the event's GITHUB_SHA is not a commit id"),
        ({"GITHUB_REPOSITORY_ID": "1"}, "the event's repository.id is not that of GITHUB_REPOSITORY_ID"),
    ],
)
def test_a_payload_that_is_not_the_runners_is_a_usage_error_that_says_in_what(changed, said):
    with pytest.raises(UsageError, match=said):
        event.parse("push", payload("push.branch"), environment(**changed))


@pytest.mark.parametrize("name", ["push", "workflow_dispatch"])
def test_a_payload_without_its_repository_is_a_usage_error(name):
    document = payload(FILES[name]) | {"ref": "refs/heads/master"}
    del document["repository"]
    with pytest.raises(UsageError, match=r"repository\.default_branch"):
        event.parse(name, document, environment())


def test_the_commit_is_taken_as_it_is_and_fetched_where_it_is_missing(tmp_path):
    origin = gitserver.init(tmp_path / "origin")
    tip = origin.commit({"a": "1"})
    origin.commit({"a": "2"})
    work = gitserver.init(tmp_path / "work")
    work.commit({"other": "1"})
    repository = git.Repository.open(work.path, scratch=tmp_path / "scratch")
    asked = event.parse("schedule", payload("schedule"), environment("main"))
    with gitserver.serving(tmp_path) as server:
        found = event.revisions(
            replace(asked, base=tip, head=tip, head_sha=tip),
            repository,
            fetch=lambda wants: repository.fetch(server.url("origin/.git"), wants=wants),
        )
    assert (found, repository.has(tip)) == (Revisions(base=tip, head=tip, head_sha=tip), True)
