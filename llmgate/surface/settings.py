"""Retrieval settings of the configuration and of files, and the corpora they name → units."""

from __future__ import annotations

from collections.abc import Iterator

from llmgate import config as configuration
from llmgate import documents, patterns
from llmgate.prompts.unit import Unit, UnitKind, dump
from llmgate.surface.source import LOCK, Source, Units


def read(source: Source, units: Units, lines: documents.Document) -> None:
    for path in source.differing(source.config.surface.retrieval or ()):
        units.add(source.unit(f"retrieval:{path}", UnitKind.RETRIEVAL, path))
    for name, entry in source.config.retrieval.items():
        line = lines.line(("retrieval", name))
        value = dump(entry)
        units.add(Unit.of_value(f"retrieval:{name}", UnitKind.RETRIEVAL, configuration.PATH, value, line=line))
        if entry.corpus:
            matches = patterns.matcher(entry.corpus)
            corpus = {path: source.identity(path) for path in source.paths if matches(path)}
            units.add(Unit.of_value(f"index:{name}", UnitKind.INDEX, configuration.PATH, dict(corpus), line=line))
    if LOCK in source.known:
        units.add(source.unit(f"index:{LOCK}", UnitKind.INDEX, LOCK))


def needed(units: Units, name: str) -> Iterator[str]:
    """Yield what a target with retrieval needs; every file of settings counts, as none says whose it is."""
    exact = {f"retrieval:{name}", f"index:{name}", f"index:{LOCK}"}
    for unit in list(units.by_id.values()):
        in_file = unit.kind is UnitKind.RETRIEVAL and unit.path != configuration.PATH
        if unit.id in exact or in_file:
            yield unit.id
