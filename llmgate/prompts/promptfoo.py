"""promptfoo's configuration → a prompt for each entry of `prompts`, and a model for each of `providers`.

Tests, assertions and what promptfoo does with the answers say nothing to a model and are left out.
https://www.promptfoo.dev/docs/configuration/prompts/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from llmgate.documents import Document
from llmgate.prompts import promptfoo_files, promptfoo_providers, structured
from llmgate.prompts.composition import Found, compose, refused
from llmgate.prompts.prompt import File, Format, Prompt, Rule, Turn
from llmgate.prompts.promptfoo_files import Entry

FORMAT = Format.PROMPTFOO

_NAME = re.compile(r"(^|/)promptfooconfig(\.[a-z0-9_-]+)?\.(ya?ml|json)$")
_SCHEMA = re.compile(r"^# yaml-language-server: \$schema=https://(www\.)?promptfoo\.dev/", re.MULTILINE)
_GAP = r"[ \t]*(?:#[^\n]*)?\n(?:[ \t]*(?:#[^\n]*)?\n)*+[ \t]*"
_PROMPTS = re.compile(rf"^prompts:(?:[ \t]+[\"'\[f]|{_GAP}- )", re.MULTILINE)
_PROVIDER = r"""["']?(?:id:[ \t]*["']?)?(?:[a-z][a-z0-9_-]{0,40}:(?=[\w./])|file://|https?://|echo\b)"""
_PROVIDERS = re.compile(rf"^(?:providers|targets):(?:[ \t]+(?:\[[ \t]*)?|{_GAP}-[ \t]+){_PROVIDER}", re.MULTILINE)

_NAMED = Rule("promptfoo.name", "the file is called promptfooconfig")
_DECLARED = Rule("promptfoo.schema", "the file names promptfoo's schema")
_KEYS = Rule("promptfoo.keys", "the YAML has `prompts` and `providers` as promptfoo writes them")

# What promptfoo does with prompts and answers: tests, assertions, reports. No model is sent any of it.
_ABOUT_TESTS = """
    $schema description tags tests scenarios defaultTest evaluateOptions commandLineOptions outputPath sharing
    writeLatestResults derivedMetrics metadata extensions redteam tracing
"""
_SILENT = frozenset({"prompts", "providers", "targets", *_ABOUT_TESTS.split()})
_ENTRY_KEYS = frozenset({"id", "label", "raw", "display", "config"})


def recognise(path: str, head: str) -> Rule | None:
    if _NAME.search(path):
        return _NAMED
    if not path.lower().endswith(structured.YAML_ENDINGS):
        return None
    if _SCHEMA.search(head):
        return _DECLARED
    return _KEYS if _PROMPTS.search(head) and _PROVIDERS.search(head) else None


def read(file: File, rule: Rule) -> tuple[Prompt, ...]:
    return structured.read(file, FORMAT, rule, _prompts)


def _prompts(file: File, rule: Rule, document: Document) -> Iterator[Prompt]:
    value = document.value
    if not isinstance(value, dict):
        raise structured.wrong(document, (), "promptfoo's configuration must be a mapping")
    common = structured.without(value, _SILENT)
    around = _around(value)
    entries = [made for item in _items(document) for made in _entries(file, document, *item)]
    models = list(promptfoo_providers.read(file, document))
    names = structured.named([*(entry.name for entry in entries), *(model.name for model in models)])
    for entry in entries:
        yield _prompt(file, rule, replace(entry, name=next(names)), around, common)
    for model in models:
        yield compose(file, replace(model, name=next(names), rule=rule))


def _items(document: Document) -> list[tuple[tuple[str | int, ...], Any]]:
    """List the entries of `prompts` and where they are; a mapping of files and labels is an older way to write them."""
    written = document.value.get("prompts")
    match written:
        case None:
            return []
        case str():
            return [(("prompts",), written)]
        case dict():
            return [(("prompts", key), {"raw": key, "label": label}) for key, label in written.items()]
        case list():
            return [(("prompts", place), item) for place, item in enumerate(written)]
        case _:
            raise structured.wrong(document, ("prompts",), "`prompts` must be a list")


def _entries(file: File, document: Document, pointer: tuple[str | int, ...], item: Any) -> Iterator[Entry]:
    line = document.line(pointer)
    if (chat := structured.chat(item)) is not None:
        name = f"prompts[{structured.slug(chat.turns[0].text)}]"
        yield Entry(name=name, line=line, turns=chat.turns, beside=chat.beside)
        return
    entry = {"raw": item} if isinstance(item, str) else item
    raw = (entry.get("raw") or entry.get("id")) if isinstance(entry, dict) else None
    if not isinstance(raw, str):
        raise structured.wrong(document, pointer, "a prompt must be text, or a mapping with `raw` or `id`")
    said = entry.get("label") or entry.get("display") or (entry.get("id") if entry.get("raw") else None)
    config = structured.mapping(entry.get("config"))
    beside = structured.without(entry, _ENTRY_KEYS)
    for made in promptfoo_files.entries(file, raw, line):
        name = f"{said}: {made.part}" if said and made.part else said or made.name
        yield replace(made, name=str(name), config=config, beside=[made.beside, beside] if beside else made.beside)


def _around(value: dict[str, Any]) -> tuple[str, str]:
    """Return what `defaultTest` puts before and after each prompt."""
    options = structured.mapping(structured.mapping(value.get("defaultTest")).get("options"))
    prefix, suffix = options.get("prefix"), options.get("suffix")
    return prefix if isinstance(prefix, str) else "", suffix if isinstance(suffix, str) else ""


def _prompt(file: File, rule: Rule, entry: Entry, around: tuple[str, str], common: dict[str, Any]) -> Prompt:
    turns, unrendered = _surrounded(entry, around)
    borrowed = dict.fromkeys(range(len(turns)), entry.path) if entry.path else {}
    sent = promptfoo_providers.sent(file, entry.config)
    found = Found(
        format=FORMAT,
        syntax=entry.syntax,
        turns=turns,
        name=entry.name,
        line=entry.line,
        rule=rule,
        params=sent.params,
        tools=sent.tools,
        schema=sent.schema,
        beside=[entry.beside, common or None, list(around) if any(around) and (borrowed or unrendered) else None],
        named=[*entry.named, *sent.named],
        borrowed=borrowed,
        elsewhere=entry.elsewhere,
        unrendered=unrendered,
    )
    return refused(file, found, entry.fault) if entry.fault else compose(file, found)


def _surrounded(entry: Entry, around: tuple[str, str]) -> tuple[tuple[Turn, ...], str]:
    """Put the prefix and the suffix around a text; promptfoo would put them around the JSON of a chat."""
    if not any(around) or entry.elsewhere or entry.unrendered:
        return entry.turns, entry.unrendered
    if len(entry.turns) != 1 or entry.turns[0].role is not None:
        return entry.turns, "llmgate does not put promptfoo's prefix and suffix around a chat"
    return (Turn(None, around[0] + entry.turns[0].text + around[1]),), ""
