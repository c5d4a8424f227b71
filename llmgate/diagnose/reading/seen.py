"""A failing trial and its fixture → what the signs look at: failed assertions, what was given, what was expected."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from llmgate import grade
from llmgate.assertions import Assertion, Subject, sent
from llmgate.assertions.assert_set import AssertSet
from llmgate.assertions.retrieval_contains_ids import RetrievalContainsIds
from llmgate.assertions.retrieval_not_dropped import RetrievalNotDropped
from llmgate.assertions.retrieval_recall_k import RetrievalRecallAtK
from llmgate.diagnose.reading import expected
from llmgate.diagnose.reading.expected import Expected
from llmgate.diagnose.reading.words import Text, cut
from llmgate.errors import CannotJudge
from llmgate.fixture import Fixture
from llmgate.message import ToolDefinition, ToolResponsePart
from llmgate.trial import Grade, Graded, Trace

MAX_SOURCES = 60
MAX_CONTEXT_CHARS = 200_000
CONTEXT_CHARS = 80
"""A variable that is at least so long is taken for something to read, a shorter one for a question or a setting."""

ASKING = frozenset({"question", "query"})
SAYING = frozenset(
    {"message", "input", "text", "email", "mail", "ticket", "request", "prompt", "user", "content", "review", "comment"}
    | {"complaint", "user_message", "user_input", "utterance", "task", "instruction", "problem"}
)
"""Names of variables that hold what the user says, unless another one holds a question about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An assertion that failed, and its grade; the assertion is None where no such assertion is in the fixture."""

    grade: Grade
    assertion: Assertion | None = None

    @property
    def kind(self) -> str:
        return self.grade.assertion.removeprefix("not-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A text that the model was given, by name. `needed` is one that has, or should have, what the answer needs."""

    id: str
    text: Text
    needed: bool = False


@dataclass(frozen=True, kw_only=True)
class Seen:
    """Everything that a sign may look at. `index` maps the ids of an index to the hashes of their texts."""

    graded: Graded
    fixture: Fixture
    failures: tuple[Failure, ...]
    passed: tuple[Failure, ...] = ()
    index: Mapping[str, str] | None = None

    @property
    def trace(self) -> Trace:
        return self.graded.trace

    @cached_property
    def subject(self) -> Subject:
        return grade.subject(self.trace, self.fixture)

    @cached_property
    def output(self) -> Text:
        return Text(written=cut(self.trace.output))

    @cached_property
    def offered(self) -> tuple[ToolDefinition, ...]:
        return self.trace.request.tools if self.trace.request else self.fixture.tools.definitions

    @cached_property
    def gold(self) -> tuple[str, ...]:
        """The ids that should be found: the fixture's, and those that its assertions name."""
        kinds = RetrievalContainsIds | RetrievalRecallAtK | RetrievalNotDropped
        checks = [each.assertion.check for each in (*self.failures, *self.passed) if each.assertion]
        named = (name for check in checks if isinstance(check, kinds) for name in check.value or ())
        return tuple(dict.fromkeys((*self.fixture.context.gold, *named)))

    @cached_property
    def prompt(self) -> Text | None:
        """All that was sent but the model's own turns; None where that is not known."""
        if self.trace.request is None:
            return None
        return Text(written="\n".join(sent.texts(self.subject))[:MAX_CONTEXT_CHARS])

    @cached_property
    def question(self) -> Text:
        """What the user brings: earlier turns, and variables that are short enough to be a question or a setting."""
        turns = [message.text for message in self.fixture.input.messages if message.role == "user"]
        return Text(written=cut("\n".join([*_short(self.fixture.input.variables), *turns])))

    @cached_property
    def documents(self) -> tuple[Source, ...]:
        """What the model was given to read: documents, and long variables."""
        gold = set(self.gold)
        found = [
            Source(id=one.id, text=Text(written=cut(one.text)), needed=one.id in gold)
            for one in self.trace.documents[:MAX_SOURCES]
        ]
        if not found and self.fixture.context.text:
            found = [Source(id="context", text=Text(written=cut(self.fixture.context.text)))]
        variables = self.fixture.input.variables
        found += [
            Source(id=f"input.variables.{name}", text=Text(written=cut(value)))
            for name, value in variables.items()
            if isinstance(value, str) and _is_read(name, value, variables)
        ]
        return tuple(_bounded(found))

    @cached_property
    def results(self) -> tuple[Source, ...]:
        """What tools answered."""
        request = self.trace.request
        parts = [part for message in request.messages for part in message.parts] if request else []
        answers = (part.response for part in parts if isinstance(part, ToolResponsePart))
        written = (one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in answers)
        return tuple(
            _bounded(
                Source(id="a tool's result", text=Text(written=cut(text)))
                for text, _ in zip(written, range(50), strict=False)
            )
        )

    @cached_property
    def given(self) -> tuple[Text, ...]:
        """Everything that a claim may come from."""
        own = [*(source.text for source in (*self.documents, *self.results)), self.question]
        return (*own, self.prompt) if self.prompt else tuple(own)

    @cached_property
    def expected(self) -> tuple[Expected, ...]:
        """What the answer was to have or to be without, whether it does or not."""
        found: list[Expected] = []
        for each in (*self.failures, *self.passed):
            if each.assertion is not None:
                found += expected.of_check(
                    each.grade.assertion,
                    each.assertion.check,
                    self.output,
                    reason=each.grade.reason,
                    passed=each.grade.passed,
                )
        if self.fixture.observed.expected and all(one.weak for one in found):
            found += expected.of_reference("observed.expected", self.fixture.observed.expected, self.output)
        return tuple(found[: expected.MAX_EXPECTED])

    @cached_property
    def missing(self) -> tuple[Expected, ...]:
        """What the answer lacks; what it has in another writing, such as `1,299` for `1299`, it does not lack."""
        lacking = (one for one in self.expected if not one.met and not one.forbidden)
        return tuple(one for one in lacking if one.pattern is not None or not one.stands_in(self.output))

    @cached_property
    def unwanted(self) -> tuple[Expected, ...]:
        """What the answer has and must not have."""
        return tuple(one for one in self.expected if not one.met and one.forbidden)

    def on(self, output: str, failures: Iterable[Failure]) -> Seen:
        """Look at another output of the same trial, of which only these assertions fail."""
        graded = replace(self.graded, trace=replace(self.trace, output=output))
        return Seen(graded=graded, fixture=self.fixture, failures=tuple(failures), passed=self.passed, index=self.index)


def of(graded: Graded, fixture: Fixture, index: Mapping[str, str] | None = None) -> Seen:
    """Gather what there is to look at."""
    leaves = list(_leaves(graded.grades, fixture.assertions))
    failed = tuple(each for each in leaves if not each.grade.passed and each.grade.error is None)
    passed = tuple(each for each in leaves if each.grade.passed)
    return Seen(graded=graded, fixture=fixture, failures=failed, passed=passed, index=index)


def _leaves(grades: Iterable[Grade], assertions: Iterable[Assertion]) -> Iterator[Failure]:
    """Pair grades with their assertions, those of sets that failed one by one."""
    left = list(assertions)
    for one in grades:
        place = next((at for at, each in enumerate(left) if each.type == one.assertion), None)
        assertion = None if place is None else left.pop(place)
        within = assertion.check.assertions if assertion and isinstance(assertion.check, AssertSet) else ()
        parts = tuple(_leaves(one.parts, within))
        wrong = not one.passed and any(not part.grade.passed and part.grade.error is None for part in parts)
        if parts and (wrong or one.passed):
            yield from parts if wrong else (part for part in parts if part.grade.passed)
        else:
            yield Failure(grade=one, assertion=assertion)


def again(failure: Failure, subject: Subject) -> Failure | None:
    """Grade an assertion that failed on another subject: how it fails there, None where it passes.

    One that needs to ask somebody cannot be judged again, and stays as it was.
    """
    if failure.assertion is None:
        return failure
    graded = failure.assertion.grade(subject)
    if graded.error is not None:
        return failure
    return None if graded.passed else Failure(grade=graded, assertion=failure.assertion)


def _short(variables: Mapping[str, object]) -> Iterator[str]:
    for name, value in variables.items():
        if not isinstance(value, str):
            yield json.dumps(value, ensure_ascii=False)
        elif not _is_read(name, value, variables):
            yield value


def _is_read(name: str, value: str, variables: Mapping[str, object]) -> bool:
    """Tell whether a variable is something to read, and not what the user says."""
    if len(value) < CONTEXT_CHARS or name.casefold() in ASKING:
        return False
    return name.casefold() not in SAYING or any(other.casefold() in ASKING for other in variables)


def _bounded(sources: Iterable[Source]) -> Iterator[Source]:
    total = 0
    for source in sources:
        total += len(source.text.written)
        if total > MAX_CONTEXT_CHARS:
            return
        yield source


def stands(seen: Seen, source: Source) -> bool:
    """Tell whether a document's text stands in the prompt, as far as that is known."""
    if seen.trace.request is None:
        return True
    try:
        subject = replace(seen.subject, gold=(source.id,))
        return RetrievalNotDropped(value=(source.id,)).grade(subject).passed
    except CannotJudge:
        return True
