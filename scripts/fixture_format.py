"""The models of `llmgate.fixture` → `docs/fixture-format.md`, so that the page cannot depart from the code.

python scripts/fixture_format.py            # writes the page
python scripts/fixture_format.py --check    # exit code 1 where the page is not what the code says
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from llmgate.fixture import Fixture

PAGE = Path(__file__).parents[1] / "docs" / "fixture-format.md"
ELSEWHERE = {"Assertion": "[assertion](assertions.md)", "JsonValue": "any value"}
HEAD = """\
# The fixture format

Every field of a fixture file, made from the code by `python scripts/fixture_format.py`; `llmgate schema fixture` prints
the same as a JSON Schema for editors. [Fixtures](fixtures.md) tells what they are for, with an example.
A file holds one fixture, or a list of them, as YAML or JSON. Unknown fields are faults.
"""

Schema = Mapping[str, Any]


def page() -> str:
    """Write the page: a table for the fixture, then one for each object in it, in the order in which they are met."""
    schema = Fixture.model_json_schema(by_alias=True)
    definitions = schema["$defs"]
    parts = [HEAD, *_section("fixture", schema, definitions)]
    waiting, seen = list(_objects("", schema)), set(ELSEWHERE)
    while waiting:
        path, name = waiting.pop(0)
        if name in seen or "properties" not in definitions[name]:
            continue
        seen.add(name)
        parts += _section(path, definitions[name], definitions)
        waiting += _objects(path, definitions[name])
    return "\n".join(parts)


def _section(path: str, schema: Schema, definitions: Mapping[str, Schema]) -> Iterator[str]:
    kind = schema["properties"].get("type", {}).get("const")
    yield f"## `{path}` of the type `{kind}`\n" if kind else f"## `{path}`\n"
    if about := str(schema.get("description", "")).partition("\n\n")[0]:
        yield about.replace("\n", " ") + "\n"
    yield "| field | type | default | |"
    yield "|---|---|---|---|"
    required = schema.get("required", [])
    for name, field in schema["properties"].items():
        default = "required" if name in required else _default(field)
        about = field.get("description") or definitions.get(_name(field) or "", {}).get("description", "")
        about = about.partition("\n\n")[0].replace("\n", " ").replace("|", "\\|")
        yield f"| `{name}` | {_type(field, definitions)} | {default} | {about} |"
    yield ""


def _name(field: Schema) -> str | None:
    reference = field.get("$ref")
    return reference.rpartition("/")[2] if isinstance(reference, str) else None


def _default(field: Schema) -> str:
    value = field.get("default")
    return "" if value in (None, "", [], {}) or isinstance(value, dict) else f"`{json.dumps(value)}`"


def _type(field: Schema, definitions: Mapping[str, Schema]) -> str:
    if (name := _name(field)) is not None:
        held = definitions[name]
        return ELSEWHERE.get(name, _type(held, definitions) if "enum" in held else "object")
    if kinds := field.get("anyOf") or field.get("oneOf"):
        told = [_type(kind, definitions) for kind in kinds if kind.get("type") != "null"]
        return " or ".join(dict.fromkeys(told))
    if "enum" in field or "const" in field:
        return ", ".join(f"`{value}`" for value in field.get("enum", [field.get("const")]))
    if field.get("type") == "array":
        return f"list of {_type(field.get('items', {}), definitions)}"
    if field.get("type") == "object":
        return f"mapping of names to {_type(field.get('additionalProperties', {}), definitions)}"
    return _SCALARS.get(field.get("format") or field.get("type"), "any value") + _bounds(field)


_SCALARS = {
    "string": "text",
    "date": "date",
    "integer": "number",
    "number": "number",
    "boolean": "`true`, `false`",
}


def _bounds(field: Schema) -> str:
    words = {"exclusiveMinimum": "above", "minimum": "from", "maximum": "to"}
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
            yield from _references(f"{path}[]" if key == "items" else path, each) if key in _HOLDERS else ()


_HOLDERS = ("items", "anyOf", "oneOf", "additionalProperties")


def main() -> int:
    """Write the page, or compare it."""
    if "--check" in sys.argv[1:]:
        return 0 if PAGE.read_text(encoding="utf-8") == page() else 1
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
