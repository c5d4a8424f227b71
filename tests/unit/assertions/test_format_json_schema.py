import pytest

from llmgate.trial import FinishReason
from tests.unit.assertions.traces import call, errors, grade, passes, request

SCHEMA = {"type": "object", "required": ["city"], "properties": {"city": {"type": "string"}}}
WRITTEN = {"type": "format:json-schema", "value": SCHEMA}


def asked(schema):
    wrapped = {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema}}
    return request(user="q", params={"response_format": wrapped})


def test_json_of_the_schema_passes():
    assert passes(WRITTEN, ' {"city": "Zürich", "days": 1} ')


@pytest.mark.parametrize(
    ("output", "flaw"),
    [
        ("", "empty"),
        (" \n", "empty"),
        ('```json\n{"city": "Berlin"}\n```', "wrapper_noise"),
        ('Here you are: {"city": "Berlin"}', "wrapper_noise"),
        ('{"city": "Berlin",}', "unparseable"),
        ("Berlin", "unparseable"),
        ('{"city": 1}', "schema_violation"),
        ("[]", "schema_violation"),
        ('{"town": "Berlin"}', "schema_violation"),
    ],
)
def test_the_reason_begins_with_what_is_wrong(output, flaw):
    assert not passes(WRITTEN, output)
    assert grade(WRITTEN, output).reason.startswith(f"{flaw}: ")


def test_what_was_cut_short_is_truncated():
    cut = [call(finish_reason=FinishReason.LENGTH)]
    assert grade(WRITTEN, '{"city": "Ber', calls=cut).reason.startswith("truncated: ")


def test_without_a_value_the_schema_of_the_request_counts():
    written = {"type": "format:json-schema"}
    assert passes(written, '{"city": "Berlin"}', request=asked(SCHEMA))
    assert not passes(written, '{"city": 1}', request=asked(SCHEMA))


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        (None, "not known what the model was sent"),
        (request(user="q"), "no JSON Schema"),
        (request(user="q", params={"response_format": {"type": "json_object"}}), "no JSON Schema"),
        (request(user="q", params={"response_format": "json"}), "no JSON Schema"),
        (asked({"type": "no such type"}), "none that llmgate can apply"),
        (asked({"$ref": "file:///etc/passwd"}), "none that llmgate can apply"),
    ],
)
def test_without_any_usable_schema_it_cannot_judge(sent, why):
    assert why in grade({"type": "format:json-schema"}, "{}", request=sent).error


def test_a_schema_that_is_none_is_a_fault():
    assert errors({"type": "format:json-schema", "value": {"type": "strng"}})
