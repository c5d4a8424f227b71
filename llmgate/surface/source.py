"""One revision's files, as the parts of a surface read them: by pattern, by path, as a document or as raw bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import chain, count
from typing import Any, NamedTuple

from pydantic import JsonValue

from llmgate import config as configuration
from llmgate import documents, patterns
from llmgate.config import Config
from llmgate.errors import ConfigurationError, Fault, LlmgateError
from llmgate.prompts import Facet, Format, Prompt, bytes_digest, decode, digest_of, discovery
from llmgate.prompts.unit import Unit, UnitKind

LOCK = "llmgate.lock"

MOST_REMEMBERED_BYTES = 16 * 1024  # a parsed file takes up to a hundred times its size

_PLAIN_ENDINGS = (".yaml", ".yml", ".json", ".toml", ".lock")

Read = Callable[[str], bytes]
Identify = Callable[[str], str | None]
REGULAR = 0o100644


class Lost(NamedTuple):
    """What one revision found in a file; `form` is the format of its prompts."""

    kind: UnitKind
    form: Format | None = None


def regular(_path: str) -> int:
    """Take any file for one that is neither a program nor a link."""
    return REGULAR


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which files of a revision are looked at, so that only those are read in which two revisions can differ.

    `differing` are the paths at which they do, None for all paths. `reached` are files that one of them has among its
    prompts, so that the other reads them too, and in the same format: what a template includes is a template. `lost`
    are those that differ and in which one revision found something and the other nothing: all of it may have gone, or
    the other cannot read the file, or its own configuration looks away from it. `gone` are the prompts of the
    base whose ids the head does not have, so that they are looked for in whatever else differs: tests, vendored code,
    what is excluded or not declared.
    """

    differing: frozenset[str] | None = None
    reached: Mapping[str, Format] = field(default_factory=dict)
    lost: Mapping[str, Lost] = field(default_factory=dict)
    gone: Mapping[str, Prompt] = field(default_factory=dict)

    def takes(self, path: str) -> bool:
        return self.differing is None or path in self.differing


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A revision's configuration and regular files. `read` is asked for few of them, `oid` for any."""

    config: Config
    paths: tuple[str, ...]
    read: Read
    oid: Identify
    selection: Selection
    known: frozenset[str] = field(default=frozenset())
    mode: Callable[[str], int] = regular

    def matching(self, wanted: Iterable[str]) -> list[str]:
        """List the paths that match a pattern and are not excluded."""
        included, excluded = patterns.matcher(wanted), patterns.matcher(self.config.surface.exclude)
        return [path for path in self.paths if included(path) and not excluded(path)]

    def paths_of(self, wanted: Iterable[str]) -> list[str]:
        """List the paths that match a pattern, whatever is excluded."""
        return list(filter(patterns.matcher(wanted), self.paths))

    def differing(self, wanted: Iterable[str]) -> list[str]:
        """List those of the matching paths that are looked at."""
        return [path for path in self.matching(wanted) if self.selection.takes(path)]

    def searched(self) -> Iterator[str]:
        """List the files that are looked at where nothing is declared."""
        return self._unpassed(filter(self.selection.takes, self.paths))

    def aside(self, told: frozenset[str]) -> list[str]:
        """List the files that differ and in which nothing was found, where prompts have gone."""
        own = {configuration.PATH, LOCK}
        left = (path for path in self.paths if self.selection.takes(path) and path not in own | told)
        return list(left) if self.selection.gone else []

    def everything(self) -> Iterator[str]:
        """List those that differ, and those that do not."""
        return self._unpassed(self.paths)

    def _unpassed(self, paths: Iterable[str]) -> Iterator[str]:
        """Leave out tests, vendored code, what is excluded, fixtures and our own files."""
        excluded = patterns.matcher([*self.config.surface.exclude, *self.config.suite.fixtures])
        own = {configuration.PATH, LOCK}
        return (path for path in paths if path not in own and not discovery.passed(path) and not excluded(path))

    def looks(self, path: str, wanted: Iterable[str] | None) -> bool:
        """Tell whether the configuration looks at a file that differs, by what is declared of a kind or by search."""
        return path in (self.searched() if wanted is None else self.matching(wanted))

    def unread(self, path: str) -> Fault | None:
        """Return why a file cannot be read, or is none of what its ending says."""
        try:
            self.load(path)
        except LlmgateError as error:
            return _fault(path, error)
        document = self.document(path) if path.endswith(_PLAIN_ENDINGS) else None
        return document if isinstance(document, Fault) else None

    def readable(self, path: str) -> bytes:
        """Return a file's bytes, none where it cannot be read: a link, or one that is too large."""
        try:
            return self.load(path) or b""
        except LlmgateError:
            return b""

    def load(self, path: str) -> bytes | None:
        return self.read(path) if path in self.known else None

    def document(self, path: str) -> documents.Document | Fault:
        """Parse a YAML, JSON or TOML file, each version once."""
        try:
            return _document(path, self.load(path) or b"")
        except LlmgateError as error:
            return _fault(path, error)

    def identity(self, path: str) -> str:
        """Return what tells two versions of a file apart."""
        return self.oid(path) or self.digest(path)

    def form(self, path: str) -> str:
        """Return what tells two versions of a file apart to a program, to which it matters whether it may be run."""
        mode = self.mode(path)
        return self.identity(path) if mode == REGULAR else f"{mode:o} {self.oid(path) or path}"

    def digest(self, path: str) -> str:
        """Return what tells two versions of a file apart: its text without the kind of its line ends, or its bytes."""
        try:
            data = self.load(path) or b""
        except LlmgateError as error:
            return self.oid(path) or error.message
        try:
            return digest_of(decode(data))
        except UnicodeDecodeError:
            return bytes_digest(data)

    def unit(self, name: str, kind: UnitKind, path: str) -> Unit:
        """Make one unit of a whole file: by its values where it has any, else by its bytes."""
        if not path.endswith(_PLAIN_ENDINGS):
            return self.raw(name, kind, path, None)
        document = self.document(path)
        if isinstance(document, Fault):
            return self.raw(name, kind, path, document)
        return Unit.of_value(name, kind, path, keyed(document.value))

    def raw(self, name: str, kind: UnitKind, path: str, fault: Fault | None) -> Unit:
        return Unit(id=name, kind=kind, path=path, digests={Facet.BYTES: self.digest(path)}, fault=fault)


@dataclass(slots=True)
class Units:
    """The units that were found, by id."""

    by_id: dict[str, Unit] = field(default_factory=dict)

    def add(self, unit: Unit) -> str:
        """Keep a unit, return its id; a name that is taken, as a file can be called like a setting, gets a number."""
        numbered = (f"{unit.id}~{number}" for number in count(2))
        name = next(each for each in chain([unit.id], numbered) if each not in self.by_id)
        self.by_id[name] = replace(unit, id=name)
        return name


def _fault(path: str, error: LlmgateError) -> Fault:
    if isinstance(error, ConfigurationError):
        return error.faults[0]
    return Fault(file=path, line=1, message=error.message, remedy=error.remedy, id=error.id)


def _document(path: str, data: bytes) -> documents.Document | Fault:
    """Parse a file; small ones are remembered, as a revision's parts and its arms ask for the same ones."""
    return _remembered(path, data) if len(data) <= MOST_REMEMBERED_BYTES else _parsed(path, data)


@lru_cache(maxsize=512)
def _remembered(path: str, data: bytes) -> documents.Document | Fault:
    return _parsed(path, data)


@lru_cache(maxsize=8)
def _parsed(path: str, data: bytes) -> documents.Document | Fault:
    try:
        return documents.read(path, data) if path in (configuration.PATH, LOCK) else documents.foreign(path, data)
    except ConfigurationError as error:
        return error.faults[0]


def keyed(value: Any) -> dict[str, JsonValue]:
    return value if isinstance(value, dict) else {"": value}
