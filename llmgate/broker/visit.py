"""A trial → its way in: a token for as long as it lasts, and all that it asked, got and told on it."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field, replace
from urllib.parse import quote

from llmgate.broker.refused import Refused
from llmgate.broker.relay import Ended, Turn
from llmgate.config import ModelEntry
from llmgate.providers import Wire
from llmgate.trial import Call, Trial

MAX_CALLS = 200
MAX_CONCURRENT = 16
MAX_ASKED_BYTES = 256 * 1024 * 1024
MAX_KEPT_BYTES = 32 * 1024 * 1024
MAX_SPAN_BYTES = 16 * 1024 * 1024
MAX_PAYLOADS = 500
SPAN_DELAY_MS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request as it arrived. `traceparent` is the span of the application that made it, where it told."""

    dialect: Wire
    model: str
    body: bytes = field(repr=False)
    traceparent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What an application's OpenTelemetry exporter sent, unpacked and not yet read."""

    content_type: str
    body: bytes = field(repr=False)


class Visit:
    """One trial's way in. Its token is good only while it is open.

    `asked` are its requests in their order; beyond `MAX_KEPT_BYTES` the oldest lose their bodies, never the last one.
    `refused` is why the first request was turned away, `lost` the first error of a provider that the application saw,
    `exhausted` what the budget said; `answered` are the models that answered in this run, on whichever trial;
    `spans_left_out` counts payloads beyond the bounds.
    """

    def __init__(
        self,
        *,
        token: str,
        trial: Trial,
        entries: tuple[ModelEntry, ...],
        origin: str,
        max_calls: int = MAX_CALLS,
        answered: set[tuple[str, str]] | None = None,
    ) -> None:
        self.token = token
        self.trial = trial
        self.entries = entries
        self.answered: set[tuple[str, str]] = set() if answered is None else answered
        self.asked: list[Asked] = []
        self.spans: list[Received] = []
        self.spans_left_out = 0
        self.refused: str | None = None
        self.lost: str | None = None
        self.exhausted: str | None = None
        self.failure: BaseException | None = None
        self.room = asyncio.Semaphore(MAX_CONCURRENT)
        self._origin = origin
        self._max_calls = max_calls
        self._asked_bytes = 0
        self._kept_bytes = 0
        self._oldest = 0
        self._finished: dict[int, Ended] = {}
        self._occurrences: Counter[str] = Counter()
        self._under_way: dict[asyncio.Task[Ended | None], float] = {}
        self._held_up_s = 0.0

    @property
    def calls(self) -> list[Call]:
        """The finished calls, in the order in which they were begun."""
        return [self._finished[step].call for step in sorted(self._finished)]

    @property
    def finished_at(self) -> float | None:
        """When the last call ended, in seconds since 1970; None where there was none."""
        return max((ended.at for ended in self._finished.values()), default=None)

    @property
    def in_flight(self) -> int:
        return len(self._under_way)

    @property
    def held_up_s(self) -> float:
        """The seconds by which the finished calls took longer than their answers: queues, pauses, further attempts."""
        return self._held_up_s

    def environment(self) -> dict[str, str]:
        """Say what an application's environment needs, so that it and the usual libraries find their way here."""
        return {
            "LLMGATE_BROKER": self._origin,
            "OPENAI_BASE_URL": f"{self._origin}/openai/v1",
            "OPENAI_API_BASE": f"{self._origin}/openai/v1",
            "OPENAI_API_KEY": self.token,
            "ANTHROPIC_BASE_URL": f"{self._origin}/anthropic",
            "ANTHROPIC_API_KEY": self.token,
            "GOOGLE_GEMINI_BASE_URL": f"{self._origin}/gemini",
            "GEMINI_API_KEY": self.token,
            "GOOGLE_API_KEY": self.token,
            "OTEL_EXPORTER_OTLP_ENDPOINT": self._origin,
            "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
            "OTEL_EXPORTER_OTLP_HEADERS": f"authorization={quote(f'Bearer {self.token}', safe='')}",
            "OTEL_BSP_SCHEDULE_DELAY": str(SPAN_DELAY_MS),
        }

    async def settled(self) -> None:
        """Wait until nothing is in flight any more: an answer is paid for whether its application stays or not.

        Raises:
            NotEvaluated: a call could not be journaled.
        """
        while self._under_way:
            await asyncio.wait(self._under_way)
        self.see_that_all_went_well()

    def see_that_all_went_well(self) -> None:
        if self.failure is not None:
            raise self.failure

    def refuse(self, message: str) -> None:
        self.refused = self.refused or message

    def begin(self, asked: Asked, digest: str) -> Turn:
        """Count a request.

        Raises:
            Refused: the trial has made too many, or too large ones.
        """
        if len(self.asked) >= self._max_calls:
            raise Refused(403, f"the trial has made {self._max_calls} calls, and no more are allowed")
        self._asked_bytes += len(asked.body)
        if self._asked_bytes > MAX_ASKED_BYTES:
            raise Refused(413, f"the trial's requests have more than {MAX_ASKED_BYTES} bytes together")
        self.asked.append(asked)
        self._kept_bytes += len(asked.body)
        self._forget_the_oldest()
        turn = Turn(trial=self.trial, step=len(self.asked) - 1, digest=digest, occurrence=self._occurrences[digest])
        self._occurrences[digest] += 1
        return turn

    def follow(self, call: asyncio.Task[Ended | None]) -> None:
        """Count a call as in flight until it is over, and keep what came of it."""
        self._under_way[call] = call.get_loop().time()
        call.add_done_callback(self._is_over)

    def _is_over(self, task: asyncio.Task[Ended | None]) -> None:
        took_s = task.get_loop().time() - self._under_way.pop(task)
        if task.cancelled():
            return
        if (error := task.exception()) is not None:
            self.failure = self.failure or error
        elif (ended := task.result()) is not None:
            self._finished[ended.call.step] = ended
            self._held_up_s += max(0.0, took_s - ended.call.latency_s)

    def receive(self, received: Received) -> None:
        """Keep spans within the bounds."""
        kept = sum(len(each.body) for each in self.spans)
        if len(self.spans) >= MAX_PAYLOADS or kept + len(received.body) > MAX_SPAN_BYTES:
            self.spans_left_out += 1
        else:
            self.spans.append(received)

    def _forget_the_oldest(self) -> None:
        while self._kept_bytes > MAX_KEPT_BYTES and self._oldest < len(self.asked) - 1:
            forgotten = self.asked[self._oldest]
            self.asked[self._oldest] = replace(forgotten, body=b"")
            self._kept_bytes -= len(forgotten.body)
            self._oldest += 1
