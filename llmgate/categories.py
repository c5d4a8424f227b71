"""Failures of both arms by category → how they compare, and findings where the policy gates one of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from llmgate import diagnose, documents, findings, weakening
from llmgate.config import Policy
from llmgate.diagnose.reading import indexed
from llmgate.fixture import Fixture
from llmgate.plan import Planned
from llmgate.retrieval.indexes import Indexes
from llmgate.suite import Loaded, Suite
from llmgate.taxonomy import Taxonomy
from llmgate.trial import Arm, Graded
from llmgate.verdict import Finding, Severity

if TYPE_CHECKING:
    from llmgate.compare.categories import Categories, Row
    from llmgate.sampling import Sampled

RULE = "category"
UNCLASSIFIED = "unclassified"
MOST_NAMED = 3
MAX_LABEL_CHARS = 60
_MOST_ODDS = 1_000_000


def gated(policy: Policy) -> Mapping[str, Severity]:
    """Say what evidence that a category fails more often does; of those that are off, nothing."""
    found = ((category, findings.severity_of(rule)) for category, rule in sorted(policy.categories.items()))
    return {category: severity for category, severity in found if severity is not None}


def limit(policy: Policy) -> float:
    """The evidence that makes a finding: alpha is shared by the gated categories (Bonferroni)."""
    return max(len(gated(policy)), 1) / policy.alpha


def as_on_base(suite: Suite, base: Loaded, policy: Policy) -> Suite:
    """Give each fixture the label, and what production saw, as the base has them, where labels decide.

    Otherwise a change could move its failures out of a category that is gated, by saying that they are others.
    """
    if not gated(policy):
        return suite
    cases = (
        replace(case, fixture=case.fixture.model_copy(update=_told(stored.fixture)))
        if (stored := base.fixtures.get(case.fixture.id)) and _told(stored.fixture) != _told(case.fixture)
        else case
        for case in suite.cases
    )
    return replace(suite, cases=tuple(cases))


def relabelled(suite: Suite, base: Loaded, policy: Policy) -> Iterator[Finding]:
    """Name the fixtures of the base that get another label, where labels decide. It holds from the next change on."""
    known = {name: stored.fixture.category for name, stored in base.fixtures.items()}
    fixtures = [case for case in suite.cases if case.fixture.id in known]
    found = [case for case in fixtures if case.fixture.category != known[case.fixture.id]]
    if not gated(policy) or not found:
        return
    labels = ((case.fixture.id, known[case.fixture.id], case.fixture.category) for case in found[:MOST_NAMED])
    named = ", ".join(f"{name!r} ({_label(old)} → {_label(new)})" for name, old, new in labels)
    rest = f" and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
    yield Finding(
        rule=weakening.RULE,
        severity=Severity.WARN,
        message=f"the change relabels {named}{rest}; failures were counted by the base's labels",
        remedy="see that who owns the gated categories approves it: it holds from the next change on",
        file=found[0].file,
        line=found[0].line,
    )


def _label(category: str | None) -> str:
    return "none" if category is None else documents.printable(category, MAX_LABEL_CHARS)


def _told(fixture: Fixture) -> dict[str, object]:
    """What of a fixture has a say in the kind of its failures, and not in whether it fails."""
    return {"category": fixture.category, "observed": fixture.observed}


def labeller(taxonomy: Taxonomy, indexes: Mapping[Arm, Indexes]) -> Callable[[Planned, Graded], str]:
    """Make what names the kind of failure of a failing trial: what people read, as in the table of the report."""

    def category(planned: Planned, graded: Graded) -> str:
        fixture = planned.case.fixture
        index = indexed.hashes(fixture, indexes.get(graded.trial.arm))
        found = diagnose.classify(graded, fixture, taxonomy=taxonomy, index=index)
        return found.primary.category if found else UNCLASSIFIED

    return category


def rows(sampled: Sampled, taxonomy: Taxonomy, policy: Policy) -> list[Row]:
    """Compare the arms; buckets are counted and not tested, unless one is gated."""
    from llmgate.compare import categories  # noqa: PLC0415 - scipy is imported when something was compared

    screened = [
        categories.Screened(
            base_trials=base.screened, head_trials=head.screened, base=base.categories, head=head.categories
        )
        for name in sorted(sampled.sorted_out)
        for base, head in [(sampled.tallies[name, Arm.BASE], sampled.tallies[name, Arm.HEAD])]
    ]
    buckets = {category for category, kind in taxonomy.kinds.items() if kind.bucket}
    return categories.rows(screened, sampled.paired, untested=frozenset(buckets - gated(policy).keys()))


def worse(paired: Categories, taxonomy: Taxonomy, policy: Policy) -> Iterator[Finding]:
    """Tell the gated categories that fail more often on the head, by evidence of fresh pairs."""
    for category, severity in gated(policy).items():
        if paired.evidence(category) >= limit(policy):
            yield Finding(
                rule=RULE,
                severity=severity,
                message=_said(category, paired, taxonomy, policy),
                remedy="mend the fixtures that fail so; what a category does is policy.categories of the base",
            )


def _said(category: str, paired: Categories, taxonomy: Taxonomy, policy: Policy) -> str:
    kind = taxonomy.kinds.get(category)
    owner = f"; its owner is {kind.owner}" if kind and kind.owner else ""
    return (
        f"failures of the kind {taxonomy.name(category)!r} became more frequent in some fixtures: "
        f"of {paired.pairs:,} fresh pairs {paired.worse(category):,} failed so on the head alone "
        f"and {paired.better(category):,} on the base alone; "
        f"evidence {_odds(paired.evidence(category))}, {_odds(limit(policy))} needed{owner}"
    )


def _odds(evidence: float) -> str:
    return f"{math.floor(evidence):,} : 1" if evidence < _MOST_ODDS else f"over {_MOST_ODDS:,} : 1"
