"""The action on each kind of event: what is judged, what is drawn, what is refused, and who approves."""

import contextlib
import json
import sqlite3
from pathlib import Path

import pytest

from llmgate.store import seals
from tests import modelserver, project
from tests.fakehub.state import FORK

WORSE = {"prompts/support.jinja": project.prompt("Be brief.")}
KIND = {"prompts/support.jinja": project.prompt(project.GOOD_RULE + " Be kind.")}
DATA = Path(__file__).parents[1] / "data" / "events"
LABEL = "llmgate: suite approved"
REMOVED = {"fixtures/case-000.yaml": None}
POLICY = "  baseline: {samples: 5}\n  watch: {aa: false}\n  approvers: [grace]\n"


@pytest.fixture
def model():
    with modelserver.serve(project.obedient) as server:
        yield server


@pytest.fixture
def shop(tmp_path, model):
    files = project.files(model.url, fixtures=3, policy=POLICY)
    return project.Project.create(tmp_path / "git" / project.REPOSITORY, files)


def pushed(shop, hub, changed, **settings):
    pull = shop.pull(changed)
    hub.pull(project.NUMBER, head=pull.head, **settings)
    return pull


def draw(shop, job, name, *, branch="main", run_id=1, payload=None, env=None, inputs=None):
    """Run on the tip of a branch, as the named event does."""
    tip = shop.origin("rev-parse", branch)
    ref = f"refs/heads/{branch}"
    repository = {"id": 1, "full_name": project.REPOSITORY, "default_branch": "main"}
    told = {"schedule": {"schedule": "17 2 * * *"}}.get(name, {"ref": ref, "after": tip, "repository": repository})
    github = {"event_name": name, "ref": ref, "ref_name": branch, "base_ref": "", "head_ref": ""}
    at_tip = project.Pull(base=tip, head=tip, merge=tip)
    return job.run(at_tip, told if payload is None else payload, run_id=run_id, github=github, env=env, inputs=inputs)


def samples(job):
    with contextlib.closing(sqlite3.connect(job.folder / "store.sqlite")) as connection:
        return connection.execute("SELECT count(*) FROM sample").fetchone()[0]


SEALED = {"store-key": "5f" * 32}


def test_a_store_is_sealed_with_the_secret_and_says_who_drew_what(shop, hub, job):
    assert draw(shop, job, "push", inputs=SEALED).code == 0
    pull = pushed(shop, hub, WORSE)
    ended = job.run(pull, project.event(pull), run_id=2, inputs=SEALED)
    assert ended.report["verdict"] == "regressed"
    with contextlib.closing(sqlite3.connect(job.folder / "store.sqlite")) as connection:
        drawn = connection.execute("SELECT DISTINCT event, subject, substr(trial, 10, 4) FROM sample").fetchall()
        kinds = connection.execute(
            "SELECT DISTINCT typeof(seal) FROM sample UNION SELECT typeof(seal) FROM call"
        ).fetchall()
    assert set(drawn) == {("push", "", "base"), ("pull_request", "acme/shop#7", "base")}
    assert kinds == [("blob",)]
    secret = SEALED["store-key"].encode()
    assert not [path for path in job.folder.rglob("*") if path.is_file() and secret in path.read_bytes()]
    assert draw(shop, job, "push", run_id=3).outputs["calls"] == "15", "nothing of it is used without the secret"


# Of the default branch


@pytest.mark.parametrize("name", ["push", "schedule", "workflow_dispatch"])
def test_what_the_baseline_lacks_is_drawn_and_told(shop, hub, job, name):
    ended = draw(shop, job, name)
    assert (ended.code, samples(job)) == (0, 15)
    told = {"calls": "15", "exit_code": "0", "baseline": "complete"}
    assert ended.outputs == told | ({} if name == "push" else {"drift": "unknown"})
    for text in (ended.stdout, ended.summary):
        assert f"The default branch, main, on {name}." in text
        assert "15 of 15 samples drawn that were due" in text
    assert (ended.step.commands, ended.report, hub.requests) == ([], {}, [])


def test_what_is_there_is_not_drawn_again_and_a_gate_screens_against_it(shop, hub, job):
    draw(shop, job, "push")
    again = draw(shop, job, "schedule", run_id=2)
    assert (again.code, again.outputs["calls"]) == (0, "0")
    assert "nothing is due" in again.summary
    pull = pushed(shop, hub, KIND)
    assert job.run(pull, project.event(pull), run_id=3).report["baseline"]["stored"] == 15


@pytest.mark.parametrize("name", ["push", "workflow_dispatch"])
def test_another_branch_draws_nothing_and_is_told_what_to_do(shop, job, model, name):
    shop.pull(WORSE)
    ended = draw(shop, job, name, branch=f"pr-{project.NUMBER}")
    assert (ended.code, ended.outputs["verdict"], model.connections) == (3, "not_evaluated", 0)
    assert "branches:" in ended.summary
    assert not (job.folder / "store.sqlite").exists()


def test_a_missing_key_fails_the_job_and_is_told_without_a_verdict(shop, job, model):
    shop.origin.commit({"llmgate.yaml": project.config(model.url, key="HOUSE_KEY")}, "a key")
    ended = draw(shop, job, "push")
    assert (ended.code, model.connections) == (3, 0)
    assert ended.outputs == {"calls": "0", "exit_code": "3", "baseline": "failed"}
    assert "HOUSE_KEY" in ended.summary


def test_a_faulty_configuration_exits_2_and_the_summary_names_the_line(shop, job, model):
    shop.origin.commit({"llmgate.yaml": project.config(model.url, extra="  alhpa: 0.1\n")}, "a fault")
    ended = draw(shop, job, "push")
    assert (ended.code, ended.outputs["baseline"]) == (2, "failed")
    assert "llmgate.yaml (base):12" in ended.summary


def test_what_is_not_all_drawn_exits_3(shop, job, model):
    quick = project.config(model.url, policy="  budget: {calls: 4}\n  baseline: {samples: 5}\n")
    shop.origin.commit({"llmgate.yaml": quick}, "a small budget")
    ended = draw(shop, job, "schedule")
    assert (ended.code, ended.outputs["baseline"], ended.outputs["calls"]) == (3, "incomplete", "4")
    assert "run it again to go on" in ended.summary


def test_neither_a_key_nor_a_command_of_the_runner_is_printed(shop, job, model):
    keyed = project.config(model.url, key="HOUSE_KEY", extra=f'  "::error::{project.KEY}": 1\n')
    shop.origin.commit({"llmgate.yaml": keyed}, "a key")
    ended = draw(shop, job, "push", env={"HOUSE_KEY": project.KEY})
    assert ended.outputs["baseline"] == "failed"
    assert "unknown key" in ended.stdout
    assert ended.step.commands == []
    for text in ended.printed:
        assert project.KEY not in text


# Refused


@pytest.mark.parametrize("name", ["pull_request.opened", "merge_group.checks_requested", "workflow_dispatch"])
def test_no_payload_of_another_repository_is_green_or_asks_a_model(shop, hub, job, model, name):
    pull = pushed(shop, hub, KIND)
    github = {"event_name": name.partition(".")[0], "ref": "refs/heads/main"}
    ended = job.run(pull, json.loads((DATA / f"{name}.json").read_text()), github=github)
    assert ended.outputs["verdict"] == "not_evaluated"
    assert (ended.outputs["exit_code"], ended.code > 1, model.connections) == (str(ended.code), True, 0)


def test_an_event_with_secrets_for_strangers_words_is_refused_with_the_remedy(shop, hub, job, model):
    pull = pushed(shop, hub, WORSE)
    ended = job.run(pull, project.event(pull), github={"event_name": "issue_comment"})
    assert (ended.outputs["verdict"], ended.code, model.connections) == ("not_evaluated", 2, 0)
    assert "is refused" in ended.summary
    assert "pull_request and merge_group" in ended.stdout


def test_a_fork_that_was_deleted_is_told_why_it_is_not_judged_and_what_to_do(shop, hub, job, model):
    shop.origin.commit({"llmgate.yaml": project.config(model.url, key="HOUSE_KEY")}, "a key")
    pull = pushed(shop, hub, WORSE, source=None)
    payload = project.event(pull, fork=True)
    payload["pull_request"]["head"]["repo"] = None
    ended = job.run(pull, payload)
    assert (ended.outputs["verdict"], ended.code, model.connections) == ("not_evaluated", 3, 0)
    for text in (ended.summary, hub.comments(project.NUMBER)[0].body):
        assert "comes from a fork" in text
        assert "push its branch to this repository" in text


# Retargeted


@pytest.mark.trust("retargeted")
def test_a_pull_request_that_is_retargeted_is_judged_by_its_new_base(shop, hub, job, model):
    weak = shop.origin("rev-parse", "main")
    shop.origin("branch", "weak", weak)
    shop.origin.commit({"llmgate.yaml": project.config(model.url, policy="  on_inconclusive: block\n")}, "strict")
    pull = pushed(shop, hub, WORSE)
    payload = project.event(pull, action="edited") | {
        "changes": {"base": {"ref": {"from": "weak"}, "sha": {"from": weak}}}
    }
    ended = job.run(pull, payload)
    assert ended.report["base"]["sha"] == pull.base != weak
    assert ended.code == 1


def test_an_old_run_for_the_former_base_that_is_run_again_is_not_evaluated(shop, hub, job, model):
    pull = pushed(shop, hub, KIND, base="stable")
    ended = job.run(pull, project.event(pull))
    assert (ended.outputs["verdict"], ended.code, model.connections) == ("not_evaluated", 3, 0)
    assert "goes into" in ended.summary
    assert "newest run" in ended.summary


# Approved


def test_an_approvers_label_since_the_push_lets_a_fixture_go(shop, hub, job):
    pull = pushed(shop, hub, REMOVED | KIND)
    hub.record(project.NUMBER).label(LABEL, by="Grace")
    ended = job.run(pull, project.event(pull))
    assert (ended.code, ended.outputs["findings"]) == (0, "0")


def test_after_another_push_the_label_counts_no_more_and_the_report_says_so(shop, hub, job):
    pushed(shop, hub, REMOVED | KIND)
    hub.record(project.NUMBER).label(LABEL, by="grace")
    pull = pushed(shop, hub, {"fixtures/case-001.yaml": None})
    ended = job.run(pull, project.event(pull))
    assert (ended.code, ended.outputs["verdict"]) == (1, "rejected")
    assert "put on before its head commit was pushed" in str(ended.report["findings"])


@pytest.mark.trust("approval-by-author")
def test_the_label_of_who_is_no_approver_lets_nothing_go(shop, hub, job):
    pull = pushed(shop, hub, REMOVED | KIND)
    hub.record(project.NUMBER).label(LABEL, by="mallory")
    ended = job.run(pull, project.event(pull))
    assert ended.outputs["verdict"] == "rejected"
    assert "'mallory' put it on" in str(ended.report["findings"])


def test_approvers_are_those_of_the_base(shop, hub, job, model):
    more = project.config(model.url, policy="  approvers: [grace, mallory]\n")
    pull = pushed(shop, hub, REMOVED | {"llmgate.yaml": more})
    hub.record(project.NUMBER).label(LABEL, by="mallory")
    assert job.run(pull, project.event(pull)).outputs["verdict"] == "rejected"


def test_the_labels_of_the_payload_approve_nothing(shop, hub, job):
    pull = pushed(shop, hub, REMOVED | KIND)
    payload = project.event(pull)
    payload["pull_request"]["labels"] = [{"name": LABEL}]
    assert job.run(pull, payload).outputs["verdict"] == "rejected"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"github": {"api_url": "http://127.0.0.1:1"}}, "could not be reached"),
        ({"inputs": {"token": ""}}, "no token"),
    ],
)
def test_where_github_cannot_be_asked_the_label_does_not_count_and_the_report_says_why(shop, hub, job, settings, said):
    pull = pushed(shop, hub, REMOVED | KIND)
    hub.record(project.NUMBER).label(LABEL, by="grace")
    ended = job.run(pull, project.event(pull), **settings)
    assert (ended.code, ended.outputs["verdict"]) == (1, "rejected")
    assert said in str(ended.report["findings"])


def test_a_fork_is_approved_by_no_label(shop, hub, job):
    pull = pushed(shop, hub, REMOVED | KIND, source=FORK)
    hub.record(project.NUMBER).label(LABEL, by="grace")
    ended = job.run(pull, project.event(pull, fork=True))
    assert ended.outputs["verdict"] == "rejected"
    assert "it comes from a fork" in str(ended.report["findings"])


# At night


def grown_old(job, days=2):
    with contextlib.closing(sqlite3.connect(job.folder / "store.sqlite")) as connection:
        connection.execute("UPDATE sample SET finished_at = finished_at - ?, seal = NULL", (days * 86_400,))
        columns = "id, key, experiment, trial, passed, commit_sha, finished_at, event, subject"
        for identity, *row in connection.execute(f"SELECT {columns} FROM sample").fetchall():
            seal = seals.Seals().seal("sample", *row)
            connection.execute("UPDATE sample SET seal = ? WHERE id = ?", (seal, identity))
        connection.commit()


@pytest.fixture
def nights(tmp_path, job):
    """A shop whose model changes when it is told to, with its first night behind it."""
    bad = []
    with modelserver.serve(lambda asked: "No." if bad else project.obedient(asked)) as server:
        settings = "  screen: 2\n  baseline: {samples: 5}\n"
        files = project.files(server.url, fixtures=3, policy=settings)
        made = project.Project.create(tmp_path / "git" / project.REPOSITORY, files)
        first = draw(made, job, "schedule")
        yield made, job, bad, first


def test_the_first_night_knows_of_no_drift_and_runs_a_gate_against_itself(nights):
    _, _, _, first = nights
    assert (first.code, first.outputs["drift"]) == (0, "unknown")
    assert (first.outputs["aa_gates"], first.outputs["aa_blocked"]) == ("1", "0")
    assert "A/A: 1 A/A run of this suite, 0 blocked." in first.summary


def test_a_night_in_which_nothing_changed_says_so_and_a_gate_counts_every_night(nights, hub):
    shop, job, _, _ = nights
    grown_old(job)
    second = draw(shop, job, "schedule", run_id=2)
    assert (second.code, second.outputs["drift"], second.outputs["aa_gates"]) == (0, "none", "2")
    assert second.step.commands == []
    pull = pushed(shop, hub, KIND)
    report = job.run(pull, project.event(pull), run_id=3).report
    assert report["calibrated"] == {"gates": 2, "blocked": 0, "flagged": 0}


def test_a_provider_that_changed_is_a_warning_and_fails_nothing(nights):
    shop, job, bad, _ = nights
    grown_old(job)
    bad.append(True)
    second = draw(shop, job, "workflow_dispatch", run_id=2)
    assert (second.code, second.outputs["drift"], second.outputs["baseline"]) == (0, "found", "complete")
    (command,) = second.step.commands
    assert (command.name, command.properties) == ("warning", {"title": "llmgate"})
    assert command.data.startswith("the provider changed since ")
    assert "not your pull request" not in command.data
    assert "the provider changed since" in second.summary


def test_nothing_is_watched_after_a_merge_or_where_the_policy_wants_it_off(shop, job, model):
    pushed_once = draw(shop, job, "push")
    off = project.config(model.url, policy="  baseline: {samples: 5}\n  watch: {calls: 0}\n")
    shop.origin.commit({"llmgate.yaml": off}, "off")
    grown_old(job)
    night = draw(shop, job, "schedule", run_id=2)
    assert "drift" not in pushed_once.outputs
    assert night.outputs == {"calls": "0", "exit_code": "0", "baseline": "complete"}


def test_a_night_takes_no_more_calls_than_the_policy_gives_it(shop, job, model):
    few = project.config(model.url, policy="  screen: 2\n  baseline: {samples: 5}\n  watch: {calls: 4}\n")
    shop.origin.commit({"llmgate.yaml": few}, "few")
    first, second = (draw(shop, job, "schedule", run_id=number) for number in (1, 2))
    assert (first.outputs["calls"], first.outputs["aa_gates"]) == (str(15 + 4), "0")
    assert "goes on in the next night" in first.summary
    assert second.outputs["aa_gates"] == "1"
