"""A request of an application → its provider's answer, for one of the models that its target declares."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web
from pydantic import JsonValue

from llmgate.broker import content, dialects
from llmgate.broker.dialects.dialect import Asking, Dialect
from llmgate.broker.flow import Flow
from llmgate.broker.refused import Refused
from llmgate.broker.relay import Ended, Relay, Turn
from llmgate.broker.visit import Asked, Visit
from llmgate.config import ModelEntry
from llmgate.errors import BudgetExhausted, CallError
from llmgate.providers import Raw, Wire
from llmgate.targets import prompt

_TRACEPARENT = re.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
_PLAIN = re.compile("[ -~]{1,1000}")

OWN_FAULTS = frozenset({400, 405, 406, 411, 413, 414, 415, 422, 431})
"""What a provider answers to a request that it cannot take: the application's doing, and no failure of the provider."""
ABSENT = frozenset({404, 410})
"""As much, where the model has answered in this run: then what is absent is a file or the like that the request names.
Otherwise an application could have a trial be missing at will."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passing:
    """One request on its way: for which entry, as it was written, and what it says."""

    entry: ModelEntry
    raw: Raw
    content: Mapping[str, JsonValue]

    @property
    def asked_of(self) -> tuple[str, str]:
        """The provider and its model."""
        return self.entry.provider, self.entry.model

    @property
    def digest(self) -> str:
        """`sha256:` over what can change an answer: equal requests have equal digests, however they are spaced."""
        raw = self.raw
        beside = [raw.wire, raw.model, raw.streams, dict(raw.headers), dict(raw.query), self.entry.provider]
        return "sha256:" + hashlib.sha256(prompt.as_sent([*beside, dict(self.content)]).encode()).hexdigest()


def read(request: web.BaseRequest, dialect: Dialect, body: bytes, visit: Visit, relay: Relay) -> Passing:
    """Read a request.

    Raises:
        Refused: it is not one that the target may make.
    """
    said = content.read(body)
    asking = dialect.asking(request.path, said)
    entry = _entry(visit, asking, relay)
    raw = Raw(
        wire=asking.wire,
        model=entry.model,
        streams=asking.streams,
        body=body,
        headers=_plain(request.headers, dialect.headers),
        query=_plain(request.query, dialect.query),
    )
    return Passing(entry=entry, raw=raw, content=said)


def _entry(visit: Visit, asking: Asking, relay: Relay) -> ModelEntry:
    model, named = asking.model, [entry for entry in visit.entries if _name(entry, asking.wire) == asking.model]
    if not named:
        declared = ", ".join(sorted({entry.model for entry in visit.entries})) or "none"
        raise Refused(
            403, f"the target does not declare the model {model!r}; add it to the target's `models` (now: {declared})"
        )
    for entry in named:
        if relay.takes(entry.provider, asking.wire, entry.model):
            return entry
    raise Refused(403, f"the provider {named[0].provider!r} of the model {model!r} does not speak {asking.wire}")


def _name(entry: ModelEntry, wire: Wire) -> str:
    """Return a model's name as a request has it; Gemini's stands behind `models/` in some places."""
    return entry.model.removeprefix("models/") if wire.is_gemini else entry.model


def _plain(given: Mapping[str, str], names: frozenset[str]) -> dict[str, str]:
    return {name: value for name in sorted(names) if _PLAIN.fullmatch(value := given.get(name, ""))}


def begun(
    passing: Passing, visit: Visit, relay: Relay, traceparent: str | None
) -> tuple[Flow, asyncio.Task[Ended | None]]:
    """Begin the call, which goes on to its end whatever becomes of who waits for it.

    Raises:
        Refused: the trial has made too many.
    """
    known = traceparent if _TRACEPARENT.fullmatch(traceparent or "") else None
    raw = passing.raw
    asked = Asked(dialect=raw.wire, model=raw.model, body=raw.body, traceparent=known)
    turn = visit.begin(asked, passing.digest)
    flow = Flow()
    call = asyncio.create_task(_called(passing, visit, relay, turn, flow))
    visit.follow(call)
    return flow, call


async def _called(passing: Passing, visit: Visit, relay: Relay, turn: Turn, flow: Flow) -> Ended | None:
    """Have a request answered, and note what the application is about to see of a failure."""
    call = None
    try:
        call = await relay.ask(passing.entry, passing.raw, passing.content, turn, flow)
        visit.answered.add(passing.asked_of)
    except BudgetExhausted as error:
        visit.exhausted = visit.exhausted or error.message
        flow.refuse(Refused(402, f"{error.message}: llmgate asks no more models in this run"))
    except CallError as error:
        status = error.status
        is_own = status in OWN_FAULTS or (status in ABSENT and passing.asked_of in visit.answered)
        if not is_own:
            visit.lost = visit.lost or error.message
        flow.refuse(Refused(status if status is not None and 400 <= status < 600 else 502, error.message))
    except BaseException:
        flow.break_off()
        raise
    flow.end()
    return call


async def written(request: web.BaseRequest, flow: Flow, *, streams: bool) -> web.StreamResponse:
    """Write an answer as it comes. An application that goes away takes nothing with it."""
    await (flow.begun() if streams else flow.over())
    if not flow.has_begun or (flow.is_broken and not streams):
        return _failed(request.path, flow)
    if not streams:
        return web.Response(body=flow.taken(), headers={"Content-Type": flow.content_type})
    response = web.StreamResponse(headers={"Content-Type": flow.content_type, "Cache-Control": "no-store"})
    try:
        await response.prepare(request)
        async for piece in flow.pieces():
            await response.write(piece)
        if flow.is_broken and request.transport is not None:
            request.transport.abort()  # an end would say that this was all
            return response
        await response.write_eof()
    except ConnectionError:
        pass
    return response


def _failed(path: str, flow: Flow) -> web.Response:
    """Say what the provider said, or why nobody could be asked. It was tried often enough: nobody need try again."""
    refused, declined = flow.refused, flow.declined
    headers = {"X-Should-Retry": "false"}
    if refused is None:
        return refusal(path, Refused(503, "llmgate ends"), headers)
    if declined is not None and declined.status == refused.status:
        told = {**headers, "Content-Type": declined.content_type}
        return web.Response(status=declined.status, body=declined.body, headers=told)
    return refusal(path, refused, headers)


def refusal(path: str, refused: Refused, headers: Mapping[str, str] | None = None) -> web.Response:
    """Tell an application why it is turned away, in its dialect."""
    told = dialects.refusal(path, refused.status, f"llmgate: {refused.message}")
    return web.json_response(told, status=refused.status, headers=headers)
