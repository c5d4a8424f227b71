import os
import sys
import time
from pathlib import Path

import pytest

from llmgate.errors import RenderError
from llmgate.processes import containment
from llmgate.processes.launching import Launcher
from llmgate.retrieval.command import Command

ECHO = """
import json, sys
asked = json.load(sys.stdin)
print(json.dumps({"documents": [{"id": f"{asked['query']}#{n}", "text": "t"} for n in range(asked["k"])]}))
"""

LAUNCH = Launcher(supervisor=containment.COMMAND, identity=None)


@pytest.fixture
def engine(tmp_path):
    def make(program, **options):
        (tmp_path / "search.py").write_text(program)
        words = [sys.executable, "-I", "search.py"]
        return Command({"command": words, **options}, tmp_path, LAUNCH, path=os.environ["PATH"])

    return make


def refused(engine):
    with pytest.raises(RenderError) as caught:
        engine.search("q", 2)
    return str(caught.value)


def test_the_question_goes_in_as_json_and_the_documents_come_out(engine):
    assert [hit.id for hit in engine(ECHO).search("retürns", 2)] == ["retürns#0", "retürns#1"]


def test_a_program_that_prints_before_it_reads_is_not_waited_for(engine):
    program = "print('{\"documents\": []}', flush=True)"
    assert engine(program).search("x" * 1_000_000, 2) == ()


def test_it_has_path_and_lang_alone_a_session_of_its_own_and_its_folder(engine, tmp_path, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "canary")
    program = """
import json, os
seen = [*sorted(os.environ), os.getcwd(), str(os.getsid(0) == os.getpid())]
print(json.dumps({"documents": [{"id": each, "text": "t"} for each in seen]}))
"""
    seen = {hit.id for hit in engine(program).search("q", 20)} - {"LC_CTYPE"}
    assert seen == {"PATH", "LANG", str(tmp_path), "True"}


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("raise SystemExit(3)", "ended with the code 3"),
        ("print('hello')", "its output cannot be used"),
        ("while True: print('x' * 100_000)", "printed more than"),
    ],
)
def test_what_goes_wrong_is_told_with_how_to_see_it(engine, program, reason):
    told = refused(engine(program))
    assert reason in told
    assert "run the same command in the repository" in told


def test_a_program_that_is_not_there_is_told(tmp_path):
    assert "cannot be started: No such file" in refused(Command({"command": ["./gone"]}, tmp_path, LAUNCH, path="/bin"))


@pytest.mark.parametrize("program", ["import time; time.sleep(60)", "import os, time; os.close(1); time.sleep(60)"])
def test_a_program_that_does_not_end_is_stopped(engine, program):
    start = time.monotonic()
    assert "was stopped after 0.5 s" in refused(engine(program, timeout_s=0.5))
    assert time.monotonic() - start < 10


def test_what_it_leaves_running_ends_with_it(engine, tmp_path):
    program = """
import os, subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], stdout=subprocess.DEVNULL)
open("pid", "w").write(str(child.pid))
print('{"documents": []}')
"""
    engine(program).search("q", 1)
    child = Path(f"/proc/{(tmp_path / 'pid').read_text()}/stat")
    deadline = time.monotonic() + 10
    while child.exists() and child.read_text().split()[2] != "Z" and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not child.exists() or child.read_text().split()[2] == "Z"


def test_no_shell_reads_its_words(tmp_path):
    engine = Command({"command": ["/bin/echo", "$(touch pwned)", ";", "touch", "pwned"]}, tmp_path, LAUNCH, path="/bin")
    assert "its output cannot be used" in refused(engine)
    assert list(tmp_path.iterdir()) == []


def test_a_program_is_told_the_trace_that_it_is_part_of(tmp_path):
    program = "import json, os; print(json.dumps({'documents': [{'id': os.environ['TRACEPARENT'], 'text': 't'}]}))"
    parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    options = {"command": [sys.executable, "-I", "-c", program]}
    made = Command(options, tmp_path, LAUNCH, path=os.environ["PATH"], carried={"TRACEPARENT": parent})
    assert [hit.id for hit in made.search("q", 1)] == [parent]
