"""What an author sees after a save."""

import pytest
from rich.cells import cell_len

from llmgate.config import Budget
from llmgate.errors import ConfigurationError, Fault, UsageError
from llmgate.gate.watching import Look, Row
from llmgate.renderers import watched
from llmgate.run import Spent
from llmgate.trial import Arm, Grade, Graded, Outcome, Trace, Trial

SPENT = Spent(calls=12, usd=0.21)


def graded(output, outcome=Outcome.PASSED, reason=""):
    trace = Trace(trial=Trial(fixture="a", arm=Arm.HEAD, index=0), output=output)
    failed = Grade(assertion="contains", passed=False, score=0, reason=reason)
    return Graded(trace=trace, outcome=outcome, score=0, grades=(failed,) if reason else (), reason=reason)


def looked(*rows, **changes):
    return Look(
        **{"budget": Budget(), "rows": list(rows), "unaffected": 3, "spent": Spent(calls=2, usd=0.01), **changes}
    )


def shown(look, *, width=80, colour=False):
    return watched.look(look, SPENT, width=width, colour=colour)


BROKEN = Row(
    fixture="refund-window-eu",
    before=graded("Returns are free within 14 days of delivery."),
    after=graded("Returns are free within 30 days of delivery.", Outcome.FAILED, 'the output lacks "14 days"'),
    is_of_base=True,
)
WHOLE = """\
  1 fixture affected, 3 not: 1 answered otherwise, 0 as before
  ✗ refund-window-eu  passes on the base → fails
    contains: the output lacks "14 days"
    Returns are free within [-14-]{+30+} days of delivery.
  2 calls, $0.01; the session: 12 of 4,000 calls, $0.21 of $5.00
  One answer of each fixture, and no verdict: `llmgate gate` decides.
"""


def test_outcome_reason_and_words_are_held_against_those_before():
    assert shown(looked(BROKEN)) == WHOLE


def test_what_answers_as_before_is_one_line_for_each_outcome():
    same = graded("no", Outcome.FAILED, "why")
    rows = [Row(fixture=f"case-{number:02d}", before=same, after=same) for number in range(11)]
    text = shown(looked(*rows), width=200)
    assert "✗ still fail, with the same answer: case-00, case-01, " in text
    assert "case-07 and 3 more\n" in text


def test_a_new_fixture_shows_its_answer():
    text = shown(looked(Row(fixture="new", after=graded("Within 14 days."))))
    assert "✓ new  passes\n    Within 14 days.\n" in text


def test_texts_that_have_little_in_common_are_shown_whole():
    before, after = (graded(" ".join(f"{letter}{number}" for number in range(900))) for letter in "ab")
    text = shown(looked(Row(fixture="a", before=before, after=after)))
    assert ("b0 b1" in text, "[-" in text, "…" in text) == (True, False, True)


def test_unknown_prices_are_no_dollars():
    text = watched.look(
        looked(BROKEN, spent=Spent(calls=2, unpriced=2)), Spent(usd=0.1, unpriced=2), width=90, colour=False
    )
    assert "2 calls, price unknown; the session: 0 of 4,000 calls, at least $0.10 of $5.00" in text


def test_a_budget_that_is_used_up_is_told():
    text = shown(looked(exhausted="the budget of this session is used up", spent=Spent()))
    assert text == "  ! the budget of this session is used up\n"


def test_fixtures_of_applications_are_named():
    assert "! not run here, as an application answers: bot-1, bot-2" in shown(looked(served=("bot-2", "bot-1")))


def test_faults_are_shown_with_their_places():
    bad = {"message": "bad", "remedy": "mend it", "id": "wrong-value"}
    error = ConfigurationError([Fault(file=f"f{n}.yaml", line=n, **bad) for n in range(12)])
    lines = watched.faults(error, width=80, colour=False).splitlines()
    assert (lines[1], lines[-1], len(lines)) == (
        "  ! f1.yaml:1: bad (mend it) [wrong-value]",
        "  and 2 more faults",
        11,
    )


def test_a_fixture_that_is_not_there_is_told_like_a_fault():
    error = UsageError("no fixture x", id="no-such-fixture", remedy="name another")
    assert watched.faults(error, width=80, colour=False) == "  ! no fixture x [no-such-fixture] name another\n"


HOSTILE = "\x1b[2J\x1b]0;x\x07::error::x\n##[error]x\u202e [red]x[/red] " + "語" * 200


@pytest.mark.parametrize("width", [40, 80])
def test_hostile_texts_steer_no_terminal_and_no_runner(width):
    before, after = graded(HOSTILE), graded(f"{HOSTILE}x", Outcome.FAILED, HOSTILE)
    fault = Fault(file=HOSTILE, line=1, message=HOSTILE, id="not-a-regular-file", remedy="commit it")
    look = looked(
        Row(fixture=HOSTILE, before=before, after=after), unfit=(fault,), served=(HOSTILE,), exhausted=HOSTILE
    )
    text = shown(look, width=width) + watched.faults(ConfigurationError([fault]), width=width, colour=False)
    assert not {"\x1b", "\x07", "\u202e"} & set(text)
    assert not any(line.lstrip().startswith("::") or "##[" in line for line in text.splitlines())
    assert max(cell_len(line) for line in text.splitlines()) <= width


def test_colours_are_there_only_where_they_are_wanted():
    assert "\x1b[32m{+30+}\x1b[0m" in shown(looked(BROKEN), colour=True)
    assert "\x1b" not in shown(looked(BROKEN))
