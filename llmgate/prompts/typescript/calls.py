"""A call that sends a prompt → the unit that it is: its messages, model, parameters, tools and answer format."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from llmgate.prompts.prompt import Rule, Syntax
from llmgate.prompts.typescript import (
    conversations,
    folding,
    literals,
    meanings,
    models,
    program,
    sinks,
    source,
    tools,
    tree,
    units,
)
from llmgate.prompts.typescript.folding import Folder
from llmgate.prompts.typescript.messages import Messages, Said
from llmgate.prompts.typescript.sinks import Sink
from llmgate.prompts.typescript.tree import Place, Spot
from llmgate.prompts.typescript.units import Unit

if TYPE_CHECKING:
    from tree_sitter import Node

# What fills templates of Genkit, and those of LangChain whose `templateFormat` is "mustache".
GENKIT = Syntax.HANDLEBARS
MUSTACHE = Syntax.MUSTACHE

CALL = Rule("typescript.call", "the call sends a prompt to a model")

_TEMPLATES = re.compile(
    r"(ChatPromptTemplate\.(?:fromMessages|fromTemplate)|PromptTemplate\.fromTemplate|new PromptTemplate)"
)
_SENDING = re.compile(r"(?:[\w$.]{1,200}\.)?(generateContent|generateContentStream|invoke|stream)")
_SPOKEN = re.compile(r"new (?:System|Human|AI)Message|\brole\s*:|[\[,]\s*\[\s*[\"'](?:system|human|user)[\"']")
_MUSTACHE = ("mustache",)


def read(folder: Folder, spot: Spot) -> Unit | None:
    """Return the unit, or None where the call is another one, or nothing of the prompt and its model stands here."""
    node = spot.node
    if node.type in ("array", "object"):
        return _session(folder, spot) or conversations.read(folder, spot)
    if node.type not in ("call_expression", "new_expression"):
        return None
    callee, given = tree.callee_of(node), node.child_by_field_name("arguments")
    items = [child for child in given.named_children if child.type != "comment"] if given else []
    if not items:
        return None
    if tool := tools.read(folder, spot, callee, items):
        return tool
    unit = _with_options(folder, spot, callee, items) or _with_text(folder, spot, callee, items)
    if unit is None:
        return conversations.asked(folder, spot, callee, items)
    return unit if unit.speaks or unit.model else None


def _session(folder: Folder, spot: Spot) -> Unit | None:
    """Read an event that sets the instructions of a realtime session."""
    found = conversations.session(folder, spot.node, spot.place) if spot.node.type == "object" else None
    if found is None:
        return None
    event, options = found
    unit = units.empty(spot, event, CALL, kept=False)
    _Options(folder=folder, sink=sinks.SESSION, unit=unit, place=spot.place).read(program.entries(options))
    return unit if unit.speaks else None


def _with_options(folder: Folder, spot: Spot, callee: str, items: list[Node]) -> Unit | None:
    """Read a call whose first argument is an object of options."""
    options = folder.program.resolve(items[0], spot.place)
    if options.node.type != "object":
        return None
    values = _flat(folder, options.node, options.place)
    found = sinks.of(callee, frozenset(values))
    if found is None:
        return None
    sink, short = found
    unit = units.empty(spot, short, CALL, kept=sink.kept)
    unit.syntax = GENKIT if sink.template else Syntax.VERBATIM
    if sink.template and (named := values.get("name")):
        unit.name = folding.plain(folder.text(named, options.place)) or unit.name
    _Options(folder=folder, sink=sink, unit=unit, place=options.place).read(values)
    if spread := [source.normal(child) for child in program.spreads(options.node)]:
        unit.beside["spreads"] = [*spread]
    for item in items[1:]:
        if sink.template and (text := folder.text(item, spot.place)):
            unit.said.append(Said("user", text))
    return unit


def _flat(folder: Folder, node: Node, place: Place) -> dict[str, Node]:
    """Return the options by name, those in a `config` of their own among them."""
    values = program.entries(node)
    for name in sinks.NESTED:
        inner = folder.program.resolve(values[name], place).node if name in values else None
        if inner is not None and inner.type == "object":
            del values[name]
            values |= program.entries(inner)
    return values


class _Options:
    """Puts each option of a call where it belongs in the unit; what belongs nowhere is kept beside."""

    def __init__(self, *, folder: Folder, sink: Sink, unit: Unit, place: Place) -> None:
        self.folder, self.sink, self.unit, self.place = folder, sink, unit, place
        self.messages = Messages()

    def read(self, values: dict[str, Node]) -> None:
        for keys, role, listed in (
            (self.sink.system, "system", False),
            (sinks.LISTS, "user", True),
            (sinks.USER, "user", False),
        ):
            for key in keys:
                if (node := values.pop(key, None)) is not None:
                    self.messages.add(
                        self.folder, "system" if role == "system" else "user", node, self.place, listed=listed
                    )
        for key, node in sorted(values.items()):
            self._option(key, node)
        self.unit.said = self.messages.said
        if self.messages.rest:
            self.unit.beside["messages"] = list(self.messages.rest)

    def _option(self, key: str, node: Node) -> None:
        if key in sinks.MODEL:
            self._model(node)
        elif key in sinks.TOOLS:
            self.unit.tools = meanings.of(self.folder, node, self.place)
        elif key in sinks.SCHEMA:
            self._schema(key, node)
        elif key in sinks.PARAMS:
            self._param(key, node)
        elif key not in sinks.SILENT:
            self.unit.beside[key] = meanings.of(self.folder, node, self.place)

    def _model(self, node: Node) -> None:
        self.unit.model = models.named(self.folder, node, self.place)
        if self.unit.model is None or node.type not in ("string", "call_expression"):
            self.unit.beside["model"] = source.normal(node)

    def _schema(self, key: str, node: Node) -> None:
        value = meanings.of(self.folder, node, self.place)
        if key == "response_format" and isinstance(value, dict) and "type" in value:
            self.unit.schema = {"responseFormat": value["type"], "jsonSchema": value.get("json_schema")}
        else:
            held = self.unit.schema if isinstance(self.unit.schema, dict) else {}
            self.unit.schema = {**held, key: value}

    def _param(self, key: str, node: Node) -> None:
        try:
            self.unit.params[key] = literals.value(self.folder, node, self.place)
        except literals.NotLiteral:
            self.unit.beside[key] = meanings.of(self.folder, node, self.place)


def _with_text(folder: Folder, spot: Spot, callee: str, items: list[Node]) -> Unit | None:
    """Read a call whose first argument is the text, or the list of messages."""
    if match := _TEMPLATES.fullmatch(callee):
        return _template(folder, spot, match[1], items)
    match = _SENDING.fullmatch(callee)
    if match is None or not _is_spoken(folder, spot, match[1], items[0]):
        return None
    unit, messages = units.empty(spot, match[1], CALL, kept=False), Messages()
    messages.add(folder, "user", items[0], spot.place, listed=True)
    unit.said = messages.said
    return unit


def _is_spoken(folder: Folder, spot: Spot, method: str, node: Node) -> bool:
    """Tell whether a value is what a model is told, for calls whose names do not: `invoke`, `stream`."""
    if method.startswith("generateContent"):
        return True
    found = folder.program.resolve(node, spot.place).node
    return found.type == "array" and bool(_SPOKEN.search(tree.text_of(found)))


def _template(folder: Folder, spot: Spot, callee: str, items: list[Node]) -> Unit:
    """Read a template of LangChain, whose placeholders are `{name}`, or `{{name}}` where its format is Mustache."""
    unit, messages = units.empty(spot, callee, CALL, kept=True), Messages(template=True)
    unit.syntax = Syntax.FORMAT_STRING
    options = [program.entries(item) for item in items if item.type == "object"]
    given = {key: value for values in options for key, value in values.items()}
    form = given.pop("templateFormat", None)
    if form is not None and folding.plain(folder.text(form, spot.place)) in _MUSTACHE:
        unit.syntax = MUSTACHE
    told = given.pop("template", None) if callee == "new PromptTemplate" else items[0]
    if told is not None:
        messages.add(folder, "user", told, spot.place, listed="Messages" in callee)
    single = not callee.startswith("ChatPromptTemplate")
    unit.said = [Said(None, each.text, each.template) if single else each for each in messages.said]
    given.pop("inputVariables", None)
    unit.beside = {key: source.normal(value) for key, value in sorted(given.items())}
    if messages.rest:
        unit.beside["messages"] = list(messages.rest)
    return unit
