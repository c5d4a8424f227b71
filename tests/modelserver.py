"""A loopback model server that speaks every API that llmgate speaks, answers as it is told, and misbehaves on request.

In a thread, with everything it saw at hand:

    with modelserver.serve(answer=lambda asked: f"echo: {asked.prompt}", plan=[status(503), OK, reset()]) as server:
        ...  # server.url, server.seen, server.connections

In a process of its own, so that its CPU does not share the client's GIL; the answer is then a `module:function`:

    with modelserver.serve_in_process(answer="tests.modelserver:echo", latency_s=0.05) as server:
        ...  # server.url, server.count()
"""

import asyncio
import contextlib
import gzip
import importlib
import itertools
import json
import math
import queue
import re
import socket
import ssl
import struct
import subprocess
import sys
import threading
import urllib.request
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web

from tests import apis

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request as it arrived; header names are in lower case."""

    path: str
    headers: Mapping[str, str]
    body: Any
    method: str = "POST"
    query: Mapping[str, str] = field(default_factory=dict)

    @property
    def embeds(self) -> bool:
        return self.path.endswith("/embeddings")

    @property
    def dialect(self) -> str:
        return apis.of(self.path)

    @property
    def streams(self) -> bool:
        return isinstance(self.body, dict) and self.body.get("stream") is True

    @property
    def is_anthropic(self) -> bool:
        return self.dialect == "anthropic-messages"

    @property
    def model(self) -> str:
        return apis.model(self.path, self.body)

    @property
    def seed(self) -> int | None:
        places = (self.body, self.body.get("generationConfig", {}), self.body.get("options", {}))
        return next((place[name] for place in places for name in ("seed", "random_seed") if name in place), None)

    @property
    def system(self) -> str:
        return "".join(text for role, text in apis.turns(self.dialect, self.body) if role in _SYSTEM)

    @property
    def prompt(self) -> str:
        """The text of the last turn, whoever's it is."""
        return apis.turns(self.dialect, self.body)[-1][1]

    @property
    def key(self) -> str | None:
        own = (self.headers.get(name) for name in ("x-api-key", "api-key", "x-goog-api-key"))
        return next(filter(None, own), None) or self.headers.get("authorization", "").removeprefix("Bearer ") or None


_SYSTEM = ("system", "developer")


@dataclass(frozen=True, kw_only=True)
class Said:
    """What the model says: text, tool calls as (name, arguments), and how it stops, in OpenAI's words."""

    text: str = ""
    calls: tuple[tuple[str, Any], ...] = ()
    finish_reason: str | None = None
    model: str | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    fingerprint: str = "fp_loopback"
    logprobs: tuple[float, ...] | None = None

    @property
    def reason(self) -> str:
        return self.finish_reason or ("tool_calls" if self.calls else "stop")


Answering = Callable[[Asked], Said | str]
Embedding = Callable[[str, int], list[Any]]


def hashed(text: str, dimensions: int) -> list[float]:
    """A vector of length 1 that counts a text's words, each in a place that its hash chooses."""
    counts = [0.0] * dimensions
    for word in re.findall(r"\w+", text.lower()) or [text]:
        counts[zlib.crc32(word.encode()) % dimensions] += 1
    return [count / math.hypot(*counts) for count in counts]


def echo(asked: Asked) -> str:
    return asked.prompt


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One misbehaviour; `kind` names the function below that makes it."""

    kind: str = "ok"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    seconds: float = 0.0


OK = Fault()


def status(code: int, *, retry_after: str | None = None, body: str | None = None, date: str | None = None) -> Fault:
    headers = {"Retry-After": retry_after, "Date": date}
    said = body if body is not None else json.dumps({"error": {"message": f"scripted {code}", "type": "scripted"}})
    present = {name: value for name, value in headers.items() if value is not None}
    return Fault(kind="status", status=code, headers=present, body=said)


def redirect(to: str, code: int = 307) -> Fault:
    return Fault(kind="status", status=code, headers={"Location": to})


def json_body(value: Any, **headers: str) -> Fault:
    """A well-formed 200 of any shape."""
    return Fault(kind="status", headers=headers, body=json.dumps(value))


def reset() -> Fault:
    """Close with RST before a byte of the answer."""
    return Fault(kind="reset")


def truncated() -> Fault:
    """Promise the whole answer and close in the middle."""
    return Fault(kind="truncated")


def cut_close_delimited() -> Fault:
    """Close in the middle of an answer whose end is the end of the connection: for HTTP it is complete."""
    return Fault(kind="cut_close_delimited")


def garbage(body: str = "<html>Bad Gateway</html>") -> Fault:
    return Fault(kind="status", body=body)


def raw(body: str) -> Fault:
    """These very bytes (as Latin-1), then close."""
    return Fault(kind="raw", body=body)


def drip(seconds: float) -> Fault:
    """One byte of white space per `seconds`, for ever."""
    return Fault(kind="drip", seconds=seconds)


def hang() -> Fault:
    return Fault(kind="hang")


def endless(code: int = 200) -> Fault:
    return Fault(kind="endless", status=code)


def gzip_bomb() -> Fault:
    """200 MB in 200 KB."""
    return Fault(kind="gzip_bomb")


def paced(seconds: float) -> Fault:
    """A stream with so many seconds before each of its events but the first."""
    return Fault(kind="streamed", seconds=seconds)


def cut_stream() -> Fault:
    """A stream of which the connection breaks after some events."""
    return Fault(kind="cut_stream")


def unfinished_stream() -> Fault:
    """A stream that ends in good order, before the model does."""
    return Fault(kind="unfinished_stream")


def served_model(name: str) -> Fault:
    return Fault(kind="served_model", body=name)


def empty_choices() -> Fault:
    return Fault(kind="empty_choices")


def echo_key(code: int = 401, *, headers: Mapping[str, str] | None = None) -> Fault:
    """An error whose message holds the key that was sent."""
    return Fault(kind="echo_key", status=code, headers=headers or {})


Plan = Iterable[Fault] | Callable[[Asked], Fault]


@dataclass(kw_only=True)
class Server:
    """A running server: its address, and what it has seen so far."""

    url: str = ""
    seen: list[Asked] = field(default_factory=list)
    connections: int = 0


@contextlib.contextmanager
def serve(
    answer: Answering = echo,
    *,
    embed: Embedding = hashed,
    plan: Plan = (),
    latency_s: float | Callable[[Asked], float] = 0.0,
    tls: ssl.SSLContext | None = None,
    host: str = "127.0.0.1",
) -> Iterator[Server]:
    """Serve from a thread until the block ends. The plan is used up one fault per request; then all is well."""
    server = Server()
    faults = plan if callable(plan) else _one_by_one(plan)
    running = _Running(lambda: _Model(server, answer, embed, faults, latency_s), tls, host)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    server.url = f"{'https' if tls else 'http'}://{host}:{running.port()}"
    try:
        yield server
    finally:
        running.stop()
        thread.join(timeout=10)


def _one_by_one(plan: Iterable[Fault]) -> Callable[[Asked], Fault]:
    faults = iter(plan)
    return lambda _asked: next(faults, OK)


class _Running:
    """An event loop in a thread, for as long as a server is wanted."""

    def __init__(self, make: Callable[[], web.Server], tls: ssl.SSLContext | None, host: str) -> None:
        self._make, self._tls, self._host = make, tls, host
        self._started = queue.Queue[int | BaseException]()

    def port(self) -> int:
        match self._started.get(timeout=10):
            case int(port):
                return port
            case error:
                raise RuntimeError("the model server did not start") from error

    def run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:
            self._started.put(error)
            raise

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stopped.set)

    async def _serve(self) -> None:
        self._loop, self._stopped = asyncio.get_running_loop(), asyncio.Event()
        runner = web.ServerRunner(self._make(), access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, self._host, 0, ssl_context=self._tls, backlog=512).start()
        self._started.put(runner.addresses[0][1])
        await self._stopped.wait()
        await runner.cleanup()


class _Model(web.Server):
    def __init__(
        self,
        server: Server,
        answer: Answering,
        embed: Embedding,
        faults: Callable[[Asked], Fault],
        latency_s: Any,
    ) -> None:
        super().__init__(self._answer_request)
        self._server, self._answer, self._embed, self._faults, self._latency_s = (
            server,
            answer,
            embed,
            faults,
            latency_s,
        )

    def connection_made(self, handler: Any, transport: Any) -> None:
        self._server.connections += 1
        super().connection_made(handler, transport)

    async def _answer_request(self, request: web.BaseRequest) -> web.StreamResponse:
        data = await request.content.read()
        if request.path == "/_count":
            return web.json_response(len(self._server.seen))
        asked = Asked(
            path=request.rel_url.raw_path,
            headers={name.lower(): value for name, value in request.headers.items()},
            body=json.loads(data) if data else None,
            method=request.method,
            query=dict(request.query),
        )
        self._server.seen.append(asked)
        delay = self._latency_s(asked) if callable(self._latency_s) else self._latency_s
        if delay:
            await asyncio.sleep(delay)
        fault = self._faults(asked)
        if fault.kind == "ok" and asked.streams:
            return await _streamed(self, request, asked, fault)
        if fault.kind == "ok":
            return web.Response(body=json.dumps(self._written(asked)).encode(), content_type="application/json")
        return await _FAULTS[fault.kind](self, request, asked, fault)

    def _written(self, asked: Asked) -> dict[str, Any]:
        if asked.embeds:
            return _embeddings(asked, self._embed)
        said = self._answer(asked)
        said = Said(text=said) if isinstance(said, str) else said
        return written(asked, said, len(self._server.seen))


def _embeddings(asked: Asked, embed: Embedding) -> dict[str, Any]:
    texts, dimensions = asked.body["input"], asked.body.get("dimensions", 64)
    tokens = sum(len(text) // 4 + 1 for text in texts)
    data = [
        {"object": "embedding", "index": place, "embedding": embed(text, dimensions)}
        for place, text in enumerate(texts)
    ]
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    return {"object": "list", "data": data, "model": asked.model, "usage": usage}


def written(asked: Asked, said: Said, number: int = 1) -> dict[str, Any]:
    """The answer's body in the API that was asked."""
    tokens = (
        len(json.dumps(asked.body)) // 4 if said.input_tokens is None else said.input_tokens,
        len(said.text) // 4 + 1 if said.output_tokens is None else said.output_tokens,
    )
    if (write := apis.WRITERS.get(asked.dialect)) is not None:
        return write(asked, said, number, tokens)
    return (_anthropic if asked.is_anthropic else _openai)(asked, said, number, *tokens)


def _openai(asked: Asked, said: Said, number: int, input_tokens: int, output_tokens: int) -> dict[str, Any]:
    message: dict[str, Any] = {
        "role": "assistant",
        "content": said.text or (None if said.calls else ""),
        "refusal": None,
    }
    if said.calls:
        message["tool_calls"] = [
            {
                "id": f"call_{number}_{at}",
                "type": "function",
                "function": {"name": name, "arguments": _arguments(given)},
            }
            for at, (name, given) in enumerate(said.calls)
        ]
    tokens = said.logprobs and [
        {"token": "x", "logprob": value, "bytes": None, "top_logprobs": []} for value in said.logprobs
    ]
    return {
        "id": f"chatcmpl-{number}",
        "object": "chat.completion",
        "created": 1_700_000_000,
        "model": said.model or asked.model,
        "system_fingerprint": said.fingerprint,
        "choices": [
            {
                "index": 0,
                "message": message,
                "logprobs": {"content": tokens, "refusal": None} if tokens else None,
                "finish_reason": said.reason,
            },
        ],
        "usage": {
            "prompt_tokens": input_tokens,
            "completion_tokens": output_tokens,
            "total_tokens": input_tokens + output_tokens,
            "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
        },
    }


def _arguments(given: Any) -> str:
    return given if isinstance(given, str) else json.dumps(given)


_STOP_REASONS = {"stop": "end_turn", "length": "max_tokens", "tool_calls": "tool_use", "content_filter": "refusal"}


def _anthropic(asked: Asked, said: Said, number: int, input_tokens: int, output_tokens: int) -> dict[str, Any]:
    blocks: list[dict[str, Any]] = [{"type": "text", "text": said.text}] if said.text else []
    blocks += [
        {"type": "tool_use", "id": f"toolu_{number}_{at}", "name": name, "input": given}
        for at, (name, given) in enumerate(said.calls)
    ]
    return {
        "id": f"msg_{number}",
        "type": "message",
        "role": "assistant",
        "model": said.model or asked.model,
        "content": blocks,
        "stop_reason": _STOP_REASONS.get(said.reason, said.reason),
        "stop_sequence": None,
        "usage": {
            "input_tokens": input_tokens,
            "output_tokens": output_tokens,
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": 0,
        },
    }


async def _status(_model: _Model, _request: web.BaseRequest, _asked: Asked, fault: Fault) -> web.StreamResponse:
    return web.Response(
        status=fault.status, headers=dict(fault.headers), text=fault.body, content_type="application/json"
    )


async def _reset(_model: _Model, request: web.BaseRequest, _asked: Asked, _fault: Fault) -> web.StreamResponse:
    request.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    request.transport.abort()
    return web.Response()


async def _bytes_then_close(request: web.BaseRequest, data: bytes) -> web.StreamResponse:
    request.transport.write(data)
    request.transport.close()
    return web.Response()


async def _raw(_model: _Model, request: web.BaseRequest, _asked: Asked, fault: Fault) -> web.StreamResponse:
    return await _bytes_then_close(request, fault.body.encode("latin-1"))


async def _truncated(model: _Model, request: web.BaseRequest, asked: Asked, _fault: Fault) -> web.StreamResponse:
    body = json.dumps(model._written(asked)).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return await _bytes_then_close(request, head.encode() + body[: len(body) // 2])


async def _cut_close_delimited(
    model: _Model, request: web.BaseRequest, asked: Asked, _fault: Fault
) -> web.StreamResponse:
    body = json.dumps(model._written(asked)).encode()
    head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
    return await _bytes_then_close(request, head.encode() + body[: len(body) // 2])


async def _stream(request: web.BaseRequest, chunks: Iterable[bytes], code: int, pause_s: float) -> web.StreamResponse:
    response = web.StreamResponse(status=code, headers={"Content-Type": "application/json"})
    with contextlib.suppress(ConnectionError):
        await response.prepare(request)
        for chunk in chunks:
            await response.write(chunk)
            await asyncio.sleep(pause_s)
    return response


def _events(model: _Model, asked: Asked) -> list[bytes]:
    """A stream of Chat Completions: the answer word by word, and its tokens where they are asked for."""
    whole = model._written(asked)
    said = whole["choices"][0]
    about = {"id": whole["id"], "object": "chat.completion.chunk", "model": whole["model"], "created": 1}
    words = re.findall(r"\S+\s*", said["message"]["content"] or "")
    deltas = [{"index": 0, "delta": {"content": word}, "finish_reason": None} for word in words]
    ending = {"index": 0, "delta": {}, "finish_reason": said["finish_reason"]}
    events = [{**about, "choices": [choice]} for choice in (*deltas, ending)]
    if asked.body.get("stream_options", {}).get("include_usage"):
        events.append({**about, "choices": [], "usage": whole["usage"]})
    return [b"data: %b\n\n" % json.dumps(event).encode() for event in events] + [b"data: [DONE]\n\n"]


async def _streamed(model: _Model, request: web.BaseRequest, asked: Asked, fault: Fault) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    events = _events(model, asked)
    with contextlib.suppress(ConnectionError):
        await response.prepare(request)
        for event in events if fault.kind in ("ok", "streamed") else events[:2]:
            await response.write(event)
            await asyncio.sleep(fault.seconds)
        if fault.kind == "cut_stream":
            request.transport.abort()
    return response


async def _drip(_model: _Model, request: web.BaseRequest, _asked: Asked, fault: Fault) -> web.StreamResponse:
    return await _stream(request, itertools.repeat(b" "), fault.status, fault.seconds)


async def _endless(_model: _Model, request: web.BaseRequest, _asked: Asked, fault: Fault) -> web.StreamResponse:
    return await _stream(request, itertools.repeat(b" " * 65_536), fault.status, 0)


async def _hang(_model: _Model, _request: web.BaseRequest, _asked: Asked, _fault: Fault) -> web.StreamResponse:
    await asyncio.sleep(3600)
    return web.Response()


async def _gzip_bomb(_model: _Model, _request: web.BaseRequest, _asked: Asked, _fault: Fault) -> web.StreamResponse:
    return web.Response(body=_bomb(), headers={"Content-Encoding": "gzip", "Content-Type": "application/json"})


def _bomb() -> bytes:
    return b"".join(itertools.repeat(gzip.compress(b" " * 2_000_000), 100))


async def _served_model(model: _Model, _request: web.BaseRequest, asked: Asked, fault: Fault) -> web.StreamResponse:
    return web.json_response({**model._written(asked), "model": fault.body})


async def _empty_choices(model: _Model, _request: web.BaseRequest, asked: Asked, _fault: Fault) -> web.StreamResponse:
    return web.json_response({**model._written(asked), "choices": [], "content": []})


async def _echo_key(_model: _Model, _request: web.BaseRequest, asked: Asked, fault: Fault) -> web.StreamResponse:
    said = {"error": {"message": f"Incorrect API key provided: {asked.key}. Find yours in your account."}}
    return web.json_response(said, status=fault.status, headers=dict(fault.headers))


_FAULTS = {
    "status": _status,
    "reset": _reset,
    "raw": _raw,
    "truncated": _truncated,
    "cut_close_delimited": _cut_close_delimited,
    "streamed": _streamed,
    "cut_stream": _streamed,
    "unfinished_stream": _streamed,
    "drip": _drip,
    "endless": _endless,
    "hang": _hang,
    "gzip_bomb": _gzip_bomb,
    "served_model": _served_model,
    "empty_choices": _empty_choices,
    "echo_key": _echo_key,
}


@dataclass(frozen=True, kw_only=True)
class Remote:
    """A server in another process."""

    url: str

    def count(self) -> int:
        """Requests seen so far."""
        with urllib.request.urlopen(f"{self.url}/_count", timeout=10) as response:
            return json.load(response)


@contextlib.contextmanager
def serve_in_process(
    answer: str = "tests.modelserver:echo", *, plan: Iterable[Fault] = (), latency_s: float = 0.0
) -> Iterator[Remote]:
    """Serve from a process of its own until the block ends. `answer` is `module:function`, imported there."""
    settings = {"answer": answer, "plan": [asdict(fault) for fault in plan], "latency_s": latency_s, "path": sys.path}
    command = [sys.executable, "-I", str(Path(__file__)), json.dumps(settings)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True) as process:
        try:
            url = process.stdout.readline().strip()
            if not url:
                raise RuntimeError("the model server did not start")
            yield Remote(url=url)
        finally:
            process.stdin.close()
            process.wait(timeout=10)


def _main(settings: dict[str, Any]) -> None:
    """Serve until standard input ends, which it does when the parent does."""
    sys.path[:0] = [str(ROOT), *(entry for entry in settings["path"] if entry not in sys.path)]
    module, _, name = settings["answer"].partition(":")
    answer = getattr(importlib.import_module(module), name)
    plan = [Fault(**fault) for fault in settings["plan"]]
    with serve(answer, plan=plan, latency_s=settings["latency_s"]) as server:
        print(server.url, flush=True)  # noqa: T201 - how the parent learns it
        sys.stdin.read()


if __name__ == "__main__":
    _main(json.loads(sys.argv[1]))
