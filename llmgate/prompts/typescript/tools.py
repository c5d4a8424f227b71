"""A call that defines a tool → what a model is told of it: its description and the schema of its input.

AI SDK: https://ai-sdk.dev/docs/reference/ai-sdk-core/tool; `@openai/agents`, LangChain.js, Mastra and Genkit do alike.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from llmgate.prompts.prompt import Rule
from llmgate.prompts.typescript import meanings, program, units
from llmgate.prompts.typescript.folding import Folder
from llmgate.prompts.typescript.tree import Spot
from llmgate.prompts.typescript.units import Unit

if TYPE_CHECKING:
    from tree_sitter import Node

TOOL = Rule("typescript.tool", "a tool that a model is offered")

_MODULES = re.compile(r"ai|@ai-sdk/.*|@openai/agents.*|@langchain/.*|langchain|@mastra/.*|genkit|@genkit-ai/.*")
_SCHEMAS = ("inputSchema", "parameters", "schema")
_SENT = ("name", "id", "description", *_SCHEMAS)


def read(folder: Folder, spot: Spot, callee: str, items: list[Node]) -> Unit | None:
    """Return the unit of `tool({description, inputSchema})`, by a function that a library for models brings."""
    if callee not in meanings.TOOLS or not _MODULES.fullmatch(folder.program.imports.get(callee, "")):
        return None
    given = (folder.program.resolve(item, spot.place) for item in items)
    options = next((each for each in given if each.node.type == "object"), None)
    values = program.entries(options.node) if options else {}
    if options is None or "description" not in values or not values.keys() & set(_SCHEMAS):
        return None
    unit = units.empty(spot, callee, TOOL, kept=True)
    unit.tools = {key: meanings.of(folder, values[key], options.place) for key in _SENT if key in values}
    return unit
