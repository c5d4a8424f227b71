"""`pull_request_target` and `workflow_run` → what is asked about where the secrets are, and what is not."""

import copy
import json
from pathlib import Path

import pytest

from llmgate import event, git
from llmgate.errors import NotEvaluated, UsageError
from llmgate.event import Event, Trigger
from tests import gitserver

PAYLOADS = Path(__file__).parents[2] / "data" / "events"
TIP = "5" * 40
HEAD = "ec26c3e57ca3a959ca5aad62de7213c562f8c821"
HERE, FORK = 283462325, 42
ENVIRONMENT = {"GITHUB_SHA": TIP, "GITHUB_REPOSITORY": "Codertocat/Hello-World", "GITHUB_RUN_ID": "12"}


def payload(name):
    return json.loads((PAYLOADS / f"{name}.json").read_text())


def completed(**changed):
    """GitHub's example of a run, as one of a pull request."""
    document = copy.deepcopy(payload("workflow_run.completed"))
    document["workflow_run"] |= {"event": "pull_request", "head_sha": HEAD} | changed
    return document


ACTIONS = sorted(path.name.split(".")[1] for path in PAYLOADS.glob("pull_request.*.json"))


def test_a_target_is_read_as_the_job_of_the_default_branch_that_it_is():
    assert event.parse("pull_request_target", payload("pull_request.opened"), ENVIRONMENT) == Event(
        trigger=Trigger.PULL_REQUEST_TARGET,
        action="opened",
        repository="Codertocat/Hello-World",
        base_ref="master",
        base=TIP,
        head=None,
        head_sha=HEAD,
        number=2,
        retargeted=True,
        run_id=12,
    )


@pytest.mark.parametrize("name", ["pull_request", "pull_request_target"])
@pytest.mark.parametrize("action", [action for action in ACTIONS if action != "closed"])
@pytest.mark.parametrize(("repository", "fork"), [(None, True), ({"id": FORK}, True), ({"id": 186853002}, False)])
def test_every_action_is_read_of_a_branch_of_a_fork_and_of_one_that_is_gone(name, action, repository, fork):
    document = payload(f"pull_request.{action}")
    document["repository"] = payload("pull_request.opened")["repository"]
    document["pull_request"]["base"] = payload("pull_request.opened")["pull_request"]["base"]
    document["pull_request"]["head"]["repo"] = repository
    read = event.parse(name, document, ENVIRONMENT)
    assert (read.trigger, read.action, read.fork) == (Trigger(name), action, fork)
    assert read.is_privileged is (name != "pull_request")


def test_a_closed_pull_request_is_not_evaluated_there_either():
    with pytest.raises(NotEvaluated, match="is closed"):
        event.parse("pull_request_target", payload("pull_request.closed"), ENVIRONMENT)


@pytest.mark.trust("privileged-event")
def test_another_base_than_the_default_branch_is_refused_as_its_policy_would_say_where_keys_go():
    document = payload("pull_request.opened")
    document["pull_request"]["base"]["ref"] = "topic"
    with pytest.raises(NotEvaluated, match="goes into 'topic', and this event has the secrets of 'master'"):
        event.parse("pull_request_target", document, ENVIRONMENT)


@pytest.mark.parametrize("began", ["pull_request", "pull_request_review"])
@pytest.mark.parametrize(("source", "fork"), [(HERE, False), (FORK, True), (None, True)])
def test_a_run_of_another_workflow_is_read_without_the_number_that_it_may_have(began, source, fork):
    head = {"id": source} if source else None
    document = completed(event=began, head_repository=head, pull_requests=[{"number": 99}])
    assert event.parse("workflow_run", document, ENVIRONMENT) == Event(
        trigger=Trigger.WORKFLOW_RUN,
        action="completed",
        repository="Codertocat/Hello-World",
        base_ref="main",
        base=TIP,
        head_sha=HEAD,
        number=None,
        fork=fork,
        source=source,
        retargeted=True,
        run_id=12,
    )


@pytest.mark.parametrize("name", ["workflow_run.completed", "workflow_run.requested"])
def test_a_run_that_is_of_no_pull_request_or_has_not_ended_is_not_evaluated(name):
    with pytest.raises(NotEvaluated, match="was started by") as caught:
        event.parse("workflow_run", payload(name), ENVIRONMENT)
    assert "`completed`" in caught.value.remedy


@pytest.mark.parametrize(
    "changed",
    [
        {"head_sha": "main"},
        {"head_sha": None},
        {"event": 3},
        {"head_repository": {"id": "42"}},
        {"head_repository": {}},
        {"head_repository": {"id": True}},
    ],
)
def test_a_run_whose_fields_are_none_of_githubs_is_refused(changed):
    with pytest.raises(UsageError, match=r"the event's workflow_run\."):
        event.parse("workflow_run", completed(**changed), ENVIRONMENT)


def test_the_merge_commit_is_asked_for_and_its_base_held_against_the_default_branch(tmp_path):
    work = gitserver.init(tmp_path / "work")
    weak = work.commit({"a": "weak"})
    tip = work.commit({"a": "base"})
    work("checkout", "-q", "-b", "pr", weak)
    head = work.commit({"b": "head"})
    repository = git.Repository.open(work.path, scratch=tmp_path / "scratch")
    for base, taken in ((tip, True), (weak, False)):
        merge = work("commit-tree", f"{head}^{{tree}}", "-p", base, "-p", head, "-m", "merge")
        asked = []

        def fetch(wants, merge=merge, asked=asked):
            asked.extend(wants)
            return [{"refs/pull/7/merge": merge, "refs/heads/main": tip}[want] for want in wants]

        wanted = Event(
            trigger=Trigger.WORKFLOW_RUN, base_ref="main", base=tip, head_sha=head, number=7, retargeted=True
        )
        if taken:
            assert event.revisions(wanted, repository, fetch=fetch).base == tip
            assert asked == ["refs/pull/7/merge"]
        else:
            with pytest.raises(NotEvaluated, match="no merge commit"):
                event.revisions(wanted, repository, fetch=fetch)
