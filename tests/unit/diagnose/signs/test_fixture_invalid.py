from llmgate import diagnose
from llmgate.trial import Grade, Graded, Outcome
from tests.unit.diagnose import trials


def test_an_answer_that_hangs_on_the_world_outside_says_nothing():
    case = trials.fixture(completeness={"depends_on": ["today's date"]})
    assert trials.label(case, "no idea") == "fixture_invalid.outside_state"


def test_a_tool_that_nobody_offers_cannot_be_called():
    case = trials.fixture(tools=trials.ORDERS, asserts=[{"type": "trajectory:tool-used", "value": "look_up"}])
    assert trials.label(case, "It arrives soon.") == "fixture_invalid.tool_gone"


def test_a_tool_that_the_fixture_records_and_the_head_no_longer_offers_is_the_heads_failure():
    case = trials.fixture(tools=trials.ORDERS, asserts=[{"type": "trajectory:tool-used", "value": "lookup_order"}])
    assert trials.label(case, "It arrives soon.", tools=()) == "tool_use.missing_call"


def test_an_assertion_without_anything_to_judge_by_is_the_fixtures_fault():
    case = trials.fixture(asserts=[{"type": "retrieval:contains-ids"}])
    assert trials.label(case, "14 days") == "fixture_invalid.cannot_judge"


def test_an_answer_too_long_to_be_graded_is_not_the_fixtures_fault():
    assert trials.label(trials.fixture(), "x" * 500_001) == "unclassified"


def test_what_a_set_could_not_judge_is_told_by_its_parts():
    inner = Grade(assertion="cost", passed=False, score=0, reason="", error="no known price")
    whole = Grade(assertion="assert-set", passed=False, score=0, reason="", error="x", parts=(inner,))
    failing = Graded(trace=trials.trace(trials.fixture(), "x"), outcome=Outcome.ERROR, score=0, grades=(whole,))
    assert diagnose.classify(failing, trials.fixture()).primary.evidence == ("cost: no known price",)
