"""The kinds of assertion → docs/assertions.md: their docstrings and fields, in the order of the registry.

Write the page with `python -c "from llmgate.assertions import catalogue; print(catalogue.page(), end='')"`.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator
from typing import Any, Final

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from llmgate import documents
from llmgate.assertions import KINDS, NOT, Assertion, Subject, categories
from llmgate.assertions.custom import PREFIX, Custom
from llmgate.assertions.subject import MAX_OUTPUT_CHARS
from llmgate.trial import Arm, Grade, Trace, Trial

_INTRODUCTION = f"""\
# Assertions

An assertion is one check of a trial. It stands in a fixture under `assert`, as a mapping with a `type`, the fields of
that type, and some fields that all assertions share. Names and semantics are promptfoo's where promptfoo has the check;
our own are `stable` and those named `retrieval:…`, `grounding:…`, `format:…` and `tool:…`. A key that is not listed
here is a fault.

A case passes if all its assertions pass or, when the fixture has a `threshold`, if the weighted mean of their scores
reaches it. An assertion that cannot judge (no known price, a missing package, an output that is too long) makes the
trial an error, which is missing data and never a failure, unless the other assertions decide the case anyway.

The kind of failure that a report names is the `category` of the failed assertion, else that of its fixture, else what
the trace shows ([diagnosis](diagnosis.md)), of which the one below with the kind of assertion is a part.

Outputs of more than {MAX_OUTPUT_CHARS:,} characters are not graded. What a kind says of an empty answer is of its
example, and of a trial without calls, documents and request.
"""
_WORDS: Final = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "object": "mapping",
}
_NAMED: Final = {"FinishReason": "word", "Compared": "word", "JsonValue": "any value"}
_NOTHING: Final = Subject(trace=Trace(trial=Trial(fixture="f", arm=Arm.HEAD, index=0)))


def page() -> str:
    """The whole page, in Markdown."""
    shared = [
        _field(name, Assertion.model_fields[name], _SHARED_SCHEMAS[name]) for name in _SHARED_SCHEMAS if name != "check"
    ]
    kinds: dict[str, type[BaseModel]] = {**KINDS, f"{PREFIX}NAME": Custom}
    sections = [_section(kind, model) for kind, model in kinds.items()]
    return "\n".join([_INTRODUCTION, "## Fields of every assertion\n", *shared, "", *sections])


def example(model: type[BaseModel]) -> Any:
    """The first example in the docstring of a kind, as a fixture has it."""
    written = next(line for line in inspect.cleandoc(model.__doc__ or "").splitlines() if line.startswith("    {"))
    return documents.read("example.yaml", written.strip().encode()).value


def _section(kind: str, model: type[BaseModel]) -> str:
    schemas = model.model_json_schema()
    properties = schemas.get("properties", {})
    own = [
        _field(field.alias or name, field, properties[field.alias or name])
        for name, field in model.model_fields.items()
        if not field.exclude
    ]
    told = [*(own or ["No fields."]), "", *_edges(model), f"Kind of failure: {_category(kind)}."]
    return "\n".join([f"## {kind}\n", inspect.cleandoc(model.__doc__ or ""), "", *told, ""])


def _category(kind: str) -> str:
    named = categories.implied(kind)
    return f"`{named}`" if named else "any"


def _edges(model: type[BaseModel]) -> Iterator[str]:
    """Tell what becomes of an empty answer, by grading one."""
    written = example(model)
    kind = written["type"].removeprefix(NOT)
    plain = Assertion.model_validate({**written, "type": kind}).grade(_NOTHING)
    negated = Assertion.model_validate({**written, "type": NOT + kind}).grade(_NOTHING)
    if plain.error is not None:
        yield f"An empty answer cannot be judged ({plain.error})."
    else:
        yield f"An empty answer {_outcome(plain)} ({plain.reason}); with `not-` it {_outcome(negated)}."


def _outcome(grade: Grade) -> str:
    return "passes" if grade.passed else "fails"


def _field(name: str, field: FieldInfo, schema: dict[str, Any]) -> str:
    if field.is_required():
        need = "required"
    elif field.default is None or field.default is PydanticUndefined:
        need = "optional"
    else:
        need = f"default {json.dumps(field.default)}"
    return f"- `{name}` ({_type(schema)}, {need}): {field.description}"


def _type(schema: dict[str, Any]) -> str:
    """Say in words what a JSON Schema asks for."""
    if "$ref" in schema:
        return _NAMED.get(schema["$ref"].rpartition("/")[2], "mapping")
    if "anyOf" in schema or "oneOf" in schema:
        options = schema.get("anyOf") or schema["oneOf"]
        return " or ".join(dict.fromkeys(_type(option) for option in options if option.get("type") != "null"))
    kinds = schema.get("type", "any value")
    if kinds == "array":
        items = schema.get("items")
        return f"list of {_type(items)}" if items else "list of assertions"
    words = [_WORDS.get(kind, str(kind)) for kind in (kinds if isinstance(kinds, list) else [kinds])]
    return " or ".join(words) + _range(schema)


def _range(schema: dict[str, Any]) -> str:
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum")
    above = "above" if "exclusiveMinimum" in schema else "from"
    if low is None:
        return ""
    return f" {above} {low:g}" + (f" to {high:g}" if high is not None else "")


_SHARED_SCHEMAS: Final[dict[str, dict[str, Any]]] = {
    "type": {"type": "string"},
    "weight": {"type": "number", "minimum": 0, "maximum": 1000},
    "metric": {"type": "string"},
    "category": {"type": "string"},
}
