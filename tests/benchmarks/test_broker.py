"""What the broker takes of CPU and memory, beside the same calls straight to the server."""

import asyncio
import contextlib
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import aiohttp
import pytest

from llmgate.config import Budget
from tests import brokers, modelserver

ROOT = Path(__file__).parents[2]
CALLS = 1_000
ROUNDS = 3
STREAMS = 5_000
IN_FLIGHT = 16
MAX_CPU_MS = 1.5
MAX_GROWTH_KIB = 8 * 1024
CHAT = "/openai/v1/chat/completions"
ASKED = {"model": brokers.GPT, "messages": [{"role": "user", "content": "Can I return this? " * 5}]}


async def _all(url, bodies, token=""):
    """Make calls, and return the seconds that they took."""
    connector = aiohttp.TCPConnector(limit=IN_FLIGHT)
    remaining = iter(bodies)
    async with aiohttp.ClientSession(connector=connector, headers={"authorization": f"Bearer {token}"}) as session:

        async def worker():
            for body in remaining:
                async with session.post(url, json=body) as response:
                    assert response.status == 200
                    assert await response.read()

        began = time.perf_counter()
        await asyncio.gather(*(worker() for _ in range(IN_FLIGHT)))
        return time.perf_counter() - began


@contextlib.contextmanager
def broker_in_process(url, path):
    """Run a broker in a process of its own, which tells the seconds of CPU and the KiB that it has taken."""
    command = [sys.executable, __file__, url, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True) as process:
        try:
            yield Remote(process)
        finally:
            process.stdin.close()
            process.wait(timeout=30)


class Remote:
    """A broker with one visit at a time: each question ends one, and begins the next."""

    def __init__(self, process):
        self._process = process
        self._read()

    def _read(self):
        self.origin, self.token, *taken = json.loads(self._process.stdout.readline())
        return taken

    def taken(self):
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return self._read()


@pytest.mark.slow
@pytest.mark.parametrize("stream", [False, True])
async def test_a_call_through_the_broker_takes_little_cpu(tmp_path, stream):
    """The CPU of the broker's process, with journal, purse and parsing."""
    bodies = [{**ASKED, "stream": stream, "seed": number} for number in range(CALLS)]
    with (
        modelserver.serve_in_process() as server,
        broker_in_process(server.url, tmp_path / "store.sqlite") as broker,
    ):
        await _all(broker.origin + CHAT, [{**body, "seed": -1} for body in bodies[:50]], broker.token)
        straight_s = await _all(f"{server.url}/v1/chat/completions", bodies)
        walls_s, cpus_ms = [], []
        for number in range(ROUNDS):
            before_s, _ = broker.taken()
            mine = [{**body, "user": f"round {number}"} for body in bodies]
            walls_s.append(await _all(broker.origin + CHAT, mine, broker.token))
            cpus_ms.append((broker.taken()[0] - before_s) / CALLS * 1e3)
    wall_s, cpu_ms = min(walls_s), min(cpus_ms)
    print(  # noqa: T201 - the number is what a benchmark is for
        f"\n{CALLS} calls, {IN_FLIGHT} in flight, stream {stream}: straight {straight_s:.2f} s, through the broker "
        f"{wall_s:.2f} s, ratio {wall_s / straight_s:.2f}; CPU of the broker {cpu_ms:.2f} ms a call"
    )
    assert cpu_ms < MAX_CPU_MS


@pytest.mark.slow
async def test_many_streams_take_no_more_memory_than_few(tmp_path):
    with (
        modelserver.serve_in_process() as server,
        broker_in_process(server.url, tmp_path / "store.sqlite") as broker,
    ):
        kib = []
        for part in range(5):
            numbers = range(part * STREAMS // 5, (part + 1) * STREAMS // 5)
            await _all(broker.origin + CHAT, [{**ASKED, "stream": True, "seed": n} for n in numbers], broker.token)
            kib.append(broker.taken()[1])
    print(f"\n{STREAMS} streams: {', '.join(f'{each / 1024:.0f}' for each in kib)} MiB after each fifth")  # noqa: T201
    assert kib[-1] - kib[0] < MAX_GROWTH_KIB


async def _serve(url, path):
    """Serve until standard input ends; a line on it asks for what was taken until then."""
    from llmgate.store import Store  # noqa: PLC0415 - for the process of the broker alone

    loop = asyncio.get_running_loop()
    with Store.open(Path(path)) as store:
        async with brokers.opened(url, store, max_calls=10**6, budget=Budget(calls=10**6)) as bench:
            while True:
                with bench.visit() as visit:
                    told = [bench.broker.origin, visit.token, time.process_time(), _resident_kib()]
                    print(json.dumps(told), flush=True)  # noqa: T201 - to the parent
                    if not await loop.run_in_executor(None, sys.stdin.readline):
                        return


def _resident_kib():
    with contextlib.suppress(OSError):
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    asyncio.run(_serve(*sys.argv[1:]))
