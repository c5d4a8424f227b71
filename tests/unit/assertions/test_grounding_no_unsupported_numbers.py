import pytest

from llmgate.media import UriPart
from llmgate.message import Message, ToolResponsePart, text_message
from tests.unit.assertions.traces import errors, grade, passes, request

WRITTEN = {"type": "grounding:no-unsupported-numbers"}


def supported(answer, document="", *, system="", user="Question?", **fields):
    return passes({**WRITTEN, **fields}, answer, documents=[("d", document)], request=request(system=system, user=user))


@pytest.mark.parametrize(
    ("answer", "document"),
    [
        ("You have 14 days.", "Returns within 14 days."),
        ("You have 14 days.", "within 14-day window"),
        ("It costs 1,000 euros", "Price: 1.000 EUR"),
        ("It costs 1 000 euros", "Price: 1,000 EUR"),
        ("It costs 1\u202f000 euros", "Price: 1'000 CHF"),
        ("It costs €1000.00", "Price: 1,000"),
        ("It costs 1.234,50 EUR", "Price: $1,234.5"),
        ("It costs 1,00,000 rupees", "Price: 100000"),
        ("It costs 1k", "Price: 1000"),
        ("2.5 million users", "2,500,000 users"),
        ("2,500,000 users", "2.5 million users"),
        ("19% VAT", "VAT is 19 percent"),
        ("3.50", "3,5"),
        ("Within 7 days", "Within seven days"),
        ("On 2026-11-03", "On November 3, 2026"),
        ("On 3rd of November", "On 2026-11-03"),
        ("On 3 Nov 2026", "03.11.2026"),
        ("On March 4, 2026", "3/4/2026"),
        ("On April 3, 2026", "3/4/2026"),
        ("On 3 November 2026", "On 3 November, as every year since 2026"),
        ("In 2026", "On 2026-11-03"),
        ("At 10:30", "Open from 10:30"),
        ("١٤ days", "14 days"),
        ("1. First\n2. Second\n  3) Third", "nothing"),
        ("As said [1], [2, 3].", "nothing"),
        ("See A1 and returns.md#3", "nothing"),
        ("", "nothing"),
        ("No numbers here", "nothing"),
        ("one of two ways", "nothing"),
        ("Version 1.2.3", "v. 1.2.3"),
        ("007", "7"),
    ],
)
def test_a_number_that_was_given_is_supported_however_it_is_written(answer, document):
    assert supported(answer, document)


@pytest.mark.parametrize(
    ("answer", "document"),
    [
        ("You have 30 days.", "Returns within 14 days."),
        ("1,001", "1.000"),
        ("1000", "1,00"),
        ("19.5%", "19%"),
        ("On 2026-11-04", "On November 3, 2026"),
        ("On 3 December", "On 2026-11-03"),
        ("On 3 November 2027", "On 3 November"),
        ("In 2025", "On 2026-11-03"),
        ("5 million", "5"),
        ("1.2.4", "1.2.3"),
        ("[7](https://example.com)", "nothing"),
        ("2 weeks", "14 days"),
    ],
)
def test_a_number_that_was_not_given_is_found(answer, document):
    assert not supported(answer, document)


def test_question_system_text_document_ids_and_allowed_numbers_support():
    assert supported("14", user="Is it 14?")
    assert supported("14", system="Say 14.")
    assert supported("14", allow=["14"])
    assert passes(WRITTEN, "Rule 3", documents=[("rule 3", "")], request=request(user="q"))


def test_a_tools_answer_supports_and_the_models_own_words_do_not():
    answer = Message(role="tool", parts=(ToolResponsePart(response={"total": 42.0}),))
    assert passes(WRITTEN, "It is 42.", request=request(answer, user="q"))
    assert not passes(WRITTEN, "It is 42.", request=request(text_message("assistant", "It is 42."), user="q"))


def test_words_are_checked_only_where_that_is_asked():
    assert supported("two weeks", "14 days")
    assert not supported("two weeks", "14 days", words=True)
    assert supported("two weeks", "2 weeks", words=True)


def test_the_score_is_the_share_of_supported_numbers_and_the_reason_lists_the_others():
    judged = grade(WRITTEN, "14, 15, 15 and 2026-01-01", documents=[("d", "14")], request=request(user="q"))
    assert judged.score == 0.25
    assert judged.reason == 'without support: "2026-01-01", "15"'


def test_a_number_that_may_stand_in_a_file_cannot_be_judged():
    file = Message(role="user", parts=(UriPart(modality="image", uri="https://example.com/a.png"),))
    assert "the request sends files" in grade(WRITTEN, "15", request=request(file)).error
    assert grade(WRITTEN, "none", request=request(file)).passed


def test_without_a_request_it_cannot_judge():
    assert grade(WRITTEN, "15").error


def test_allowed_numbers_are_texts():
    assert errors({**WRITTEN, "allow": [1.5]})
    assert not errors({**WRITTEN, "allow": [15]})
