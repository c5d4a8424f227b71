"""A dataset of pydantic-evals → cases; evaluators that are classes of the team's own are lost by name.

https://ai.pydantic.dev/evals/
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import JsonValue

from llmgate.capture.suites import checks
from llmgate.capture.suites.case import MAX_CASES, Case, Lost, Suite
from llmgate.capture.suites.fixtures import UNNAMED
from llmgate.capture.suites.folder import Folder
from llmgate.capture.suites.part import Part
from llmgate.errors import ConfigurationError

_FIRST = {"Equals": "value", "Contains": "value", "IsInstance": "type_name", "MaxDuration": "seconds"} | {
    "LLMJudge": "rubric",
    "ToolCorrectness": "expected_tools",
    "TrajectoryMatch": "expected_trajectory",
    "MaxToolCalls": "max_calls",
}
_NAMED = "evaluation_name"
_JUDGING = ("rubric", "include_input", "include_expected_output", "assertion")
_JUDGED_ELSEWHERE = ("model", "model_settings", "score")
_NO_VERDICT = "it gives a score and no verdict"


class _Refused(Exception):
    """Why an evaluator is not imported."""


def read(path: str, files: Folder) -> Suite:
    """Read a suite.

    Raises:
        ConfigurationError: where the file is none, or has more cases than are imported.
    """
    document = files.document(path)
    root = Part(document=document, pointer=(), value=document.value)
    if not isinstance(root.mapping.get("cases"), list):
        raise ConfigurationError(
            [document.fault((), "a dataset has a list of `cases`", "name another file", id="not-this-format")]
        )
    cases = list(root.at("cases").items())
    if len(cases) > MAX_CASES:
        raise ConfigurationError(
            [document.fault(("cases",), f"more than {MAX_CASES} cases", "split the file", id="too-large")]
        )
    lost = [each.lost("a case that is no mapping") for each in cases if not each.mapping]
    lost += [each.lost(f"the report evaluator {_name(each)}") for each in root.at("report_evaluators").items()]
    found = tuple(_case(each, root, files) for each in cases if each.mapping)
    return Suite(path=path, cases=found, lost=tuple(lost))


def _case(case: Part, root: Part, files: Folder) -> Case:
    inputs, expected = case.mapping.get("inputs"), case.mapping.get("expected_output")
    made: list[dict[str, Any]] = []
    lost: list[Lost] = []
    for part in [*root.at("evaluators").items(), *case.at("evaluators").items()]:
        try:
            check = _check(part, expected)
        except _Refused as reason:
            lost.append(part.lost(f"the evaluator {_name(part)}: {reason}"))
            continue
        if check is not None:
            place = checks.Place(file=part.document.path, line=part.line, folder=files, filled=True)
            checked = checks.taken(check, place)
            made += [checked.made] if checked.made is not None else []
            lost += checked.lost
            lost += _beside(part)
    metadata = case.mapping.get("metadata")
    return Case(
        file=case.document.path,
        line=case.line,
        title=str(case.mapping.get("name") or ""),
        variables=_variables(inputs),
        checks=tuple(made),
        expected=expected if isinstance(expected, str) else None,
        metadata=metadata if isinstance(metadata, dict) else {},
        lost=tuple(lost),
    )


def _variables(inputs: JsonValue) -> dict[str, JsonValue]:
    return dict(inputs) if isinstance(inputs, dict) else {UNNAMED: inputs}


def _name(part: Part) -> str:
    name = next(iter(part.mapping), "") if part.mapping else part.value
    return repr(str(name)[:80])


def _check(part: Part, expected: JsonValue) -> dict[str, Any] | None:
    """Return the check that an evaluator is; None where it asks for nothing of this case."""
    name, given = _spelt(part)
    metric = {"metric": str(given[_NAMED])[:200]} if given.get(_NAMED) else {}
    check = _mapped(name, {key: item for key, item in given.items() if key != _NAMED}, expected)
    return {**check, **metric} if check is not None else None


def _spelt(part: Part) -> tuple[str, dict[str, Any]]:
    """Read `Name`, `{Name: first}`, `{Name: {key: value}}` or `{name: Name, arguments: …}`."""
    if isinstance(part.value, str):
        return part.value, {}
    if isinstance(part.mapping.get("name"), str) and "arguments" in part.mapping:
        name, written = part.mapping["name"], part.mapping["arguments"]
        first = written[0] if isinstance(written, list) and written else None
        return name, written if isinstance(written, dict) else {} if first is None else {_FIRST.get(name, ""): first}
    if len(part.mapping) != 1:
        raise _Refused("an evaluator is a name, or a name with its arguments")
    ((name, written),) = part.mapping.items()
    return str(name), written if isinstance(written, dict) else {_FIRST.get(str(name), ""): written}


def _mapped(name: str, given: dict[str, Any], expected: JsonValue) -> dict[str, Any] | None:
    if name == "EqualsExpected":
        return None if expected is None else {"type": "equals", "value": expected}
    if name == "IsInstance" and given.get("type_name") == "str":
        return None  # the output of a target is text
    if name == "LLMJudge":
        return _judge(given, expected)
    if name == "GEval":
        raise _Refused(_NO_VERDICT)
    if name not in _LIKE:
        raise _Refused("llmgate has no such check")
    return _LIKE[name](given)


def _argument(given: dict[str, Any], name: str) -> Any:
    if given.get(name) is None:
        raise _Refused(f"`{name}` is missing")
    return given[name]


def _only(check: dict[str, Any], given: dict[str, Any], *known: str) -> dict[str, Any]:
    if more := sorted(map(str, given.keys() - set(known))):
        raise _Refused(f"the argument {more[0][:80]!r} has no like")
    return check


def _contains(given: dict[str, Any]) -> dict[str, Any]:
    value = _argument(given, "value")
    if not isinstance(value, str) and not (given.get("as_strings") is True and isinstance(value, int | float)):
        raise _Refused("the output is text, and the value is none")
    kind = "icontains" if given.get("case_sensitive") is False else "contains"
    return _only({"type": kind, "value": value}, given, "value", "case_sensitive", "as_strings")


def _all_differ(names: Any) -> bool:
    return isinstance(names, list) and len(set(map(str, names))) == len(names)


def _equals(given: dict[str, Any]) -> dict[str, Any]:
    return _only({"type": "equals", "value": _argument(given, "value")}, given, "value")


def _duration(given: dict[str, Any]) -> dict[str, Any]:
    seconds = _argument(given, "seconds")
    if not isinstance(seconds, int | float):
        raise _Refused("`seconds` is no number")
    return _only({"type": "latency", "threshold": seconds * 1000}, given, "seconds")


def _judge(given: dict[str, Any], expected: JsonValue) -> dict[str, Any]:
    """Ask the policy's judge. It sees the inputs anyway, and what is expected in its criterion."""
    rubric, verdict = _argument(given, "rubric"), given.get("assertion")
    if not isinstance(rubric, str):
        raise _Refused("`rubric` is no text")
    if verdict is False:
        raise _Refused(_NO_VERDICT)
    if given.get("include_expected_output") is True and expected is not None:
        rubric += f"\n\nThe expected output: {json.dumps(expected, ensure_ascii=False)}"
    named = verdict.get(_NAMED) if isinstance(verdict, dict) else None
    check = {"type": "llm-rubric", "value": rubric} | ({"metric": str(named)[:200]} if named else {})
    return _only(check, given, *_JUDGING, *_JUDGED_ELSEWHERE)


def _beside(part: Part) -> list[Lost]:
    """List what a judge is told, and tells, beside its rubric and its verdict."""
    name, given = _spelt(part)
    told = [key for key in _JUDGED_ELSEWHERE if name == "LLMJudge" and given.get(key) not in (None, False)]
    return [part.lost(f"`{key}` of the evaluator {_name(part)}: policy.judge gives a verdict") for key in told]


def _tools(given: dict[str, Any]) -> dict[str, Any]:
    names = _argument(given, "expected_tools")
    if given.get("allow_extra") is not True or not _all_differ(names):
        raise _Refused("it has a like only with `allow_extra` and each tool once")
    return _only({"type": "trajectory:tool-used", "value": names}, given, "expected_tools", "allow_extra")


def _trajectory(given: dict[str, Any]) -> dict[str, Any]:
    if given.get("order") != "exact":
        raise _Refused("its score is a share of the steps; only with `order: exact` it has a like")
    value = {"steps": _argument(given, "expected_trajectory"), "mode": "exact"}
    return _only({"type": "trajectory:tool-sequence", "value": value}, given, "expected_trajectory", "order")


def _tool_calls(given: dict[str, Any]) -> dict[str, Any]:
    value = {"type": "tool", "max": _argument(given, "max_calls")}
    return _only({"type": "trajectory:step-count", "value": value}, given, "max_calls")


_LIKE: Mapping[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "Equals": _equals,
    "Contains": _contains,
    "MaxDuration": _duration,
    "ToolCorrectness": _tools,
    "TrajectoryMatch": _trajectory,
    "MaxToolCalls": _tool_calls,
}
