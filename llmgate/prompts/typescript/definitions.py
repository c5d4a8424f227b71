"""What a name stands for in a file of TypeScript: a value given once, and what is added to it later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from llmgate.prompts.typescript.tree import Place

if TYPE_CHECKING:
    from tree_sitter import Node


@dataclass(frozen=True, slots=True)
class Definition:
    """The value that a name is given once and for all, and where it stands. `guards` are what it depends on."""

    node: Node
    place: Place
    guards: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Grown:
    """A text that `+=` adds to, and what is added in the source's order."""

    base: Definition
    added: tuple[Definition, ...]
