"""The name of a file in a suite → its bytes or its document, from the repository alone and within bounds."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from llmgate import documents, patterns
from llmgate.documents import Document
from llmgate.errors import ConfigurationError, LlmgateError

MAX_TOTAL_BYTES = 16 * 1024 * 1024
MAX_WRITTEN_CHARS = 20_000_000
THING_CHARS = 200
"""What a check or a variable counts at least: reading one takes time, however short it is."""

_CODE = re.compile(r".*\.(?:py|[cm]?[jt]s|rb|go|sh)(?::[\w.]+)?", re.DOTALL)


class Unread(Exception):
    """Why a file that a suite names is not read."""


def is_code(name: str) -> bool:
    """Tell whether a name is that of a program, or of a function in one."""
    return _CODE.fullmatch(name) is not None


@dataclass(slots=True, kw_only=True)
class Folder:
    """The repository as a suite's file sees it: names are looked up from its folder; no link is followed.

    `writable` is how much may still be made of what the suite says, as cases multiply it.
    """

    path_of_suite: str
    paths: frozenset[str]
    load: Callable[[str], bytes]
    left: int = MAX_TOTAL_BYTES
    writable: int = MAX_WRITTEN_CHARS
    known: dict[str, Document] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)

    def spend(self, *texts: Any) -> None:
        """Count what is made for a case.

        Raises:
            ConfigurationError: where it is too much.
        """
        self.writable -= sum(THING_CHARS + (len(text) if isinstance(text, str) else 0) for text in texts)
        if self.writable < 0:
            message = f"the cases of the suite come to more than {MAX_WRITTEN_CHARS} characters"
            raise ConfigurationError([documents.fault(self.path_of_suite, 1, message, "split it", id="too-large")])

    def path(self, name: str) -> str:
        """Return the path in the repository.

        Raises:
            Unread: where the name leads out of it, or to nothing.
        """
        found = posixpath.normpath(posixpath.join(posixpath.dirname(self.path_of_suite), name.removeprefix("file://")))
        if found.startswith(("..", "/")):
            raise Unread(f"{shown(name)} is outside of the repository")
        if found not in self.paths:
            raise Unread(f"{shown(name)} is no file of the repository")
        return found

    def matching(self, name: str) -> list[str]:
        """List the paths that a name with wildcards means, or the one that it is."""
        if not set("*?[{") & set(name):
            return [self.path(name)]
        pattern = posixpath.normpath(
            posixpath.join(posixpath.dirname(self.path_of_suite), name.removeprefix("file://"))
        )
        if pattern.startswith(("..", "/")):
            raise Unread(f"{shown(name)} is outside of the repository")
        try:
            matches = patterns.matcher([pattern])
        except ValueError as error:
            raise Unread(f"{shown(name)} is no pattern that llmgate reads") from error
        found = sorted(filter(matches, self.paths))
        if not found:
            raise Unread(f"{shown(name)} matches no file of the repository")
        return found

    def data(self, path: str) -> bytes:
        """Read a file, each once."""
        if path not in self.contents:
            try:
                data = self.load(path)
            except LlmgateError as error:
                raise Unread(f"{shown(path)} cannot be read: {error.message}") from error
            self.left -= len(data)
            if self.left < 0:
                raise Unread(f"{shown(path)}: the suite names more than {MAX_TOTAL_BYTES // 1024**2} MiB of files")
            self.contents[path] = data
        return self.contents[path]

    def text(self, path: str) -> str:
        try:
            return self.data(path).decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise Unread(f"{shown(path)} is not UTF-8") from error

    def document(self, path: str) -> Document:
        """Parse a YAML or JSON file, each once.

        Raises:
            ConfigurationError: where it is none.
        """
        if path not in self.known:
            self.known[path] = documents.foreign(path, self.data(path))
        return self.known[path]

    def value(self, path: str) -> Any:
        """Return what a YAML or JSON file says."""
        try:
            return self.document(path).value
        except ConfigurationError as error:
            fault = error.faults[0]
            raise Unread(f"{fault.file}:{fault.line}: {fault.message}") from error


def shown(name: str) -> str:
    return documents.quoted(name)


def opened(path: str, paths: Iterable[str], load: Callable[[str], bytes]) -> Folder:
    return Folder(path_of_suite=path, paths=frozenset(paths), load=load)
