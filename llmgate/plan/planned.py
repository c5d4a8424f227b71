"""What a plan is made of: fixtures with the requests of both arms, what they find, and what shows each change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from llmgate.errors import Fault
from llmgate.fixture import Fixture
from llmgate.preparing import Prepared
from llmgate.retrieval import live
from llmgate.retrieval.live import Found
from llmgate.suite import Case
from llmgate.trial import Arm, Retrieved


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A fixture that runs. Without a `base` there is nothing to compare with; one that is `excepted` never counts."""

    case: Case
    head: Prepared
    base: Prepared | None = None
    excepted: bool = False

    @property
    def id(self) -> str:
        return self.case.fixture.id

    def on(self, arm: Arm) -> Prepared:
        if arm is Arm.HEAD:
            return self.head
        if self.base is None:
            raise ValueError(f"fixture {self.id!r} is new: it has no base")
        return self.base

    def documents(self, arm: Arm) -> tuple[Retrieved, ...]:
        """List the documents that the model sees on an arm: those that were found, else those that are replayed."""
        found = self.on(arm).found
        shown = self.case.fixture.context.documents if found is None else found.documents
        return tuple(Retrieved(id=item.id, text=item.text, score=item.score) for item in shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrieval:
    """What both arms found for a `retrieval: live` fixture, whether it runs or sends the same bytes."""

    fixture: Fixture
    base: Found
    head: Found

    @property
    def differs(self) -> bool:
        """Whether the model sees anything else: other documents, or another order."""
        return live.digest(self.base) != live.digest(self.head)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`compared` run on both arms, `new` on the head alone, `identical` not at all: both arms send the same bytes.

    `excepted` run too, and are shown; they count for nothing. `exercised` lists for each change, by its place, the
    fixtures that send what it changed, `excused` the excepted ones that do, `searched` those whose search on both arms
    would have shown it. `retrievals` are the live fixtures with what both arms found. `unfit` are
    fixtures that the head's prompts or targets can no longer take, `baseless` those of the base that its own prompts
    cannot: they run on the head, and nothing can be said of them.
    """

    compared: tuple[Planned, ...] = ()
    new: tuple[Planned, ...] = ()
    excepted: tuple[Planned, ...] = ()
    identical: tuple[str, ...] = ()
    unfit: tuple[Fault, ...] = ()
    baseless: tuple[str, ...] = ()
    exercised: tuple[tuple[str, ...], ...] = ()
    excused: tuple[tuple[str, ...], ...] = ()
    searched: tuple[tuple[str, ...], ...] = ()
    retrievals: tuple[Retrieval, ...] = ()
    screen: int | Literal["auto"] = "auto"

    @property
    def runs(self) -> tuple[Planned, ...]:
        """Everything that is run, on one arm or both."""
        return (*self.compared, *self.new, *self.excepted)

    @property
    def providers(self) -> frozenset[str]:
        """The providers that will be asked."""
        prepared = (one for item in self.runs for one in (item.base, item.head) if one)
        return frozenset(name for one in prepared for name in one.providers)
