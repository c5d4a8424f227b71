"""Retrieval settings of the configuration and of files, and the corpora they name → units."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from llmgate import config as configuration
from llmgate import documents, patterns
from llmgate.errors import Fault
from llmgate.pins.asked import Asked
from llmgate.prompts import Rule
from llmgate.prompts.unit import Unit, UnitKind, dump
from llmgate.retrieval import settings as recognised
from llmgate.retrieval import sql
from llmgate.surface.source import LOCK, Source, Units


def read(source: Source, units: Units, asked: Iterable[Asked], lines: documents.Document) -> None:
    """Add the units; an embedding model that is a pin already is not told again as a setting."""
    pinned = {(one.path, one.model) for one in asked}
    for path in source.differing(source.config.surface.retrieval or ()):
        units.add(source.unit(f"retrieval:{path}", UnitKind.RETRIEVAL, path))
    if source.config.surface.retrieval is None:
        for path in source.searched():
            _found(source, units, path, pinned)
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


def _found(source: Source, units: Units, path: str, pinned: set[tuple[str, str]]) -> None:
    """Add the settings of a file that nothing declares; a name that two of them have gets a number."""
    for setting in _settings(source, path):
        if (path, str(setting.value.get("model"))) in pinned:
            continue
        name = f"retrieval:{path}#{setting.name}"
        reason = f"retrieval settings, known by the rule {setting.rule!r}"
        rule = Rule(f"retrieval.{setting.rule}", reason, certain=setting.rule not in ("vocabulary", "section"))
        units.add(Unit.of_value(name, UnitKind.RETRIEVAL, path, setting.value, line=setting.line, rule=rule))


def _settings(source: Source, path: str) -> tuple[recognised.Setting, ...]:
    if path.endswith(".sql"):
        return sql.find(source.readable(path).decode("utf-8-sig", errors="replace"))
    if not path.endswith(_ENDINGS):
        return ()
    document = source.document(path)
    return () if isinstance(document, Fault) else recognised.find(document)


_ENDINGS = (".yaml", ".yml", ".json", ".toml", ".dvc", "dvc.lock")


def needed(units: Units, name: str) -> Iterator[str]:
    """Yield what a target with retrieval needs; every file of settings counts, as none says whose it is."""
    exact = {f"retrieval:{name}", f"index:{name}", f"index:{LOCK}"}
    for unit in list(units.by_id.values()):
        in_file = unit.kind is UnitKind.RETRIEVAL and unit.path != configuration.PATH
        if unit.id in exact or in_file:
            yield unit.id
