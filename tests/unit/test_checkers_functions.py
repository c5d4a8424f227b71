"""Checkers: functions in files and code of fixtures, which come back and get out as little as classes."""

import pytest

from llmgate import scripts
from llmgate.assertions import Subject
from llmgate.checkers import MAX_KILLS, MAX_PROCESSES, Checkers, Failure
from llmgate.suite import Loaded, Stored
from tests.unit.assertions.traces import trace
from tests.unit.sampling import fakes


def functions(*sources):
    """Functions in files, or code of fixtures where the text is no definition, and the checks that name them."""
    written = [{"type": "python", "value": text if "def " not in text else f"file://a{n}.py"} for n, text in sources]
    one = fakes.fixture("x", **{"assert": written})
    files = {f"a{n}.py": text.encode() for n, text in sources}
    known = scripts.known([one], Loaded(fixtures={"x": Stored(fixture=one, file="x.yaml", line=1)}), files.get)
    return known, [assertion.check for assertion in one.assertions]


def returned(*lines, output="Yes, please.", **settings):
    """What the function of these lines says; as code of a fixture, and as a file."""
    known, checks = functions(
        (1, "\n".join([*lines, ""])), (2, "def get_assert(output, context):\n" + "".join(f"  {x}\n" for x in lines))
    )
    with Checkers(known, **settings) as checkers:
        inline, file = (checkers.remark(check, Subject(trace=trace(output))) for check in checks)
    assert inline.result == file.result
    return inline, file


def test_a_function_is_given_the_output_and_the_context():
    assert returned("return [output, context['vars']]")[0].result == ["Yes, please.", {}]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["x = 1", "return x / 0"], "2|ZeroDivisionError: division by zero"),
        (["import sys", "sys.exit(0)"], "2|SystemExit: 0"),
        (["", "return math.log10(9)"], "2|NameError: name 'math' is not defined"),
        (["return float('nan')", ""], "ValueError: Out of range"),
        (["return {1}", ""], "TypeError"),
        (["import sys", "sys.modules['os']._exit(0)"], "it ended the checking process"),
        (["import sys", "sys.modules['os'].write(1, b'true')", "raise KeyError"], "3|KeyError"),
        (["return 'x' * 100_000", ""], "it flooded the checking process's output"),
        (["import socket", ""], "1|ImportError: 'socket' cannot be imported here"),
        (["import urllib.request", ""], "1|ImportError"),
        (["import conftest", ""], "1|ImportError"),
        (["import sys", "open('/etc/passwd')"], "2|OSError"),
        (["import sys", "sys.modules['os'].fork()"], "2|"),
        (["a = [bytearray(1_000_000_000)]", ""], "1|MemoryError"),
    ],
)
def test_a_function_that_breaks_or_wants_out_gives_the_reason_and_its_own_line(lines, told):
    inline, file = returned(*lines)
    assert (inline.result, file.result) == (None, None)
    number, _, why = told.rpartition("|")
    assert inline.error.startswith(f"value:{number or 1}: {why}")
    assert file.error.startswith(f"a2.py:{int(number) + 1 if number else 1}: {why}")


def test_a_function_that_never_ends_is_stopped():
    inline, file = returned("while True: pass", "", deadline_s=0.5)
    assert "it was stopped after 0.5 s" in inline.error
    assert "it was stopped after 0.5 s" in file.error


def test_the_environment_of_a_function_is_empty_and_what_it_prints_goes_nowhere(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "canary")
    inline, _ = returned("import sys", "print('true')", "return 'canary' in repr(sys.modules['os'].environ)")
    assert inline.result is False


def test_a_method_of_a_class_and_an_async_function_are_functions_too():
    source = "class A:\n @staticmethod\n def b(output, context): return 1\nasync def get_assert(o, c): return 2\n"
    names = ["file://a.py:A.b", "file://a.py"]
    one = fakes.fixture("x", **{"assert": [{"type": "python", "value": name} for name in names]})
    with Checkers(scripts.known([one], Loaded(fixtures={}), lambda _: source.encode())) as checkers:
        found = [checkers.remark(each.check, Subject(trace=trace(""))).result for each in one.assertions]
        assert len(checkers._processes) == 1
    assert found == [1, 2]


def test_an_async_function_that_waits_gives_the_reason():
    source = "import types\n@types.coroutine\ndef wait(): yield\nasync def get_assert(o, c): await wait()\n"
    known, (check,) = functions((1, source))
    with Checkers(known) as checkers:
        assert "RuntimeError: it waits for something" in checkers.remark(check, Subject(trace=trace(""))).error


def test_code_of_fixtures_shares_a_process_and_no_names():
    known, checks = functions((1, "[globals().update(seen=1), 'seen' in globals()]"), (2, "'seen' in globals()"))
    with Checkers(known) as checkers:
        found = [checkers.remark(check, Subject(trace=trace(""))).result for check in (*checks, checks[0])]
        assert len(checkers._processes) == 1
    assert found == [[None, True], False, [None, True]]


def test_code_that_shares_a_process_with_code_that_hangs_is_still_asked():
    known, (hanging, fine) = functions((1, "[1 for _ in iter(int, 1)]"), (2, "len(output)"))
    with Checkers(known, deadline_s=0.3) as checkers:
        for _ in range(MAX_KILLS + 1):
            assert checkers.remark(hanging, Subject(trace=trace("ab"))).error
            assert checkers.remark(fine, Subject(trace=trace("ab"))).result == 2


def test_no_more_processes_live_than_are_allowed():
    sources = [(n, f"def get_assert(o, c): return {n}") for n in range(MAX_PROCESSES + 3)]
    known, checks = functions(*sources)
    with Checkers(known) as checkers:
        for _ in range(2):
            assert [checkers.remark(each, Subject(trace=trace(""))).result for each in checks] == [
                n for n, _ in sources
            ]
            assert len(checkers._processes) == MAX_PROCESSES


@pytest.mark.parametrize(
    ("source", "failure"),
    [
        ("x = (", Failure(line=1, message="SyntaxError: invalid syntax")),
        ("a\nb c", Failure(line=2, message="SyntaxError: invalid syntax")),
        ("def get_assert(", Failure(line=1, message="SyntaxError: '(' was never closed")),
        (
            "get_assert = 1  # def ",
            Failure(line=1, message="LookupError: there is no function get_assert(output, context)"),
        ),
        ("\n1 / 0\ndef get_assert(o, c): pass", Failure(line=2, message="ZeroDivisionError: division by zero")),
        ("def get_assert(o, c): pass", None),
        ("1 / 0", None),
    ],
)
def test_loading_a_function_tells_the_line_and_does_not_call_it(source, failure):
    known, (check,) = functions((1, source))
    with Checkers(known) as checkers:
        assert checkers.fault(check.code) == failure
