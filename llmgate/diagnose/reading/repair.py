"""An output that breaks a format → what was meant by it, in each way that it can be mended, the least change first."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from pydantic import JsonValue

from llmgate.assertions import json_text, xml_text
from llmgate.diagnose.reading import tolerant_json
from llmgate.errors import CannotJudge

MAX_REPAIRED_CHARS = 100_000
MAX_EMBEDDED = 8
MAX_UNWRAPPED = 8
MAX_DEPTH = 32

_FENCE = re.compile(r"```[^\n`]*\n(.*?)(?:\n[ \t]*```|\Z)", re.DOTALL)
_ELEMENT = re.compile(r"<[^\s<>/!?][^<>]*>")
_LEAD = re.compile(r"\A[^\n:]{0,120}:\s+")
_MARKS = "\"'`*_ \t\r\n.“”"
_NUMBER = re.compile(r"\s*-?\d{1,15}(?:\.\d{1,15})?\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaired:
    """A mended output, the code of what was wrong with it, and what was done, in words."""

    output: str
    code: str
    done: str


def texts(output: str) -> Iterator[Repaired]:
    """Take away what stands around an answer of any form."""
    if len(output) > MAX_REPAIRED_CHARS:
        return
    for fenced in islice(_FENCE.finditer(output), MAX_EMBEDDED):
        yield _noise(fenced[1].strip(), "without its code fence")
    bare = output.strip(_MARKS)
    if bare != output:
        yield _noise(bare, "without the marks around it")
    if lead := _LEAD.match(output):
        yield _noise(output[lead.end() :].strip(_MARKS), "without the words before it")
    if element := _element(output):
        yield _noise(element, "without the text around it")


def jsons(output: str, schema: JsonValue, like: JsonValue) -> Iterator[Repaired]:
    """Find the JSON that was meant, and give it the types that are asked for."""
    if len(output) > MAX_REPAIRED_CHARS:
        return
    if json_text.flaw(output) is None:
        with_types = _valued(output, "schema_violation", "")
    else:
        with_types = None
        for embedded in islice(json_text.embedded(output), MAX_EMBEDDED):
            yield _noise(embedded, "without the text around it")
            with_types = with_types or _valued(embedded, "wrapper_noise", "without the text around it, ")
        with_types = with_types or _lenient(output)
    if with_types is not None:
        yield from _forms(*with_types, schema=schema, like=like)


_Form = tuple[JsonValue, str, str]


def _lenient(output: str) -> _Form | None:
    fenced = _FENCE.search(output)
    meant = tolerant_json.read(fenced[1] if fenced else output)
    if meant is None:
        return None
    if meant.truncated:
        return meant.value, "truncated", "with its brackets closed"
    return meant.value, "unparseable", "read leniently"


def _valued(text: str, code: str, done: str) -> _Form | None:
    if json_text.flaw(text) is not None:
        return None
    try:
        return json_text.build(text), code, done
    except CannotJudge:
        return None


def _forms(value: JsonValue, code: str, done: str, *, schema: JsonValue, like: JsonValue) -> Iterator[Repaired]:
    if done and code != "wrapper_noise":
        yield Repaired(output=_written(value), code=code, done=done)
    coercions: list[Callable[[JsonValue], JsonValue]] = []
    if isinstance(schema, dict):
        coercions.append(lambda item: _coerced(item, schema, 0))
    if isinstance(like, dict | list):
        coercions.append(lambda item: _alike(item, like, 0))
    for coerce in coercions:
        if (typed := coerce(value)) != value or type(typed) is not type(value):
            kept = code if code in {"unparseable", "truncated"} else "schema_violation"
            yield Repaired(output=_written(typed), code=kept, done=f"{done}with other types".lstrip())
    for inner in islice(_unwrapped(value), MAX_UNWRAPPED):
        kept = code if code in {"unparseable", "truncated"} else "wrapper_noise"
        yield Repaired(output=_written(inner), code=kept, done="out of what is wrapped around it")
        for coerce in coercions:
            yield Repaired(output=_written(coerce(inner)), code="schema_violation", done="unwrapped, with other types")


def _unwrapped(value: JsonValue) -> Iterator[JsonValue]:
    """Yield what a wrapper holds: an object or a list of one, JSON in a text, an object within an object."""
    items: Iterable[JsonValue] = [value] if isinstance(value, str) else ()
    if isinstance(value, dict):
        items = value.values()
    elif isinstance(value, list) and len(value) == 1:
        items = value
    for item in items:
        if isinstance(item, dict | list):
            yield item
        elif isinstance(item, str) and (inner := _valued(item, "", "")):
            yield inner[0]


def _coerced(value: JsonValue, schema: Any, depth: int) -> JsonValue:
    """Give a value the types of a schema, as far as nothing has to be guessed for it."""
    if depth > MAX_DEPTH or not isinstance(schema, dict):
        return value
    properties, items = schema.get("properties"), schema.get("items")
    if isinstance(value, dict) and isinstance(properties, dict):
        allowed = properties if schema.get("additionalProperties") is False else value
        return {key: _coerced(item, properties.get(key), depth + 1) for key, item in value.items() if key in allowed}
    if isinstance(value, list) and isinstance(items, dict):
        return [_coerced(item, items, depth + 1) for item in value]
    wanted = schema.get("type")
    return _typed(value, wanted) if isinstance(wanted, str) else value


def _typed(value: JsonValue, wanted: str) -> JsonValue:
    match wanted:
        case "integer" | "number":
            return _numeric(value, wanted)
        case "string" if isinstance(value, int | float):
            return json.dumps(value)
        case "boolean" if isinstance(value, str) and value.strip().lower() in {"true", "false", "yes", "no"}:
            return value.strip().lower() in {"true", "yes"}
        case "array" if isinstance(value, str | int | float | dict):
            return [value]
        case _:
            return value


def _numeric(value: JsonValue, wanted: str) -> JsonValue:
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        number = float(value)
        return int(number) if number.is_integer() else number
    return int(value) if wanted == "integer" and isinstance(value, float) and value.is_integer() else value


_TYPES = ((bool, "boolean"), (int, "number"), (float, "number"), (str, "string"))


def _alike(value: JsonValue, like: JsonValue, depth: int) -> JsonValue:
    """Give a value the types of another one; `like` bounds the walk."""
    if depth > MAX_DEPTH:
        return value
    if isinstance(value, dict) and isinstance(like, dict):
        return {key: _alike(item, like.get(key), depth + 1) for key, item in value.items()}
    if isinstance(value, list) and isinstance(like, list) and len(value) == len(like):
        return [_alike(one, other, depth + 1) for one, other in zip(value, like, strict=True)]
    wanted = next((name for kind, name in _TYPES if isinstance(like, kind)), None)
    return _typed(value, wanted) if wanted else value


def _element(output: str) -> str | None:
    """Cut out what stands between the first tag and the last."""
    first, last = _ELEMENT.search(output), output.rfind(">")
    if first is None:
        return None
    cut = output[first.start() : last + 1]
    return cut if cut != output.strip() and xml_text.outermost(cut) else None


def _written(value: JsonValue) -> str:
    return json.dumps(value, ensure_ascii=False)


def _noise(output: str, done: str) -> Repaired:
    return Repaired(output=output, code="wrapper_noise", done=done)
