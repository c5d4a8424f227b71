"""A pydantic model's JSON Schema → tables in Markdown: one for the model, then one for each object in it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """An object, under the path on which it is met first."""

    path: str
    schema: Schema

    @property
    def title(self) -> str:
        properties = self.schema["properties"]
        kind = next(
            (properties[name]["const"] for name in ("type", "kind") if "const" in properties.get(name, {})), None
        )
        return f"`{self.path}` of the type `{kind}`" if kind else f"`{self.path}`"


def anchor(title: str) -> str:
    """Name a heading as GitHub and the site do."""
    return re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")


def page(schema: Schema, *, root: str, elsewhere: Mapping[str, str]) -> str:
    """Write all tables. Definitions in `elsewhere` are described on other pages: their type is what stands there."""
    found = {
        name: Section(path=path, schema=schema["$defs"][name]) for path, name in _met(schema, frozenset(elsewhere))
    }
    writer = _Writer(definitions=schema["$defs"], elsewhere=elsewhere, sections=found)
    first = Section(path=root, schema=schema)
    return "\n".join(line for section in (first, *found.values()) for line in writer.section(section))


def _met(schema: Schema, elsewhere: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Yield each object once, with its path, in the order in which they are met."""
    waiting, seen = list(_objects("", schema)), set(elsewhere)
    while waiting:
        path, name = waiting.pop(0)
        if name in seen or "properties" not in (held := schema["$defs"][name]):
            continue
        seen.add(name)
        yield path, name
        waiting += _objects(path, held)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Writer:
    definitions: Mapping[str, Schema]
    elsewhere: Mapping[str, str]
    sections: Mapping[str, Section]

    def section(self, section: Section) -> Iterator[str]:
        yield f"## {section.title}\n"
        if about := _first_paragraph(section.schema):
            yield about + "\n"
        yield "| field | type | default | |"
        yield "|---|---|---|---|"
        required = section.schema.get("required", [])
        for name, field in section.schema["properties"].items():
            default = "required" if name in required else _default(field)
            about = _first_paragraph(field) or _first_paragraph(self.definitions.get(_name(field) or "", {}))
            yield f"| `{name}` | {self.type(field)} | {default} | {_cell(about)} |"
        yield ""

    def type(self, field: Schema) -> str:
        if (name := _name(field)) is not None:
            return self._named(name)
        if kinds := field.get("anyOf") or field.get("oneOf"):
            told = [self.type(kind) for kind in kinds if kind.get("type") != "null" and kind.get("const") != ""]
            return " or ".join(dict.fromkeys(told))
        if "enum" in field or "const" in field:
            return ", ".join(f"`{value}`" for value in field.get("enum", [field.get("const")]))
        if field.get("type") == "array":
            return f"list of {self.type(field.get('items', {}))}"
        if field.get("type") == "object":
            return f"mapping of names to {self.type(_values(field))}"
        return _SCALARS.get(field.get("format") or field.get("type"), "any value") + _bounds(field)

    def _named(self, name: str) -> str:
        if name in self.elsewhere:
            return self.elsewhere[name]
        if name in self.sections:
            return f"[object](#{anchor(self.sections[name].title)})"
        held = self.definitions[name]
        return self.type(held) if "enum" in held else "object"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _first_paragraph(schema: Schema) -> str:
    return str(schema.get("description", "")).partition("\n\n")[0].replace("\n", " ")


def _name(field: Schema) -> str | None:
    reference = field.get("$ref")
    return reference.rpartition("/")[2] if isinstance(reference, str) else None


def _default(field: Schema) -> str:
    value = field.get("default")
    return "" if value in (None, "", [], {}) or isinstance(value, dict) else f"`{json.dumps(value)}`"


def _values(field: Schema) -> Schema:
    """Find what a mapping's values are; pydantic writes keys that have to match as `patternProperties`."""
    held = next(iter(field.get("patternProperties", {}).values()), None) or field.get("additionalProperties", {})
    return held if isinstance(held, dict) else {}


_SCALARS = {
    "string": "text",
    "date": "date",
    "integer": "number",
    "number": "number",
    "boolean": "`true`, `false`",
}


def _bounds(field: Schema) -> str:
    words = {"exclusiveMinimum": "above", "minimum": "from", "exclusiveMaximum": "below", "maximum": "to"}
    found = [f"{word} {field[key]:g}" for key, word in words.items() if key in field and abs(field[key]) < 10**6]
    return f" {' '.join(found)}" if found else ""


def _objects(path: str, schema: Schema) -> Iterator[tuple[str, str]]:
    """Yield the objects that the fields hold, each with the path on which it is met."""
    for name, field in schema["properties"].items():
        whole = f"{path}.{name}" if path else name
        yield from _references(whole, field)


def _references(path: str, field: Any) -> Iterator[tuple[str, str]]:
    if isinstance(field, list):
        for each in field:
            yield from _references(path, each)
    elif isinstance(field, dict):
        if isinstance(reference := field.get("$ref"), str):
            yield path, reference.rpartition("/")[2]
        for key, each in field.items():
            match key:
                case "items":
                    yield from _references(f"{path}[]", each)
                case "patternProperties":
                    yield from _references(f"{path}.NAME", list(each.values()))
                case "anyOf" | "oneOf" | "additionalProperties":
                    yield from _references(path, each)
