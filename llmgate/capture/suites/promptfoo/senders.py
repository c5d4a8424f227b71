"""`prompts` × `providers` → who is asked: each prompt as a target names it, with each model and its parameters.

https://www.promptfoo.dev/docs/providers/
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import JsonValue, ValidationError

from llmgate.capture.suites.case import Lost, Sender
from llmgate.capture.suites.folder import Folder, Unread
from llmgate.message import ToolDefinition
from llmgate.prompts import Prompt
from llmgate.prompts.prompt import decode
from llmgate.prompts.promptfoo_files import LINE_END_KEPT
from llmgate.prompts.structured import YAML_ENDINGS

# What providers know by these names. All else in a `config` is promptfoo's own, or where a request goes.
_PARAM_WORDS = """
    temperature max_tokens max_completion_tokens top_p top_k seed stop stop_sequences presence_penalty
    frequency_penalty reasoning_effort verbosity response_format tool_choice parallel_tool_calls logit_bias
    thinking service_tier
"""
PARAMS = frozenset(_PARAM_WORDS.split())
_PINNED = re.compile(r"(?P<provider>[a-z][a-z0-9_-]*)/(?P<model>.+)", re.DOTALL)
_NUNJUCKS = re.compile(
    r"\{[{%][^{}%]{0,500}?(?P<what>===|!==|&&|\|\||\|\s*(?:dump|nl2br|urlize)\b|\b_conversation\b|\benv\.\w+"
    r"|%\s*(?:asyncEach|asyncAll|ifAsync|switch|set\s+\w+\s*%))"
)
_TAG = "{{"
_INLINE = re.compile(r"prompts\[(.+)\](?:~\d+)?")
_NO_MODELS = ("http", "https", "file", "exec", "python", "webhook", "websocket", "browser", "promptfoo")


def of(prompts: tuple[Prompt, ...], files: Folder) -> tuple[tuple[Sender, ...], tuple[Lost, ...]]:
    """Pair each prompt with each model; what is not sent as it is written is lost, once for each prompt or model."""
    lost: list[Lost] = []
    named = ((prompt, _model(prompt, lost)) for prompt in prompts if prompt.model is not None)
    models = [
        _Model(name=prompt.name or "", entry=entry, tools=_tools(prompt, files, lost))
        for prompt, entry in named
        if entry
    ]
    found = [
        _sender(text, model, files, several=len(models) > 1, lost=lost)
        for text in prompts
        if text.model is None
        for model in models or [_Model()]
    ]
    return tuple(found), tuple(dict.fromkeys(lost))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Model:
    """A provider that names a model; without an entry it stands for none at all."""

    name: str = ""
    entry: dict[str, Any] | None = None
    tools: tuple[dict[str, Any], ...] = ()


def _sender(text: Prompt, model: _Model, files: Folder, *, several: bool, lost: list[Lost]) -> Sender:
    name = _short(text.name or text.path)
    entry = model.entry
    if entry is not None:
        entry = {**entry, "params": {**entry["params"], **_params(text, lost)}}
    return Sender(
        name=f"{name} {model.name}" if several else name,
        prompt=text.reference,
        provider=model.name,
        inline=_inline(text),
        file=_file(text, files),
        variables=tuple(each for each in text.variables if each not in text.defaults),
        model=entry,
        tools=model.tools,
        lost=tuple(_unsent(text)),
    )


def _inline(text: Prompt) -> str | None:
    """Return the text of a prompt whose name is made of it, so that an edit would rename it."""
    is_text = len(text.turns) == 1 and text.turns[0].role is None and not text.unrendered
    return text.turns[0].text if is_text and _INLINE.fullmatch(text.name or "") else None


def _file(text: Prompt, files: Folder) -> str:
    """Name the file that says the whole prompt and nothing else."""
    if text.unrendered or text.elsewhere or text.fault:
        return ""
    return next((path for path in text.dependencies if path in files.paths and _is_whole(text, path, files)), "")


def _is_whole(text: Prompt, path: str, files: Folder) -> bool:
    if len(text.turns) != 1 or text.turns[0].role is not None:
        return path.endswith((".json", *YAML_ENDINGS))
    try:
        return decode(files.data(path)) == text.turns[0].text.removesuffix(LINE_END_KEPT)
    except (Unread, UnicodeDecodeError):
        return False


def _short(name: str) -> str:
    """Name a target after a prompt: by the first words of a text, by a file without its folder and its ending."""
    if match := _INLINE.fullmatch(name):
        return match[1]
    path, colon, part = name.partition(": ")
    return posixpath.splitext(posixpath.basename(path))[0] + (f" {part}" if colon else "")


def _model(prompt: Prompt, lost: list[Lost]) -> dict[str, Any] | None:
    match = _PINNED.fullmatch(prompt.model or "")
    if match is None or match["provider"] in _NO_MODELS:
        lost.append(_lost(prompt, f"the provider {(prompt.model or '')[:80]!r}: it names no model that can be pinned"))
        return None
    return {"provider": match["provider"], "model": match["model"], "params": _params(prompt, lost)}


def _params(prompt: Prompt, lost: list[Lost]) -> dict[str, JsonValue]:
    kept = {key: value for key, value in prompt.params.items() if key in PARAMS}
    filled = sorted(key for key, value in kept.items() if _TAG in json.dumps(value))
    lost += [_lost(prompt, f"`config.{key}`: it is a template; write its value under `models`") for key in filled]
    kept = {key: value for key, value in kept.items() if key not in filled}
    others = sorted(prompt.params.keys() - PARAMS)
    lost += [_lost(prompt, f"`config.{key[:80]}`: see `policy.providers` in llmgate.yaml") for key in others]
    if isinstance(prompt.schema, dict):
        kept["response_format"] = _response_format(prompt.schema)
    elif prompt.schema is not None:
        lost.append(_lost(prompt, "the format of the answer, which is in another file"))
    return kept


def _response_format(schema: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Write OpenAI's form again, which the reading of prompts brings into that of other formats."""
    if schema.get("responseFormat") == "json_schema":
        return {"type": "json_schema", "json_schema": schema.get("jsonSchema")}
    return dict(schema)


def _tools(prompt: Prompt, files: Folder, lost: list[Lost]) -> tuple[dict[str, Any], ...]:
    """Return the tools that a provider is given, those in a file too."""
    try:
        written: Any = files.value(files.path(prompt.tools)) if isinstance(prompt.tools, str) else prompt.tools
        listed = written if isinstance(written, list) else [] if written is None else [written]
        read = [ToolDefinition.model_validate(each) for each in listed]
    except (Unread, ValidationError):
        lost.append(_lost(prompt, "the tools of the provider: they are not written out as definitions"))
        return ()
    return tuple(each.model_dump(mode="json", exclude_defaults=True) for each in read)


def _unsent(prompt: Prompt) -> Iterator[Lost]:
    """List why a prompt is not sent as promptfoo sends it."""
    if prompt.fault:
        yield Lost(file=prompt.fault.file, line=prompt.fault.line, what=f"the prompt: {prompt.fault.message}")
    elif prompt.elsewhere:
        yield _lost(prompt, f"the prompt: its text is in {prompt.elsewhere}")
    elif prompt.unrendered:
        yield _lost(prompt, f"the prompt: {prompt.unrendered}")
    for turn in prompt.turns:
        for match in _NUNJUCKS.finditer(turn.text):
            line = prompt.line + turn.text.count("\n", 0, match.start())
            what = f"the prompt: {match['what'][:80]!r} means something to Nunjucks and not to Jinja"
            yield Lost(file=prompt.path, line=line, what=what)


def _lost(prompt: Prompt, what: str) -> Lost:
    return Lost(file=prompt.path, line=prompt.line, what=what)
