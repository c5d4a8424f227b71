"""A failing trial → whether JSON was asked for, and what is wrong with the form of what came."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from pydantic import JsonValue

from llmgate.assertions import json_text, judgement, schemas
from llmgate.assertions.contains import Contains
from llmgate.assertions.equals import Equals
from llmgate.assertions.format_json_schema import FormatJsonSchema
from llmgate.assertions.is_json import IsJson
from llmgate.diagnose.reading import repair
from llmgate.diagnose.reading.seen import Failure, Seen
from llmgate.errors import CannotJudge
from llmgate.message import Message

MAX_MESSAGE_CHARS = 50_000
MAX_DEPTH = 16
MAX_REPAIRS = 8

_SENTENCE = re.compile(r"[^.!?\n]*\bjson\b[^.!?\n]*", re.IGNORECASE)
_TELLS = re.compile(
    r"(?i)\b(?:answer|reply|respond|return|output|produce|write|print|emit|give|format|only|valid|as json|in json)\b"
)
_KEY = re.compile(r'\s*[{,]?\s*"([^"\n]{1,80})"\s*(?::.*)?', re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """What is wrong with an answer that was to be JSON: a code of the taxonomy, and lines that show it."""

    code: str
    evidence: tuple[str, ...]


def flaw(seen: Seen) -> Flaw | None:
    """Find what is wrong with the form; None where JSON was not asked for, or only its values are wrong."""
    if len(seen.trace.output) > repair.MAX_REPAIRED_CHARS or (why := _asked(seen)) is None:
        return None
    if said := json_text.flaw(seen.trace.output):
        return Flaw(code=_unread(seen.trace.output), evidence=(why, said))
    try:
        value = json_text.build(seen.trace.output)
    except CannotJudge:
        return None
    broken = next(_breaches(seen, value), None)
    return Flaw(code="schema_violation", evidence=(why, broken)) if broken else None


def _unread(output: str) -> str:
    """Name what keeps an answer from being JSON, by what mends it."""
    codes = {one.code for one in islice(repair.jsons(output, None, None), MAX_REPAIRS)}
    for code in ("truncated", "wrapper_noise"):
        if code in codes:
            return code
    return "unparseable"


def _asked(seen: Seen) -> str | None:
    """Say by what JSON was asked for: a parameter, an assertion, or the words of the prompt or the user."""
    request = seen.trace.request
    asked = request.params.get("response_format") if request else None
    if isinstance(asked, dict) and str(asked.get("type", "")).startswith("json"):
        return "the request asks for JSON by response_format"
    if any(_wants(failure) for failure in (*seen.failures, *seen.passed)):
        return "an assertion takes the answer for JSON"
    if any(_wants_text(failure) for failure in (*seen.failures, *seen.passed)):
        return None
    for message in request.messages if request else ():
        if (told := _told(message)) is not None:
            return f"the request says {judgement.quoted(told)}"
    return None


def _wants(failure: Failure) -> bool:
    check = failure.assertion.check if failure.assertion else None
    if failure.grade.assertion.startswith("not-"):
        return False
    structured = isinstance(check, Equals) and isinstance(check.value, dict | list)
    return structured or isinstance(check, IsJson | FormatJsonSchema)


def _wants_text(failure: Failure) -> bool:
    """Tell whether an assertion holds the answer to a text that is no JSON, whatever the prompt says."""
    check = failure.assertion.check if failure.assertion else None
    return isinstance(check, Equals) and isinstance(check.value, str) and json_text.flaw(check.value) is not None


def _told(message: Message) -> str | None:
    if message.role not in ("system", "developer", "user"):
        return None
    found = (match[0].strip() for match in _SENTENCE.finditer(message.text[:MAX_MESSAGE_CHARS]))
    return next((sentence for sentence in found if _TELLS.search(sentence)), None)


def _breaches(seen: Seen, value: JsonValue) -> Iterator[str]:
    """List where the form of an answer that is JSON is another than was asked for."""
    for failure in seen.failures:
        check = failure.assertion.check if failure.assertion else None
        if failure.grade.assertion.startswith("not-"):
            continue
        if isinstance(check, Equals) and isinstance(check.value, dict | list):
            yield from islice(_shapes(value, check.value, "the answer", 0), 1)
        if isinstance(check, Contains) and (key := _KEY.fullmatch(check.value)) and key[1] not in set(_keys(value, 0)):
            yield f"the answer has no key {judgement.quoted(key[1])}"
    yield from _breach(seen, value)


def _breach(seen: Seen, value: JsonValue) -> Iterator[str]:
    """Hold the answer against the schema that the request sent; a value that is another is no matter of form."""
    schema: JsonValue = seen.trace.request.params.get("response_format") if seen.trace.request else None
    for key in ("json_schema", "schema"):
        schema = schema.get(key) if isinstance(schema, dict) else None
    if schema is None or not schemas.is_usable(schema):
        return
    with contextlib.suppress(CannotJudge):
        breach = schemas.first_breach(schema, value)
        if breach is not None and breach.keyword not in ("const", "enum"):
            yield breach.said


def _shapes(value: JsonValue, wanted: JsonValue, where: str, depth: int) -> Iterator[str]:
    """List where a value has other keys or other types than one that was expected; other values of a type do not."""
    if depth > MAX_DEPTH:
        return
    if _type(value) != _type(wanted):
        yield f"{where} is {_type(value)}, and {_type(wanted)} was expected"
    elif isinstance(value, dict) and isinstance(wanted, dict):
        yield from (f"{where} lacks the key {judgement.quoted(key)}" for key in wanted if key not in value)
        yield from (f"{where} has the key {judgement.quoted(key)}" for key in value if key not in wanted)
        for key in wanted.keys() & value.keys():
            yield from _shapes(value[key], wanted[key], f"{where}.{key[:80]}", depth + 1)
    elif isinstance(value, list) and isinstance(wanted, list):
        for place, (one, other) in enumerate(zip(value, wanted, strict=False)):
            yield from _shapes(one, other, f"{where}[{place}]", depth + 1)


def _type(value: JsonValue) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return "a list"
        case _:
            return "an object"


def _keys(value: JsonValue, depth: int) -> Iterator[str]:
    if depth > MAX_DEPTH:
        return
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield key
            yield from _keys(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            yield from _keys(item, depth + 1)
