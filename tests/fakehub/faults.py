"""What goes wrong, and with which request."""

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One request gone wrong. With `stored` it is carried out first, as behind a gateway that answers 502.

    `before` and `after` run in the server's thread around the action: barriers go there. `status` 0 is no status: the
    request is answered as usual. `garbage` is sent in place of the answer. `drop` closes the connection without one.
    """

    status: int = 0
    message: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    stored: bool = False
    drop: bool = False
    garbage: bytes = b""
    delay_s: float = 0.0
    before: Callable[[], object] = lambda: None
    after: Callable[[], object] = lambda: None


class Faults:
    """The plan: the first fault that fits a request is used up by it."""

    def __init__(self):
        self._plan = []
        self._lock = threading.Lock()

    def add(self, method, path, fault, *, times=1):
        """Plan `fault` for the next `times` requests of `method` whose path matches the regular expression `path`."""
        with self._lock:
            self._plan += [(method, re.compile(path), fault)] * times

    def take(self, method, path):
        with self._lock:
            for index, (verb, pattern, fault) in enumerate(self._plan):
                if verb == method and pattern.search(path):
                    del self._plan[index]
                    return fault
        return Fault()

    @property
    def left(self):
        return len(self._plan)


def slow(seconds):
    return Fault(before=lambda: time.sleep(seconds))
