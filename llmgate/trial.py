"""What is run and what comes of it: Trial, Call, Trace, Grade and Graded, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from pydantic import JsonValue

from llmgate.message import Message, ToolCallPart, ToolDefinition


class Arm(StrEnum):
    BASE = "base"
    HEAD = "head"


class FinishReason(StrEnum):
    """Why a model stopped, in OpenTelemetry's words."""

    STOP = "stop"
    LENGTH = "length"
    CONTENT_FILTER = "content_filter"
    TOOL_CALL = "tool_call"
    ERROR = "error"


class Outcome(StrEnum):
    """What a trial says about the system under test. An `error` says nothing: it is missing data, never a failure."""

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Trial:
    """One execution of a fixture on an arm; `index` counts an arm's trials of that fixture from 0, over all stages."""

    fixture: str
    arm: Arm
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens as the provider billed them."""

    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a model is asked, in no provider's dialect.

    `blobs` are the bytes of the files in the messages by their sha256, which is what stands for them everywhere else.
    `provider` is a key of `policy.providers`. `params` are the model entry's parameters without `seed`, which differs
    from trial to trial; `response_format`, `tool_choice` and the like travel in them. `once` are parameters of the
    first request of a conversation alone.
    """

    provider: str
    model: str
    messages: tuple[Message, ...]
    tools: tuple[ToolDefinition, ...] = ()
    params: Mapping[str, JsonValue] = field(default_factory=dict)
    once: Mapping[str, JsonValue] = field(default_factory=dict)
    blobs: Mapping[str, bytes] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """What a provider answered. `finish_reason` is one of OpenTelemetry's words; `logprobs` are those of the tokens."""

    message: Message
    finish_reason: FinishReason
    usage: Usage
    served_model: str | None = None
    fingerprint: str | None = None
    logprobs: tuple[float, ...] | None = None


class Operation(StrEnum):
    """What a model was called for, in OpenTelemetry's words."""

    CHAT = "chat"
    EMBEDDINGS = "embeddings"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One finished exchange: the answer, and what it took. `cost_usd` is None where no price is known.

    The journal does not keep `provider`: who asks says it. An application's call for embeddings is answered with an
    empty message, which is nobody's turn.
    """

    step: int
    model: str
    completion: Completion
    cost_usd: float | None
    latency_s: float
    attempts: int
    reused: bool = False
    provider: str = ""
    operation: Operation = Operation.CHAT


Vector = tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddingRequest:
    """Texts to embed, in no provider's dialect. `provider` is a key of `policy.providers`."""

    provider: str
    model: str
    texts: tuple[str, ...]
    params: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Embeddings:
    """What a provider answered: a vector for each text, in the order of the texts, and the tokens as it billed them."""

    vectors: tuple[Vector, ...]
    tokens: int = 0
    served_model: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What came of asking a judge: its call, or why there is none."""

    call: Call | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What a class of the repository said of a trial, as JSON, or why it said nothing. Both are hostile."""

    result: JsonValue = None
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Served:
    """Which model a provider was asked for, and under which name it answered."""

    provider: str
    asked: str
    answered: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedding:
    """What came of embedding a text: its vector and who made it, or why there is none."""

    vector: Vector | None = None
    served: Served | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrieved:
    """A retrieved document as the model saw it."""

    id: str
    text: str
    score: float | None = None


class MissKind(StrEnum):
    """Why a tool call has no recorded answer."""

    HALLUCINATED_TOOL = "hallucinated_tool"  # no such tool was offered
    UNRECORDED_CALL = "unrecorded_call"  # the tool was offered, and no result of it is recorded
    WRONG_ARGUMENTS = "wrong_arguments"  # results are recorded, for other arguments
    EXHAUSTED = "exhausted"  # the sequence of results for this very call is used up
    TOO_MANY_CALLS = "too_many_calls"  # more answers with calls than the target's max_steps, or calls in one answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """What the model asked for that the fixture cannot replay. The message may quote the model: it is hostile."""

    kind: MissKind
    message: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.message}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """A further answer to a trial's request, to be compared with its own: no trial, and no part of the conversation.

    `error` names why there is no answer; `miss` what could not be replayed.
    """

    calls: tuple[Call, ...] = ()
    output: str = ""
    tool_calls: tuple[ToolCallPart, ...] = ()
    miss: Miss | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What happened in one trial. `error` names why there is no answer; `miss` what could not be replayed.

    `fault` is what an application did wrong by itself, so that it has none, `refused` what it asked for and may not:
    hostile text. `rulings` are a judge's answers by the digest of what it was asked; their cost is the grading's.
    `request` is the last one that was sent: it holds the whole conversation before the answer.
    `remarks` are those of the repository's own classes, by the key of the assertion; `vectors` are embeddings by text.
    `repeats` are further answers to the same request, in order, up to the first error. Cost, time and tokens are those
    of `calls`, which are the trial's own; `finished_at` is when the last answer came.
    """

    trial: Trial
    calls: tuple[Call, ...] = ()
    output: str = ""
    tool_calls: tuple[ToolCallPart, ...] = ()
    documents: tuple[Retrieved, ...] = ()
    request: Request | None = field(default=None, repr=False)
    finished_at: float = 0.0
    error: str | None = None
    miss: Miss | None = None
    fault: str | None = None
    refused: str | None = None
    rulings: Mapping[str, Ruling] = field(default_factory=dict)
    remarks: Mapping[str, Remark] = field(default_factory=dict)
    repeats: tuple[Repeat, ...] = ()
    vectors: Mapping[str, Embedding] = field(default_factory=dict, repr=False)

    @property
    def broken_off(self) -> bool:
        """Whether it ended before there was an answer, so that nobody is asked about it."""
        return self.miss is not None or self.fault is not None

    @property
    def latency_s(self) -> float:
        return sum(call.latency_s for call in self.calls)

    @property
    def cost_usd(self) -> float | None:
        """Dollars of the whole trial, or None where any call has no known price."""
        costs = [call.cost_usd for call in self.calls]
        return None if any(cost is None for cost in costs) else sum(cost for cost in costs if cost is not None)

    @property
    def turns(self) -> tuple[Call, ...]:
        """The calls in which a model took its turn."""
        return tuple(call for call in self.calls if call.operation is Operation.CHAT)

    @property
    def finish_reason(self) -> FinishReason | None:
        return turns[-1].completion.finish_reason if (turns := self.turns) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """One assertion's judgement of one trace. `score` is in [0, 1]; `error` means that it could not judge."""

    assertion: str
    passed: bool
    score: float
    reason: str
    weight: float = 1.0
    metric: str | None = None
    category: str | None = None
    error: str | None = None
    parts: tuple[Grade, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """A trace with its grades and what they add up to."""

    trace: Trace
    outcome: Outcome
    score: float
    grades: tuple[Grade, ...] = ()
    reason: str = ""
    metrics: dict[str, JsonValue] = field(default_factory=dict)

    @property
    def trial(self) -> Trial:
        return self.trace.trial
