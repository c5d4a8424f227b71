"""A worker process → the same without its user, new files, new processes, and memory or time beyond a bound."""

from __future__ import annotations

import contextlib
import os
import resource

MEMORY_BYTES = 384 * 1024 * 1024
CPU_S = 600

_NOBODY = 65_534


def confine() -> None:
    """Give up every right that running code from a pull request does not need. There is no way back.

    What is open stays open. With a limit of 0 no descriptor can be had even after one was closed, so that neither files
    (those of /proc, with other processes' environments, among them) nor sockets can be opened.
    """
    if os.geteuid() == 0:
        # Where the container has taken even this right from root, the limits below still hold.
        with contextlib.suppress(OSError):
            os.setgroups([])
            os.setgid(_NOBODY)
            os.setuid(_NOBODY)
    for limit, value in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_S),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 0),
        (resource.RLIMIT_NPROC, 0),
    ):
        resource.setrlimit(limit, (value, value))


def allow_cpu(seconds: int) -> None:
    """Let the next request compute for so long."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (min(until, CPU_S), CPU_S))
