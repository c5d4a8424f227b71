"""`llmgate baseline`: what it draws and keeps, live and through batches, and what it refuses before any call."""

import contextlib
import json
import sqlite3

import pytest

from llmgate.errors import NotEvaluated, UsageError
from tests import applications, batchserver, gitserver, project
from tests.unit.cli import program

APIS = ("openai-chat", "openai-responses", "anthropic-messages")
KEY = "BATCH_KEY"
FIXTURES = 3
BRIEF = {"prompts/support.jinja": project.prompt(project.GOOD_RULE + " Be brief.")}


class Shop:
    """A repository whose provider has batches, and its store."""

    def __init__(self, folder, server, *, api="openai-chat", baseline="{run: batch}", policy="", files=None):
        self.server, self.store = server, folder / "store.sqlite"
        settings = project.config(server.url, key=KEY, policy=f"  baseline: {baseline}\n{policy}")
        if api == "anthropic-messages":
            settings = settings.replace(", seed: 7", "")
        made = project.files(server.url, fixtures=FIXTURES)
        made["llmgate.yaml"] = settings.replace(f"key: {KEY}", f"key: {KEY}, api: {api}")
        self.git = gitserver.init(folder / "repository")
        self.git.commit({**made, **(files or {})}, "base")

    def run(self, *arguments):
        words = ["--store", self.store, "--repository", self.git.path, *arguments]
        return program.run("baseline", *words, environment={KEY: project.KEY})

    def gate(self, *arguments):
        words = ["--base", "main", "--head", "pr", "--store", self.store, "--repository", self.git.path, "--no-publish"]
        return program.run("gate", *words, *arguments, environment={KEY: project.KEY})

    def rows(self, query):
        with contextlib.closing(sqlite3.connect(self.store)) as connection:
            return connection.execute(query).fetchall()

    @property
    def samples(self):
        return self.rows("SELECT count(*), coalesce(sum(passed), 0) FROM sample")[0]


@pytest.fixture
def shop(tmp_path):
    """Make a shop with a server that does as it is told."""
    with contextlib.ExitStack() as stack:

        def make(*, server=None, **settings):
            told = {"answer": project.obedient, **(server or {})}
            return Shop(tmp_path, stack.enter_context(batchserver.serve(**told)), **settings)

        yield make


def once(server):
    """Each request is on the bill once."""
    return set(server.bill.values()) == {1}


# Live


def test_samples_are_drawn_live_by_default_and_nothing_is_due_for_a_week(shop):
    made = shop(baseline="{}")
    first, second = made.run(), made.run()
    assert (first.exit_code, made.samples) == (0, (24, 24))
    assert "24 of 24 samples drawn" in first.stdout
    assert "nothing is due" in second.stdout
    assert (len(made.server.live), len(made.server.batches)) == (24, 0)


def test_what_is_missing_is_drawn_and_no_more(shop):
    made = shop(baseline="{}")
    made.run("--samples", "5")
    assert "9 of 9 samples drawn" in made.run("--samples", "8").stdout
    assert made.samples == (24, 24)


def test_outcomes_that_are_a_week_old_are_drawn_anew(shop):
    made = shop(baseline="{samples: 5}")
    made.run()
    with contextlib.closing(sqlite3.connect(made.store)) as connection:
        connection.execute("UPDATE sample SET finished_at = finished_at - 8 * 86400")
        connection.commit()
    assert "15 of 15 samples drawn" in made.run().stdout
    assert len(made.server.live) == 30


def test_a_gate_screens_against_the_baseline_and_runs_no_base(shop):
    made = shop(baseline="{}")
    made.run()
    made.git("checkout", "-q", "-b", "pr")
    made.git.commit(BRIEF, "change")
    before = len(made.server.live)
    path = made.store.with_name("report.json")
    made.gate("--json", path)
    assert json.loads(path.read_text())["baseline"]["stored"] == 24
    screened = made.server.live[before : before + 9]
    assert {"Be brief" in one.prompt for one in screened} == {True}


# In batches


@pytest.mark.parametrize("api", APIS)
def test_a_batch_is_sent_with_the_bodies_of_ordinary_calls_and_its_answers_are_kept(shop, api):
    made = shop(api=api)
    done = made.run()
    assert (done.exit_code, made.samples) == (0, (24, 24))
    [batch] = made.server.batches.values()
    batched = [body for _, _, body in batch.requests]
    made.git.commit(
        {"llmgate.yaml": (made.git.path / "llmgate.yaml").read_text().replace("run: batch", "run: live")}, "live"
    )
    made.store = made.store.with_name("other.sqlite")
    made.run()
    asked = sorted((one.body for one in made.server.live), key=repr)
    assert sorted(batched, key=repr) == asked
    assert {key for _, _, key in made.server.calls} == {project.KEY}


@pytest.mark.parametrize("api", APIS)
def test_results_are_matched_by_name_and_what_has_none_is_missing_data(shop, api):
    def answer(asked):
        return "Within 14 days [returns.md#1]." if "order 1" not in asked.prompt else "No."

    def fate(name, _body):
        return {0: "error", 1: "expired", 2: "missing"}.get(int(name.rpartition("-")[2]), "ok")

    made = shop(api=api, server={"answer": answer, "fate": fate})
    done = made.run()
    assert done.exit_code == 3
    assert made.samples[0] == 21
    named = dict(made.rows("SELECT trial, passed FROM sample"))
    assert {passed for trial, passed in named.items() if trial.startswith("case-001")} == {0}
    assert {passed for trial, passed in named.items() if not trial.startswith("case-001")} == {1}
    assert "3 call errors" in done.stdout
    for said in ("The model refuses this request", "has no result of it"):
        assert said in done.stdout


def test_a_batch_that_fails_as_a_whole_is_told_with_its_reason(shop):
    done = shop(server={"ends": "failed"}).run()
    assert done.exit_code == 3
    assert "failed (Enqueued token limit reached)" in done.stdout


def test_a_batch_that_was_cancelled_keeps_what_it_answered(shop):
    made = shop(server={"ends": "cancelled", "fate": lambda name, _: "ok" if name.endswith(("0", "2")) else "missing"})
    assert made.run().exit_code == 3
    assert 0 < made.samples[0] < 24


def test_a_run_that_does_not_wait_is_continued_by_the_next_which_sends_nothing_again(shop):
    made = shop(baseline="{run: batch, wait_minutes: 0}", server={"polls": 1})
    first = made.run()
    assert (first.exit_code, made.samples) == (3, (0, 0))
    assert "24 requests not answered yet: run it again" in first.stdout
    second = made.run()
    assert (second.exit_code, made.samples) == (0, (24, 24))
    assert len(made.server.batches) == 1
    assert once(made.server)


def test_answers_count_though_the_branch_moved_on_meanwhile(shop):
    made = shop(baseline="{run: batch, wait_minutes: 0}")
    made.run()
    made.git.commit({"fixtures/new.yaml": project.case(9), "README.md": "Moved on.\n"}, "next")
    made.run()
    assert made.samples == (24, 24)
    made.run()
    assert made.samples == (32, 32)
    assert sorted(len(each.requests) for each in made.server.batches.values()) == [8, 24]


@pytest.mark.parametrize("api", APIS)
def test_a_batch_whose_creation_was_not_answered_is_found_in_the_list_and_not_sent_again(shop, api):
    made = shop(api=api, server={"on_create": ["drop"]})
    done = made.run()
    assert (done.exit_code, made.samples) == (0, (24, 24))
    assert "not known whether" in done.stdout
    assert len(made.server.batches) == 1


def test_a_provider_that_takes_none_for_now_is_asked_again(shop):
    made = shop(server={"on_create": [429, 429]})
    assert (made.run().exit_code, made.samples) == (0, (24, 24))
    assert once(made.server)


def test_a_provider_that_refuses_is_told_at_once_with_what_to_do(shop):
    made = shop(server={"on_create": [404]})
    done = made.run()
    assert done.exit_code == 3
    assert "answered 404: scripted 404" in done.stdout
    assert sum(path == "/v1/batches" and method == "POST" for method, path, _ in made.server.calls) == 1


def test_results_that_break_off_are_read_again(shop):
    made = shop(server={"on_results": [b"", b'{"cut": ']})
    assert (made.run().exit_code, made.samples) == (0, (24, 24))


@pytest.mark.parametrize("code", [404, 500])
def test_a_look_that_fails_for_now_is_repeated(shop, code):
    made = shop(server={"on_look": [code]})
    assert (made.run().exit_code, made.samples) == (0, (24, 24))


def test_a_key_that_is_refused_loses_no_answer_that_is_paid_for(shop):
    made = shop(server={"on_look": [401]})
    first = made.run()
    assert first.exit_code == 3
    assert "cannot be asked for: the provider answered 401" in first.stdout
    assert (made.run().exit_code, made.samples) == (0, (24, 24))
    assert once(made.server)


def test_results_of_others_are_nobodys(shop):
    line = b'{"custom_id": "0-0", "response": {"status_code": 200, "body": {}}, "error": null}'
    made = shop(server={"surplus": [line, b"", b'{"custom_id": 7}', b'{"custom_id": "x-\xc2\xb2"}']})
    assert (made.run().exit_code, made.samples) == (0, (24, 24))


def test_a_key_does_not_go_to_another_host_for_results(shop):
    made = shop(api="anthropic-messages", server={"results_url": "http://localhost:1/results"})
    done = made.run()
    assert done.exit_code == 3
    assert "another host" in done.stdout


def test_only_fixtures_of_one_request_go_into_a_batch(shop):
    tools = "tools: {definitions: [{name: look, parameters: {type: object}}]}\n"
    files = {
        "fixtures/tools.yaml": project.case(7, extra=tools),
        "fixtures/stable.yaml": project.case(8) + "  - {type: stable, n: 2}\n",
        "fixtures/slow.yaml": project.case(9) + "  - {type: latency, threshold: 60000}\n",
    }
    made = shop(files=files, baseline="{run: batch, samples: 5}")
    done = made.run()
    assert (done.exit_code, made.samples) == (0, (30, 30))
    assert {len(each.requests) for each in made.server.batches.values()} == {15}
    assert len(made.server.live) == 20
    for said in ("case-007 (its tool calls", "case-008 (`stable`", "case-009 (a batch takes longer"):
        assert said in done.stdout


PROGRAM = """import json, os, sys, urllib.request
asked = json.load(sys.stdin)
said = open("app/rule.txt").read() + asked["variables"]["question"]
body = {"model": "house-model-2026-01-15", "messages": [{"role": "user", "content": said}]}
headers = {"authorization": "Bearer " + os.environ["OPENAI_API_KEY"], "content-type": "application/json"}
url = os.environ["OPENAI_BASE_URL"] + "/chat/completions"
with urllib.request.urlopen(urllib.request.Request(url, json.dumps(body).encode(), headers)) as answer:
    print(json.dumps({"output": json.load(answer)["choices"][0]["message"]["content"]}))
"""


def with_applications(made):
    """Add a program and a service to a shop, each with a fixture."""
    entry = "files: ['app/**'], models: [answerer]"
    targets = f"""targets:
  program: {{kind: command, run: [{json.dumps(applications.PYTHON)}, app/answer.py], {entry}}}
  service: {{kind: http, output: /answer, {entry}}}
"""
    text = (made.git.path / "llmgate.yaml").read_text().replace("targets:\n", targets, 1)
    files = {"llmgate.yaml": text, "app/answer.py": PROGRAM, "app/rule.txt": project.GOOD_RULE}
    for number, name in ((7, "program"), (8, "service")):
        files[f"fixtures/{name}.yaml"] = project.case(number).replace("target: support", f"target: {name}")
    made.git.commit(files, "applications")


def test_a_program_is_run_live_beside_the_batch_and_a_service_is_left_out(shop):
    made = shop(baseline="{run: batch, samples: 5}")
    with_applications(made)
    done = made.run()
    assert (done.exit_code, made.samples) == (0, (20, 20))
    assert [len(each.requests) for each in made.server.batches.values()] == [15]
    assert len(made.server.live) == 5
    assert "left out, as they are asked of a service: case-008" in done.stdout
    assert "case-007 (an application asks its models itself)" in done.stdout


def test_a_gate_screens_a_program_against_its_baseline_and_does_not_run_that_of_the_base(shop):
    made = shop(baseline="{run: live, samples: 8}")
    with_applications(made)
    made.git("rm", "-q", "fixtures/service.yaml")
    made.git.commit({}, "no service")
    made.run()
    made.git("checkout", "-q", "-b", "pr")
    made.git.commit({"app/rule.txt": project.GOOD_RULE + " Be brief."}, "change")
    before, path = len(made.server.live), made.store.with_name("report.json")
    made.gate("--json", path)
    assert json.loads(path.read_text())["baseline"]["stored"] == 8
    assert {"Be brief" in one.prompt for one in made.server.live[before : before + 3]} == {True}


def test_without_a_service_that_is_started_nothing_can_be_drawn_of_it_alone(shop):
    made = shop()
    with_applications(made)
    made.git("rm", "-q", "fixtures/program.yaml", *(f"fixtures/case-{number:03d}.yaml" for number in range(FIXTURES)))
    made.git.commit({}, "a service alone")
    assert "kind `http`" in made.run().exception.remedy


def test_each_model_has_a_batch_of_its_own(shop):
    made = shop(baseline="{run: batch, samples: 5}")
    text = (made.git.path / "llmgate.yaml").read_text()
    text = text.replace("models:\n", "models:\n  other: {provider: house, model: house-mini-2026-01-15}\n", 1)
    text = text.replace(
        "targets:\n", "targets:\n  quick: {kind: prompt, prompt: prompts/support.jinja, model: other}\n"
    )
    quick = project.case(7).replace("target: support", "target: quick")
    made.git.commit({"llmgate.yaml": text, "fixtures/quick.yaml": quick}, "two")
    assert made.run().exit_code == 0
    assert sorted(len(each.requests) for each in made.server.batches.values()) == [5, 15]


def test_the_budget_bounds_what_is_sent(shop):
    made = shop(policy="  budget: {calls: 10}\n")
    done = made.run()
    assert done.exit_code == 3
    assert [len(each.requests) for each in made.server.batches.values()] == [10]
    assert "the budget of 10 calls is used up" in done.stdout
    assert made.run().exit_code == 3
    assert made.samples == (20, 20)
    assert made.run().exit_code == 0
    assert once(made.server)


# Refusals


@pytest.mark.parametrize("api", ["gemini", "mistral", "azure-openai", "cohere", "ollama", "bedrock"])
def test_a_provider_without_batches_is_an_error_that_says_what_to_do(shop, api):
    made = shop(api=api)
    done = made.run()
    assert isinstance(done.exception, UsageError)
    assert f"no batch API of the provider 'house' ({api})" in done.exception.message
    assert "run: live" in done.exception.remedy
    assert made.server.calls == []


def test_the_flag_comes_before_the_policy(shop):
    made = shop(api="mistral")
    assert made.run("--live").exit_code == 0
    assert made.samples == (24, 24)


def test_a_revision_that_is_not_on_the_default_branch_is_refused(shop):
    made = shop()
    made.git("checkout", "-q", "-b", "pr")
    made.git.commit(BRIEF, "change")
    done = made.run("--at", "pr")
    assert isinstance(done.exception, UsageError)
    assert "not on the default branch" in done.exception.message
    assert made.server.calls == []


def test_an_older_revision_of_the_default_branch_can_be_named(shop):
    made = shop(baseline="{}")
    made.git("tag", "before")
    made.git.commit(BRIEF, "next")
    made.run("--at", "before")
    assert {"Be brief" in one.prompt for one in made.server.live} == {False}


def test_without_a_fixture_nothing_can_be_drawn(shop):
    made = shop()
    made.git("rm", "-q", "-r", "fixtures")
    made.git.commit({}, "none")
    assert isinstance(made.run().exception, NotEvaluated)
