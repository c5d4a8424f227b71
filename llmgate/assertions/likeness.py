"""An output and the values it should be like → how alike their embeddings are, for `similar` and its kin."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator
from typing import Annotated, Final, Protocol, TypeGuard, runtime_checkable

from pydantic import AfterValidator

from llmgate.assertions import overlap
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.subject import Subject
from llmgate.errors import CannotJudge
from llmgate.trial import Vector

TOLERANCE: Final = 1e-6  # vectors are kept with 32 bits: what is at a threshold may come out this much beside it
DEFAULT_THRESHOLD: Final = 0.75

Measure = Callable[[Vector, Vector], float]


def _not_blank(values: tuple[str, ...]) -> tuple[str, ...]:
    if not all(value.strip() for value in values):
        raise ValueError("a value is blank, and blank text has no embedding")
    return values


Values = Annotated[overlap.References, AfterValidator(_not_blank)]


@runtime_checkable
class Embeds(Protocol):
    """A check that compares embeddings. `grade` reads them out of the trace, by their text."""

    def compared(self) -> tuple[str, ...]:
        """List the values that an output is compared with."""
        ...

    def grade(self, subject: Subject) -> Judgement: ...


def embeds(check: object) -> TypeGuard[Embeds]:
    """Tell it by the class: a check may have a field of any name, as `custom:NAME` has."""
    return issubclass(type(check), Embeds)


def texts(subject: Subject, values: tuple[str, ...]) -> tuple[str, ...]:
    """The output and the values; nothing where the output is blank, of which embedders make no vector.

    Raises:
        CannotJudge: if the output is too long.
    """
    output = overlap.comparable(subject.output)
    return (output, *values) if output.strip() else ()


def similar(subject: Subject, values: tuple[str, ...], threshold: float, measure: Measure, name: str) -> Judgement:
    """Judge by the value that is most alike. A blank output is like nothing: its similarity is 0."""
    found = max(_measured(subject, values, measure), default=0.0)
    said = f"the {name} is {found:.4f}" if subject.output.strip() else f"the output is blank, so the {name} is 0"
    return Judgement(
        passed=found >= threshold - TOLERANCE,
        score=min(max(found, 0.0), 1.0),
        reason=f"{said}; the threshold is {threshold:g}",
    )


def near(subject: Subject, values: tuple[str, ...], threshold: float) -> Judgement:
    """Judge by the distance to the nearest value. A blank output is near nothing."""
    found = min(_measured(subject, values, math.dist), default=math.inf)
    said = f"the distance is {found:.4f}" if math.isfinite(found) else "the output is blank and near nothing"
    return Judgement(
        passed=found <= threshold + TOLERANCE,
        score=1 / (1 + found),
        reason=f"{said}; the threshold is {threshold:g}",
    )


def cosine(one: Vector, other: Vector) -> float:
    """Return the cosine of the angle between two vectors.

    Raises:
        CannotJudge: if one of them is zero, which has no direction.
    """
    lengths = math.hypot(*one) * math.hypot(*other)
    if lengths == 0:
        raise CannotJudge("the embedder gave a vector of zeros", id="embedder-answer", remedy="name another embedder")
    return dot(one, other) / lengths


def dot(one: Vector, other: Vector) -> float:
    return math.fsum(map(operator.mul, one, other))


def _measured(subject: Subject, values: tuple[str, ...], measure: Measure) -> Iterator[float]:
    if not (given := texts(subject, values)):
        return
    output, *others = (_vector(subject, text) for text in given)
    for other in others:
        if len(other) != len(output):
            raise CannotJudge(
                f"the embedder gave vectors of {len(output)} and of {len(other)} dimensions", id="embedder-answer"
            )
        yield measure(output, other)


def _vector(subject: Subject, text: str) -> Vector:
    made = subject.trace.vectors.get(text)
    if made is None:
        raise CannotJudge(
            "nobody embedded the output",
            id="embedder-missing",
            remedy="name policy.embedder; docs/embedder.md says how",
        )
    if made.vector is None:
        raise CannotJudge(f"the embedder gave no vector: {made.error}", id="embedder-answer")
    return made.vector
