"""A revision's configuration and files → its Surface: every unit that bears on behaviour, and which target needs it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import chain, count
from typing import Any

from pydantic import BaseModel, JsonValue

from llmgate import config as configuration
from llmgate import documents, patterns
from llmgate.config import Config, ModelEntry, TargetEntry
from llmgate.errors import ConfigurationError, Fault, LlmgateError
from llmgate.pins import directory, entries
from llmgate.prompts import Facet, Prompt, bytes_digest, collection, decode, digest_of
from llmgate.prompts.unit import Unit, UnitKind

__all__ = ["LOCK", "Identify", "Read", "Surface", "Unit", "UnitKind", "of"]

LOCK = "llmgate.lock"

_OWN = (Facet.MODEL, Facet.PARAMS)
_PLAIN_ENDINGS = (".yaml", ".yml", ".json", ".toml", ".lock")

Read = Callable[[str], bytes]
Identify = Callable[[str], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """All that a revision says about model behaviour, in a fixed order.

    `faults` bar targets from being used: an unknown model, a missing prompt. `prompts` has every prompt file by path;
    one that a target names is there even if it is missing, with a fault. `patterns` and `files` say what was looked
    for and what was found.
    """

    units: Mapping[str, Unit]
    prompts: Mapping[str, Prompt]
    models: Mapping[str, directory.Model]
    targets: Mapping[str, frozenset[str]]
    faults: tuple[Fault, ...] = ()
    patterns: tuple[str, ...] = ()
    files: tuple[str, ...] = ()

    def depends(self, target: str) -> frozenset[str]:
        """Return the ids of all units that a target's requests depend on; none for a target that is not there."""
        return self.targets.get(target, frozenset())

    def model(self, name: str) -> ModelEntry:
        """Return the entry that a target's `model:` names.

        Raises:
            ConfigurationError: where there is none, or it cannot be used.
        """
        return directory.entry(self.models.get(name) or directory.unknown(name, self.models, configuration.PATH, 1))

    def entry(self, target: str) -> ModelEntry | None:
        """Return the model entry that a target uses, or None where there is no such target or it cannot be used."""
        unit = self.units.get(f"target:{target}")
        model = self.models.get(str(unit.value.get("model"))) if unit else None
        return model.entry if model else None

    def asks(self, target: str) -> frozenset[str]:
        """Return the ids of the units that say which model a target asks, and how."""
        unit = self.units.get(f"target:{target}")
        model = self.models.get(str(unit.value.get("model"))) if unit else None
        return model.units if model else frozenset()

    def unsent(self, target: str) -> str:
        """Return the digest of what stands beside a target's model and is never sent."""
        beside = (self.units[name] for name in self.asks(target) if name in self.units)
        return digest_of(sorted(digest_of(part) for unit in beside if (part := unit.part(Facet.SETTINGS))))

    def meaning(self, target: str, facet: Facet) -> Any:
        """Return what a target's entry comes to in one facet, whatever the names that stand in it."""
        unit = self.units[f"target:{target}"]
        value = unit.part(facet)
        match facet:
            case Facet.MODEL:
                # As JSON: to Python 1, 1.0 and True are equal, and to a request they are not.
                entry = self.entry(target)
                return digest_of(_dump(entry) if entry else value)
            case Facet.SETTINGS:
                settings = self.units.get(f"retrieval:{value.get('retrieval')}")
                return settings.digest if settings else None
            case Facet.STRUCTURE:
                prompt = self.prompts.get(str(value.pop("prompt", "")))
                # A model in the prompt's own file counts where the target asks it, and then as its model.
                own = {facet: digest for facet, digest in prompt.digests.items() if facet not in _OWN} if prompt else {}
                return value, own
            case _:
                return value


def of(config: Config, paths: Iterable[str], read: Read, *, oid: Identify | None = None) -> Surface:
    """Read one revision's surface.

    `paths` are its regular files; `read` is asked for few of them. `oid` tells a file's identity without reading it,
    where the caller knows it. Equal contents are parsed once, however often and on whichever arm they come.
    """
    ordered = tuple(sorted(set(paths)))
    return _Reader(config=config, paths=ordered, read=read, oid=oid or (lambda _: None)).surface()


@dataclass(slots=True, kw_only=True)
class _Reader:
    config: Config
    paths: tuple[str, ...]
    read: Read
    oid: Identify
    known: frozenset[str] = frozenset()
    units: dict[str, Unit] = field(default_factory=dict)
    faults: set[Fault] = field(default_factory=set)

    def surface(self) -> Surface:
        self.known = frozenset(self.paths)
        settings = self.config.surface
        written = self._document(configuration.PATH)
        lines = written if isinstance(written, documents.Document) else documents.Document(path="", value=None)
        found = self._prompts(settings.prompts)
        models = self._models(settings.models, found, lines)
        self._retrieval(settings.retrieval, lines)
        targets = {
            name: frozenset(self._target(name, entry, found, models, lines))
            for name, entry in sorted(self.config.targets.items())
        }
        return Surface(
            units=dict(sorted(self.units.items())),
            prompts=found,
            models=models,
            targets=targets,
            faults=tuple(sorted(self.faults)),
            patterns=(*settings.prompts, *settings.models, *settings.retrieval),
            files=tuple(sorted({unit.path for unit in self.units.values()} & self.known)),
        )

    def _add(self, unit: Unit) -> str:
        """Keep the unit; a name that is taken, as a file can be called like a setting, gets a number."""
        numbered = (f"{unit.id}~{number}" for number in count(2))
        name = next(each for each in chain([unit.id], numbered) if each not in self.units)
        self.units[name] = replace(unit, id=name)
        return name

    def _matching(self, wanted: Iterable[str]) -> list[str]:
        included, excluded = patterns.matcher(wanted), patterns.matcher(self.config.surface.exclude)
        return [path for path in self.paths if included(path) and not excluded(path)]

    def _load(self, path: str) -> bytes | None:
        return self.read(path) if path in self.known else None

    def _document(self, path: str) -> documents.Document | Fault:
        try:
            return _document(path, self._load(path) or b"")
        except LlmgateError as error:
            return Fault(file=path, line=1, message=error.message)

    def _prompts(self, wanted: tuple[str, ...]) -> dict[str, Prompt]:
        named = [target.prompt for target in self.config.targets.values()]
        found = collection.collect(
            [*self._matching(wanted), *named], self._load, self.oid, root=self.config.surface.template_root
        )
        for path in self.known & found.keys():
            self._add(Unit.of_prompt(found[path]))
        return found

    def _models(
        self, wanted: tuple[str, ...], found: Mapping[str, Prompt], lines: documents.Document
    ) -> dict[str, directory.Model]:
        book = directory.Directory()
        for path in self._matching(wanted):
            self._model_file(path, book)
        for prompt in found.values():
            book.add_prompt(prompt, f"prompt:{prompt.path}")
        for name, entry in self.config.models.items():
            line = lines.line(("models", name))
            value = {**_dump(entry.params), "provider": entry.provider, "model": entry.model}
            unit = self._add(Unit.of_value(f"model:{name}", UnitKind.MODEL, configuration.PATH, value, line=line))
            book.declared[name] = directory.Model(unit=unit, units=frozenset({unit}), entry=entry)
        return book.named()

    def _model_file(self, path: str, book: directory.Directory) -> None:
        document = self._document(path)
        if isinstance(document, Fault):
            self._add(self._raw(f"model:{path}", UnitKind.MODEL, path, document))
            return
        found, rest = entries.find(document)
        # What stands beside the entries of a file (a default, a router's weights) may bear on any of them.
        keyed = _keyed(rest)
        left = Unit.of_value(f"model:{path}", UnitKind.MODEL, path, keyed, unsent=keyed)
        beside = [self._add(left)] if rest else []
        for item in found:
            value = {**item.rest, "provider": item.provider, "model": item.model}
            name = f"model:{path}#{item.name}"
            made = Unit.of_value(name, UnitKind.MODEL, path, value, line=item.line, unsent=item.unsent)
            book.add(path, item, self._add(made), beside)

    def _retrieval(self, wanted: tuple[str, ...], lines: documents.Document) -> None:
        for path in self._matching(wanted):
            self._add(self._file_unit(f"retrieval:{path}", UnitKind.RETRIEVAL, path))
        for name, entry in self.config.retrieval.items():
            line = lines.line(("retrieval", name))
            self._add(
                Unit.of_value(f"retrieval:{name}", UnitKind.RETRIEVAL, configuration.PATH, _dump(entry), line=line)
            )
            if entry.corpus:
                matches = patterns.matcher(entry.corpus)
                corpus = {path: self.oid(path) or self._digest(path) for path in self.paths if matches(path)}
                self._add(Unit.of_value(f"index:{name}", UnitKind.INDEX, configuration.PATH, dict(corpus), line=line))
        if LOCK in self.known:
            self._add(self._file_unit(f"index:{LOCK}", UnitKind.INDEX, LOCK))

    def _file_unit(self, name: str, kind: UnitKind, path: str) -> Unit:
        if not path.endswith(_PLAIN_ENDINGS):
            return self._raw(name, kind, path, None)
        document = self._document(path)
        if isinstance(document, Fault):
            return self._raw(name, kind, path, document)
        return Unit.of_value(name, kind, path, _keyed(document.value))

    def _raw(self, name: str, kind: UnitKind, path: str, fault: Fault | None) -> Unit:
        return Unit(id=name, kind=kind, path=path, digests={Facet.BYTES: self._digest(path)}, fault=fault)

    def _digest(self, path: str) -> str:
        """Return what tells two versions of a file apart: its text without the kind of its line ends, or its bytes."""
        try:
            data = self._load(path) or b""
        except LlmgateError as error:
            return self.oid(path) or error.message
        try:
            return digest_of(decode(data))
        except UnicodeDecodeError:
            return bytes_digest(data)

    def _target(
        self,
        name: str,
        entry: TargetEntry,
        found: Mapping[str, Prompt],
        models: Mapping[str, directory.Model],
        lines: documents.Document,
    ) -> Iterator[str]:
        line = lines.line(("targets", name, "model"))
        prompt = found[entry.prompt]
        model = models.get(entry.model) or directory.unknown(entry.model, models, configuration.PATH, line)
        missing = self._missing(name, entry, found, lines) if entry.prompt not in self.known else prompt.fault
        self.faults |= {fault for fault in (missing, model.fault) if fault}
        value = _dump(entry)
        yield self._add(
            Unit.of_value(
                f"target:{name}", UnitKind.TARGET, configuration.PATH, value, line=lines.line(("targets", name))
            )
        )
        yield from (f"prompt:{path}" for path in (prompt.path, *prompt.dependencies))
        yield from model.units
        if entry.retrieval:
            yield from self._retrieval_units(entry.retrieval)

    def _missing(self, name: str, entry: TargetEntry, found: Mapping[str, Prompt], lines: documents.Document) -> Fault:
        likely = collection.closest(entry.prompt, self.known & found.keys())
        return Fault(
            file=configuration.PATH,
            line=lines.line(("targets", name, "prompt")),
            message=f"target {name!r} names the prompt {entry.prompt!r}: there is no such file in the commit",
            remedy=f"did you mean {likely}?" if likely else "a prompt is a regular file of the repository",
        )

    def _retrieval_units(self, name: str) -> Iterator[str]:
        """Yield what a target with retrieval needs; every file of settings counts, as none says whose it is."""
        exact = {f"retrieval:{name}", f"index:{name}", f"index:{LOCK}"}
        for unit in list(self.units.values()):
            in_file = unit.kind is UnitKind.RETRIEVAL and unit.path != configuration.PATH
            if unit.id in exact or in_file:
                yield unit.id


@lru_cache(maxsize=512)
def _document(path: str, data: bytes) -> documents.Document | Fault:
    try:
        return documents.read(path, data)
    except ConfigurationError as error:
        return error.faults[0]


def _dump(value: Any) -> dict[str, JsonValue]:
    dumped = value.model_dump(mode="json", exclude_none=True) if isinstance(value, BaseModel) else value
    return dict(dumped)


def _keyed(value: Any) -> dict[str, JsonValue]:
    return value if isinstance(value, dict) else {"": value}
