"""A call that may hang → its result in time, or TimeoutError."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


def within(timeout_s: float, call: Callable[[], Result]) -> Result:
    """Run `call` in a thread of its own, because a server that drips bytes outlives every limit per read.

    A call that does not end is left behind in its thread, which does not keep the program from ending.

    Raises:
        TimeoutError: there was no end in `timeout_s` seconds.
    """
    results: list[Result] = []
    failures: list[BaseException] = []

    def run() -> None:
        try:
            results.append(call())
        except BaseException as error:  # noqa: BLE001 - carried over to the caller's thread
            failures.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(timeout_s)
    if failures:
        raise failures[0]
    if not results:
        raise TimeoutError(f"no end after {timeout_s:g} s")
    return results[0]
