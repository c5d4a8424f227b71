"""An answer as its provider sends it → the same as its application may see it: as it comes, but for its end.

The end is held back until the answer is journaled, so that nobody acts on an answer that a killed run would pay for
again. What has come is kept until then; the application reads as fast as it likes, or goes away.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from llmgate.broker.refused import Refused
from llmgate.providers.transport import EVENTS

_END = re.compile(rb"\[DONE\]|response\.(completed|incomplete|failed)|message_stop|finishReason")
_LONGEST_END = 19  # what may stand at the end of a piece, cut


@dataclass(frozen=True, slots=True, kw_only=True)
class Declined:
    """What a provider said when it gave no answer, without its key."""

    status: int
    content_type: str
    body: bytes = field(repr=False)


class Flow:
    """One answer under way. It is a `providers.Sink`."""

    def __init__(self) -> None:
        self.content_type = ""
        self.declined: Declined | None = None
        self.refused: Refused | None = None
        self._pieces: list[bytes] = []
        self._free = 0
        self._tail = b""
        self._holds_back = False
        self._is_whole = False
        self._is_over = False
        self._news = asyncio.Event()

    @property
    def has_begun(self) -> bool:
        return bool(self.content_type)

    @property
    def is_broken(self) -> bool:
        """Whether it began and will not end."""
        return self._is_over and self.has_begun and not self._is_whole

    def begin(self, content_type: str) -> None:
        self.content_type = content_type
        self._holds_back = not content_type.startswith(EVENTS)
        self._news.set()

    def add(self, piece: bytes) -> None:
        self._pieces.append(piece)
        seen = self._tail + piece
        self._holds_back = self._holds_back or _END.search(seen) is not None
        self._tail = seen[-_LONGEST_END:]
        if not self._holds_back:
            self._free = len(self._pieces)
            self._news.set()

    def decline(self, status: int, content_type: str, body: bytes) -> None:
        self.declined = Declined(status=status, content_type=content_type, body=body)

    def refuse(self, refused: Refused) -> None:
        """Note why there is no answer."""
        self.refused = refused

    def finish(self) -> None:
        self._is_whole = True

    def taken(self) -> bytes:
        return b"".join(self._pieces)

    def end(self) -> None:
        """Give the end free: it is journaled, or there is none."""
        self._is_over = True
        self._free = len(self._pieces)
        self._news.set()

    def break_off(self) -> None:
        """End it without its end, which is not journaled."""
        self._is_whole = False
        self._is_over = True
        self._news.set()

    async def begun(self) -> None:
        """Wait until the answer begins, or it is clear that there is none."""
        while not (self.has_begun or self._is_over):
            await self._wait()

    async def over(self) -> None:
        """Wait until the answer may be seen to its end."""
        while not self._is_over:
            await self._wait()

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield what may be seen, up to the end; what came meanwhile comes together."""
        given = 0
        while True:
            if given < (free := self._free):
                yield b"".join(self._pieces[given:free])
                given = free
            elif self._is_over:
                return
            else:
                await self._wait()

    async def _wait(self) -> None:
        self._news.clear()
        await self._news.wait()
