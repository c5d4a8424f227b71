import itertools

import pytest

from llmgate import verdict
from llmgate.errors import Fault
from llmgate.verdict import Facts, Finding, Reason, Severity, Verdict

KEY_MISSING = Reason(verdict=Verdict.NOT_EVALUATED, message="no key", remedy="set it")
BLOCKING = Finding(rule="pins", severity=Severity.BLOCK, message="floating", remedy="pin it")
WARNING = Finding(rule="pins", severity=Severity.WARN, message="soon retired")
RAN = {"relevant": True, "ran": 3, "compared": 3}


def decided(on_inconclusive="warn", **facts):
    return verdict.decide(Facts(**facts), on_inconclusive=on_inconclusive)


@pytest.mark.parametrize(
    ("facts", "expected", "exit_code"),
    [
        ({**RAN, "unjudged": (KEY_MISSING,), "passed": True}, Verdict.NOT_EVALUATED, 3),
        ({"relevant": True}, Verdict.NOT_EVALUATED, 3),
        ({**RAN, "regressed": True}, Verdict.REGRESSED, 1),
        ({**RAN, "passed": True, "findings": (BLOCKING,)}, Verdict.REJECTED, 1),
        ({"relevant": False, "findings": (BLOCKING,)}, Verdict.REJECTED, 1),
        (RAN, Verdict.INCONCLUSIVE, 0),
        ({**RAN, "leaning": True, "passed": True, "improved": True}, Verdict.INCONCLUSIVE, 0),
        ({"relevant": True, "ran": 2, "passed": True, "improved": True}, Verdict.INCONCLUSIVE, 0),
        ({**RAN, "passed": True, "improved": True}, Verdict.IMPROVED, 0),
        ({**RAN, "passed": True}, Verdict.PASSED, 0),
        ({**RAN, "passed": True, "findings": (WARNING,)}, Verdict.PASSED, 0),
        ({"relevant": False}, Verdict.NOT_APPLICABLE, 0),
    ],
)
def test_each_row_of_the_table_gives_its_verdict_and_exit_code(facts, expected, exit_code):
    decision = decided(**facts)
    assert (decision.verdict, decision.exit_code) == (expected, exit_code)


def test_where_nothing_ran_the_fixtures_that_no_longer_fit_are_the_reason():
    gone = Fault(
        file="fixtures/a.yaml", line=1, message="fixture 'a' no longer fits", remedy="correct it", id="no-value"
    )
    (reason,) = decided(relevant=True, unfit=(gone,)).reasons
    told = "no fixture ran, so nothing was tested: fixture 'a' no longer fits"
    assert (reason.message, reason.remedy) == (told, "correct it")


def test_inconclusive_blocks_where_the_policy_says_so():
    assert decided("block", **RAN).exit_code == 1
    assert decided("warn", **RAN).exit_code == 0


def test_every_row_that_applies_is_listed_once_in_the_order_of_the_table():
    facts = {**RAN, "unjudged": (KEY_MISSING,), "regressed": True, "findings": (BLOCKING, WARNING)}
    rows = decided(**facts).reasons
    assert [row.verdict for row in rows] == [Verdict.NOT_EVALUATED, Verdict.REGRESSED, Verdict.REJECTED]
    assert rows[0] == KEY_MISSING
    assert (rows[2].message, rows[2].remedy) == ("floating", "pin it")


def test_a_regression_is_told_once():
    assert [row.verdict for row in decided(**RAN, regressed=True).reasons] == [Verdict.REGRESSED]


def test_a_reason_why_nothing_may_be_said_is_never_green_whatever_it_calls_itself():
    mislabelled = Reason(verdict=Verdict.PASSED, message="no key")
    assert decided(**RAN, passed=True, unjudged=(mislabelled,)).verdict is Verdict.NOT_EVALUATED


def test_a_relevant_change_of_which_nothing_is_known_is_never_green():
    assert decided(relevant=True, passed=True, improved=True).exit_code == 3


def test_why_confirming_stopped_is_told():
    assert "the budget" in decided(**RAN, stopped="the budget is used up").reasons[0].message


FLAGS = ("relevant", "unjudged", "blocked", "warned", "ran", "compared", "regressed", "leaning", "passed", "improved")


@pytest.mark.trust("unforeseen")
@pytest.mark.parametrize("on_inconclusive", ["warn", "block"])
def test_exit_0_means_that_nothing_is_unjudged_regressed_or_blocked(on_inconclusive):
    for values in itertools.product([False, True], repeat=len(FLAGS)):
        flag = dict(zip(FLAGS, values, strict=True))
        decision = decided(
            on_inconclusive,
            relevant=flag["relevant"],
            unjudged=(KEY_MISSING,) * flag["unjudged"],
            findings=(BLOCKING,) * flag["blocked"] + (WARNING,) * flag["warned"],
            ran=2 * flag["ran"],
            compared=2 * flag["compared"],
            **{name: flag[name] for name in ("regressed", "leaning", "passed", "improved")},
        )
        _check(flag, decision, on_inconclusive)


def _check(flag, decision, on_inconclusive):
    if decision.exit_code == 0:
        assert not any(flag[name] for name in ("unjudged", "regressed", "blocked")), flag
        assert flag["ran"] or not flag["relevant"], flag
    if decision.verdict in (Verdict.PASSED, Verdict.IMPROVED):
        assert flag["compared"], flag
        assert flag["passed"] or flag["improved"], flag
        assert not flag["leaning"], flag
    if decision.verdict is Verdict.INCONCLUSIVE:
        assert decision.exit_code == (1 if on_inconclusive == "block" else 0)
    if decision.verdict is Verdict.NOT_APPLICABLE:
        assert not flag["relevant"], flag
    assert decision.verdict == decision.reasons[0].verdict
    order = [list(Verdict).index(row.verdict) for row in decision.reasons]
    assert order == sorted(order)


def test_a_fault_becomes_a_finding_at_its_place():
    fault = Fault(file="a.yaml", line=3, message="m", remedy="r", id="not-a-regular-file")
    found = Finding.at(fault, rule="coverage", severity=Severity.WARN)
    assert (found.file, found.line, found.message, found.remedy) == ("a.yaml", 3, "m", "r")
