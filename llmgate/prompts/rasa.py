"""Rasa's configuration, endpoints and domain → prompts of its components, and the models of its model groups.

https://rasa.com/docs/reference/config/components/llm-configuration
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from llmgate import documents
from llmgate.documents import Document, Pointer
from llmgate.errors import Fault
from llmgate.prompts import structured
from llmgate.prompts.composition import Found, compose, refused
from llmgate.prompts.prompt import File, Format, Prompt, Rule, Syntax, Turn
from llmgate.prompts.syntaxes import lookup

FORMAT = Format.RASA

_SECTIONS = re.compile(r"^(?:pipeline|policies):", re.MULTILINE)
_COMPONENT = re.compile(
    r"^[ \t]*-[ \t]+name:[ \t]*[\"']?[\w.]*"
    r"(?:LLM\w*CommandGenerator|LLMBasedRouter|EnterpriseSearchPolicy|IntentlessPolicy|LLMCommandGenerator)\b",
    re.MULTILINE,
)
_GROUPS = re.compile(
    r"^model_groups:[ \t]*(?:#[^\n]*)?\n(?:[ \t]*(?:#[^\n]*)?\n)*+[ \t]*-[ \t]+(?:id|models):", re.MULTILINE
)
_REPHRASER = re.compile(r"^nlg:[ \t]*\n[ \t]+type:[ \t]*[\"']?rephrase\b", re.MULTILINE)
_RESPONSES = re.compile(r"^responses:", re.MULTILINE)
_REPHRASED = re.compile(r"^[ \t]+rephrase_prompt:", re.MULTILINE)

_CONFIGURATION = Rule("rasa.component", "the pipeline or the policies have a component of Rasa that asks a model")
_ENDPOINTS = Rule("rasa.endpoints", "the endpoints have `model_groups`, or a rephraser")
_DOMAIN = Rule("rasa.rephrase", "a response has a `rephrase_prompt`")

_PROMPT_KEYS = ("prompt_template", "prompt")
_FILES = (".jinja2", ".jinja", ".j2", ".txt", ".md")
_SECRETS = frozenset({"api_key"})


def recognise(path: str, head: str) -> Rule | None:
    if not path.lower().endswith(structured.YAML_ENDINGS):
        return None
    if _SECTIONS.search(head) and _COMPONENT.search(head):
        return _CONFIGURATION
    if _GROUPS.search(head) or _REPHRASER.search(head):
        return _ENDPOINTS
    return _DOMAIN if _RESPONSES.search(head) and _REPHRASED.search(head) else None


def read(file: File, rule: Rule) -> tuple[Prompt, ...]:
    return structured.read(file, FORMAT, rule, _prompts)


def _prompts(file: File, rule: Rule, document: Document) -> Iterator[Prompt]:
    if not isinstance(document.value, dict):
        raise structured.wrong(document, (), "Rasa's configuration must be a mapping")
    found = [*_components(file, document), *_groups(document), *_responses(document)]
    names = structured.named(item.name for item, _ in found)
    for item, fault in found:
        whole = replace(item, name=next(names), rule=rule, partial=True)
        yield refused(file, whole, fault) if fault else compose(file, whole)


def _components(file: File, document: Document) -> Iterator[tuple[Found, Fault | None]]:
    """Yield the components of the pipeline and the policies that say something to a model, and the rephraser."""
    for section in ("pipeline", "policies"):
        for place, item in enumerate(structured.items(document.value.get(section))):
            entry = structured.mapping(item)
            if isinstance(entry.get("name"), str):
                yield from _component(file, document, (section, place), entry["name"], entry)
    rephraser = structured.mapping(document.value.get("nlg"))
    if rephraser.get("type") == "rephrase":
        yield from _component(file, document, ("nlg",), "nlg", structured.without(rephraser, {"type"}))


def _component(
    file: File, document: Document, pointer: Pointer, name: str, entry: dict[str, Any]
) -> Iterator[tuple[Found, Fault | None]]:
    said = next((entry[key] for key in _PROMPT_KEYS if isinstance(entry.get(key), str)), None)
    llm = structured.mapping(entry.get("llm"))
    if said is None and not llm:
        return
    model, params = _model(llm)
    line = document.line(pointer)
    found = Found(
        format=FORMAT,
        syntax=Syntax.JINJA,
        name=name.rsplit(".", 1)[-1],
        line=line,
        model=model,
        params=params,
        beside=structured.without(entry, {"name", "llm"}, _PROMPT_KEYS) or None,
    )
    if said is None:
        yield replace(found, syntax=Syntax.VERBATIM), None
    elif said.endswith(_FILES) and not re.search(r"[\s{}]", said):
        yield _from_file(file, found, said)
    else:
        yield replace(found, turns=(Turn(None, said),)), None


def _from_file(file: File, found: Found, name: str) -> tuple[Found, Fault | None]:
    """Take the text of a prompt's file, whose name starts from the folder that Rasa is started in."""
    paths = [path for path in lookup.candidates(name, file.path, file.root) if file.load(path) is not None]
    text = structured.text_of(file, paths[0]) if paths else None
    beside = replace(found, beside=[name, found.beside])
    if len(paths) > 1 or text is None:
        reason = lookup.ambiguity(name, paths) if len(paths) > 1 else f"there is no text file {name!r}"
        return beside, documents.fault(file.path, found.line, reason, "correct the prompt's path", id="missing-file")
    return replace(beside, turns=(Turn(None, text),), borrowed={0: paths[0]}), None


def _model(llm: dict[str, Any]) -> tuple[str | None, dict[str, Any]]:
    """Return the model that a component asks, or the group that names it, and the parameters."""
    group = llm.get("model_group")
    if isinstance(group, str):
        return group, structured.without(llm, {"model_group"})
    provider = llm.get("provider") or llm.get("type")
    written = llm.get("model") or llm.get("model_name") or llm.get("deployment")
    model = structured.provided(provider if isinstance(provider, str) else None, written)
    return model, structured.without(llm, {"provider", "type", "model", "model_name", "deployment"}, _SECRETS)


def _groups(document: Document) -> Iterator[tuple[Found, Fault | None]]:
    """Yield each model of each group, called after the group, and after itself where the group has several."""
    for place, item in enumerate(structured.items(document.value.get("model_groups"))):
        group = structured.mapping(item)
        models = [structured.mapping(each) for each in structured.items(group.get("models"))]
        for position, entry in enumerate(models):
            model, params = _model(entry)
            if model is None:
                continue
            name = str(group.get("id") or "group")
            found = Found(
                format=FORMAT,
                syntax=Syntax.VERBATIM,
                name=name if len(models) == 1 else f"{name}: {model}",
                line=document.line(("model_groups", place, "models", position)),
                model=model,
                params=params,
                beside=structured.without(group, {"id", "models"}) or None,
            )
            yield found, None


def _responses(document: Document) -> Iterator[tuple[Found, Fault | None]]:
    """Yield the prompts by which responses are rephrased; the text that is rephrased is sent with each."""
    for name, variations in structured.mapping(document.value.get("responses")).items():
        for place, item in enumerate(structured.items(variations)):
            response = structured.mapping(item)
            prompt = structured.mapping(response.get("metadata")).get("rephrase_prompt")
            if isinstance(prompt, str):
                found = Found(
                    format=FORMAT,
                    syntax=Syntax.JINJA,
                    turns=(Turn(None, prompt),),
                    name=name,
                    line=document.line(("responses", name, place)),
                    beside=response.get("text"),
                )
                yield found, None
