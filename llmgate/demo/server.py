"""Chat Completions requests over HTTP on the loopback interface → answers of the simulated support bot.

It needs no key and refuses one. The same request always gets the same answer, whatever was asked before it.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from llmgate.demo import abilities, bot
from llmgate.demo.dice import Dice

PATH = "/v1/chat/completions"
FINGERPRINT = "sim-1"
MAX_REQUEST_BYTES = 4 * 1024 * 1024
MAX_LATENCY_S = 0.002
STOP_WITHIN_S = 0.1
DEFAULT_MAX_TOKENS = 4096
CHARS_PER_TOKEN = 4
_KEY_HEADERS = ("Authorization", "Proxy-Authorization", "X-Api-Key", "Api-Key")
_CREATED = 1_767_225_600  # 2026-01-01; a clock would make two equal requests differ


@dataclass(slots=True, kw_only=True)
class Server:
    """A running server. `origin` has no path; `answered` counts the requests that got an answer."""

    origin: str
    answered: int = field(default=0)


@contextmanager
def serve(seed: int) -> Iterator[Server]:
    """Serve on a free port of 127.0.0.1 until the block is left. `seed` decides every draw of the model."""
    server = Server(origin="")
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="simulated-model", daemon=True)
    thread.start()
    runner: web.AppRunner | None = None
    try:
        runner = asyncio.run_coroutine_threadsafe(_start(server, seed), loop).result()
        yield server
    finally:
        if runner is not None:
            asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _start(server: Server, seed: int) -> web.AppRunner:
    async def answer(request: web.Request) -> web.Response:
        response = await _answer(request, seed)
        server.answered += response.status == web.HTTPOk.status_code
        return response

    app = web.Application(client_max_size=MAX_REQUEST_BYTES)
    app.router.add_post(PATH, answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=STOP_WITHIN_S)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    server.origin = f"http://{host}:{port}"
    return runner


async def _answer(request: web.Request, seed: int) -> web.Response:
    if any(name in request.headers for name in _KEY_HEADERS):
        return _refusal(401, "key_not_wanted", "The simulated model takes no key. Do not send it one.")
    try:
        body = json.loads(await request.read())
        problem = _problem(body)
        if problem:
            return _refusal(*problem)
        dice = Dice.of(body, seed=seed)
        completion = _completion(body, bot.reply(body, seed=seed), dice)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        return _refusal(400, "invalid_request", f"The request cannot be read: {type(error).__name__}.")
    await asyncio.sleep(MAX_LATENCY_S * dice.share("latency"))
    return web.json_response(completion)


def _problem(body: Any) -> tuple[int, str, str] | None:
    if not isinstance(body, dict) or not isinstance(body.get("messages"), list) or not body["messages"]:
        return 400, "invalid_request", "`messages` must be a list that is not empty."
    if body.get("stream"):
        return 400, "unsupported", "The simulated model does not stream."
    if body.get("model") not in abilities.MODELS:
        known = ", ".join(abilities.MODELS)
        return 404, "model_not_found", f"There is no such simulated model. There are: {known}."
    return None


def _refusal(status: int, code: str, message: str) -> web.Response:
    return web.json_response(
        {"error": {"message": message, "type": "invalid_request_error", "param": None, "code": code}}, status=status
    )


def _completion(body: Mapping[str, Any], reply: bot.Reply, dice: Dice) -> dict[str, Any]:
    limit = int(body.get("max_completion_tokens") or body.get("max_tokens") or DEFAULT_MAX_TOKENS) * CHARS_PER_TOKEN
    message: dict[str, Any] = {"role": "assistant", "content": reply.text[:limit], "refusal": None}
    reason = "length" if len(reply.text) > limit else "stop"
    if reply.call:
        function = {"name": reply.call.name, "arguments": json.dumps(reply.call.arguments)}
        call = {"id": f"call_{dice.name('call')}", "type": "function", "function": function}
        message, reason = {**message, "content": None, "tool_calls": [call]}, "tool_calls"
    return {
        "id": f"chatcmpl-sim-{dice.name('completion')}",
        "object": "chat.completion",
        "created": _CREATED,
        "model": body["model"],
        "system_fingerprint": FINGERPRINT,
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": reason}],
        "usage": _usage(json.dumps(body["messages"]), json.dumps(message)),
    }


def _usage(prompt: str, answer: str) -> dict[str, int]:
    sent, received = (len(text) // CHARS_PER_TOKEN + 1 for text in (prompt, answer))
    return {"prompt_tokens": sent, "completion_tokens": received, "total_tokens": sent + received}
