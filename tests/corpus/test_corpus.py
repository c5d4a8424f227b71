"""What a commit changes, against labels made from the formats' documentation."""

import pytest

from tests.corpus import commits

CASES = commits.cases()
COUNTED = {"heuristics", "heldout"}  # found by names and looks: of these precision and recall are computed


@pytest.mark.parametrize("case", [case for case in CASES if case.format not in COUNTED], ids=lambda case: case.id)
def test_the_kinds_of_change_are_those_of_the_label(case):
    expected = {unit: sorted(kinds) for unit, kinds in sorted(case.kinds.items())}
    assert commits.observed(case) == expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_commit_changes_nothing_against_itself(case):
    same = commits.Case(**{**{name: getattr(case, name) for name in case.__dataclass_fields__}, "head": case.base})
    assert commits.observed(same) == {}
