"""promptfoo's `providers` → the model of each, its parameters, its tools and the format of its answers.

https://www.promptfoo.dev/docs/providers/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from llmgate import documents
from llmgate.documents import Document
from llmgate.errors import ConfigurationError
from llmgate.prompts import structured
from llmgate.prompts.composition import Found
from llmgate.prompts.prompt import File, Format, Syntax

_TOOLS = ("tools", "functions")
_SCHEMAS = ("response_format", "responseFormat", "responseSchema")
_SECRETS = frozenset({"apiKey", "apiKeyEnvar", "apiKeyRequired"})
_SILENT = frozenset({"id", "label", "config", "prompts", "transform", "delay"})
_ID = re.compile(r"(?P<provider>[a-z][a-z0-9_-]*):(?P<rest>[^/].*)", re.DOTALL)
_KIND = re.compile(
    r"(?P<kind>chat|completions?|responses|messages|assistant|realtime|embeddings?|image|moderation):(?P<model>.+)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What a `config` says to a provider; `named` are the files that it says it in."""

    params: dict[str, Any] = field(default_factory=dict)
    tools: Any = None
    schema: Any = None
    named: tuple[str, ...] = ()


def read(file: File, document: Document) -> Iterator[Found]:
    """Yield what stands for each provider; the names are those of `label` and `id`, and may come twice."""
    for key in ("providers", "targets"):
        written = document.value.get(key)
        items = written if isinstance(written, list) else [] if written is None else [written]
        for place, item in enumerate(items):
            pointer = (key, place) if isinstance(written, list) else (key,)
            yield from _provider(file, item, document.line(pointer))


def sent(file: File, config: Mapping[str, Any]) -> Sent:
    """Sort a provider's options by what they are; a secret's name and whereabouts are none."""
    tools = {key: config[key] for key in _TOOLS if config.get(key) is not None}
    schema = next((config[key] for key in _SCHEMAS if config.get(key) is not None), None)
    params = {key: item for key, item in config.items() if key not in {*_TOOLS, *_SCHEMAS, *_SECRETS}}
    return Sent(
        params=params,
        tools=tools.get("tools") if len(tools) == 1 and "tools" in tools else tools or None,
        schema=_schema(schema),
        named=tuple(_files(file, [*tools.values(), schema])),
    )


def _provider(file: File, item: Any, line: int) -> Iterator[Found]:
    if isinstance(item, str):
        yield from _referenced(file, item, line)
        return
    provider = structured.mapping(item)
    if "id" not in provider and len(provider) == 1:
        ((own, options),) = provider.items()
        provider = {"id": own, **structured.mapping(options)}
    name = provider.get("id")
    if isinstance(name, str):
        yield _found(file, name, provider, line)


def _referenced(file: File, name: str, line: int) -> Iterator[Found]:
    """Yield a provider that is named only, or those of the file that the name means."""
    path = structured.located(file.path, name.removeprefix("file://")) if name.startswith("file://") else None
    text = structured.text_of(file, path) if path and path.endswith(structured.ENDINGS) else None
    if path is None or text is None:
        yield _found(file, name, {}, line)
        return
    try:
        value = documents.foreign(path, text.encode()).value
    except ConfigurationError:
        value = None
    entries = [structured.mapping(item) for item in (value if isinstance(value, list) else [value])]
    known = [entry for entry in entries if isinstance(entry.get("id"), str)]
    for entry in known or [{"id": name}]:
        yield _found(file, entry["id"], entry, line, path)


def _found(file: File, name: str, provider: Mapping[str, Any], line: int, path: str = "") -> Found:
    config = sent(file, structured.mapping(provider.get("config")))
    model, kind = _model(name)
    code = structured.located(file.path, name.removeprefix("file://")) if name.startswith("file://") else None
    label = provider.get("label")
    return Found(
        format=Format.PROMPTFOO,
        syntax=Syntax.VERBATIM,
        name=label if isinstance(label, str) and label else name,
        line=line,
        model=model,
        params=config.params,
        tools=config.tools,
        schema=config.schema,
        beside=[kind, structured.without(dict(provider), _SILENT) or None],
        named=sorted({*config.named, *filter(None, (path, code))}),
    )


def _model(name: str) -> tuple[str, str]:
    """Return `provider/model`, and which of the provider's interfaces is asked, as in `openai:chat:gpt-4o`."""
    match = _ID.fullmatch(name)
    if match is None or match["provider"] in ("file", "http", "https", "exec", "python"):
        return name, ""
    kind = _KIND.fullmatch(match["rest"])
    return f"{match['provider']}/{kind['model'] if kind else match['rest']}", kind["kind"] if kind else ""


def _schema(written: Any) -> Any:
    """Write OpenAI's form of a response format as targets send it; any other stays as it is."""
    if isinstance(written, dict) and written.get("type") == "json_schema":
        return {"responseFormat": "json_schema", "jsonSchema": written.get("json_schema")}
    return written


def _files(file: File, values: list[Any]) -> Iterator[str]:
    for value in values:
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, str) and item.startswith("file://"):
                path = structured.located(file.path, item.removeprefix("file://"))
                if path:
                    yield path
