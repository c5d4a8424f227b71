"""The attributes that llmgate writes → the table of docs/tracing.md, on standard output."""

from __future__ import annotations

import sys

from llmgate.conventions import ROWS
from llmgate.conventions.attributes import TABLE, Attribute

_READ = {name.text for names in ROWS.values() for name in names}


def table() -> str:
    """Write the table; `yes` in a column means that capture reads it, or that it is written with content alone."""
    head = "| attribute | on | says | content | captured |\n|---|---|---|---|---|\n"
    return head + "".join(map(_row, TABLE))


def _row(each: Attribute) -> str:
    places = ", ".join(on.value for on in each.on)
    content, captured = ("yes" if told else "" for told in (each.content, each.name in _READ))
    return f"| `{each.name}` | {places} | {each.about} | {content} | {captured} |\n"


if __name__ == "__main__":
    sys.stdout.write(table())
