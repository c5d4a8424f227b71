"""What of the content is not in the record is said, and what depends on it never runs."""

import json

import pytest

from llmgate.capture.pieces import NO_OUTPUT, NO_TOOLS, UNRECORDED
from llmgate.capture.span import ToolRun
from tests import otlp

MODEL = {"gen_ai.operation.name": "chat"}
HI = [{"role": "user", "parts": [{"type": "text", "content": "Hi"}]}]
HELLO = [{"role": "assistant", "parts": [{"type": "text", "content": "Hello"}]}]
SAID = MODEL | {"gen_ai.input.messages": json.dumps(HI), "gen_ai.output.messages": json.dumps(HELLO)}


def openinference(*messages, **more):
    told = {"openinference.span.kind": "LLM", "llm.output_messages.0.message.content": "Hello"}
    for at, message in enumerate(messages):
        told |= {f"llm.input_messages.{at}.message.{key}": value for key, value in message.items()}
    return told | more


def test_a_whole_call_misses_nothing():
    told = otlp.only(SAID)
    assert (list(told.messages), list(told.output), told.missing, told.depends_on) == (HI, HELLO, (), ())


def test_json_that_a_limit_of_length_cut_is_said_to_be_cut():
    told = otlp.only(SAID | {"gen_ai.input.messages": json.dumps(HI)[:30]})
    assert told.messages == ()
    assert told.missing == (
        "gen_ai.input.messages: cut short, as by a limit of the length or the number of attributes",
    )
    assert told.depends_on == (UNRECORDED,)


def test_where_the_newest_attribute_is_cut_another_convention_that_is_whole_is_read():
    cut = {"gen_ai.input.messages": json.dumps(HI)[:30]}
    told = otlp.only(SAID | cut | {"ai.prompt.messages": '[{"role": "user", "content": "Hi"}]'})
    assert (list(told.messages), told.depends_on) == (HI, ())


def test_a_list_with_a_gap_is_not_whole():
    told = openinference(
        {"role": "system", "content": "S"}, {"role": "user", "content": "A"}, {"role": "user", "content": "B"}
    )
    left = {key: value for key, value in told.items() if not key.startswith("llm.input_messages.1.")}
    span = otlp.only(left)
    assert span.depends_on == (UNRECORDED,)
    assert span.missing[0].startswith("llm.input_messages: cut short")


def test_attributes_that_the_sdk_dropped_may_have_been_messages_of_a_list():
    span = otlp.only(openinference({"role": "user", "content": "A"}), droppedAttributesCount=3)
    assert span.depends_on == (UNRECORDED,)
    assert "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT" in span.missing[0]


def test_attributes_that_the_sdk_dropped_cannot_have_been_messages_of_one_attribute():
    span = otlp.only(SAID, droppedAttributesCount=3)
    assert (span.depends_on, len(span.missing)) == ((), 1)


def test_messages_that_openinference_masked_are_not_there():
    span = otlp.only({"openinference.span.kind": "LLM", "input.value": "__REDACTED__", "output.value": "Hello"})
    assert span.messages == ()
    assert span.missing == ("input.value: masked by the instrumentation",)
    assert span.depends_on == (UNRECORDED,)


def test_an_image_that_openinference_masked_makes_its_message_unfit():
    part = "contents.0.message_content"
    masked = {f"{part}.type": "image", f"{part}.image.image.url": "__REDACTED__"}
    span = otlp.only(openinference({"role": "user", "content": "Look"}, {"role": "user", **masked}))
    assert span.depends_on == (UNRECORDED,)
    assert "llm.input_messages: masked by the instrumentation" in span.missing


def test_a_call_without_an_answer_says_so():
    assert otlp.only(MODEL | {"gen_ai.input.messages": json.dumps(HI)}).missing == (NO_OUTPUT,)


def test_a_call_that_failed_has_no_answer_to_miss():
    span = otlp.only(MODEL | {"gen_ai.input.messages": json.dumps(HI)}, status={"code": "STATUS_CODE_ERROR"})
    assert (span.missing, span.error) == ((), "an error that the span does not describe")


def test_a_call_of_a_tool_without_definitions_misses_them():
    call = [{"role": "assistant", "parts": [{"type": "tool_call", "id": "c", "name": "find", "arguments": {}}]}]
    assert otlp.only(SAID | {"gen_ai.output.messages": json.dumps(call)}).missing == (NO_TOOLS,)


def test_definitions_in_the_requests_own_json_are_offered():
    tools = [{"type": "function", "function": {"name": "find"}}, {"type": "web_search"}]
    span = otlp.only(
        openinference({"role": "user", "content": "A"}, **{"llm.invocation_parameters": json.dumps({"tools": tools})})
    )
    assert span.tools == ({"name": "find"},)
    assert span.depends_on == ("the provider's own tool (web_search)",)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("conversation", "conv_1", "a conversation that the provider stores (conversation)"),
        ("prompt", {"id": "pmpt_1"}, "a prompt that the provider stores (prompt)"),
        ("previous_response_id", "resp_1", "an earlier answer that the provider stores (previous_response_id)"),
    ],
)
def test_state_that_a_request_names_is_depended_on(name, value, told):
    asked = {"llm.invocation_parameters": json.dumps({name: value, "temperature": 0})}
    span = otlp.only(openinference({"role": "user", "content": "A"}, **asked))
    assert (span.depends_on, span.params) == ((told,), {"temperature": 0})


def test_secrets_and_addresses_are_no_parameters():
    asked = {"api_key": "sk-1", "base_url": "https://x", "extra_headers": {}, "_type": "openai", "top_p": 1}
    span = otlp.only(
        openinference({"role": "user", "content": "A"}, **{"llm.invocation_parameters": json.dumps(asked)})
    )
    assert span.params == {"top_p": 1}


def test_a_limit_that_the_requests_own_json_names_is_not_written_twice():
    asked = {"llm.invocation_parameters": '{"max_completion_tokens": 5}', "gen_ai.request.max_tokens": 5}
    assert otlp.only(MODEL | asked).params == {"max_completion_tokens": 5}


def test_of_several_answers_the_first_is_the_answer():
    both = [*HELLO, {"role": "assistant", "parts": [{"type": "text", "content": "Hey"}]}]
    told = SAID | {"gen_ai.output.messages": json.dumps(both), "gen_ai.request.choice.count": 2}
    assert list(otlp.only(told).output) == HELLO


def test_instructions_that_also_stand_among_the_messages_are_read_once():
    system = {"role": "system", "parts": [{"type": "text", "content": "Be kind."}]}
    told = SAID | {"gen_ai.input.messages": json.dumps([system, *HI]), "gen_ai.system_instructions": "Be kind."}
    assert list(otlp.only(told).messages) == [system, *HI]


def test_instructions_of_several_parts_that_also_stand_among_the_messages_are_read_once():
    system = {"role": "system", "parts": [{"type": "text", "content": "Be kind.Be short."}]}
    apart = [{"type": "text", "content": "Be kind."}, {"type": "text", "content": "Be short."}]
    told = {"gen_ai.input.messages": json.dumps([system, *HI]), "gen_ai.system_instructions": json.dumps(apart)}
    assert list(otlp.only(SAID | told).messages) == [system, *HI]


def test_what_an_older_pydantic_ai_says_of_a_request_has_its_tools():
    schema = {"type": "object", "properties": {}}
    tool = {"name": "find", "description": "Find.", "parameters_json_schema": schema, "outer_typed_dict_key": None}
    span = otlp.only(SAID | {"model_request_parameters": json.dumps({"function_tools": [tool], "output_tools": []})})
    assert span.tools == ({"name": "find", "description": "Find.", "parameters": schema},)


def test_a_span_of_unknown_kind_that_names_a_tool_is_a_run_of_it():
    told = {"gen_ai.tool.name": "find", "gen_ai.tool.call.id": "c1", "tool_arguments": "{}", "tool_response": "found"}
    assert otlp.only(told).tool == ToolRun(name="find", id="c1", arguments="{}", result="found")


def test_a_text_that_looks_like_json_stays_what_the_user_wrote():
    text = '[{"a": 1}]'
    assert otlp.only(openinference({"role": "user", "content": text})).messages[0]["parts"] == [
        {"type": "text", "content": text}
    ]


def test_parts_that_traceloop_wrote_as_json_are_parts():
    content = (
        '[{"type": "text", "text": "Look"}, {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}]'
    )
    told = MODEL | {"gen_ai.prompt.0.role": "user", "gen_ai.prompt.0.content": content}
    image = {"type": "blob", "modality": "image", "mime_type": "image/png", "content": "AA=="}
    assert otlp.only(told).messages[0]["parts"] == [{"type": "text", "content": "Look"}, image]


@pytest.mark.parametrize(
    "value",
    [
        {"choices": [{"message": {"role": "assistant", "content": "Hello"}}]},
        {"generations": [[{"text": "Hello"}]]},
        {"output": [{"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Hello"}]}]},
        {"role": "assistant", "content": [{"type": "text", "text": "Hello"}]},
        "Hello",
    ],
)
def test_the_answer_is_found_in_what_an_api_answers(value):
    told = {"mlflow.spanType": '"CHAT_MODEL"', "mlflow.spanInputs": '{"messages": [{"role": "user", "content": "Hi"}]}'}
    span = otlp.only(told | {"mlflow.spanOutputs": json.dumps(value)})
    assert (list(span.messages), list(span.output)) == (HI, HELLO)


@pytest.mark.parametrize(
    "value",
    [
        {"system": "Be kind.", "messages": [{"role": "user", "content": "Hi"}]},
        {"instructions": "Be kind.", "input": "Hi"},
        {"system": "Be kind.", "prompt": "Hi"},
    ],
)
def test_the_system_text_and_the_messages_are_found_in_a_request(value):
    span = otlp.only({"langfuse.observation.type": "generation", "langfuse.observation.input": json.dumps(value)})
    assert list(span.messages) == [{"role": "system", "parts": [{"type": "text", "content": "Be kind."}]}, *HI]


def test_a_message_of_a_role_that_no_api_has_is_not_read():
    span = otlp.only(MODEL | {"gen_ai.input.messages": '[{"role": "oracle", "content": "Hi"}]'})
    assert "gen_ai.input.messages: of a shape that is not read" in span.missing
    assert span.depends_on == (UNRECORDED,)


@pytest.mark.parametrize(
    ("schema", "params", "missing"),
    [
        ({"type": "text"}, {}, ()),
        ({"type": "json_object"}, {"response_format": {"type": "json_object"}}, ()),
    ],
)
def test_what_traceloop_writes_for_a_schema_is_the_form_where_it_is_no_schema(schema, params, missing):
    span = otlp.only(SAID | {"gen_ai.request.structured_output_schema": json.dumps(schema)})
    assert (span.params, span.missing) == (params, missing)


def test_the_ai_sdks_choice_of_a_tool_is_written_as_the_api_has_it():
    span = otlp.only(SAID | {"ai.prompt.toolChoice": '{"type": "tool", "toolName": "find"}'})
    assert span.params == {"tool_choice": {"type": "function", "function": {"name": "find"}}}
