"""What both arms failed with → the report's entries of the kinds of failure, those that moved most first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmgate import categories
from llmgate.report.category import CategoryEntry, FailedCounts
from llmgate.report.material import Material

if TYPE_CHECKING:
    from llmgate.compare.categories import Failed, Row


def entries(material: Material) -> tuple[CategoryEntry, ...]:
    """List every kind that failed; none where nothing was compared."""
    sampled = material.sampled
    if sampled is None or sampled.comparison is None:
        return ()
    found = categories.rows(sampled, material.taxonomy, material.policy)
    return tuple(_entry(row, material) for row in sorted(found, key=_order))


def _order(row: Row) -> tuple[bool, float, int, str]:
    tested = row.p_value is not None
    return (not tested, row.p_value if row.p_value is not None else 1.0, -row.head.failed, row.category)


def _entry(row: Row, material: Material) -> CategoryEntry:
    severity = categories.gated(material.policy).get(row.category)
    return CategoryEntry(
        category=row.category,
        name=material.taxonomy.name(row.category),
        base=_counts(row.base),
        head=_counts(row.head),
        source=row.source.value,
        p_value=row.p_value,
        adjusted_p_value=row.adjusted_p_value,
        evidence=row.evidence,
        gated=severity.value if severity else None,
        limit=categories.limit(material.policy) if severity else None,
    )


def _counts(failed: Failed) -> FailedCounts:
    return FailedCounts(failed=failed.failed, trials=failed.trials)
