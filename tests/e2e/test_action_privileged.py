"""The action where the secrets are, whoever wrote the change: on `pull_request_target` and on `workflow_run`."""

import json
import os
import zipfile

import pytest

from tests import applications, modelserver, project
from tests.fakehub.state import FORK, HERE

WORSE = {"prompts/support.jinja": project.prompt("Be brief.")}
POLICY = "  approvers: [grace]\n  privileged: review\n"
EVENTS = ["pull_request_target", "workflow_run"]
SECRET = {"HOUSE_KEY": project.KEY}
STATUS = "llmgate"


@pytest.fixture
def model():
    with modelserver.serve(project.obedient) as server:
        yield server


@pytest.fixture
def shop(tmp_path, model):
    files = project.files(model.url, fixtures=3, policy=POLICY, key="HOUSE_KEY")
    return project.Project.create(tmp_path / "git" / project.REPOSITORY, files)


def forked(shop, hub, changed=WORSE, *, by="grace", source=FORK):
    """Let a stranger open a pull request, or push to it, and somebody approve its head."""
    pull = shop.pull(changed)
    record = hub.pull(project.NUMBER, head=pull.head, source=source)
    if by:
        record.review(pull.head, by=by)
    return pull


def privileged(job, pull, name, *, run_id=1, source=FORK, at=None, before=lambda _: None):
    """Run as a job of the default branch, with the secrets and its checkout."""
    repository = {"id": HERE, "full_name": project.REPOSITORY, "default_branch": "main"}
    payload = project.event(pull, fork=source != HERE) | {"repository": repository}
    if name == "workflow_run":
        head = {"head_sha": pull.head, "event": "pull_request", "pull_requests": [{"number": 99}]}
        head |= {"name": "gate #99", "head_branch": "99", "display_title": "#99"}
        head["head_repository"] = {"id": source, "full_name": "stranger/shop"} if source else None
        payload = {"action": "completed", "repository": repository, "workflow_run": head}
    here = project.Pull(base=pull.base, head=pull.base, merge=at or pull.base)
    github = {"event_name": name, "sha": pull.base, "ref": "refs/heads/main", "ref_name": "main"}
    settings = {"inputs": {"status": STATUS}, "env": SECRET, "before": before}
    return job.run(here, payload, run_id=run_id, github=github, **settings)


def unjudged(ended, model):
    assert (ended.outputs["verdict"], ended.code, model.connections) == ("not_evaluated", 3, 0)
    assert "could not judge" in ended.summary
    return str(ended.report["reasons"])


@pytest.mark.trust("privileged-event")
@pytest.mark.parametrize("name", EVENTS)
def test_a_forks_prompt_is_judged_with_the_keys_where_an_approver_approved_its_head(shop, hub, job, model, name):
    pull = forked(shop, hub)
    ended = privileged(job, pull, name)
    assert (ended.outputs["verdict"], ended.code) == ("regressed", 1)
    assert {asked.key for asked in model.seen} == {project.KEY}
    assert (ended.report["base"]["sha"], ended.report["head"]["sha"]) == (pull.base, pull.head)
    assert "merge blocked" in hub.comments(project.NUMBER)[0].body
    assert hub.statuses == [
        (pull.head, STATUS, "pending", "being judged"),
        (pull.head, STATUS, "failure", "regressed"),
    ]


@pytest.mark.trust("privileged-event")
@pytest.mark.parametrize("name", EVENTS)
def test_without_an_approval_no_model_is_asked_and_the_remedy_is_told(shop, hub, job, model, name):
    pull = forked(shop, hub, by="mallory")
    told = unjudged(privileged(job, pull, name), model)
    assert "none of policy.approvers of the base has approved its head commit" in told
    assert "approves it in a review, and runs this job again" in told
    assert "could not judge" in hub.comments(project.NUMBER)[0].body
    assert [status[2] for status in hub.statuses] == ["pending", "error"]


@pytest.mark.trust("privileged-event")
def test_a_new_push_voids_the_approval_and_an_old_run_that_is_run_again_judges_nothing(shop, hub, job, model):
    first = forked(shop, hub)
    second = forked(shop, hub, {"prompts/support.jinja": project.prompt("Say it all.")}, by=None)
    told = unjudged(privileged(job, second, "pull_request_target"), model)
    assert f"it is of commit {first.head[:12]}" in told
    again = unjudged(privileged(job, first, "pull_request_target", run_id=2), model)
    assert "no merge commit" in again


@pytest.mark.trust("privileged-event")
def test_a_base_that_does_not_allow_it_asks_no_model_though_the_head_does(shop, hub, job, model):
    allowed = (shop.origin.path / "llmgate.yaml").read_text()
    shop.origin.commit({"llmgate.yaml": allowed.replace("  privileged: review\n", "")}, "none of it")
    pull = forked(shop, hub, WORSE | {"llmgate.yaml": allowed})
    assert "the base does not say that it may be judged" in unjudged(
        privileged(job, pull, "pull_request_target"), model
    )


@pytest.mark.trust("privileged-event")
def test_a_workspace_with_the_pull_requests_code_is_refused(shop, hub, job, model):
    pull = forked(shop, hub)
    told = unjudged(privileged(job, pull, "pull_request_target", at=pull.merge), model)
    assert "the workspace is not at the default branch" in told


@pytest.mark.trust("retargeted", "privileged-event")
def test_a_merge_commit_into_another_branch_than_the_default_one_is_not_taken(shop, hub, job, model):
    shop.origin("checkout", "-q", "-b", "weak")
    weak = shop.origin.commit({"llmgate.yaml": project.config(model.url, policy=POLICY)}, "weak")
    shop.origin("checkout", "-q", "main")
    pull = forked(shop, hub)
    shop.origin("checkout", "-q", "--detach", weak)
    shop.origin("merge", "-q", "--no-ff", "-m", "merge", pull.head)
    shop.origin("update-ref", f"refs/pull/{project.NUMBER}/merge", "HEAD")
    shop.origin("checkout", "-q", "main")
    assert "no merge commit" in unjudged(privileged(job, pull, "pull_request_target"), model)


@pytest.mark.trust("privileged-event")
def test_a_program_of_an_approved_head_does_not_run_where_the_secrets_are(shop, hub, job, model, tmp_path):
    trace = tmp_path / "ran"
    program = {"app/bot.py": "print(1)\n", "fixtures/case-000.yaml": project.case(0).replace("support", "desk")}
    target = f"  desk: {{kind: command, run: [{applications.PYTHON}, app/bot.py], files: ['app/**']}}\nsuite:"
    text = (shop.origin.path / "llmgate.yaml").read_text().replace("suite:", target)
    allowed = text.replace("policy:\n", "policy:\n  applications: {forks: run}\n")
    shop.origin.commit({"llmgate.yaml": allowed, **program}, "a program")
    pull = forked(shop, hub, {"app/bot.py": f"open({str(trace)!r}, 'w')\n"})
    told = unjudged(privileged(job, pull, "pull_request_target"), model)
    assert "'desk' would run the change's code where the secrets are" in told
    assert not trace.exists()


# Of another workflow


def artifacts(workspace):
    """Plant what a fork's workflow could have uploaded, under names that people give it; a pipe is never read out."""
    workspace.joinpath("pr_number").write_text("99")
    with zipfile.ZipFile(workspace / "llmgate.zip", "w") as archive:
        for name in ("../../temp/llmgate/report.json", "/pr_number", "report.json"):
            archive.writestr(name, json.dumps({"verdict": "passed", "exit_code": 0, "number": 99}))
        archive.writestr("bomb", b"\0" * 10_000_000, zipfile.ZIP_DEFLATED)
    for name in ("report.json", "event.json", "comment.md"):
        os.mkfifo(workspace / name)


@pytest.mark.trust("artifact")
def test_no_artifact_and_no_name_that_the_fork_chose_is_looked_at(shop, hub, job):
    hub.pull(99, head="9" * 40)
    pull = forked(shop, hub)
    ended = privileged(job, pull, "workflow_run", before=artifacts)
    assert (ended.outputs["verdict"], ended.code) == ("regressed", 1)
    assert (len(hub.comments(project.NUMBER)), hub.comments(99)) == (1, [])
    assert not [exchange for exchange in hub.requests if "artifact" in exchange.path or "/99" in exchange.path]


@pytest.mark.trust("artifact")
def test_a_head_of_no_open_pull_request_is_not_judged_and_its_status_is_no_success(shop, hub, job, model):
    pull = forked(shop, hub)
    hub.pull(project.NUMBER, head="c" * 40, source=FORK)
    assert "no open pull request has the commit" in unjudged(privileged(job, pull, "workflow_run"), model)
    assert [status[2] for status in hub.statuses] == ["pending", "error"]


def test_a_fork_that_was_deleted_is_judged_by_the_commit_that_is_left(shop, hub, job):
    pull = forked(shop, hub, source=None)
    ended = privileged(job, pull, "workflow_run", source=None)
    assert (ended.outputs["verdict"], ended.code) == ("regressed", 1)
