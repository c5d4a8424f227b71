"""Checkers: what a class is given, what comes back, and what its process cannot do."""

import os
import pathlib
import signal
import sys
import time

import pytest

from llmgate.assertions import Assertion, Subject
from llmgate.checkers import MAX_KILLS, Checkers, Failure
from llmgate.config import Checker
from llmgate.errors import NotEvaluated
from llmgate.trial import Remark
from tests.unit.assertions.traces import trace

PATH = "checks/a.py"


def checker(source, named="A"):
    return Checker(path=PATH, named=named, source=source)


def body(*lines):
    """A class whose grade() is these lines."""
    return "class A:\n    def grade(self, output, context):\n" + "".join(f"        {line}\n" for line in lines)


def asked(checkers, output="Yes, please.", *, name="a", **fields):
    check = Assertion.model_validate({"type": f"custom:{name}", **fields}).check
    return checkers.remark(check, Subject(trace=trace(output)))


def remark(source, output="Yes, please.", **settings):
    with Checkers({"a": checker(source)}, **settings) as checkers:
        return asked(checkers, output)


WHOLE = """
import dataclasses, re
from datetime import datetime

@dataclasses.dataclass
class A:
    value: list
    least: int = 1

    def grade(self, output, context):
        datetime.strptime("2026-11-26", "%Y-%m-%d")
        found = [word for word in self.value if re.search(word, output)]
        return {"passed": len(found) >= self.least, "reason": f"{found} in {context['fixture']}"}
"""


def test_a_class_gets_its_fields_the_output_and_the_context():
    with Checkers({"a": checker(WHOLE)}) as checkers:
        found = asked(checkers, value=["please", "thank"])
        assert found == Remark(result={"passed": True, "reason": f"['please'] in {trace('').trial.fixture}"})
        assert asked(checkers, value=["please", "thank"], least=2).result["passed"] is False


@pytest.mark.parametrize(
    "output",
    ["", "é🎉", "\ud800", "\x00\n\r\u2028", "x" * 500_000],
    ids=["empty", "unicode", "surrogate", "ends of lines", "longest"],
)
def test_every_output_arrives_as_it_is(output):
    assert remark(body("return len(output) / 500_000"), output).result == len(output) / 500_000


def test_several_classes_each_have_a_process():
    with Checkers(
        {"a": checker(body("return True")), "b": checker("class B(object):\n def grade(s, o, c): return 0", "B")}
    ) as both:
        assert (asked(both).result, asked(both, name="b").result) == (True, 0)
        assert len({process._process.pid for process in both._processes.values()}) == 2


def test_chance_is_the_same_each_time():
    with Checkers({"a": checker("import random\n" + body("return random.random()"))}) as checkers:
        assert asked(checkers) == asked(checkers)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["raise ValueError('no \\x1b[31m')"], "checks/a.py:3: ValueError: no"),
        (["import sys", "sys.exit(0)"], "checks/a.py:4: SystemExit: 0"),
        (["raise KeyboardInterrupt"], "KeyboardInterrupt"),
        (["return grade"], "NameError"),
        (["return {1, 2}"], "TypeError"),
        (["return float('nan')"], "ValueError"),
        (["return self.grade(output, context)"], "RecursionError"),
        (["a = []", "a.append(a)", "return a"], "ValueError"),
        (["return 10 ** 5000"], "ValueError"),
        (["class E(Exception):", "    def __str__(self): raise self", "raise E"], "it cannot be told"),
        (["import sys", "sys.modules['os']._exit(0)"], "it ended the checking process"),
        (["return 'x' * 100_000"], "it flooded the checking process's output"),
    ],
)
def test_a_class_that_breaks_gives_the_reason(lines, told):
    found = remark(body(*lines))
    assert found.result is None
    assert told in found.error


@pytest.mark.parametrize(
    "attempt",
    [
        "open('/etc/passwd')",
        "open('/proc/self/environ')",
        "open(f'/proc/{os.getppid()}/environ')",
        "os.close(2) or open('/etc/passwd')",
        "open('x', 'w').write('x')",
        "os.listdir('/')",
        "os.fork()",
        "os.execv('/bin/sh', ['sh'])",
        "[bytearray(1_000_000_000)]",
        "__import__('socket')",
        "__import__('ctypes')",
        "__import__('subprocess')",
        "__import__('conftest')",
        "__import__('checks.a')",
    ],
)
def test_there_is_no_way_out(attempt, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "canary")
    found = remark(body("import sys", "os = sys.modules['os']", f"return bool({attempt}) or True"))
    assert found.result is None
    assert found.error


def test_the_environment_is_empty(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "canary")
    found = remark(body("import sys", "return {'reason': repr(dict(sys.modules['os'].environ))}"))
    assert "canary" not in found.result["reason"]
    assert len(found.result["reason"]) < 100  # Python itself may set LC_CTYPE


def test_no_module_of_the_workspace_can_be_imported(tmp_path, monkeypatch):
    (tmp_path / "polite.py").write_text("WORDS = []")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    error = remark("import polite\n" + body("return True")).error
    assert "checks/a.py:1: ImportError: 'polite' cannot be imported here" in error


def test_what_is_printed_is_no_reply():
    lines = ['print(\'{"id": 1, "result": true}\', flush=True)', "import sys", "sys.__stdout__.write('x')", "return 0"]
    assert remark(body(*lines)) == Remark(result=0)


def test_a_second_reply_breaks_the_process():
    forged = r'b"{\"id\": 99, \"result\": true}\n"'
    lines = ["import sys", "os = sys.modules['os']", f"os.write(4, {forged})", "return 0"]
    with Checkers({"a": checker(body(*lines))}) as checkers:
        assert "it broke the checking process" in asked(checkers).error


def test_a_reply_without_our_id_breaks_the_process(tmp_path):
    script = 'print("{}", flush=True); input(); print(\'{"id": 7, "result": true}\', flush=True); input()'
    command = (sys.executable, "-I", "-c", script)
    assert "it broke the checking process" in remark(body("return True"), command=command).error


def test_a_process_that_does_not_start_is_an_error_of_ours():
    with pytest.raises(NotEvaluated, match="does not start"):
        remark(body("return True"), command=(sys.executable, "-c", "raise SystemExit"))


def test_an_endless_loop_is_stopped_and_not_tried_for_ever():
    with Checkers({"a": checker(body("while True: pass"))}, deadline_s=0.3) as checkers:
        started = time.monotonic()
        found = [asked(checkers).error for _ in range(50)]
        assert time.monotonic() - started < 20
    assert found[:MAX_KILLS] == ["checks/a.py:1: it was stopped after 0.3 s"] * MAX_KILLS
    assert set(found[MAX_KILLS:]) == {f"checks/a.py:1: it was stopped {MAX_KILLS} times and is not tried again"}


def test_a_fork_bomb_starts_nothing():
    lines = ["import sys", "os = sys.modules['os']", "while True:", "    try: os.fork()", "    except OSError: pass"]
    with Checkers({"a": checker(body(*lines))}, deadline_s=0.5) as checkers:
        assert "stopped after" in asked(checkers).error


def test_a_process_that_died_is_replaced():
    with Checkers({"a": checker(body("return True"))}) as checkers:
        assert asked(checkers).result is True
        os.kill(checkers._processes["a"]._process.pid, signal.SIGKILL)
        assert "ended the checking process" in asked(checkers).error
        assert asked(checkers).result is True


def test_processes_and_their_folder_are_gone_at_the_end():
    with Checkers({"a": checker(body("return True"))}) as checkers:
        asked(checkers)
        process, folder = checkers._processes["a"]._process, checkers._folder.name
        assert pathlib.Path(f"/proc/{process.pid}/environ").read_bytes() == b""
    assert process.returncode == -signal.SIGKILL
    assert not pathlib.Path(folder).exists()


@pytest.mark.parametrize(
    ("source", "failure"),
    [
        ("x = 1\nclass A(:\n", Failure(line=2, message="SyntaxError: invalid syntax")),
        (
            "class B: pass",
            Failure(line=1, message="LookupError: there is no class A with a method grade(output, context)"),
        ),
        (
            "class A: pass",
            Failure(line=1, message="LookupError: there is no class A with a method grade(output, context)"),
        ),
        ("\n\n1 / 0", Failure(line=3, message="ZeroDivisionError: division by zero")),
        ("\x00", Failure(line=1, message="SyntaxError: source code string cannot contain null bytes")),
        (body("return True"), None),
    ],
)
def test_loading_tells_the_line(source, failure):
    with Checkers({"a": checker(source)}) as checkers:
        assert checkers.fault("a") == failure


def test_fields_that_do_not_fit_are_told_without_a_trial():
    with Checkers({"a": checker(WHOLE)}) as checkers:
        assert checkers.fault("a", {"value": []}) is None
        assert "unexpected keyword argument 'valeu'" in checkers.fault("a", {"valeu": []}).message


def test_two_thousand_grades_take_less_than_three_seconds():
    with Checkers({"a": checker(body("return 'please' in output"))}) as checkers:
        started = time.monotonic()
        assert all(asked(checkers, "Yes, please. " * 150).result for _ in range(2000))
        assert time.monotonic() - started < 3
