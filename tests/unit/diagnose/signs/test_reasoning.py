import pytest

from tests.unit.diagnose import trials
from tests.unit.diagnose.trials import GENERAL, RETURNS, SHIPPING

HOTEL = {"id": "hotel#1", "text": "A double room costs 120 euros a night. Breakfast is 15 euros per person."}
SUITE = {"id": "hotel#2", "text": "A suite costs 210 euros a night. Parking costs 18 euros a day."}
TENT = {"id": "tent#1", "text": "The Glacier 2 tent costs 199 euros and weighs 3.2 kg."}


def hotel(question, *asserts, gold=("hotel#1",), documents=(HOTEL, SUITE)):
    return trials.fixture(question, documents=documents, gold=gold, asserts=asserts)


def has(value, kind="contains"):
    return {"type": kind, "value": value}


@pytest.mark.parametrize("gold", [("hotel#1",), ()])
@pytest.mark.parametrize(
    ("question", "expected", "output"),
    [
        ("What do three nights in a double room cost?", has("360"), "Three nights cost 340 euros."),
        ("What do 3 nights cost in total?", has("360 euros"), "3 nights at 120 euros are 3 × 120 = 350 euros."),
        ("What is the total of room and breakfast for two?", has("150"), "Together that is 165 euros."),
        ("What is the total?", has("1[35]5 euros", "regex"), "120 + 15 = 125"),
    ],
)
def test_right_numbers_computed_wrongly_are_arithmetic(question, expected, output, gold):
    assert trials.label(hotel(question, expected, gold=gold), output) == "reasoning.arithmetic"


@pytest.mark.parametrize(
    ("question", "expected", "output"),
    [
        (
            "What was the profit in 2024?",
            has("3.4"),
            "Revenue was 12.5 million and costs 9.1 million: 3.6 million euros.",
        ),
        ("By how much did revenue grow?", has("1.5 million"), "Revenue grew by 2.5 million euros."),
    ],
)
def test_a_number_that_the_needed_documents_do_not_have_is_computed_from_them(question, expected, output):
    books = (
        {"id": "books#1", "text": "In 2024 revenue was 12.5 million euros and costs were 9.1 million euros."},
        {"id": "books#2", "text": "In 2023 revenue was 11.0 million euros."},
    )
    made = hotel(question, expected, gold=("books#1", "books#2"), documents=books)
    assert trials.label(made, output) == "reasoning.arithmetic"


def test_a_long_message_of_a_user_is_no_document():
    mail = "Hello, I ordered the jacket weeks ago under A17; the billing address was right. Is it lost on delivery?"
    made = trials.fixture(asserts=[{"type": "equals", "value": "delivery"}], input={"variables": {"email": mail}})
    assert trials.label(made, "billing", system="Sort mails.") == "reasoning.wrong_conclusion"


def test_a_discount_on_several_is_followed():
    asked = "The tent is 10 % off. What do I pay for two tents in total?"
    made = hotel(asked, has("358[.,]20?", "regex"), gold=("tent#1",), documents=(TENT, HOTEL))
    assert trials.label(made, "You pay 378.20 euros.") == "reasoning.arithmetic"


def test_a_date_so_many_days_later_is_computed():
    made = trials.fixture(
        "I bought it on 3 March in Berlin. Until when can I return it?",
        documents=[RETURNS, GENERAL],
        asserts=[has("17 March")],
    )
    assert trials.label(made, "Until 18 March.") == "reasoning.arithmetic"


def test_a_wrong_number_is_arithmetic_though_an_assertion_calls_it_unsupported():
    asserted = {"type": "grounding:no-unsupported-numbers", "allow": ["360"]}
    made = hotel("What do 3 nights cost in total?", has("360"), asserted)
    assert trials.label(made, "They cost 340 euros.") == "reasoning.arithmetic"


def test_an_equation_that_holds_is_no_slip():
    made = hotel("What do 3 nights cost in total?", has("including taxes"))
    assert trials.label(made, "3 × 120 = 360 euros, and 360 + 15 + 15 = 390 euros.") == "reasoning.wrong_conclusion"


def test_a_sum_without_any_document_is_computed_from_the_question():
    made = trials.fixture("What is 17 * 23?", asserts=[has("391")])
    assert trials.label(made, "It is 381.", system="You calculate.") == "reasoning.arithmetic"


def test_a_number_of_another_document_is_not_computed():
    made = hotel("What does a double room cost?", has("120 euros"))
    assert trials.label(made, "It costs 210 euros a night.") == "grounding.context_ignored"


def test_a_part_that_is_left_out_makes_it_incomplete():
    made = trials.fixture(
        "What does express cost, and on Saturdays?",
        documents=[SHIPPING, RETURNS],
        gold=["shipping.md#2"],
        asserts=[has(["12 euros", "Saturdays"], "contains-all")],
    )
    assert trials.label(made, "Express delivery costs 12 euros [shipping.md#2].") == "reasoning.incomplete"


@pytest.mark.parametrize("gold", [("hotel#1", "hotel#2"), ()])
def test_a_comparison_that_comes_out_wrong_is_a_wrong_conclusion(gold):
    made = hotel("Which costs more, a suite or a double room?", has("suite"), gold=gold)
    assert trials.label(made, "A double room costs more: 120 euros a night.") == "reasoning.wrong_conclusion"


def test_a_clause_of_the_right_document_read_wrongly_is_a_wrong_conclusion():
    rule = {"id": "rule#1", "text": "Members can return items within 60 days, all others within 14 days."}
    made = trials.fixture("I am no member. How long?", documents=[rule, SHIPPING], gold=["rule#1"])
    assert trials.label(made, "You can return items within 60 days [rule#1].") == "reasoning.wrong_conclusion"


@pytest.mark.parametrize(
    "asserted",
    [{"type": "word-count", "value": {"max": 3}}, has("Yes", "starts-with"), has("delivery", "not-contains")],
)
def test_what_the_answer_was_told_and_did_not_do_is_a_violation(asserted):
    made = trials.fixture("Hello?", documents=[SHIPPING], gold=["shipping.md#2"], asserts=[asserted])
    assert trials.label(made, "Our express delivery costs 12 euros.") == "reasoning.instruction_violation"


def test_without_documents_and_tools_only_the_conclusion_is_left():
    made = trials.fixture("Where is my parcel?", asserts=[{"type": "equals", "value": "delivery"}])
    assert trials.label(made, "billing", system="Sort mails into billing or delivery.") == "reasoning.wrong_conclusion"


def test_without_gold_and_expected_texts_it_is_unclassified_and_says_what_would_decide():
    found = trials.diagnosed(
        trials.fixture(documents=[RETURNS, GENERAL], asserts=[has("Hello")]), "Good day to all."
    ).primary
    assert (found.category, found.code) == ("unclassified", None)
    assert "`context.gold`" in found.evidence[0]


def test_an_answer_that_was_only_slow_is_unclassified():
    found = trials.diagnosed(
        trials.fixture(documents=[RETURNS], asserts=[{"type": "latency", "threshold": 0}]), "14 days"
    ).primary
    assert (found.category, found.evidence) == (
        "unclassified",
        ('"latency" says nothing about the answer; its `category:` would',),
    )
