import pytest

from llmgate.trial import FinishReason
from tests.unit.diagnose import trials

SCHEMA = {
    "type": "object",
    "required": ["category", "urgent"],
    "properties": {"category": {"enum": ["billing", "delivery"]}, "urgent": {"type": "boolean"}},
    "additionalProperties": False,
}
IS_JSON = {"type": "is-json", "value": SCHEMA}
DELIVERY = {"type": "contains", "value": "delivery"}
SYSTEM = "Sort mails into billing or delivery, as JSON with category and urgent."


def sorting(*asserts):
    return trials.fixture("Where is my parcel?", asserts=asserts or (IS_JSON, DELIVERY))


def label(output, *asserts, **played):
    return trials.label(sorting(*asserts), output, system=SYSTEM, **played)


@pytest.mark.parametrize(
    ("output", "code"),
    [
        ('```json\n{"category": "delivery", "urgent": true}\n```', "wrapper_noise"),
        ('Sure! {"category": "delivery", "urgent": true} Anything else?', "wrapper_noise"),
        ('{"result": {"category": "delivery", "urgent": true}}', "wrapper_noise"),
        ('[{"category": "delivery", "urgent": true}]', "wrapper_noise"),
        ('"{\\"category\\": \\"delivery\\", \\"urgent\\": true}"', "wrapper_noise"),
        ("{'category': 'delivery', 'urgent': True,}", "unparseable"),
        ('{"category": "delivery" "urgent": true}', "unparseable"),
        ('{category: "delivery", urgent: true} // done', "unparseable"),
        ("category: delivery\nurgent: true", "unparseable"),
        ('{"category": "delivery", "urgent": tr', "truncated"),
        ('{"category": "delivery", "urg', "truncated"),
        ('{"category": "delivery", "urgent": "yes"}', "schema_violation"),
        ('{"category": "delivery", "urgent": true, "note": "x"}', "schema_violation"),
        ('{"category": "shipping", "urgent": true}', "schema_violation"),
        ("  \n", "empty"),
    ],
)
def test_an_answer_of_another_form_is_named_by_what_mends_it(output, code):
    assert label(output) == f"output_format.{code}"


def test_what_passes_once_it_is_mended_is_a_matter_of_format_alone():
    found = trials.diagnosed(sorting(), '```\n{"category": "delivery", "urgent": true}\n```', system=SYSTEM)
    assert (found.primary.confidence, found.secondary) == ("high", ())
    assert "and then everything passes" in found.primary.evidence[1]


def test_a_broken_form_does_not_mask_a_wrong_conclusion():
    found = trials.diagnosed(sorting(), '```\n{"category": "billing", "urgent": true}\n```', system=SYSTEM)
    assert (found.primary.category, [one.code for one in found.secondary]) == ("reasoning", ["wrapper_noise"])


def test_a_broken_form_does_not_mask_a_document_that_was_missed():
    case = trials.fixture(
        documents=[trials.GENERAL],
        gold=["returns.md#3"],
        asserts=[{"type": "is-json"}, {"type": "contains", "value": "14"}],
    )
    found = trials.diagnosed(case, '```json\n{"days": 30}\n```')
    assert (found.primary.code, found.secondary[0].code) == ("missed", "wrapper_noise")


def test_one_value_that_is_wrong_is_no_matter_of_format():
    schema = {"type": "object", "properties": {"days": {"const": 14}}}
    case = trials.fixture(
        documents=[trials.RETURNS, trials.GENERAL],
        gold=["returns.md#3"],
        asserts=[{"type": "is-json", "value": schema}],
    )
    assert trials.label(case, '{"days": 30}') == "grounding.context_ignored"


@pytest.mark.parametrize(
    ("asserted", "output", "code"),
    [
        ({"type": "equals", "value": {"days": 14}}, '```json\n{"days": 14}\n```', "wrapper_noise"),
        ({"type": "equals", "value": {"days": 14}}, "{'days': 14}", "unparseable"),
        ({"type": "equals", "value": "delivery"}, "Category: delivery", "wrapper_noise"),
        ({"type": "equals", "value": "delivery"}, '"delivery".', "wrapper_noise"),
        ({"type": "equals", "value": "delivery"}, "It is delivery, I think", "wrapper_noise"),
        ({"type": "regex", "value": "^(billing|delivery)$"}, "The category is delivery!", "wrapper_noise"),
        ({"type": "regex", "value": "^[A-Z]{2}-\\d{4}$"}, "no such order", "schema_violation"),
        ({"type": "is-xml"}, "```xml\n<a><b/></a>\n```", "wrapper_noise"),
        ({"type": "is-xml"}, "Here: <a><b/></a> Bye", "wrapper_noise"),
        ({"type": "is-xml"}, "<a><b></a>", "unparseable"),
        ({"type": "is-xml"}, "<a><b>text and", "truncated"),
        ({"type": "is-xml", "value": ["a.c"]}, "<a><b/></a>", "schema_violation"),
        ({"type": "is-sql"}, "```sql\nSELECT a FROM b\n```", "wrapper_noise"),
        ({"type": "is-sql"}, "SELECT FROM WHERE", "unparseable"),
    ],
)
def test_other_formats_are_mended_too(asserted, output, code):
    assert label(output, asserted) == f"output_format.{code}"


def test_an_expected_text_that_is_not_in_the_answer_is_no_matter_of_format():
    assert label("billing", {"type": "equals", "value": "delivery"}) == "reasoning.wrong_conclusion"


def test_the_schema_that_the_request_asked_for_is_what_types_are_mended_by():
    params = {"response_format": {"type": "json_schema", "json_schema": {"schema": SCHEMA}}}
    output = '{"category": "delivery", "urgent": "true"}'
    found = trials.diagnosed(sorting({"type": "format:json-schema"}), output, system=SYSTEM, params=params).primary
    assert (found.code, "with other types" in found.evidence[1]) == ("schema_violation", True)


CASE = trials.fixture(documents=[trials.RETURNS, trials.GENERAL], gold=["returns.md#3"])


@pytest.mark.parametrize(
    ("output", "confidence"),
    [
        ("As a customer in the EU you have the right to send it back within", "medium"),
        ("Thanks for asking. Customers in the EU can return any it", "medium"),
    ],
)
def test_an_answer_that_ends_before_what_it_lacks_is_truncated(output, confidence):
    found = trials.diagnosed(CASE, output).primary
    assert (found.code, found.confidence) == ("truncated", confidence)


def test_the_beginning_of_the_expected_answer_is_truncated():
    case = trials.fixture(observed={"expected": "You can send it back until the 14th day, that is 14 days."})
    assert trials.label(case, "You can send it back until the 14th") == "output_format.truncated"


def test_a_stop_for_length_is_truncated_whatever_is_there():
    assert trials.label(CASE, "You have 30 days.", finish=FinishReason.LENGTH) == "output_format.truncated"


def test_an_answer_in_another_script_than_everything_around_it_is_in_the_wrong_language():
    output = "この商品は配達から十四日以内であればいつでも無料で返品できますのでご安心ください"
    assert trials.label(CASE, output) == "output_format.wrong_language"


def test_an_answer_in_the_script_of_the_question_is_in_no_wrong_language():
    case = trials.fixture(
        "この商品は返品できますか、それとも返品できませんか、教えてください",
        documents=[trials.GENERAL, trials.RETURNS],
        gold=["returns.md#3"],
    )
    assert trials.label(case, "はい、この商品は 30 日以内であれば無料で返品できます").startswith("grounding")
