"""`llmgate gate` as a step of a workflow posts the same comment as the action."""

import json

import pytest

from tests import fakehub, modelserver, project

WORSE = {"prompts/support.jinja": project.prompt("Be brief.")}


@pytest.fixture
def ran(tmp_path):
    def run(*arguments, token="job-token", event="pull_request", policy=""):
        with modelserver.serve(project.obedient) as model, fakehub.serve() as hub:
            shop = project.Project.create(tmp_path / "repository", project.files(model.url, policy=policy))
            pull = shop.pull(WORSE)
            hub.pull(project.NUMBER, head=pull.head)
            path = tmp_path / "event.json"
            path.write_text(json.dumps(project.event(pull)))
            environment = {
                "GITHUB_ACTIONS": "true",
                "GITHUB_API_URL": hub.url,
                "GITHUB_EVENT_NAME": event,
                "GITHUB_EVENT_PATH": str(path),
                "GITHUB_REPOSITORY": project.REPOSITORY,
                "GITHUB_RUN_ID": "1",
                "GITHUB_SHA": pull.merge,
                "GITHUB_TOKEN": token,
            }
            ended = project.gate(shop, tmp_path, *arguments, environment=environment)
            return ended, hub.comments(project.NUMBER), hub.requests

    return run


def test_the_comment_is_posted(ran):
    ended, comments, _ = ran()
    assert ended.code == 1
    assert [comment.body.count("merge blocked") for comment in comments] == [1]


def test_no_publish_posts_nothing(ran):
    ended, comments, requests = ran("--no-publish")
    assert (ended.code, comments, requests) == (1, [], [])


def test_without_a_token_nothing_is_posted(ran):
    ended, comments, requests = ran(token="")
    assert (ended.code, comments, requests) == (1, [], [])


@pytest.mark.trust("privileged-event")
@pytest.mark.parametrize("event", ["pull_request_target", "workflow_run"])
def test_in_a_job_that_has_the_secrets_whoever_wrote_the_change_nothing_is_judged(ran, event):
    ended, comments, requests = ran(event=event, policy="  approvers: [grace]\n  privileged: review\n")
    assert (ended.code, ended.report["verdict"], comments, requests) == (3, "not_evaluated", [], [])
    assert "use the action, as docs/forks.md shows" in str(ended.report["reasons"])
