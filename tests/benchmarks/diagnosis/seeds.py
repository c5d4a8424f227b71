"""One seeded fault: a fixture, what is true of it, and the row of the application's table that makes it so."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from llmgate.fixture import Fixture
from tests.benchmarks.diagnosis.application import Case

DATA = Path(__file__).parent / "data"


class Collection(StrEnum):
    """The sets of faults: the first, by which the classifier was mended once, and one that was made after that."""

    FIRST = "first"
    HELD_OUT = "held out"


class Truth(StrEnum):
    """The kinds of failure, by the taxonomy's ids."""

    RETRIEVAL = "retrieval"
    GROUNDING = "grounding"
    REASONING = "reasoning"
    TOOL_USE = "tool_use"
    OUTPUT_FORMAT = "output_format"
    REFUSAL = "refusal_safety"
    INFRASTRUCTURE = "infrastructure"


FIVE = (Truth.RETRIEVAL, Truth.GROUNDING, Truth.REASONING, Truth.TOOL_USE, Truth.OUTPUT_FORMAT)


class Intervention(StrEnum):
    """What counterfactual replays change of a request."""

    GOLD_ADDED = "gold added"
    GOLD_ONLY = "gold only"
    GOLD_FIRST = "gold first"
    NO_CONTEXT = "no context"
    EFFORT = "higher effort"
    SCHEMA = "strict schema"
    JSON_MODE = "json mode"
    MORE_TOKENS = "twice the tokens"
    TOOL_CHOICE = "tool choice"
    TOOL_RESULTS = "results given"


@dataclass(frozen=True, kw_only=True)
class Seed:
    """A fault with its truth.

    `content` is the fixture as the suite has it, `healthy` as it is on a base that does not have the fault (other
    documents, where retrieval is at fault). `gold` are the documents that the answer needs, `index` the ids of those
    that the head's index has. `cures` are the interventions after which the answer is right.
    """

    id: str
    truth: Truth
    code: str | None
    content: Mapping[str, Any]
    case: Case
    healthy: Mapping[str, Any] | None = None
    gold: Mapping[str, str] = field(default_factory=dict)
    index: tuple[str, ...] = ()
    cures: frozenset[Intervention] = frozenset()
    schema: Mapping[str, Any] | None = None

    @cached_property
    def fixture(self) -> Fixture:
        return Fixture.model_validate(self.content)

    @cached_property
    def base_fixture(self) -> Fixture:
        return Fixture.model_validate(self.healthy or self.content)


def data(name: str) -> Any:
    return yaml.load((DATA / name).read_text(), yaml.CSafeLoader)


def content(
    name: str,
    target: str,
    asked: tuple[str, str],
    documents: Mapping[str, str],
    assertions: Iterable[Mapping[str, Any]],
    *,
    gold: Iterable[str] = (),
    tools: Mapping[str, Any] | None = None,
    scores: Iterable[float] = (),
) -> dict[str, Any]:
    """Write a fixture as a suite has it: without a word on the kind of failure, also in its id.

    `asked` is the question, and who answers it.
    """
    question, persona = asked
    ranks = list(scores) or [round(0.91 - 0.07 * rank, 2) for rank in range(len(documents))]
    found = [
        {"id": key, "text": text, "score": score} for (key, text), score in zip(documents.items(), ranks, strict=True)
    ]
    return {
        "id": f"case-{hashlib.sha256(name.encode()).hexdigest()[:8]}",
        "target": target,
        "input": {"variables": {"question": question, "persona": persona}},
        "context": {"documents": found, **({"gold": list(gold)} if gold else {})},
        **({"tools": dict(tools)} if tools else {}),
        "assert": [dict(assertion) for assertion in assertions],
    }
