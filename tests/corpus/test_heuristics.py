"""How often what only a name or the look of a text tells is right: precision and recall over labelled commits."""

import pytest

from tests.corpus import commits

CASES = [case for case in commits.cases() if case.format == "heuristics"]
GROUPS = sorted({case.group for case in CASES})
PRECISION, RECALL = 0.95, 0.90


def counted(cases):
    """Return what was found and is right, what was found, and what is to be found, as (case, prompt) pairs."""
    found = {(case.id, unit) for case in cases for unit in commits.observed(case)}
    labelled = {(case.id, unit) for case in cases for unit in case.kinds}
    return found & labelled, found, labelled


@pytest.mark.parametrize("group", GROUPS)
def test_precision_and_recall_over_the_labelled_commits_stay_above_their_floors(group):
    cases = [case for case in CASES if case.group == group]
    right, found, labelled = counted(cases)
    precision, recall = len(right) / len(found), len(right) / len(labelled)
    told = [f"{group}: {len(cases)} commits, {sum(not case.kinds for case in cases)} of them without a prompt"]
    told.append(f"precision {precision:.3f} ({len(right)} of {len(found)})")
    told.append(f"recall {recall:.3f} ({len(right)} of {len(labelled)})")
    told += [f"wrongly taken: {case}: {unit}" for case, unit in sorted(found - labelled)]
    told += [f"not found: {case}: {unit}" for case, unit in sorted(labelled - found)]
    print("", *told, sep="\n")  # noqa: T201 - `pytest -s` shows what is measured
    assert precision >= PRECISION
    assert recall >= RECALL


def test_there_are_enough_commits_of_both_kinds():
    assert len(CASES) >= 100
    assert sum(not case.kinds for case in CASES) >= 60


@pytest.mark.parametrize("case", [case for case in CASES if case.base and case.head], ids=lambda case: case.id)
def test_an_edit_is_of_the_kind_of_its_label(case):
    assert commits.observed(case) == {unit: sorted(kinds) for unit, kinds in sorted(case.kinds.items())}
