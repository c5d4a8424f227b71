"""One revision's configuration and files → its indexes and its lock, read when they are asked for and once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Generic, TypeVar

from llmgate import retrieval
from llmgate.config import Config
from llmgate.errors import ConfigurationError
from llmgate.retrieval import corpus, drift, lock
from llmgate.retrieval.corpus import Corpus
from llmgate.retrieval.drift import Drift
from llmgate.retrieval.lock import Lock, Locked

Read = Callable[[str], bytes]
Value = TypeVar("Value")


class Once(Generic[Value]):
    """A value that is made when it is first asked for; what kept it from being made is told again each time."""

    def __init__(self, make: Callable[[], Value]) -> None:
        self._make = make
        self._made: list[Value] = []
        self._error: ConfigurationError | None = None

    def __call__(self) -> Value:
        if self._error is not None:
            raise self._error
        if not self._made:
            try:
                self._made.append(self._make())
            except ConfigurationError as error:
                self._error = error
                raise
        return self._made[0]


class Indexes:
    """The indexes of a revision. What a store holds cannot be read here; what the lock says of it can."""

    def __init__(self, config: Config, paths: Iterable[str], read: Read) -> None:
        self.config = config
        self.paths = tuple(paths)
        self.read = read
        self._lock = Once(self._read_lock)
        self._corpora = {name: Once(partial(self._read_corpus, name)) for name in config.retrieval}
        self._drifts = {name: Once(partial(self._compare, name)) for name in config.retrieval}

    @property
    def lock(self) -> Lock | None:
        """What the revision's lock says, or None where it has none.

        Raises:
            ConfigurationError: where it cannot be read.
        """
        return self._lock()

    def locked(self, name: str) -> Locked | None:
        return self.lock.indexes.get(name) if self.lock else None

    def has_files(self, name: str) -> bool:
        """Tell whether an index is made of files of the repository."""
        entry = self.config.retrieval.get(name)
        return entry is not None and bool(entry.corpus) and entry.engine not in retrieval.STORES

    def corpus(self, name: str) -> Corpus:
        """Read and split the corpus of an index that has files.

        Raises:
            ConfigurationError: where a file of it cannot be read.
        """
        return self._corpora[name]()

    def drift(self, name: str) -> Drift | None:
        """Hold one index of the configuration against the lock.

        Raises:
            ConfigurationError: where the lock, or a file of the corpus, cannot be read.
        """
        return self._drifts[name]()

    def drifts(self) -> tuple[Drift, ...]:
        """Hold every index against the lock, and every entry of the lock against the configuration."""
        if self.lock is None:
            return ()
        lockable = {name for name, entry in self.config.retrieval.items() if drift.is_lockable(entry)}
        found = (self._compare(name) for name in sorted(lockable | self.lock.indexes.keys()))
        return tuple(each for each in found if each)

    def readable_lock(self) -> Lock | None:
        """Return the lock, or None where it cannot be read: for a base, whose faults the head is to mend."""
        try:
            return self.lock
        except ConfigurationError:
            return None

    def _read_lock(self) -> Lock | None:
        return lock.read(self.read(lock.PATH)) if lock.PATH in self.paths else None

    def _read_corpus(self, name: str) -> Corpus:
        return corpus.index(self.config.retrieval[name], self.paths, self.read)

    def _compare(self, name: str) -> Drift | None:
        entry, locked = self.config.retrieval.get(name), self.locked(name)
        built = self.corpus(name).built if locked and self.has_files(name) else None
        return drift.between(name, entry, locked, built)
