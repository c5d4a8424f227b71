"""Kinds of changes → edits that a pull request makes: each really changes the request, and may be one that breaks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from llmgate.changes import Kind
from tests.benchmarks.diagnosis.conditions import Asks, Condition, Lacks, Offers, Says, Sets
from tests.benchmarks.diagnosis.repositories import Surface

RULES = (
    "Be friendly.",
    "Answer only from the context; if it says nothing, say so.",
    "Give figures exactly as they stand there.",
    "When two pages differ, the newer one holds.",
    "Answer in English, in one or two sentences.",
)
BASE_MODEL = "quill-2-2026-01-15"
PARAMS: Mapping[str, Any] = {"temperature": 0.3, "max_tokens": 300, "top_p": 0.95}
TOP_K = 4
LOOKUP: Mapping[str, Any] = {
    "name": "lookup_order",
    "description": "Finds an order by its number.",
    "parameters": {"type": "object", "properties": {"order_id": {"type": "string"}}, "required": ["order_id"]},
}
CALENDAR: Mapping[str, Any] = {
    "name": "opening_hours",
    "description": "Opening hours of a branch.",
    "parameters": {"type": "object", "properties": {"branch": {"type": "string"}}, "required": ["branch"]},
}
TOOLS = (LOOKUP, CALENDAR)


@dataclass(frozen=True, kw_only=True)
class Edit:
    """A change of one kind. `holds` tells by a request whether the edit is in it; None where the documents show it."""

    kind: Kind
    name: str
    apply: Callable[[Surface], Surface]
    holds: Condition | None = None


def _prompt(name: str, old: str, new: str | None) -> Edit:
    """Replace a rule, remove it, or add one behind it."""

    def apply(surface: Surface) -> Surface:
        rules = [new if rule == old else rule for rule in surface.rules]
        return replace(surface, rules=tuple(rule for rule in rules if rule is not None))

    return Edit(kind=Kind.PROMPT, name=name, apply=apply, holds=Says(new) if new else Lacks(old))


def _added(name: str, rule: str, *, after: int) -> Edit:
    def apply(surface: Surface) -> Surface:
        return replace(surface, rules=(*surface.rules[:after], rule, *surface.rules[after:]))

    return Edit(kind=Kind.PROMPT, name=name, apply=apply, holds=Says(rule))


def _model(model: str) -> Edit:
    return Edit(kind=Kind.MODEL, name=model, apply=lambda surface: replace(surface, model=model), holds=Asks(model))


def _param(name: str, value: object) -> Edit:
    def apply(surface: Surface) -> Surface:
        return replace(surface, params={**surface.params, name: value})

    return Edit(kind=Kind.PARAMS, name=f"{name} {value}", apply=apply, holds=Sets(name, value))


def _tools(name: str, tools: Sequence[Mapping[str, Any]], shown: str) -> Edit:
    def apply(surface: Surface) -> Surface:
        return replace(surface, tools=tuple(tools))

    return Edit(kind=Kind.TOOLS, name=name, apply=apply, holds=Offers(shown))


def _described(text: str) -> Mapping[str, Any]:
    return {**LOOKUP, "description": text}


_RENAMED = {**LOOKUP, "parameters": {"type": "object", "properties": {"reference": {"type": "string"}}}}
_EXTRA = {"name": "store_finder", "description": "Finds the nearest store.", "parameters": {"type": "object"}}

HARMFUL: Mapping[Kind, tuple[Edit, ...]] = {
    Kind.PROMPT: (
        _prompt("context no longer binds", RULES[1], None),
        _prompt("figures are rounded", RULES[2], "Round figures so that they are easy to read."),
        _added("vague on terms", "Do not commit to terms or prices; keep it general.", after=4),
        _prompt("older page holds", RULES[3], "When two pages differ, the older one holds."),
        _added("too short", "Answer with three words at most.", after=2),
    ),
    Kind.MODEL: tuple(_model(name) for name in ("quill-3-2026-05-20", "quill-2-mini-2026-03-01", "oda-1-2026-02-11")),
    Kind.PARAMS: (
        _param("temperature", 1.4),
        _param("frequency_penalty", 2.0),
        _param("top_p", 0.1),
        _param("presence_penalty", 1.8),
        _param("reasoning_effort", "low"),
    ),
    Kind.TOOLS: (
        _tools("argument renamed", (_RENAMED, CALENDAR), '"reference"'),
        _tools("for staff only", (_described("Finds an order. For staff only."), CALENDAR), "For staff only"),
        _tools(
            "reworded into another tool", (_described("Finds an article by its number."), CALENDAR), "an article by"
        ),
        _tools("a rival tool", (*TOOLS, {**_EXTRA, "description": "Answers questions on parcels."}), "on parcels"),
    ),
}
HARMLESS: Mapping[Kind, tuple[Edit, ...]] = {
    Kind.PROMPT: (
        _prompt("warmer", RULES[0], "Be warm and friendly."),
        _added("thanks", "Thank the customer once.", after=1),
        _added("short sentences", "Prefer short sentences.", after=5),
        _prompt("reworded", RULES[4], "Reply in English and in no more than two sentences."),
    ),
    Kind.MODEL: HARMFUL[Kind.MODEL],
    Kind.PARAMS: (
        _param("temperature", 0.2),
        _param("max_tokens", 350),
        _param("top_p", 0.9),
        _param("temperature", 0.4),
    ),
    Kind.TOOLS: (
        _tools("reworded", (_described("Looks an order up by its number."), CALENDAR), "Looks an order up"),
        _tools("one more", (*TOOLS, _EXTRA), "store_finder"),
        _tools("other order", (CALENDAR, LOOKUP), '"opening_hours"'),
    ),
}


def fewer_documents(top_k: int = 1) -> Edit:
    return Edit(kind=Kind.RETRIEVAL, name=f"top_k {top_k}", apply=lambda surface: replace(surface, top_k=top_k))


def other_text(changed: Mapping[str, str], name: str) -> Edit:
    def apply(surface: Surface) -> Surface:
        return replace(surface, documents={**surface.documents, **changed})

    return Edit(kind=Kind.INDEX, name=name, apply=apply)
