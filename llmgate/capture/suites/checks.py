"""A check as promptfoo writes it, and a case's variables → an assertion of llmgate, or what is lost and why.

Names are looked up in `assertions.KINDS`: a kind that llmgate gets is imported from then on.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, JsonValue, ValidationError

from llmgate import documents
from llmgate.assertions import KINDS, Assertion
from llmgate.capture.suites import folder, graders, values
from llmgate.capture.suites.case import Lost
from llmgate.capture.suites.folder import Folder, Unread
from llmgate.capture.suites.values import Unfilled
from llmgate.errors import ConfigurationError

MAX_DEEP = 12

_ALIASES = {"model-graded-factuality": "factuality", "model-graded-closedqa": "llm-rubric"}
_LISTS = frozenset({"contains-any", "contains-all", "icontains-any", "icontains-all"})
_SCHEMAS = frozenset({"is-json", "contains-json"})
_TEXTS = frozenset({"contains", "icontains", "starts-with", "regex", "levenshtein", "finish-reason"})
_NUMBERS = frozenset({"word-count"})
_TRANSFORMS = ("transform", "contextTransform", "postprocess")
_SHARED = frozenset({"type", "weight", "metric", "assert"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a check stands, and what it is read with; `filled` says that its texts are no templates any more."""

    file: str
    line: int
    folder: Folder
    variables: Mapping[str, JsonValue] = field(default_factory=dict)
    filled: bool = False

    def lost(self, what: str) -> Lost:
        return Lost(file=self.file, line=self.line, what=documents.printable(what, 300))


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What came of a check: an assertion, or none of it, and what is lost."""

    made: dict[str, Any] | None = None
    lost: tuple[Lost, ...] = ()


class _Refused(Exception):
    """Why a check is not imported."""


def taken(check: Any, place: Place, *, deep: int = 0) -> Checked:
    """Take a check over, or say why it is not.

    Raises:
        ConfigurationError: where the suite has too much of them.
    """
    place.folder.spend(check)
    try:
        found = _taken(check, place, deep)
    except (_Refused, Unfilled, Unread) as reason:
        return Checked(lost=(place.lost(f"assertion {_name(check)}: {reason}"),))
    place.folder.spend(found.made.get("value") if found.made else None)
    return found


def _name(check: Any) -> str:
    kind = check.get("type") if isinstance(check, dict) else None
    return documents.printable(kind, 80) if isinstance(kind, str) else "without a type"


def _taken(check: Any, place: Place, deep: int) -> Checked:
    if not isinstance(check, dict) or not isinstance(kind := check.get("type"), str):
        raise _Refused("an assertion is a mapping with a `type`")
    negation = "not-" if kind.startswith("not-") else ""
    plain = kind.removeprefix("not-")
    plain = _ALIASES.get(plain, plain)
    if plain not in KINDS:
        raise _Refused("llmgate has no such check")
    for key in _TRANSFORMS:
        if check.get(key) is not None:
            raise _Refused(f"`{key}` is a program")
    made: dict[str, Any] = {"type": negation + plain}
    if plain == "assert-set":
        return _set(check, made, place, deep)
    lost = _options(check, plain, made, place)
    if graders.expects_a_block(check):
        made["type"] = graders.BLOCKED
    if check.get("value") is not None:
        made["value"] = _value(plain, check["value"], place)
        _see_to_it_that_it_is_filled(made["value"], check["value"], place)
    return Checked(made=_valid({**made, **_weighed(check, place)}), lost=lost)


def _set(check: dict[str, Any], made: dict[str, Any], place: Place, deep: int) -> Checked:
    inner = check.get("assert")
    if not isinstance(inner, list) or deep > MAX_DEEP:
        raise _Refused("a set needs a list of assertions in `assert`, and sets nest at most 8 deep")
    found = [taken(each, place, deep=deep + 1) for each in inner]
    kept = [each.made for each in found if each.made is not None]
    lost = tuple(each for part in found for each in part.lost)
    if not kept:
        return Checked(lost=lost or (place.lost("assertion assert-set: it has no assertion"),))
    if check.get("threshold") is not None:
        made["threshold"] = _number(check["threshold"], "threshold")
    try:
        return Checked(made=_valid({**made, "assert": kept, **_weighed(check, place)}), lost=lost)
    except _Refused as reason:
        return Checked(lost=(*lost, place.lost(f"assertion assert-set: {reason}")))


def _options(check: dict[str, Any], kind: str, made: dict[str, Any], place: Place) -> tuple[Lost, ...]:
    """Add the fields that the kind has; of the others, tell those that bear on the judgement."""
    known = _fields(KINDS[kind])
    lost = []
    for key, item in check.items():
        if key in _SHARED or key == "value" or item is None:
            continue
        if key == "threshold" and key in known:
            made[key] = _number(item, key)
            if kind == "levenshtein":  # edits are counted: at most 0.75 is none
                made[key] = math.floor(made[key])
        elif key in known:
            made[key] = item
        elif key != "threshold" or graders.has_score(check):  # promptfoo has no use for other thresholds either
            about = graders.ABOUT_BLOCKS if key == "config" and graders.expects_a_block(check) else ""
            lost.append(place.lost(f"`{documents.printable(str(key), 80)}` of the assertion {kind}{about}"))
    return tuple(lost)


def _fields(kind: type[BaseModel]) -> frozenset[str]:
    return frozenset(item.alias or name for name, item in kind.model_fields.items())


def _weighed(check: dict[str, Any], place: Place) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if check.get("weight") is not None:
        found["weight"] = _number(check["weight"], "weight")
    if isinstance(metric := check.get("metric"), str) and metric:
        found["metric"] = metric if place.filled else values.filled(metric, place.variables)
    return found


def _value(kind: str, value: Any, place: Place) -> Any:
    """Bring a value into the form that the kind has it in."""
    if kind == "python" and isinstance(value, str) and value.startswith("file://") and folder.is_code(value):
        return _function(value, place)
    return _formed(kind, _read(value, place))


def _see_to_it_that_it_is_filled(made: Any, written: Any, place: Place) -> None:
    """Name the variable that is missing where nothing is left of a text without it."""
    texts = [text for text in (written if isinstance(written, list) else [written]) if isinstance(text, str)]
    empty = made in ("", []) or (isinstance(made, list) and "" in made)
    if empty and (missing := [name for text in texts for name in values.missing(text, place.variables)]):
        raise _Refused(f"its value is empty, as the case has no variable {documents.quoted(missing[0])}")


def _formed(kind: str, read: Any) -> Any:
    if kind in _LISTS:
        listed = values.parted(read) if isinstance(read, str) else read if isinstance(read, list) else [read]
        return [_text(each) for each in listed]
    if kind == "llm-rubric" and isinstance(read, dict):
        return json.dumps(read, ensure_ascii=False, separators=(",", ":"))
    if kind in _SCHEMAS and isinstance(read, str):
        return _schema(read)
    if kind in _NUMBERS and isinstance(read, str):
        return _whole(read)
    if kind in _TEXTS or (kind == "equals" and isinstance(read, float)):
        return _text(read)
    return read


def _read(value: Any, place: Place) -> Any:
    """Read the file that a text names, or fill the text; in a list each text of its own."""
    if isinstance(value, list):
        return [_read(each, place) if isinstance(each, str) else each for each in value]
    if not isinstance(value, str) or place.filled:
        return value
    if value.startswith("file://"):
        if folder.is_code(value):
            raise _Refused(f"its value is the program {folder.shown(value)}")
        is_data = value.endswith((".json", ".yaml", ".yml"))
        path = place.folder.path(value)
        return place.folder.value(path) if is_data else place.folder.text(path).strip()
    if value.startswith("package:"):
        raise _Refused(f"its value is the program {folder.shown(value)}")
    return values.filled(value, place.variables)


def _function(value: str, place: Place) -> str:
    """Name a function's file as the repository does; it is read when it grades."""
    path, colon, function = value.removeprefix("file://").partition(":")
    return f"file://{place.folder.path(path)}{colon}{function}"


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return values.number(value)
    raise _Refused("its value must be text or a number")


def _schema(text: str) -> Any:
    try:
        return documents.foreign("schema.yaml", text.encode()).value
    except ConfigurationError as error:
        raise _Refused(f"its schema cannot be read: {error.faults[0].message}") from error


def _number(value: Any, name: str) -> float:
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError as error:
            raise _Refused(f"its {name} {documents.quoted(value)} is no number") from error
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        raise _Refused(f"its {name} is no number")
    return value


def _whole(text: str) -> Any:
    return int(text) if text.strip().isascii() and text.strip().isdecimal() and len(text) < 10 else text


def _valid(made: dict[str, Any]) -> dict[str, Any]:
    """See that the assertion is one; it is written as it was, without what is at its default."""
    try:
        read = Assertion.model_validate(made)
    except ValidationError as error:
        raise _Refused("; ".join(_complaints(error))) from error
    dumped: dict[str, Any] = read.model_dump(mode="json", by_alias=True)
    return dumped


def _complaints(error: ValidationError) -> Iterator[str]:
    for item in error.errors(include_url=False, include_input=False, include_context=False)[:3]:
        where = ".".join(str(piece) for piece in item["loc"][:6])
        yield f"{where}: {item['msg'].removeprefix('Value error, ')}"
