"""A call to GitHub → its answer, tried again where that is safe, with a cap on all waiting."""

from collections.abc import Callable
from typing import TypeVar

import requests
from github.GithubException import GithubException

from llmgate.publish import failures

MOST_WAIT_S = 20.0
PAUSES_S = (1.0, 3.0)

_T = TypeVar("_T")


class Patience:
    """Waits between attempts, `MOST_WAIT_S` at most in the life of this object."""

    def __init__(self, sleep: Callable[[float], None]) -> None:
        self._sleep = sleep
        self._left = MOST_WAIT_S

    def attempt(self, call: Callable[[], _T], *, stored: Callable[[], _T | None] = lambda: None) -> _T:
        """Call until it succeeds, three times at most.

        `stored` looks after each failure whether the write was carried out nonetheless: GitHub's gateway can answer
        502 to a POST that went through.
        """
        for pause in PAUSES_S:
            try:
                return call()
            except (GithubException, requests.RequestException) as failure:
                wait = _wait(failure, pause)
                if wait is None or wait > self._left:
                    raise
                self._left -= wait
                self._sleep(wait)
            if (found := stored()) is not None:
                return found
        return call()


def _wait(failure: GithubException | requests.RequestException, pause: float) -> float | None:
    """Seconds to wait, or None where trying again is of no use or, without a word from GitHub, takes over a minute."""
    if isinstance(failure, requests.RequestException):
        return pause
    if failures.is_limit(failure):
        return failures.retry_after(failure)
    return pause if failure.status >= 500 else None
