"""The catalogue of prompt formats: a file's name and content → its format, and its bytes → a `Prompt`.

| format       | recognised by                                             | renders to          | placeholders        |
|--------------|-----------------------------------------------------------|---------------------|---------------------|
| `prompt_yml` | `*.prompt.yml`, `*.prompt.yaml`; YAML with `messages:`    | messages with roles | `{{ name }}`        |
| `jinja`      | `*.j2`, `*.jinja`, `*.jinja2`; text with `{% … %}`        | one text            | Jinja, sandboxed    |
| `markdown`   | `*.md`, `*.markdown`, `*.mdx`                             | one text            | `{{ name }}`        |
| `text`       | anything else                                             | one text            | `{{ name }}`        |

Every format is a module with `recognise(path, head)` and `parse(path, source, load)`; the first that recognises a file
takes it. A file that nobody can understand becomes a `Prompt` with a fault, which differs when its bytes differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from llmgate.errors import Fault, RenderError
from llmgate.prompts import jinja, markdown, placeholders, prompt_yml, text
from llmgate.prompts.prompt import (
    MAX_BYTES,
    Facet,
    Format,
    Load,
    Prompt,
    Turn,
    broken,
    bytes_digest,
    decode,
    digest_of,
)

if TYPE_CHECKING:
    from pydantic import JsonValue

__all__ = [
    "Facet",
    "Format",
    "Load",
    "Prompt",
    "Turn",
    "bytes_digest",
    "decode",
    "digest_of",
    "fill",
    "parse",
    "recognise",
]

_HEAD_CHARS = 64 * 1024


class _Module(Protocol):
    FORMAT: Format

    def recognise(self, path: str, head: str) -> bool: ...

    def parse(self, path: str, source: str, load: Load) -> Prompt: ...


CATALOGUE: tuple[_Module, ...] = (prompt_yml, jinja, markdown, text)


def recognise(path: str, head: str) -> Format:
    """Return the format of a file from its path and the beginning of its text."""
    return next(module.FORMAT for module in CATALOGUE if module.recognise(path, head))


def parse(path: str, data: bytes, load: Load, *, form: Format | None = None, root: str | None = None) -> Prompt:
    """Read a prompt file; `form` is given where another file tells what it is, as an include does.

    `root` is the folder that the names of included templates start from, where the configuration tells it.
    """
    if len(data) > MAX_BYTES:
        fault = Fault(
            file=path,
            line=1,
            message=f"the prompt has {len(data):,} bytes; at most {MAX_BYTES:,} are read",
            remedy="split it",
        )
        return broken(path, form or Format.TEXT, data, fault)
    try:
        source = decode(data)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        fault = Fault(file=path, line=line, message="the prompt is not UTF-8", remedy="save it as UTF-8")
        return broken(path, form or Format.TEXT, data, fault)
    chosen = form or recognise(path, source[:_HEAD_CHARS])
    if chosen is Format.JINJA:
        return jinja.parse(path, source, load, root=root)
    return next(module for module in CATALOGUE if module.FORMAT is chosen).parse(path, source, load)


def fill(prompt: Prompt, variables: Mapping[str, JsonValue]) -> tuple[Turn, ...]:
    """Render a prompt of any format but Jinja, which `llmgate.targets.rendering` renders in a process of its own.

    Raises:
        RenderError: with the file and the line.
    """
    if prompt.fault:
        raise RenderError(str(prompt.fault))
    if prompt.format is Format.JINJA:
        raise ValueError(f"{prompt.path} is a Jinja template")
    return placeholders.fill(prompt.path, prompt.turns, variables)
