"""Two texts as lists of words → how many runs of n words they share, and what else comparing words needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from llmgate.assertions import fields
from llmgate.assertions.judgement import Judgement
from llmgate.errors import CannotJudge

MAX_COMPARED_CHARS = 100_000

Runs = Counter[tuple[str, ...]]


def _listed(value: Any) -> Any:
    """Let one text stand for a list of one."""
    return value if isinstance(value, (list, tuple)) else [value]


def _bounded(value: tuple[str, ...]) -> tuple[str, ...]:
    length = sum(map(len, value))
    if length > MAX_COMPARED_CHARS:
        raise ValueError(f"the references have {length} characters; at most {MAX_COMPARED_CHARS} are compared")
    return value


References = Annotated[
    fields.Texts,
    AfterValidator(_bounded),
    BeforeValidator(_listed),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": ["string", "integer"], "minLength": 1},
                {
                    "type": "array",
                    "minItems": 1,
                    "maxItems": fields.MAX_VALUES,
                    "items": {"type": ["string", "integer"], "minLength": 1},
                },
            ]
        }
    ),
]


def comparable(output: str) -> str:
    """Return the output if it is short enough to be compared word by word.

    Raises:
        CannotJudge: if it has more than MAX_COMPARED_CHARS characters.
    """
    if len(output) > MAX_COMPARED_CHARS:
        raise CannotJudge(
            f"the output has {len(output)} characters; at most {MAX_COMPARED_CHARS} are compared",
            id="too-much-to-judge",
            remedy="limit the answer, for example with max_tokens",
        )
    return output


def words(text: str) -> list[str]:
    """Split at white space, in lower case and without full stops at the ends of words, as promptfoo does."""
    return [word.rstrip(".") for word in text.lower().split()]


def runs(words: Sequence[str], length: int) -> Runs:
    """Count each run of so many words."""
    return Counter(zip(*(words[start:] for start in range(length)), strict=False))


def shared(one: Runs, other: Runs) -> int:
    """Count the runs that both have, each at most as often as in the text that has fewer of it."""
    return (one & other).total()


def judged(name: str, score: float, threshold: float) -> Judgement:
    return Judgement(
        passed=score >= threshold, score=score, reason=f"{name} is {score:.4f}; the threshold is {threshold:g}"
    )
