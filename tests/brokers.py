"""A broker in front of a loopback server: everything between an application and its providers, as the gate puts it."""

import contextlib
import itertools
from dataclasses import dataclass

from llmgate import broker, providers
from llmgate.config import Budget, ModelEntry, ProviderEntry
from llmgate.providers.pace import Limits
from llmgate.purse import Clock, Purse
from llmgate.run.relaying import Relaying
from llmgate.trial import Arm, Trial
from tests.unit.providers import fakes

KEY = fakes.KEY
TRIAL = Trial(fixture="case", arm=Arm.HEAD, index=0)
APIS = {"openai": "openai-chat", "anthropic": "anthropic-messages", "gemini": "gemini"}
GPT, CLAUDE, GEMINI = "gpt-4.1-2025-04-14", "claude-loopback-1", "gemini-2.5-flash"
EMBEDDER, GEMINI_EMBEDDER = "text-embedding-3-small", "gemini-embedding-001"
ENTRIES = (
    ModelEntry(provider="openai", model=GPT),
    ModelEntry(provider="openai", model=EMBEDDER),
    ModelEntry(provider="anthropic", model=CLAUDE),
    ModelEntry(provider="gemini", model=GEMINI),
    ModelEntry(provider="gemini", model=GEMINI_EMBEDDER),
)


@dataclass(frozen=True, kw_only=True)
class Bench:
    """A running broker, and what is behind it."""

    broker: broker.Broker
    purse: Purse
    time: fakes.FakeTime

    @property
    def spent(self):
        return self.purse.spent

    def visit(self, trial=TRIAL, entries=ENTRIES):
        return self.broker.visit(trial, entries)


@contextlib.asynccontextmanager
async def opened(url, store, *, apis=None, budget=None, experiment="e", max_calls=200, relay=None, **limits):
    """Open a broker whose providers all answer at `url`; `relay` puts something between it and them."""
    declared = {name: ProviderEntry(host=url, key="MAIN_KEY", api=api) for name, api in (apis or APIS).items()}
    time = fakes.FakeTime()
    endpoints = providers.endpoints(declared, {"MAIN_KEY": KEY}, declared)
    clock = Clock(now=time.clock, monotonic=time.clock)
    purse = Purse(budget or Budget(), clock)
    tokens = (f"token-{number:040}" for number in itertools.count())
    async with providers.Client(endpoints, pace=time.pace, limits=Limits(**{"timeout_s": 10.0, **limits})) as client:
        way = Relaying(client=client, store=store, experiment=experiment, purse=purse, clock=clock)
        door = broker.Broker(relay(way) if relay else way, token=lambda: next(tokens), max_calls=max_calls)
        async with door:
            yield Bench(broker=door, purse=purse, time=time)
