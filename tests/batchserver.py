"""A loopback server with the batch APIs of OpenAI and Anthropic, as their documentation describes them, and a bill.

    with batchserver.serve() as server:
        ...  # server.url, server.bill, server.batches

What is not in a batch is answered live, as by `modelserver`. `fate` says what becomes of each request of a batch,
`on_create` what happens as batches are created, one after the other, and `polls` after how many looks one is over.
"""

import asyncio
import contextlib
import datetime as dt
import json
import queue
import socket
import struct
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests import modelserver

MAX_BYTES = 64 * 1024 * 1024
OK, ERROR, EXPIRED, MISSING = "ok", "error", "expired", "missing"
CREATE, DROP, DROP_BEFORE, HANG = "create", "drop", "drop before", "hang"
STALL = b"stall"


@dataclass(kw_only=True)
class Batch:
    """A batch as the server keeps it. `requests` are (custom_id, path, body)."""

    id: str
    requests: list[tuple[str, str, Any]]
    created_at: float
    file: str = ""
    metadata: dict[str, str] = field(default_factory=dict)
    looks: int = 0


@dataclass(kw_only=True)
class Server:
    """What the server was told, what it holds, and what it would bill."""

    answer: Callable[[modelserver.Asked], Any] = modelserver.echo
    fate: Callable[[str, Any], str] = lambda _name, _body: OK
    polls: int = 1
    ends: str = "completed"
    on_create: list[str | int] = field(default_factory=list)
    on_results: list[bytes | None] = field(default_factory=list)
    on_look: list[int] = field(default_factory=list)
    surplus: list[bytes] = field(default_factory=list)
    results_url: str = ""
    url: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    batches: dict[str, Batch] = field(default_factory=dict)
    live: list[modelserver.Asked] = field(default_factory=list)
    calls: list[tuple[str, str, str | None]] = field(default_factory=list)
    bodies: list[Any] = field(default_factory=list)

    @property
    def bill(self) -> Counter[str]:
        """Requests in batches by what they say: each must be there once."""
        return Counter(
            json.dumps(body, sort_keys=True) for each in self.batches.values() for _, _, body in each.requests
        )


@contextlib.contextmanager
def serve(**settings: Any) -> Iterator[Server]:
    server = Server(**settings)
    started: queue.Queue[tuple[int, Callable[[], object]]] = queue.Queue()

    async def run() -> None:
        stopped, loop = asyncio.Event(), asyncio.get_running_loop()
        runner = web.AppRunner(_application(server), access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        started.put((runner.addresses[0][1], lambda: loop.call_soon_threadsafe(stopped.set)))
        await stopped.wait()
        await runner.cleanup()

    thread = threading.Thread(target=lambda: asyncio.run(run()), daemon=True)
    thread.start()
    port, stop = started.get(timeout=10)
    server.url = f"http://127.0.0.1:{port}"
    try:
        yield server
    finally:
        stop()
        thread.join(timeout=10)


def _application(server: Server) -> web.Application:
    held = _Handlers(server)
    application = web.Application(client_max_size=MAX_BYTES, middlewares=[held.note])
    application.router.add_post("/v1/files", held.upload)
    application.router.add_get("/v1/files/{id}/content", held.content)
    application.router.add_post("/v1/batches", held.create)
    application.router.add_get("/v1/batches", held.listing)
    application.router.add_get("/v1/batches/{id}", held.state)
    application.router.add_post("/v1/messages/batches", held.create_messages)
    application.router.add_get("/v1/messages/batches", held.listing_messages)
    application.router.add_get("/v1/messages/batches/{id}", held.state_messages)
    application.router.add_get("/v1/messages/batches/{id}/results", held.results)
    application.router.add_post("/{path:.*}", held.live)
    return application


class _Handlers:
    def __init__(self, server: Server) -> None:
        self.server = server

    @web.middleware
    async def note(self, request: web.Request, handler: Any) -> web.StreamResponse:
        key = request.headers.get("x-api-key") or request.headers.get("authorization", "").removeprefix("Bearer ")
        self.server.calls.append((request.method, request.path, key or None))
        return await handler(request)

    # OpenAI

    async def upload(self, request: web.Request) -> web.Response:
        found = {}
        reader = await request.multipart()
        async for part in reader:
            found[part.name] = (part.filename, bytes(await part.read()))
        assert found["purpose"] == (None, b"batch")
        name, data = found["file"]
        assert name.endswith(".jsonl")
        known = f"file-{len(self.server.files)}"
        self.server.files[known] = data
        return web.json_response(
            {"id": known, "object": "file", "purpose": "batch", "bytes": len(data), "filename": name}
        )

    async def create(self, request: web.Request) -> web.StreamResponse:
        asked = await request.json()
        self.server.bodies.append(asked)
        assert asked["completion_window"] == "24h"
        lines = [json.loads(line) for line in self.server.files[asked["input_file_id"]].splitlines()]
        assert {line["url"] for line in lines} == {asked["endpoint"]}
        assert {line["method"] for line in lines} == {"POST"}
        assert len({line["body"]["model"] for line in lines}) == 1
        requests = [(line["custom_id"], line["url"], line["body"]) for line in lines]
        made = lambda: self._made("batch", requests, asked["input_file_id"], asked.get("metadata") or {})  # noqa: E731
        return await self._created(request, made, self._openai)

    async def listing(self, request: web.Request) -> web.Response:
        assert request.query["limit"] == "100"
        return web.json_response({"object": "list", "data": self._newest(self._openai), "has_more": False})

    async def state(self, request: web.Request) -> web.Response:
        return self._look(request, self._openai)

    def _openai(self, batch: Batch) -> dict[str, Any]:
        over = batch.looks >= self.server.polls
        status = self.server.ends if over else "in_progress"
        has_results = over and status != "failed"
        errors = {"object": "list", "data": [{"code": "token_limit", "message": "Enqueued token limit reached"}]}
        return {
            "id": batch.id,
            "object": "batch",
            "endpoint": batch.requests[0][1],
            "errors": errors if status == "failed" else None,
            "input_file_id": batch.file,
            "completion_window": "24h",
            "status": status,
            "output_file_id": f"{batch.id}-out" if has_results else None,
            "error_file_id": f"{batch.id}-err" if has_results else None,
            "created_at": int(batch.created_at),
            "request_counts": {"total": len(batch.requests), "completed": 0, "failed": 0},
            "metadata": batch.metadata,
        }

    async def content(self, request: web.Request) -> web.StreamResponse:
        known, _, kind = request.match_info["id"].rpartition("-")
        batch = self.server.batches[known]
        lines = [self._openai_line(*each) for each in reversed(batch.requests)]
        wanted = [line for line, good in lines if line is not None and good is (kind == "out")]
        return await self._lines(request, wanted)

    def _openai_line(self, name: str, path: str, body: Any) -> tuple[dict[str, Any] | None, bool]:
        line: dict[str, Any] = {"id": f"batch_req_{name}", "custom_id": name, "response": None, "error": None}
        match self.server.fate(name, body):
            case "ok":
                return {
                    **line,
                    "response": {"status_code": 200, "request_id": "r", "body": self._body(path, body)},
                }, True
            case "error":
                said = {"error": {"message": "The model refuses this request", "type": "invalid_request_error"}}
                return {**line, "response": {"status_code": 400, "request_id": "r", "body": said}}, False
            case "expired":
                said = {"code": "batch_expired", "message": "This request could not be executed in time."}
                return {**line, "error": said}, False
            case _:
                return None, False

    # Anthropic

    async def create_messages(self, request: web.Request) -> web.StreamResponse:
        asked = await request.json()
        requests = [(each["custom_id"], "/v1/messages", each["params"]) for each in asked["requests"]]
        assert all(len(name) <= 64 for name, _, _ in requests)
        return await self._created(request, lambda: self._made("msgbatch", requests), self._anthropic)

    async def listing_messages(self, request: web.Request) -> web.Response:
        assert request.query["limit"] == "100"
        return web.json_response({"data": self._newest(self._anthropic), "has_more": False})

    async def state_messages(self, request: web.Request) -> web.Response:
        return self._look(request, self._anthropic)

    def _anthropic(self, batch: Batch) -> dict[str, Any]:
        over = batch.looks >= self.server.polls
        place = self.server.results_url or f"{self.server.url}/v1/messages/batches/{batch.id}/results"
        counts = {"processing": len(batch.requests), "succeeded": 0, "errored": 0, "canceled": 0, "expired": 0}
        return {
            "id": batch.id,
            "type": "message_batch",
            "processing_status": "ended" if over else "in_progress",
            "request_counts": counts,
            "created_at": dt.datetime.fromtimestamp(batch.created_at, tz=dt.UTC).isoformat().replace("+00:00", "Z"),
            "results_url": place if over else None,
        }

    async def results(self, request: web.Request) -> web.StreamResponse:
        batch = self.server.batches[request.match_info["id"]]
        found = [self._anthropic_line(*each) for each in reversed(batch.requests)]
        return await self._lines(request, [line for line in found if line is not None])

    def _anthropic_line(self, name: str, path: str, body: Any) -> dict[str, Any] | None:
        match self.server.fate(name, body):
            case "ok":
                result = {"type": "succeeded", "message": self._body(path, body)}
            case "error":
                error = {"type": "invalid_request_error", "message": "The model refuses this request"}
                result = {"type": "errored", "error": {"type": "error", "error": error}}
            case "expired":
                result = {"type": "expired"}
            case _:
                return None
        return {"custom_id": name, "result": result}

    # Both

    async def live(self, request: web.Request) -> web.Response:
        asked = modelserver.Asked(path=request.path, headers={}, body=await request.json())
        self.server.live.append(asked)
        return web.json_response(self._written(asked))

    def _body(self, path: str, body: Any) -> dict[str, Any]:
        return self._written(modelserver.Asked(path=path, headers={}, body=body))

    def _written(self, asked: modelserver.Asked) -> dict[str, Any]:
        said = self.server.answer(asked)
        return modelserver.written(asked, modelserver.Said(text=said) if isinstance(said, str) else said)

    def _made(self, kind: str, requests: Any, file: str = "", metadata: dict[str, str] | None = None) -> Batch:
        known = f"{kind}_{len(self.server.batches)}"
        now = dt.datetime.now(tz=dt.UTC).timestamp()
        batch = Batch(id=known, requests=requests, created_at=now, file=file, metadata=metadata or {})
        self.server.batches[known] = batch
        return batch

    async def _created(self, request: web.Request, made: Callable[[], Batch], shown: Any) -> web.StreamResponse:
        match self.server.on_create.pop(0) if self.server.on_create else CREATE:
            case int(code):
                return web.json_response({"error": {"message": f"scripted {code}"}}, status=code)
            case "drop before":
                return _reset(request)
            case "drop":
                made()
                return _reset(request)
            case "hang":
                made()
                await asyncio.sleep(3600)
                return web.Response()
            case _:
                return web.json_response(shown(made()))

    def _newest(self, shown: Any) -> list[dict[str, Any]]:
        return [shown(batch) for batch in reversed(self.server.batches.values())]

    def _look(self, request: web.Request, shown: Any) -> web.Response:
        if self.server.on_look:
            code = self.server.on_look.pop(0)
            return web.json_response({"error": {"message": f"scripted {code}"}}, status=code)
        batch = self.server.batches[request.match_info["id"]]
        batch.looks += 1
        return web.json_response(shown(batch))

    async def _lines(self, request: web.Request, lines: list[Any]) -> web.StreamResponse:
        """Send lines, cut off after what `on_results` says first, if it says something."""
        data = b"".join(
            [*(each + b"\n" for each in self.server.surplus), *(json.dumps(line).encode() + b"\n" for line in lines)]
        )
        response = web.StreamResponse(headers={"content-type": "application/binary"})
        response.enable_chunked_encoding()
        await response.prepare(request)
        cut = self.server.on_results.pop(0) if self.server.on_results else None
        if cut == STALL:
            await response.write(data[: len(data) // 2])
            await asyncio.sleep(3600)
        if cut is not None:
            await response.write(data[: len(data) // 2] + cut)
            request.transport.abort()
            return response
        await response.write(data)
        return response


def _reset(request: web.Request) -> web.Response:
    linger = struct.pack("ii", 1, 0)
    request.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    request.transport.abort()
    return web.Response()
