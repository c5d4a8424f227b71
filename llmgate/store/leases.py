"""A run that wants an experiment of a store for itself → that it has it, once whoever had it before is at its end.

So two runs of the same head never have the same call in flight: the second finds in the journal what the first has paid
for. A lease is a lock of the system on a file beside the store, and ends with its process however that ends.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from llmgate.errors import NotEvaluated

POLL_S = 0.05


@contextmanager
def leased(store: Path, experiment: str, *, wait_s: float) -> Iterator[None]:
    """Have an experiment for oneself. A file system without locks gives no lease, and keeps nobody from working.

    Raises:
        NotEvaluated: where another run has had it for `wait_s` seconds.
    """
    path = store.with_name(f"{store.name}.run-{hashlib.sha256(experiment.encode()).hexdigest()[:16]}")
    descriptor = _locked(path, wait_s)
    try:
        yield
    finally:
        if descriptor is not None:
            with suppress(OSError):
                path.unlink()
            os.close(descriptor)


def _locked(path: Path, wait_s: float) -> int | None:
    until = time.monotonic() + wait_s
    while True:
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError:
            return None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_there(descriptor, path):  # else who had it has deleted the file meanwhile
                return descriptor
            os.close(descriptor)
        except BlockingIOError:
            os.close(descriptor)
            _wait(path, wait_s, until)
        except OSError:
            os.close(descriptor)
            return None


def _wait(path: Path, wait_s: float, until: float) -> None:
    if time.monotonic() >= until:
        raise NotEvaluated(
            f"another run of this change has been using the store for {wait_s / 60:g} minutes, which is all there is "
            f"in policy.budget (it holds {path.name})",
            id="store-in-use",
            remedy="run it again when that one is at its end, or on a store of its own: --store",
        )
    time.sleep(POLL_S)


def _is_there(descriptor: int, path: Path) -> bool:
    """Tell whether a name is still that of an open file."""
    try:
        named = path.stat(follow_symlinks=False)
    except FileNotFoundError:
        return False
    return os.path.samestat(named, os.fstat(descriptor))
