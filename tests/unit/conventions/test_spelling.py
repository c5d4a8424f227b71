"""What is written has the names and the shapes of OpenTelemetry's conventions."""

import pytest

from llmgate.conventions import PARAMETERS, ROWS, spelling
from llmgate.conventions.attributes import TABLE
from llmgate.conventions.spelling import Structure


def test_no_attribute_stands_twice_in_the_table():
    names = [each.name for each in TABLE]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("field", PARAMETERS)
def test_each_parameter_is_written_under_the_name_that_capture_believes_first(field):
    value = ["END"] if field.name == "STOP" else "low" if field.name == "REASONING_EFFORT" else 5
    for name in PARAMETERS[field]:
        told = spelling.asked(provider="p", model="m", params={name: value})
        assert told[ROWS[field][0].text] == (("END",) if field.name == "STOP" else value)


@pytest.mark.parametrize("odd", [True, "warm", None, [], {}, float("nan")], ids=str)
def test_a_parameter_of_a_wrong_type_stands_in_the_json_of_all_alone(odd):
    told = spelling.asked(provider="p", model="m", params={"temperature": odd})
    assert "gen_ai.request.temperature" not in told
    assert told["llm.invocation_parameters"] == Structure({"temperature": odd})


def test_one_answer_is_no_choice_to_tell():
    assert "gen_ai.request.choice.count" not in spelling.asked(provider="p", model="m", params={"n": 1})


@pytest.mark.parametrize(
    ("logprobs", "low"),
    [((-0.1,), None), ((-1.0,), ("0-0",)), ((-1.0, -0.1, -2.0, -3.0), ("0-0", "2-3")), ((-5.0, -0.69), ("0-0",))],
)
def test_tokens_less_likely_than_not_are_told_as_runs(logprobs, low):
    assert spelling.confidence(logprobs).get("llmgate.logprob.low") == low


def test_the_runs_of_tokens_are_bounded():
    assert len(spelling.confidence((-1.0, -0.1) * 1_000)["llmgate.logprob.low"]) == spelling.MAX_LOW


def test_no_log_probabilities_say_nothing():
    assert spelling.confidence(None) == spelling.confidence(()) == {}


def test_without_content_a_document_is_its_id_and_its_score():
    found = [{"id": "a", "score": 0.5, "content": "text", "metadata": {"x": 1}}, {"id": "b", "content": "text"}]
    told = spelling.found(found, content=False)["gen_ai.retrieval.documents"]
    assert told == Structure([{"id": "a", "score": 0.5}, {"id": "b"}])
