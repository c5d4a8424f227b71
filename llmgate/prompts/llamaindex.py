"""LlamaIndex's prompts, as `model_dump` writes them or by the names of a query engine → prompts.

https://developers.llamaindex.ai/python/framework/module_guides/models/prompts/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from llmgate.documents import Document
from llmgate.prompts import blocks, structured
from llmgate.prompts.composition import Found, compose
from llmgate.prompts.prompt import File, Format, Prompt, Rule, Syntax, Turn
from llmgate.prompts.syntaxes import MAX_RENDERED_CHARS

FORMAT = Format.LLAMAINDEX

_DUMP = re.compile(r"\btemplate_vars[\"']?[ \t]*:")
_DUMPED = re.compile(
    r"\b(template_var_mappings|function_mappings|prompt_type|template_str|message_templates)[\"']?[ \t]*:"
)
_NAMES = r"(?:text_qa|refine|summary|simple)_template"
_NAMED = re.compile(rf"^[ \t]*[\"']?(?:[\w-]{{1,80}}:)?{_NAMES}[\"']?[ \t]*:", re.MULTILINE)
_VARIABLE = re.compile(r"\{\{? ?(?:context_str|query_str|context_msg|existing_answer)\b")
_EXPORT = Rule("llamaindex.dump", "the file has `template_vars` and a template, as LlamaIndex writes a prompt")
_ENGINE = Rule("llamaindex.names", "the file has a prompt of a LlamaIndex query engine, by its name")
_KEY = re.compile(rf"(?:.{{0,80}}:)?{_NAMES}")

_TEMPLATES = frozenset({"template", "template_str", "message_templates"})
_OWN = frozenset({"template_var_mappings", "function_mappings", "prompt_type", "template_str", "message_templates"})

# What LlamaIndex computes from the template, and what prompts are called.
_SILENT = frozenset({"metadata", "template_vars", "template", "template_str", "message_templates", "kwargs"})
_BRACES = "releases of LlamaIndex differ in what they make of double braces"
_PARTIAL = "llmgate fills in values of `kwargs` only where they are short text without braces"
_BLOCK_END = re.compile(r"([%#]\})\n")
_BLOCK_START = re.compile(r"^[ \t]+(?=\{[%#](?!\+))", re.MULTILINE)


def recognise(path: str, head: str) -> Rule | None:
    if not path.lower().endswith(structured.ENDINGS):
        return None
    if _DUMP.search(head) and _DUMPED.search(head):
        return _EXPORT
    return _ENGINE if _NAMED.search(head) and _VARIABLE.search(head) else None


def read(file: File, rule: Rule) -> tuple[Prompt, ...]:
    return structured.read(file, FORMAT, rule, _prompts)


def _prompts(file: File, rule: Rule, document: Document) -> Iterator[Prompt]:
    value = structured.mapping(document.value)
    if _is_dump(value):
        yield compose(file, _found(value, "", 1, rule, partial=False))
        return
    for (key, item), name in zip(value.items(), structured.named(value), strict=True):
        named = _KEY.fullmatch(key) and isinstance(item, str)
        if named or _is_dump(item):
            prompt = {"template": item} if isinstance(item, str) else item
            yield compose(file, _found(prompt, name, document.line((key,)), rule, partial=True))


def _is_dump(value: Any) -> bool:
    prompt = structured.mapping(value)
    said = prompt.keys() | structured.mapping(prompt.get("metadata")).keys()
    return "template_vars" in prompt and bool(said & _TEMPLATES) and bool(said & _OWN)


def _found(prompt: dict[str, Any], name: str, line: int, rule: Rule, *, partial: bool) -> Found:
    turns, syntax, beside, unrendered = _turns(prompt)
    given = structured.mapping(prompt.get("kwargs"))
    if given and not unrendered:
        turns, unrendered = _with(turns, given, syntax)
    said = {key: item for key, item in structured.without(prompt, _SILENT).items() if item not in (None, {}, [])}
    return Found(
        format=FORMAT,
        syntax=syntax,
        turns=turns,
        name=name,
        line=line,
        rule=rule,
        beside=[beside, said or None, given if unrendered else None],
        partial=partial,
        unrendered=unrendered,
    )


def _turns(prompt: dict[str, Any]) -> tuple[tuple[Turn, ...], Syntax, Any, str]:
    """Return the turns, how they are filled, what stands beside them, and what keeps them from being rendered."""
    match prompt:
        case {"template_str": str(text)}:
            return _rich(text)
        case {"message_templates": list(messages)}:
            chat = structured.chat([_message(message) for message in messages])
            if chat is None:
                return (), Syntax.VERBATIM, messages, "llmgate sends messages of text only"
            return chat.turns, Syntax.SINGLE_BRACES, chat.beside, _doubled(chat.turns)
        case {"template": str(text)}:
            turns = (Turn(None, text),)
            return turns, Syntax.SINGLE_BRACES, None, _doubled(turns)
        case _:
            return (), Syntax.VERBATIM, prompt, "it has no text for a template"


def _rich(text: str) -> tuple[tuple[Turn, ...], Syntax, Any, str]:
    """Read the template of a RichPromptTemplate, which Jinja renders with `trim_blocks` and `lstrip_blocks`."""
    if "endraw" in text:
        return (Turn(None, text),), Syntax.VERBATIM, None, "llmgate does not imitate raw blocks in a RichPromptTemplate"
    if not blocks.has(text, "chat"):
        return (Turn(None, _trimmed(text.strip())),), Syntax.JINJA, None, ""
    turns = blocks.split(text, "chat")
    if turns is None:
        return (Turn(None, text),), Syntax.VERBATIM, None, blocks.UNRENDERED
    return tuple(Turn(turn.role, _trimmed(turn.text)) for turn in turns), Syntax.JINJA, None, ""


def _trimmed(text: str) -> str:
    return _BLOCK_END.sub(r"\1", _BLOCK_START.sub("", text))


def _message(message: Any) -> Any:
    """Write a message with one text, whichever release of LlamaIndex wrote it."""
    said = {key: item for key, item in structured.mapping(message).items() if item not in (None, {}, [])}
    match said.pop("blocks", None):
        case [{"block_type": "text", "text": str(text)}]:
            return said | {"content": text}
        case None:
            return said
        case _:
            return None


def _doubled(turns: tuple[Turn, ...]) -> str:
    return _BRACES if any("{{" in turn.text or "}}" in turn.text for turn in turns) else ""


def _with(turns: tuple[Turn, ...], given: dict[str, Any], syntax: Syntax) -> tuple[tuple[Turn, ...], str]:
    """Put in the values that the prompt was given when it was written."""
    plain = all(isinstance(value, str) and not re.search(r"[{}]", value) for value in given.values())
    grown = sum(turn.text.count(f"{{{name}}}") * len(str(value)) for turn in turns for name, value in given.items())
    if syntax is not Syntax.SINGLE_BRACES or not plain or grown > MAX_RENDERED_CHARS:
        return turns, _PARTIAL
    for name, value in given.items():
        turns = tuple(Turn(turn.role, turn.text.replace(f"{{{name}}}", value)) for turn in turns)
    return turns, ""
