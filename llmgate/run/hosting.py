"""What it takes to run applications, as the engine is given it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from pydantic import JsonValue

from llmgate.config import ApplicationEntry
from llmgate.message import ToolCallPart
from llmgate.targets.reply import Reply
from llmgate.trial import Arm, Request, Retrieved, Trial


class Seat(Protocol):
    """A place at which one question at a time is answered. `token` opens the broker to whoever sits there."""

    @property
    def token(self) -> str: ...

    async def answer(self, question: Mapping[str, JsonValue], environment: Mapping[str, str]) -> Reply: ...


class Seats(Protocol):
    """What runs or asks applications, on each arm its own."""

    @property
    def lacking(self) -> tuple[str, ...]:
        """What this platform cannot keep an application from, in words."""
        ...

    async def open(self) -> None: ...
    async def afresh(self) -> None:
        """Set all up anew: who asks next finds nothing of what was."""
        ...

    def seat(self, arm: Arm, name: str, entry: ApplicationEntry) -> AbstractAsyncContextManager[Seat]: ...
    async def aclose(self) -> None: ...


class Told(Protocol):
    """What an application told of itself by its spans."""

    @property
    def documents(self) -> tuple[Retrieved, ...]: ...
    @property
    def tool_calls(self) -> tuple[ToolCallPart, ...]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Hosting:
    """What it takes to run applications. `traceparent` is the place of a trial in the run's trace."""

    seats: Seats
    token: Callable[[], str]
    traceparent: Callable[[Trial], str]
    told: Callable[[Sequence[tuple[str, bytes]], str], Told]
    request: Callable[[str, str, bytes], Request | None]
    port: int = 0
