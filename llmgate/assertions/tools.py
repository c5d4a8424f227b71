"""How assertions name tools, and which of a trace's calls they mean."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Discriminator, Tag, model_validator

from llmgate.assertions import fields, judgement, patterns
from llmgate.message import ToolCallPart


class ToolMatcher(BaseModel):
    """A tool by `name` or `pattern`; in both, `*` is any run of characters and `?` any one, and case is ignored."""

    model_config = fields.STRICT

    name: fields.Name | None = None
    pattern: fields.Name | None = None

    @model_validator(mode="after")
    def _names_one(self) -> ToolMatcher:
        if (self.name is None) == (self.pattern is None):
            raise ValueError("give either name or pattern")
        return self

    @property
    def glob(self) -> str:
        return self.name or self.pattern or ""


def _form(value: Any) -> str:
    return "a mapping" if isinstance(value, (dict, ToolMatcher)) else "a name"


Tool = Annotated[Annotated[fields.Name, Tag("a name")] | Annotated[ToolMatcher, Tag("a mapping")], Discriminator(_form)]
Tools = fields.Some[Tool]


def glob(tool: Tool) -> str:
    return tool.glob if isinstance(tool, ToolMatcher) else tool


def calls_of(tool: Tool, calls: tuple[ToolCallPart, ...]) -> list[ToolCallPart]:
    return [call for call in calls if fits(tool, call)]


def fits(tool: Tool, call: ToolCallPart) -> bool:
    return patterns.fits(glob(tool), call.name)


def called(calls: tuple[ToolCallPart, ...]) -> str:
    return judgement.listed(call.name for call in calls)
