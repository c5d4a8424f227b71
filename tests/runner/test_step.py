"""Small programs as steps: what they find, what the runner makes of what they leave, and how they are cancelled."""

import json
import os
import sys
import textwrap
import time
from pathlib import Path

import pytest

from tests import runner
from tests.runner.container import RUNNER_UID

FAST = runner.Timetable(interrupted_s=0.3, terminated_s=0.3)
IGNORES = """
    import signal, time
    for name in {names}:
        signal.signal(getattr(signal, name), signal.SIG_IGN)
    print("ready", flush=True)
    time.sleep(60)
"""


def step(tmp_path, program, **settings):
    words = [sys.executable, "-I", "-c", textwrap.dedent(program)]
    manifest = runner.Manifest(program=words, defaults={"max-cost": "5", "a b": "", "token": "${{ github.token }}"})
    return runner.Step(container=runner.Container(tmp_path / "github"), manifest=manifest, **settings)


def told(tmp_path, **settings):
    program = """
        import json, os, sys
        owner = os.stat(".").st_uid
        stdin = sys.stdin.read()
        told = {"env": dict(os.environ), "cwd": os.getcwd(), "owner": owner, "uid": os.getuid(), "in": stdin}
        print(json.dumps(told))
    """
    return json.loads(step(tmp_path, program, **settings).run().stdout)


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """What the program of a step finds, whose workflow sets some variables that are the runner's."""
    env = {"PYTHONPATH": "/planted", "HOME": "/planted", "GITHUB_SHA": "planted", "INPUT_TOKEN": "planted"}
    settings = {"inputs": {"max-cost": ""}, "github": {"sha": "abc", "event_name": "push"}, "env": env}
    return told(tmp_path_factory.mktemp("found"), event={"ref": "x"}, **settings)


def test_inputs_are_upper_case_with_their_hyphens_and_empty_ones_are_there(found):
    inputs = {name: value for name, value in found["env"].items() if name.startswith("INPUT_")}
    assert inputs == {"INPUT_MAX-COST": "", "INPUT_A_B": "", "INPUT_TOKEN": "job-token"}


def test_the_workflows_variables_come_along_and_none_of_them_is_the_runners(found):
    env = found["env"]
    assert (env["PYTHONPATH"], env["GITHUB_SHA"]) == ("/planted", "abc")
    assert env["HOME"].endswith("/github/home")


def test_the_token_is_an_input_alone_and_the_event_is_a_file(found):
    assert "GITHUB_TOKEN" not in found["env"]
    assert json.loads(Path(found["env"]["GITHUB_EVENT_PATH"]).read_text()) == {"ref": "x"}


def test_the_runners_own_variables_are_there_and_the_testers_are_not(found):
    assert {"RUNNER_TEMP", "RUNNER_OS", "ACTIONS_RUNTIME_TOKEN", "ACTIONS_CACHE_URL", "CI"} <= found["env"].keys()
    assert {"ACTIONS_ID_TOKEN_REQUEST_TOKEN", "PWD", "PYTEST_CURRENT_TEST"}.isdisjoint(found["env"])
    assert found["in"] == ""


def test_the_workspace_is_the_working_directory_and_the_runners(found):
    assert found["cwd"] == found["env"]["GITHUB_WORKSPACE"]
    assert found["uid"] == os.geteuid()
    assert found["owner"] == (RUNNER_UID if os.geteuid() == 0 else os.geteuid())


def test_a_job_that_may_ask_for_an_identity_is_told_where(tmp_path):
    assert "ACTIONS_ID_TOKEN_REQUEST_TOKEN" in told(tmp_path, id_token=True)["env"]


def test_a_name_that_the_context_does_not_have_is_refused(tmp_path):
    with pytest.raises(ValueError, match="has no shaa"):
        step(tmp_path, "", github={"shaa": "x"}).run()


def test_both_streams_are_read_for_commands(tmp_path):
    program = """
        import sys, time
        print("::add-mask::hush", flush=True)
        time.sleep(0.5)
        print("hush", "::error::of hush", sep="\\n", file=sys.stderr, flush=True)
    """
    ended = step(tmp_path, program).run()
    assert (ended.log, ended.outcome) == ("***\n##[error]of ***", runner.Outcome.SUCCESS)
    assert ended.stderr == "hush\n::error::of hush\n"


def test_files_and_exit_code_make_the_result(tmp_path):
    program = """
        import os, sys
        told = {"OUTPUT": "a=1", "ENV": "B=2", "STATE": "c=3", "PATH": "/d", "STEP_SUMMARY": "# job-token"}
        for name, text in told.items():
            open(os.environ["GITHUB_" + name], "a").write(text + "\\n")
        sys.exit(4)
    """
    ended = step(tmp_path, program).run()
    assert (ended.code, ended.outcome) == (4, runner.Outcome.FAILURE)
    assert (ended.outputs, ended.exported, ended.state, ended.path) == ({"a": "1"}, {"B": "2"}, {"c": "3"}, ["/d"])
    assert (ended.summary, ended.written) == ("# ***\n", "# job-token\n")


@pytest.mark.parametrize(
    "program",
    ['print("::set-env name=A::b")', 'import os; open(os.environ["GITHUB_OUTPUT"], "w").write("garbage")'],
    ids=["a command that is switched off", "a file that cannot be read"],
)
def test_a_program_that_exits_0_can_fail_the_step_all_the_same(tmp_path, program):
    ended = step(tmp_path, program).run()
    assert (ended.code, ended.outcome) == (0, runner.Outcome.FAILURE)


# Cancelled


def cancelled(tmp_path, names, times, **settings):
    with step(tmp_path, IGNORES.format(names=names), **settings).start() as running:
        while not running.streams.lines:
            time.sleep(0.01)
        begun = time.monotonic()
        stage = running.cancel(times)
        return stage, time.monotonic() - begun, running.ended()


@pytest.mark.parametrize(
    ("names", "stage"),
    [
        ([], runner.Stage.INTERRUPTED),
        (["SIGINT"], runner.Stage.TERMINATED),
        (["SIGINT", "SIGTERM"], runner.Stage.KILLED),
    ],
)
def test_a_step_ends_with_the_first_signal_that_it_minds(tmp_path, names, stage):
    ended_by, _, ended = cancelled(tmp_path, names, FAST)
    assert (ended_by, ended.outcome) == (stage, runner.Outcome.CANCELLED)
    assert ended.code != 0


def test_by_the_real_timetable_a_program_that_ignores_sigint_has_seven_and_a_half_seconds(tmp_path):
    stage, took, _ = cancelled(tmp_path, ["SIGINT"], runner.Timetable())
    assert stage is runner.Stage.TERMINATED
    assert 7.5 <= took < 10


def test_process_1_without_a_handler_minds_no_signal_but_the_last(tmp_path):
    stage, _, _ = cancelled(tmp_path, ["SIGINT"], FAST, first=True)
    assert stage is runner.Stage.KILLED


def test_the_end_of_a_step_is_the_end_of_all_that_it_started(tmp_path):
    program = """
        import subprocess, sys
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        print(child.pid)
    """
    status = Path(f"/proc/{int(step(tmp_path, program).run(timeout_s=20).stdout)}/status")
    deadline = time.monotonic() + 10
    while status.exists() and "\nState:\tZ" not in status.read_text():
        assert time.monotonic() < deadline, "it goes on"
        time.sleep(0.01)
