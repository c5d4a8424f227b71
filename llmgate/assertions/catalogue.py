"""The kinds of assertion → docs/assertions.md: their docstrings and fields, in the order of the registry.

Write the page with `python -c "from llmgate.assertions import catalogue; print(catalogue.page(), end='')"`.
"""

from __future__ import annotations

import inspect
import json

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from llmgate.assertions import KINDS, Assertion
from llmgate.assertions.custom import PREFIX, Custom
from llmgate.assertions.subject import MAX_OUTPUT_CHARS

_INTRODUCTION = f"""\
# Assertions

An assertion is one check of a trial. It stands in a fixture under `assert`, as a mapping with a `type`, the fields of
that type, and some fields that all assertions share. Names and semantics are promptfoo's where promptfoo has the check;
our own are named `retrieval:…` and `grounding:…`. A key that is not listed here is a fault.

A case passes if all its assertions pass or, when the fixture has a `threshold`, if the weighted mean of their scores
reaches it. An assertion that cannot judge (no known price, a missing package, an output that is too long) makes the
trial an error, which is missing data and never a failure, unless the other assertions decide the case anyway.

Outputs of more than {MAX_OUTPUT_CHARS:,} characters are not graded.
"""


def page() -> str:
    """The whole page, in Markdown."""
    shared = [_field(name, field) for name, field in Assertion.model_fields.items() if name != "check"]
    kinds: dict[str, type[BaseModel]] = {**KINDS, f"{PREFIX}NAME": Custom}
    sections = [_section(kind, model) for kind, model in kinds.items()]
    return "\n".join([_INTRODUCTION, "## Fields of every assertion\n", *shared, "", *sections])


def _section(kind: str, model: type[BaseModel]) -> str:
    own = [_field(field.alias or name, field) for name, field in model.model_fields.items() if not field.exclude]
    return "\n".join([f"## {kind}\n", inspect.cleandoc(model.__doc__ or ""), "", *(own or ["No fields."]), ""])


def _field(name: str, field: FieldInfo) -> str:
    if field.is_required():
        need = "required"
    elif field.default is None or field.default is PydanticUndefined:
        need = "optional"
    else:
        need = f"default {json.dumps(field.default)}"
    return f"- `{name}` ({need}): {field.description}"
