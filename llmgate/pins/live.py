"""A provider's own list of models, page by page → Records, which count more than the registry.

| style       | what it says of a model              | list                                                       |
|-------------|--------------------------------------|------------------------------------------------------------|
| `openai`    | `shutdown_date`                      | https://platform.openai.com/docs/api-reference/models/list |
| `anthropic` | `lifecycle`, `retires_at`; in pages  | https://platform.claude.com/docs/en/api/models/list        |
| `mistral`   | `aliases`, `deprecation`, successor  | https://docs.mistral.ai/api/endpoint/models                |
| `gemini`    | only that it is there; in pages      | https://ai.google.dev/api/models#method:-models.list       |

OpenAI's style serves every server that speaks its Chat Completions; where it does not say `shutdown_date`, the
registry's word on a model's end stays.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import JsonValue

from llmgate.pins import catalogue, releases
from llmgate.pins.pin import Stage
from llmgate.pins.registry import Record

MAX_MODELS = 10_000
MAX_ID_CHARS = 200
MAX_CURSOR_CHARS = 1_000

_STAGES = {"active": Stage.ACTIVE, "deprecated": Stage.RETIRING, "retired": Stage.RETIRED}
_UNLISTED = frozenset({"azure", "bedrock", "vertex"})  # their lists hold other names, or need other keys

Item = Mapping[str, JsonValue]


class Style(StrEnum):
    """How a list is written."""

    OPENAI = "openai"
    ANTHROPIC = "anthropic"
    MISTRAL = "mistral"
    GEMINI = "gemini"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of a list. `after` is the cursor of the next one; None ends the list."""

    items: tuple[Item, ...]
    after: str | None = None


def style_of(provider: str, api: str) -> Style | None:
    """Return how a provider writes its list, by its name, else by the API that it speaks; None where it has none."""
    owner = catalogue.name_of(provider)
    if owner in _UNLISTED:
        return None
    if owner in ("gemini", "mistral"):
        return Style(owner)
    match api:
        case "anthropic-messages":
            return Style.ANTHROPIC
        case "gemini" | "mistral":
            return Style(api)
        case "azure-openai" | "bedrock" | "vertex" | "cohere":
            return None
        case _:
            return Style.OPENAI


def page(style: Style, value: JsonValue) -> Page | None:
    """Read one page, or None where it is no list of models, or none that can be read to its end."""
    match style, value:
        case Style.GEMINI, {"models": list(items), **more}:
            return _page(items, more.get("nextPageToken"))
        case Style.ANTHROPIC, {"data": list(items), **more}:
            return _page(items, more.get("last_id") or 0 if more.get("has_more") else None)
        case ((Style.OPENAI | Style.MISTRAL), ({"data": list(items)} | list(items))):
            return _page(items, None)
        case _:
            return None


def _page(items: list[Any], after: object) -> Page | None:
    ends = after is None or after == ""
    usable = isinstance(after, str) and len(after) <= MAX_CURSOR_CHARS
    if len(items) > MAX_MODELS or not (ends or usable):
        return None
    objects = tuple(item for item in items if isinstance(item, dict))
    return Page(items=objects, after=str(after) if not ends else None)


def query(style: Style, after: str | None) -> dict[str, str]:
    """Return what is asked for: the largest page, after the last one."""
    match style:
        case Style.GEMINI:
            return {"pageSize": "1000", **({"pageToken": after} if after else {})}
        case Style.ANTHROPIC:
            return {"limit": "1000", **({"after_id": after} if after else {})}
        case Style.OPENAI | Style.MISTRAL:
            return {}


def records(provider: str, style: Style, items: Iterable[Item], *, source: str, today: dt.date) -> tuple[Record, ...]:
    """Return what a list says of each of its models, under the provider's name in the registry."""
    owner, found = catalogue.name_of(provider), dict[str, Record]()
    for item in items:
        for name, facts in _facts(style, item):
            if name and len(name) <= MAX_ID_CHARS:
                found.setdefault(name, _record(name, owner, facts, source, today))
    return tuple(found.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    stage: Stage | None = None
    retires: dt.date | None = None
    alias_of: str | None = None
    replacement: str | None = None


def _record(name: str, owner: str, facts: _Facts, source: str, today: dt.date) -> Record:
    return Record(
        id=name,
        provider=owner,
        source=source,
        checked=today,
        alias_of=facts.alias_of,
        retires=facts.retires,
        replacement=facts.replacement,
        stage=facts.stage,
    )


def _facts(style: Style, item: Item) -> Iterator[tuple[str, _Facts]]:
    match style:
        case Style.GEMINI:
            yield _text(item.get("name")).removeprefix("models/"), _Facts()
        case Style.OPENAI:
            ends = _date(item.get("shutdown_date"))
            silent = "shutdown_date" not in item or ends is not None
            yield _text(item.get("id")), _Facts(retires=ends, stage=None if silent else Stage.ACTIVE)
        case Style.ANTHROPIC:
            stage = _STAGES.get(_text(item.get("lifecycle")))
            yield _text(item.get("id")), _Facts(retires=_date(item.get("retires_at")), stage=stage)
        case Style.MISTRAL:
            yield from _mistral(item)


def _mistral(item: Item) -> Iterator[tuple[str, _Facts]]:
    """A deprecated model is served while listed. An alias is listed from both sides: the dated id is the model."""
    name, ends = _text(item.get("id")), _date(item.get("deprecation"))
    stage = Stage.RETIRING if ends else Stage.ACTIVE if "deprecation" in item else None
    replacement = _text(item.get("deprecation_replacement_model")) or None
    yield name, _Facts(stage=stage, retires=ends, replacement=replacement)
    aliases = item.get("aliases")
    for alias in map(_text, aliases if isinstance(aliases, list) else []):
        target = name if releases.split(name)[1] and not releases.split(alias)[1] else None
        yield alias, _Facts(stage=stage, retires=ends, replacement=replacement, alias_of=target)


def _text(value: JsonValue) -> str:
    return value if isinstance(value, str) and len(value) <= MAX_ID_CHARS and value.isprintable() else ""


def _date(value: JsonValue) -> dt.date | None:
    """Read the day of `2027-01-14` or `2027-01-14T00:00:00Z`."""
    try:
        return dt.date.fromisoformat(_text(value)[:10])
    except ValueError:
        return None
