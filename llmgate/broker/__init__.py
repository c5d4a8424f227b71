"""The broker: requests of applications under test, made with a trial's token → answers of the policy's providers.

A loopback server. An application asks it in its own dialect as it would ask a provider, and shows a token that is good
for one trial only. Its bytes go on unchanged to the host of the model's provider, with that provider's key; the answer
comes back unchanged. What is asked, answered, refused and lost stands in the trial's `Visit`.

`dialects/` has the ways in, `admission.py` who may come in, `content.py` what may be asked, `passing.py` the way of one
request, `flow.py` the way of its answer, `receiving.py` what OpenTelemetry sends.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from aiohttp import ClientPayloadError, web

from llmgate.broker import dialects, passing, receiving
from llmgate.broker.admission import Visits
from llmgate.broker.bodies import body
from llmgate.broker.dialects import openai
from llmgate.broker.flow import Flow
from llmgate.broker.refused import Refused
from llmgate.broker.relay import Ended, Relay, Turn
from llmgate.broker.visit import MAX_CALLS, Asked, Received, Visit
from llmgate.config import ModelEntry
from llmgate.errors import UsageError
from llmgate.providers import Wire
from llmgate.trial import Trial

__all__ = ["Asked", "Broker", "Ended", "Flow", "Received", "Relay", "Turn", "Visit"]

SETTLE_S = 10.0
"""Seconds that calls in flight have when the broker closes; then they are given up, and paid for as if made."""


class Broker:
    """One server for all trials. It is started in the loop in which the providers are asked, and closed before them."""

    def __init__(
        self,
        relay: Relay,
        *,
        token: Callable[[], str],
        host: str = "127.0.0.1",
        port: int = 0,
        max_calls: int = MAX_CALLS,
    ) -> None:
        self.origin = ""
        self._relay = relay
        self._token = token
        self._address = (host, port)
        self._max_calls = max_calls
        self._visits = Visits()
        self._answered: set[tuple[str, str]] = set()
        self._calls: set[asyncio.Task[Ended | None]] = set()
        self._runner: web.ServerRunner | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def start(self) -> None:
        """Listen.

        Raises:
            UsageError: the address is taken.
        """
        host, port = self._address
        server = web.Server(self._answer, access_log=None, auto_decompress=False)
        self._runner = web.ServerRunner(server, shutdown_timeout=0.1)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port).start()
        except OSError as error:
            await self.aclose()
            raise UsageError(f"the broker cannot listen on {host}:{port}: {error.strerror}", id="port-taken") from error
        self.origin = f"http://{host}:{self._runner.addresses[0][1]}"

    async def aclose(self) -> None:
        """Let the calls in flight end, and stop listening."""
        if self._calls:
            _, late = await asyncio.wait(self._calls, timeout=SETTLE_S)
            for call in late:
                call.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        if self._runner is not None:
            await self._runner.cleanup()

    @contextmanager
    def visit(
        self, trial: Trial, entries: tuple[ModelEntry, ...], *, token: str | None = None, max_calls: int | None = None
    ) -> Iterator[Visit]:
        """Let a trial in for as long as the block lasts, to ask the models of these entries.

        `token` is one that the application has already, as a worker that goes from trial to trial.

        Raises:
            NotEvaluated: at the end, where a call could not be journaled.
        """
        visit = Visit(
            token=token or self._token(),
            trial=trial,
            entries=entries,
            origin=self.origin,
            max_calls=max_calls or self._max_calls,
            answered=self._answered,
        )
        self._visits.add(visit)
        try:
            yield visit
        finally:
            self._visits.remove(visit)
        visit.see_that_all_went_well()

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        visit: Visit | None = None
        try:
            self._see_that_it_is_meant_for_us(request)
            visit = self._visits.of(request)
            return await self._admitted(request, visit)
        except Refused as refused:
            if visit is not None:
                visit.refuse(refused.message)
            return passing.refusal(request.path, refused)
        except (ConnectionError, web.PayloadAccessError, ClientPayloadError):
            return web.Response()  # it went away while it asked: nobody reads this

    def _see_that_it_is_meant_for_us(self, request: web.BaseRequest) -> None:
        """Refuse what a page in a browser sends to a name that it has pointed here (DNS rebinding)."""
        if f"http://{request.headers.get('Host', '')}" != self.origin:
            raise Refused(421, f"this is {self.origin}, and no other host")

    async def _admitted(self, request: web.BaseRequest, visit: Visit) -> web.StreamResponse:
        match request.method, request.path:
            case "GET", path if openai.MODELS.fullmatch(path):
                return self._models(visit)
            case "POST", path if path == receiving.TRACES or path in receiving.DROPPED:
                return await receiving.received(request, visit)
            case "POST", path if (dialect := dialects.of(path)) is not None:
                async with visit.room:
                    asked = passing.read(request, dialect, await body(request), visit, self._relay)
                    flow, call = passing.begun(asked, visit, self._relay, request.headers.get("traceparent"))
                    self._calls.add(call)
                    call.add_done_callback(self._calls.discard)
                    return await passing.written(request, flow, streams=asked.raw.streams)
            case method, path:
                served = "chat/completions, responses, embeddings, messages, generateContent and embedContent"
                raise Refused(404, f"nothing answers {method} {path}; what is passed on is {served}")

    def _models(self, visit: Visit) -> web.Response:
        names = {
            entry.model: entry.provider
            for entry in visit.entries
            if self._relay.takes(entry.provider, Wire.CHAT, entry.model)
        }
        return web.json_response(openai.models(names))
