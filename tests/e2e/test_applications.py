"""A support bot gated as it is: as a prompt, a program, a worker, a callable and a service, with the same verdict."""

import contextlib
import json
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import modelserver, project, sdks

DATA = Path(__file__).parents[1] / "data" / "applications"
RULE = "You are the support bot of a shop. Answer briefly.\n"
GOOD = f"{RULE}{project.GOOD_RULE}\n"
FILES = "files: ['app/**'], models: [answerer]"
FIXTURES = 5


def target(kind, sdk):
    python = json.dumps(sdks.python())
    packages = f"env: {json.dumps(sdks.environment('openai'))}"
    node = f"{json.dumps(sdks.node())}, app/answer.cjs"
    modules = f"env: {{NODE_PATH: {json.dumps(str(sdk))}}}"
    return {
        "prompt": "kind: prompt, prompt: app/prompt.jinja, model: answerer",
        "program": f"kind: command, run: [{python}, app/answer.py], {FILES}, {packages}",
        "worker": f"kind: command, worker: true, run: [{python}, app/answer.py, --worker], {FILES}, {packages}",
        "program in node": f"kind: command, run: [{node}], {FILES}, {modules}",
        "worker in node": f"kind: command, worker: true, run: [{node}, --worker], {FILES}, {modules}",
        "callable": f"kind: python, call: 'app.answer:answer', python: {python}, {FILES}, {packages}",
        "service": f"kind: http, output: /answer/text, {FILES}",
    }[kind]


@pytest.fixture(scope="module")
def served():
    with modelserver.serve(project.obedient) as server:
        yield server


@pytest.fixture(scope="module")
def sdk():
    return sdks.node_modules()


def app(rule):
    prompt = (
        rule + "{% for document in documents %}[{{ document.id }}] {{ document.text }}\n{% endfor %}{{ question }}\n"
    )
    own = {f"app/{name}": (DATA / name).read_text() for name in ("answer.py", "answer.cjs")}
    return {**own, "app/rule.txt": rule, "app/prompt.jinja": prompt}


def created(folder, served, entry, fixtures=FIXTURES):
    plain = project.config(served.url, key="HOUSE_KEY", policy="  concurrency: 2\n").replace(
        "prompts/**", "app/rule.txt"
    )
    before, after = plain.split("  support: ")
    config = f"{before}  support: {{{entry}}}\n{after.split(chr(10), 1)[1]}"
    files = {"llmgate.yaml": config, "README.md": "A shop.\n", **project.cases(fixtures), **app(GOOD)}
    return project.Project.create(folder / "repository", files)


def changed(rule, kind="worker"):
    name = "app/prompt.jinja" if kind == "prompt" else "app/rule.txt"
    return {name: app(rule)[name]}


def gated(shop, folder, *arguments):
    return project.gate(shop, folder, *arguments, environment={"HOUSE_KEY": project.KEY})


@contextlib.contextmanager
def services(shop, folder, broker):
    """Start a service for each revision, from a tree of its own, as a job would; yield the gate's arguments."""
    running, words = [], ["--broker-port", str(broker)]
    try:
        for arm, revision in (("base", "main"), ("head", f"pr-{project.NUMBER}")):
            tree = folder / arm
            subprocess.run(
                ["git", "worktree", "add", "-q", "--detach", tree, revision], cwd=shop.origin.path, check=True
            )
            port = free_port()
            environment = {"OPENAI_BASE_URL": f"http://127.0.0.1:{broker}/openai/v1", "PATH": "/usr/bin:/bin"}
            running.append(subprocess.Popen([sys.executable, DATA / "service.py", tree, str(port)], env=environment))
            words += [f"--{arm}-url", f"http://127.0.0.1:{port}"]
            answering(port)
        yield words
    finally:
        for process in running:
            process.kill()
            process.wait()
        shutil.rmtree(folder / "base", ignore_errors=True)


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def answering(port):
    for _ in range(200):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)
    raise AssertionError("the service does not start")


def ended(folder, served, sdk, kind, rule):
    shop = created(
        folder, served, target(kind, sdk), 1 if kind == "program" else 3 if kind == "program in node" else FIXTURES
    )
    shop.pull(changed(rule, kind))
    if kind != "service":
        return gated(shop, folder)
    with services(shop, folder, free_port()) as words:
        return gated(shop, folder, *words)


KINDS = ["prompt", "program", "worker", "program in node", "worker in node", "callable", "service"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_suite_gives_the_same_verdict_through_every_kind_of_target(tmp_path, served, sdk, kind):
    done = ended(tmp_path, served, sdk, kind, RULE)
    assert (done.report.get("verdict"), done.code) == ("regressed", 1), done.stdout + done.stderr
    broken = [item for item in done.report["fixtures"] if item["tier"] == "confirmed"]
    assert broken
    assert {(item["base"]["passed"], item["head"]["passed"]) for item in broken} == {
        (item["base"]["trials"], 0) for item in broken
    }


@pytest.mark.parametrize("kind", ["prompt", "worker", "service"])
def test_a_harmless_edit_passes_through_every_way_of_asking(tmp_path, served, sdk, kind):
    done = ended(tmp_path, served, sdk, kind, GOOD + "Be kind.\n")
    assert (done.report.get("verdict"), done.code) == ("passed", 0), done.stdout + done.stderr


@pytest.mark.trust("program-hunts")
def test_the_models_get_the_key_and_the_seed_and_the_application_gets_neither_key_nor_arm(tmp_path, sdk):
    with modelserver.serve(project.obedient) as server:
        done = ended(tmp_path, server, sdk, "worker in node", RULE)
        assert done.report["verdict"] == "regressed"
        assert {asked.key for asked in server.seen} == {project.KEY}
        assert {asked.path for asked in server.seen} == {"/v1/chat/completions"}
        assert len(server.seen) == done.report["calls"]["made"]


def test_a_second_run_pays_for_nothing(tmp_path, sdk):
    with modelserver.serve(project.obedient) as server:
        shop = created(tmp_path, server, target("worker in node", sdk))
        shop.pull(changed(RULE))
        first = gated(shop, tmp_path)
        paid = len(server.seen)
        again = gated(shop, tmp_path)
        assert (first.report["verdict"], again.report["verdict"]) == ("regressed", "regressed")
        assert (len(server.seen), again.report["calls"]["made"]) == (paid, 0)


@pytest.mark.trust("program-models")
def test_an_application_that_asks_another_model_is_rejected(tmp_path, served, sdk):
    shop = created(tmp_path, served, target("worker in node", sdk))
    other = app(GOOD)["app/answer.cjs"].replace("house-model-2026-01-15", "cheaper-model-2026-01-15")
    shop.pull({"app/answer.cjs": other})
    done = gated(shop, tmp_path)
    assert done.code in (1, 3)
    told = json.dumps(done.report)
    assert "cheaper-model-2026-01-15" in told
    assert done.report["verdict"] in ("rejected", "not_evaluated")
    assert not [asked for asked in served.seen if asked.model == "cheaper-model-2026-01-15"]


def test_an_application_that_crashes_on_the_head_alone_is_worse(tmp_path, served, sdk):
    shop = created(tmp_path, served, target("worker in node", sdk))
    crashing = app(GOOD)["app/answer.cjs"].replace(
        "  const documents", "  throw new Error('gone');\n  const documents", 1
    )
    shop.pull({"app/answer.cjs": crashing})
    done = gated(shop, tmp_path)
    assert (done.report["verdict"], done.code) == ("regressed", 1)
    assert "the application failed" in json.dumps(done.report)


@pytest.mark.trust("provider-down")
def test_a_model_server_that_is_down_is_missing_data_and_never_a_failure(tmp_path, sdk):
    with modelserver.serve(project.obedient) as server:
        shop = created(tmp_path, server, target("worker in node", sdk), fixtures=2)
        shop.pull(changed(RULE))
        url = server.url
    assert url
    done = gated(shop, tmp_path)
    assert (done.report["verdict"], done.code) == ("not_evaluated", 3), done.stdout


def test_every_call_of_an_application_is_a_span_of_its_trial(tmp_path, sdk):
    with modelserver.serve(project.obedient) as server:
        shop = created(tmp_path, server, target("worker in node", sdk), 2)
        shop.pull(changed(RULE))
        traces = tmp_path / "traces.jsonl"
        done = gated(shop, tmp_path, "--traces", traces)
        spans = [
            span
            for line in traces.read_text().splitlines()
            for resource in json.loads(line)["resourceSpans"]
            for scope in resource["scopeSpans"]
            for span in scope["spans"]
        ]
        chats = [span for span in spans if span["name"].startswith("chat ")]
        assert len(chats) == done.report["calls"]["made"] == len(server.seen)
        trials = {span["spanId"] for span in spans if span["name"].startswith("trial ")}
        assert {span["parentSpanId"] for span in chats} <= trials


def test_a_fixture_of_an_application_is_proven_on_the_revisions_that_are_named(tmp_path, served, sdk):
    shop = created(tmp_path, served, target("worker in node", sdk), 1)
    shop.pull(changed(RULE))
    words = ["fixtures/case-000.yaml", "--fails-at", f"pr-{project.NUMBER}", "--passes-at", "main"]
    done = project.command("prove", *words, cwd=shop.origin.path, environment={"HOUSE_KEY": project.KEY})
    assert done.code == 0, done.stdout + done.stderr
    assert "proven:" in (shop.origin.path / "fixtures/case-000.yaml").read_text()
