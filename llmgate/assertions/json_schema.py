"""JSON Schemas that fixtures carry: checked when they are read, applied to hostile values in bounded time."""

from __future__ import annotations

import difflib
import functools
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from typing import Any, Final

import jsonschema
import referencing
import referencing.exceptions
from jsonschema import validators
from pydantic import JsonValue
from referencing.jsonschema import specification_with

from llmgate.assertions import formats, json_text, judgement, patterns
from llmgate.assertions.schemas import Breach
from llmgate.errors import CannotJudge

MAX_STEPS = 30_000  # of 10 to 20 µs each

Pointer = tuple[str | int, ...]
SchemaFault = tuple[Pointer, str]
Rule = Callable[[Any, Any, Any, Any], Iterable[jsonschema.ValidationError] | None]

DEFAULT_DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"

_steps_left: ContextVar[list[int]] = ContextVar("_steps_left")

# Keywords whose argument is a schema, a list of schemas, or schemas by name.
_LISTED = frozenset({"allOf", "anyOf", "oneOf", "prefixItems", "items"})
_NAMED = frozenset({"properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies"})
_ONE = frozenset(
    {"items", "additionalItems", "unevaluatedItems", "contains", "additionalProperties", "unevaluatedProperties"}
    | {"propertyNames", "if", "then", "else", "not", "contentSchema"}
)
# Keywords that jsonschema applies together with another one, or not at all.
_SILENT = frozenset(
    {"$schema", "$id", "$comment", "$anchor", "$dynamicAnchor", "$recursiveAnchor", "$vocabulary", "$defs"}
    | {"definitions", "title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly"}
    | {"contentEncoding", "contentMediaType", "contentSchema", "then", "else", "minContains", "maxContains"}
)
_PROBES: tuple[JsonValue, ...] = (None, True, 0, "", [], {}, [None], {"a": None})


def breach(schema: JsonValue, value: JsonValue) -> str | None:
    """Tell the first rule of the schema that the value breaks, and where, or None."""
    found = first_breach(schema, value)
    return None if found is None else found.said


def first_breach(schema: JsonValue, value: JsonValue) -> Breach | None:
    """Find the first rule of the schema that the value breaks.

    Raises:
        CannotJudge: if that takes more than MAX_STEPS applications of a keyword.
    """
    steps = _steps_left.set([MAX_STEPS])
    try:
        error = next(_validator(schema).iter_errors(value), None)
    finally:
        _steps_left.reset(steps)
    if error is None:
        return None
    said = f"at {error.json_path}: {judgement.printable(error.message, 200)}"
    return Breach(keyword=str(error.validator), path=tuple(error.absolute_path), value=error.instance, said=said)


def faults(schema: JsonValue, *, lenient: bool = False) -> list[SchemaFault]:
    """Find what makes a schema unusable; `lenient` lets unknown keywords pass, as JSON Schema itself does."""
    if not isinstance(schema, (dict, bool)):
        return [((), "a JSON Schema is a mapping, or true or false")]
    if isinstance(schema, dict) and schema.get("$schema", DEFAULT_DRAFT) not in _DRAFTS:
        return [(("$schema",), f"llmgate knows the drafts {', '.join(_DRAFTS)}")]
    try:
        _draft(schema).check_schema(schema, format_checker=jsonschema.FormatChecker(formats=()))
    except jsonschema.SchemaError as error:
        return [(tuple(error.absolute_path), f"not a JSON Schema: {judgement.printable(error.message, 200)}")]
    inside = [(at, fault) for at, part in _parts(schema, ()) for fault in _own_faults(part, schema, lenient=lenient)]
    found = [((*at, key), message) for at, (key, message) in inside]
    return found or ([((), "the schema refers to itself without end")] if _is_endless(schema) else [])


def _own_faults(part: dict[str, Any], whole: JsonValue, *, lenient: bool) -> Iterator[tuple[str, str]]:
    for key, value in part.items():
        if key in {"$ref", "$dynamicRef", "$recursiveRef"}:
            if fault := _reference_fault(value, whole):
                yield key, fault
        elif key == "pattern" and (fault := patterns.fault(value)):
            yield key, fault
        elif key == "patternProperties":
            yield from ((key, fault) for pattern in value if (fault := patterns.fault(pattern)))
        elif key == "unevaluatedProperties" and _anywhere("patternProperties", whole):
            yield key, "unevaluatedProperties beside patternProperties is not supported: use additionalProperties"
        elif not lenient and not key.startswith("x-") and key not in _known(whole):
            close = difflib.get_close_matches(key, sorted(_known(whole)), n=1)
            yield key, f"unknown keyword {judgement.quoted(key)}" + (f"; did you mean {close[0]!r}?" if close else "")


def _reference_fault(reference: str, whole: JsonValue) -> str | None:
    if not reference.startswith("#"):
        return "a reference reaches within the schema only, such as '#/$defs/name': copy what it refers to"
    resource = referencing.Resource.from_contents(whole, default_specification=specification_with(_draft_id(whole)))
    try:
        referencing.Registry().resolver_with_root(resource).lookup(reference)
    except (referencing.exceptions.Unresolvable, ValueError):
        return f"the schema has nothing at {judgement.quoted(reference)}"
    return None


def _parts(schema: Any, at: Pointer) -> Iterator[tuple[Pointer, dict[str, Any]]]:
    """The schema and all schemas in it, with their places."""
    if not isinstance(schema, dict):
        return
    yield at, schema
    for key, value in schema.items():
        if key in _ONE and isinstance(value, dict):
            yield from _parts(value, (*at, key))
        elif key in _LISTED and isinstance(value, list):
            for index, item in enumerate(value):
                yield from _parts(item, (*at, key, index))
        elif key in _NAMED and isinstance(value, dict):
            for name, item in value.items():
                yield from _parts(item, (*at, key, name))


def _anywhere(key: str, whole: JsonValue) -> bool:
    return any(key in part for _, part in _parts(whole, ()))


def _is_endless(schema: JsonValue) -> bool:
    try:
        for probe in _PROBES:
            breach(schema, probe)
    except (RecursionError, CannotJudge):
        return True
    return False


def _draft_id(schema: JsonValue) -> str:
    return str(schema.get("$schema", DEFAULT_DRAFT)) if isinstance(schema, dict) else DEFAULT_DRAFT


def _draft(schema: JsonValue) -> Any:
    return _DRAFTS.get(_draft_id(schema), _DRAFTS[DEFAULT_DRAFT])


def _known(schema: JsonValue) -> frozenset[str]:
    return _SILENT | frozenset(_draft(schema).VALIDATORS)


def _validator(schema: JsonValue) -> Any:
    return _draft(schema)(schema, registry=referencing.Registry(), format_checker=formats.CHECKER)


def _counted(rule: Rule) -> Rule:
    """Charge one step for each application of a keyword, so that no schema runs away on hostile values."""

    @functools.wraps(rule)
    def counted(
        validator: Any, argument: Any, instance: Any, schema: Any
    ) -> Iterable[jsonschema.ValidationError] | None:
        left = _steps_left.get()
        left[0] -= 1
        if left[0] < 0:
            raise CannotJudge(f"checking the schema takes more than {MAX_STEPS} steps", id="schema-unusable")
        return rule(validator, argument, instance, schema)

    return counted


def _pattern(validator: Any, pattern: str, instance: Any, _: Any) -> Iterator[jsonschema.ValidationError]:
    if validator.is_type(instance, "string") and not patterns.found(pattern, instance):
        shown = judgement.quoted(instance)
        yield jsonschema.ValidationError(f"{shown} does not match {judgement.quoted(pattern)}")


def _pattern_properties(
    validator: Any, properties: dict[str, Any], instance: Any, _: Any
) -> Iterator[jsonschema.ValidationError]:
    if validator.is_type(instance, "object"):
        for pattern, part in properties.items():
            for key, item in instance.items():
                if patterns.found(pattern, key):
                    yield from validator.descend(item, part, path=key, schema_path=pattern)


def _additional_properties(
    validator: Any, additional: Any, instance: Any, schema: dict[str, Any]
) -> Iterator[jsonschema.ValidationError]:
    if not validator.is_type(instance, "object"):
        return
    named, matched = schema.get("properties", {}), schema.get("patternProperties", {})
    extra = [
        key for key in instance if key not in named and not any(patterns.found(pattern, key) for pattern in matched)
    ]
    if additional is False and extra:
        yield jsonschema.ValidationError(f"additional properties are not allowed: {judgement.listed(extra)}")
    elif additional is not False:
        for key in extra:
            yield from validator.descend(instance[key], additional, path=key)


def _unique_items(validator: Any, unique: bool, instance: Any, _: Any) -> Iterator[jsonschema.ValidationError]:  # noqa: FBT001 - jsonschema's
    if not unique or not validator.is_type(instance, "array"):
        return
    if len({json_text.canonical(item) for item in instance}) < len(instance):
        yield jsonschema.ValidationError("the items are not unique")


_OURS: Final[dict[str, Rule]] = {
    "pattern": _pattern,
    "patternProperties": _pattern_properties,
    "additionalProperties": _additional_properties,
    "uniqueItems": _unique_items,
}


def _bounded(draft: Any) -> Any:
    rules = {**draft.VALIDATORS, **_OURS}
    return validators.extend(draft, {key: _counted(rule) for key, rule in rules.items()})  # type: ignore[no-untyped-call]


_DRAFTS: Final[dict[str, Any]] = {
    DEFAULT_DRAFT: _bounded(jsonschema.Draft202012Validator),
    "https://json-schema.org/draft/2019-09/schema": _bounded(jsonschema.Draft201909Validator),
    "http://json-schema.org/draft-07/schema#": _bounded(jsonschema.Draft7Validator),
}
