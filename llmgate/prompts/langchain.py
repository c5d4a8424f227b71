"""LangChain's serialised prompts, with `_type` or as `dumpd` writes them → one prompt, and the model beside it.

https://python.langchain.com/docs/how_to/serialization/, https://reference.langchain.com/python/langchain-core/prompts
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from llmgate.documents import Document
from llmgate.prompts import langchain_constructors, langchain_templates, structured
from llmgate.prompts.composition import Found, compose
from llmgate.prompts.langchain_templates import Template
from llmgate.prompts.prompt import File, Format, Prompt, Rule

FORMAT = Format.LANGCHAIN

_KINDS = "prompt|few_shot|chat|llm_chain"
_YAML_TYPE = re.compile(rf"^_type:[ \t]*[\"']?(?:{_KINDS})\b", re.MULTILINE)
_YAML_KEYS = re.compile(r"^(?:template|template_path|examples|messages|prompt|prompt_path):", re.MULTILINE)
_JSON_TYPE = re.compile(rf'"_type"[ \t]*:[ \t]*"(?:{_KINDS})"')
_JSON_KEYS = re.compile(r'"(?:template|template_path|examples|messages|prompt|prompt_path)"[ \t]*:')
_CONSTRUCTOR = re.compile(r"[\"']?\blc[\"']?[ \t]*:[ \t]*1\b")
_CLASS = re.compile(r"\b(?:ChatPromptTemplate|StructuredPrompt|PromptTemplate)\b")
_TYPED = Rule("langchain.type", "the file has the `_type` of a LangChain prompt")
_DUMPED = Rule("langchain.constructor", "the file has `lc: 1` and the class of a LangChain prompt")

_SILENT = frozenset(
    {"_type", "prompt", "prompt_path", "llm", "llm_path", "verbose", "memory", "output_key", "metadata"}
)


def recognise(path: str, head: str) -> Rule | None:
    name = path.lower()
    if not name.endswith(structured.ENDINGS):
        return None
    if _CONSTRUCTOR.search(head) and _CLASS.search(head):
        return _DUMPED
    kind, keys = (_JSON_TYPE, _JSON_KEYS) if name.endswith(".json") else (_YAML_TYPE, _YAML_KEYS)
    return _TYPED if kind.search(head) and keys.search(head) else None


def read(file: File, rule: Rule) -> tuple[Prompt, ...]:
    return structured.read(file, FORMAT, rule, _prompts)


def _prompts(file: File, rule: Rule, document: Document) -> list[Prompt]:
    value = structured.mapping(document.value)
    if value.get("lc") == 1:
        found = langchain_constructors.read(value)
    elif value.get("_type") in _KINDS.split("|"):
        found = _typed(file, document, value)
    else:
        return []  # another file, in which a prompt lies somewhere
    return [compose(file, replace(found, rule=rule))] if found else []


def _typed(file: File, document: Document, value: dict[str, Any]) -> Found:
    if value["_type"] != "llm_chain":
        return _found(langchain_templates.read(file, document, value))
    prompt = value.get("prompt")
    if not isinstance(prompt, dict):
        raise structured.wrong(document, ("prompt",), "llmgate reads a chain only if its `prompt` stands in it")
    llm = structured.mapping(value.get("llm"))
    kind = llm.get("_type")
    provider = kind.removesuffix("-chat") if isinstance(kind, str) else None
    beside = structured.without(value, _SILENT)
    found = _found(langchain_templates.read(file, document, prompt))
    return replace(
        found,
        model=structured.provided(provider, llm.get("model_name") or llm.get("model")),
        params=structured.without(llm, {"_type", "model_name", "model"}, langchain_constructors.UNSENT),
        beside=[found.beside, beside] if beside else found.beside,
    )


def _found(template: Template) -> Found:
    return Found(
        format=FORMAT,
        syntax=template.syntax,
        turns=template.turns,
        beside=template.beside,
        named=template.named,
        borrowed=template.borrowed,
        unrendered=template.unrendered,
    )
