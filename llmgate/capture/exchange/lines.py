"""A line of a log, in the shapes that people write → the Exchanges in it.

The shapes: `{request, response}` and keys like these, joined lines of OpenAI's and Anthropic's batches, stored
completions and responses with their messages, a request with its answer under `output`, and pages of all of these.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import JsonValue

from llmgate.capture import exchange, messages
from llmgate.capture.exchange import Exchange, apis
from llmgate.capture.exchange.apis import Api
from llmgate.capture.exchange.parameters import PARAMETERS
from llmgate.capture.span import Json, Unfit

_REQUESTS = ("request", "request_body", "body", "params", "kwargs")
_ANSWERS = ("response", "response_body", "output", "completion", "result")
_ALONE = (
    'an answer without its request: log both, as {"request": {...}, "response": {...}}; to the lines that a batch '
    "answered, add the line of the same `custom_id` that asked"
)


def exchanges(value: JsonValue) -> Iterator[Exchange]:
    """Find the calls that a record logs: one, or those of a list or a page.

    Raises:
        Unfit: where an entry is no call that can be replayed.
    """
    if isinstance(value, dict) and isinstance(value.get("data"), list) and not _asks(value):
        value = value["data"]
    for item in value if isinstance(value, list) else [value]:
        yield _exchange(item)


def _exchange(item: JsonValue) -> Exchange:
    """Read one call.

    Raises:
        Unfit: where it says no request.
    """
    if not isinstance(item, dict):
        raise Unfit("a line is no object: one call with its request and its answer is expected")
    request, answer = _parted(item)
    return exchange.of(item, request, answer)


def _parted(item: dict[str, JsonValue]) -> tuple[Json, JsonValue]:
    """Tell the request from the answer, which stand beside each other or are one object."""
    for name in _REQUESTS:
        logged = messages.parse(item.get(name))
        if isinstance(logged, dict) and begins(request := inner(logged)):
            return request, _beside(item)
    if not _is_whole(item):
        alone = apis.of_answer(item) is not None or "custom_id" in item
        raise Unfit(_ALONE if alone else "neither a `request` with its `response` nor `messages`: no log of an API")
    own = _settings(item) | {name: value for name, value in item.items() if name in PARAMETERS}
    if apis.of_answer(item) is not None:
        return own, {name: value for name, value in item.items() if name not in ("messages", "input")}
    return own, _beside(item)


def _beside(item: Mapping[str, JsonValue]) -> JsonValue:
    return next((item[key] for key in _ANSWERS if item.get(key) is not None), None)


def _settings(item: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Find parameters that are logged in an object of their own beside the messages."""
    found = (messages.parse(item.get(name)) for name in ("params", "parameters", "kwargs"))
    return next((settings for settings in found if isinstance(settings, dict)), {})


def inner(request: dict[str, JsonValue]) -> Json:
    """Take the body out of a request that is logged with its address, and what an SDK was told to add into it."""
    body = messages.parse(request.get("body", request.get("json")))
    if isinstance(body, dict) and not begins(request):
        request = body
    added = request.get("extra_body")
    return {**request, **added} if isinstance(added, dict) else request


def _asks(item: Mapping[str, JsonValue]) -> bool:
    return "messages" in item or "input" in item


def _is_whole(item: Mapping[str, JsonValue]) -> bool:
    """Tell whether an object is a request with its answer; `input` alone is what observations of any kind have."""
    if "messages" in item:
        return True
    if "input" not in item or apis.of_answer(item) is not None:
        return "input" in item
    call = exchange.of(item, {}, _beside(item))
    is_response = isinstance(call.answer, dict) and apis.of_answer(call.answer) is Api.RESPONSES
    return is_response or call.events is not None


def begins(request: Mapping[str, JsonValue]) -> bool:
    """Tell whether an object is a request, though all its messages may be on the provider's side."""
    return (
        _asks(request)
        or any(name in request for name in ("instructions", "previous_response_id", "conversation"))
        or isinstance(request.get("prompt"), dict)
    )
