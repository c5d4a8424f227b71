"""What LangChain's `dumpd` writes (`lc`, `type`, `id`, `kwargs`) → one prompt, and the model that it is chained to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from llmgate.prompts import langchain_templates, structured
from llmgate.prompts.composition import Found
from llmgate.prompts.prompt import Format, Role, Syntax, Turn

_WHEREABOUTS = """
    openai_api_key anthropic_api_key api_key verbose streaming cache metadata tags request_timeout max_retries
    default_request_timeout openai_organization name callbacks
"""
UNSENT = frozenset(_WHEREABOUTS.split())
_ROLES: dict[str, Role] = {
    "SystemMessagePromptTemplate": "system",
    "HumanMessagePromptTemplate": "user",
    "AIMessagePromptTemplate": "assistant",
    "SystemMessage": "system",
    "HumanMessage": "user",
    "AIMessage": "assistant",
}
_PROMPTS = ("ChatPromptTemplate", "StructuredPrompt")
_SILENT = frozenset(
    {"input_variables", "input_types", "optional_variables", "template_format", "validate_template", "metadata"}
    | {"tags", "name", "messages", "template", "schema_", "partial_variables", "additional_kwargs", "response_metadata"}
)
_BOUND = {"tools": "tools", "functions": "tools", "response_format": "schema"}


@dataclass(slots=True, kw_only=True)
class _Reading:
    """The turns of a prompt on the way: the syntax that they share, and what keeps them from being rendered."""

    turns: list[Turn] = field(default_factory=list)
    syntaxes: set[Syntax] = field(default_factory=set)
    beside: list[Any] = field(default_factory=list)
    literals: list[int] = field(default_factory=list)
    unrendered: str = ""

    def refuse(self, reason: str) -> None:
        self.unrendered = self.unrendered or reason


def read(value: dict[str, Any]) -> Found | None:
    """Read the first prompt of what was dumped, and the model behind it; None where there is none."""
    parts = list(_parts(value))
    prompt = next((part for part in parts if _class(part) in {*_PROMPTS, "PromptTemplate"}), None)
    if prompt is None:
        return None
    found = _prompt(prompt)
    model = next((part for part in parts if "chat_models" in _id(part) or "llms" in _id(part)), None)
    bound = [structured.mapping(_kwargs(part).get("kwargs")) for part in parts if _class(part) == "RunnableBinding"]
    return _asked(found, model, bound)


def _parts(value: Any) -> Iterator[dict[str, Any]]:
    """Yield the constructors of a chain in their order: a prompt, what is bound to a model, the model."""
    part = structured.mapping(value)
    kwargs = _kwargs(part)
    if not kwargs:
        return
    yield part
    if _class(part) == "RunnableSequence":
        for item in (kwargs.get("first"), *structured.items(kwargs.get("middle")), kwargs.get("last")):
            yield from _parts(item)
    elif _class(part) == "RunnableBinding":
        yield from _parts(kwargs.get("bound"))


def _prompt(part: dict[str, Any]) -> Found:
    kwargs = _kwargs(part)
    reading = _Reading()
    if _class(part) == "PromptTemplate":
        _template(reading, None, kwargs)
    else:
        for message in structured.items(kwargs.get("messages")):
            _message(reading, structured.mapping(message))
    syntax = next(iter(reading.syntaxes)) if len(reading.syntaxes) == 1 else Syntax.FORMAT_STRING
    if len(reading.syntaxes) > 1:
        reading.refuse("llmgate does not render messages of different template formats together")
    turns = _completed(reading, syntax, kwargs.get("partial_variables"))
    return Found(
        format=Format.LANGCHAIN,
        syntax=Syntax.VERBATIM if len(reading.syntaxes) > 1 else syntax,
        turns=turns,
        schema=kwargs.get("schema_"),
        beside=[
            reading.beside or None,
            structured.without(kwargs, _SILENT) or None,
            kwargs.get("partial_variables") if reading.unrendered else None,
        ],
        unrendered=reading.unrendered,
    )


def _completed(reading: _Reading, syntax: Syntax, partial: Any) -> tuple[Turn, ...]:
    """Escape what is sent as it stands, and put in what the prompt was given when it was written."""
    turns: list[Turn] = []
    for place, turn in enumerate(reading.turns):
        is_literal = place in reading.literals
        text, reason = (
            langchain_templates.literal(turn.text, syntax)
            if is_literal
            else langchain_templates.filled(turn.text, syntax, partial)
        )
        if reason:
            reading.refuse(reason)
        turns.append(Turn(turn.role, text))
    return tuple(turns)


def _message(reading: _Reading, message: dict[str, Any]) -> None:
    kind, kwargs = _class(message), _kwargs(message)
    role = _ROLES.get(kind) or structured.role(kwargs.get("role"))
    content = kwargs.get("content")
    if kind == "MessagesPlaceholder":
        reading.beside.append([len(reading.turns), kwargs])
        if not kwargs.get("optional"):
            reading.refuse("llmgate puts no messages in the place of a MessagesPlaceholder")
    elif role and isinstance(content, str):
        reading.literals.append(len(reading.turns))
        reading.turns.append(Turn(role, content))
    elif role and _class(structured.mapping(kwargs.get("prompt"))) == "PromptTemplate":
        _template(reading, role, _kwargs(structured.mapping(kwargs["prompt"])))
    else:
        reading.beside.append([len(reading.turns), message])
        reading.refuse(f"llmgate does not read a {kind or 'message'} of this form")


def _template(reading: _Reading, role: Role | None, kwargs: dict[str, Any]) -> None:
    syntax, text = langchain_templates.syntax_of(kwargs), kwargs.get("template")
    if syntax is None or not isinstance(text, str):
        reading.beside.append([len(reading.turns), kwargs])
        reading.refuse("llmgate does not know this template")
        return
    reading.syntaxes.add(syntax)
    own = kwargs.get("partial_variables") if role else None
    done, reason = langchain_templates.filled(text, syntax, own)
    if reason:
        reading.beside.append([len(reading.turns), own])
        reading.refuse(reason)
    reading.turns.append(Turn(role, done))


def _asked(found: Found, model: dict[str, Any] | None, bound: list[dict[str, Any]]) -> Found:
    """Add the model, its parameters, and what is bound to it."""
    given = {key: item for mapping in bound for key, item in mapping.items()}
    if model is None:
        return replace(found, beside=[found.beside, given]) if given else found
    kwargs = _kwargs(model)
    name = kwargs.get("model") or kwargs.get("model_name")
    place = _id(model)
    provider = place[-2] if len(place) > 1 and place[-2] not in ("chat_models", "llms") else None
    tools = given.get("tools") or given.get("functions")
    return replace(
        found,
        model=structured.provided(provider, name),
        params={
            **structured.without(kwargs, {"model", "model_name"}, UNSENT),
            **structured.without(given, _BOUND),
        },
        tools=tools,
        schema=given.get("response_format") or found.schema,
    )


def _class(part: dict[str, Any]) -> str:
    found = _id(part)
    return found[-1] if found else ""


def _id(part: dict[str, Any]) -> list[str]:
    return [str(item) for item in structured.items(part.get("id"))]


def _kwargs(part: dict[str, Any]) -> dict[str, Any]:
    return structured.mapping(part.get("kwargs"))
