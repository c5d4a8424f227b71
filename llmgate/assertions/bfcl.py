"""How a tool call differs from what was expected → the code that the Berkeley Function Calling Leaderboard gives it.

The codes are those of its checker:
https://github.com/ShishirPatil/gorilla/blob/main/berkeley-function-call-leaderboard/bfcl_eval/eval_checker/ast_eval/ast_checker.py
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import JsonValue

from llmgate.assertions import json_text, judgement
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.schemas import Breach


class Code(StrEnum):
    WRONG_COUNT = "wrong_count"
    WRONG_FUNC_NAME = "wrong_func_name"
    CANNOT_FIND_MATCH = "cannot_find_match"
    MISSING_REQUIRED = "missing_required"
    UNEXPECTED_PARAM = "unexpected_param"
    TYPE_SIMPLE = "type_error:simple"
    TYPE_NESTED = "type_error:nested"
    VALUE_STRING = "value_error:string"
    VALUE_LIST = "value_error:list/tuple"
    VALUE_DICT_KEY = "value_error:dict_key"
    VALUE_DICT_VALUE = "value_error:dict_value"
    VALUE_LIST_DICT_COUNT = "value_error:list_dict_count"
    VALUE_OTHERS = "value_error:others"


def failed(code: Code, reason: str) -> Judgement:
    return judgement.verdict(passed=False, reason=f"{code}: {reason}")


def of_breach(breach: Breach) -> Code:
    """Name the rule of its schema that the arguments of a call break first."""
    match breach.keyword:
        case "required" | "dependentRequired" | "minProperties":
            return Code.VALUE_DICT_KEY if breach.path else Code.MISSING_REQUIRED
        case "additionalProperties" | "unevaluatedProperties" | "propertyNames" | "maxProperties":
            return Code.VALUE_DICT_KEY if breach.path else Code.UNEXPECTED_PARAM
        case "type":
            return Code.TYPE_NESTED if len(breach.path) > 1 else Code.TYPE_SIMPLE
        case _:
            return _of_value(breach.value, breach.path)


def difference(actual: JsonValue, expected: JsonValue, *, exact: bool, depth: int = 0) -> Code | None:
    """Name the first difference of arguments from the expected ones; `exact` allows no other keys.

    `expected` bounds the recursion.
    """
    if _kind(actual) is not _kind(expected):
        return Code.TYPE_NESTED if depth > 1 else Code.TYPE_SIMPLE
    if isinstance(expected, dict) and isinstance(actual, dict):
        return _of_mappings(actual, expected, exact=exact, depth=depth)
    if isinstance(expected, list) and isinstance(actual, list):
        return _of_lists(actual, expected, exact=exact, depth=depth)
    return None if json_text.equal(actual, expected) else _of_value(actual, (None,) * depth)


def _of_mappings(
    actual: dict[str, JsonValue], expected: dict[str, JsonValue], *, exact: bool, depth: int
) -> Code | None:
    if any(key not in actual for key in expected):
        return Code.VALUE_DICT_KEY if depth else Code.MISSING_REQUIRED
    if exact and len(actual) > len(expected):
        return Code.VALUE_DICT_KEY if depth else Code.UNEXPECTED_PARAM
    found = (difference(actual[key], item, exact=exact, depth=depth + 1) for key, item in expected.items())
    return next(filter(None, found), None)


def _of_lists(actual: list[JsonValue], expected: list[JsonValue], *, exact: bool, depth: int) -> Code | None:
    if len(actual) != len(expected):
        mappings = any(isinstance(item, dict) for item in expected)
        return Code.VALUE_LIST_DICT_COUNT if mappings else Code.VALUE_LIST
    for one, other in zip(actual, expected, strict=True):
        if code := difference(one, other, exact=exact, depth=depth + 1):
            return code if isinstance(other, dict) or code is Code.TYPE_NESTED else Code.VALUE_LIST
    return None


def _of_value(value: JsonValue, path: tuple[str | int | None, ...]) -> Code:
    if isinstance(value, list):
        mappings = bool(value) and all(isinstance(item, dict) for item in value)
        return Code.VALUE_LIST_DICT_COUNT if mappings else Code.VALUE_LIST
    if len(path) > 1:
        return Code.VALUE_LIST if isinstance(path[-1], int) else Code.VALUE_DICT_VALUE
    return Code.VALUE_STRING if isinstance(value, str) else Code.VALUE_OTHERS


def _kind(value: JsonValue) -> type:
    """The JSON type: `1` and `1.0` are both numbers, `true` is none."""
    return float if isinstance(value, int) and not isinstance(value, bool) else type(value)
