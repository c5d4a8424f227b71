"""What this platform can give → the identities and limits that programs run with, and in words what it cannot give."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from llmgate.errors import NotEvaluated
from llmgate.processes import leftovers, supervisor
from llmgate.processes.users import Lease, Users

MIB = 1024 * 1024
PROBED_USER = 61_000
PROBE_S = 30.0
PR_SET_DUMPABLE = 4
COMMAND = (sys.executable, "-I", "-B", supervisor.__file__)

NO_USERS = (
    "a user id of its own: it can read and change what this user can, among it the other revision's files, this "
    "process's parents and their environments, and what it leaves in /tmp stays there"
)
NO_GROUPS = "no groups: what this user's groups may reach, as the socket of docker, it may reach too"
NO_PROCESS_LIMIT = "a bound on the number of its processes"
NO_CERTAIN_END = "the certain end of all that it starts: it can kill the process that would end it"
NO_PRIVILEGE_LOCK = "a lock on privileges (no_new_privs): programs like sudo may give it more rights"
NO_ADOPTION = "the end of what leaves its session (PR_SET_CHILD_SUBREAPER)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one process may have; all of its processes together are bounded by `processes` times that."""

    cpu_s: int
    memory_bytes: int = 4096 * MIB
    file_bytes: int = 1024 * MIB
    open_files: int = 4096
    processes: int = 512

    def resources(self, *, own_user: bool) -> dict[str, int]:
        """Name them as the system does. Addresses are not bounded: node and the like reserve far more than they use."""
        found = {
            "RLIMIT_CPU": self.cpu_s,
            "RLIMIT_DATA": self.memory_bytes,
            "RLIMIT_FSIZE": self.file_bytes,
            "RLIMIT_NOFILE": self.open_files,
            "RLIMIT_CORE": 0,
        }
        return {**found, "RLIMIT_NPROC": self.processes, "RLIMIT_MSGQUEUE": 0} if own_user else found


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who a program is: its user, its group, and the user id that stands by to end it."""

    user: int
    group: int
    warden: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Containment:
    """How programs are run here. `lacking` says what this platform cannot give; without `users` they run as we do."""

    users: Users | None
    lacking: tuple[str, ...]
    command: tuple[str, ...] = COMMAND
    warden: Lease | None = field(default=None, repr=False)

    def lend_group(self) -> Lease | None:
        """Lend the id of a group that an arm's files and programs have in common."""
        return None if self.users is None else self.users.lend()

    @contextlib.contextmanager
    def lent(self, group: Lease | None) -> Iterator[Identity | None]:
        """Lend an identity for one program at a time; what it left where everybody can look is removed afterwards."""
        if self.users is None or self.warden is None or group is None:
            yield None
            return
        lease = self.users.lend()
        try:
            yield Identity(user=lease.number, group=group.number, warden=self.warden.number)
        finally:
            try:
                leftovers.remove(lease.number)
            finally:
                lease.give_back()

    @contextlib.asynccontextmanager
    async def identity(self, group: Lease | None) -> AsyncIterator[Identity | None]:
        """Lend one without holding the loop up at its end, which may have much to remove."""
        lent = contextlib.ExitStack()
        try:
            yield lent.enter_context(self.lent(group))
        finally:
            await asyncio.to_thread(lent.close)

    def close(self) -> None:
        if self.warden is not None:
            self.warden.give_back()


def detect(command: tuple[str, ...] = COMMAND) -> Containment:
    """Try out what can be had.

    Raises:
        NotEvaluated: where the supervisor cannot be run at all.
    """
    able = _probed(command)
    users = Users(_shuffled) if able["users"] else None
    lacking = () if able["users"] else (NO_USERS, NO_GROUPS, NO_PROCESS_LIMIT, NO_CERTAIN_END)
    if not able["no_new_privileges"]:
        lacking = (*lacking, NO_PRIVILEGE_LOCK)
    if not able["adoption"]:
        lacking = (*lacking, NO_ADOPTION)
    warden = users.lend() if users else None
    return Containment(users=users, lacking=lacking, command=command, warden=warden)


def check_reachable(folder: Path) -> None:
    """See that other users can get to a folder.

    Raises:
        NotEvaluated: where they cannot.
    """
    closed = [parent for parent in folder.resolve().parents if not parent.stat().st_mode & 0o001]
    if closed:
        raise NotEvaluated(
            f"other users cannot pass through {closed[-1]}, and programs of the repository run as other users",
            id="no-containment",
            remedy="let TMPDIR name a folder that all users may pass through, as /tmp",
        )


def _probed(command: tuple[str, ...]) -> Mapping[str, bool]:
    words = [*command, "probe", str(PROBED_USER)]
    try:
        done = subprocess.run(words, env={}, capture_output=True, check=True, timeout=PROBE_S)  # noqa: S603 - ours
        able: dict[str, bool] = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise NotEvaluated(
            f"the process that supervises applications cannot be run: {type(error).__name__}",
            id="worker-failed",
            remedy=f"see that {command[0]} can be run by the user {os.geteuid()}",
        ) from error
    return able


def _shuffled(numbers: range) -> list[int]:
    return random.SystemRandom().sample(numbers, len(numbers))


def shield() -> None:
    """Keep this process's memory and environment from programs that run as the same user. It has no way back."""
    with contextlib.suppress(ImportError, OSError):
        import ctypes  # noqa: PLC0415 - Python may have been built without it

        ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
