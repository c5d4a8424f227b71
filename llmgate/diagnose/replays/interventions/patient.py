"""A fixture that fails, the revision that it fails on, and what its failing trial showed; and the same, treated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeGuard

from pydantic import JsonValue

from llmgate.assertions import Assertion
from llmgate.assertions.assert_set import AssertSet
from llmgate.diagnose.replays.bench import Probe
from llmgate.fixture import ContextDocument, Fixture
from llmgate.message import Message, TextPart, ToolCallPart
from llmgate.preparing import Prepared, Side, attached, outline
from llmgate.targets import prompt
from llmgate.trial import Graded, Request, Retrieved

MIN_TELLING_CHARS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """One failing fixture on one revision.

    `failing` is a trial that failed. `known` are texts of documents by id, wherever they were found: gold documents
    that retrieval missed among them. `api` is the dialect of the provider, as in `policy.providers`.
    """

    fixture: Fixture
    side: Side
    prepared: Prepared
    failing: Graded
    known: Mapping[str, ContextDocument] = field(default_factory=dict)
    api: str = "openai-chat"

    @property
    def documents(self) -> tuple[ContextDocument, ...]:
        """The documents that the model sees."""
        return self.fixture.context.documents if self.prepared.found is None else self.prepared.found.documents

    @property
    def wanted(self) -> tuple[str, ...]:
        """The ids of the documents that should be found; where nobody says, of those that hold what is expected."""
        if self.fixture.context.gold:
            return self.fixture.context.gold
        texts = [text.casefold() for text in _expected(self.checks)]
        return tuple(name for name, known in self.known.items() if any(text in known.text.casefold() for text in texts))

    @property
    def gold(self) -> tuple[ContextDocument, ...]:
        """The documents that should be found, as far as their text is known."""
        return tuple(self.known[name] for name in self.wanted if name in self.known)

    @property
    def shown(self) -> frozenset[str]:
        """The ids of the documents of which the text is in what was sent: a template may leave some out."""
        sent = "\n".join(message.text for message in self.prepared.request.messages)
        return frozenset(document.id for document in self.documents if document.text.strip() in sent)

    @property
    def checks(self) -> tuple[Assertion, ...]:
        """The assertions, those of sets one by one."""
        return tuple(_flat(self.fixture.assertions))

    def untreated(self) -> Probe:
        return self._probe(self.prepared, self.documents)

    def seeing(self, documents: Iterable[ContextDocument]) -> Probe:
        """Show the model these documents and no other, in this order.

        Raises:
            RenderError: where the prompt does not take them.
        """
        shown = tuple(documents)
        context = self.fixture.context.model_copy(update={"documents": shown, "text": None if shown else ""})
        frozen = self.fixture.model_copy(update={"context": context, "retrieval": "frozen"})
        made = attached(outline(frozen, self.side), self.side)
        return self._probe(self._as(_holding(made.request, shown)), shown)

    def with_params(self, **params: JsonValue) -> Probe:
        """Send other parameters; None takes one out."""
        whole = {**self.prepared.request.params, **params}
        kept = {name: value for name, value in whole.items() if value is not None}
        return self._probe(self._as(replace(self.prepared.request, params=kept)), self.documents)

    def sending(self, request: Request, *, given: tuple[ToolCallPart, ...] = ()) -> Probe:
        """Send another request; `given` are calls that stand in it, and count as the model's."""
        return self._probe(self._as(request), self.documents, given)

    def _as(self, request: Request) -> Prepared:
        digest = prompt.digest(request, seed=self.prepared.seed) + f"/{self.prepared.max_steps}"
        return replace(self.prepared, request=request, digest=digest)

    def _probe(
        self, prepared: Prepared, documents: Iterable[ContextDocument], given: tuple[ToolCallPart, ...] = ()
    ) -> Probe:
        shown = tuple(Retrieved(id=item.id, text=item.text, score=item.score) for item in documents)
        return Probe(fixture=self.fixture, prepared=prepared, documents=shown, given=given)


def _flat(assertions: Iterable[Assertion]) -> Iterable[Assertion]:
    for assertion in assertions:
        if isinstance(assertion.check, AssertSet):
            yield from _flat(assertion.check.assertions)
        else:
            yield assertion


_TEXTS = frozenset(
    {"contains", "icontains", "contains-all", "icontains-all", "contains-any", "icontains-any", "equals"}
)


def _expected(checks: Iterable[Assertion]) -> Iterator[str]:
    """List the texts that the answer should hold, but for those that say too little to be looked for."""
    for assertion in checks:
        if assertion.type in _TEXTS:
            value = assertion.check.value
            yield from (text for text in ([value] if isinstance(value, str) else value) if _tells(text))


def _tells(text: object) -> TypeGuard[str]:
    return isinstance(text, str) and len(text.strip()) >= MIN_TELLING_CHARS


def _holding(request: Request, documents: tuple[ContextDocument, ...]) -> Request:
    """Add what a prompt drops of its documents to the message that is answered: they are to be seen, all of them."""
    sent = "\n".join(message.text for message in request.messages)
    dropped = [document for document in documents if document.text.strip() not in sent]
    if not dropped:
        return request
    text = "\n\n" + "\n\n".join(f"[{document.id}] {document.text}" for document in dropped)
    last = request.messages[-1]
    longer = Message(role=last.role, parts=(*last.parts, TextPart(content=text)), name=last.name)
    return replace(request, messages=(*request.messages[:-1], longer))
