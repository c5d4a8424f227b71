"""Model entries of the configuration, of files and of prompts → units, the models by all their names, and every pin."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from llmgate import config as configuration
from llmgate import documents
from llmgate.errors import Fault
from llmgate.pins import deployments, directory, entries, mcp, name_of
from llmgate.pins.asked import Asked
from llmgate.pins.deployments import Deployment
from llmgate.pins.mcp import MovingTool
from llmgate.prompts import Format, Prompt, Rule, discovery
from llmgate.prompts import settings as prompt_settings
from llmgate.prompts.unit import Unit, UnitKind, dump
from llmgate.surface.source import Source, Units, keyed


@dataclass(frozen=True, slots=True, kw_only=True)
class Pinned:
    """`models` are what targets can name, `asked` all ids that stand anywhere, those that no target can name too.

    `deployments` are the Azure deployments that the repository declares, by name, `tools` the MCP servers that move.
    """

    models: Mapping[str, directory.Model]
    asked: tuple[Asked, ...]
    deployments: Mapping[str, Deployment]
    tools: tuple[MovingTool, ...]


def read(source: Source, units: Units, prompts: Mapping[str, Prompt], lines: documents.Document) -> Pinned:
    book = directory.Directory()
    asked = [*_declared(source, units, book, lines), *_written(prompts, book)]
    for path in source.matching(source.config.surface.models or ()):
        asked += _file(source, units, path, book)
    if source.config.surface.models is None:
        asked += _found(source, units)
    return Pinned(
        models=book.named(),
        asked=tuple(sorted(_once(asked), key=lambda each: (each.path, each.line, each.name))),
        deployments=_deployments(source, units, everywhere=any(name_of(each.provider) == "azure" for each in asked)),
        tools=tuple(_tools(source)),
    )


def _once(asked: list[Asked]) -> list[Asked]:
    """Leave out an id that one place names twice."""
    return list({(each.path, each.line, each.provider, each.model): each for each in reversed(asked)}.values())


def _declared(source: Source, units: Units, book: directory.Directory, lines: documents.Document) -> Iterator[Asked]:
    for name, entry in source.config.models.items():
        line = lines.line(("models", name))
        value = {**dump(entry.params), "provider": entry.provider, "model": entry.model}
        unit = units.add(Unit.of_value(f"model:{name}", UnitKind.MODEL, configuration.PATH, value, line=line))
        book.declared[name] = directory.Model(unit=unit, units=frozenset({unit}), entry=entry)
        yield Asked(
            name=name,
            provider=entry.provider,
            model=entry.model,
            settings=entry.params,
            path=configuration.PATH,
            line=line,
        )


def _written(prompts: Mapping[str, Prompt], book: directory.Directory) -> Iterator[Asked]:
    """Read the models that stand with prompts; they have units of their own only where no prompt does."""
    for prompt in prompts.values():
        if prompt.model is None:
            continue
        book.add_prompt(prompt, Unit.of_prompt(prompt).id)
        provider, model = entries.split(prompt.model)
        if provider:
            yield Asked(
                name=prompt.reference,
                provider=provider,
                model=model,
                settings=prompt.params,
                path=prompt.path,
                line=prompt.line,
            )


def _file(source: Source, units: Units, path: str, book: directory.Directory) -> Iterator[Asked]:
    document = source.document(path)
    if isinstance(document, Fault):
        units.add(source.raw(f"model:{path}", UnitKind.MODEL, path, document))
        return
    found, rest = entries.find(document)
    # What stands beside the entries of a file (a default, a router's weights) may bear on any of them.
    beside = [units.add(_left(path, keyed(rest)))] if rest else []
    for item in found:
        book.add(path, item, units.add(_entry(path, item)), beside)
        yield from _asked(path, item)


def _found(source: Source, units: Units) -> Iterator[Asked]:
    """Read the model ids of files that nothing declares: only what a provider's rules know is taken for one.

    A file of prompts has its models with these; one of settings has others, too.
    """
    for path in source.searched():
        data = source.readable(path) if path.endswith(_ENDINGS) and not _RECORDED.search(path) else b""
        form = discovery.recognised(path, data) if b"model" in data else None
        if b"model" not in data or form not in (None, Format.SETTINGS):
            continue
        document = source.document(path)
        if form and not isinstance(document, Fault):
            document = prompt_settings.remaining(document)
        for item in () if isinstance(document, Fault) else entries.find(document)[0]:
            if entries.is_known(item):
                units.add(_entry(path, item, _KNOWN))
                yield from _asked(path, item)


_KNOWN = Rule("model.provider", "a mapping that names a model of a known provider", certain=False)
_ENDINGS = (".yaml", ".yml", ".json", ".toml")
# What a program has written, and not what it reads: which model it asked when it ran.
_RECORDED = re.compile(
    r"(^|/)([a-z0-9]+[_-])*(results?|outputs?|logs?|cassettes?|snapshots?|recordings?)/", re.IGNORECASE
)


def _entry(path: str, item: entries.Found, rule: Rule | None = None) -> Unit:
    value = {**item.rest, "provider": item.provider, "model": item.model}
    name = f"model:{path}#{item.name}"
    return Unit.of_value(name, UnitKind.MODEL, path, value, line=item.line, unsent=item.unsent, rule=rule)


def _asked(path: str, item: entries.Found) -> Iterator[Asked]:
    if item.provider:
        yield Asked(
            name=item.name,
            provider=item.provider,
            model=item.model,
            settings={**item.rest, **item.params},
            path=path,
            line=item.line,
        )


def _left(path: str, rest: Mapping[str, JsonValue]) -> Unit:
    return Unit.of_value(f"model:{path}", UnitKind.MODEL, path, rest, unsent=rest)


def _deployments(source: Source, units: Units, *, everywhere: bool) -> Mapping[str, Deployment]:
    """Read the Azure deployments of files that differ, and of all files where a model is asked by its deployment."""
    listed = source.everything() if everywhere else source.searched()
    found = [each for path in listed if path.endswith(deployments.ENDINGS) for each in _declarations(source, path)]
    for item in found:
        if item.name and source.selection.takes(item.file):
            units.add(_deployed(item))
    return deployments.by_name(found)


def _declarations(source: Source, path: str) -> tuple[Deployment, ...]:
    return deployments.read(path, source.readable(path).decode("utf-8-sig", errors="replace"))


def _deployed(item: Deployment) -> Unit:
    value = {"model": item.model, "version": item.version, "upgrade": item.upgrade.value if item.upgrade else None}
    name = f"model:{item.file}#{item.name}"
    return Unit.of_value(name, UnitKind.MODEL, item.file, value, line=item.line, unsent=value)


def _tools(source: Source) -> Iterator[MovingTool]:
    for path in source.searched():
        if path in mcp.FILES or path.rsplit("/", 1)[-1] in mcp.FILES:
            document = source.document(path)
            yield from () if isinstance(document, Fault) else mcp.read(document)
