"""Time and chance under a test's control, and clients for loopback servers."""

import contextlib
from dataclasses import dataclass, field

from llmgate import providers
from llmgate.config import ProviderEntry
from llmgate.message import text_message
from llmgate.providers.pace import Limits, Pace
from llmgate.trial import Request

KEY = "sk-canary-0123456789abcdefghij"


@dataclass
class FakeTime:
    """A clock that only sleeping moves, and dice that always fall on `chance`."""

    chance: float = 0.0
    now: float = 1_000.0
    slept: list[float] = field(default_factory=list)

    def random(self):
        return self.chance

    def clock(self):
        return self.now

    async def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds

    @property
    def pace(self):
        return Pace(jitter=self, sleep=self.sleep, clock=self.clock)


def request(provider="main", text="hello", **changes):
    return Request(**{"provider": provider, "model": "m-1", "messages": (text_message("user", text),), **changes})


@contextlib.asynccontextmanager
async def client(url, *, api="openai-chat", time=None, key=KEY, tls=None, **limits):
    """A client with one provider, `main`, that answers at `url`."""
    entry = ProviderEntry(host=url, key="MAIN_KEY", api=api)
    endpoints = providers.endpoints({"main": entry}, {"MAIN_KEY": key}, ["main"])
    limits = Limits(**{"timeout_s": 5.0, **limits})
    async with providers.Client(endpoints, pace=(time or FakeTime()).pace, limits=limits, tls=tls) as made:
        yield made
