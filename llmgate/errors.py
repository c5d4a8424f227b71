"""Every error that llmgate raises on purpose, as one tree.

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


class LlmgateError(Exception):
    """Base of the tree: what was wrong, and what to do next."""

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message}\n  {self.remedy}" if self.remedy else self.message


class UsageError(LlmgateError):
    """The program was called wrongly."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Fault:
    """One thing wrong in one file: where, what was expected, and what to do."""

    file: str
    line: int
    message: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}" + (f" ({self.remedy})" if self.remedy else "")


class ConfigurationError(UsageError):
    """All faults found in the files that were read."""

    def __init__(self, faults: Iterable[Fault], *, where: str = "the configuration") -> None:
        self.faults = tuple(sorted(set(faults)))
        count = len(self.faults)
        head = f"{count} fault{'s' if count != 1 else ''} in {where}"
        super().__init__("\n".join([head, *map(str, self.faults)]))


class NotEvaluated(LlmgateError):
    """The change cannot be judged; carries the reason and the remedy for the report."""


class KeyMissing(NotEvaluated):
    """A provider cannot be asked, as its key is not in the environment or cannot be sent."""


class BudgetExhausted(NotEvaluated):
    """The next call would exceed the policy's calls, dollars or minutes."""


class CallError(LlmgateError):
    """A model call gave no usable answer."""

    def __init__(self, message: str, *, remedy: str = "", status: int | None = None) -> None:
        super().__init__(message, remedy=remedy)
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
