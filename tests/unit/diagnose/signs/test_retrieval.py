import pytest

from tests.unit.diagnose import trials
from tests.unit.diagnose.trials import GENERAL, RETURNS, SHIPPING

GOLD = ["returns.md#3"]


def case(*asserts, documents=(RETURNS, GENERAL), gold=GOLD, **content):
    return trials.fixture(documents=documents, gold=gold, asserts=asserts, **content)


@pytest.mark.parametrize("output", ["Within 30 days [returns.md#1].", "Within 60 days.", "I do not know that."])
def test_a_needed_document_that_was_not_found_was_missed_whatever_the_answer_made_of_it(output):
    found = trials.diagnosed(case(), output, documents=[GENERAL, SHIPPING]).primary
    assert (found.category, found.code, found.confidence) == ("retrieval", "missed", "high")


def test_a_needed_document_that_the_index_does_not_have_is_missing():
    assert (
        trials.label(case(), "30 days", documents=[GENERAL], index={"returns.md#1": "x"}) == "retrieval.missing_content"
    )


def test_a_needed_document_that_the_index_has_was_missed():
    assert trials.label(case(), "30 days", documents=[GENERAL], index={"returns.md#3": "x"}) == "retrieval.missed"


@pytest.mark.parametrize("shown", [[GENERAL], [{"id": "returns.md#3", "text": RETURNS["text"][:30]}, GENERAL]])
def test_a_document_that_was_found_and_did_not_reach_the_prompt_was_dropped(shown):
    assert trials.label(case(), "Within 30 days.", shown=shown) == "retrieval.dropped_from_context"


def test_a_document_that_the_template_wrote_otherwise_was_not_dropped():
    marked = {"id": "returns.md#3", "text": RETURNS["text"].replace(" in ", " <b>in</b> ")}
    assert trials.label(case(), "Within 60 days.", shown=[marked, GENERAL]).startswith("grounding")


@pytest.mark.parametrize(
    ("asserted", "documents", "code"),
    [
        ({"type": "retrieval:contains-ids"}, [GENERAL], "missed"),
        ({"type": "retrieval:recall@k", "k": 1}, [GENERAL, RETURNS], "missed"),
        ({"type": "retrieval:contains-ids", "value": ["gone.md#1"]}, [GENERAL, RETURNS], "missing_content"),
    ],
)
def test_a_failed_assertion_of_retrieval_says_so(asserted, documents, code):
    index = {"returns.md#3": "x", "returns.md#1": "y"}
    assert trials.label(case(asserted), "14 days", documents=documents, index=index) == f"retrieval.{code}"


def test_a_failed_assertion_that_nothing_is_dropped_says_so():
    assert (
        trials.label(case({"type": "retrieval:not-dropped"}), "14 days", shown=[GENERAL])
        == "retrieval.dropped_from_context"
    )


def test_a_second_needed_document_that_is_missing_does_not_matter_where_the_first_says_it_all():
    assert trials.label(case(gold=[*GOLD, "more.md#1"]), "Within 60 days.").startswith("grounding")


def test_a_second_needed_document_that_has_what_the_answer_lacks_does():
    both = case({"type": "contains", "value": "12 euros"}, gold=[*GOLD, "shipping.md#2"])
    assert trials.label(both, "Within 14 days.") == "retrieval.missed"


def test_a_document_whose_text_is_another_than_was_recorded_is_stale():
    now = {"id": "returns.md#3", "text": "Customers in the EU can return any item within 10 days of delivery."}
    assert trials.label(case(), "Within 10 days.", documents=[now, GENERAL]) == "retrieval.stale_doc"


def test_a_document_whose_text_is_another_than_the_index_has_is_stale_where_it_lacks_what_is_needed():
    asserted = {"type": "contains", "value": "21 days"}
    found = trials.diagnosed(case(asserted), "Within 14 days.", index={"returns.md#3": "another"}).primary
    assert (found.code, found.confidence) == ("stale_doc", "medium")


def test_without_ids_a_text_that_nothing_has_is_a_faint_sign():
    found = trials.diagnosed(case(gold=()), "Within 30 days.", documents=[GENERAL, SHIPPING]).primary
    assert (found.code, found.confidence) == ("missed", "low")
    assert found.evidence == ('"returns.md#3" has "14 days", and is not among what was found',)


def test_without_ids_a_text_that_was_found_and_not_sent_was_dropped():
    found = trials.diagnosed(case(gold=()), "Within 30 days.", shown=[GENERAL]).primary
    assert (found.code, found.confidence) == ("dropped_from_context", "medium")


def test_a_number_that_is_computed_is_looked_for_in_no_document():
    asked = "What do 3 express deliveries cost in total?"
    made = trials.fixture(asked, documents=[SHIPPING], asserts=[{"type": "contains", "value": "36"}])
    assert trials.label(made, "That is 38 euros in total.") == "reasoning.arithmetic"
