"""The files that messages name → their bytes, each read once, from whichever revision holds them with their digest."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from llmgate.errors import ConfigurationError, RenderError
from llmgate.media import BlobPart
from llmgate.message import Message

MAX_PART_BYTES = 5 * 1024 * 1024
MAX_SUITE_BYTES = 64 * 1024 * 1024

Read = Callable[[str], bytes | None]
"""A file's bytes, None where there is none; ConfigurationError where it cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What a revision has at a path, and what is wrong with it where another digest is meant."""

    digest: str = ""
    why: str = ""


@dataclass(slots=True, kw_only=True)
class Blobs:
    """Reads from the revisions in their order, as much as one suite may hold.

    A pull request that changes or removes a file does not take it from the base's fixtures: their digest says which
    revision's is meant.
    """

    revisions: tuple[Read, ...] = ()
    left: int = MAX_SUITE_BYTES
    _contents: dict[str, bytes] = field(default_factory=dict)
    _seen: dict[tuple[int, str], _Seen] = field(default_factory=dict)

    def of(self, messages: Iterable[Message]) -> dict[str, bytes]:
        """Return the bytes of all files in the messages, by their digest.

        Raises:
            RenderError: where a file is gone, is not a regular file, is too large, or has another digest.
        """
        return {part.sha256: self._content(part) for message in messages for part in message.blobs}

    def _content(self, part: BlobPart) -> bytes:
        seen: list[_Seen] = []
        for number, read in enumerate(self.revisions):
            if (number, part.path) not in self._seen:
                self._seen[number, part.path] = self._load(read, part.path)
            seen.append(self._seen[number, part.path])
            if seen[-1].digest == part.sha256:
                return self._contents[part.sha256]
        raise RenderError(
            f"the file {part.path!r} of its messages {next((each.why for each in seen if each.why), 'does not exist')}",
            id="attached-file",
            remedy="restore it; or, if it is right as it is, record its sha256 in the fixture",
        )

    def _load(self, read: Read, path: str) -> _Seen:
        if self.left < 0:
            raise RenderError(
                f"more than {MAX_SUITE_BYTES // 1024**2} MiB of files in messages would have to be read",
                id="too-large",
                remedy="use smaller files, or fewer",
            )
        try:
            data = read(path)
        except ConfigurationError as error:
            return _Seen(why=error.faults[0].message)
        if data is None:
            return _Seen()
        self.left -= len(data)
        digest = hashlib.sha256(data).hexdigest()
        self._contents[digest] = data
        return _Seen(digest=digest, why=f"has another sha256 than the fixture records: {digest}")
