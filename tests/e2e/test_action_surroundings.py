"""The action among what a runner, an earlier step, a disk and a model may do to it."""

import contextlib
import os
import shutil
import sys
import time
from dataclasses import dataclass

import pytest

from tests import fakehub, gitserver, jobs, modelserver, project, runner

WORSE = {"prompts/support.jinja": project.prompt("Be brief.")}
IN_FLIGHT = 16
SMALL_DISK = 'mount -t tmpfs -o size=192k none "$0" && exec "$@"'


def shouting(asked):
    """A model whose answers are full of what the runner would take for commands."""
    lines = (
        "::error::forged",
        "::set-env name=PATH::/evil",
        "##[add-mask]days",
        "::stop-commands::",
        "##[add-path]/evil",
    )
    return "\n".join((*lines, project.obedient(asked), *lines))


@pytest.fixture
def serving(tmp_path):
    """A repository of some fixtures, whose model answers in a way and after a time, and jobs on it."""

    @contextlib.contextmanager
    def serve(answer=project.obedient, latency_s=0.0, **settings):
        (tmp_path / "jobs").mkdir()
        with (
            modelserver.serve(answer, latency_s=latency_s) as model,
            fakehub.serve() as hub,
            gitserver.serving(tmp_path / "git") as git,
        ):
            shop = project.Project.create(tmp_path / "git" / project.REPOSITORY, project.files(model.url, **settings))
            job = jobs.Job(folder=tmp_path / "jobs", git_url=git.origin(), api_url=hub.url)
            yield Shop(shop=shop, model=model, hub=hub, job=job)

    return serve


@dataclass(frozen=True, kw_only=True)
class Shop:
    shop: project.Project
    model: modelserver.Server
    hub: fakehub.Hub
    job: jobs.Job

    def pushed(self, changed):
        pull = self.shop.pull(changed)
        self.hub.pull(project.NUMBER, head=pull.head)
        return pull


# Cancelled


def wait_for(model, calls):
    deadline = time.monotonic() + 30
    while len(model.seen) < calls:
        assert time.monotonic() < deadline, "the run asks nobody"
        time.sleep(0.01)


def cancelled(at, pull, **settings):
    with at.job.start(pull, project.event(pull), **settings) as running:
        wait_for(at.model, 40)
        return running.cancel(), running.ended()


@pytest.mark.trust("signal")
def test_a_cancelled_action_ends_in_the_first_stage_and_the_next_run_pays_for_the_rest_alone(serving):
    with serving(latency_s=0.05, fixtures=3) as at:
        pull = at.pushed(WORSE)
        stage, ended = cancelled(at, pull)
        again = at.job.run(pull, project.event(pull), run_id=2)
    assert (stage, ended.code, ended.outputs) == (runner.Stage.INTERRUPTED, 130, {})
    assert again.code == 1
    assert again.report["calls"]["reused"] >= 40 - IN_FLIGHT


@pytest.mark.trust("signal")
def test_as_the_first_process_of_its_container_the_action_ends_in_the_first_stage_too(serving):
    """The kernel sends the first process of a container no signal that it has no handler of its own for."""
    with serving(latency_s=0.05, fixtures=3) as at:
        stage, ended = cancelled(at, at.pushed(WORSE), first=True)
    assert (stage, ended.code) == (runner.Stage.INTERRUPTED, 130)


# Disks


@pytest.mark.trust("disk")
def test_a_summary_and_outputs_on_a_full_disk_are_notes_and_the_verdict_stays(serving):
    with serving(fixtures=3) as at:
        pull = at.pushed(WORSE)
        full = {"step_summary": "/dev/full", "output": "/dev/full"}
        ended = at.job.run(pull, project.event(pull), github=full)
        (comment,) = at.hub.comments(project.NUMBER)
    assert ended.code == 1
    assert "broke" in comment.body
    assert ended.stdout.count("No space left on device") == 2


@pytest.mark.trust("disk")
@pytest.mark.parametrize("limit", ["a limit of the size of files", "a disk of 192 KiB"])
def test_a_store_that_can_grow_no_more_is_not_evaluated_and_told(serving, tmp_path, limit):
    disk = tmp_path / "disk"
    disk.mkdir()
    limits = {
        "a limit of the size of files": ("prlimit", "--fsize=65536"),
        "a disk of 192 KiB": ("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", SMALL_DISK, str(disk)),
    }
    with serving(fixtures=3) as at:
        pull = at.pushed(WORSE)
        inputs = {"store": str(disk / "store.sqlite")}
        ended = at.job.run(pull, project.event(pull), inputs=inputs, limits=limits[limit])
    assert (ended.code, ended.outputs["verdict"]) == (3, "not_evaluated")
    assert "store" in ended.summary
    assert "unforeseen" not in ended.summary


# What is not as it should be


@pytest.mark.trust("unforeseen")
@pytest.mark.parametrize("lacking", ["event", "repository", "store"])
def test_where_anything_is_lacking_the_action_is_never_green_and_says_what(serving, tmp_path, lacking):
    settings = {
        "event": {"github": {"event_path": "/nowhere/event.json"}},
        "repository": {"before": lambda workspace: shutil.rmtree(workspace / ".git")},
        "store": {"inputs": {"store": "/proc/nowhere/store.sqlite"}},
    }
    with serving(fixtures=3) as at:
        pull = at.pushed(WORSE)
        ended = at.job.run(pull, project.event(pull), **settings[lacking])
    assert (ended.outputs["verdict"], ended.code > 1, at.model.connections) == ("not_evaluated", True, 0)
    assert lacking in ended.summary


# What an earlier step and a pull request leave behind


@pytest.mark.trust("environment", "planted-module")
def test_what_an_earlier_step_planted_in_home_and_environment_has_no_effect(serving, tmp_path):
    mark = tmp_path / "imported"
    nowhere = "http://127.0.0.1:1"
    proxies = {f"{scheme}_PROXY": nowhere for scheme in ("HTTP", "HTTPS", "ALL")}
    lower = {name.lower(): nowhere for name in proxies}
    env = {**proxies, **lower, "SSL_CERT_FILE": "/nowhere", "REQUESTS_CA_BUNDLE": "/nowhere", "HOUSE_KEY": project.KEY}
    with serving(fixtures=3, key="HOUSE_KEY") as at:
        home = at.job.container().home
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        site = home / ".local" / "lib" / version / "site-packages"
        site.mkdir(parents=True)
        (site / "usercustomize.py").write_text(f"open({str(mark)!r}, 'w')\n")
        (home / ".netrc").write_text("default login planted password planted\n")
        (home / ".gitconfig").write_text(f'[url "{nowhere}/"]\n\tinsteadOf = {at.job.git_url}/\n')
        pull = at.pushed(WORSE)
        ended = at.job.run(pull, project.event(pull), env=env)
        assert len(at.hub.comments(project.NUMBER)) == 1
        assert {asked.key for asked in at.model.seen} == {project.KEY}
    assert ended.code == 1
    assert not mark.exists()


@pytest.mark.trust("git-files")
def test_pipes_and_devices_in_the_workspace_are_never_opened(serving):
    def plant(workspace):
        (workspace / "prompts" / "support.jinja").unlink()
        os.mkfifo(workspace / "prompts" / "support.jinja")
        (workspace / "llmgate.yaml").unlink()
        (workspace / "llmgate.yaml").symlink_to("/dev/zero")
        os.mkfifo(workspace / "fixtures" / "case-999.yaml")

    with serving(fixtures=3) as at:
        pull = at.pushed({"README.md": "A better shop.\n"})
        ended = at.job.run(pull, project.event(pull), before=plant)
    assert (ended.code, ended.outputs["verdict"]) == (0, "not_applicable")


@pytest.mark.trust("file-list")
def test_a_change_of_more_files_than_github_lists_is_read_from_git_and_github_is_asked_for_no_list(serving):
    many = {f"docs/{number:04d}.md": "Sold.\n" for number in range(3_000)}
    with serving(fixtures=3) as at:
        pull = at.pushed(many | {"prompts/unsent.jinja": "Be brief."})
        payload = project.event(pull)
        payload["pull_request"]["changed_files"] = 1
        ended = at.job.run(pull, payload)
        asked = {request.path for request in at.hub.requests}
    assert ended.code > 0
    assert "prompts/unsent.jinja" in str(ended.report["changes"])
    assert not [path for path in asked if "/files" in path or "/compare" in path or "/contents" in path]
    assert not [path for path in asked if "check-runs" in path]


# What a model says


@pytest.mark.trust("log-commands")
def test_no_command_that_a_model_says_is_carried_out(serving):
    with serving(shouting, fixtures=3) as at:
        pull = at.pushed(WORSE)
        ended = at.job.run(pull, project.event(pull))
    assert "forged" in ended.stdout
    assert {command.name for command in ended.step.commands} <= {"error", "warning"}
    assert not any("forged" in each.data for each in ended.step.annotations["error"])
    assert (ended.outputs["verdict"], ended.step.exported, ended.step.path) == ("regressed", {}, [])
