"""An application that asks through a broker, with a plain HTTP client."""

import contextlib
import io
import json
from dataclasses import dataclass

import aiohttp

from tests import brokers, modelserver

CHAT, MESSAGES = "/openai/v1/chat/completions", "/anthropic/v1/messages"
ASKED = {"model": brokers.GPT, "messages": [{"role": "user", "content": "one two three"}]}
STREAMED = {**ASKED, "stream": True, "stream_options": {"include_usage": True}}


@dataclass(frozen=True, kw_only=True)
class Told:
    """What an application got."""

    status: int
    headers: dict
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def text(self):
        return self.json["choices"][0]["message"]["content"]

    @property
    def error(self):
        return self.json["error"]["message"]


async def post(visit, path=CHAT, body=ASKED, *, headers=None, data=None, method="POST", token=None):
    """Ask as an application does, with a plain HTTP client."""
    origin = visit.environment()["LLMGATE_BROKER"]
    shown = {"authorization": f"Bearer {visit.token if token is None else token}", **(headers or {})}
    sent = json.dumps(body).encode() if data is None else data
    async with (
        aiohttp.ClientSession() as session,
        session.request(
            method, origin + path, data=None if method == "GET" else io.BytesIO(sent), headers=shown
        ) as response,
    ):
        return Told(status=response.status, headers=dict(response.headers), body=await response.read())


@contextlib.asynccontextmanager
async def entered(store, *, trial=brokers.TRIAL, entries=brokers.ENTRIES, plan=(), answer=modelserver.echo, **options):
    """A server, a broker before it, and a trial that is let in."""
    with modelserver.serve(answer, plan=plan) as server:
        async with brokers.opened(server.url, store, **options) as bench:
            with bench.visit(trial, entries) as visit:
                yield server, bench, visit


async def streamed(visit, body=STREAMED):
    origin = visit.environment()["LLMGATE_BROKER"]
    async with (
        aiohttp.ClientSession() as session,
        session.post(origin + CHAT, json=body, headers={"authorization": f"Bearer {visit.token}"}) as response,
    ):
        async for piece in response.content.iter_any():
            yield piece
