"""An order, as a line of JSON on a socket → a contained program, how it ended, and nothing of it left behind.

It stands between llmgate and a program that may be hostile, and is run as a script by its path: it has nothing but the
standard library. The program has its pipes; they never meet what the program prints. When the socket ends, because
llmgate wants it or is gone, the program ends.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

SWEEP_S = 10.0
POLL_MS = 1_000
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38
FIRST_TO_BE_KILLED = b"1000"
OWN_BADNESS = Path("/proc/self/oom_score_adj")

Prctl = Callable[[int, int], bool]


def main() -> None:
    prctl = _prctl()
    if sys.argv[1] == "probe":
        sys.stdout.write(json.dumps(_abilities(prctl, int(sys.argv[2]))))
        return
    with socket.socket(fileno=int(sys.argv[1])) as control:
        _tell(control, _carried_out(_order(control), control, prctl))


def _prctl() -> Prctl:
    """Return the system call; where Python was built without ctypes it changes nothing and says so."""
    try:
        import ctypes  # noqa: PLC0415 - it may not be there
    except ImportError:
        return lambda _option, _value: False
    call = ctypes.CDLL(None).prctl
    return lambda option, value: bool(call(option, value, 0, 0, 0) == 0)


def _abilities(prctl: Prctl, user: int) -> dict[str, bool]:
    return {
        "users": os.geteuid() == 0 and _in_child(lambda: _become(user, user, user)),
        "no_new_privileges": prctl(PR_SET_NO_NEW_PRIVS, 1),
        "adoption": prctl(PR_SET_CHILD_SUBREAPER, 1),
    }


def _order(control: socket.socket) -> dict[str, Any]:
    with control.makefile("rb") as lines:
        order: dict[str, Any] = json.loads(lines.readline())
    return order


def _tell(control: socket.socket, ended: dict[str, Any]) -> None:
    with contextlib.suppress(OSError):  # nobody may be listening any more
        control.sendall(json.dumps(ended).encode())


def _carried_out(order: dict[str, Any], control: socket.socket, prctl: Prctl) -> dict[str, Any]:
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    woken, wakes = socket.socketpair()
    wakes.settimeout(0)
    signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    signal.set_wakeup_fd(wakes.fileno(), warn_on_full_buffer=False)
    try:
        child = _started(order, prctl)
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        return {"failed": str(getattr(error, "strerror", None) or error), "clean": _swept(order)}
    _leave_pipes()
    status = _awaited(child, control, woken)
    clean = _swept(order)
    return {"status": status, "clean": clean}


def _started(order: dict[str, Any], prctl: Prctl) -> int:
    user: dict[str, Any] = {}
    if order["user"] is not None:
        user = {"user": order["user"], "group": order["group"], "extra_groups": []}
    with _marked():
        process = subprocess.Popen(  # noqa: S603 - the words of the base's policy, and no shell
            order["command"],
            cwd=order["folder"],
            env=order["environment"],
            start_new_session=True,
            umask=order["umask"],
            preexec_fn=lambda: _give_up(order["limits"], prctl),  # noqa: PLW1509 - there is one thread
            **user,
        )
    process.returncode = 0  # it is awaited here, with all that it leaves behind
    return process.pid


@contextlib.contextmanager
def _marked() -> Any:
    """Let the kernel take what is started here first when memory runs out, and neither this nor llmgate."""
    before = OWN_BADNESS.read_bytes() if OWN_BADNESS.exists() else b""
    with contextlib.suppress(OSError):
        OWN_BADNESS.write_bytes(FIRST_TO_BE_KILLED)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            OWN_BADNESS.write_bytes(before)


def _give_up(limits: dict[str, int], prctl: Prctl) -> None:
    """Run in the child, after it has got its user: there is no way back from here."""
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    for name, value in limits.items():
        limit = getattr(resource, name)
        hard = resource.getrlimit(limit)[1]
        most = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (most, most))


def _leave_pipes() -> None:
    """Let the program alone hold its pipes: when it has ended, they have."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)


def _awaited(child: int, control: socket.socket, woken: socket.socket) -> int | None:
    """Wait until the program ends or is to end; whatever else dies meanwhile is buried. None: it is to end."""
    poll = select.poll()
    poll.register(control, select.POLLIN)
    poll.register(woken, select.POLLIN)
    while True:
        if (status := _buried().get(child)) is not None:
            return os.waitstatus_to_exitcode(status)
        for descriptor, _ in poll.poll(POLL_MS):
            if descriptor == control.fileno():
                return None
            woken.recv(4096)


def _buried() -> dict[int, int]:
    """Take note of all children that have ended."""
    found: dict[int, int] = {}
    with contextlib.suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            found[ended[0]] = ended[1]
    return found


def _swept(order: dict[str, Any]) -> bool:
    """Kill all that the program has started, whatever session it is in, until there is none of it."""
    deadline = time.monotonic() + SWEEP_S
    while True:
        if order["user"] is None:
            _kill_descendants()
        else:
            _in_child(lambda: _kill_all_of(order["user"], order["warden"]))
        _buried()
        if _childless():
            return True
        if time.monotonic() > deadline:
            return False
        time.sleep(0.002)


def _childless() -> bool:
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return True
    return False


def _kill_all_of(user: int, warden: int) -> None:
    """Kill every process of a user at once, so that none can start another in between.

    The one that kills has that user for its effective id alone: they may not kill it first, as they may one another.
    """
    os.setgroups([])
    os.setresuid(warden, user, warden)
    os.kill(-1, signal.SIGKILL)


def _kill_descendants() -> None:
    parents: dict[int, list[int]] = {}
    for entry in os.scandir("/proc"):
        if entry.name.isdecimal() and (parent := _parent(int(entry.name))) is not None:
            parents.setdefault(parent, []).append(int(entry.name))
    pending = [os.getpid()]
    while pending:
        for child in parents.get(pending.pop(), ()):
            pending.append(child)
            with contextlib.suppress(OSError):
                os.kill(child, signal.SIGKILL)


def _parent(process: int) -> int | None:
    """Return the parent's id. The name before it is the program's to choose, brackets and all."""
    try:
        stat = Path(f"/proc/{process}/stat").read_bytes()
    except OSError:
        return None
    return int(stat.rpartition(b")")[2].split()[1])


def _become(user: int, group: int, warden: int) -> None:
    os.setgroups([])
    os.setresgid(group, group, group)
    os.setresuid(warden, user, warden)


def _in_child(action: Callable[[], None]) -> bool:
    """Do what there is no way back from in a process of its own; tell whether it could be done."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            action()
            code = 0
        finally:
            os._exit(code)
    return os.waitpid(child, 0)[1] == 0


if __name__ == "__main__":
    main()
