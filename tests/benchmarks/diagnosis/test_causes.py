"""How often the product names who is guilty in the seeded pull requests, and what that costs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from llmgate.targets.rendering import Renderer
from tests import modelserver
from tests.benchmarks.diagnosis import harness, hunks, pulls, replays
from tests.benchmarks.diagnosis.harness import Attributed, Resolved
from tests.benchmarks.diagnosis.pulls import How
from tests.benchmarks.diagnosis.replays import Explanation, Ward

PULLS = pulls.pulls()
EDITS = hunks.prompt_edits()


@pytest.fixture(scope="module")
def ward(tmp_path_factory) -> Iterator[Ward]:
    application = pulls.application((*PULLS, *(edit.pull for edit in EDITS)))
    with modelserver.serve(application.answer) as server, Renderer() as renderer:
        yield Ward(origin=server.url, folder=tmp_path_factory.mktemp("ward"), render=renderer.render)


@pytest.fixture(scope="module")
def explained(ward: Ward) -> tuple[Explanation, ...]:
    return tuple(ward.explained(PULLS))


def shown(capsys, table: str) -> None:
    with capsys.disabled():
        print(f"\n{table}")  # noqa: T201 - a measurement


def attributed(each: Explanation) -> Attributed:
    right = each.named == replays.guilty(each.pull)
    return Attributed(pull=each.pull, named=each.pull.guilty if right else frozenset(), how=each.how, calls=each.calls)


def test_the_guilty_one_of_several_changes_is_named_in_95_of_100(explained, capsys) -> None:
    found = [attributed(each) for each in explained]
    shown(capsys, harness.attributions(found))
    single = [each for each in found if each.pull.how is How.ONE]
    assert len(single) == 100
    assert sum(each.is_right for each in single) >= 95


def test_two_guilty_changes_are_told_as_an_interaction_or_as_two_causes(explained) -> None:
    found = [attributed(each) for each in explained if each.pull.how is not How.ONE]
    assert sum(each.is_right for each in found) >= 0.9 * len(found)


def test_nobody_innocent_is_named(explained) -> None:
    wrong = [each.pull.name for each in explained if each.named - replays.guilty(each.pull)]
    assert len(wrong) <= 0.02 * len(explained), wrong


def resolved(ward: Ward) -> list[Resolved]:
    found = []
    for edit, each in zip(EDITS, ward.explained((edit.pull for edit in EDITS), hunks=True), strict=True):
        for located in each.found.located.values():
            assert located.total == hunks.HUNKS
            found.append(Resolved(edit=edit, named=_places(edit, located), comparisons=located.comparisons))
    return found


def test_the_guilty_hunk_of_twelve_takes_few_comparisons(ward: Ward, capsys) -> None:
    found = resolved(ward)
    shown(capsys, harness.hunk_searches(found))
    single = [each for each in found if len(each.edit.hunks) == 1]
    assert sum(each.comparisons for each in single) / len(single) <= harness.MOST_COMPARISONS
    assert sum(each.named == each.edit.hunks for each in found) >= 0.9 * len(found)


def _places(edit: hunks.PromptEdit, located) -> frozenset[int]:
    """Tell which of the twelve places the named hunks are: by the heading above them."""
    head = edit.pull.head.files("http://127.0.0.1:9")
    found = set()
    for hunk in located.hunks:
        above = head[hunk.path].splitlines()[: hunk.line]
        found.add(sum(line.startswith("## ") for line in above) - 1)
    return frozenset(found)
