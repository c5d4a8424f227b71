"""The night's sentences, warnings and outputs: what is not known is never told as "none"."""

from llmgate import compare
from llmgate.gate.night import State, Watched
from llmgate.renderers import nightly
from llmgate.report.calibrated import Calibrated
from llmgate.sampling import Drifted

DRIFT = compare.Drift(
    fixtures=("a", "b\n::error::c"),
    stored=compare.Count(passed=20, trials=20),
    fresh=compare.Count(passed=3, trials=16),
    p_value=0.0001,
)


def text(found):
    return "\n".join(nightly.lines(found))


def test_what_could_not_be_looked_for_is_unknown_and_says_why():
    found = Watched(why="too few outcomes of earlier nights are stored")
    assert "Drift: not known, as too few outcomes" in text(found)
    assert nightly.outputs(found) == {"drift": "unknown"}
    assert list(nightly.warnings(found)) == []


def test_a_drift_is_told_in_one_line_whatever_fixtures_are_called():
    found = Watched(state=State.FOUND, drifted=Drifted(drift=DRIFT, since=1_790_000_000.0), fixtures=2, trials=16)
    (warning,) = nightly.warnings(found)
    assert warning.startswith("the provider changed since 2026-09-21: 3 of 16 fresh trials")
    assert "\n" not in next(iter(nightly.lines(found)))
    assert nightly.outputs(found)["drift"] == "found"


def test_a_record_that_blocks_too_often_is_a_warning_with_what_to_do():
    harmless = Watched(state=State.NONE, kept=Calibrated(gates=62, blocked=0, flagged=9))
    broken = Watched(state=State.NONE, kept=Calibrated(gates=10, blocked=4, flagged=9))
    assert list(nightly.warnings(harmless)) == []
    assert "A/A: 62 A/A runs of this suite, 0 blocked." in text(harmless)
    (warning,) = nightly.warnings(broken)
    assert "10 A/A runs of this suite, 4 blocked" in warning
    assert "llmgate calibrate" in warning
    assert nightly.outputs(broken) == {"drift": "none", "aa_gates": "10", "aa_blocked": "4"}
