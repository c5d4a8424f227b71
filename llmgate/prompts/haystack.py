"""A Haystack pipeline in YAML → a prompt for each prompt builder and agent, and a model for each generator.

https://docs.haystack.deepset.ai/docs/serialization
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from llmgate.documents import Document, Pointer
from llmgate.prompts import blocks, structured
from llmgate.prompts.composition import Found, compose
from llmgate.prompts.prompt import File, Format, Prompt, Role, Rule, Syntax, Turn

FORMAT = Format.HAYSTACK

_PIPELINE = re.compile(r"^components:[ \t]*(?:#[^\n]*)?$", re.MULTILINE)
_PARAMETERS = re.compile(r"^[ \t]+init_parameters:", re.MULTILINE)
_TYPE = re.compile(r"^[ \t]+type:[ \t]*[\"']?(?:[a-z_]\w*\.)+\w*(?:PromptBuilder|Generator|Agent)\b", re.MULTILINE)
_COMPONENT = Rule("haystack.component", "the pipeline has a component that makes prompts or asks a model")
_GENERATORS = re.compile(r"\.generators\.(?:chat\.)?(?P<provider>\w+)")
_MODELS = ("model", "azure_deployment", "model_name", "model_name_or_path")
_SCHEMAS = ("response_format", "text_format")
_UNSENT = frozenset(
    {"api_key", "streaming_callback", "timeout", "max_retries", "http_client_kwargs", "raise_on_failure"}
)
_ENDLESS = "llmgate does not send an assistant's message that has `endraw` in it"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Component:
    """One component, however deep in others it lies; `name` is its way from the pipeline."""

    name: str
    pointer: Pointer
    type: str
    parameters: dict[str, Any]


def recognise(path: str, head: str) -> Rule | None:
    if not path.lower().endswith(structured.YAML_ENDINGS):
        return None
    return _COMPONENT if _PIPELINE.search(head) and _PARAMETERS.search(head) and _TYPE.search(head) else None


def read(file: File, rule: Rule) -> tuple[Prompt, ...]:
    return structured.read(file, FORMAT, rule, _prompts)


def _prompts(file: File, rule: Rule, document: Document) -> Iterator[Prompt]:
    components = structured.mapping(document.value).get("components")
    if not isinstance(components, dict):
        raise structured.wrong(document, ("components",), "`components` must be a mapping of components")
    read = [(component, _found(component)) for component in _components(components, ("components",), ())]
    told = [(component, found) for component, found in read if found is not None]
    names = structured.named(component.name for component, _ in told)
    for component, found in told:
        line = document.line(component.pointer)
        yield compose(file, replace(found, name=next(names), line=line, rule=rule, partial=True))


def _components(value: Any, pointer: Pointer, names: tuple[str, ...]) -> Iterator[_Component]:
    """Find every mapping with a `type` and `init_parameters`, and those in its parameters."""
    if isinstance(value, list):
        for place, item in enumerate(value):
            yield from _components(item, (*pointer, place), (*names, str(place)))
        return
    if not isinstance(value, dict):
        return
    kind, parameters = value.get("type"), value.get("init_parameters")
    if isinstance(kind, str) and isinstance(parameters, dict):
        yield _Component(name=".".join(names), pointer=pointer, type=kind, parameters=parameters)
    for key, item in value.items():
        yield from _components(item, (*pointer, key), names if key == "init_parameters" else (*names, key))


def _found(component: _Component) -> Found | None:
    if component.type.endswith("PromptBuilder"):
        return _builder(component.parameters)
    if component.type.endswith("Generator"):
        return _generator(component)
    return _agent(component) if component.type.endswith(".Agent") else None


def _builder(parameters: dict[str, Any]) -> Found | None:
    """Read a prompt builder; one without a template is given it when the pipeline runs."""
    template = parameters.get("template")
    if template is None:
        return None
    turns, beside, unrendered = _turns(template)
    return Found(
        format=FORMAT,
        syntax=Syntax.VERBATIM if unrendered else Syntax.JINJA,
        turns=turns,
        beside=[beside, structured.without(parameters, {"template"})],
        unrendered=unrendered,
    )


def _turns(template: Any) -> tuple[tuple[Turn, ...], Any, str]:
    """Return the turns of a template, what its messages say beside their text, and why it is not rendered, if so."""
    if isinstance(template, str):
        if not blocks.has(template, "message"):
            return (Turn(None, template),), None, ""
        turns = blocks.split(template, "message")
        return (turns, None, "") if turns else ((Turn(None, template),), None, blocks.UNRENDERED)
    chat = structured.chat([_message(item) for item in template] if isinstance(template, list) else template)
    if chat is None:
        return (), template, "llmgate sends messages of text only, from a system, a user or an assistant"
    silent = any(turn.role == "assistant" and "endraw" in turn.text for turn in chat.turns)
    return tuple(map(_literal, chat.turns)), chat.beside, _ENDLESS if silent else ""


def _message(item: Any) -> Any:
    """Write a serialised message with plain keys and one text, whichever release of Haystack wrote it."""
    message = {key.removeprefix("_"): part for key, part in structured.mapping(item).items()}
    content = message.get("content")
    if isinstance(content, list) and len(content) == 1 and list(structured.mapping(content[0])) == ["text"]:
        message["content"] = content[0]["text"]
    said = {key: part for key, part in message.items() if part not in (None, {}, [])}
    return said | {"content": message.get("content")}


def _literal(turn: Turn) -> Turn:
    """Keep braces where the assistant speaks: Haystack fills in no variables there."""
    if turn.role != "assistant" or "{" not in turn.text:
        return turn
    return Turn(turn.role, f"{{% raw %}}{turn.text}{{% endraw %}}")


def _generator(component: _Component) -> Found:
    parameters = component.parameters
    kwargs = structured.mapping(parameters.get("generation_kwargs"))
    nested = structured.mapping(parameters.get("api_params"))
    model = next((item for key in _MODELS if (item := parameters.get(key) or nested.get(key))), None)
    system = parameters.get("system_prompt")
    tools = kwargs.get("tools") or parameters.get("tools")
    return Found(
        format=FORMAT,
        syntax=Syntax.VERBATIM,
        turns=(Turn("system", system),) if isinstance(system, str) and system else (),
        model=structured.provided(_provider(component.type), model),
        params=structured.without(kwargs, _SCHEMAS, {"tools"}),
        tools={"tools": tools} if tools else None,
        schema=next((kwargs[key] for key in _SCHEMAS if kwargs.get(key) is not None), None),
        beside=[
            _said(parameters, {"generation_kwargs", "system_prompt", "tools", "api_params", *_MODELS}, _UNSENT),
            _said(nested, _MODELS),
        ],
    )


def _agent(component: _Component) -> Found | None:
    parameters = component.parameters
    turns: list[Turn] = []
    unrendered = ""
    said: tuple[tuple[Role, Any], ...] = (
        ("system", parameters.get("system_prompt")),
        ("user", parameters.get("user_prompt")),
    )
    for role, text in said:
        if isinstance(text, str) and text:
            found, _, reason = _turns(text.strip())
            turns += [Turn(turn.role or role, turn.text) for turn in found]
            unrendered = unrendered or reason
    tools = parameters.get("tools")
    silent = {"system_prompt", "user_prompt", "chat_generator", "tools"}
    found_turns = Found(
        format=FORMAT,
        syntax=Syntax.VERBATIM if unrendered else Syntax.JINJA,
        turns=turns,
        tools={"tools": tools} if tools else None,
        beside=_said(parameters, silent, _UNSENT) or None,
        unrendered=unrendered,
    )
    return found_turns if turns else None


def _said(parameters: dict[str, Any], *silent: Any) -> dict[str, Any]:
    """Return the parameters that are set: Haystack writes out those that are not, too."""
    left = structured.without(parameters, *silent)
    return {key: item for key, item in left.items() if item not in (None, {}, [])}


def _provider(kind: str) -> str | None:
    """Return the provider that a generator's module is called after, as in `….generators.chat.openai.OpenAI…`."""
    match = _GENERATORS.search(kind)
    return match["provider"] if match else None
