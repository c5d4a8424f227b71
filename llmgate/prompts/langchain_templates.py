"""A LangChain prompt of `_type` prompt, few_shot or chat → its turns, and the files that they stand in.

Names of files start from the folder that the program is started in, which may be any above the file.
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from llmgate import documents
from llmgate.documents import Document
from llmgate.errors import ConfigurationError, RenderError
from llmgate.prompts import structured
from llmgate.prompts.prompt import File, Syntax, Turn
from llmgate.prompts.syntaxes import MAX_RENDERED_CHARS, format_string, lookup

_SYNTAXES = {"f-string": Syntax.FORMAT_STRING, "jinja2": Syntax.JINJA, "mustache": Syntax.MUSTACHE}

MAX_REASON_CHARS = 300

# LangChain infers or checks these by the template itself, or does not send them.
_SILENT = frozenset(
    {"_type", "input_variables", "input_types", "optional_variables", "template_format", "validate_template"}
    | {"metadata", "tags", "name", "partial_variables", "output_parser"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """What a serialised prompt sends; `borrowed` turns stand in other files, `named` are others that it is made of."""

    turns: tuple[Turn, ...]
    syntax: Syntax
    beside: Any = None
    named: tuple[str, ...] = ()
    borrowed: Mapping[int, str] = field(default_factory=dict)
    unrendered: str = ""


def read(file: File, document: Document, value: dict[str, Any]) -> Template:
    """Read a prompt by its `_type`.

    Raises:
        ConfigurationError: where something is missing, or is not what LangChain reads.
    """
    match value.get("_type", "prompt"):
        case "few_shot":
            return _few_shot(file, document, value)
        case "chat":
            return _chat(document, value)
        case _:
            return _text(file, document, value)


def syntax_of(value: Mapping[str, Any]) -> Syntax | None:
    """Return how a prompt's text is filled; None where LangChain knows no such `template_format`."""
    return _SYNTAXES.get(str(value.get("template_format") or "f-string"))


def filled(text: str, syntax: Syntax, partial: Any) -> tuple[str, str]:
    """Put in the values that a prompt was given when it was written; return the text and why that cannot be done."""
    values = {name: item for name, item in structured.mapping(partial).items() if item not in ([], {})}
    if not values:
        return text, ""
    grown = len(text) * max(len(str(value)) for value in values.values())
    plain = all(isinstance(value, str) for value in values.values())
    if syntax is not Syntax.FORMAT_STRING or not plain or grown > MAX_RENDERED_CHARS * 4:
        return text, "llmgate fills in `partial_variables` only in format strings, and only short text"
    try:
        return "".join(_piece(piece, values) for piece in string.Formatter().parse(text)), ""
    except ValueError:
        return text, ""  # it is no format string, which is told where it is composed


def literal(text: str, syntax: Syntax) -> tuple[str, str]:
    """Write a text so that nothing in it is filled in; return it and why that cannot be done."""
    match syntax:
        case Syntax.FORMAT_STRING:
            return _escaped(text), ""
        case Syntax.JINJA if "endraw" not in text:
            return (f"{{% raw %}}{text}{{% endraw %}}" if "{" in text else text), ""
        case _:
            return text, "" if "{" not in text else "llmgate does not mix templates with messages that have braces"


def _text(file: File, document: Document, value: dict[str, Any]) -> Template:
    syntax = _known_syntax(document, value)
    text, path = _template(file, document, value, "template")
    text, unrendered = filled(text, syntax, value.get("partial_variables"))
    beside = structured.without(value, _SILENT, {"template", "template_path"})
    partial = value.get("partial_variables") if unrendered or path else None
    return Template(
        turns=(Turn(None, text),),
        syntax=syntax,
        beside=[beside or None, value.get("template_path"), partial or None, value.get("output_parser")],
        borrowed={0: path} if path else {},
        unrendered=unrendered,
    )


def _chat(document: Document, value: dict[str, Any]) -> Template:
    """Read a chat as LangChain's loader does: it makes one message of a user, of the first template."""
    messages = value.get("messages")
    first = structured.mapping(messages[0] if isinstance(messages, list) and messages else None)
    prompt = structured.mapping(first.get("prompt"))
    if not isinstance(messages, list) or not isinstance(prompt.get("template"), str):
        raise structured.wrong(document, ("messages",), "`messages` must begin with a `prompt` that has a `template`")
    beside = [messages[1:], structured.without(value, _SILENT, {"messages"})]
    return Template(turns=(Turn("user", prompt["template"]),), syntax=_known_syntax(document, value), beside=beside)


def _few_shot(file: File, document: Document, value: dict[str, Any]) -> Template:
    """Compose prefix, examples and suffix; LangChain fills in the whole, so that braces in an example count too."""
    syntax = _known_syntax(document, value)
    separator = value.get("example_separator", "\n\n")
    texts = {key: _template(file, document, value, key) for key in ("prefix", "suffix") if _has(value, key)}
    examples, listed = _examples(file, document, value)
    prompt, prompt_path = _example_prompt(file, document, value)
    shown, unrendered = _shown(file, prompt, examples)
    whole = [texts["prefix"][0] if "prefix" in texts else "", *shown, texts["suffix"][0] if "suffix" in texts else ""]
    text, partial = filled(
        str(separator).join(piece for piece in whole if piece), syntax, value.get("partial_variables")
    )
    parts = {"prefix", "prefix_path", "suffix", "suffix_path", "examples", "example_prompt", "example_prompt_path"}
    return Template(
        turns=(Turn(None, text),),
        syntax=syntax,
        beside=[
            structured.without(value, _SILENT, parts, {"example_separator"}) or None,
            [examples, prompt, value.get("partial_variables")] if unrendered or partial else None,
        ],
        named=tuple(sorted(filter(None, {listed, prompt_path, *(path for _, path in texts.values())}))),
        unrendered=unrendered or partial,
    )


def _shown(file: File, prompt: dict[str, Any], examples: list[Any]) -> tuple[list[str], str]:
    if syntax_of(prompt) is not Syntax.FORMAT_STRING:
        return [], "llmgate shows examples only by templates that are format strings"
    shown: list[str] = []
    left = MAX_RENDERED_CHARS
    try:
        for example in examples:
            if any(not isinstance(item, str) for item in structured.mapping(example).values()):
                return [], "llmgate shows examples only if their values are text"
            shown.append(format_string.fill(file.path, str(prompt["template"]), structured.mapping(example), left))
            left -= len(shown[-1])
    except (RenderError, ValueError) as error:
        return [], documents.printable(f"the examples cannot be shown: {error}".split("\n", 1)[0], MAX_REASON_CHARS)
    return shown, ""


def _examples(file: File, document: Document, value: dict[str, Any]) -> tuple[list[Any], str]:
    written = value.get("examples")
    if isinstance(written, str):
        path, text = _other(file, document, ("examples",), written)
        written = documents.foreign(path, text.encode()).value
    else:
        path = ""
    if not isinstance(written, list):
        raise structured.wrong(document, ("examples",), "`examples` must be a list, or name a file that has one")
    return written, path


def _example_prompt(file: File, document: Document, value: dict[str, Any]) -> tuple[dict[str, Any], str]:
    prompt, path = value.get("example_prompt"), ""
    if isinstance(name := value.get("example_prompt_path"), str):
        path, text = _other(file, document, ("example_prompt_path",), name)
        prompt = documents.foreign(path, text.encode()).value
    template = structured.mapping(prompt)
    if not isinstance(template.get("template"), str):
        raise structured.wrong(document, ("example_prompt",), "`example_prompt` must be a prompt with a `template`")
    return template, path


def _has(value: dict[str, Any], key: str) -> bool:
    return value.get(key) is not None or f"{key}_path" in value


def _template(file: File, document: Document, value: dict[str, Any], key: str) -> tuple[str, str]:
    """Return the text of a template, and the path of the file that it stands in, if it is one."""
    text, name = value.get(key), value.get(f"{key}_path")
    if isinstance(name, str) and text is None:
        path, text = _other(file, document, (f"{key}_path",), name)
        return text, path
    if not isinstance(text, str):
        raise structured.wrong(document, (key,), f"`{key}` must be text, or `{key}_path` must name a file")
    return text, ""


def _other(file: File, document: Document, pointer: tuple[str, ...], name: str) -> tuple[str, str]:
    """Return the path and the text of a file that the prompt names."""
    paths = [path for path in lookup.candidates(name, file.path, file.root) if file.load(path) is not None]
    text = structured.text_of(file, paths[0]) if paths else None
    if len(paths) > 1 or text is None:
        reason = lookup.ambiguity(name, paths) if len(paths) > 1 else f"there is no text file {name!r}"
        raise ConfigurationError([document.fault(pointer, reason, "correct its path", id="missing-file")])
    return paths[0], text


def _known_syntax(document: Document, value: dict[str, Any]) -> Syntax:
    syntax = syntax_of(value)
    if syntax is None:
        known = ", ".join(_SYNTAXES)
        raise structured.wrong(document, ("template_format",), f"`template_format` must be one of {known}")
    return syntax


def _piece(piece: tuple[str, str | None, str | None, str | None], values: dict[str, Any]) -> str:
    text, name, spec, conversion = piece
    if name is None:
        return _escaped(text)
    shape = (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "")
    return _escaped(text) + (_escaped(values[name]) if name in values and not shape else f"{{{name}{shape}}}")


def _escaped(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")
