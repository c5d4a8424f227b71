import asyncio
import json
import time

import pytest

from llmgate.errors import NotEvaluated
from llmgate.processes import containment
from llmgate.processes.applications import Applications
from llmgate.trial import Arm, Retrieved
from tests.applications import NODE, PYTHON, alive, answered, applications, asked, callable_entry, command

ECHO = "import json, sys\nprint(json.dumps({'output': json.load(sys.stdin)['id']}))"
LINES = """
import json, os, sys
for line in sys.stdin:
    asked = json.loads(line)
    print(json.dumps({"output": [asked["id"], os.getpid(), os.environ.get("KEY")]}), flush=True)
"""
NODE_ONCE = """
let text = "";
process.stdin.on("data", (piece) => (text += piece)).on("end", () => {
  console.error("thinking");
  console.log(JSON.stringify({ output: JSON.parse(text).id }));
});
"""
NODE_LINES = """
require("readline").createInterface({ input: process.stdin }).on("line", (line) =>
  console.log(JSON.stringify({ output: JSON.parse(line).id })));
"""


@pytest.mark.parametrize(
    ("files", "entry"),
    [
        ({"a.py": ECHO}, command(PYTHON, "a.py")),
        ({"a.js": NODE_ONCE}, command(NODE, "a.js")),
        ({"a.py": LINES.replace('[asked["id"], os.getpid(), os.environ.get("KEY")]', 'asked["id"]')},
         command(PYTHON, "a.py", worker=True)),
        ({"a.js": NODE_LINES}, command(NODE, "a.js", worker=True)),
        ({"a.py": "import json, sys\nprint(json.load(open(sys.argv[1][7:]))['id'])"},
         command(PYTHON, "a.py", "--file={input_file}", answer="text")),
        ({"a.js": "console.log(JSON.parse(require('fs').readFileSync(process.argv[2])).id)"},
         command(NODE, "a.js", "{input_file}", answer="text")),
        ({"pkg/m.py": "def f(q): return q['id']", "pkg/__init__.py": ""}, callable_entry("pkg.m:f")),
        ({"src/m.py": "async def f(q): return {'output': q['id']}"}, callable_entry("m:f", path=["src"])),
    ],
    ids=["command", "node command", "worker", "node worker", "file", "node file", "callable", "async callable"],
)  # fmt: skip
def test_every_way_to_be_asked_gives_the_answer(files, entry):
    reply = answered(files, entry, {"id": "naïve\n"})
    assert (reply.output.rstrip("\n"), reply.fault) == ("naïve", None)


def test_documents_and_tool_calls_come_with_the_answer():
    said = {
        "output": {"b": 1, "a": [1.5]},
        "documents": [{"id": "d", "text": "t", "score": 0.5}, {"id": "e", "text": ""}],
        "tool_calls": [{"name": "look", "arguments": {"x": 1}}],
    }
    reply = answered({"a.py": f"print({json.dumps(said)!r})"}, command(PYTHON, "a.py"))
    assert reply.output == '{"a":[1.5],"b":1}'
    assert reply.documents == (Retrieved(id="d", text="t", score=0.5), Retrieved(id="e", text=""))
    assert [(call.name, call.arguments, call.id) for call in reply.tool_calls] == [("look", {"x": 1}, None)]


def test_a_program_that_prints_before_it_reads_is_not_waited_for():
    source = "import sys\nsys.stdout.write(' ' * 300_000)\nsys.stdin.read(1)\nprint('{\"output\": 1}')"
    assert answered({"a.py": source}, command(PYTHON, "a.py"), {"id": "x" * 1_000_000}).output == "1"


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("raise SystemExit(3)", "it ended with the code 3"),
        ("raise ValueError('no such order')", "it ended with the code 1: ValueError: no such order"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "it was ended by SIGSEGV"),
        ("import sys; print('half an answ'); print('lost', file=sys.stderr)", "Expecting value: lost"),
    ],
)
def test_what_an_application_does_wrong_is_told_with_the_last_line_of_its_errors(source, fault):
    reply = answered({"a.py": source}, command(PYTHON, "a.py"))
    assert reply.fault.endswith(fault)
    assert not reply.timed_out


def test_a_program_that_is_not_there_is_told():
    assert answered({"a.py": ""}, command("./gone")).fault == "it cannot be started: No such file or directory"


@pytest.mark.parametrize("worker", [False, True])
def test_a_program_that_does_not_end_is_stopped_in_time(worker):
    start = time.monotonic()
    reply = answered({"a.py": "import time; time.sleep(60)"}, command(PYTHON, "a.py", timeout_s=0.3, worker=worker))
    assert (reply.fault, reply.timed_out) == ("it was stopped after 0.3 s", True)
    assert time.monotonic() - start < 5


def in_turn(entry, files, *questions, seats=1, between=0.0):
    """Put questions one after the other; return the replies and the tokens of the seats."""

    async def all_():
        async with applications(files, seats=seats) as made:
            found = []
            for question in questions:
                async with made.seat(Arm.HEAD, "app", entry) as seat:
                    reply = await seat.answer({"id": question}, {"KEY": seat.token})
                found.append((reply, seat.token))
                await asyncio.sleep(between)
            return found

    return asyncio.run(all_())


def test_a_worker_lives_on_with_the_token_that_its_seat_tells():
    found = in_turn(command(PYTHON, "a.py", worker=True), {"a.py": LINES}, "one", "two")
    (first, pid, key), (second, same, _) = (json.loads(reply.output) for reply, _ in found)
    assert (first, second, pid) == ("one", "two", same)
    assert [token for _, token in found] == [key, key] == ["token-0", "token-0"]


def test_a_command_has_a_new_token_for_every_trial():
    found = in_turn(command(PYTHON, "a.py"), {"a.py": ECHO}, "one", "two")
    assert [token for _, token in found] == ["token-0", "token-1"]


LATE = f"""{LINES.replace("import json", "import time, json")}
    time.sleep(0.02)
    asked["id"] == "bad" and print(flush=True)
"""


@pytest.mark.parametrize(
    ("source", "questions", "faults"),
    [
        (LINES.replace("print(json", "asked['id'] == 'bad' and sys.exit('no')\n    print(json"), ["a", "bad", "b"],
         [None, "it ended with the code 1: no", None]),
        (LINES.replace("}), flush", "}) + ('\\n{}' if asked['id'] == 'bad' else ''), flush"), ["a", "bad", "b"],
         [None, "it wrote more than one line", None]),
        (LATE, ["a", "bad", "b", "c"], [None, None, "it wrote a line that nobody asked for", None]),
        (LINES.replace("print(json", "asked['id'] == 'bad' and sys.exit(0)\n    print(json"), ["a", "bad", "b"],
         [None, "it ended without an answer", None]),
    ],
    ids=["ends", "two lines", "a line later", "ends in peace"],
)  # fmt: skip
def test_a_worker_that_did_wrong_is_replaced(source, questions, faults):
    found = in_turn(command(PYTHON, "a.py", worker=True), {"a.py": source}, *questions, between=0.3)
    assert [reply.fault for reply, _ in found] == faults
    assert found[0][1] != found[-1][1]


def test_a_worker_answers_one_question_at_a_time_and_others_go_to_others():
    source = LINES.replace("print(json", "import time; time.sleep(0.2)\n    print(json")
    entry = command(PYTHON, "a.py", worker=True)

    async def all_():
        async with applications({"a.py": source}, seats=3) as made:
            return await asyncio.gather(*(asked(made, entry, {"id": str(n)}) for n in range(6)))

    replies = [json.loads(reply.output) for reply in asyncio.run(all_())]
    assert [reply[0] for reply in replies] == ["0", "1", "2", "3", "4", "5"]
    assert len({reply[1] for reply in replies}) == 3


def test_the_arms_have_workers_of_their_own_which_are_started_afresh_on_request():
    entry = command(PYTHON, "a.py", worker=True)

    async def all_():
        async with applications({"a.py": LINES}) as made:
            found = [json.loads((await asked(made, entry, arm=arm)).output)[1] for arm in (*Arm, *Arm)]
            await made.afresh()
            return found, json.loads((await asked(made, entry, arm=Arm.HEAD)).output)[1]

    (base, head, base_again, head_again), later = asyncio.run(all_())
    assert (base, head) == (base_again, head_again)
    assert len({base, head, later}) == 3


def test_a_trial_that_is_given_up_ends_its_worker():
    mark = f"given-up-{time.monotonic_ns()}"
    entry = command(PYTHON, "a.py", mark, worker=True)

    async def given_up():
        async with applications({"a.py": "import time; time.sleep(60)"}) as made:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.3):
                    await asked(made, entry)
            return alive(mark)

    assert asyncio.run(given_up()) == []


def test_a_worker_that_answers_while_all_are_started_afresh_is_not_asked_again():
    entry = command(PYTHON, "a.py", worker=True)

    async def all_():
        async with applications({"a.py": LINES}) as made:
            async with made.seat(Arm.HEAD, "app", entry) as seat:
                await made.afresh()
                first = await seat.answer({"id": "a"}, {})
            return json.loads(first.output)[1], json.loads((await asked(made, entry)).output)[1]

    first, second = asyncio.run(all_())
    assert first != second


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("def f(q): raise KeyError('order')", "it raised KeyError: 'order'"),
        ("def f(q): raise SystemExit(2)", "it raised SystemExit: 2"),
        ("def f(q): return {1, 2}", "it raised TypeError: Object of type set is not JSON serializable"),
        ("def f(q): return float('nan')", "it raised ValueError: Out of range float values are not JSON compliant"),
        ("import nothing_like_it", "it raised ModuleNotFoundError: No module named 'nothing_like_it'"),
        ("def g(q): pass", "it raised AttributeError: module 'm' has no attribute 'f'"),
        ("def f(q): return {'text': 1}", "output"),
    ],
)
def test_what_a_callable_does_wrong_is_told(source, fault):
    assert fault in answered({"m.py": source}, callable_entry("m:f")).fault


def test_a_callable_that_raised_lives_on_in_its_process():
    source = "import os\ndef f(q):\n    if q['id'] == 'bad': raise ValueError\n    return os.getpid()"
    replies = [reply for reply, _ in in_turn(callable_entry("m:f"), {"m.py": source}, "a", "bad", "b")]
    assert replies[0].output == replies[2].output
    assert replies[1].fault == "it raised ValueError: "


def test_an_async_callable_keeps_one_loop_for_its_clients():
    source = """
import asyncio
loops = set()
async def f(q):
    loops.add(asyncio.get_running_loop())
    return len(loops)
"""
    replies = [reply for reply, _ in in_turn(callable_entry("m:f"), {"m.py": source}, "a", "b")]
    assert [reply.output for reply in replies] == ["1", "1"]


def test_the_entry_s_own_variables_do_not_hide_those_of_the_trial():
    source = "import json, os\nprint(json.dumps({'output': [os.environ['MODE'], os.environ['OPENAI_BASE_URL']]}))"
    entry = command(PYTHON, "a.py", env={"MODE": "test", "OPENAI_BASE_URL": "https://api.openai.com"})
    reply = answered({"a.py": source}, entry, environment={"OPENAI_BASE_URL": "http://127.0.0.1:1"})
    assert reply.output == '["test","http://127.0.0.1:1"]'


def test_nothing_is_left_of_a_run(tmp_path):
    async def run():
        async with applications({"a.py": "open('/dev/null'); import os; open(os.environ['HOME'] + '/x', 'w')"}) as made:
            await asked(made, command(PYTHON, "a.py"))
            during = sorted(each.name for each in made._folder.iterdir())
        return during, made._folder.exists()

    during, after = asyncio.run(run())
    assert len(during) == 3  # two trees and the script, and no room
    assert not after


def test_a_folder_that_others_cannot_reach_is_refused(tmp_path):
    contained = containment.detect()
    try:
        tmp_path.chmod(0o700)
        with pytest.raises(NotEvaluated, match="TMPDIR"):
            Applications(contained, scratch=tmp_path, environment={}, token=str)
    finally:
        contained.close()
