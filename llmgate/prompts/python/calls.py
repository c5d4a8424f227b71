"""A call that sends something to a model → what it sends: messages, model, parameters, tools, the answer's format."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from llmgate.prompts.prompt import Role, Syntax
from llmgate.prompts.python import folding, messages, naming, sinks
from llmgate.prompts.python.draft import Draft, Said
from llmgate.prompts.python.literals import Reader
from llmgate.prompts.python.meanings import Meanings
from llmgate.prompts.python.parts import Mark, text_of
from llmgate.prompts.python.scope import Made, Survey
from llmgate.prompts.python.sinks import Sink, Way

_FORMATS = {"jinja2": Syntax.JINJA, "mustache": Syntax.MUSTACHE}


@dataclass(slots=True, kw_only=True)
class Calls:
    """The calls of a module. Those in `consumed` were read as a part of another."""

    survey: Survey
    among_models: bool
    consumed: set[int]

    def sink(self, call: ast.Call) -> Sink | None:
        return sinks.known(self.survey.full(call.func), among_models=self.among_models)

    def draft(self, made: Made, sink: Sink, names: Meanings) -> Draft:
        """Read a call of a known sink."""
        return self._read(sink, dict(self.arguments(made.call, sink.positions, names)), names)

    def _read(self, sink: Sink, arguments: Mapping[str, ast.expr], names: Meanings) -> Draft:
        draft = Draft()
        told = [key for key in sink.texts if key in arguments and key not in sink.lists]
        first = [key for key in told if sink.texts[key] == "system"]
        for key in dict.fromkeys([*first, *sink.lists, *told, *arguments]):  # the order of keywords says nothing
            if key in arguments:
                self._argument(draft, sink, key, arguments[key], names)
        if sink.way is Way.REWRITTEN and draft.messages:
            draft.messages.append(Said(None, (Mark(f"what {sink.tail} makes of it"),)))
        draft.syntax = self._syntax(sink, arguments)
        return draft

    def body(self, node: ast.Dict, names: Meanings) -> Draft | None:
        """Read the body of a request that is a literal mapping: a list of messages, or a prompt beside its model."""
        pairs = zip(node.keys, node.values, strict=True)
        fields = {str(key.value): value for key, value in pairs if isinstance(key, ast.Constant)}
        listed = "messages" in fields and messages.looks_like(names.value(fields["messages"]))
        if not listed and not self._asks(fields, names):
            return None
        self.consumed.add(id(node))
        return self._read(sinks.BODY, fields, names)

    def _asks(self, fields: Mapping[str, ast.expr], names: Meanings) -> bool:
        if not {"model", "prompt"} <= fields.keys():
            return False
        return naming.is_prompt("prompt", text_of(folding.fold(fields["prompt"], names)), among_models=True)

    def loose(self, made: Made, names: Meanings) -> Draft | None:
        """Read a call of something unknown, where its arguments say that they are for a model."""
        draft = Draft()
        arguments = dict(self.arguments(made.call, (), names))
        plausible = self.among_models or naming.calls_model(folding.dotted(made.call.func))
        for key, value in arguments.items():
            said = self._loose_argument(key, value, names, plausible=plausible)
            draft.messages += said
        for value in made.call.args:
            if messages.looks_like(value):
                draft.messages += messages.read(value, self._context(names, formatted=False)) or []
        if not draft.messages:
            return None
        for key in (*sinks.MODELS, *sinks.PARAMS, *sinks.TOOLS, *sinks.SCHEMAS):
            if key in arguments:
                self._setting(draft, "", key, arguments[key], names)
        return draft

    def _loose_argument(self, key: str, value: ast.expr, names: Meanings, *, plausible: bool) -> list[Said]:
        if messages.looks_like(names.value(value)):
            read = messages.read(value, self._context(names, formatted=False)) or []
            return read if plausible or naming.is_prose(messages.texts(read)) else []
        if key not in sinks.LOOSE or not (plausible or key in sinks.SURE_LOOSE):
            return []
        parts = folding.fold(value, names)
        text = text_of(parts)
        if not naming.is_prompt("prompt", text, among_models=self.among_models):
            return []
        return [Said(sinks.LOOSE[key], parts)]

    def arguments(self, call: ast.Call, positions: Sequence[str], names: Meanings) -> Iterator[tuple[str, ast.expr]]:
        """Yield the arguments by name: `**settings` and `config=Config(…)` are looked into."""
        for name, value in zip(positions, call.args, strict=False):
            if not isinstance(value, ast.Starred):
                yield name, value
        for keyword in call.keywords:
            if keyword.arg is None or keyword.arg in sinks.CONFIGS:
                yield from self._inside(keyword, names)
            else:
                yield keyword.arg, keyword.value

    def _inside(self, keyword: ast.keyword, names: Meanings) -> Iterator[tuple[str, ast.expr]]:
        value = names.value(keyword.value)
        match value:
            case ast.Dict(keys=keys, values=values):
                pairs = zip(keys, values, strict=True)
                yield from ((str(key.value), each) for key, each in pairs if isinstance(key, ast.Constant))
            case ast.Call(keywords=keywords):
                self.consumed.add(id(value))
                yield from ((each.arg, each.value) for each in keywords if each.arg)
            case _:
                yield keyword.arg or "**", keyword.value

    def _argument(self, draft: Draft, sink: Sink, key: str, value: ast.expr, names: Meanings) -> None:
        formatted = sink.way is not Way.SENT
        if key in sink.lists:
            read = messages.read(value, self._context(names, formatted=formatted))
            if read is not None:
                draft.messages += read
                return
        if key in sink.texts and self._says_text(sink, key):
            draft.messages += self._text(sink.texts[key], value, names, formatted=formatted)
        else:
            self._setting(draft, sink.provider, key, value, names)

    def _says_text(self, sink: Sink, key: str) -> bool:
        """CrewAI alone has agents with a role, a goal and a backstory."""
        return sink.tail != "Agent" or key not in ("role", "goal", "backstory") or "crewai" in self._libraries()

    def _libraries(self) -> set[str]:
        return {name.split(".")[0] for name in self.survey.imports.values()}

    def _text(self, role: Role | None, value: ast.expr, names: Meanings, *, formatted: bool) -> list[Said]:
        followed = names.value(value)
        if isinstance(followed, ast.Constant) and not isinstance(followed.value, str):
            return []
        parts = messages.content_of(value, self._context(names, formatted=formatted))
        return [Said(role, parts, formatted)]

    def _context(self, names: Meanings, *, formatted: bool) -> messages.Context:
        return messages.Context(names, formatted, self.consumed)

    def _setting(self, draft: Draft, provider: str, key: str, value: ast.expr, names: Meanings) -> None:
        """What is beside the text; an argument that is of none of the known kinds is kept where it is a literal."""
        reader = Reader(names=names)
        if key in sinks.MODELS:
            self._model(draft, provider, value, names)
        elif key in sinks.TOOLS:
            draft.tools = reader.read(value)
        elif key in sinks.SCHEMAS:
            draft.schema = {"format": draft.schema, key: reader.read(value)} if draft.schema else reader.read(value)
        elif key not in sinks.SILENT:
            self._beside(draft, key, value, reader)

    def _beside(self, draft: Draft, key: str, value: ast.expr, reader: Reader) -> None:
        try:
            known = reader.plain(value)
        except ValueError:
            if key in sinks.PARAMS:
                draft.beside[key] = {"python": ast.unparse(value)}
            return
        if key in sinks.PARAMS:
            draft.params[key] = known
        elif known is not None:
            draft.beside[key] = known

    def _model(self, draft: Draft, provider: str, value: ast.expr, names: Meanings) -> None:
        bound = names.bound(value)
        if bound is not None and id(bound) in names.refers:
            names.referred.add(names.refers[id(bound)])
            draft.beside["model"] = names.refers[id(bound)]
            return
        node = names.value(value)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            draft.model = _written(provider, node.value)
        elif isinstance(node, ast.Call) and (sink := self.sink(node)):
            self.consumed.add(id(node))
            for key, each in self.arguments(node, sink.positions, names):
                self._argument(draft, sink, key, each, names)

    def _syntax(self, sink: Sink, arguments: Mapping[str, ast.expr]) -> Syntax | None:
        if sink.way is Way.JINJA:
            return Syntax.JINJA
        written = arguments.get("template_format")
        told = written.value if isinstance(written, ast.Constant) else None
        return _FORMATS.get(told) if isinstance(told, str) and sink.way is Way.FORMATTED else None


def _written(provider: str, model: str) -> str:
    """Put the provider in front, where the callee tells it and the id does not."""
    return model if not provider or "/" in model or model.startswith(f"{provider}:") else f"{provider}/{model}"
