from dataclasses import replace

import pytest

from llmgate.sampling import drawing
from llmgate.trial import Arm
from tests.unit.sampling import fakes


@pytest.mark.parametrize("who", ["judge", "checkers"])
def test_outcomes_that_another_judge_or_class_decided_are_no_baseline(who):
    plain = fakes.planned("a")
    one, other = (replace(plain, case=replace(plain.case, **{who: name})) for name in ("sha256:1", "sha256:2"))
    assert len({drawing.key(item, item.on(Arm.BASE)) for item in (plain, one, other)}) == 3
