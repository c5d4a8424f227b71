"""What the terminal says of a proof, in words."""

import pytest

from llmgate.proving import FAILING, PASSING, Drawn, Result, Revision, Rules
from llmgate.renderers import proof
from llmgate.run import Spent
from llmgate.stats import separation

REVISIONS = {FAILING: Revision(name="v1.2", commit="a" * 40), PASSING: Revision(name="b" * 40, commit="b" * 40)}
FAILED = "contains: the output lacks '14 days'"


def told(fails, passes, *, lost=0, spent=None):
    """The lines of a proof of ten repeats; counts are (passed, trials)."""
    drawn = {
        FAILING: Drawn(passed=fails[0], failed=fails[1] - fails[0], lost=lost, failing=FAILED),
        PASSING: Drawn(passed=passes[0], failed=passes[1] - passes[0]),
    }
    counts = drawn[FAILING].count, drawn[PASSING].count
    result = Result(
        separates=bool(separation.settled(*counts, 10, 0.05)),
        p_value=separation.bound(*counts, 10),
        rules=Rules(repeats=10, alpha=0.05, max_error_share=0.1),
        drawn=drawn,
    )
    return "\n".join(proof.lines(result, REVISIONS, spent or Spent(calls=16)))


def test_a_proof_names_both_counts_with_their_intervals_and_the_p_value():
    # Wilson 1927: 0 of 8 gives [0, .324], 8 of 8 [.676, 1]
    rate = "its pass rate lies between {} % and {} % (95 %, Wilson)"
    assert told((0, 8), (8, 8)).splitlines()[:-1] == [
        f"  should fail at v1.2 (aaaaaaaaaaaa): 0 of 8 trials passed; {rate.format(0, 32)}",
        f"    a trial that failed: {FAILED}",
        f"  should pass at bbbbbbbbbbbb: 8 of 8 trials passed; {rate.format(68, 100)}",
        "It separates the two revisions. Fisher's exact test, one-sided: p ≤ 0.012, alpha 0.05.",
    ]


def test_where_all_trials_were_drawn_the_p_value_is_exact():
    assert "p = 0.012," in told((2, 10), (8, 10))


@pytest.mark.parametrize(
    ("fails", "passes", "words"),
    [
        ((5, 5), (5, 5), "It does not fail in most trials at v1.2 (aaaaaaaaaaaa), so it misses its failure"),
        ((0, 5), (0, 5), "It does not pass in most trials at bbbbbbbbbbbb: the fix does not hold"),
        ((3, 3), (0, 3), "are the revisions swapped?"),
        ((4, 10), (7, 10), "The counts lean the right way, but chance could have made them: about 47 repeats on each"),
    ],
)
def test_what_does_not_separate_says_why(fails, passes, words):
    text = told(fails, passes)
    assert "It does not separate the two revisions." in text
    assert words in text


def test_what_it_took_is_said():
    text = told((0, 8), (8, 8), lost=1, spent=Spent(calls=9, reused=8, errors=1, usd=0.25))
    assert "0 of 8 trials passed, 1 without an answer;" in text
    assert "9 calls made, 8 from the journal, 1 call error, $0.25; 3 trials of 20 spared" in text


def test_revisions_that_send_the_same_are_named():
    text = proof.identical(REVISIONS)
    assert text.startswith("It cannot separate the two revisions: v1.2 (aaaaaaaaaaaa) and bbbbbbbbbbbb send the model")


def test_a_name_can_do_nothing_on_a_terminal():
    assert proof.named(Revision(name="\x1b[31mv1\n::error::x", commit="a" * 40)) == "v1 ::error::x (aaaaaaaaaaaa)"
