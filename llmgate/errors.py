"""Every error that llmgate raises on purpose, as one tree. Each has an id of `llmgate.catalogue`.

LlmgateError                       a message, and the next action
├── UsageError                     exit 2: the command or the action was called wrongly
│   └── ConfigurationError         exit 2: faults in llmgate.yaml, fixtures or other read files, all at once
├── NotEvaluated                   exit 3: nothing can be said about this change; never green
│   ├── BudgetExhausted            the policy's calls, dollars or minutes are used up
│   └── KeyMissing                 a provider's key is not there, or no key
├── CallError                      one model call gave no usable answer: missing data, never a failed trial
│   ├── CallRefused                permanent: 4xx, a redirect, a bad key; not retried
│   ├── CallLost                   transient: retries are used up, the stream broke, the answer is unreadable
│   └── ModelRefused               an application asked for what it may not: nothing was sent
├── CannotJudge                    an assertion has nothing to judge by: missing data, never a failed trial
├── RenderError                    a template cannot be rendered
└── PublishError                   a report could not be posted; never changes a verdict
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from llmgate import catalogue
from llmgate.catalogue import Id


class LlmgateError(Exception):
    """Base of the tree: what was wrong, its id, and what to do next, which is the catalogue's word by default."""

    def __init__(self, message: str, *, id: Id, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.id: Id = id
        self.remedy = remedy or catalogue.ENTRIES[id].remedy

    @property
    def told(self) -> str:
        """The message with the id, where the remedy is told apart or has no place."""
        return named(self.message, self.id)

    def __str__(self) -> str:
        return f"{self.told}\n  {self.remedy}"


def named(message: str, id: Id) -> str:
    """Put the id at the end of a message's first line."""
    first, *others = message.split("\n")
    return "\n".join([f"{first} [{id}]", *others])


def unforeseen(error: BaseException) -> LlmgateError:
    """Wrap what nobody raised on purpose, for those who tell errors."""
    return LlmgateError(f"an error that llmgate did not foresee: {type(error).__name__}: {error}", id="unforeseen")


class UsageError(LlmgateError):
    """The program was called wrongly."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Fault:
    """One thing wrong in one file: where, what was expected, and what to do."""

    file: str
    line: int
    message: str
    remedy: str
    id: Id

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message} ({self.remedy}) [{self.id}]"


class ConfigurationError(UsageError):
    """All faults found in the files that were read, each with an id of its own."""

    def __init__(self, faults: Iterable[Fault], *, where: str = "the configuration") -> None:
        self.faults = tuple(sorted(set(faults)))
        count = len(self.faults)
        head = f"{count} fault{'s' if count != 1 else ''} in {where}"
        super().__init__("\n".join([head, *map(str, self.faults)]), id="faults")

    @property
    def told(self) -> str:
        return self.message

    def __str__(self) -> str:
        return self.message


class NotEvaluated(LlmgateError):
    """The change cannot be judged; carries the reason and the remedy for the report."""


class KeyMissing(NotEvaluated):
    """A provider cannot be asked, as its key is not in the environment or cannot be sent."""


class BudgetExhausted(NotEvaluated):
    """The next call would exceed the policy's calls, dollars or minutes."""


class CallError(LlmgateError):
    """A model call gave no usable answer."""

    def __init__(self, message: str, *, id: Id, remedy: str = "", status: int | None = None) -> None:
        super().__init__(message, id=id, remedy=remedy)
        self.status = status


class CallRefused(CallError):
    """The provider refused for good: trying again cannot help."""


class CallLost(CallError):
    """The provider could not be reached or answered unreadably, and the retries are used up."""


class ModelRefused(CallError):
    """An application asked for what its target's entry does not let it ask: nothing was sent."""


class CannotJudge(LlmgateError):
    """A check has nothing to judge by, or more than it can read: missing data, never a failure of the model."""


class RenderError(LlmgateError):
    """A prompt template cannot be rendered with the fixture's variables."""


class PublishError(LlmgateError):
    """A report could not be posted."""
