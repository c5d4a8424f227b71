"""JSON Schema as a field of an assertion; jsonschema, slow to import, is loaded when the first schema is met."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from types import ModuleType
from typing import Annotated, Any

from pydantic import AfterValidator, JsonValue, WithJsonSchema
from pydantic_core import InitErrorDetails, PydanticCustomError, ValidationError


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A rule of a schema that a value breaks: its keyword, where in the value, what stands there, and in words."""

    keyword: str
    path: tuple[str | int, ...]
    value: JsonValue
    said: str


def breach(schema: JsonValue, value: JsonValue) -> str | None:
    """Tell the first rule of the schema that the value breaks, and where, or None.

    Raises:
        CannotJudge: if that takes too many steps.
    """
    found: str | None = _engine().breach(schema, value)
    return found


def first_breach(schema: JsonValue, value: JsonValue) -> Breach | None:
    """Find the first rule of the schema that the value breaks.

    Raises:
        CannotJudge: if that takes too many steps.
    """
    found: Breach | None = _engine().first_breach(schema, value)
    return found


def is_usable(schema: JsonValue) -> bool:
    """Whether a schema that somebody else wrote can be applied; keywords that it has on top do not matter."""
    return _is_usable(json.dumps(schema, sort_keys=True))


@functools.lru_cache(maxsize=256)
def _is_usable(written: str) -> bool:
    return not _engine().faults(json.loads(written), lenient=True)


def _checked(schema: Any) -> Any:
    """Raise all faults of a schema at once, each at its own place."""
    complaints = [
        InitErrorDetails(type=PydanticCustomError("json_schema", message), loc=at, input=None)
        for at, message in _engine().faults(schema)
    ]
    if complaints:
        raise ValidationError.from_exception_data("JSON Schema", complaints)
    return schema


def _engine() -> ModuleType:
    from llmgate.assertions import json_schema  # noqa: PLC0415 - 60 ms that most runs of the command do not need

    return json_schema


Schema = Annotated[JsonValue, AfterValidator(_checked), WithJsonSchema({"type": ["object", "boolean"]})]
