"""Model entries of the configuration, of files and of prompts → units, and the models by all their names."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import JsonValue

from llmgate import config as configuration
from llmgate import documents
from llmgate.errors import Fault
from llmgate.pins import directory, entries
from llmgate.prompts import Prompt
from llmgate.prompts.unit import Unit, UnitKind, dump
from llmgate.surface.source import Source, Units, keyed


def read(
    source: Source, units: Units, prompts: Mapping[str, Prompt], lines: documents.Document
) -> dict[str, directory.Model]:
    book = directory.Directory()
    for path in source.matching(source.config.surface.models or ()):
        _file(source, units, path, book)
    for prompt in prompts.values():
        book.add_prompt(prompt, Unit.of_prompt(prompt).id)
    for name, entry in source.config.models.items():
        line = lines.line(("models", name))
        value = {**dump(entry.params), "provider": entry.provider, "model": entry.model}
        unit = units.add(Unit.of_value(f"model:{name}", UnitKind.MODEL, configuration.PATH, value, line=line))
        book.declared[name] = directory.Model(unit=unit, units=frozenset({unit}), entry=entry)
    return book.named()


def _file(source: Source, units: Units, path: str, book: directory.Directory) -> None:
    document = source.document(path)
    if isinstance(document, Fault):
        units.add(source.raw(f"model:{path}", UnitKind.MODEL, path, document))
        return
    found, rest = entries.find(document)
    # What stands beside the entries of a file (a default, a router's weights) may bear on any of them.
    beside = [units.add(_left(path, keyed(rest)))] if rest else []
    for item in found:
        value = {**item.rest, "provider": item.provider, "model": item.model}
        name = f"model:{path}#{item.name}"
        made = Unit.of_value(name, UnitKind.MODEL, path, value, line=item.line, unsent=item.unsent)
        book.add(path, item, units.add(made), beside)


def _left(path: str, rest: Mapping[str, JsonValue]) -> Unit:
    return Unit.of_value(f"model:{path}", UnitKind.MODEL, path, rest, unsent=rest)
