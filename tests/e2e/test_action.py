"""The action as a process: a depth-1 checkout, an event file, a loopback GitHub and a loopback model."""

import json
from pathlib import Path

import pytest
from lxml import etree

from tests import gitserver, modelserver, project

APPROVED = "llmgate: suite approved"
WORSE = {"prompts/support.jinja": project.prompt("Be brief.")}


@pytest.fixture
def model():
    with modelserver.serve(project.obedient) as server:
        yield server


@pytest.fixture
def shop(tmp_path, model):
    return project.Project.create(tmp_path / "git" / project.REPOSITORY, project.files(model.url))


def pushed(shop, hub, changed):
    pull = shop.pull(changed)
    hub.pull(project.NUMBER, head=pull.head)
    return pull


def test_three_pushes_leave_one_comment_that_tells_of_the_last(shop, hub, job):
    codes = []
    for run_id, rule in enumerate(("Be brief.", "Be quick.", project.GOOD_RULE + " Be kind."), start=1):
        pull = pushed(shop, hub, {"prompts/support.jinja": project.prompt(rule)})
        codes.append(job.run(pull, project.event(pull), run_id=run_id).code)
    (comment,) = hub.comments(project.NUMBER)
    assert codes == [1, 1, 0]
    assert comment.edits == 2
    assert f"head={pull.head}" in comment.body
    assert "✗" not in comment.body.splitlines()[1:4]
    assert hub.violations == []


def test_a_regression_is_told_in_comment_summary_outputs_log_and_exit_code(shop, hub, job):
    pull = pushed(shop, hub, WORSE)
    ended = job.run(pull, project.event(pull))
    (comment,) = hub.comments(project.NUMBER)
    assert ended.code == 1
    assert list(ended.outputs)[-1] == "verdict"
    assert (ended.outputs["verdict"], ended.outputs["exit_code"]) == ("regressed", "1")
    confirmed = [item for item in ended.report["fixtures"] if item["tier"] == "confirmed"]
    assert int(ended.outputs["broken"]) == len(confirmed) > 0
    for text in (comment.body, ended.summary, ended.stdout):
        assert "broke" in text
    assert {command.name for command in ended.step.commands} <= {"error", "warning"}
    assert ended.report["head"]["sha"] == pull.head
    assert ended.report["base"]["sha"] == pull.base
    written = Path(ended.outputs["html"]).read_text(encoding="utf-8")
    assert "broke, merge blocked" in written
    assert '"outcome":"failed"' in written
    results = json.loads(Path(ended.outputs["sarif"]).read_text(encoding="utf-8"))["runs"][0]["results"]
    assert {result["ruleId"] for result in results} == {"regression"}
    assert etree.parse(ended.outputs["junit"]).xpath("//testcase[failure]/@name")[0] == "verdict"


def test_forms_that_cannot_be_written_are_notes_and_change_nothing_else(shop, hub, job):
    pull = pushed(shop, hub, {"README.md": "A better shop.\n"})
    ended = job.run(pull, project.event(pull), inputs={"sarif": "/proc/no/a.sarif", "junit": "/proc/no/junit.xml"})
    assert (ended.code, ended.outputs["verdict"]) == (0, "not_applicable")
    assert (ended.outputs["sarif"], ended.outputs["junit"]) == ("", "")
    assert ended.stdout.count("note: the report could not be written as ") == 2


def test_a_page_that_cannot_be_written_is_a_note_and_changes_nothing_else(shop, hub, job):
    pull = pushed(shop, hub, {"README.md": "A better shop.\n"})
    ended = job.run(pull, project.event(pull), inputs={"html": "/proc/no/page.html"})
    assert (ended.code, ended.outputs["verdict"], ended.outputs["html"]) == (0, "not_applicable", "")
    assert "note: the page could not be written" in ended.stdout


@pytest.mark.trust("owner")
def test_the_workspace_and_the_home_of_all_steps_are_left_as_they_were(shop, hub, job):
    pull = pushed(shop, hub, WORSE)
    found = {}

    def note(workspace):
        job.container().own()
        found.update(gitserver.fingerprint(workspace))

    ended = job.run(pull, project.event(pull), before=note)
    assert ended.code == 1
    assert gitserver.fingerprint(job.container().workspace) == found
    assert list(job.container().home.iterdir()) == []


def test_the_head_is_read_from_git_and_not_from_the_workspace(shop, hub, job, model):
    pull = pushed(shop, hub, {"README.md": "A better shop.\n"})

    def tamper(workspace):
        (workspace / "prompts" / "support.jinja").write_text(project.prompt("Be brief."))

    ended = job.run(pull, project.event(pull), before=tamper)
    assert (ended.outputs["verdict"], ended.code, model.connections) == ("not_applicable", 0, 0)


@pytest.mark.trust("planted-module")
def test_modules_planted_in_the_workspace_are_not_imported(shop, hub, job, tmp_path):
    pull = pushed(shop, hub, {"README.md": "A better shop.\n"})
    mark = tmp_path / "imported"
    names = ("httpx.py", "click.py", "llmgate.py", "sitecustomize.py", "usercustomize.py", "json.py")

    def plant(workspace):
        for name in names:
            (workspace / name).write_text(f"open({str(mark)!r}, 'w').write({name!r})\n")

    poisoned = {"PYTHONPATH": str(job.container().workspace)}
    ended = job.run(pull, project.event(pull), before=plant, env=poisoned)
    assert ended.code == 0
    assert not mark.exists()


@pytest.mark.trust("input-names")
def test_an_input_whose_name_has_a_hyphen_is_read(shop, hub, job):
    pull = pushed(shop, hub, WORSE)
    ended = job.run(pull, project.event(pull), inputs={"broker-port": "nowhere"})
    assert ended.code == 2
    assert "input broker-port is 'nowhere'" in ended.stdout


@pytest.mark.trust("key-missing")
@pytest.mark.parametrize("env", [{}, {"HOUSE_KEY": ""}], ids=["no key", "an empty key"])
def test_a_fork_without_keys_is_told_why_and_is_not_green(shop, hub, job, model, env):
    shop.origin.commit({"llmgate.yaml": project.config(model.url, key="HOUSE_KEY")}, "a key")
    pull = pushed(shop, hub, WORSE)
    ended = job.run(pull, project.event(pull, fork=True), env=env)
    assert (ended.outputs["verdict"], ended.code, model.connections) == ("not_evaluated", 3, 0)
    assert "HOUSE_KEY" in hub.comments(project.NUMBER)[0].body
    for text in (ended.summary, ended.stdout):
        assert "comes from a fork" in text
        assert "push its branch to this repository" in " ".join(text.split())


@pytest.mark.trust("shallow")
def test_a_base_that_cannot_be_had_is_not_evaluated_with_the_remedy(shop, hub, job):
    pull = pushed(shop, hub, WORSE)
    nowhere = {"server_url": "http://127.0.0.1:1"}
    ended = job.run(pull, project.event(pull), github=nowhere)
    assert (ended.outputs["verdict"], ended.code) == ("not_evaluated", 3)
    assert "fetch-depth" in ended.stdout


@pytest.mark.trust("github-limits")
def test_a_github_that_is_down_changes_no_verdict(shop, hub, job):
    pull = pushed(shop, hub, WORSE)
    ended = job.run(pull, project.event(pull), github={"api_url": "http://127.0.0.1:1"})
    assert (ended.outputs["verdict"], ended.code) == ("regressed", 1)
    assert hub.comments(project.NUMBER) == []


@pytest.mark.trust("wrong-configuration")
def test_a_faulty_configuration_exits_2_and_the_comment_names_the_line(shop, hub, job, model):
    pull = pushed(shop, hub, {"llmgate.yaml": project.config(model.url, extra="  alhpa: 0.1\n")})
    ended = job.run(pull, project.event(pull))
    assert (ended.code, model.connections) == (2, 0)
    (comment,) = hub.comments(project.NUMBER)
    assert "alhpa" in comment.body
    assert "llmgate.yaml:12" in comment.body


def test_an_enterprise_server_gets_the_comment_under_its_own_address(shop, hub, job):
    pull = pushed(shop, hub, WORSE)
    ended = job.run(pull, project.event(pull), github={"api_url": hub.ghes_url})
    assert ended.code == 1
    assert len(hub.comments(project.NUMBER)) == 1


def test_a_merge_group_is_judged_without_a_comment(shop, hub, job):
    pull = pushed(shop, hub, WORSE)
    payload = {
        "action": "checks_requested",
        "merge_group": {
            "head_sha": pull.merge,
            "head_ref": f"refs/heads/gh-readonly-queue/main/pr-7-{pull.base}",
            "base_sha": pull.base,
            "base_ref": "refs/heads/main",
        },
        "repository": {"id": 1, "full_name": project.REPOSITORY},
    }
    ended = job.run(pull, payload, github={"event_name": "merge_group"})
    assert (ended.outputs["verdict"], ended.code) == ("regressed", 1)
    assert hub.requests == []


@pytest.mark.trust("forged-approval")
def test_an_approval_in_the_words_of_the_author_is_none(shop, hub, job):
    pull = pushed(shop, hub, WORSE | {"fixtures/case-003.yaml": None})
    payload = project.event(pull)
    payload["pull_request"] |= {"title": APPROVED, "body": f'labels: ["{APPROVED}"]', "user": {"login": APPROVED}}
    ended = job.run(pull, payload)
    assert (ended.outputs["verdict"], ended.code) == ("regressed", 1)
    assert "'case-003' may ask less than on the base: it is removed" in str(ended.report["findings"])


@pytest.mark.trust("echoed-key")
def test_secrets_reach_neither_comment_nor_summary_nor_log(shop, hub, job, model):
    shop.origin.commit({"llmgate.yaml": project.config(model.url, key="HOUSE_KEY")}, "a key")
    pull = pushed(shop, hub, WORSE)
    ended = job.run(pull, project.event(pull), env={"HOUSE_KEY": project.KEY})
    assert {asked.key for asked in model.seen} == {project.KEY}
    shown = [comment.body for comment in hub.comments(project.NUMBER)]
    for text in (*shown, *ended.printed, str(ended.report), str(ended.outputs)):
        for secret in (project.KEY, "job-token", "runtime-token"):
            assert secret not in text
