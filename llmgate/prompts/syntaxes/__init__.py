"""The family of template syntaxes: a template's text → what it says and names, and the text once it is filled.

| syntax            | placeholder                      | in which formats                                      |
|-------------------|----------------------------------|-------------------------------------------------------|
| `verbatim`        | none                             | what is sent as it stands                             |
| `double_braces`   | `{{ name }}`, nothing else       | text, Markdown, `.prompt.yml`                         |
| `single_braces`   | `{name}`, other braces are text  | CrewAI, LlamaIndex, settings                          |
| `format_string`   | `{name}`, `{{` is a brace        | Python, LangChain                                     |
| `jinja`           | Jinja, sandboxed, own process    | Jinja2, Prompty, Haystack, Rasa, promptfoo, BAML      |
| `mustache`        | `{{name}}`, sections, partials   | Mustache, Prompty                                     |
| `handlebars`      | `{{name}}`, blocks, partials     | Handlebars, dotprompt, Semantic Kernel                |
| `semantic_kernel` | `{{$name}}`, `{{plugin.fn $x}}`  | Semantic Kernel                                       |

A module has `scan(text) -> Scanned`. All but `jinja` have `fill` too: `fill(where, text, variables, limit) -> str`, and
`fill(template, variables) -> str` where a template can include others (`mustache`, `handlebars`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

MAX_RENDERED_CHARS = 1024 * 1024


class Refusal(NamedTuple):
    """Why a text is no template of its syntax; the line counts from the template's own first line."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One statement that names templates; `names` is None where only rendering can tell them.

    `always` says that no condition and no loop stands around it, so that a cycle of such statements has no end.
    """

    names: tuple[str, ...] | None
    line: int
    always: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned:
    """A template taken apart; `pieces`, `names` and `logic` together lose nothing that can reach the rendered text.

    `pieces` is the text that can be sent, `names` the placeholders in their order, `logic` all other syntax around
    them. `variables` are the names that must be given from outside.
    """

    pieces: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    logic: tuple[tuple[str, str], ...] = ()
    variables: frozenset[str] = frozenset()
    references: tuple[Reference, ...] = ()
    refusal: Refusal | None = None
