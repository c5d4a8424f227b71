"""A Handlebars name, and the values around it → what it means there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from llmgate.prompts.syntaxes.expressions import Path
from llmgate.prompts.syntaxes.filling import at

if TYPE_CHECKING:
    from pydantic import JsonValue

DATA = frozenset({"root", "index", "key", "first", "last"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The value that names are looked up in, the scope around it, and the names that loops and blocks give."""

    value: JsonValue
    parent: Scope | None = None
    data: Mapping[str, JsonValue] = field(default_factory=dict)
    names: Mapping[str, JsonValue] = field(default_factory=dict)

    def inner(
        self,
        value: JsonValue,
        *,
        data: Mapping[str, JsonValue] | None = None,
        names: Mapping[str, JsonValue] | None = None,
    ) -> Scope:
        """Return the scope inside a block; one about the same value is no step for `../`."""
        return Scope(
            value=value,
            parent=self.parent if value is self.value else self,
            data={**self.data, **(data or {})},
            names={**self.names, **(names or {})},
        )

    def find(self, path: Path) -> tuple[JsonValue] | None:
        """Return what a name means, in a tuple, or None where it means nothing."""
        scope: Scope | None = self
        for _ in range(path.up):
            scope = scope.parent if scope else None
        if scope is None:
            return None
        first, rest = path.parts[:1], path.parts[1:]
        if path.data:
            found = at(dict(self.data), first[0]) if first else None
        elif first and not path.up and not path.own and first[0] in self.names:
            found = (self.names[first[0]],)
        else:
            found, rest = (scope.value,), path.parts
        for part in rest:
            found = _part(found[0], part) if found else None
        return found


def _part(value: JsonValue, part: str) -> tuple[JsonValue] | None:
    if part == "length" and isinstance(value, (list, str)):
        return (len(value),)
    return at(value, part)


def is_false(value: JsonValue) -> bool:
    """Tell what `{{#if}}` takes for false: nothing, false, zero, an empty text and an empty list."""
    return value is None or value == [] or value in (False, 0, "")


def are_identical(one: tuple[JsonValue] | None, other: tuple[JsonValue] | None) -> bool:
    """Compare as JavaScript's `===` does: kinds count, and two lists or mappings are the same only if they are one."""
    if one is None or other is None:
        return one is other
    if isinstance(one[0], (list, dict)) or isinstance(other[0], (list, dict)):
        return one[0] is other[0]
    same_kind = isinstance(one[0], bool) == isinstance(other[0], bool)
    return same_kind and one[0] == other[0]
