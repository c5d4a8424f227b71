"""The client against a raw aiohttp loop, on the same server in the same run (DESIGN §11: budgets are ratios)."""

import asyncio
import json
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from llmgate import grade, providers, run
from llmgate.config import Budget, ProviderEntry
from llmgate.fixture import Fixture
from llmgate.message import text_message
from llmgate.providers.pace import Limits, Pace
from llmgate.store import Store
from llmgate.trial import Arm, Outcome, Request, Trial
from tests import modelserver

CALLS = 1_000
IN_FLIGHT = 50
ROUNDS = 3

REQUEST = Request(
    provider="local",
    model="gpt-4.1-2025-04-14",
    messages=(text_message("system", "You answer briefly. " * 20), text_message("user", "Can I return this? " * 20)),
    params={"temperature": 0.3, "max_tokens": 300},
)


@dataclass(frozen=True, kw_only=True)
class Spent:
    wall_s: float
    cpu_s: float


async def _all(call: Callable[[], Awaitable[object]]) -> Spent:
    remaining = iter(range(CALLS))

    async def worker() -> None:
        for _ in remaining:
            await call()

    wall, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(worker() for _ in range(IN_FLIGHT)))
    return Spent(wall_s=time.perf_counter() - wall, cpu_s=time.process_time() - cpu)


async def _raw(url: str) -> Spent:
    body = json.dumps(providers.APIS["openai-chat"].body(REQUEST, 7)).encode()
    connector = aiohttp.TCPConnector(limit=IN_FLIGHT)
    headers = {"Content-Type": "application/json"}
    async with aiohttp.ClientSession(connector=connector, headers=headers) as session:

        async def call() -> str:
            async with session.post(f"{url}/v1/chat/completions", data=body) as response:
                return json.loads(await response.read())["choices"][0]["message"]["content"]

        return await _all(call)


async def _ours(url: str) -> Spent:
    endpoints = providers.endpoints({"local": ProviderEntry(host=url)}, {}, ["local"])
    pace = Pace(jitter=random.Random(0), sleep=asyncio.sleep, clock=time.monotonic)
    async with providers.Client(endpoints, pace=pace, limits=Limits(concurrency=IN_FLIGHT)) as client:
        return await _all(lambda: client.complete(REQUEST, seed=7))


@pytest.mark.slow
@pytest.mark.parametrize("latency_s", [0.05, 0.0])
async def test_a_thousand_calls_beside_a_raw_loop(latency_s):
    with modelserver.serve_in_process(latency_s=latency_s) as server:
        await _ours(server.url)  # imports and caches
        raw, ours = [], []
        for _ in range(ROUNDS):
            raw.append(await _raw(server.url))
            ours.append(await _ours(server.url))
        assert server.count() == (2 * ROUNDS + 1) * CALLS
    print_ratio(f"{CALLS} calls, {IN_FLIGHT} in flight, {latency_s * 1e3:.0f} ms", raw, ours)


@pytest.mark.slow
@pytest.mark.parametrize("latency_s", [0.05, 0.0])
def test_a_thousand_trials_beside_a_raw_loop(latency_s, tmp_path):
    """A trial is more than its call: the request is built, the answer journaled, graded and counted."""
    with modelserver.serve_in_process(latency_s=latency_s) as server:
        trials(server.url, tmp_path / "warm.sqlite")
        raw, ours = [], []
        for number in range(ROUNDS):
            raw.append(asyncio.run(_raw(server.url)))
            spent, outcomes = trials(server.url, tmp_path / f"{number}.sqlite")
            ours.append(spent)
            assert outcomes == [Outcome.PASSED] * CALLS
        assert server.count() == (2 * ROUNDS + 1) * CALLS
    print_ratio(f"{CALLS} trials, {IN_FLIGHT} in flight, {latency_s * 1e3:.0f} ms", raw, ours)


def trials(url: str, path: Path) -> tuple[Spent, list[Outcome]]:
    case = Fixture.model_validate(
        {"id": "case", "target": "support", "assert": [{"type": "contains", "value": "return"}]}
    )
    endpoints = providers.endpoints({"local": ProviderEntry(host=url)}, {}, ["local"])
    pace = Pace(jitter=random.Random(0), sleep=asyncio.sleep, clock=time.monotonic)
    outcomes: list[Outcome] = []
    work = (
        run.Work(
            trial=Trial(fixture="case", arm=Arm.HEAD, index=at), fixture=case, request=REQUEST, max_steps=8, seed=at
        )
        for at in range(CALLS)
    )
    client = providers.Client(endpoints, pace=pace, limits=Limits(concurrency=IN_FLIGHT))
    clock = run.Clock(now=time.time, monotonic=time.monotonic)
    wall, cpu = time.perf_counter(), time.process_time()
    with (
        Store.open(path) as store,
        run.Engine(
            client=client, store=store, experiment="e", budget=Budget(), concurrency=IN_FLIGHT, clock=clock
        ) as engine,
    ):
        engine.run(work, lambda trace: outcomes.append(grade.grade(trace, case).outcome), stop=lambda: False)
    return Spent(wall_s=time.perf_counter() - wall, cpu_s=time.process_time() - cpu), outcomes


def print_ratio(what: str, raw: list[Spent], ours: list[Spent]) -> None:
    """Print the best of the rounds: what is left when nothing else ran on the machine."""
    raw_s, ours_s = (min(spent.wall_s for spent in rounds) for rounds in (raw, ours))
    raw_ms, ours_ms = (min(spent.cpu_s for spent in rounds) / CALLS * 1e3 for rounds in (raw, ours))
    print(  # noqa: T201 - the number is what a benchmark is for
        f"\n{what}: raw {raw_s:.2f} s, ours {ours_s:.2f} s, ratio {ours_s / raw_s:.2f}; "
        f"CPU of each: raw {raw_ms:.2f} ms, ours {ours_ms:.2f} ms"
    )
