"""What a calibration advises: one thing at a time."""

import pytest

from llmgate.calibrating import answer
from llmgate.renderers import calibration

OWN, SMALLER, LARGER = (
    answer.Screen(screen=screen, gates=200, calls=100.0 * screen, one=0.5, half=0.2) for screen in (3, 2, 5)
)
REAL = answer.counted(gates=1, blocked=0, flagged=0)


def advised(passed):
    found = answer.Calibration(
        commit="0" * 40,
        fixtures=9,
        alpha=0.05,
        exit_code=0,
        real=REAL,
        record=REAL,
        resampled=answer.counted(gates=100, blocked=0, flagged=0, passed=passed),
        flakes=(),
        alike=None,
        screens=(OWN, SMALLER, LARGER),
        trials=90,
        errors=0,
        calls=90,
        reused=0,
        usd=0.1,
    )
    return "\n".join(calibration.advice(found))


@pytest.mark.parametrize(("passed", "smaller"), [(79, False), (80, True)])
def test_a_smaller_screen_is_not_offered_where_a_larger_one_is_advised(passed, smaller):
    text = advised(passed)
    assert ("raise `policy.screen`" in text) != smaller
    assert ("`screen: 2` would cost" in text) == smaller
    assert "`screen: 5` would cost" in text
