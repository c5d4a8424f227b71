"""What a check sees: the trace, and what its fixture holds beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeGuard, runtime_checkable

from pydantic import JsonValue

from llmgate.assertions.judgement import Judgement
from llmgate.errors import CannotJudge
from llmgate.message import Message, ToolDefinition
from llmgate.trial import Trace

MAX_OUTPUT_CHARS = 500_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A trace with the fixture's tool definitions, the ids of the documents that should be found, and its input.

    `context` is the text that stands for the documents in the prompt, where the fixture has one.
    """

    trace: Trace
    tools: tuple[ToolDefinition, ...] = ()
    gold: tuple[str, ...] = ()
    variables: Mapping[str, JsonValue] = field(default_factory=dict)
    messages: tuple[Message, ...] = ()
    context: str | None = None

    @property
    def output(self) -> str:
        """The text of the answer.

        Raises:
            CannotJudge: if it is longer than MAX_OUTPUT_CHARS.
        """
        return bounded(self.trace.output)


def bounded(output: str) -> str:
    """Refuse what is longer than MAX_OUTPUT_CHARS.

    Raises:
        CannotJudge: if it is.
    """
    if len(output) > MAX_OUTPUT_CHARS:
        raise CannotJudge(
            f"the output has {len(output)} characters; at most {MAX_OUTPUT_CHARS} are graded",
            id="too-much-to-judge",
            remedy="limit the answer, for example with max_tokens",
        )
    return output


class Check(Protocol):
    """A kind of assertion: its fields are its YAML, its one method does the job.

    `grade` raises CannotJudge when the subject lacks what the check needs.
    """

    def grade(self, subject: Subject) -> Judgement: ...


@runtime_checkable
class Refutable(Protocol):
    """A check whose `not-` form is more than the opposite of its result."""

    def refute(self, subject: Subject) -> Judgement: ...


def refutes(check: object) -> TypeGuard[Refutable]:
    """Tell it by the class: a check may have a field of any name, as `custom:NAME` has."""
    return issubclass(type(check), Refutable)
