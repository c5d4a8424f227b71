"""The client against a raw aiohttp loop, on the same server in the same run (DESIGN §11: budgets are ratios)."""

import asyncio
import json
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import aiohttp
import pytest

from llmgate import providers
from llmgate.config import ProviderEntry
from llmgate.message import text_message
from llmgate.providers.pace import Limits, Pace
from llmgate.trial import Request
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
@pytest.mark.parametrize(("latency_s", "allowed"), [(0.05, 1.3), (0.0, 3.5)])
async def test_a_thousand_calls_stay_near_a_raw_loop(latency_s, allowed):
    with modelserver.serve_in_process(latency_s=latency_s) as server:
        await _ours(server.url)  # imports and caches
        raw, ours = [], []
        for _ in range(ROUNDS):
            raw.append(await _raw(server.url))
            ours.append(await _ours(server.url))
    raw_s = min(spent.wall_s for spent in raw)
    ours_s = min(spent.wall_s for spent in ours)
    raw_cpu_ms = min(spent.cpu_s for spent in raw) / CALLS * 1e3
    ours_cpu_ms = min(spent.cpu_s for spent in ours) / CALLS * 1e3
    print(  # noqa: T201 - the number is what a benchmark is for
        f"\n{CALLS} calls, {IN_FLIGHT} in flight, {latency_s * 1e3:.0f} ms: raw {raw_s:.2f} s, ours {ours_s:.2f} s, "
        f"ratio {ours_s / raw_s:.2f}; CPU per call raw {raw_cpu_ms:.2f} ms, ours {ours_cpu_ms:.2f} ms"
    )
    assert ours_s / raw_s <= allowed
    assert ours_cpu_ms - raw_cpu_ms <= 0.5
