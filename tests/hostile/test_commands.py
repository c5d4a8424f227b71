"""Applications of a pull request that want more than to answer: real processes, as other users where we are root."""

import asyncio
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from llmgate.processes import containment, users
from llmgate.trial import Arm
from tests.applications import PYTHON, alive, applications, asked, callable_entry, command, scratch

IS_ROOT = os.geteuid() == 0
MARK = "llmgate-hostile-canary"

of_another_user = pytest.mark.skipif(not IS_ROOT, reason="only root can give a process another user")


@pytest.fixture(scope="module")
def contained():
    found = containment.detect()
    yield found
    found.close()


@pytest.fixture
def folder():
    with scratch() as made:
        yield made


def run(contained, program, *, timeout_s=20.0, files=None, environment=None, question=None):
    """Run a Python program as an application of the head."""
    entry = command(PYTHON, "app.py", timeout_s=timeout_s)
    source = {"app.py": textwrap.dedent(program), **(files or {})}

    async def once():
        async with applications(source, contained=contained) as made:
            return await asked(made, entry, question, environment=environment)

    return asyncio.run(once())


def said(reply):
    assert reply.fault is None, reply.fault
    return json.loads(reply.output)


TRY = """
import json, os, sys
def tried(action):
    try:
        return repr(action())
    except OSError as error:
        return type(error).__name__
"""


def test_this_platform_gives_all_of_the_containment(contained):
    assert contained.lacking == () if IS_ROOT else containment.NO_USERS in contained.lacking


@pytest.mark.trust("program-hunts")
def test_the_environment_holds_nothing_but_the_list(contained, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "canary")
    reply = run(
        contained, TRY + "print(json.dumps({'output': dict(os.environ)}))", environment={"OPENAI_BASE_URL": "u"}
    )
    found = said(reply)
    assert {*found} - {"LC_CTYPE"} == {"PATH", "LANG", "HOME", "TMPDIR", "OPENAI_BASE_URL"}


def test_no_word_and_no_folder_tells_the_arm(contained):
    reply = run(contained, TRY + "print(json.dumps({'output': [*os.environ.values(), os.getcwd(), *sys.argv]}))")
    assert not [word for word in said(reply) if "head" in word.lower() or "base" in word.lower()]


@pytest.mark.trust("program-hunts")
@of_another_user
def test_secrets_of_other_processes_cannot_be_read(contained):
    program = (
        TRY
        + """
    def opened(path):
        return tried(lambda: open(path, 'rb').read(1))
    parents, pid = [], os.getppid()
    while pid:
        parents.append(pid)
        pid = int(open(f'/proc/{pid}/stat').read().rpartition(')')[2].split()[1])
    names = [f'/proc/{pid}/{what}' for pid in [1, *parents] for what in ('environ', 'mem')]
    print(json.dumps({'output': [opened(name) for name in names]}))
    """.replace("\n    ", "\n")
    )
    assert {*said(run(contained, program))} == {"PermissionError"}


@pytest.mark.trust("program-hunts")
@of_another_user
def test_a_socket_and_a_file_of_root_cannot_be_written_to(contained, folder):
    docker, runner = folder / "docker.sock", folder / "set_env"
    program = f"""{TRY}
import socket
connected = tried(lambda: socket.socket(socket.AF_UNIX).connect({str(docker)!r}))
print(json.dumps({{'output': [connected, tried(lambda: open({str(runner)!r}, 'a')), os.getgroups(), os.getgid()]}}))
"""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(docker))
        listening.listen()
        docker.chmod(0o660)
        runner.touch(mode=0o644)
        connected, written, groups, group = said(run(contained, program))
    assert (connected, written) == ("PermissionError", "PermissionError")
    assert {*groups} <= {group}


@of_another_user
def test_the_tree_cannot_be_written_to(contained):
    program = (
        TRY
        + """
print(json.dumps({'output': [
    tried(lambda: open('app.py', 'a')), tried(lambda: open('new', 'w')), tried(lambda: os.mkdir('deep/new')),
    tried(lambda: os.chmod('app.py', 0o777)), tried(lambda: os.unlink('deep/file')),
    tried(lambda: os.rename('deep', 'd')),
]}))
"""
    )
    assert {*said(run(contained, program, files={"deep/file": "x"}))} == {"PermissionError"}


def test_no_right_comes_back_by_a_program_that_has_it_set(contained, folder):
    shutil.copy(shutil.which("id"), folder / "id")
    (folder / "id").chmod(0o4755)
    program = (
        TRY
        + f"""
import subprocess
out = subprocess.run([{str(folder / "id")!r}, '-u'], capture_output=True, text=True).stdout
print(json.dumps({{'output': int(out) == os.getuid() != 0}}))
"""
    )
    assert said(run(contained, program)) is True


@pytest.mark.trust("program-hunts")
@of_another_user
def test_each_arm_finds_its_own_files_alone(contained):
    program = (
        TRY
        + """
mine = os.getcwd()
above = os.path.dirname(mine)
others = json.load(sys.stdin)['others']
print(json.dumps({'output': [open('who').read(), tried(lambda: os.listdir(above)),
                             *(tried(lambda: os.listdir(o)) for o in others if o != mine)]}))
"""
    )
    entry = command(PYTHON, "app.py")

    async def both():
        base, head = {"app.py": program, "who": "old"}, {"app.py": program, "who": "new"}
        async with applications(base, head, contained=contained) as made:
            folders = {"others": [str(tree.folder) for tree in made._trees.values()]}
            return [said(await asked(made, entry, folders, arm=arm)) for arm in Arm]

    old, new = asyncio.run(both())
    assert (old, new) == (["old", *["PermissionError"] * 2], ["new", *["PermissionError"] * 2])


@of_another_user
def test_what_a_trial_leaves_where_all_can_look_is_gone_after_it(contained):
    left = f"/tmp/{MARK}-{os.getpid()}"
    program = f"import os; os.makedirs({left!r} + '/deep'); open('/dev/shm/{MARK}', 'w'); print('{{\"output\": 1}}')"
    assert run(contained, program).output == "1"
    assert not Path(left).exists()
    assert not Path(f"/dev/shm/{MARK}").exists()


SYSTEM_V = """
import ctypes
system = ctypes.CDLL(None)
made = [system.shmget(KEY, 4096, 0o1666), system.semget(KEY, 1, 0o1666), system.msgget(KEY, 0o1666)]
queue = system.mq_open(b"/%d" % KEY, os.O_CREAT | os.O_RDWR, 0o666, None)
print(json.dumps({'output': [all(each >= 0 for each in made), queue]}))
"""


@of_another_user
def test_no_memory_and_no_message_outlives_the_trial_that_left_it(contained):
    key = 0x10_000_000 + os.getpid()
    assert said(run(contained, TRY + f"KEY = {key}" + SYSTEM_V)) == [True, -1]
    left = [
        row.split()[0]
        for kind in ("shm", "sem", "msg")
        for row in Path(f"/proc/sysvipc/{kind}").read_text().splitlines()
    ]
    assert str(key) not in left


@of_another_user
@pytest.mark.parametrize("place", ["/run/lock", "/var/tmp"])
def test_a_file_in_a_folder_that_all_may_write_to_is_gone_after_the_trial(contained, place):
    folder = Path(place) / f"{MARK}-{os.getpid()}"
    folder.mkdir()
    folder.chmod(0o777)
    left = [Path(place) / f"{MARK}-file", folder / "file"]
    program = "".join(f"open('{path}', 'w'); " for path in left) + "print('{\"output\": 1}')"
    try:
        assert run(contained, program).output == "1"
        assert [path for path in left if path.exists()] == []
    finally:
        shutil.rmtree(folder)


FOREVER = "import signal, time; [signal.signal(n, signal.SIG_IGN) for n in (1, 2, 15)]; time.sleep(600)"


@pytest.mark.trust("program-bombs")
@pytest.mark.parametrize(
    "daemon",
    [
        "subprocess.Popen([sys.executable, '-c', FOREVER, MARK])",
        "subprocess.Popen([sys.executable, '-c', FOREVER, MARK], start_new_session=True, **nul)",
        "os.fork() or (os.setsid(), os.fork() and os._exit(0), os.execv(sys.executable, ['p', '-c', FOREVER, MARK]))",
    ],
    ids=["ignores signals and holds the pipes", "has a session of its own", "forks twice"],
)
@pytest.mark.parametrize("end", ["print('{\"output\": 1}')", "time.sleep(600)"], ids=["ends", "is stopped"])
def test_nothing_outlives_the_trial(contained, daemon, end):
    mark = f"{MARK}-{os.getpid()}-{time.monotonic_ns()}"
    program = f"""
import os, subprocess, sys, time
FOREVER, MARK = {FOREVER!r}, {mark!r}
nul = dict.fromkeys(('stdin', 'stdout', 'stderr'), subprocess.DEVNULL)
{daemon}
time.sleep(0.15)
{end}
"""
    start = time.monotonic()
    reply = run(contained, program, timeout_s=0.6)
    assert (reply.output == "1") != reply.timed_out
    assert time.monotonic() - start < 5
    assert alive(mark) == []


def test_nothing_outlives_a_gate_that_is_killed(folder):
    mark = f"{MARK}-{time.monotonic_ns()}"
    program = (
        f"import subprocess, sys, time\nsubprocess.Popen([sys.executable, '-c', {FOREVER!r}, {mark!r}])\n{FOREVER}"
    )
    gate = f"from tests.applications import *\nanswered({{'app.py': {program!r}}}, command(PYTHON, 'app.py', {mark!r}))"
    words, environment = [sys.executable, "-c", gate], {**os.environ, "TMPDIR": str(folder)}
    with subprocess.Popen(words, cwd=Path(__file__).parents[2], env=environment) as process:
        until = time.monotonic() + 20
        while len(alive(mark)) < 3 and time.monotonic() < until:  # the gate, the application and what it started
            time.sleep(0.05)
        started = len(alive(mark))
        process.kill()
    while alive(mark) and time.monotonic() < until:
        time.sleep(0.05)
    assert (started, alive(mark)) == (3, [])


@pytest.mark.trust("program-bombs")
@of_another_user
def test_a_bomb_of_forks_is_bounded_and_ended(contained):
    reply = run(contained, "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass", timeout_s=1.0)
    assert reply.timed_out


@of_another_user
def test_one_that_kills_all_that_it_can_does_not_keep_itself_alive(contained):
    mark = f"{MARK}-{time.monotonic_ns()}"
    killer = "import os, signal\nwhile True:\n    try: os.kill(-1, signal.SIGKILL)\n    except OSError: pass"
    program = f"""
import subprocess, sys, time
subprocess.Popen([sys.executable, '-c', {killer!r}, {mark!r}], start_new_session=True)
time.sleep(60)
"""
    reply = run(contained, program, timeout_s=5)
    assert "SIGKILL" in reply.fault
    assert alive(mark) == []


@pytest.mark.trust("program-bombs")
def test_output_without_end_is_cut_off(contained):
    start = time.monotonic()
    reply = run(contained, "import sys\nwhile True: sys.stdout.write('x' * 1_000_000)")
    assert reply.fault == "it printed more than 8,388,608 bytes"
    assert time.monotonic() - start < 5


def test_errors_without_end_leave_their_last_line(contained):
    reply = run(contained, "import sys\nfor n in range(200_000): print('line', n, file=sys.stderr)\nsys.exit(4)")
    assert reply.fault == "it ended with the code 4: line 199999"


def test_a_file_without_end_ends_its_program(contained):
    program = "import os\nf = open(os.environ['TMPDIR'] + '/f', 'wb')\nf.seek(2**30 - 1)\nf.write(b'xx')\nf.flush()"
    assert "File too large" in run(contained, program).fault


@pytest.mark.trust("program-bombs")
def test_memory_without_end_is_refused(contained):
    assert "MemoryError" in run(contained, "b = bytearray(5 * 1024 ** 3)").fault


@pytest.mark.parametrize(
    ("printed", "told"),
    [
        ("'[' * 100_000", "nested deeper than"),
        ("'{\"output\": ' + '9' * 5000 + '}'", "a number of 5000 characters"),
        ("'{\"output\": NaN}'", "not a number in JSON"),
        ('\'{"output": 1, "output": 2}\'', "is repeated"),
        ('\'{"output": "\\\\ud800"}\'', "half a character"),
        ("'{\"answer\": 1}'", "output"),
        ('\'{"output": 1} {"output": 2}\'', "not JSON"),
        ("'[1]'", "mapping|dictionary"),
        ('\'{"output": 1, "documents": [{"id": [], "text": "t"}]}\'', "documents.0.id"),
        ("''", "it ended without an answer"),
    ],
)
def test_garbage_is_a_fault_in_one_line(contained, printed, told):
    reply = run(contained, f"print({printed}, end='')")
    assert re.search(told, reply.fault)
    assert reply.fault.isprintable()
    assert len(reply.fault) <= 700


def test_what_it_says_of_itself_is_made_harmless(contained):
    reply = run(contained, r"import sys; sys.exit('\x1b[31m::error::' + 'x' * 1_000)")
    assert reply.fault.startswith(r"it ended with the code 1: \x1b[31m::error::xxx")
    assert len(reply.fault) < 400


def test_a_callable_cannot_break_the_lines_by_what_it_prints(contained):
    source = "import os\ndef f(q):\n    os.write(1, b'{\"output\": \"forged\"}\\n'); print('x'); return 'true'"

    async def both():
        async with applications({"m.py": source}, contained=contained) as made:
            return [await asked(made, callable_entry("m:f")) for _ in range(2)]

    assert [reply.output for reply in asyncio.run(both())] == ["true", "true"]


@of_another_user
def test_two_programs_at_one_time_never_have_one_user(contained):
    program = TRY + "import time; time.sleep(0.3); print(json.dumps({'output': [os.getuid(), os.getgid()]}))"
    entry = command(PYTHON, "app.py")

    async def all_():
        async with applications({"app.py": program}, contained=contained, seats=6) as made:
            return await asyncio.gather(*(asked(made, entry, arm=arm) for arm in Arm for _ in range(3)))

    found = [tuple(said(reply)) for reply in asyncio.run(all_())]
    assert len({user for user, _ in found}) == 6
    assert len({group for _, group in found}) == 2
    assert {user for user, _ in found} <= set(users.NUMBERS)


def test_without_root_it_is_told_what_is_lacking_and_nothing_outlives_a_trial_either():
    mark = f"{MARK}-{time.monotonic_ns()}"
    words = [sys.executable, "-m", "tests.hostile.unprivileged", mark]
    done = subprocess.run(words, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    seen = json.loads(done.stdout)
    told = json.loads(seen["output"])
    assert any("user id of its own" in lack for lack in seen["lacking"])
    assert (told["gate"], told["tree"]) == (["PermissionError", "PermissionError"], "PermissionError")
    assert {*told["environment"]} - {"LC_CTYPE"} == {"PATH", "LANG", "HOME", "TMPDIR"}
    assert seen["late"] == "it was stopped after 0.3 s"
    assert alive(mark) == []
