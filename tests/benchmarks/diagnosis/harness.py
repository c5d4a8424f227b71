"""Labels of failing trials, and names of guilty changes → how many are right, as a table for people and for `docs/`.

with experiment.laboratory(folder) as lab:
    answered = lab.ask(Asking(seed=seed) for seed in faults.seeds())
matrix = harness.matrix(harness.labelled(answered, classified))
print(harness.table(matrix))
harness.write("deterministic", harness.table(matrix))
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tabulate import tabulate

from llmgate.changes import Kind
from llmgate.fixture import Fixture
from llmgate.trial import Graded, Outcome
from tests.benchmarks.diagnosis.experiment import Answered
from tests.benchmarks.diagnosis.hunks import HUNKS, PromptEdit
from tests.benchmarks.diagnosis.pulls import How, Pull
from tests.benchmarks.diagnosis.seeds import FIVE, Seed, Truth

PAGE = Path(__file__).parents[3] / "docs" / "diagnosis-benchmark.md"
NO_LABEL = "(none)"
MOST_COMPARISONS = 6 * math.log2(HUNKS)


class Classified(Protocol):
    """What is measured: a failing trial → the id of a category, or `category.code`; None where it has no label."""

    def __call__(self, graded: Graded, fixture: Fixture) -> str | None: ...


@dataclass(frozen=True, kw_only=True)
class Labelled:
    """A seeded fault with the label that most of its failing trials got."""

    seed: Seed
    label: str

    @property
    def category(self) -> str:
        return self.label.partition(".")[0]

    @property
    def is_right(self) -> bool:
        return self.category == self.seed.truth

    @property
    def code_is_right(self) -> bool | None:
        """None where no code is claimed, or none is clear."""
        code = self.label.partition(".")[2]
        return code == self.seed.code if code and self.seed.code and self.is_right else None


def labelled(answered: Iterable[Answered], classified: Classified) -> tuple[Labelled, ...]:
    """Label every fault by the majority of its trials that did not pass; the earliest label wins a tie."""
    found = []
    for each in answered:
        seed = each.asking.seed
        labels = [classified(one, seed.fixture) or NO_LABEL for one in each.graded if one.outcome is not Outcome.PASSED]
        if labels:
            found.append(Labelled(seed=seed, label=Counter(labels).most_common(1)[0][0]))
    return tuple(found)


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """How often a fault of one kind (row) got a label (column)."""

    counts: Mapping[Truth, Counter[str]]
    codes: tuple[int, int]

    @property
    def labels(self) -> tuple[str, ...]:
        known = [truth.value for truth in Truth]
        others = sorted({label for row in self.counts.values() for label in row} - set(known))
        return (*known, *others)

    def accuracy(self, *truths: Truth) -> float:
        """The share that is right, of these kinds of faults, or of all."""
        rows = [(truth, row) for truth, row in self.counts.items() if not truths or truth in truths]
        return sum(row[truth] for truth, row in rows) / sum(row.total() for _, row in rows)


def matrix(found: Sequence[Labelled]) -> Matrix:
    counts = {truth: Counter(each.category for each in found if each.seed.truth is truth) for truth in Truth}
    codes = [each.code_is_right for each in found if each.code_is_right is not None]
    return Matrix(counts={truth: row for truth, row in counts.items() if row}, codes=(sum(codes), len(codes)))


def table(measured: Matrix) -> str:
    """Write the confusion matrix: rows are the truth, columns the label."""
    rows = [
        [truth.value, *(row[label] or "" for label in measured.labels), f"{measured.accuracy(truth):.0%}"]
        for truth, row in measured.counts.items()
    ]
    shown = tabulate(rows, headers=["truth", *measured.labels, "right"], tablefmt="github")
    right, claimed = measured.codes
    five = [truth for truth in FIVE if truth in measured.counts]
    shares = f"Right: {measured.accuracy():.1%} of all, {measured.accuracy(*five):.1%} of the five categories"
    return f"{shown}\n\n{shares}; codes: {right} of {claimed} that were claimed."


def wrong(found: Iterable[Labelled]) -> Iterator[str]:
    """List what was labelled wrongly, to look at."""
    return (
        f"{each.seed.id} ({each.seed.fixture.id}): {each.seed.truth}, labelled {each.label}"
        for each in found
        if not each.is_right
    )


# Attribution


@dataclass(frozen=True, kw_only=True)
class Attributed:
    """What was named for a pull request: kinds of changes, whether alone or together, and what it took."""

    pull: Pull
    named: frozenset[Kind]
    how: How | None
    calls: int

    @property
    def is_right(self) -> bool:
        return self.named == self.pull.guilty and self.how is self.pull.how


def attributions(found: Sequence[Attributed]) -> str:
    """Write how often the guilty changes were named, and the cost in calls per broken fixture."""
    rows = []
    for how in How:
        mine = [each for each in found if each.pull.how is how]
        if mine:
            named = sum(each.named == each.pull.guilty for each in mine)
            right = sum(each.is_right for each in mine)
            broken = sum(len(each.pull.broken) for each in mine)
            rows.append([how.value, len(mine), named, right, f"{sum(each.calls for each in mine) / broken:.0f}"])
    headers = ["guilty", "pull requests", "named", "and told how", "calls per broken fixture"]
    return tabulate(rows, headers=headers, tablefmt="github")


@dataclass(frozen=True, kw_only=True)
class Resolved:
    """Which hunks of a prompt edit were named, after how many confirmed comparisons."""

    edit: PromptEdit
    named: frozenset[int]
    comparisons: int


def hunk_searches(found: Sequence[Resolved]) -> str:
    rows = []
    for count in sorted({len(each.edit.hunks) for each in found}):
        mine = [each for each in found if len(each.edit.hunks) == count]
        right = sum(each.named == each.edit.hunks for each in mine)
        rows.append([count, len(mine), right, f"{sum(each.comparisons for each in mine) / len(mine):.1f}"])
    headers = ["guilty hunks", "edits", "resolved", f"comparisons on average (of {MOST_COMPARISONS:.1f})"]
    return tabulate(rows, headers=headers, tablefmt="github")


# The page


def contents(seeds: Sequence[Seed]) -> str:
    """Count the seeded faults by kind and code."""
    count = Counter((seed.truth, seed.code or "") for seed in seeds)
    rows = [
        [truth.value, sum(seed.truth is truth for seed in seeds), _codes(count, truth)]
        for truth in Truth
        if any(seed.truth is truth for seed in seeds)
    ]
    return tabulate(rows, headers=["category", "faults", "of these"], tablefmt="github")


def _codes(count: Counter[tuple[Truth, str]], truth: Truth) -> str:
    return ", ".join(f"{code} {times}" for (kind, code), times in sorted(count.items()) if kind is truth and code)


def block(name: str, text: str) -> str:
    return f"<!-- measured: {name} -->\n\n{text}\n\n<!-- end: {name} -->"


def written(page: str, name: str, text: str) -> str:
    """Put a text into its block of the page, at the end where the page has no such block yet."""
    found = re.compile(rf"<!-- measured: {re.escape(name)} -->.*?<!-- end: {re.escape(name)} -->", re.DOTALL)
    if found.search(page):
        return found.sub(lambda _: block(name, text), page, count=1)
    return f"{page.rstrip()}\n\n{block(name, text)}\n"


def write(name: str, text: str, *, page: Path = PAGE) -> None:
    page.write_text(written(page.read_text(), name, text))
