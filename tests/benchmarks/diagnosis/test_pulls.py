"""That the seeded pull requests are what they say: who is guilty breaks what it should, and nobody else does."""

import difflib
from collections import Counter

import pytest

from llmgate import changes
from llmgate.changes import Kind
from llmgate.targets.rendering import Renderer
from tests import modelserver, project
from tests.benchmarks.diagnosis import hunks, pulls
from tests.benchmarks.diagnosis.arms import ORIGIN, Bench
from tests.benchmarks.diagnosis.pulls import How
from tests.benchmarks.diagnosis.repositories import PROMPT

PULLS = pulls.pulls()
EDITS = hunks.prompt_edits()
HALF = 0.5


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    rows = pulls.application((*PULLS, *(edit.pull for edit in EDITS)))
    with Renderer() as renderer:
        yield Bench(application=rows, render=renderer.render, folder=tmp_path_factory.mktemp("arms"))


def broken(shares):
    return frozenset(name for name, share in shares.items() if share <= HALF)


def odd(askings, shares, expected):
    """Where another set of fixtures is broken than should be."""
    return [
        f"{pull.name}: {sorted(pull.changed)}, guilty {sorted(pull.guilty)}, wrongly {sorted(broken(found) ^ wanted)}"
        for (pull, _), found, wanted in zip(askings, shares, expected, strict=True)
        if broken(found) != wanted
    ]


def test_every_base_passes_and_every_head_breaks_what_it_should(bench):
    askings = [(pull, surface) for pull in PULLS for surface in (pull.base, pull.head)]
    expected = [wanted for pull in PULLS for wanted in (frozenset(), pull.broken)]
    shares = bench.passes(askings)
    assert not odd(askings, shares, expected)
    healthy = [share for found in shares[::2] for share in found.values()]
    assert sum(healthy) / len(healthy) >= 0.95


def test_without_the_guilty_change_nothing_breaks_and_it_alone_breaks_everything(bench):
    single = [pull for pull in PULLS if pull.how is How.ONE]
    askings = [
        (pull, pull.with_changes(kinds)) for pull in single for kinds in (pull.changed - pull.guilty, pull.guilty)
    ]
    expected = [wanted for pull in single for wanted in (frozenset(), pull.broken)]
    assert not odd(askings, bench.passes(askings), expected)


@pytest.mark.parametrize("how", [How.BOTH, How.EITHER])
def test_of_two_guilty_changes_one_alone_breaks_nothing_or_everything(bench, how):
    askings = [(pull, pull.with_changes({kind})) for pull in PULLS if pull.how is how for kind in sorted(pull.guilty)]
    expected = [pull.broken if how is How.EITHER else frozenset() for pull, _ in askings]
    assert not odd(askings, bench.passes(askings), expected)


def test_every_change_is_one_that_the_product_sees_and_sends(bench):
    for pull in PULLS:
        before, after = bench.side(pull.base), bench.side(pull.head)
        found = changes.between(before.surface, after.surface)
        assert {change.kind for change in found if change.affects_requests} == pull.changed, pull.name


def test_every_change_alone_changes_some_request(bench):
    for pull in PULLS:
        before = bench.digests(pull, pull.base)
        same = [kind for kind in pull.changed if bench.digests(pull, pull.with_changes({kind})) == before]
        assert not same, pull.name


def test_there_are_enough_pulls_of_every_kind():
    assert Counter(pull.how for pull in PULLS) == {How.ONE: 100, How.BOTH: 12, How.EITHER: 6}
    assert {len(pull.edits) for pull in PULLS} == {2, 3}
    assert {len(pull.broken) for pull in PULLS} == {1, 2, 3}
    guilty = Counter(kind for pull in PULLS if pull.how is How.ONE for kind in pull.guilty)
    assert min(guilty[kind] for kind in (Kind.PROMPT, Kind.MODEL, Kind.PARAMS, Kind.TOOLS)) == 20
    assert guilty[Kind.RETRIEVAL] + guilty[Kind.INDEX] == 20


def test_the_names_of_repositories_tell_them_apart():
    names = [pull.base.company for pull in (*PULLS, *(edit.pull for edit in EDITS))]
    assert len(set(names)) == len(names)


# Twelve hunks


def test_every_prompt_edit_has_twelve_hunks_also_with_three_lines_of_context():
    for edit in EDITS:
        before, after = (side.files(ORIGIN)[PROMPT[False]].splitlines() for side in (edit.pull.base, edit.pull.head))
        for context in (0, 3):
            told = list(difflib.unified_diff(before, after, n=context, lineterm=""))
            assert sum(line.startswith("@@") for line in told) == hunks.HUNKS


def test_a_prompt_edit_breaks_by_its_guilty_hunks_alone(bench):
    everything = frozenset(range(hunks.HUNKS))
    askings, expected = [], []
    for edit in EDITS:
        for places, wanted in (
            (frozenset(), frozenset()),
            (everything, edit.pull.broken),
            (edit.hunks, edit.pull.broken),
            *((everything - {place}, frozenset()) for place in sorted(edit.hunks)),
        ):
            askings.append((edit.pull, edit.with_hunks(places)))
            expected.append(wanted)
    assert not odd(askings, bench.passes(askings), expected)


def test_there_are_enough_prompt_edits():
    assert Counter(len(edit.hunks) for edit in EDITS) == {1: 20, 2: 6}
    assert len({place for edit in EDITS for place in edit.hunks}) == hunks.HUNKS


# In a real repository


@pytest.mark.parametrize("number", [0, 8, 104])
def test_the_gate_blocks_a_seeded_pull_request_and_names_what_broke(tmp_path, number):
    pull = PULLS[number]
    with modelserver.serve(pulls.application([pull]).answer) as server:
        made = project.Project.create(tmp_path / "repository", pull.base_files(server.url))
        made.pull(pull.head_files(server.url))
        ended = project.gate(made, tmp_path, "--no-publish")
    assert ended.code == 1, ended.stdout + ended.stderr
    assert ended.report["verdict"] == "regressed"
    named = {entry["id"] for entry in ended.report["fixtures"] if entry["tier"] == "confirmed"}
    assert named == pull.broken, ended.report["fixtures"]
