"""A fixture and a request → the same with one thing changed, as a counterfactual replay does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from llmgate.fixture import ContextDocument, Fixture
from llmgate.message import Message, TextPart, ToolCallPart, ToolResponsePart
from llmgate.trial import Request
from tests.benchmarks.diagnosis.application import plain
from tests.benchmarks.diagnosis.seeds import Intervention, Seed

EFFORT = {"reasoning_effort": "high"}


def fixture(given: Fixture, seed: Seed, change: Intervention | None) -> Fixture:
    """Change the documents."""
    documents = given.context.documents
    gold = tuple(each for each in documents if each.id in seed.gold)
    missing = tuple(
        ContextDocument(id=key, text=text)
        for key, text in seed.gold.items()
        if key not in {each.id for each in documents}
    )
    match change:
        case Intervention.GOLD_ADDED:
            documents = (*documents, *missing)
        case Intervention.GOLD_ONLY if seed.gold:
            documents = (*gold, *missing)
        case Intervention.GOLD_FIRST:
            documents = (*gold, *(each for each in documents if each not in gold))
        case Intervention.NO_CONTEXT:
            documents = ()
        case _:
            return given
    return given.model_copy(update={"context": given.context.model_copy(update={"documents": documents})})


def request(given: Request, seed: Seed, change: Intervention | None) -> Request:
    """Change what is sent beside the documents; gold texts that the template lets fall go to the last message."""
    match change:
        case Intervention.GOLD_ADDED | Intervention.GOLD_ONLY:
            return _with_texts(given, seed)
        case Intervention.TOOL_RESULTS if seed.case.tooling:
            return _with_results(given, seed)
        case _:
            return replace(given, params={**given.params, **_params(given, seed, change)})


def _params(given: Request, seed: Seed, change: Intervention | None) -> dict[str, Any]:
    match change:
        case Intervention.EFFORT:
            return EFFORT
        case Intervention.SCHEMA:
            wanted = {"name": "answer", "strict": True, "schema": dict(seed.schema or {"type": "object"})}
            return {"response_format": {"type": "json_schema", "json_schema": wanted}}
        case Intervention.JSON_MODE:
            return {"response_format": {"type": "json_object"}}
        case Intervention.MORE_TOKENS:
            return {"max_tokens": 2 * given.params["max_tokens"]}
        case Intervention.TOOL_CHOICE if seed.case.tooling:
            return {"tool_choice": _choice(seed)}
        case _:
            return {}


def _with_texts(given: Request, seed: Seed) -> Request:
    told = plain("\n".join(message.text for message in given.messages))
    lacking = [f"[{key}] {text}" for key, text in seed.gold.items() if plain(text) not in told]
    if not lacking:
        return given
    *before, last = given.messages
    text = "\n".join(["", "Further documents:", *lacking])
    return replace(given, messages=(*before, last.model_copy(update={"parts": (*last.parts, TextPart(content=text))})))


def _choice(seed: Seed) -> Any:
    """Force the first call that the sick model does not make; forbid calls where none is right."""
    tooling = seed.case.tooling
    if not tooling.steps:
        return "none"
    sick = [name for name, _ in tooling.sick_steps]
    names = [name for name, _ in tooling.steps]
    wanted = names[0] if len(sick) >= len(names) else next(name for name in names if name not in sick)
    return {"type": "function", "function": {"name": wanted}}


def _with_results(given: Request, seed: Seed) -> Request:
    """Play the right calls and their recorded results before the model is asked."""
    recorded = {repr((each["name"], each["arguments"])): each["result"] for each in seed.content["tools"]["results"]}
    turns: list[Message] = []
    for number, (name, arguments) in enumerate(seed.case.tooling.steps):
        call = ToolCallPart(id=f"r{number}", name=name, arguments=arguments)
        answer = ToolResponsePart(id=f"r{number}", response=recorded[repr((name, arguments))])
        turns += [Message(role="assistant", parts=(call,)), Message(role="tool", parts=(answer,), name=name)]
    return replace(given, messages=(*given.messages, *turns))
