import time
from dataclasses import replace

import pytest

from llmgate import config, diagnose, grade
from llmgate.diagnose import Source
from llmgate.message import ToolCallPart
from llmgate.taxonomy import default
from llmgate.trial import Grade, Graded, Outcome
from tests.unit.diagnose import trials
from tests.unit.diagnose.trials import GENERAL, RETURNS

GOLD = ["returns.md#3"]
FOURTEEN = {"type": "contains", "value": "14 days"}


def case(*asserts, **content):
    return trials.fixture(documents=[RETURNS, GENERAL], gold=GOLD, asserts=asserts or (FOURTEEN,), **content)


def test_a_trial_that_passed_has_no_kind_of_failure():
    assert trials.diagnosed(case(), "Within 14 days.") is None


def test_no_trial_has_none():
    assert diagnose.classify(None, case()) is None


def test_the_most_upstream_break_comes_first_and_the_others_are_told():
    made = trials.fixture(
        tools=trials.ORDERS,
        documents=[GENERAL],
        gold=GOLD,
        asserts=[{"type": "trajectory:tool-used", "value": "lookup_order"}, {"type": "is-json"}, FOURTEEN],
    )
    found = trials.diagnosed(made, '```json\n{"cited": "[no.md#1]"}\n```')
    assert [one.category for one in (found.primary, *found.secondary)] == [
        "tool_use",
        "retrieval",
        "grounding",
        "output_format",
    ]


class TestWhatSomebodySays:
    def test_the_fixtures_word_wins_over_the_signs_which_are_kept(self):
        found = trials.diagnosed(case(category="reasoning"), "Within 60 days.")
        assert (found.primary.category, found.primary.source) == ("reasoning", Source.HAND)
        assert (found.signs.category, found.signs.code) == ("grounding", "contradicts_context")

    def test_the_failed_assertions_word_wins_over_the_fixtures(self):
        said = {**FOURTEEN, "category": "tool_use.missing_call"}
        found = trials.diagnosed(case(said, category="reasoning"), "Within 60 days.").primary
        assert (found.category, found.code, found.source) == ("tool_use", "missing_call", Source.ASSERTION)
        assert found.evidence == ("the failed assertion contains says category: tool_use.missing_call",)

    def test_an_assertion_that_passed_has_no_say(self):
        passing = {"type": "contains", "value": "days", "category": "tone"}
        assert trials.diagnosed(case(passing, FOURTEEN), "60 days.").primary.category == "grounding"

    def test_an_assertion_within_a_set_is_nearer_than_the_set(self):
        inner = {**FOURTEEN, "category": "retrieval"}
        whole = {"type": "assert-set", "assert": [inner, {"type": "contains", "value": "x"}], "category": "reasoning"}
        assert trials.diagnosed(case(whole), "60 days.").primary.category == "retrieval"

    def test_a_set_speaks_for_assertions_that_say_nothing(self):
        whole = {"type": "assert-set", "assert": [FOURTEEN], "category": "reasoning"}
        assert trials.diagnosed(case(whole), "60 days.").primary.category == "reasoning"

    def test_a_sign_that_agrees_lends_its_code_and_its_evidence(self):
        found = trials.diagnosed(case(category="grounding"), "Within 60 days.").primary
        assert (found.code, found.source, len(found.evidence)) == ("contradicts_context", Source.HAND, 3)

    def test_a_code_that_somebody_named_stays(self):
        found = trials.diagnosed(case(category="grounding.unsupported_claim"), "Within 60 days.")
        assert (found.primary.code, found.signs.code) == ("unsupported_claim", "contradicts_context")

    def test_nobodys_word_makes_a_failure_of_a_call_that_brought_nothing(self):
        found = trials.diagnosed(case({**FOURTEEN, "category": "reasoning"}, category="reasoning"), error="timed out")
        assert (found.primary.category, found.primary.source) == ("infrastructure", Source.SIGNS)

    def test_nor_of_a_fixture_that_asks_for_what_cannot_be(self):
        made = case(category="reasoning", completeness={"depends_on": ["the date"]})
        assert trials.diagnosed(made, "x").primary.category == "fixture_invalid"

    def test_a_refusal_may_be_called_something_else(self):
        assert trials.diagnosed(case(category="reasoning"), "I can't help with that.").primary.category == "reasoning"

    def test_a_call_that_ended_the_conversation_is_not_what_the_fixture_guards_against(self):
        made = case(category="grounding", tools=trials.ORDERS)
        assert trials.diagnosed(made, calls=[("fly", {})]).primary.category == "tool_use"

    def test_a_word_of_the_teams_own_is_mapped(self):
        text = b"version: 1\ntaxonomy: {map: {hallucination: grounding.unsupported_claim}}\n"
        taxonomy = config.read(text).taxonomy.taxonomy
        found = trials.diagnosed(case(category="hallucination"), "60 days.", taxonomy=taxonomy).primary
        assert (found.category, found.code) == ("grounding", "unsupported_claim")

    def test_a_word_that_nobody_knows_is_a_category_of_its_own(self):
        assert trials.diagnosed(case(category="tone of voice"), "60 days.").primary.category == "tone of voice"


def test_every_label_has_ids_of_the_taxonomy_and_evidence():
    outputs = ["60 days", "I can't help with that.", "", "I do not know that.", '{"a": 1', "30 days [returns.md#1]"]
    for asserted in (FOURTEEN, {"type": "is-json"}, {"type": "word-count", "value": 99}):
        for output in outputs:
            found = trials.diagnosed(case(asserted), output)
            for label in (found.primary, *found.secondary):
                assert label.code in {None, *default.KINDS[label.category].codes}
                assert label.evidence


def test_grades_without_their_assertions_are_classified_too():
    failing = Graded(
        trace=trials.trace(case(), "60 days"),
        outcome=Outcome.FAILED,
        score=0.0,
        grades=(Grade(assertion="gone", passed=False, score=0.0, reason="why"),),
    )
    assert diagnose.classify(failing, case()).primary.category == "grounding"


BIG = trials.fixture(
    documents=[
        {"id": f"d{place}", "text": f"A fee of {place} euros for item {place}, or 9,000 days. " * 100}
        for place in range(50)
    ],
    gold=["d3"],
    asserts=[{"type": "is-json"}, FOURTEEN, {"type": "regex", "value": "^\\d+$"}, {"type": "equals", "value": "x"}],
    tools=trials.ORDERS,
)
PIECES = [
    "[",
    '{"a":',
    "1 ",
    "1",
    "```\n",
    '"',
    "<a>",
    "a Ab ",
    "[a",
    "word ",
    "1+1=3 ",
    "1,",
    "\\",
    "I can't ",
    "b@",
    "1/2/2020 ",
    "/*",
]


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize("chars", [500_000, 20_000])
def test_a_hostile_answer_is_classified_in_bounded_time(piece, chars):
    failing = trials.graded(BIG, (piece * chars)[:chars])
    started = time.perf_counter()
    assert diagnose.classify(failing, BIG) is not None
    assert time.perf_counter() - started < 5


def test_arguments_nested_without_end_are_classified():
    deep = []
    for _ in range(5_000):
        deep = [deep]
    made = trials.fixture(tools=trials.ORDERS)
    call = ToolCallPart.model_construct(type="tool_call", id="c", name="lookup_order", arguments={"id": deep})
    trace = replace(trials.trace(made, "x"), tool_calls=(call,) * 3)
    assert diagnose.classify(grade.grade(trace, made), made).primary.category == "tool_use"


@pytest.mark.parametrize(
    ("made", "played"),
    [
        (case(), {"output": "You can return any item within 60 days."}),
        (case(), {"output": "Within 30 days.", "documents": [GENERAL]}),
        (case({"type": "is-json"}), {"output": "```json\n{'days': 14,}\n```"}),
        (trials.fixture(tools=trials.ORDERS), {"calls": [("lookup_order", {"id": "A18"})]}),
    ],
)
def test_an_ordinary_trial_takes_next_to_no_time(made, played):
    failing = trials.graded(made, **played)
    diagnose.classify(failing, made)
    best = min(_timed(failing, made) for _ in range(20))
    assert best < 0.002


def _timed(failing, made):
    started = time.perf_counter()
    diagnose.classify(failing, made)
    return time.perf_counter() - started
