"""Classes, enums and type aliases of a BAML file → the schema of what a function answers, in one normal form.

Aliases and descriptions are sent with it (`ctx.output_format`), comments are not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from llmgate.prompts.baml import template
from llmgate.prompts.baml.blocks import Block
from llmgate.prompts.baml.scanner import Kind, Token

if TYPE_CHECKING:
    from pydantic import JsonValue

KEYWORDS = ("class", "enum", "type")


@dataclass(frozen=True)
class Types:
    """The types that a file defines, by name."""

    blocks: Mapping[str, Block]

    @cached_property
    def sizes(self) -> dict[str, int]:
        """How much room each type takes, in characters."""
        return {
            name: sum(len(token.text) + 10 for token in (*block.signature, *block.body))
            for name, block in self.blocks.items()
        }

    def schema(self, returns: Iterable[Token]) -> JsonValue:
        """Return the schema of a function's answer; a type of another file is its name."""
        answer = tuple(returns)
        types: dict[str, JsonValue] = {name: body(self.blocks[name]) for name in sorted(self.reached(answer))}
        return {"returns": normal(answer), **({"types": types} if types else {})}

    def reached(self, tokens: Iterable[Token]) -> set[str]:
        """Return the names of all types that tokens name, and that those name."""
        found: set[str] = set()
        pending = list(tokens)
        while pending:
            token = pending.pop()
            if token.kind is Kind.WORD and token.text in self.blocks and token.text not in found:
                found.add(token.text)
                block = self.blocks[token.text]
                pending += [*block.signature[1:], *block.body]
        return found


def body(block: Block) -> str:
    return f"{block.keyword} {normal([*block.signature[1:], *block.body])}"


def normal(tokens: Iterable[Token]) -> str:
    """Write tokens with one space between them; a block string is compared without its indentation."""
    parts = [template.dedented(token.normal) if token.kind is not Kind.BLOCK else _text(token) for token in tokens]
    return " ".join(part for part in parts if part != ",")


def _text(token: Token) -> str:
    return token._replace(text=template.dedented(token.text)).normal
