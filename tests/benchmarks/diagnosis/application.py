"""Chat Completions requests → the answers of the embedded application, by a hidden table that is keyed by the question.

The application is causal: all that it goes by is the request and the table. It knows a thing only where the text that
says so is in the request; it uses a tool's result only where the conversation has it; and where a model is ill, a
request that takes away the cause gets the right answer. Two seeds are two samples; one request has one answer.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from llmgate.demo.dice import Dice
from tests import modelserver
from tests.benchmarks.diagnosis import wording
from tests.modelserver import Asked, Fault, Said

BASE_MODEL = "quill-2-2026-01-15"
HEAD_MODEL = "quill-3-2026-05-20"
CHARS_PER_TOKEN = 4
LARGE_BUDGET = 4096
FLAKE = 0.01
Step = tuple[str, Any]


class Cure(StrEnum):
    """What a request must have so that a sick model answers rightly."""

    RIVAL_ABSENT = "rival absent"
    GOLD_FIRST = "gold first"
    GOLD_ALONE = "gold alone"
    EFFORT = "effort"
    SCHEMA = "strict schema"
    JSON_MODE = "json mode"
    TOOL_CHOICE = "tool choice"


@dataclass(frozen=True, kw_only=True)
class Heard:
    """A request as the model takes it in. `told` is all text but the model's own, `done` the calls with a result."""

    body: Mapping[str, Any]

    @cached_property
    def told(self) -> str:
        turns = [turn for turn in self.body["messages"] if turn["role"] != "assistant"]
        return plain("\n".join(_text(turn.get("content")) for turn in turns))

    @cached_property
    def done(self) -> tuple[Step, ...]:
        turns = self.body["messages"]
        calls = {call["id"]: call["function"] for turn in turns for call in turn.get("tool_calls") or ()}
        answered = [calls[turn["tool_call_id"]] for turn in turns if turn["role"] == "tool"]
        return tuple((call["name"], _parsed(call["arguments"])) for call in answered)

    @cached_property
    def offered(self) -> str:
        return plain(json.dumps(self.body.get("tools", []), ensure_ascii=False))

    @property
    def model(self) -> str:
        return self.body["model"]

    @property
    def choice(self) -> str:
        """The `tool_choice`: `auto`, `none`, `required`, or the name of the tool that must be called."""
        choice = self.body.get("tool_choice", "auto")
        return choice if isinstance(choice, str) else choice.get("function", choice).get("name", "auto")

    @property
    def has_json_mode(self) -> bool:
        """Whether the answer is held to be JSON of any shape."""
        return (self.body.get("response_format") or {}).get("type") in ("json_schema", "json_object")

    @property
    def has_schema(self) -> bool:
        """Whether the answer is held to a schema that names what is in it."""
        wanted = self.body.get("response_format") or {}
        return bool((wanted.get("json_schema") or {}).get("schema", {}).get("properties"))

    @property
    def has_effort(self) -> bool:
        reasoning, thinking = self.body.get("reasoning") or {}, self.body.get("thinking") or {}
        effort = self.body.get("reasoning_effort") or reasoning.get("effort")
        return effort in ("high", "xhigh") or thinking.get("budget_tokens", 0) >= LARGE_BUDGET


def plain(text: str) -> str:
    return " ".join(text.split())


def _text(content: Any) -> str:
    if isinstance(content, list):
        return "".join(part.get("text", "") for part in content)
    return content or ""


def _parsed(arguments: str) -> Any:
    try:
        return json.loads(arguments)
    except ValueError:
        return arguments


@dataclass(frozen=True, kw_only=True)
class Tooling:
    """The calls that a question takes, and those that a sick model makes instead."""

    steps: tuple[Step, ...]
    sick_steps: tuple[Step, ...] = ()
    repeats: bool = False
    ignores_results: bool = False

    def right(self, done: tuple[Step, ...]) -> Step | None:
        return next((step for step in self.steps if step not in done), None)

    def wrong(self, done: tuple[Step, ...]) -> Step | None:
        return (
            self.sick_steps[0] if self.repeats else next((step for step in self.sick_steps if step not in done), None)
        )

    def is_forced(self, choice: str) -> bool:
        """Whether the choice makes the model do what it would leave out or put off."""
        if not self.steps:
            return choice == "none"
        if self.repeats or self.ignores_results:
            return False
        names, sick = [name for name, _ in self.steps], [name for name, _ in self.sick_steps]
        if sick and sick[0] in names and len(names) > len(sick):
            names = [name for name in names if name not in sick]
        return choice in ("required", names[0])


def is_head(heard: Heard) -> bool:
    return heard.model == HEAD_MODEL


@dataclass(frozen=True, kw_only=True)
class Case:
    """One row of the table: what a question takes, and how a model that is ill of it answers.

    The row is found where all of `keys` stand in the request. `evidence` must be there for the model to know; without
    it says one of `unknown`, or of `lost` where the text `rival` misleads it. `when` tells whether the model is ill;
    `blind` an illness that shows with and without evidence. `failure` makes the provider fail instead.
    """

    keys: tuple[str, ...]
    right: tuple[str, ...]
    evidence: tuple[str, ...] = ()
    unknown: tuple[str, ...] = wording.ABSTENTIONS
    rival: str = ""
    lost: tuple[str, ...] = ()
    sick: tuple[str, ...] = ()
    when: Callable[[Heard], bool] = is_head
    cures: frozenset[Cure] = frozenset()
    blind: bool = False
    others: tuple[str, ...] = ()
    tooling: Tooling | None = None
    decorated: bool = True
    filtered: bool = False
    failure: Fault | None = None
    served: str | None = None
    rate: float = field(default=0.0)

    @property
    def probability(self) -> float:
        """How often the illness shows: between 0.9 and 1, another for each question."""
        return self.rate or 0.9 + 0.1 * Dice.of({"keys": list(self.keys)}, seed=0).share("rate")

    def knows(self, heard: Heard) -> bool:
        return all(plain(text) in heard.told for text in self.evidence)

    def is_cured(self, heard: Heard) -> bool:
        return any(_HOLDS[cure](self, heard) for cure in self.cures)


def _gold_first(case: Case, heard: Heard) -> bool:
    places = [heard.told.find(plain(text)) for text in case.others]
    return all(place < 0 or heard.told.find(plain(case.evidence[0])) < place for place in places)


_HOLDS: Mapping[Cure, Callable[[Case, Heard], bool]] = {
    Cure.RIVAL_ABSENT: lambda case, heard: plain(case.rival) not in heard.told,
    Cure.GOLD_FIRST: _gold_first,
    Cure.GOLD_ALONE: lambda case, heard: not any(plain(text) in heard.told for text in case.others),
    Cure.EFFORT: lambda _, heard: heard.has_effort,
    Cure.SCHEMA: lambda _, heard: heard.has_schema,
    Cure.JSON_MODE: lambda _, heard: heard.has_json_mode,
    Cure.TOOL_CHOICE: lambda case, heard: case.tooling is not None and case.tooling.is_forced(heard.choice),
}


class Application:
    """Answers by its table. Requests without a seed are told apart by their number."""

    def __init__(self, cases: Iterable[Case]) -> None:
        self._cases = tuple(cases)
        self._unseeded = 0

    def answer(self, asked: Asked) -> Said:
        heard = Heard(body=asked.body)
        case = self._case(heard)
        if case is None:
            return Said(text="How can I help you?")
        dice = self._dice(case, heard)
        said = _said(case, heard, dice)
        return _fitted(said, heard.body)

    def plan(self, asked: Asked) -> Fault:
        """Fail as the provider does where the table says so; every attempt of a call fails alike."""
        case = self._case(heard := Heard(body=asked.body))
        if case is None or case.failure is None or not _is_ill(case, heard, self._dice(case, heard)):
            return modelserver.OK
        return case.failure

    def _case(self, heard: Heard) -> Case | None:
        return next((case for case in self._cases if all(key in heard.told for key in case.keys)), None)

    def _dice(self, case: Case, heard: Heard) -> Dice:
        """Draw by question and seed alone, so that a conversation stays with its mood from step to step."""
        seed = heard.body.get("seed")
        if seed is None:
            self._unseeded += 1
            seed = -self._unseeded
        return Dice.of({"keys": list(case.keys), "seed": seed}, seed=1)


def _is_ill(case: Case, heard: Heard, dice: Dice) -> bool:
    return case.when(heard) and not case.is_cured(heard) and dice.happens("ill", case.probability)


def _said(case: Case, heard: Heard, dice: Dice) -> Said:
    ill = _is_ill(case, heard, dice) and case.failure is None
    if dice.happens("flake", FLAKE):
        return Said(text=dice.pick("flake", wording.FLAKES))
    if case.tooling:
        return _with_tools(case, case.tooling, heard, dice, ill=ill)
    knows = case.knows(heard)
    if ill and (knows or case.blind) and case.sick:
        text = dice.pick("sick", case.sick)
        text = _decorated(text, dice) if case.decorated else text
        return Said(text=text, finish_reason="content_filter" if case.filtered else None, model=case.served)
    if knows:
        return _told(case, case.right, dice)
    misled = case.lost and case.rival and plain(case.rival) in heard.told
    return _told(case, case.lost if misled else case.unknown, dice)


def _with_tools(case: Case, tooling: Tooling, heard: Heard, dice: Dice, *, ill: bool) -> Said:
    right = tooling.right(heard.done)
    stubborn = tooling.repeats or tooling.ignores_results
    acts_ill = ill and (right is not None or stubborn or not tooling.steps)
    step = tooling.wrong(heard.done) if acts_ill else right
    if step is not None and heard.choice != "none":
        return Said(calls=(step,))
    if not acts_ill and step is None:
        return _told(case, case.right, dice)
    return _told(case, case.sick if acts_ill and case.sick else case.unknown, dice)


def _told(case: Case, texts: tuple[str, ...], dice: Dice) -> Said:
    text = dice.pick("text", texts)
    return Said(text=_decorated(text, dice) if case.decorated else text)


def _decorated(text: str, dice: Dice) -> str:
    return dice.pick("opening", wording.OPENINGS) + text + dice.pick("ending", wording.ENDINGS)


def _fitted(said: Said, body: Mapping[str, Any]) -> Said:
    """Cut what is longer than the request allows."""
    tokens = body.get("max_completion_tokens") or body.get("max_tokens")
    if tokens is None or len(said.text) <= tokens * CHARS_PER_TOKEN:
        return said
    return Said(text=said.text[: tokens * CHARS_PER_TOKEN], finish_reason="length", model=said.model)
