"""`trajectory:tool-args-match`: a tool was called with the expected arguments."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field, JsonValue, model_validator

from llmgate.assertions import bfcl, fields, json_text, judgement, patterns, tools
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.subject import Subject


def _as_names(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class ToolArguments(tools.ToolMatcher):
    """A tool and the arguments that one of its calls is to have."""

    args: JsonValue = None
    arguments: JsonValue = None
    mode: Literal["partial", "exact"] = "partial"
    defaults: dict[str, JsonValue] = Field(default_factory=dict)
    ignore: Annotated[tuple[fields.Name, ...], BeforeValidator(_as_names)] = ()

    @model_validator(mode="after")
    def _has_arguments(self) -> ToolArguments:
        if (self.args is None) == (self.arguments is None):
            raise ValueError("give either args or arguments")
        return self

    def difference(self, actual: JsonValue) -> bfcl.Code | None:
        expected = self._without_ignored(self.args if self.arguments is None else self.arguments)
        kept = self._without_defaults(self._without_ignored({} if actual is None else actual))
        return bfcl.difference(kept, expected, exact=self.mode == "exact")

    def _without_ignored(self, value: JsonValue) -> JsonValue:
        if not isinstance(value, dict):
            return value
        return {key: item for key, item in value.items() if not any(_names(entry, key) for entry in self.ignore)}

    def _without_defaults(self, value: JsonValue) -> JsonValue:
        if not isinstance(value, dict):
            return value
        return {
            key: item
            for key, item in value.items()
            if key not in self.defaults or not json_text.equal(item, self.defaults[key])
        }


class TrajectoryToolArgsMatch(BaseModel):
    """At least one call of the tool in `value` has the expected arguments.

        {type: "trajectory:tool-args-match", value: {name: lookup_order, args: {id: A1}, mode: exact}}

    `name` or `pattern` is the tool; `*` and `?` are wildcards, case is ignored. `args` (or `arguments`) are the
    expected arguments. In mode `partial`, the default, a mapping may have more keys than expected, at any depth; lists
    have the same length. In mode `exact` nothing more is allowed. `defaults` maps arguments to values that are as good
    as leaving them out; `ignore` names arguments, with wildcards, that are not looked at. Both concern the top level
    only.

    Values are compared as JSON: `1` and `1.0` are equal, `1` and `"1"` are not. Arguments that are no JSON match
    nothing. The reason begins with the code that the Berkeley Function Calling Leaderboard gives the first difference
    of the last such call; unlike there, texts are compared exactly, with case and punctuation.
    """

    model_config = fields.STRICT

    value: ToolArguments = Field(
        description="`{name or pattern, args, mode, defaults, ignore}`; only the tool and `args` are needed."
    )

    def grade(self, subject: Subject) -> Judgement:
        calls = tools.calls_of(self.value, subject.trace.tool_calls)
        shown = judgement.quoted(self.value.glob)
        if not calls:
            all_calls = tools.called(subject.trace.tool_calls)
            return bfcl.failed(bfcl.Code.WRONG_FUNC_NAME, f"{shown} was not called; all calls: {all_calls}")
        codes = [self.value.difference(call.arguments) for call in calls]
        if codes[-1] is None or None in codes:
            return judgement.verdict(passed=True, reason=f"a call of {shown} has the expected arguments")
        last = judgement.quoted(json_text.canonical(calls[-1].arguments))
        return bfcl.failed(codes[-1], f"no call of {shown} has the expected arguments; last: {last}")


def _names(entry: str, key: str) -> bool:
    return entry == key or (("*" in entry or "?" in entry) and patterns.fits(entry, key))
