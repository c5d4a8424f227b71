"""`category:` of fixtures and assertions → findings where the taxonomy does not have it.

A warning for any text, as suites were free to write what they liked; a fault for captured fixtures, which must say what
they guard against.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from llmgate import documents
from llmgate.assertions import Assertion
from llmgate.assertions.assert_set import AssertSet
from llmgate.errors import Fault
from llmgate.fixture import Fixture
from llmgate.suite import Stored
from llmgate.taxonomy import Taxonomy
from llmgate.verdict import Finding, Severity

RULE = "taxonomy"
MOST_NAMED = 3
"""So many fixtures have a warning each; more with the same label are counted in one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Use:
    """A label that is not known, and a fixture that has it."""

    label: str
    stored: Stored
    on: str


def faults(stored: Iterable[Stored], taxonomy: Taxonomy) -> Iterator[Fault]:
    """Captured fixtures, drafts aside, whose own category is not known."""
    for use in _unknown(stored, taxonomy):
        if _must_be_known(use):
            message = f"fixture {use.stored.fixture.id!r} was captured, and its {_said(use)}"
            yield documents.fault(
                use.stored.file, use.stored.line, message, _remedy(use.label, taxonomy), id="unknown-category"
            )


def findings(stored: Iterable[Stored], taxonomy: Taxonomy) -> Iterator[Finding]:
    """All others: told, and taken for categories of their own."""
    alike: dict[str, list[_Use]] = {}
    for use in _unknown(stored, taxonomy):
        if not _must_be_known(use):
            alike.setdefault(use.label, []).append(use)
    for label, uses in alike.items():
        shown = uses if len(uses) <= MOST_NAMED else uses[:1]
        for use in shown:
            more = f" ({len(uses):,} fixtures, this is the first)" if len(uses) > len(shown) else ""
            yield Finding(
                rule=RULE,
                severity=Severity.WARN,
                message=f"fixture {use.stored.fixture.id!r}: its {_said(use)}{more}",
                remedy=_remedy(label, taxonomy),
                file=use.stored.file,
                line=use.stored.line,
            )


def _must_be_known(use: _Use) -> bool:
    fixture = use.stored.fixture
    return not use.on and fixture.origin.is_captured and not fixture.draft


def _said(use: _Use) -> str:
    where = f" on {use.on}" if use.on else ""
    return f"`category: {documents.printable(use.label, 80)}`{where} is not in the taxonomy"


def _remedy(label: str, taxonomy: Taxonomy) -> str:
    category = label.partition(".")[0]
    if category in taxonomy.kinds and taxonomy.codes(category):
        return f"known: {taxonomy.codes(category)}; docs/taxonomy.md says how to add one"
    return f"known: {taxonomy.known()}, each also with a code; docs/taxonomy.md says how to add one"


def _unknown(stored: Iterable[Stored], taxonomy: Taxonomy) -> Iterator[_Use]:
    """Find each label once a fixture, in the order of files."""
    for each in sorted(stored, key=lambda one: (one.file, one.line, one.fixture.id)):
        told: set[str] = set()
        for label, on in _labels(each.fixture):
            if label not in told and taxonomy.find(label) is None:
                told.add(label)
                yield _Use(label=label, stored=each, on=on)


def _labels(fixture: Fixture) -> Iterator[tuple[str, str]]:
    if fixture.category and fixture.category.strip():
        yield fixture.category, ""
    yield from _of_assertions(fixture.assertions)


def _of_assertions(assertions: Iterable[Assertion]) -> Iterator[tuple[str, str]]:
    for assertion in assertions:
        if assertion.category:
            yield assertion.category, f"the assertion {assertion.type}"
        if isinstance(assertion.check, AssertSet):
            yield from _of_assertions(assertion.check.assertions)
